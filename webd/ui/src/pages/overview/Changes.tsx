// Changes.tsx - which servers changed their status since yesterday, and how many are new.
import Box from '@mui/material/Box';
import {useState} from 'react';
import {useQuery} from '../../api/query.ts';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {STATUS_WORDS} from '../../components/status.ts';
import {StatusChip} from '../../components/StatusChip.tsx';
import {Time} from '../../components/Time.tsx';
import {count, counted} from '../../format/size.ts';
import {daysAgo} from '../../format/time.ts';
import {Link} from '../../router.tsx';

const SHOWN = 8;

export function changed(since: number) {
	return {query: {since, first: false, limit: SHOWN}};
}

export function added(since: number) {
	return {query: {since, first: true, limit: 1}};
}

export function Changes() {
	const [since] = useState(() => daysAgo(1));
	const {data, error, refetch} = useQuery('/api/changes', changed(since));
	const fresh = useQuery('/api/changes', added(since)).data?.total ?? 0;
	const rest = (data?.total ?? 0) - SHOWN;
	return (
		<Section title="Changed since yesterday">
			{error !== undefined && data === undefined && <ErrorState error={error} retry={refetch} />}
			{error === undefined && data === undefined && <LoadingState lines={3} />}
			{data?.changes.length === 0 && <Box sx={{color: 'text.secondary'}}>No server changed its status.</Box>}
			<Box component="ul" sx={{listStyle: 'none', m: 0, p: 0, display: 'flex', flexDirection: 'column', gap: .75}}>
				{data?.changes.map((change) => (
					<Box component="li" key={change.id} sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, minWidth: 0}}>
						<StatusChip status={change.after} />
						<Box component={Link} href={`/status?server=${change.server_id}`} sx={{color: 'inherit', fontWeight: 600, minWidth: 0}}><Name>{change.server}</Name></Box>
						<Box component="span" sx={{color: 'text.secondary', whiteSpace: 'nowrap'}}>
							{change.before === null ? 'new' : `was ${STATUS_WORDS[change.before]}`}, <Time iso={change.time} />
						</Box>
					</Box>
				))}
			</Box>
			{rest > 0 && <Box sx={{mt: 1, color: 'text.secondary'}}>{`And ${count(rest)} more.`}</Box>}
			{fresh > 0 && <Box sx={{mt: 1, color: 'text.secondary'}}>{`${counted(fresh, 'server is', 'servers are')} new.`}</Box>}
		</Section>
	);
}
