// changes.test.ts - an entry's JSON becomes a line for each part that changed, and whatever it holds is inert.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {changesOf, changeText} from './changes.ts';

const lines = (before: string | null, after: string | null) => changesOf(before, after).map(changeText);

test('only what differs is told, from what to what', () => {
	assert.deepEqual(lines('{"role":"viewer","tags":["a"]}', '{"role":"operator","tags":["a"]}'), ['role: viewer → operator']);
	assert.deepEqual(lines('{"role":"viewer"}', '{"role":"viewer","password":"set"}'), ['password: set']);
	assert.deepEqual(lines('"365d"', '"30d"'), ['365d → 30d']);
	assert.deepEqual(lines('{"note":"","aliases":["www"]}', '{"note":"rack 3","aliases":[]}'), ['note: none → rack 3', 'aliases: www → none']);
});

test('what comes and what goes, in lists one by one', () => {
	assert.deepEqual(lines(null, '"www"'), ['www']);
	assert.deepEqual(lines(null, '{"role":"viewer"}'), ['role: viewer']);
	assert.deepEqual(lines('{"reason":"no data","until":null}', null), ['reason: no data']);
	assert.deepEqual(lines('["/a"]', '["/b","/c"]'), ['removed: /a', 'added: /b', 'added: /c']);
	assert.deepEqual(lines('[]', '[{"path":"a*","regex":null,"tags":[],"ignore":true}]'), ['added: path: a*; ignore: true']);
	assert.deepEqual(lines(null, null), []);
});

test('what is no JSON, and a value that was too long to be kept, stay as they are', () => {
	assert.deepEqual(lines('{"cut', null), ['{"cut']);
	assert.deepEqual(lines('"2048 bytes"', '{"a":1}'), ['2048 bytes → a: 1']);
	assert.ok(!lines(null, '"a\\u202eb\\nc"').join('').includes('\u202e'));
});
