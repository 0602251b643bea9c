// ScanStateChip.tsx - how a scan stands, as icon, word and colour.
import Box from '@mui/material/Box';
import {ErrorIcon, ExemptIcon, GoodIcon, ScansIcon, WarningIcon} from './icons.tsx';
import {SCAN_STATE_WORDS, type ScanState} from './scans.ts';

const LOOKS = {
	running: [ScansIcon, 'unknown'], succeeded: [GoodIcon, 'green'], failed: [ErrorIcon, 'red'], cancelled: [ExemptIcon, 'exempt'], interrupted: [WarningIcon, 'yellow'],
} as const;

export function ScanStateChip({state}: {state: ScanState}) {
	const [Icon, tone] = LOOKS[state];
	return (
		<Box
			component="span"
			sx={{
				display: 'inline-flex', alignItems: 'center', gap: .5, px: .875, py: .125, borderRadius: 1, lineHeight: 1.5, fontSize: '.8125rem',
				fontWeight: 600, whiteSpace: 'nowrap', color: `var(--${tone}-ink)`, bgcolor: `var(--${tone}-back)`,
			}}>
			<Icon sx={{fontSize: '1rem', flex: 'none'}} />
			{SCAN_STATE_WORDS[state]}
		</Box>
	);
}
