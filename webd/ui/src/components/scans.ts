// scans.ts - starting scans, and telling their end wherever the person is by then; the words for them.
import {ApiError, send, sentence} from '../api/client.ts';
import {onScanEnded, type ScanKind} from '../api/events.ts';
import type {Scan, ScanInput, ScanProgress} from '../api/types.ts';
import {toast} from '../app/toasts.tsx';
import {count, counted} from '../format/size.ts';

export type ScanState = Scan['state'];
export const SCAN_KINDS = ['directories', 'servers'] as const satisfies readonly ScanKind[];
export const SCAN_STATES = ['running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const satisfies readonly ScanState[];
export const SCAN_STATE_WORDS: Readonly<Record<ScanState, string>> = {running: 'Runs', succeeded: 'Done', failed: 'Failed', cancelled: 'Cancelled', interrupted: 'Interrupted'};
export const SCAN_KIND_WORDS: Readonly<Record<ScanKind, string>> = {directories: 'Directories', servers: 'Servers'};

/** "12,300 files", "40 addresses, 12 up" */
export function foundText(scan: Pick<ScanProgress, 'kind' | 'files' | 'hosts' | 'hosts_up'>): string {
	return scan.kind === 'servers' ? `${counted(scan.hosts, 'address', 'addresses')}, ${count(scan.hosts_up)} up` : counted(scan.files, 'file');
}

/** "12,300 files, 40 %" */
export function progressText(scan: ScanProgress): string {
	return scan.percent >= 0 ? `${foundText(scan)}, ${scan.percent} %` : foundText(scan);
}

// Scans that this page started. A short one ends before its number is known.
const ENDS_KEPT = 10;
const mine = new Set<number>();
let ends: readonly ScanProgress[] = [];

function tellEnds(): void {
	for (const {scan, kind, state, message} of ends.filter((end) => mine.delete(end.scan))) {
		const result = message === null ? '' : ` ${sentence(message)}`;
		if (state === 'succeeded') {
			toast(`The scan of ${kind} is done.${result}`);
		} else {
			toast(`The scan of ${kind} ${state === 'failed' ? 'has failed' : `was ${state}`}.${result}`, state === 'failed' ? 'error' : 'warning');
		}
		ends = ends.filter((end) => end.scan !== scan);
	}
}
onScanEnded((scan) => {
	ends = [...ends, scan].slice(-ENDS_KEPT);
	tellEnds();
});

/** Throws what the server says against it. The end becomes a toast. */
export async function startScan(kind: ScanKind, body?: ScanInput): Promise<void> {
	const answer = await send(`POST /api/scan/${kind}`, body === undefined ? {} : {body});
	mine.add(answer.scan.id);
	tellEnds();
}

/** For buttons: what the server says against it becomes a toast, too. */
export async function tryScan(kind: ScanKind, body?: ScanInput): Promise<void> {
	try {
		await startScan(kind, body);
	} catch (error) {
		toast(error instanceof ApiError ? error.message : String(error), 'error');
	}
}
