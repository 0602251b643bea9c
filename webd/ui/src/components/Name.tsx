// Name.tsx - a name or path from elsewhere, inert: no marks that reorder text, no layout that breaks at 255 bytes.
import Box from '@mui/material/Box';
import {visible} from '../format/name.ts';

/** `wrap`: over several lines, for drawers; otherwise one line with an ellipsis and the whole on hover. */
export function Name({children, wrap = false}: {children: string | null | undefined; wrap?: boolean}) {
	const name = visible(children ?? '');
	return (
		<Box
			component="bdi" title={wrap ? undefined : name}
			sx={wrap ? {overflowWrap: 'anywhere'} : {overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0, display: 'block'}}>
			{name}
		</Box>
	);
}
