// words.test.ts - what was done is told in words, and values without the marks of JSON.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {actionText, valueText} from './words.ts';

test('an action has words, an attempt says that it was refused, an unknown one stays as it is', () => {
	assert.equal(actionText('session.begin', false), 'Signed in');
	assert.equal(actionText('session.begin', true), 'Refused: signed in');
	assert.equal(actionText('moon.shine', false), 'moon.shine');
});

test('values lose the marks of JSON, and what is no JSON stays as it is', () => {
	assert.equal(valueText(null), '');
	assert.equal(valueText('"every night"'), 'every night');
	assert.equal(valueText('{"role":"viewer","tags":["a","b"],"until":null}'), 'role: viewer; tags: a, b; until: none');
	assert.equal(valueText('{"cut'), '{"cut');
});
