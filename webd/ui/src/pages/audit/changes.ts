// changes.ts - from what to what, out of the JSON of an entry: a line for each part that changed.
import {visible} from '../../format/name.ts';

export interface Change {
	/** Of the part; '': the whole. */
	name: string;
	/** null: there was none, or there is none now. */
	before: string | null;
	after: string | null;
}

type Parts = Readonly<Record<string, unknown>>;

/** What is no JSON stays as it is. */
function parse(json: string | null): unknown {
	if (json === null) {
		return undefined;
	}
	try {
		return JSON.parse(json);
	} catch {
		return json;
	}
}

function isObject(value: unknown): value is Parts {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
	return value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

/** What stands for nothing is left out where a whole is told. */
function said(whole: Parts): readonly (readonly [string, unknown])[] {
	return Object.entries(whole).filter(([, value]) => !isEmpty(value));
}

function textOf(value: unknown): string {
	if (Array.isArray(value)) {
		return value.length === 0 ? 'none' : value.map(textOf).join(', ');
	}
	if (isObject(value)) {
		return said(value).map(([name, inner]) => `${name}: ${textOf(inner)}`).join('; ');
	}
	return value === null || value === '' ? 'none' : visible(String(value));
}

const textOrNull = (value: unknown): string | null => (value === undefined ? null : textOf(value));

function changedParts(before: Parts, after: Parts): readonly Change[] {
	return [...new Set([...Object.keys(before), ...Object.keys(after)])]
		.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
		.map((name) => ({name: visible(name), before: textOrNull(before[name]), after: textOrNull(after[name])}));
}

export function changesOf(before: string | null, after: string | null): readonly Change[] {
	const [was, is] = [parse(before), parse(after)];
	if (was === undefined && is === undefined) {
		return [];
	}
	if ((isObject(was) || was === undefined) && (isObject(is) || is === undefined)) {
		return was !== undefined && is !== undefined ? changedParts(was, is) : changedParts(Object.fromEntries(said(was ?? {})), Object.fromEntries(said(is ?? {})));
	}
	if (Array.isArray(was) && Array.isArray(is)) {
		return [...was.map((one) => ({name: 'removed', before: textOf(one), after: null})), ...is.map((one) => ({name: 'added', before: null, after: textOf(one)}))];
	}
	return [{name: '', before: textOrNull(was), after: textOrNull(is)}];
}

/** "role: viewer → operator", "added: /srv/backup" */
export function changeText({name, before, after}: Change): string {
	const values = before === null ? after : after === null ? before : `${before} → ${after}`;
	return name === '' ? (values ?? '') : `${name}: ${values ?? ''}`;
}
