// words.test.ts - what was done is told in words.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {actionText} from './words.ts';

test('an action has words, an attempt says that it was refused, an unknown one stays as it is', () => {
	assert.equal(actionText('session.begin', false), 'Signed in');
	assert.equal(actionText('session.begin', true), 'Sign-in refused');
	assert.equal(actionText('scan.start', true), 'Refused: Started a scan');
	assert.equal(actionText('moon.shine', false), 'moon.shine');
});
