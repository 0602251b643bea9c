// states.tsx - what stands where data would be: nothing yet, an error, or still loading.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type {ReactNode} from 'react';
import type {ApiError} from '../api/client.ts';

/** Says what is not there and what to do about it. */
export function EmptyState({title, children, action}: {title: string; children?: ReactNode; action?: ReactNode}) {
	return (
		<Box sx={{textAlign: 'center', py: 5, px: 2, maxWidth: '34rem', mx: 'auto'}}>
			<Typography variant="h2" component="p" gutterBottom>{title}</Typography>
			{children !== undefined && <Typography color="textSecondary" sx={{mb: 2}}>{children}</Typography>}
			{action}
		</Box>
	);
}

/** Says what happened and offers to try again. */
export function ErrorState({error, retry}: {error: ApiError; retry?: (() => void) | undefined}) {
	return (
		<Alert severity="error" sx={{my: 1}} action={retry !== undefined && <Button color="inherit" onClick={retry}>Try again</Button>}>
			{error.message}
		</Alert>
	);
}

export function LoadingState({lines = 5}: {lines?: number}) {
	return (
		<div role="status" aria-label="Loading" className="loading">
			{Array.from({length: lines}, (_, i) => <span key={i} />)}
		</div>
	);
}
