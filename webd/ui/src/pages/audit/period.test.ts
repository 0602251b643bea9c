// period.test.ts - days are the reader's, both ends are included, and what is no day is no filter.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {day, periodQuery, startOf} from './period.ts';

test('a period begins with its first day and ends before the day after its last, also where the clocks change', () => {
	for (const last of ['2026-11-22', '2026-03-29', '2026-10-25', '2026-12-31']) {
		const {since, until} = periodQuery('2026-01-01', last);
		assert.equal(since, new Date(2026, 0, 1).getTime() / 1000);
		const end = new Date((until ?? 0) * 1000);
		assert.deepEqual([end.getHours(), end.getMinutes()], [0, 0]);
		assert.equal(new Date(end.getTime() - 1).getDate(), Number(last.slice(-2)));
	}
});

test('what is no day is left out', () => {
	for (const text of ['', 'today', '2026-02-30', '2026-13-01', '2026-1-1', '1969-12-31']) {
		assert.equal(startOf(text), undefined, text);
		assert.equal(day.read(text), '', text);
	}
	assert.equal(day.read('2024-02-29'), '2024-02-29');
	assert.deepEqual(periodQuery('', ''), {since: undefined, until: undefined});
});
