// search.ts - what the address says about the overview: over which time coverage is shown, and whether as a table.
import {flag, oneOf} from '../../router.tsx';

export const RANGES = ['week', 'month', 'year'] as const;
export const SEARCH = {
	range: oneOf(RANGES, 'month'),
	table: flag,
};
