// format.test.ts - times, sizes and names read as they should.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {visible} from './name.ts';
import {bytes, counted} from './size.ts';
import {duration, exactTime, relativeTime} from './time.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const S = 1000, MIN = 60 * S, H = 60 * MIN, D = 24 * H;

test('a time is told in the largest unit that is full', () => {
	const cases: [number, string][] = [
		[-10 * S, 'just now'], [10 * S, 'in a moment'], [-50 * S, '50 seconds ago'], [-61 * S, '1 minute ago'], [-59 * MIN, '59 minutes ago'],
		[-47 * H, '47 hours ago'], [-48 * H, '2 days ago'], [-59 * D, '59 days ago'], [-61 * D, '2 months ago'], [-729 * D, '23 months ago'],
		[-731 * D, '2 years ago'], [3 * H, 'in 3 hours'],
	];
	for (const [offset, expected] of cases) {
		assert.equal(relativeTime(NOW + offset, NOW), expected);
	}
});

test('an exact time names its zone', () => {
	assert.match(exactTime(NOW), /2026.*\d:\d\d/);
});

test('a duration has its two largest units', () => {
	const cases: [number, string][] = [[0, '0 s'], [0.4, '0 s'], [59, '59 s'], [60, '1 min'], [3661, '1 h 1 min'], [90_000, '1 d 1 h'], [86_401, '1 d'], [-5, '0 s']];
	for (const [seconds, expected] of cases) {
		assert.equal(duration(seconds), expected);
	}
});

test('sizes have binary units and three digits', () => {
	const cases: [number, string][] = [
		[0, '0 B'], [1023, '1,023 B'], [1024, '1 KiB'], [1536, '1.5 KiB'], [1024 ** 2 - 1, '1 MiB'], [123.4 * 1024 ** 2, '123 MiB'],
		[12.34 * 1024 ** 3, '12.3 GiB'], [2 ** 50, '1 PiB'], [2 ** 62, '4 EiB'],
	];
	for (const [size, expected] of cases) {
		assert.equal(bytes(size), expected);
	}
});

test('one is not many', () => {
	assert.equal(counted(1, 'server'), '1 server');
	assert.equal(counted(0, 'server'), '0 servers');
	assert.equal(counted(2000, 'directory', 'directories'), '2,000 directories');
});

test('marks that hide or reorder text become visible', () => {
	assert.equal(visible('a\u202egnp.exe\n\u200bz'), 'a\ufffdgnp.exe\ufffd\ufffdz');
	assert.equal(visible('größe 漢字.tar'), 'größe 漢字.tar');
});
