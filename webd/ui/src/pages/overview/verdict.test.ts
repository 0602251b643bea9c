// verdict.test.ts - the overview's sentence for everything that the counts can be.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {verdictOf} from './verdict.ts';

const summary = (red: number, yellow: number, unknown: number, green: number, exempt = 0, succeeded: string | null = '2026-01-01T00:00:00Z') => ({
	servers: red + yellow + unknown + green + exempt, by_status: {red, yellow, unknown, green, exempt}, files: succeeded === null ? 0 : 9, last_scans: {directories: {succeeded}},
});

test('the verdict is one sentence in the colour of the worst', () => {
	for (const [given, tone, sentence] of [
		[summary(2, 1, 0, 39), 'red', '3 of 42 servers have no good, recent backup.'],
		[summary(1, 0, 0, 41, 5), 'red', '1 of 42 servers has no good, recent backup.'],
		[summary(0, 3, 0, 1), 'yellow', '3 of 4 servers have no good, recent backup.'],
		[summary(0, 0, 2, 8), 'unknown', 'Of 2 of 10 servers it cannot be told whether they have a good backup.'],
		[summary(1, 0, 2, 7), 'red', '1 of 10 servers has no good, recent backup. Of 2 more it cannot be told.'],
		[summary(1, 1, 0, 0), 'red', 'None of 2 servers has a good, recent backup.'],
		[summary(1, 0, 0, 0), 'red', 'The one server has no good, recent backup.'],
		[summary(0, 0, 0, 41, 1), 'green', 'All 41 servers that need a backup have a good, recent one.'],
		[summary(0, 0, 0, 1), 'green', 'The one server that needs a backup has a good, recent one.'],
		[summary(0, 0, 0, 0, 3), 'exempt', 'All 3 servers are exempt: none needs a backup.'],
		[summary(0, 0, 0, 0), 'exempt', 'No server is known yet.'],
		[summary(9, 0, 0, 0, 0, null), 'exempt', 'Too early to say: the directories have not been scanned yet.'],
	] as const) {
		assert.deepEqual(verdictOf(given, false), {tone, sentence});
	}
});

test('while the first scan runs nobody is said to have no backup', () => {
	assert.deepEqual(verdictOf(summary(9, 0, 0, 0, 0, null), true), {tone: 'exempt', sentence: 'Too early to say: the first scan of the directories runs.'});
	assert.equal(verdictOf(summary(9, 0, 0, 0), true).tone, 'red', 'later scans change nothing until they end');
});
