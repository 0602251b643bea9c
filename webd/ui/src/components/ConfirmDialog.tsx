// ConfirmDialog.tsx - asks before something that cannot be taken back, and stays open with the sentence if it fails.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import {type ReactNode, useId, useState} from 'react';

interface ConfirmDialogProps {
	title: string;
	children: ReactNode;
	/** What the button does, as a verb: "Remove". */
	verb: string;
	/** What the other button says. */
	dismiss?: string;
	/** It destroys something. */
	danger?: boolean;
	/** May throw: the message is shown. Closing is up to the owner, by onClose. */
	onConfirm: () => Promise<void>;
	onClose: () => void;
}

/** Rendered while it is asked; its owner stops rendering it on onClose. */
export function ConfirmDialog({title, children, verb, dismiss = 'Cancel', danger = false, onConfirm, onClose}: ConfirmDialogProps) {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState('');
	const id = useId();
	const confirm = async () => {
		setBusy(true);
		setProblem('');
		try {
			await onConfirm();
			onClose();
		} catch (error) {
			setProblem(error instanceof Error ? error.message : String(error));
			setBusy(false);
		}
	};
	return (
		<Dialog open onClose={busy ? () => {} : onClose} aria-labelledby={id} maxWidth="xs" fullWidth>
			<DialogTitle id={id}>{title}</DialogTitle>
			<DialogContent>
				{children}
				{problem !== '' && <Alert severity="error" sx={{mt: 2}}>{problem}</Alert>}
			</DialogContent>
			<DialogActions>
				<Button onClick={onClose} disabled={busy}>{dismiss}</Button>
				<Button variant="contained" color={danger ? 'error' : 'primary'} loading={busy} onClick={() => void confirm()}>{verb}</Button>
			</DialogActions>
		</Dialog>
	);
}
