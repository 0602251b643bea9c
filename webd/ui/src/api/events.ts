// events.ts - listens to the server: the one EventSource of the dashboard, and what is known from it.
import {Store} from './store.ts';
import type {ChangedEvent, Events, ScanProgress} from './types.ts';

export type ScanKind = ScanProgress['kind'];
export type Changed = ChangedEvent['changed'][number];

export interface Live {
	/** "lost": what is shown is as old as `heard`. */
	connection: 'connecting' | 'open' | 'lost';
	/** When the server was last heard of (milliseconds since 1970). */
	heard: number;
	/** Without scannerd nothing can be scanned or changed. */
	scannerd: boolean;
	version: string;
	running: Readonly<Record<ScanKind, ScanProgress | null>>;
}

const RETRY_MS = 1000;
const RETRY_MS_MAX = 30_000;
const SILENCE_MS = 40_000; // a heartbeat comes every 15 s

const NOTHING_HEARD: Omit<Live, 'heard'> = {connection: 'connecting', scannerd: false, version: '', running: {directories: null, servers: null}};
export const live = new Store<Live>({...NOTHING_HEARD, heard: Date.now()});

type Listener<T> = (what: T) => void;
const changedListeners = new Set<Listener<readonly Changed[]>>();
const endedListeners = new Set<Listener<ScanProgress>>();

function listener<T>(set: Set<Listener<T>>): (listen: Listener<T>) => () => void {
	return (listen) => {
		set.add(listen);
		return () => {
			set.delete(listen);
		};
	};
}
/** Called with what must be asked for again; with everything after a lost connection. Returns what ends it. */
export const onChanged = listener(changedListeners);
const lostListeners = new Set<Listener<void>>();
/** Called when the connection is lost: an EventSource does not say why. Returns what ends it. */
export const onLost = listener(lostListeners);
/** Called when a scan has ended, however. Returns what ends it. */
export const onScanEnded = listener(endedListeners);

const EVERYTHING: readonly Changed[] = ['files', 'servers', 'scans', 'config', 'directories', 'accounts'];

function tell<T>(set: Set<Listener<T>>, what: T): void {
	for (const listen of [...set]) {
		listen(what);
	}
}

function change(part: Partial<Live>): void {
	live.set({...live.get(), ...part});
}

const handlers: {[K in keyof Events]: (data: Events[K]) => void} = {
	hello(hello) {
		const wasLost = live.get().connection === 'lost';
		const of = (kind: ScanKind) => hello.scans.find((scan) => scan.kind === kind) ?? null;
		change({connection: 'open', scannerd: hello.scannerd, version: hello.version, running: {directories: of('directories'), servers: of('servers')}});
		if (wasLost) {
			tell(changedListeners, EVERYTHING);
		}
	},
	progress(scan) {
		const runs = scan.state === 'running';
		change({running: {...live.get().running, [scan.kind]: runs ? scan : null}});
		if (!runs) {
			tell(endedListeners, scan);
		}
	},
	changed({changed}) {
		tell(changedListeners, changed);
	},
	heartbeat() {},
};

let source: EventSource | null = null;
let retryMs = RETRY_MS;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let silenceTimer: ReturnType<typeof setTimeout> | undefined;

function lose(): void {
	source?.close();
	source = null;
	clearTimeout(silenceTimer);
	clearTimeout(retryTimer);
	change({connection: 'lost', scannerd: false});
	retryTimer = setTimeout(connect, retryMs);
	retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
	tell(lostListeners, undefined);
}

function hear(): void {
	retryMs = RETRY_MS;
	clearTimeout(silenceTimer);
	silenceTimer = setTimeout(lose, SILENCE_MS);
	change({heard: Date.now()});
}

function connect(): void {
	const mine = new EventSource('/api/events');
	source = mine;
	mine.addEventListener('error', () => {
		if (source === mine) {
			lose();
		}
	});
	for (const name of Object.keys(handlers) as (keyof Events)[]) {
		mine.addEventListener(name, (event: MessageEvent<string>) => {
			if (source === mine) {
				hear();
				handlers[name](JSON.parse(event.data) as never);
			}
		});
	}
}

/** From now on; once more does nothing. */
export function listen(): void {
	if (source === null) {
		clearTimeout(retryTimer);
		connect();
	}
}

/** Nobody is signed in: there is nothing to hear. */
export function unlisten(): void {
	source?.close();
	source = null;
	clearTimeout(silenceTimer);
	clearTimeout(retryTimer);
	retryMs = RETRY_MS;
	live.set({...NOTHING_HEARD, heard: Date.now()});
}

window.addEventListener('online', () => {
	if (live.get().connection === 'lost') {
		listen();
	}
});
