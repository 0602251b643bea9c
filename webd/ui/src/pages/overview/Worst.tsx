// Worst.tsx - the servers to look at first, with the reason in words.
import Box from '@mui/material/Box';
import {useQuery} from '../../api/query.ts';
import {Name} from '../../components/Name.tsx';
import {Section} from '../../components/Page.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';
import {StatusChip} from '../../components/StatusChip.tsx';
import {visible} from '../../format/name.ts';
import {count} from '../../format/size.ts';
import {Link} from '../../router.tsx';

const SHOWN = 10;
const OPEN = 'red,unknown,yellow';

// The whole is in the drawer.
const twoLines = {display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: '2', overflow: 'hidden', overflowWrap: 'anywhere'} as const;

export const WORST = {query: {status: OPEN, sort: 'backup_status', order: 'asc', limit: SHOWN}} as const;

export function Worst() {
	const {data, error, refetch} = useQuery('/api/servers', WORST);
	const rest = (data?.total ?? 0) - SHOWN;
	return (
		<Section title="The worst first">
			{error !== undefined && data === undefined && <ErrorState error={error} retry={refetch} />}
			{error === undefined && data === undefined && <LoadingState lines={8} />}
			{data?.servers.length === 0 && <EmptyState title="Nothing to do.">No server has an error, a warning or an open question.</EmptyState>}
			<Box component="ul" sx={{listStyle: 'none', m: 0, p: 0}}>
				{data?.servers.map((server) => (
					<Box component="li" key={server.id} sx={{borderTop: 1, borderColor: 'divider', '&:first-of-type': {borderTop: 0}}}>
						<Box
							component={Link} href={`/status?status=${OPEN}&server=${server.id}`}
							sx={{
								display: 'grid', gridTemplateColumns: {xs: '1fr auto', sm: '6.5rem minmax(0, 2fr) minmax(0, 3fr)'}, columnGap: 1.5, rowGap: .25, alignItems: 'center', py: .75, px: .5, color: 'inherit',
								textDecoration: 'none', borderRadius: 1, '&:hover': {bgcolor: 'action.hover'},
							}}>
							<Box component="span" sx={{order: {xs: 2, sm: 0}}}><StatusChip status={server.backup_status} /></Box>
							<Box component="span" sx={{fontWeight: 600, minWidth: 0}}><Name>{server.hostname}</Name></Box>
							<Box component="span" sx={{order: 3, gridColumn: {xs: '1 / -1', sm: 'auto'}, color: 'text.secondary', minWidth: 0, ...twoLines}}>{visible(server.reason)}</Box>
						</Box>
					</Box>
				))}
			</Box>
			{rest > 0 && <Box sx={{mt: 1}}><Box component={Link} href={`/status?status=${OPEN}`} sx={{color: 'primary.main'}}>{`And ${count(rest)} more`}</Box></Box>}
		</Section>
	);
}
