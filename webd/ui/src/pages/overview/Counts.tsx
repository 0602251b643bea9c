// Counts.tsx - how many servers have which status: numbers that lead to their lists, and one bar.
import Box from '@mui/material/Box';
import type {Summary} from '../../api/types.ts';
import {type Status, STATUSES, STATUS_MEANING, STATUS_WORDS} from '../../components/status.ts';
import {StatusSymbol} from '../../components/StatusChip.tsx';
import {count} from '../../format/size.ts';
import {Link} from '../../router.tsx';

function Tile({status, servers}: {status: Status; servers: number}) {
	const quiet = servers === 0;
	return (
		<Box
			component={Link} href={`/status?status=${status}`}
			sx={{
				display: 'block', p: 1.5, px: 2, borderRadius: 1.5, border: 1, textDecoration: 'none', borderColor: quiet ? 'divider' : 'transparent',
				bgcolor: quiet ? 'background.paper' : `var(--${status}-back)`, color: quiet ? 'text.secondary' : `var(--${status}-ink)`, '&:hover': {borderColor: 'currentColor'},
			}}>
			<Box sx={{display: 'flex', alignItems: 'center', gap: .5, fontWeight: 650}}><StatusSymbol status={status} />{STATUS_WORDS[status]}</Box>
			<Box sx={{fontSize: '1.75rem', fontWeight: 650, lineHeight: 1.25, fontVariantNumeric: 'tabular-nums'}}>{count(servers)}</Box>
			<Box sx={{fontSize: '.8125rem'}}>{STATUS_MEANING[status]}</Box>
		</Box>
	);
}

export function Counts({summary}: {summary: Summary}) {
	const by = summary.by_status;
	const coverage = Math.floor(summary.coverage_percent);
	return (
		<Box component="section" aria-label="Servers by status" sx={{display: 'flex', flexDirection: 'column', gap: 1.5}}>
			<Box sx={{display: 'grid', gap: 1.25, gridTemplateColumns: {xs: 'repeat(2, 1fr)', sm: 'repeat(3, 1fr)', md: 'repeat(5, 1fr)'}}}>
				{STATUSES.map((status) => <Tile key={status} status={status} servers={by[status]} />)}
			</Box>
			<Box>
				<Box aria-hidden sx={{display: 'flex', height: 10, borderRadius: 1, overflow: 'hidden', bgcolor: 'divider', gap: '1px'}}>
					{[...STATUSES].sort((a, b) => Number(b === 'green') - Number(a === 'green')).map((status) => (
						by[status] > 0 && <Box key={status} sx={{flex: by[status], minWidth: 3, bgcolor: `var(--${status}-bar)`}} />
					))}
				</Box>
				<Box sx={{mt: .5, color: 'text.secondary'}}>{`${coverage} % of the servers that need a backup have a good, recent one.`}</Box>
			</Box>
		</Box>
	);
}
