// time.ts - points in time and spans of time, in the reader's zone and in words.
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number, number][] = [
	// unit, its seconds, up to how many seconds it is used
	['second', 1, MINUTE],
	['minute', MINUTE, HOUR],
	['hour', HOUR, 2 * DAY],
	['day', DAY, 60 * DAY],
	['month', 30.44 * DAY, 730 * DAY],
	['year', 365.25 * DAY, Infinity],
];

const relativeFormat = new Intl.RelativeTimeFormat('en', {numeric: 'always'});

/** "3 days ago", "in 2 hours", "just now"; never more than was really so: 47 hours are no 2 days. */
export function relativeTime(milliseconds: number, now: number): string {
	const seconds = (milliseconds - now) / 1000;
	const size = Math.abs(seconds);
	if (size < 45) {
		return seconds <= 0 ? 'just now' : 'in a moment';
	}
	const [unit, length] = UNITS.find(([, , end]) => size < end) ?? ['year', 365.25 * DAY];
	return relativeFormat.format(Math.sign(seconds) * Math.max(1, Math.floor(size / length)), unit);
}

const exactFormat = new Intl.DateTimeFormat(undefined, {dateStyle: 'full', timeStyle: 'long'});
const shortFormat = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'});

/** In full, with the zone: for hovering. */
export function exactTime(milliseconds: number): string {
	return exactFormat.format(milliseconds);
}
/** The date and the time, without the zone: for tables and print. */
export function shortTime(milliseconds: number): string {
	return shortFormat.format(milliseconds);
}

const dateFormat = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium'});

/** The date alone: for axes. */
export function shortDate(milliseconds: number): string {
	return dateFormat.format(milliseconds);
}

/** "2 h 5 min", "40 s": the two largest units. */
export function duration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	const parts: [number, string][] = [
		[Math.floor(whole / DAY), 'd'],
		[Math.floor((whole % DAY) / HOUR), 'h'],
		[Math.floor((whole % HOUR) / MINUTE), 'min'],
		[whole % MINUTE, 's'],
	];
	const first = parts.findIndex(([count]) => count > 0);
	if (first < 0) {
		return '0 s';
	}
	return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(' ');
}

/** Seconds since 1970, so many days ago: at the full hour, so that a question stays the same from one rendering to the next. */
export function daysAgo(days: number): number {
	return (Math.floor(Date.now() / 1000 / HOUR) - days * 24) * HOUR;
}

/** As <Time> takes it, from seconds since 1970; 0 is never. */
export function isoOf(seconds: number): string | null {
	return seconds === 0 ? null : new Date(seconds * 1000).toISOString();
}
