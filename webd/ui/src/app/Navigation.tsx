// Navigation.tsx - the list of pages.
import Box from '@mui/material/Box';
import {useSession} from '../api/session.ts';
import {Link, usePath} from '../router.tsx';
import {PAGES, whyNoPage} from './pages.ts';

export function Navigation({onFollow}: {onFollow?: () => void}) {
	const path = usePath();
	const who = useSession();
	const pages = PAGES.filter((page) => page.unlisted !== true && whyNoPage(page, who) === undefined);
	return (
		<Box component="nav" aria-label="Pages" sx={{display: 'flex', flexDirection: 'column', gap: .25}}>
			{pages.map(({path: to, title, Icon}) => (
				<Box
					key={to} component={Link} href={to} {...(to === path ? {'aria-current': 'page'} : {})} {...(onFollow === undefined ? {} : {onClick: onFollow})}
					sx={{
						display: 'flex', alignItems: 'center', gap: 1.25, px: 1, minHeight: {xs: 44, md: 36}, borderRadius: 1, color: 'text.primary', textDecoration: 'none', fontSize: '.875rem',
						'&:hover': {bgcolor: 'action.hover'}, '&[aria-current]': {bgcolor: 'action.selected', fontWeight: 650, color: 'primary.main'},
					}}>
					<Icon />
					{title}
				</Box>
			))}
		</Box>
	);
}
