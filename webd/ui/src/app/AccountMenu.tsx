// AccountMenu.tsx - who is signed in, as what, and the way out; nothing where nobody signs in.
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import {useId, useState} from 'react';
import {ROLE_WORDS, signOut, useSession} from '../api/session.ts';
import {AccountIcon} from '../components/icons.tsx';
import {Name} from '../components/Name.tsx';
import {visible} from '../format/name.ts';
import {Link, navigate} from '../router.tsx';
import {toast} from './toasts.tsx';

const PATH = '/account';
const looks = {display: 'flex', alignItems: 'center', justifyContent: 'flex-start', gap: 1.25, px: 1, minHeight: 44, borderRadius: 1, textAlign: 'left', minWidth: 0, width: '100%'} as const;

function Card() {
	const {name, role} = useSession();
	return (
		<>
			<AccountIcon />
			<Box component="span" sx={{minWidth: 0, fontSize: '.875rem', lineHeight: 1.3}}>
				<Box component="span" sx={{display: 'block', fontWeight: 600}}><Name>{name}</Name></Box>
				<Box component="span" sx={{display: 'block', fontSize: '.75rem', color: 'text.secondary'}}>{ROLE_WORDS[role]}</Box>
			</Box>
		</>
	);
}

export function AccountMenu({onFollow = () => {}}: {onFollow?: () => void}) {
	const {method, name} = useSession();
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);
	const id = useId();
	if (method === 'none') {
		return null;
	}
	if (method === 'proxy') { // one signs in and out there
		return <Box sx={looks} role="group" aria-label={`Signed in as ${visible(name)}`}><Card /></Box>;
	}
	const close = () => setAnchor(null);
	const leave = async () => {
		close();
		try {
			await signOut();
		} catch (error) {
			toast(error instanceof Error ? error.message : String(error), 'error');
		}
	};
	return (
		<>
			<ButtonBase
				aria-haspopup="menu" aria-expanded={anchor !== null} {...(anchor === null ? {} : {'aria-controls': id})}
				onClick={(event) => setAnchor(event.currentTarget)} sx={{...looks, '&:hover': {bgcolor: 'action.hover'}}}>
				<span className="hidden-text">Your account:</span>
				<Card />
			</ButtonBase>
			<Menu id={id} anchorEl={anchor} open={anchor !== null} onClose={close} anchorOrigin={{vertical: 'top', horizontal: 'left'}} transformOrigin={{vertical: 'bottom', horizontal: 'left'}}>
				<MenuItem
					component={Link} href={PATH}
					onClick={(event) => {
						event.preventDefault();
						close();
						navigate(PATH);
						onFollow();
					}}>
					Your account
				</MenuItem>
				<MenuItem onClick={() => void leave()}>Sign out</MenuItem>
			</Menu>
		</>
	);
}
