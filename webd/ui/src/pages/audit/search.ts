// search.ts - what the address says about the audit log: filters, order, and the entry that is open.
import {flag, number, oneOf, text} from '../../router.tsx';
import {day} from './period.ts';

export const SEARCH = {
	q: text,
	actor: text,
	action: text,
	since: day,
	until: day,
	refused: flag,
	entry: number,
	sort: oneOf(['id', 'time', 'actor', 'source', 'action', 'subject', 'refused'], 'id'),
	order: oneOf(['desc', 'asc'], 'desc'),
};
