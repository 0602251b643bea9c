// status.ts - the words of the statuses, in order of urgency.
import type {Server} from '../api/types.ts';

export type Status = Server['backup_status'];
export const STATUSES = ['red', 'unknown', 'yellow', 'green', 'exempt'] as const satisfies readonly Status[];
export const STATUS_WORDS: Readonly<Record<Status, string>> = {red: 'Error', unknown: 'Unknown', yellow: 'Warning', green: 'Good', exempt: 'Exempt'};
/** What a person counts: "12 without a good backup". */
export const STATUS_MEANING: Readonly<Record<Status, string>> = {
	red: 'no good backup', unknown: 'cannot be told', yellow: 'old or odd backup', green: 'good, recent backup', exempt: 'needs none',
};
