// diff.ts - what changed between two configurations, as the history keeps them: setting by setting, from what to what.

export interface Difference {
	/** "Schedule: directories", "Policies: databases: green within" */
	what: string;
	/** An entry of a list came or went. */
	entry?: boolean;
	/** null: it was not there, or at its default. */
	from: string | null;
	to: string | null;
}

type Json = unknown;
type Row = Record<string, Json>;

const SHOWN_MAX = 100; // differences
const KEYS: Readonly<Record<string, string>> = {
	directories_to_scan: 'Directories', subnets_to_scan: 'Networks', exclude_addresses: 'Excluded addresses', network_scan: 'Network scan', schedule: 'Schedule', status: 'Status',
	policies: 'Policies', rules: 'Rules', generic_names: 'Generic words', sign_in: 'Sign-in', limits: 'Limits',
};

function label(key: string): string {
	return KEYS[key] ?? key.replaceAll('_', ' ');
}

function isRow(value: Json): value is Row {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function words(value: Json): string | null {
	if (value === undefined || value === null) {
		return null;
	}
	if (typeof value === 'boolean') {
		return value ? 'yes' : 'no';
	}
	if (Array.isArray(value)) {
		return value.map((one: Json) => words(one) ?? '').join(', ');
	}
	return isRow(value) ? Object.entries(value).map(([key, one]) => `${label(key)} ${words(one) ?? 'none'}`).join(', ') : String(value);
}

/** What a row of a list is known by; rows of the same name are told apart by their number. */
function nameOf(key: string, row: Json): string {
	if (!isRow(row)) {
		return String(row);
	}
	return String(key === 'rules' ? (row['regex'] ?? row['path']) : (row['path'] ?? row['name']));
}

function byName(key: string, list: readonly Json[]): Map<string, Json> {
	const rows = new Map<string, Json>();
	for (const row of list) {
		let name = nameOf(key, row);
		for (let i = 2; rows.has(name); i++) {
			name = `${nameOf(key, row)} (${i})`;
		}
		rows.set(name, row);
	}
	return rows;
}

function withoutName(key: string, row: Json): Row {
	if (!isRow(row)) {
		return {};
	}
	const {path, name, regex, ...rest} = row;
	return key === 'policies' ? {...rest, ...(path === undefined ? {} : {path}), ...(regex === undefined ? {} : {regex})} : {...rest, ...(name === undefined ? {} : {name})};
}

function compareLists(key: string, from: readonly Json[], to: readonly Json[], out: Difference[]): void {
	const before = byName(key, from);
	const after = byName(key, to);
	for (const [name, row] of before) {
		if (!after.has(name)) {
			const more = words(withoutName(key, row));
			out.push({what: label(key), entry: true, from: more === null || more === '' ? name : `${name}: ${more}`, to: null});
		}
	}
	for (const [name, row] of after) {
		if (before.has(name)) {
			compareRows(`${label(key)}: ${name}`, withoutName(key, before.get(name)), withoutName(key, row), out);
		} else {
			const more = words(withoutName(key, row));
			out.push({what: label(key), entry: true, from: null, to: more === null || more === '' ? name : `${name}: ${more}`});
		}
	}
	const order = (rows: Map<string, Json>, others: Map<string, Json>) => [...rows.keys()].filter((name) => others.has(name)).join('\n');
	if (order(before, after) !== order(after, before)) {
		out.push({what: `${label(key)}: order`, from: [...before.keys()].join(', '), to: [...after.keys()].join(', ')});
	}
}

function compareRows(what: string, from: Row, to: Row, out: Difference[]): void {
	for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
		if (JSON.stringify(from[key]) !== JSON.stringify(to[key])) {
			out.push({what: `${what}: ${label(key)}`, from: words(from[key]), to: words(to[key])});
		}
	}
}

/** At most SHOWN_MAX; empty: nothing is different. */
export function differences(from: Row, to: Row): Difference[] {
	const out: Difference[] = [];
	for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
		const [before, after] = [from[key], to[key]];
		if (Array.isArray(before) || Array.isArray(after)) {
			compareLists(key, Array.isArray(before) ? before : [], Array.isArray(after) ? after : [], out);
		} else {
			compareRows(label(key), isRow(before) ? before : {}, isRow(after) ? after : {}, out);
		}
	}
	return out.slice(0, SHOWN_MAX);
}
