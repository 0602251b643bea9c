// client.test.ts - addresses are put together, and sentences finished.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ApiError, sentence, urlOf} from './client.ts';

test('an address has its number and the parameters that are not empty', () => {
	assert.equal(urlOf('/api/servers'), '/api/servers');
	assert.equal(urlOf('/api/servers/{id}/changes', {id: 7, query: {limit: 5, cursor: undefined}}), '/api/servers/7/changes?limit=5');
	assert.equal(urlOf('/api/servers', {query: {q: '', status: ['red', 'green'], reachable: false, by_hand: true, tag: null}}), '/api/servers?status=red%2Cgreen&reachable=0&by_hand=1');
	assert.equal(urlOf('/api/files', {query: {q: 'a&b=c'}}), '/api/files?q=a%26b%3Dc');
});

test('a sentence begins large and ends with a stop', () => {
	const cases: [string, string][] = [['', ''], ['the disk is full', 'The disk is full.'], ['Why?', 'Why?'], ['done.', 'Done.']];
	for (const [given, expected] of cases) {
		assert.equal(sentence(given), expected);
	}
	assert.equal(new ApiError(400, 'invalid_value', 'the path is relative', 'path').message, 'The path is relative.');
});
