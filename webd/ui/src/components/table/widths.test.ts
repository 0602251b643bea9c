// widths.test.ts - columns fill the room that there is, and none gets less than its least.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type Sized, widthsOf} from './widths.ts';

const COLUMNS: readonly Sized[] = [{field: 'rigid', width: 100}, {field: 'one', width: 80, flex: 1}, {field: 'three', width: 50, flex: 3}, {field: 'hidden', width: 70, flex: 1}];
const ALL = {rigid: true, one: true, three: true, hidden: false};

test('the room that is left is shared by flex', () => {
	assert.deepEqual(widthsOf(COLUMNS, {}, ALL, 500), {rigid: 100, one: 100, three: 300, hidden: 70});
});

test('who would get less than the least takes that, and the others share the rest', () => {
	assert.deepEqual(widthsOf(COLUMNS, {}, ALL, 340), {rigid: 100, one: 80, three: 160, hidden: 70});
});

test('one that falls short makes others fall short', () => {
	const columns = [{field: 'a', width: 100, flex: 1}, {field: 'b', width: 90, flex: 2}, {field: 'c', width: 10, flex: 2}];
	assert.deepEqual(widthsOf(columns, {}, {a: true, b: true, c: true}, 250), {a: 100, b: 90, c: 60});
});

test('without enough room each has its least', () => {
	assert.deepEqual(widthsOf(COLUMNS, {}, ALL, 0), {rigid: 100, one: 80, three: 50, hidden: 70});
});

test('what a person has chosen is no longer shared', () => {
	assert.deepEqual(widthsOf(COLUMNS, {three: 60}, ALL, 500), {rigid: 100, one: 340, three: 60, hidden: 70});
});

test('a hidden column takes no room, and with no flexible one nothing is shared', () => {
	assert.deepEqual(widthsOf(COLUMNS, {}, {rigid: true}, 500), {rigid: 100, one: 80, three: 50, hidden: 70});
});
