// search.ts - what the address says about the list of statuses: filters, order, and the open server.
import type {Query} from '../../api/client.ts';
import {STATUSES} from '../../components/status.ts';
import {number, oneOf, text, words} from '../../router.tsx';

export const SEARCH = {
	q: text,
	status: words(STATUSES),
	os: text,
	subnet: text,
	tag: text,
	policy: text,
	sort: oneOf(['backup_status', 'hostname', 'ip_address', 'detected_os', 'backup_file', 'backup_path', 'backup_time', 'backup_count', 'backup_bytes', 'policy'], 'backup_status'),
	order: oneOf(['asc', 'desc'], 'asc'),
	server: number,
};

/** The filters beside the status, by the names of the API. */
export function filtersOf({q, os, subnet, tag, policy}: {q: string; os: string; subnet: string; tag: string; policy: string}): Query {
	return {q, os, subnet, tag, policy};
}
