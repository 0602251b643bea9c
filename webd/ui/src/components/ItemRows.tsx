// ItemRows.tsx - a short list: for each what it is, the facts below, and what can be done about it.
import Box from '@mui/material/Box';
import type {ReactNode} from 'react';

export function ItemRows({label, children}: {label: string; children: ReactNode}) {
	return <Box component="ul" aria-label={label} sx={{listStyle: 'none', m: 0, p: 0}}>{children}</Box>;
}

export function ItemRow({title, children, actions}: {title: ReactNode; children?: ReactNode; actions?: ReactNode}) {
	return (
		<Box
			component="li"
			sx={{
				display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', columnGap: 2, rowGap: 1, py: 1.25, borderTop: 1, borderColor: 'divider',
				'&:first-of-type': {borderTop: 0},
			}}>
			<Box sx={{minWidth: 0, flex: '1 1 14rem'}}>
				<Box sx={{fontWeight: 600, overflowWrap: 'anywhere'}}>{title}</Box>
				<Box sx={{color: 'text.secondary', fontSize: '.8125rem', overflowWrap: 'anywhere'}}>{children}</Box>
			</Box>
			{actions !== undefined && <Box sx={{display: 'flex', flexWrap: 'wrap', gap: .75}}>{actions}</Box>}
		</Box>
	);
}
