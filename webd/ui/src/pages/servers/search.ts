// search.ts - what the address says about the list of servers: filters, order, the open server, and whether one is being added.
import {flag, number, oneOf, text, type Values} from '../../router.tsx';

export const SEARCH = {
	q: text,
	os: text,
	subnet: text,
	tag: text,
	policy: text,
	reachable: flag,
	by_hand: flag,
	mergeable: flag,
	sort: oneOf(['hostname', 'ip_address', 'detected_os', 'open_ports', 'mac_address', 'mac_vendor', 'is_reachable', 'last_scan', 'by_hand', 'note', 'backup_status'], 'hostname'),
	order: oneOf(['asc', 'desc'], 'asc'),
	server: number,
	add: flag,
};
export type Search = Values<typeof SEARCH>;

export const NO_FILTER = {q: '', os: '', subnet: '', tag: '', policy: '', reachable: null, by_hand: null, mergeable: null} as const;

export function filtersOf({q, os, subnet, tag, policy, reachable, by_hand, mergeable}: Search) {
	return {q, os, subnet, tag, policy, reachable, by_hand, mergeable};
}
