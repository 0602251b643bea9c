// Reachable.tsx - whether the last scan reached a server, as icon and word.
import Box from '@mui/material/Box';
import type {Server} from '../../api/types.ts';
import {ErrorIcon, GoodIcon, UnknownIcon} from '../icons.tsx';

export function Reachable({server: {is_reachable: up}}: {server: Pick<Server, 'is_reachable'>}) {
	const Icon = up === null ? UnknownIcon : up ? GoodIcon : ErrorIcon;
	return (
		<Box component="span" sx={{display: 'inline-flex', alignItems: 'center', gap: .5, whiteSpace: 'nowrap', color: up === null ? 'text.secondary' : `var(--${up ? 'green' : 'red'}-ink)`}}>
			<Icon sx={{fontSize: '1rem', flex: 'none'}} />
			{up === null ? 'Never scanned' : up ? 'Reachable' : 'Not reached'}
		</Box>
	);
}
