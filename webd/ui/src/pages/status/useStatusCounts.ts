// useStatusCounts.ts - how many servers each status would show under the other filters.
import type {Query} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import type {Status} from '../../components/status.ts';

function useCount(status: Status, filters: Query | null): number | undefined {
	return useQuery('/api/servers', filters === null ? null : {query: {...filters, status, limit: 1}}).data?.total;
}

export function useStatusCounts(filters: Query): Readonly<Record<Status, number | undefined>> {
	const filtered = Object.values(filters).some((value) => value !== '');
	const all = useQuery('/api/summary', filtered ? null : {}).data?.by_status;
	const asked = filtered ? filters : null;
	const some = {
		red: useCount('red', asked), unknown: useCount('unknown', asked), yellow: useCount('yellow', asked),
		green: useCount('green', asked), exempt: useCount('exempt', asked),
	};
	return filtered ? some : (all ?? some);
}
