// globs.ts - globs for rules, made of the names and paths of files.

const VARIES = /(?<!\d)(?:\d{4}[-_.]?\d{2}[-_.]?\d{2}(?:[-_.T]?\d{2}[-_.:h]?\d{2}(?:[-_.:m]?\d{2})?)?|\d{6,})(?!\d)/g;

/** A name as a glob that matches it alone. What could not be read of it is any character. */
export function globOf(name: string): string {
	return name.replace(/[*?[\]\\]/g, '\\$&').replace(/\ufffd+/g, '*');
}

/** The same for its like: dates and long numbers vary. */
export function likeness(name: string): string {
	return globOf(name).replace(VARIES, '*');
}

/** The path below the scanned directory that holds it; null: none does. */
export function below(path: string, directories: readonly string[]): string | null {
	const prefixes = directories.map((directory) => (directory.endsWith('/') ? directory : directory + '/'));
	const [longest] = prefixes.filter((prefix) => path.startsWith(prefix)).sort((a, b) => b.length - a.length);
	return longest === undefined ? null : path.slice(longest.length);
}
