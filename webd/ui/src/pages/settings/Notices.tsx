// Notices.tsx - what a person must know before editing or saving: read-only settings, somebody else's changes, warnings; and the question before leaving.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useEffect, useState} from 'react';
import {ConfirmDialog} from '../../components/ConfirmDialog.tsx';
import {Name} from '../../components/Name.tsx';
import {keepPage} from '../../router.tsx';
import type {FormKey} from './form.ts';
import {titles} from './SaveBar.tsx';

export function ReadOnly() {
	return (
		<Alert severity="info">
			These settings can only be read here: scannerd may not write its configuration file. Edit the file itself, or give scannerd the right to write it, then reload this page.
		</Alert>
	);
}

export function ForAdministrators() {
	return <Alert severity="info">You can read the settings. Only an administrator can change them.</Alert>;
}

interface ConflictProps {
	mine: readonly FormKey[];
	theirs: readonly FormKey[];
	onMerge: () => void;
	onDiscard: () => void;
}

export function Conflict({mine, theirs, onMerge, onDiscard}: ConflictProps) {
	const both = theirs.filter((key) => mine.includes(key));
	return (
		<Alert severity="warning" role="alert">
			<strong>The settings were changed elsewhere while you edited them.</strong>{' '}
			{theirs.length > 0 && `Changed there: ${titles(theirs)}. `}
			{both.length > 0 ? `You changed ${titles(both)} too: yours will replace theirs when you save.` : 'Nothing of yours is lost: load theirs, then save.'}
			<Box sx={{display: 'flex', flexWrap: 'wrap', gap: 1, mt: 1}}>
				<Button variant="outlined" color="inherit" onClick={onMerge}>Load theirs, keep what I typed</Button>
				<Button color="inherit" onClick={onDiscard}>Discard mine</Button>
			</Box>
		</Alert>
	);
}

export function Warnings({warnings, onClose}: {warnings: readonly string[]; onClose: () => void}) {
	return warnings.length === 0 ? null : (
		<Alert severity="warning" onClose={onClose}>
			<strong>Saved, but look at this:</strong>
			<Box component="ul" sx={{m: 0, pl: 2.5}}>{warnings.map((warning) => <li key={warning}><Name wrap>{warning}</Name></li>)}</Box>
		</Alert>
	);
}

/** Rendered while there is something to lose. */
export function LeaveGuard() {
	const [go, setGo] = useState<(() => void) | null>(null);
	useEffect(() => keepPage((leave) => setGo(() => leave)), []);
	useEffect(() => {
		const ask = (event: BeforeUnloadEvent) => event.preventDefault();
		window.addEventListener('beforeunload', ask);
		return () => window.removeEventListener('beforeunload', ask);
	}, []);
	return go === null ? null : (
		<ConfirmDialog
			title="Leave without saving?" verb="Leave" danger onClose={() => setGo(null)}
			onConfirm={() => {
				go();
				return Promise.resolve();
			}}>
			What you changed on this page is not saved yet, and would be lost.
		</ConfirmDialog>
	);
}
