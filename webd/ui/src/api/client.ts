// client.ts - asks the server: the one fetch() of the dashboard, and what its failures become.
import type {Error as ErrorAnswer, Gets, Sends} from './types.ts';

const TIMEOUT_MS = 30_000;

/** What the server refused or could not do. The message is a sentence for a person. */
export class ApiError extends Error {
	readonly code: string;
	readonly status: number;
	/** The parameter, setting or member that is wrong. */
	readonly field: string | undefined;
	/** Seconds to wait before it is tried again; 0: none. */
	readonly retryAfter: number;

	constructor(status: number, code: string, message: string, field?: string, retryAfter = 0) {
		super(sentence(message));
		this.name = 'ApiError';
		this.status = status;
		this.code = code;
		this.field = field;
		this.retryAfter = retryAfter;
	}
}

/** Sentences of the API begin in lower case and end without a full stop: they are made for the middle of a line. */
export function sentence(text: string): string {
	return text === '' ? '' : text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}

type QueryValue = string | number | boolean | readonly (string | number)[] | null | undefined;
/** Parameters of a request. Empty ones are left out; lists are joined by commas. */
export type Query = Readonly<Record<string, QueryValue>>;

export function urlOf(path: string, {id, query = {}}: {id?: number | undefined; query?: Query | undefined} = {}): string {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		const text = Array.isArray(value) ? value.join(',') : typeof value === 'boolean' ? (value ? '1' : '0') : String(value ?? '');
		if (text !== '') {
			search.set(name, text);
		}
	}
	const address = path.replace('{id}', String(id));
	return search.size === 0 ? address : `${address}?${search}`;
}

function isError(body: unknown): body is ErrorAnswer {
	return typeof body === 'object' && body !== null && 'status' in body && body.status === 'error';
}

/** Called when the server does not know who asks: the session has ended. */
let onNotSignedIn = (): void => {};
export function whenNotSignedIn(act: () => void): void {
	onNotSignedIn = act;
}

function secondsOf(header: string | null): number {
	return header !== null && /^\d{1,5}$/.test(header) ? Number(header) : 0;
}

function failureOf(response: Response, body: ErrorAnswer): ApiError {
	if (response.status === 401 && body.code === 'not_signed_in') {
		onNotSignedIn();
	}
	return new ApiError(response.status, body.code, body.message, body.field, secondsOf(response.headers.get('Retry-After')));
}

async function ask(url: string, init: RequestInit, signal?: AbortSignal): Promise<unknown> {
	const timeout = AbortSignal.timeout(TIMEOUT_MS);
	let response: Response;
	let body: unknown;
	try {
		response = await fetch(url, {
			...init,
			signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
			headers: {Accept: 'application/json', 'X-Requested-With': 'backup-checker', ...init.headers},
		});
		body = await response.json().catch(() => undefined);
	} catch (error) {
		if (signal?.aborted === true) {
			throw error;
		}
		throw timeout.aborted
			? new ApiError(0, 'timeout', `the server gave no answer within ${TIMEOUT_MS / 1000} seconds`)
			: new ApiError(0, 'unreachable', 'the server cannot be reached');
	}
	if (isError(body)) {
		throw failureOf(response, body);
	}
	if (!response.ok || body === undefined) {
		throw new ApiError(response.status, 'unreadable', `the server gave an answer that cannot be read (status ${response.status})`);
	}
	return body;
}

export type GetPath = keyof Gets;
export interface GetOptions {
	id?: number | undefined;
	query?: Query | undefined;
	signal?: AbortSignal | undefined;
}

/** By its address: for the cache, which knows nothing else. */
export function getUrl(url: string, signal?: AbortSignal): Promise<unknown> {
	return ask(url, {}, signal);
}

export async function get<P extends GetPath>(path: P, options: GetOptions = {}): Promise<Gets[P]['answer']> {
	return (await getUrl(urlOf(path, options), options.signal)) as Gets[P]['answer'];
}

export interface SendOptions<K extends keyof Sends> {
	id?: number;
	query?: Query;
	body?: Sends[K]['body'];
	/** The revision that was edited: refused (code "conflict") if it is no longer the present one. */
	ifMatch?: string;
	signal?: AbortSignal;
}

/** send('PUT /api/servers/{id}', {id: 7, body}) */
export async function send<K extends keyof Sends>(what: K, options: SendOptions<K> = {}): Promise<Sends[K]['answer']> {
	const [method = '', path = ''] = what.split(' ');
	const headers: Record<string, string> = {};
	if (options.body !== undefined) {
		headers['Content-Type'] = 'application/json';
	}
	if (options.ifMatch !== undefined) {
		headers['If-Match'] = `"${options.ifMatch}"`;
	}
	const init: RequestInit = {method, headers, ...(options.body === undefined ? {} : {body: JSON.stringify(options.body)})};
	return (await ask(urlOf(path, options), init, options.signal)) as Sends[K]['answer'];
}
