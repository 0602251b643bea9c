// Frame.tsx - the paper in the middle of the window on which one signs in: no navigation, nothing that needs somebody.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import {type ReactNode, useEffect} from 'react';

export function Frame({title, about, children}: {title: string; about?: ReactNode; children?: ReactNode}) {
	useEffect(() => {
		document.title = `${title} - backup-checker`;
	}, [title]);
	return (
		<Box component="main" id="main" sx={{minHeight: '100dvh', display: 'grid', placeItems: {xs: 'start center', sm: 'center'}, p: 2, boxSizing: 'border-box', color: 'text.primary'}}>
			<Box sx={{width: '100%', maxWidth: '24rem', bgcolor: 'background.paper', border: 1, borderColor: 'divider', borderRadius: 1.5, p: 3, boxSizing: 'border-box'}}>
				<Box sx={{display: 'flex', alignItems: 'center', gap: 1, mb: 2}}>
					<img src="/favicon.svg" alt="" width="22" height="22" />
					<Typography component="span" sx={{fontWeight: 700, fontSize: '1rem'}}>backup-checker</Typography>
				</Box>
				<Typography variant="h1">{title}</Typography>
				{about !== undefined && <Typography color="textSecondary" sx={{mt: .5}}>{about}</Typography>}
				{children}
			</Box>
		</Box>
	);
}
