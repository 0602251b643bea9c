// search.ts - what the address says about the scans: filters, order, and the open scan.
import {SCAN_KINDS, SCAN_STATES} from '../../components/scans.ts';
import {number, oneOf, text, words} from '../../router.tsx';

export const SEARCH = {
	kind: words(SCAN_KINDS),
	state: words(SCAN_STATES),
	sort: oneOf(['id', 'kind', 'state', 'requested_by', 'started', 'finished', 'files', 'bytes', 'hosts', 'hosts_up', 'changed', 'errors'], 'id'),
	order: oneOf(['desc', 'asc'], 'desc'),
	scan: number,
	problem: text, // part of what is searched for among the scan's problems
};
