// scale.test.ts - the round values of the axis of sizes.
import assert from 'node:assert/strict';
import test from 'node:test';
import {roundUp} from './scale.ts';

test('an axis ends at a round number of a binary unit that is not below the largest value', () => {
	const K = 1024;
	for (const [bytes, end] of [[0, 1], [1, 1], [3, 4], [900, K], [K, K], [K + 1, 2 * K], [1.3 * K ** 3, 2 * K ** 3], [801 * K ** 2, K ** 3], [K ** 4, K ** 4], [9e15, 8 * K ** 5]] as const) {
		assert.equal(roundUp(bytes), end, String(bytes));
	}
});
