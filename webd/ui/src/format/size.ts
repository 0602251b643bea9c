// size.ts - bytes in binary units, and counts.
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

// Making a format takes longer than using it, and tables use it for every cell.
const formats = [0, 1, 2].map((digits) => new Intl.NumberFormat(undefined, {maximumFractionDigits: digits}));
const countFormat = new Intl.NumberFormat();

/** "1.5 GiB": three digits at most, never rounded up to 1024 of a unit. */
export function bytes(count: number): string {
	let value = count;
	let unit = 0;
	while (value >= 1023.5 && unit < UNITS.length - 1) {
		value /= 1024;
		unit++;
	}
	const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	return `${formats[digits]?.format(value)} ${UNITS[unit]}`;
}

/** "1,234" */
export function count(value: number): string {
	return countFormat.format(value);
}

/** "1 server", "1,234 servers" */
export function counted(value: number, one: string, many = one + 's'): string {
	return `${count(value)} ${value === 1 ? one : many}`;
}
