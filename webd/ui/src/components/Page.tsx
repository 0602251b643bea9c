// Page.tsx - the frame of every page: its title in the window and as heading, what can be done, the content.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import {type ReactNode, useEffect, useRef} from 'react';

let first = true; // the page that was opened keeps the browser's own focus

interface PageProps {
	title: string;
	/** One sentence below the heading. */
	about?: ReactNode;
	/** Buttons beside the heading. */
	actions?: ReactNode;
	/** The content takes the rest of the window: for one large table. */
	fill?: boolean;
	children: ReactNode;
}

export function Page({title, about, actions, fill = false, children}: PageProps) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title} - backup-checker`;
		if (!first) {
			window.scrollTo(0, 0);
			heading.current?.focus({preventScroll: true});
		}
		first = false;
	}, [title]);
	return (
		<Box
			sx={{
				display: 'flex', flexDirection: 'column', gap: 2, p: {xs: 1.5, md: 3}, pt: {md: 2.5}, boxSizing: 'border-box', maxWidth: fill ? 'none' : '84rem',
				height: fill ? {md: '100dvh'} : 'auto', minHeight: fill ? {md: '34rem'} : 'auto', '@media print': {height: 'auto', p: 0},
			}}>
			<Box sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', gap: 1.5}}>
				<Box sx={{minWidth: 0}}>
					<Typography variant="h1" ref={heading} tabIndex={-1}>{title}</Typography>
					{about !== undefined && <Typography color="textSecondary" sx={{mt: .25}}>{about}</Typography>}
				</Box>
				{actions !== undefined && <Box className="screen-only" sx={{display: 'flex', flexWrap: 'wrap', gap: 1}}>{actions}</Box>}
			</Box>
			{children}
		</Box>
	);
}

/** A part of a page on paper of its own, with a heading. */
export function Section({title, actions, children}: {title: string; actions?: ReactNode; children: ReactNode}) {
	return (
		<Box component="section" aria-label={title} sx={{bgcolor: 'background.paper', border: 1, borderColor: 'divider', borderRadius: 1.5, p: 2, minWidth: 0}}>
			<Box sx={{display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1, mb: 1}}>
				<Typography variant="h2">{title}</Typography>
				{actions}
			</Box>
			{children}
		</Box>
	);
}
