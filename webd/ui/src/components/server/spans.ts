// spans.ts - until when an exemption can last: days in the reader's calendar.
export const SPANS = ['week', 'month', 'quarter', 'date', 'never'] as const;
export type Span = (typeof SPANS)[number];
export const SPAN_WORDS: Readonly<Record<Span, string>> = {week: '1 week', month: '1 month', quarter: '3 months', date: 'A date', never: 'No end'};
const WEEK_DAYS = 7;
const MONTHS = {month: 1, quarter: 3};

/** "2027-01-31", as the reader's calendar has it. */
export function dayOf(date: Date): string {
	const two = (value: number) => String(value).padStart(2, '0');
	return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The 31st and a month is the last day of a shorter one. */
function monthsAfter(date: Date, months: number): Date {
	const last = new Date(date.getFullYear(), date.getMonth() + months + 1, 0);
	return new Date(last.getFullYear(), last.getMonth(), Math.min(date.getDate(), last.getDate()));
}

/** The last day of that span; null: without an end. `chosen` is the day of "date". */
export function lastDay(span: Span, chosen: string, now: Date): string | null {
	switch (span) {
		case 'never':
			return null;
		case 'date':
			return chosen;
		case 'week':
			return dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() + WEEK_DAYS));
		default:
			return dayOf(monthsAfter(now, MONTHS[span]));
	}
}
