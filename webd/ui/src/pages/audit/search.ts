// search.ts - what the address says about the audit log: filters and order.
import {flag, oneOf, text} from '../../router.tsx';

export const SEARCH = {
	q: text,
	actor: text,
	action: text,
	refused: flag,
	sort: oneOf(['id', 'time', 'actor', 'source', 'action', 'subject', 'refused'], 'id'),
	order: oneOf(['desc', 'asc'], 'desc'),
};
