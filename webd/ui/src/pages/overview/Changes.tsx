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
import {Link} from '../../router.tsx';

const SHOWN = 8;
const HOUR_S = 3600;

export function Changes() {
	// To the full hour, so that the question stays the same from one rendering to the next.
	const [since] = useState(() => (Math.floor(Date.now() / 1000 / HOUR_S) - 24) * HOUR_S);
	const {data, error, refetch} = useQuery('/api/changes', {query: {since, first: false, limit: SHOWN}});
	const fresh = useQuery('/api/changes', {query: {since, first: true, limit: 1}}).data?.total ?? 0;
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
