// CountsChip.tsx - whether a file counts as a backup, as icon and word.
import Box from '@mui/material/Box';
import {ExemptIcon, GoodIcon} from './icons.tsx';

export function CountsSymbol({counts}: {counts: boolean}) {
	const Icon = counts ? GoodIcon : ExemptIcon;
	return <Icon sx={{fontSize: '1rem', flex: 'none', color: counts ? 'var(--green-ink)' : 'text.secondary', mt: .25}} />;
}

export function CountsChip({counts}: {counts: boolean}) {
	return (
		<Box component="span" sx={{display: 'inline-flex', alignItems: 'center', gap: .5, fontWeight: 600, whiteSpace: 'nowrap', color: counts ? 'var(--green-ink)' : 'text.secondary'}}>
			<CountsSymbol counts={counts} />
			{counts ? 'Counts' : 'Does not'}
		</Box>
	);
}
