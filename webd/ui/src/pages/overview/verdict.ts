// verdict.ts - "am I safe?", answered in one sentence.
import type {Summary} from '../../api/types.ts';
import type {Status} from '../../components/status.ts';
import {count, counted} from '../../format/size.ts';

export interface Verdict {
	/** In the colours of which status; exempt: it is too early to say. */
	tone: Status;
	sentence: string;
}

type Counted = Pick<Summary, 'servers' | 'by_status' | 'files'> & {last_scans: {directories: {succeeded: string | null} | null}};

/** Before the first scan of the directories has ended, the counts say nothing. */
export function isEarly({files, last_scans: {directories}}: Pick<Counted, 'files' | 'last_scans'>): boolean {
	return files === 0 && (directories?.succeeded ?? null) === null;
}

function bad(without: number, unknown: number, needing: number): string {
	const none = without === 0 ? '' : without === needing
		? (needing === 1 ? 'The one server has no good, recent backup.' : `None of ${count(needing)} servers has a good, recent backup.`)
		: `${count(without)} of ${counted(needing, 'server')} ${without === 1 ? 'has' : 'have'} no good, recent backup.`;
	const untold = unknown === 0 ? '' : without === 0
		? `Of ${count(unknown)} of ${counted(needing, 'server')} it cannot be told whether they have a good backup.`
		: `Of ${count(unknown)} more it cannot be told.`;
	return [none, untold].filter((part) => part !== '').join(' ');
}

/** scanning: a scan of the directories runs. */
export function verdictOf(summary: Counted, scanning: boolean): Verdict {
	const {servers, by_status: by} = summary;
	const needing = servers - by.exempt;
	if (isEarly(summary)) {
		return {tone: 'exempt', sentence: scanning ? 'Too early to say: the first scan of the directories runs.' : 'Too early to say: the directories have not been scanned yet.'};
	}
	if (servers === 0) {
		return {tone: 'exempt', sentence: 'No server is known yet.'};
	}
	if (needing === 0) {
		return {tone: 'exempt', sentence: servers === 1 ? 'The one server is exempt: it needs no backup.' : `All ${count(servers)} servers are exempt: none needs a backup.`};
	}
	const without = by.red + by.yellow;
	if (without + by.unknown > 0) {
		return {tone: by.red > 0 ? 'red' : by.yellow > 0 ? 'yellow' : 'unknown', sentence: bad(without, by.unknown, needing)};
	}
	return {tone: 'green', sentence: needing === 1 ? 'The one server that needs a backup has a good, recent one.' : `All ${count(needing)} servers that need a backup have a good, recent one.`};
}
