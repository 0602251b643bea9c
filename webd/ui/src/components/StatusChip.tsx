// StatusChip.tsx - a status as icon, word and colour.
import Box from '@mui/material/Box';
import {ErrorIcon, ExemptIcon, GoodIcon, UnknownIcon, WarningIcon} from './icons.tsx';
import {type Status, STATUS_WORDS} from './status.ts';

const ICONS = {green: GoodIcon, yellow: WarningIcon, red: ErrorIcon, unknown: UnknownIcon, exempt: ExemptIcon};

export function StatusSymbol({status}: {status: Status}) {
	const Icon = ICONS[status];
	return <Icon sx={{fontSize: '1rem', flex: 'none'}} />;
}

export function StatusChip({status}: {status: Status}) {
	return (
		<Box
			component="span"
			sx={{
				display: 'inline-flex', alignItems: 'center', gap: .5, px: .875, py: .125, borderRadius: 1, lineHeight: 1.5, fontSize: '.8125rem',
				fontWeight: 600, whiteSpace: 'nowrap', color: `var(--${status}-ink)`, bgcolor: `var(--${status}-back)`,
			}}>
			<StatusSymbol status={status} />
			{STATUS_WORDS[status]}
		</Box>
	);
}
