// rate.ts - how fast a count grows, measured by the reader's own clock over the last seconds.

export interface Sample {
	count: number;
	/** Milliseconds. */
	at: number;
}

const WINDOW_MS = 15_000;
const LEAST_MS = 900; // a shorter span says nothing

/** The samples with one more, without those that are too old to count. A smaller count than before begins anew. */
export function sampled(samples: readonly Sample[], next: Sample): readonly Sample[] {
	const last = samples.at(-1);
	if (last !== undefined && next.count < last.count) {
		return [next];
	}
	const kept = samples.filter(({at}) => next.at - at <= WINDOW_MS);
	return [...(kept.length === 0 && last !== undefined ? [last] : kept), next];
}

/** A second; null: not known yet. */
export function rateOf(samples: readonly Sample[]): number | null {
	const first = samples[0];
	const last = samples.at(-1);
	if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) {
		return null;
	}
	return ((last.count - first.count) * 1000) / (last.at - first.at);
}
