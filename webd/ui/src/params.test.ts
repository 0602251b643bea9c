// params.test.ts - what stands in an address is read as what it means, and nonsense as its absence.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {changed, flag, number, oneOf, read, text, words} from './params.ts';

const CODECS = {q: text, status: words(['red', 'green']), server: number, up: flag, order: oneOf(['asc', 'desc'], 'asc')};
const ABSENT = {q: '', status: [], server: null, up: null, order: 'asc'};

test('parameters are read by their types', () => {
	const cases: [string, object][] = [
		['', ABSENT],
		['?q=a%20b&status=green,red&server=12&up=0&order=desc', {q: 'a b', status: ['red', 'green'], server: 12, up: false, order: 'desc'}],
		['?status=blue&server=x&up=2&order=up', ABSENT],
		['?server=0', ABSENT], ['?server=-1', ABSENT], ['?server=1e3', ABSENT], ['?server=99999999999999999', ABSENT],
		['?status=red,blue', {...ABSENT, status: ['red']}],
	];
	for (const [search, expected] of cases) {
		assert.deepEqual(read(search, CODECS), expected, search);
	}
});

test('what is the default is left out, and what is not known stays', () => {
	assert.equal(changed('?other=1&q=x', CODECS, {q: '', status: ['red', 'green']}), '?other=1&status=red,green');
	assert.equal(changed('?order=desc', CODECS, {order: 'asc'}), '');
	assert.equal(changed('', CODECS, {up: false, server: 7}), '?up=0&server=7');
	assert.equal(changed('', CODECS, {q: '<img>&'}), '?q=%3Cimg%3E%26');
});

test('what is written is read again', () => {
	const values = {q: 'ä,&=?#', status: ['green'], server: 3, up: true, order: 'desc'} as const;
	assert.deepEqual(read(changed('', CODECS, values), CODECS), values);
});
