// rules.test.ts - globs made of names match what they should, and a rule that is being written says what it lacks.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {draftOf, intentOf, missing, previewOf, ruleOf} from './draft.ts';
import {below, globOf, likeness} from './globs.ts';

test('what is special in a glob is taken literally', () => {
	assert.equal(globOf('a[1]*?\\.tar'), 'a\\[1\\]\\*\\?\\\\.tar');
	assert.equal(globOf('bad\ufffd\ufffdbytes'), 'bad*bytes');
});

test('dates and long numbers vary in the likes of a name, short numbers do not', () => {
	const cases: [string, string][] = [
		['web01/web01_2026-01-31.tar.gz', 'web01/web01_*.tar.gz'], ['vzdump-qemu-108-2026_01_31-03_00_02.vma.zst', 'vzdump-qemu-108-*.vma.zst'],
		['db-20260131T0300.sql', 'db-*.sql'], ['n.1700000000.img', 'n.*.img'], ['disk7.img', 'disk7.img'], ['odd[1].tar', 'odd\\[1\\].tar'],
	];
	for (const [name, expected] of cases) {
		assert.equal(likeness(name), expected);
	}
});

test('a path is told from the nearest scanned directory', () => {
	const directories = ['/srv', '/srv/backups/', '/'];
	assert.equal(below('/srv/backups/a/b', directories), 'a/b');
	assert.equal(below('/srv/x', directories), 'x');
	assert.equal(below('/other', directories), 'other');
	assert.equal(below('/srvx/a', ['/srv']), null);
});

test('a rule of a server needs one, and is previewed without', () => {
	const draft = draftOf({path: 'a/*'});
	assert.equal(missing(draft), 'Choose a server.');
	assert.equal(intentOf(draft), 'undecided');
	assert.deepEqual(previewOf(draft), {path: 'a/*', ignore: true});
	const chosen = {...draft, server: {id: 7, name: 'web'}};
	assert.equal(missing(chosen), '');
	assert.deepEqual(ruleOf(chosen), {path: 'a/*', server: 'web'});
	assert.deepEqual(previewOf({...chosen, server: {id: null, name: 'new'}}), {path: 'a/*', ignore: true});
});

test('a rule that exists comes back as it was', () => {
	for (const rule of [{path: 'a', server: 'x'}, {path: 'b', ignore: true}, {regex: '^(?<host>\\w+)/'}, {regex: 'c', server: 'y'}]) {
		assert.deepEqual(ruleOf(draftOf(rule)), rule);
	}
	assert.equal(missing(draftOf({regex: 'no host', ignore: false, server: null})), 'Choose a server.');
	assert.notEqual(missing({...draftOf({regex: 'a'}), then: 'named'}), '');
	assert.equal(previewOf(draftOf({path: ' '})), null);
});
