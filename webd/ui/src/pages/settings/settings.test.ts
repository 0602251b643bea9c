// settings.test.ts - what is typed is judged, merged, compared and sent as it should be.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Config, Limits} from '../../api/types.ts';
import {checkDuration, checkPath, checkPorts, checkPrefix, checkTarget, size, sizeText} from './checks.ts';
import {differences} from './diff.ts';
import {changes, type Form, formOf, inputOf, lineNumber, merged, newPolicy, newRule} from './form.ts';
import {problems} from './validate.ts';

const LIMITS: Limits = {
	directories_within: ['/'], directories_never: ['/proc', '/sys'], subnets_within: ['10.0.0.0/8'], smallest_prefix_v4: 16, smallest_prefix_v6: 112, max_rate: 10_000,
	sign_in: 'webd',
};
const CONFIG: Config = {
	directories_to_scan: ['/srv/a', {path: '/srv/b', exclude: ['*.tmp'], one_file_system: true, server: 'web1', date_order: 'day_first', timezone: 'Europe/Berlin'}],
	subnets_to_scan: ['10.0.0.0/24', 'nas.example.org'], exclude_addresses: ['10.0.0.1'],
	network_scan: {ports: 'top:100', detect_os: false, max_rate: 1000, host_timeout: '5m', scan_timeout: '6h'},
	schedule: {directories: '@every 1h', servers: 'off', timezone: ''}, status: {green_within: '365d', red_after: '0s', shrunk_below_percent: 50},
	policies: [{name: 'db', servers: ['db*'], subnets: [], tags: ['sql'], os: [], green_within: '36h', red_after: '7d', minimum_size: 1_048_576, copies: 2, shrunk_below_percent: 50}],
	rules: [{path: 'vm/108/*', regex: null, server: 'mail', ignore: false}, {path: null, regex: '^x/(?<host>.+)', server: null, ignore: false}], generic_names: ['vm'],
	sign_in: {session_idle: '12h', session_max: '7d'},
};

function judge(check: (text: string) => string | null, good: readonly string[], bad: readonly string[]): void {
	for (const text of good) {
		assert.equal(check(text), null, text);
	}
	for (const text of bad) {
		assert.notEqual(check(text), null, text);
	}
}

test('durations, paths, networks, names and ports are told from what is none', () => {
	judge((text) => checkDuration(text, 60), ['1m', '36h', '2w', ' 7d '], ['', '0', '30s', '1y', '1h30m', '-1d', '99999999d']);
	judge((text) => checkPath(text, LIMITS), ['/srv', '/', '//srv//x/', '/processes'], ['', 'srv', '/srv/../etc', '/srv/.', '/proc', '/proc/1']);
	judge(checkPrefix, ['10.0.0.0/24', '10.0.0.5', 'fd00::/120', '::1', '0.0.0.0/0'], ['10.0.0.5/24', '10.0.0/24', '10.0.0.256', '10.0.0.0/33', '010.0.0.1', 'x', 'fd00::/129', '1/2/3']);
	judge((text) => checkTarget(text, LIMITS), ['10.0.0.0/16', 'nas', 'nas-1.example.org', '10.0.0.9'], ['10.0.0.0/8', '-nas', 'a b', '10.0.0', 'fd00::/64', 'a/b']);
	judge(checkPorts, ['22', '22,80,8000-8100', 'top:100'], ['', '0', '22,', '100-22', 'top:0', '65536', '22-23-24', 'ssh']);
});

test('a network with host bits shows the right one', () => {
	assert.equal(checkPrefix('192.168.7.9/24'), 'The network is 192.168.7.0/24.');
	assert.equal(checkPrefix('255.255.255.255/1'), 'The network is 128.0.0.0/1.');
});

test('sizes go to text and back', () => {
	for (const bytes of [0, 1, 1023, 1024, 1536, 1024 ** 2, 5 * 1024 ** 3, 2 ** 50]) {
		assert.equal(size(sizeText(bytes)), bytes);
	}
	assert.equal(size('1.5 MiB'), 1_572_864);
	assert.equal(size('100mb'), 104_857_600);
	assert.equal(size('much'), null);
});

test('what was read is sent back with the same meaning', () => {
	const input = inputOf(formOf(CONFIG), size);
	assert.deepEqual(input.directories_to_scan[1], CONFIG.directories_to_scan[1]);
	assert.deepEqual(input.policies, CONFIG.policies);
	assert.deepEqual(input.rules, [{path: 'vm/108/*', server: 'mail'}, {regex: '^x/(?<host>.+)'}]);
	assert.deepEqual(input.status, {...CONFIG.status, red_after: '0'});
	assert.equal(problems(formOf(CONFIG), LIMITS).size, 0);
});

test('each problem is named by the field that the server would name', () => {
	const form = formOf(CONFIG);
	const bad: Form = {
		...form, directories_to_scan: [...form.directories_to_scan, {...form.directories_to_scan[0]!, path: '/srv/a'}], subnets_to_scan: ['', '10.0.0.0/24', '10.0.0.1/24'],
		status: {green_within: '7d', red_after: '7d', shrunk_below_percent: '101'}, policies: [...form.policies, {...newPolicy(), name: 'db', copies: '0'}],
		rules: [...form.rules, newRule(), {...newRule(), kind: 'regex', pattern: 'a'}],
	};
	assert.deepEqual([...problems(bad, LIMITS).keys()], ['directories_to_scan[2].path', 'subnets_to_scan[1]', 'status.red_after', 'status.shrunk_below_percent', 'policies[1].copies',
		'policies[1].name', 'rules[2].path', 'rules[3].server']);
	assert.equal(lineNumber(bad.subnets_to_scan, 1), 3);
});

test('empty lines are no change, and changes of two people meet', () => {
	const base = formOf(CONFIG);
	const mine: Form = {...base, subnets_to_scan: [...base.subnets_to_scan, ''], generic_names: ['vm', 'guest']};
	assert.deepEqual(changes(base, mine), ['generic_names']);
	assert.deepEqual(changes(base, formOf(CONFIG)), []);
	const theirs = formOf({...CONFIG, subnets_to_scan: ['10.9.0.0/24'], generic_names: ['theirs']});
	const both = merged(base, mine, theirs);
	assert.deepEqual([both.subnets_to_scan, both.generic_names], [['10.9.0.0/24'], ['vm', 'guest']]);
});

test('the history says what was added, removed, changed and moved', () => {
	const before = {directories_to_scan: ['/a', '/b'], schedule: {directories: 'off'}, policies: [{name: 'p', copies: 1}, {name: 'q'}], subnets_to_scan: ['10.0.0.0/24']};
	const after = {directories_to_scan: ['/b', {path: '/c', server: 'web1'}], schedule: {directories: '0 3 * * *'}, policies: [{name: 'q'}, {name: 'p', copies: 3}], subnets_to_scan: ['10.0.0.0/24']};
	assert.deepEqual(differences(before, after), [
		{what: 'Directories', entry: true, from: '/a', to: null}, {what: 'Directories', entry: true, from: null, to: '/c: server web1'}, {what: 'Schedule: directories', from: 'off', to: '0 3 * * *'},
		{what: 'Policies: p: copies', from: '1', to: '3'}, {what: 'Policies: order', from: 'p, q', to: 'q, p'},
	]);
	assert.deepEqual(differences(after, after), []);
	assert.deepEqual(differences({}, {rules: [{path: 'x', ignore: true}, {path: 'x', server: 's'}]}).map(({to}) => to), ['x: ignore yes', 'x (2): server s']);
});
