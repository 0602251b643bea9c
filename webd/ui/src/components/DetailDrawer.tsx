// DetailDrawer.tsx - details of one row beside the list; on phones over the whole window.
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import {Fragment, type ReactNode, useId, useState} from 'react';
import {CloseIcon} from './icons.tsx';

interface DetailDrawerProps {
	open: boolean;
	onClose: () => void;
	title: ReactNode;
	/** Below the title, as a status chip. */
	subtitle?: ReactNode;
	children: ReactNode;
}

export function DetailDrawer({open, onClose, title, subtitle, children}: DetailDrawerProps) {
	const id = useId();
	return (
		<Drawer
			anchor="right" open={open} onClose={onClose}
			slotProps={{paper: {role: 'dialog', 'aria-modal': true, 'aria-labelledby': id, sx: {width: {xs: '100%', sm: '34rem'}, maxWidth: '100%', '&:focus-visible': {outline: 'none'}}}}}>
			<Box sx={{display: 'flex', alignItems: 'flex-start', gap: 1, p: 2, pb: 1.5, borderBottom: 1, borderColor: 'divider'}}>
				<Box sx={{flex: 1, minWidth: 0}}>
					<Typography variant="h2" id={id} sx={{overflowWrap: 'anywhere', fontSize: '1.125rem'}}>{title}</Typography>
					{subtitle !== undefined && <Box sx={{mt: .75}}>{subtitle}</Box>}
				</Box>
				<IconButton aria-label="Close" onClick={onClose}><CloseIcon /></IconButton>
			</Box>
			<Box sx={{p: 2, overflowY: 'auto', display: 'flex', flexDirection: 'column', gap: 2.5}}>{children}</Box>
		</Drawer>
	);
}

/** Name and value, line by line; what is not known (null, '') is left out. */
export function Facts({facts}: {facts: readonly (readonly [string, ReactNode])[]}) {
	return (
		<dl className="facts">
			{facts.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => (
				<Fragment key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</Fragment>
			))}
		</dl>
	);
}

/** A part of a drawer. */
export function DrawerSection({title, children}: {title: string; children: ReactNode}) {
	return (
		<Box component="section" aria-label={title}>
			<Typography variant="h3" sx={{mb: .75}}>{title}</Typography>
			{children}
		</Box>
	);
}

/** The last value that was not null: what a drawer goes on to show while it closes. */
export function useLast<T>(value: T | null): T | null {
	const [last, setLast] = useState(value);
	if (value !== null && value !== last) {
		setLast(value);
	}
	return value ?? last;
}
