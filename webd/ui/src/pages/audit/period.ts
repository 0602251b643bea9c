// period.ts - from one day to another, both included, in the reader's zone: in the address, and as the API wants it.
import type {Codec} from '../../params.ts';

/** "2026-11-22", as an input of the type "date" has it; '' is no day. */
export const day: Codec<string> = {
	read: (given) => (given !== null && startOf(given) !== undefined ? given : ''),
	write: (value) => (value === '' ? null : value),
};

/** Seconds since 1970 when that day begins, or the one so many days later; undefined: there is no such day. */
export function startOf(text: string, later = 0): number | undefined {
	const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
	if (year === undefined || month === undefined || date === undefined || year < 1970) {
		return undefined;
	}
	const then = new Date(year, month - 1, date);
	if (then.getMonth() !== month - 1) {
		return undefined; // the 31st of a shorter month
	}
	then.setDate(date + later); // a day may have 23 hours
	return then.getTime() / 1000;
}

/** The filters of the API. */
export function periodQuery(since: string, until: string): {since: number | undefined; until: number | undefined} {
	return {since: startOf(since), until: startOf(until, 1)};
}
