// search.ts - what the address says about the list of statuses: filters, order, and the open server.
import {STATUSES} from '../../components/status.ts';
import {flag, number, oneOf, text, type Values, words} from '../../router.tsx';

export const SEARCH = {
	q: text,
	status: words(STATUSES),
	os: text,
	subnet: text,
	tag: text,
	policy: text,
	unprotected: flag,
	mergeable: flag,
	sort: oneOf(['backup_status', 'hostname', 'ip_address', 'detected_os', 'backup_file', 'backup_path', 'backup_time', 'backup_count', 'backup_bytes', 'policy', 'exempt_until'], 'backup_status'),
	order: oneOf(['asc', 'desc'], 'asc'),
	server: number,
};
export type Search = Values<typeof SEARCH>;

export const NO_FILTER = {q: '', status: [], os: '', subnet: '', tag: '', policy: '', unprotected: null, mergeable: null} as const;

/** The filters beside the status, by the names of the API. */
export function filtersOf({q, os, subnet, tag, policy, unprotected, mergeable}: Search) {
	return {q, os, subnet, tag, policy, unprotected, mergeable};
}
