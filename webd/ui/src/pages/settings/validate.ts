// validate.ts - everything that is wrong with what was typed, as far as it can be known without the server: field by field.
import type {Limits} from '../../api/types.ts';
import {checkDuration, checkPath, checkPorts, checkPrefix, checkSize, checkTarget, checkWhole, seconds} from './checks.ts';
import {clean, type Form, type PolicyForm, type RuleForm} from './form.ts';

/** "policies[2].name": a sentence. In the order of the page. */
export type Problems = ReadonlyMap<string, string>;
type Note = (field: string, problem: string | null | false) => void;

const RATE_MAX = 1_000_000;
const DAY = 86_400;

function lines(note: Note, field: string, list: readonly string[], check: (line: string) => string | null): void {
	clean(list).forEach((line, i) => note(`${field}[${i}]`, check(line)));
}

function ages(note: Note, field: string, {green_within: green, red_after: red}: {green_within: string; red_after: string}): void {
	note(`${field}green_within`, checkDuration(green, 60));
	note(`${field}red_after`, checkDuration(red, 0));
	const [good, bad] = [seconds(green), seconds(red)];
	note(`${field}red_after`, good !== null && bad !== null && bad !== 0 && bad <= good && 'It must be longer than the time in which a backup is good.');
}

function checkPolicy(note: Note, field: string, policy: PolicyForm): void {
	note(`${field}name`, policy.name.trim() === '' && 'Give the policy a name: reasons show it.');
	lines(note, `${field}subnets`, policy.subnets, checkPrefix);
	ages(note, field, policy);
	note(`${field}minimum_size`, checkSize(policy.minimum_size));
	note(`${field}copies`, checkWhole(policy.copies, 1, 1000));
	note(`${field}shrunk_below_percent`, checkWhole(policy.shrunk_below_percent, 0, 100));
}

/** What stands in the way of a preview, too. */
export function ruleProblem({kind, pattern, ignore, server}: RuleForm): {field: 'pattern' | 'server'; message: string} | null {
	if (pattern === '') {
		return {field: 'pattern', message: kind === 'path' ? 'Write a glob, such as vm/108/*.' : 'Write a regular expression, such as ^vm/(?<host>[^/]+)/.'};
	}
	const namesHost = kind === 'regex' && /\(\?P?(<host>|'host')/.test(pattern);
	if (!ignore && server.trim() === '' && !namesHost) {
		return {field: 'server', message: kind === 'regex' ? 'Name the server, or let a group (?<host>...) name it.' : 'Name the server that such files belong to.'};
	}
	return null;
}

function twice<T>(note: Note, rows: readonly T[], field: (i: number) => string, name: (row: T) => string, sentence: string): void {
	const seen = new Set<string>();
	rows.forEach((row, i) => {
		note(field(i), name(row) !== '' && seen.has(name(row)) && sentence);
		seen.add(name(row));
	});
}

export function problems(form: Form, limits: Limits): Problems {
	const found = new Map<string, string>();
	const note: Note = (field, problem) => {
		if (problem !== null && problem !== false && !found.has(field)) {
			found.set(field, problem);
		}
	};
	form.directories_to_scan.forEach(({path}, i) => note(`directories_to_scan[${i}].path`, checkPath(path, limits)));
	twice(note, form.directories_to_scan, (i) => `directories_to_scan[${i}].path`, ({path}) => path.trim(), 'This directory is listed twice.');
	lines(note, 'subnets_to_scan', form.subnets_to_scan, (line) => checkTarget(line, limits));
	lines(note, 'exclude_addresses', form.exclude_addresses, checkPrefix);
	const scan = form.network_scan;
	note('network_scan.ports', checkPorts(scan.ports));
	note('network_scan.max_rate', checkWhole(scan.max_rate, limits.max_rate === 0 ? 0 : 1, limits.max_rate === 0 ? RATE_MAX : limits.max_rate));
	note('network_scan.host_timeout', checkDuration(scan.host_timeout, 1, DAY));
	note('network_scan.scan_timeout', checkDuration(scan.scan_timeout, 1, 7 * DAY));
	ages(note, 'status.', form.status);
	note('status.shrunk_below_percent', checkWhole(form.status.shrunk_below_percent, 0, 100));
	form.policies.forEach((policy, i) => checkPolicy(note, `policies[${i}].`, policy));
	twice(note, form.policies, (i) => `policies[${i}].name`, ({name}) => name.trim(), 'Another policy has this name.');
	form.rules.forEach((rule, i) => {
		const problem = ruleProblem(rule);
		note(`rules[${i}].${problem?.field === 'server' ? 'server' : rule.kind}`, problem?.message ?? null);
	});
	return found;
}
