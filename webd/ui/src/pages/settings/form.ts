// form.ts - the settings as they are typed: every number a text, every list its lines; from the configuration and back.
import type {Config, ConfigInput} from '../../api/types.ts';
import {sizeText} from './checks.ts';

export interface DirectoryForm {
	id: number;
	path: string;
	exclude: readonly string[];
	one_file_system: boolean;
	server: string;
	date_order: 'none' | 'day_first' | 'month_first';
	timezone: string;
}
export interface PolicyForm {
	id: number;
	name: string;
	servers: readonly string[];
	subnets: readonly string[];
	tags: readonly string[];
	os: readonly string[];
	green_within: string;
	red_after: string;
	minimum_size: string;
	copies: string;
	shrunk_below_percent: string;
}
export interface RuleForm {
	id: number;
	kind: 'path' | 'regex';
	pattern: string;
	ignore: boolean;
	server: string;
}
/** The names are those of the configuration, so that the server's "policies[2].green_within" finds its place. */
export interface Form {
	directories_to_scan: readonly DirectoryForm[];
	subnets_to_scan: readonly string[];
	exclude_addresses: readonly string[];
	network_scan: {ports: string; detect_os: boolean; max_rate: string; host_timeout: string; scan_timeout: string};
	schedule: {directories: string; servers: string; timezone: string};
	status: {green_within: string; red_after: string; shrunk_below_percent: string};
	sign_in: {session_idle: string; session_max: string};
	policies: readonly PolicyForm[];
	rules: readonly RuleForm[];
	generic_names: readonly string[];
}
export type FormKey = keyof Form;

let lastId = 0;

export function newDirectory(path = ''): DirectoryForm {
	return {id: ++lastId, path, exclude: [], one_file_system: false, server: '', date_order: 'none', timezone: ''};
}
export function newPolicy(): PolicyForm {
	return {id: ++lastId, name: '', servers: [], subnets: [], tags: [], os: [], green_within: '7d', red_after: '0', minimum_size: '0', copies: '1', shrunk_below_percent: '50'};
}
export function newRule(): RuleForm {
	return {id: ++lastId, kind: 'path', pattern: '', ignore: false, server: ''};
}

/** "0s" reads as "0" */
function zero(duration: string): string {
	return /^0[smhdw]$/.test(duration) ? '0' : duration;
}

export function formOf(config: Config): Form {
	return {
		directories_to_scan: config.directories_to_scan.map((row) => (typeof row === 'string' ? newDirectory(row)
			: {...row, id: ++lastId, server: row.server ?? '', timezone: row.timezone ?? ''})),
		subnets_to_scan: config.subnets_to_scan,
		exclude_addresses: config.exclude_addresses,
		network_scan: {...config.network_scan, max_rate: String(config.network_scan.max_rate)},
		schedule: config.schedule,
		status: {...config.status, red_after: zero(config.status.red_after), shrunk_below_percent: String(config.status.shrunk_below_percent)},
		sign_in: config.sign_in,
		policies: config.policies.map((row) => ({
			...row, id: ++lastId, red_after: zero(row.red_after), minimum_size: sizeText(row.minimum_size), copies: String(row.copies), shrunk_below_percent: String(row.shrunk_below_percent),
		})),
		rules: config.rules.map(({path, regex, server, ignore}) => ({id: ++lastId, kind: regex === null ? 'path' : 'regex', pattern: regex ?? path ?? '', ignore, server: server ?? ''})),
		generic_names: config.generic_names,
	};
}

/** Lines as they count: without those that are empty. */
export function clean(lines: readonly string[]): string[] {
	return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** The line that the server counts as `index`, counted as the person sees it, from 1. */
export function lineNumber(lines: readonly string[], index: number): number {
	let seen = -1;
	const at = lines.findIndex((line) => line.trim() !== '' && ++seen === index);
	return (at < 0 ? index : at) + 1;
}

/** A rule as the API takes it. */
export function ruleInput({kind, pattern, ignore, server}: RuleForm) {
	return {[kind]: pattern, ...(ignore ? {ignore} : server.trim() === '' ? {} : {server: server.trim()})};
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** Only after problems() found none: what is no number becomes 0. */
export function inputOf(form: Form, size: (text: string) => number | null): ConfigInput {
	return {
		directories_to_scan: form.directories_to_scan.map(({id: _id, ...row}) => ({...row, path: row.path.trim(), exclude: clean(row.exclude), server: orNull(row.server), timezone: orNull(row.timezone)})),
		subnets_to_scan: clean(form.subnets_to_scan),
		exclude_addresses: clean(form.exclude_addresses),
		network_scan: {...form.network_scan, ports: form.network_scan.ports.trim(), max_rate: Number(form.network_scan.max_rate)},
		schedule: {directories: form.schedule.directories.trim(), servers: form.schedule.servers.trim(), timezone: form.schedule.timezone.trim()},
		status: {...form.status, shrunk_below_percent: Number(form.status.shrunk_below_percent)},
		sign_in: form.sign_in,
		policies: form.policies.map(({id: _id, ...row}) => ({
			...row, name: row.name.trim(), servers: clean(row.servers), subnets: clean(row.subnets), tags: clean(row.tags), os: clean(row.os),
			minimum_size: size(row.minimum_size) ?? 0, copies: Number(row.copies), shrunk_below_percent: Number(row.shrunk_below_percent),
		})),
		rules: form.rules.map(ruleInput),
		generic_names: clean(form.generic_names),
	};
}

/** Without what tells rows apart on the page only. */
function comparable(form: Form, key: FormKey): string {
	return JSON.stringify(form[key], (name, value: unknown) => (name === 'id' ? undefined : Array.isArray(value) && value.every((one) => typeof one === 'string') ? clean(value) : value));
}

/** Which settings are different. */
export function changes(from: Form, to: Form): FormKey[] {
	return (Object.keys(from) as FormKey[]).filter((key) => from[key] !== to[key] && comparable(from, key) !== comparable(to, key));
}

/** What was typed, on top of what somebody else has saved meanwhile. */
export function merged(base: Form, mine: Form, theirs: Form): Form {
	const kept = Object.fromEntries(changes(base, mine).map((key) => [key, mine[key]]));
	return {...theirs, ...kept} as Form;
}
