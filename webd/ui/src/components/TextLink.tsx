// TextLink.tsx - a link inside a sentence.
import Box from '@mui/material/Box';
import type {ReactNode} from 'react';
import {Link} from '../router.tsx';

export function TextLink({href, children}: {href: string; children: ReactNode}) {
	return <Box component={Link} href={href} sx={{color: 'primary.main', textUnderlineOffset: '2px'}}>{children}</Box>;
}
