// HistorySection.tsx - when the settings were changed, by whom, and what from what to what.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useState} from 'react';
import {useQuery} from '../../api/query.ts';
import type {ConfigChange} from '../../api/types.ts';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {type Difference, differences} from './diff.ts';

const PAGE = 20;
const ACTORS: Readonly<Record<string, string>> = {start: 'at the start of scannerd', file: 'in the file', socket: 'in the dashboard or by the API'};

function Value({value}: {value: string | null}) {
	return value === null ? <em>the default</em> : <strong><Name wrap>{value}</Name></strong>;
}

function Changed({from, to, what, entry = false}: Difference) {
	return (
		<li>
			<Name wrap>{what}</Name>{entry ? (to === null ? ': removed ' : ': added ') : ': from '}
			{entry ? <Value value={to ?? from} /> : <><Value value={from} /> to <Value value={to} /></>}
		</li>
	);
}

function Entry({entry, before}: {entry: ConfigChange; before: ConfigChange | undefined}) {
	const found = before === undefined ? [] : differences(before.config, entry.config);
	return (
		<Box component="li" sx={{py: 1.25, borderBottom: 1, borderColor: 'divider'}}>
			<strong><Time iso={entry.time} /></strong>, {ACTORS[entry.actor] ?? <>by <Name wrap>{entry.actor}</Name></>}
			{before === undefined ? <Box sx={{color: 'text.secondary'}}>The first settings that are known.</Box>
				: found.length === 0 ? <Box sx={{color: 'text.secondary'}}>Nothing is different.</Box>
					: <Box component="ul" sx={{m: 0, mt: .5, pl: 2.5}}>{found.map((one, i) => <Changed key={i} {...one} />)}</Box>}
		</Box>
	);
}

export function HistorySection() {
	const [limit, setLimit] = useState(PAGE);
	// One more than is shown: what the last one changed is seen in the one before it.
	const {data, error, refetch} = useQuery('/api/config/history', {query: {limit: limit + 1}});
	const rows = data?.settings ?? [];
	return (
		<Section title="History">
			{data === undefined ? (error === undefined ? <LoadingState /> : <ErrorState error={error} retry={refetch} />) : rows.length === 0 ? <EmptyState title="No change is known." /> : (
				<>
					<Box component="ol" aria-label="Changes" sx={{listStyle: 'none', m: 0, p: 0}}>
						{rows.slice(0, limit).map((entry, i) => <Entry key={entry.id} entry={entry} before={rows[i + 1]} />)}
					</Box>
					{rows.length > limit && <Button sx={{mt: 1.5}} onClick={() => setLimit(limit + PAGE)}>Show older changes</Button>}
				</>
			)}
		</Section>
	);
}
