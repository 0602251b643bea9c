// coverage.ts - how the servers that need a backup stood over time, as shares that can be drawn and as one line a day.
import type {HistoryEntry} from '../../api/types.ts';

/** From the bottom of the chart to its top. */
export const LAYERS = ['green', 'yellow', 'unknown', 'red'] as const;
export type Counts = Pick<HistoryEntry, 'green' | 'yellow' | 'unknown' | 'red' | 'exempt'>;

/** Where each layer ends, from 0 to 1; null: no server needed a backup. */
export function layersOf(counts: Counts): readonly number[] | null {
	const all = LAYERS.reduce((sum, layer) => sum + counts[layer], 0);
	let below = 0;
	return all === 0 ? null : LAYERS.map((layer) => {
		below += counts[layer];
		return below / all;
	});
}

/** Whole percent of the servers that need a backup and have a good one; never rounded up. */
export function coverageOf(counts: Counts): number {
	return Math.floor((layersOf(counts)?.[0] ?? 0) * 100 + 1e-9);
}

/** The last count of each of the reader's days, the newest day first. entries: the oldest first. */
export function byDay<E extends {time: string}>(entries: readonly E[]): readonly E[] {
	const days = new Map<string, E>();
	for (const entry of entries) {
		days.set(new Date(entry.time).toDateString(), entry);
	}
	return [...days.values()].reverse();
}

/** The index of the entry that held at that time: the last one not after it; the first one before all. */
export function heldAt(entries: readonly {time: string}[], time: number): number {
	let low = 0;
	let high = entries.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (Date.parse(entries[middle]?.time ?? '') <= time) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}
	return low;
}
