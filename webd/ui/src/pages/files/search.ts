// search.ts - what the address says about the files: the tab, filters and order, the open file, and the dialog.
import type {Query} from '../../api/client.ts';
import {flag, number, oneOf, text, words} from '../../router.tsx';

/** Why a file counts or not, by the API's words and in few of ours. */
export const REASONS = {
	counts: 'Counts as a backup', no_server: 'No server is named', ambiguous: 'More than one server is possible', repository: 'Repository, not known whose', repository_data: 'Inner part of a repository',
	ignored: 'Ignored by a rule', empty: 'Empty file', empty_archive: 'Empty archive', sidecar: 'Checksum or other metadata', log: 'Log', partial: 'Only partly written',
	temporary: 'Temporary file', changing: 'Changes while it is scanned', too_small: 'Too small',
} as const;
export type Reason = keyof typeof REASONS;

export const SEARCH = {
	tab: oneOf(['all', 'unmatched'], 'all'),
	q: text,
	server: text, // id or host name
	root: text, // id or path
	reason: words(Object.keys(REASONS) as Reason[]),
	counts: flag,
	unmatched: flag,
	sort: oneOf(['filename', 'filepath', 'size', 'last_modified', 'backup_time', 'time_source', 'server', 'counts', 'reason', 'scan_time'], 'last_modified'),
	order: oneOf(['desc', 'asc'], 'desc'),
	file: number,
	explain: text, // a path
	do: oneOf(['', 'belongs', 'alias', 'ignore'], ''),
	rule: text, // the glob that the dialog begins with
	to: number, // the server
};

export const NO_FILTER = {q: '', server: '', root: '', reason: [], counts: null, unmatched: null} as const;
export const NO_DIALOG = {do: '', rule: '', to: null} as const;

interface Filters {
	q: string;
	server: string;
	root: string;
	reason: readonly Reason[];
	counts: boolean | null;
	unmatched: boolean | null;
}

export function filtersOf({q, server, root, reason, counts, unmatched}: Filters): Query {
	return {q, server, root, reason, counts, unmatched};
}

export function isFiltered(search: Filters): boolean {
	return Object.values(filtersOf(search)).some((value) => value !== '' && value !== null && !(Array.isArray(value) && value.length === 0));
}
