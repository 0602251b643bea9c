// Shell.tsx - the frame around every page: navigation, what the server says of itself, messages.
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import {type ReactNode, useState} from 'react';
import {live} from '../api/events.ts';
import {useStore} from '../api/store.ts';
import {MenuIcon} from '../components/icons.tsx';
import {AccountMenu} from './AccountMenu.tsx';
import {ConnectionBanner} from './ConnectionBanner.tsx';
import {Navigation} from './Navigation.tsx';
import {SchemeSwitch} from './SchemeSwitch.tsx';
import {ToastHost} from './toasts.tsx';

const NAVIGATION_WIDTH = '13.5rem';

function Brand() {
	return (
		<Box sx={{display: 'flex', alignItems: 'center', gap: 1}}>
			<img src="/favicon.svg" alt="" width="22" height="22" />
			<Typography component="span" sx={{fontWeight: 700, fontSize: '1rem'}}>backup-checker</Typography>
		</Box>
	);
}

function Side({onFollow}: {onFollow?: () => void}) {
	const {version} = useStore(live);
	return (
		<Box sx={{display: 'flex', flexDirection: 'column', height: '100%', p: 1.5, gap: 1, boxSizing: 'border-box'}}>
			<Box sx={{px: 1, py: 1}}><Brand /></Box>
			<Navigation {...(onFollow === undefined ? {} : {onFollow})} />
			<Box sx={{flex: 1}} />
			<AccountMenu {...(onFollow === undefined ? {} : {onFollow})} />
			<SchemeSwitch />
			<Typography variant="caption" color="textSecondary" sx={{px: 1}}>{version === '' ? ' ' : `Version ${version}`}</Typography>
		</Box>
	);
}

function PhoneBar({onMenu}: {onMenu: () => void}) {
	return (
		<Box
			component="header" className="screen-only"
			sx={{position: 'sticky', top: 0, zIndex: 1100, display: 'flex', alignItems: 'center', gap: 1, px: 1, minHeight: 52, bgcolor: 'background.paper', borderBottom: 1, borderColor: 'divider'}}>
			<IconButton aria-label="Open the menu" size="large" onClick={onMenu}><MenuIcon /></IconButton>
			<Brand />
		</Box>
	);
}

export function Shell({children}: {children: ReactNode}) {
	const wide = useMediaQuery('(min-width:900px)', {noSsr: true});
	const [open, setOpen] = useState(false);
	return (
		<>
			<a className="skip" href="#main">Skip to the content</a>
			{wide ? (
				<Box
					component="aside" className="screen-only"
					sx={{
						position: 'fixed', inset: '0 auto 0 0', width: NAVIGATION_WIDTH, bgcolor: 'background.paper', borderRight: 1, borderColor: 'divider',
						boxSizing: 'border-box', overflowY: 'auto',
					}}>
					<Side />
				</Box>
			) : (
				<>
					<PhoneBar onMenu={() => setOpen(true)} />
					<Drawer open={open} onClose={() => setOpen(false)} slotProps={{paper: {'aria-label': 'Menu', sx: {width: '16rem'}}}}>
						<Side onFollow={() => setOpen(false)} />
					</Drawer>
				</>
			)}
			<Box
				component="main" id="main" tabIndex={-1}
				sx={{ml: wide ? NAVIGATION_WIDTH : 0, minWidth: 0, color: 'text.primary', '@media print': {ml: 0}}}>
				<ConnectionBanner />
				{children}
			</Box>
			<ToastHost />
		</>
	);
}
