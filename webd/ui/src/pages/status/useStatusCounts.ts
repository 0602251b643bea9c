// useStatusCounts.ts - how many servers each status and each work list would show under the other filters.
import {useMemo} from 'react';
import type {Query} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import {isFiltered} from '../../components/server/filters.ts';
import type {Status} from '../../components/status.ts';
import {useSettled} from '../../components/useSettled.ts';

const LATER_MS = 50;

/** The filters a moment after they have changed: the rows are asked for first, what only counts comes after. */
function useLater(filters: Query): Query {
	const settled = useSettled(JSON.stringify(filters), LATER_MS);
	return useMemo(() => JSON.parse(settled) as Query, [settled]);
}

function useCount(filters: Query | null): number | undefined {
	return useQuery('/api/servers', filters === null ? null : {query: {...filters, total: 'only'}}).data?.total;
}

export function useStatusCounts(now: Query): Readonly<Record<Status, number | undefined>> {
	const filters = useLater(now);
	const filtered = isFiltered(filters);
	const all = useQuery('/api/summary', filtered ? null : {}).data?.by_status;
	const some = useQuery('/api/servers', filtered ? {query: {...filters, count_by: 'backup_status'}} : null).data?.counts;
	const count = (status: Status) => (filtered ? some && (some.find(({value}) => value === status)?.count ?? 0) : all?.[status]);
	return {red: count('red'), unknown: count('unknown'), yellow: count('yellow'), green: count('green'), exempt: count('exempt')};
}

export interface WorkCounts {
	unprotected: number | undefined;
	mergeable: number | undefined;
}

/** filters: with the status, if it is filtered. */
export function useWorkCounts(now: Query): WorkCounts {
	const filters = useLater(now);
	const all = useQuery('/api/summary').data;
	const filtered = isFiltered(filters);
	const unprotected = useCount(filtered ? {...filters, unprotected: true} : null);
	const mergeable = useCount(all !== undefined && all.mergeable > 0 ? {...filters, mergeable: true} : null); // the summary counts names, not servers
	return {unprotected: filtered ? unprotected : all?.unprotected, mergeable: all?.mergeable === 0 ? 0 : mergeable};
}
