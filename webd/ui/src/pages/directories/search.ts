// search.ts - what the address says about the directories: the filter, the order, and the open one.
import {number, oneOf, words} from '../../router.tsx';

export const AVAILABILITIES = ['available', 'unavailable'] as const;

export const SEARCH = {
	show: words(AVAILABILITIES),
	sort: oneOf(['path', 'available', 'files', 'bytes', 'unreadable', 'newest', 'last_scan'], 'path'),
	order: oneOf(['asc', 'desc'], 'asc'),
	directory: number,
};
