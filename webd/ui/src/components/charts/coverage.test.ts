// coverage.test.ts - shares, days and points in time of the chart of coverage.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {byDay, coverageOf, heldAt, layersOf} from './coverage.ts';

const counts = (green: number, yellow: number, unknown: number, red: number, exempt = 0) => ({green, yellow, unknown, red, exempt});

test('layers end where those below them and their own servers do, exempt ones apart', () => {
	assert.deepEqual(layersOf(counts(5, 2, 1, 2, 90)), [.5, .7, .8, 1]);
	assert.equal(layersOf(counts(0, 0, 0, 0, 3)), null);
});

test('coverage is never rounded up to all', () => {
	for (const [green, red, expected] of [[999, 1, 99], [1, 0, 100], [0, 4, 0], [29, 71, 29], [57, 43, 57], [2, 1, 66]] as const) {
		assert.equal(coverageOf(counts(green, 0, 0, red)), expected);
	}
	assert.equal(coverageOf(counts(0, 0, 0, 0, 1)), 0);
});

test('a day is told by its last count, by the clock of the reader', () => {
	const entries = ['2026-01-01T22:30:00Z', '2026-01-01T22:59:00Z', '2026-01-01T23:30:00Z', '2026-01-02T10:00:00Z'].map((time) => ({time}));
	assert.deepEqual(byDay(entries).map(({time}) => time), ['2026-01-02T10:00:00Z', '2026-01-01T22:59:00Z']);
});

test('a time between two counts has the one before it', () => {
	const entries = [0, 10, 20, 30].map((second) => ({time: new Date(second * 1000).toISOString()}));
	for (const [second, expected] of [[-5, 0], [0, 0], [9, 0], [10, 1], [29, 2], [30, 3], [99, 3]] as const) {
		assert.equal(heldAt(entries, second * 1000), expected, String(second));
	}
});
