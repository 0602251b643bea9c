// rate.test.ts - a rate is that of the last seconds, and not known before there are some.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {rateOf, type Sample, sampled} from './rate.ts';

const after = (...all: [number, number][]) => all.reduce<readonly Sample[]>((samples, [count, at]) => sampled(samples, {count, at}), []);

test('a rate is not known from one sample or from a short span', () => {
	assert.equal(rateOf([]), null);
	assert.equal(rateOf(after([5, 0])), null);
	assert.equal(rateOf(after([0, 0], [100, 500])), null);
});

test('a rate is what came in the last seconds', () => {
	assert.equal(rateOf(after([0, 0], [200, 2000])), 100);
	assert.equal(rateOf(after([0, 0], [100_000, 1000], [100_000, 17_000], [100_100, 18_000])), 100, 'the burst at the beginning is forgotten');
	assert.equal(rateOf(after([0, 0], [600, 60_000])), 10, 'events that come rarely');
});

test('another scan begins anew', () => {
	assert.equal(rateOf(after([0, 0], [5000, 2000], [10, 3000])), null);
});
