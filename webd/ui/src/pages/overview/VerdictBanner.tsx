// VerdictBanner.tsx - the answer to "am I safe?", and how old it is.
import Box from '@mui/material/Box';
import {live} from '../../api/events.ts';
import {useStore} from '../../api/store.ts';
import type {Summary} from '../../api/types.ts';
import {StatusSymbol} from '../../components/StatusChip.tsx';
import {Time} from '../../components/Time.tsx';
import {verdictOf} from './verdict.ts';

export function VerdictBanner({summary}: {summary: Summary}) {
	const scanning = useStore(live).running.directories !== null;
	const {tone, sentence} = verdictOf(summary, scanning);
	const succeeded = summary.last_scans.directories?.succeeded;
	return (
		<Box
			role="status" aria-label="Verdict"
			sx={{
				display: 'flex', gap: 1.5, alignItems: 'center', p: 2, borderRadius: 1.5, borderLeft: 6, borderColor: `var(--${tone}-bar)`, bgcolor: `var(--${tone}-back)`, color: `var(--${tone}-ink)`,
				'& > svg': {fontSize: '2rem'},
			}}>
			<StatusSymbol status={tone} />
			<Box sx={{minWidth: 0}}>
				<Box sx={{fontSize: '1.25rem', fontWeight: 650, lineHeight: 1.3}}>{sentence}</Box>
				{succeeded !== undefined && succeeded !== null && <Box>As of the last complete scan of the directories, <Time iso={succeeded} />.</Box>}
			</Box>
		</Box>
	);
}
