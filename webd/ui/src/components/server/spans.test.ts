// spans.test.ts - the last days of exemptions.
import assert from 'node:assert/strict';
import test from 'node:test';
import {dayOf, lastDay} from './spans.ts';

test('a week, a month and three months end on the same day of the calendar', () => {
	const now = new Date(2026, 0, 15, 23, 59);
	assert.equal(dayOf(now), '2026-01-15');
	assert.equal(lastDay('week', '', now), '2026-01-22');
	assert.equal(lastDay('month', '', now), '2026-02-15');
	assert.equal(lastDay('quarter', '', now), '2026-04-15');
});

test('a month after the 31st is the last day of a shorter month', () => {
	assert.equal(lastDay('month', '', new Date(2026, 0, 31)), '2026-02-28');
	assert.equal(lastDay('month', '', new Date(2028, 0, 31)), '2028-02-29');
	assert.equal(lastDay('quarter', '', new Date(2026, 10, 30)), '2027-02-28');
});

test('a date is taken as it is, and no end is none', () => {
	assert.equal(lastDay('date', '2030-05-01', new Date(2026, 0, 1)), '2030-05-01');
	assert.equal(lastDay('never', '2030-05-01', new Date(2026, 0, 1)), null);
});
