// EntryDrawer.tsx - one entry of the audit log in full: who, from where, and from what to what.
import Box from '@mui/material/Box';
import {useQuery} from '../../api/query.ts';
import type {AuditEntry} from '../../api/types.ts';
import {DetailDrawer, DrawerSection, Facts, useLast} from '../../components/DetailDrawer.tsx';
import {Name} from '../../components/Name.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';
import {TextLink} from '../../components/TextLink.tsx';
import {Time} from '../../components/Time.tsx';
import {exactTime} from '../../format/time.ts';
import {withSearch} from '../../router.tsx';
import {changesOf} from './changes.ts';
import {Action} from './columns.tsx';
import {SEARCH} from './search.ts';

const CELL = {p: .75, pl: 0, textAlign: 'start', verticalAlign: 'top', overflowWrap: 'anywhere', borderTop: 1, borderColor: 'divider'} as const;
const NO_FILTER = {q: '', actor: '', action: '', since: '', until: '', refused: null, entry: null};

function ChangeTable({entry: {before, after}}: {entry: AuditEntry}) {
	const changes = changesOf(before, after);
	const named = changes.some(({name}) => name !== '');
	return changes.length === 0 ? null : (
		<DrawerSection title="What changed">
			<Box component="table" sx={{width: '100%', tableLayout: 'fixed', borderCollapse: 'collapse', '& th': {...CELL, borderTop: 0, fontWeight: 400, color: 'text.secondary'}, '& td': CELL}}>
				<thead><tr>{named && <th scope="col">What</th>}<th scope="col">Before</th><th scope="col">After</th></tr></thead>
				<tbody>
					{changes.map(({name, before: was, after: is}, i) => (
						<tr key={i}>{named && <td>{name}</td>}<td><bdi>{was ?? '–'}</bdi></td><td><bdi>{is ?? '–'}</bdi></td></tr>
					))}
				</tbody>
			</Box>
		</DrawerSection>
	);
}

function Entry({entry}: {entry: AuditEntry}) {
	const {time, actor, action, source, subject, id} = entry;
	return (
		<>
			<Facts
				facts={[
					['When', <><Time iso={time} /> <Box component="span" sx={{color: 'text.secondary'}}>({exactTime(Date.parse(time))})</Box></>],
					['Who', <Name wrap>{actor}</Name>], ['From where', source === 'socket' ? 'a program on the server' : <Name wrap>{source}</Name>],
					['To what', subject === '' ? null : <Name wrap>{subject}</Name>], ['Number', id],
				]}
			/>
			<ChangeTable entry={entry} />
			<DrawerSection title="More like this">
				<Box sx={{display: 'flex', flexWrap: 'wrap', columnGap: 2, rowGap: .75}}>
					<TextLink href={withSearch(SEARCH, {...NO_FILTER, actor})}>Everything by <Name wrap>{actor}</Name></TextLink>
					<TextLink href={withSearch(SEARCH, {...NO_FILTER, action})}>All entries of this kind</TextLink>
				</Box>
			</DrawerSection>
		</>
	);
}

/** id: of the entry; null closes. */
export function EntryDrawer({id, onClose}: {id: number | null; onClose: () => void}) {
	const shown = useLast(id);
	const {data, error, refetch} = useQuery('/api/audit', shown === null ? null : {query: {id: shown}});
	const entry = data?.audit[0];
	return (
		<DetailDrawer open={id !== null} onClose={onClose} title={entry === undefined ? `Entry ${shown ?? ''}` : <Action entry={entry} />}>
			{entry !== undefined && <Entry entry={entry} />}
			{data === undefined && (error === undefined ? <LoadingState lines={4} /> : <ErrorState error={error} retry={refetch} />)}
			{data?.audit.length === 0 && <EmptyState title="There is no such entry.">The oldest ones go when the log is full.</EmptyState>}
		</DetailDrawer>
	);
}
