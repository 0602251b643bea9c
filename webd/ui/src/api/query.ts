// query.ts - keeps answers while they are shown, and asks again when the server says that they changed.
import {useCallback, useEffect, useMemo, useSyncExternalStore} from 'react';
import {type ApiError, getUrl, type GetOptions, type GetPath, urlOf} from './client.ts';
import {type Changed, onChanged} from './events.ts';
import {Store} from './store.ts';
import type {Gets} from './types.ts';

export interface Answer<T> {
	/** The last good answer, however old. */
	data: T | undefined;
	/** Why the last attempt failed. */
	error: ApiError | undefined;
	/** An attempt is under way. */
	fetching: boolean;
	/** When data came (milliseconds since 1970); 0: never. */
	updated: number;
}

interface Entry extends Store<Answer<unknown>> {
	abort: AbortController | null;
	again: boolean; // it changed while an attempt was under way
	stale: boolean;
}

const FRESH_MS = 15_000; // an answer that young is shown without asking again
const UNUSED_MAX = 100; // answers that nobody shows
const GATHER_MS = 500; // changes come in bursts while a scan runs

/** What must be asked for again after a change. The status of servers depends on nearly everything. */
const AFFECTED: Readonly<Record<Changed, readonly string[]>> = {
	files: ['/api/files', '/api/servers', '/api/summary', '/api/directories', '/api/unmatched', '/api/changes', '/api/history', '/api/explain', '/api/repositories', '/api/audit'],
	servers: ['/api/servers', '/api/summary', '/api/files', '/api/changes', '/api/history', '/api/unmatched', '/api/explain', '/api/repositories', '/api/audit'],
	scans: ['/api/scans', '/api/scan', '/api/summary', '/api/history', '/api/changes', '/api/info', '/api/directories', '/api/audit'],
	directories: ['/api/directories', '/api/summary', '/api/servers'],
	accounts: ['/api/accounts', '/api/sessions', '/api/tokens', '/api/audit'],
	config: ['/api/config', '/api/servers', '/api/summary', '/api/directories', '/api/files', '/api/unmatched', '/api/explain', '/api/repositories', '/api/info', '/api/suggestions', '/api/audit'],
};

const entries = new Map<string, Entry>();
const NOTHING: Answer<never> = {data: undefined, error: undefined, fetching: false, updated: 0};

function forgetUnused(): void {
	const unused = [...entries].filter(([, entry]) => !entry.watched);
	for (const [url, entry] of unused.slice(0, Math.max(0, unused.length - UNUSED_MAX))) {
		entry.abort?.abort();
		entries.delete(url);
	}
}

function entryOf(url: string): Entry {
	let entry = entries.get(url);
	if (entry === undefined) {
		entry = Object.assign(new Store<Answer<unknown>>(NOTHING), {abort: null, again: false, stale: true});
		entries.set(url, entry);
	}
	return entry;
}

async function refresh(url: string, entry: Entry): Promise<void> {
	if (entry.abort !== null) {
		entry.again = true;
		return;
	}
	const abort = new AbortController();
	entry.abort = abort;
	entry.stale = false;
	entry.set({...entry.get(), fetching: true});
	try {
		const data = await getUrl(url, abort.signal);
		entry.abort = null;
		entry.set({data, error: undefined, fetching: false, updated: Date.now()});
	} catch (error) {
		entry.abort = null;
		entry.stale = true;
		entry.set({...entry.get(), error: abort.signal.aborted ? undefined : (error as ApiError), fetching: false});
	}
	if (entry.again) {
		entry.again = false;
		void refresh(url, entry);
	}
}

/** Everything below one of these addresses is asked for again: at once if it is shown, else when it is. */
export function invalidate(paths: readonly string[]): void {
	for (const [url, entry] of entries) {
		if (paths.some((path) => url === path || url.startsWith(path + '/') || url.startsWith(path + '?'))) {
			entry.stale = true;
			if (entry.watched) {
				void refresh(url, entry);
			}
		}
	}
}

/** Another person asks from now on. */
export function forgetAll(): void {
	for (const [url, entry] of [...entries]) {
		entry.abort?.abort();
		entries.delete(url);
	}
}

let gathered = new Set<string>();
let gathering: ReturnType<typeof setTimeout> | undefined;
onChanged((changed) => {
	for (const path of changed.flatMap((what) => AFFECTED[what])) {
		gathered.add(path);
	}
	gathering ??= setTimeout(() => {
		const paths = [...gathered];
		gathered = new Set();
		gathering = undefined;
		invalidate(paths);
	}, GATHER_MS);
});

/** Asks unless the answer is young, or on its way. */
function load(url: string): void {
	const entry = entryOf(url);
	if (entry.abort === null && (entry.stale || Date.now() - entry.get().updated > FRESH_MS)) {
		void refresh(url, entry);
	}
}

/** Asks at once for what will be shown only when another answer is there. */
export function useAhead(urls: readonly string[]): void {
	const all = urls.join(' ');
	useEffect(() => all.split(' ').filter((url) => url !== '').forEach(load), [all]);
}

function neverWatch(): () => void {
	return () => {};
}

export interface UseQuery<T> extends Answer<T> {
	/** There is neither data nor an error yet. */
	loading: boolean;
	refetch: () => void;
}

/** What GET answers, kept up to date. null instead of options: nothing is asked for. */
export function useQuery<P extends GetPath>(path: P, options: GetOptions | null = {}): UseQuery<Gets[P]['answer']> {
	const url = options === null ? null : urlOf(path, options);
	const entry = useMemo(() => (url === null ? null : entryOf(url)), [url]);
	const answer = useSyncExternalStore(entry?.watch ?? neverWatch, entry?.get ?? (() => NOTHING)) as Answer<Gets[P]['answer']>;
	const refetch = useCallback(() => {
		if (url !== null) {
			void refresh(url, entryOf(url));
		}
	}, [url]);

	useEffect(() => {
		if (entry !== null && url !== null) {
			entries.set(url, entry); // it may have been forgotten between the rendering and now
			load(url);
		}
		return forgetUnused;
	}, [url, entry]);
	return {...answer, loading: url !== null && answer.data === undefined && answer.error === undefined, refetch};
}
