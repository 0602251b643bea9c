// StatusChanges.tsx - when a server's status changed, and why.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useState} from 'react';
import {sentence} from '../../api/client.ts';
import {useQuery} from '../../api/query.ts';
import {count} from '../../format/size.ts';
import {visible} from '../../format/name.ts';
import {ErrorState, LoadingState} from '../states.tsx';
import {STATUS_WORDS} from '../status.ts';
import {StatusChip} from '../StatusChip.tsx';
import {Time} from '../Time.tsx';

const FEW = 5;
const MANY = 200;

export function lastChanges(id: number, limit = FEW) {
	return {id, query: {sort: 'id', order: 'desc', limit}};
}

export function StatusChanges({id}: {id: number}) {
	const [limit, setLimit] = useState(FEW);
	const {data, error, refetch} = useQuery('/api/servers/{id}/changes', lastChanges(id, limit));
	if (data === undefined) {
		return error === undefined ? <LoadingState lines={2} /> : <ErrorState error={error} retry={refetch} />;
	}
	if (data.changes.length === 0) {
		return <Box sx={{color: 'text.secondary'}}>It has not changed since the server is known.</Box>;
	}
	const rest = (data.total ?? 0) - data.changes.length;
	return (
		<>
			<Box component="ul" sx={{listStyle: 'none', m: 0, p: 0, display: 'flex', flexDirection: 'column', gap: 1}}>
				{data.changes.map(({id: key, before, after, time, reason}) => (
					<Box component="li" key={key} sx={{display: 'grid', gridTemplateColumns: '6rem minmax(0, 1fr)', columnGap: 1.5, alignItems: 'start'}}>
						<span><StatusChip status={after} /></span>
						<Box sx={{overflowWrap: 'anywhere'}}>
							{sentence(visible(reason))}
							<Box sx={{color: 'text.secondary'}}><Time iso={time} />, {before === null ? 'new' : `was ${STATUS_WORDS[before]}`}</Box>
						</Box>
					</Box>
				))}
			</Box>
			{rest > 0 && (limit === FEW
				? <Button sx={{mt: .5}} onClick={() => setLimit(MANY)}>{`Show ${count(Math.min(rest, MANY - FEW))} earlier`}</Button>
				: <Box sx={{mt: 1, color: 'text.secondary'}}>{`And ${count(rest)} earlier.`}</Box>)}
		</>
	);
}
