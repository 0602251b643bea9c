// FormDialog.tsx - a dialog with fields: sends them, shows what the server says at the field that is meant, and stays open until it is done.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import {type FormEvent, type ReactNode, useId, useState} from 'react';
import {ApiError} from '../api/client.ts';

interface FormDialogProps {
	title: ReactNode;
	/** What the button does, as a verb: "Save". */
	verb: string;
	/** It cannot be sent yet. */
	incomplete?: boolean;
	/** The members of the request that have a field; "aliases" is also "aliases[2]". */
	fields: readonly string[];
	/** Gets the sentence for a field, '' if it is right. */
	children: (problem: (field: string) => string) => ReactNode;
	/** May throw; onClose follows when it is done. */
	onSubmit: () => Promise<void>;
	onClose: () => void;
}

/** Rendered while it is open; its owner stops rendering it on onClose. */
export function FormDialog({title, verb, incomplete = false, fields, children, onSubmit, onClose}: FormDialogProps) {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState<ApiError>();
	const id = useId();
	const at = fields.find((field) => error?.field === field || error?.field?.startsWith(field + '[') === true);

	const save = async () => {
		setBusy(true);
		setError(undefined);
		try {
			await onSubmit();
			onClose();
		} catch (caught) {
			setError(caught instanceof ApiError ? caught : new ApiError(0, 'internal', String(caught)));
			setBusy(false);
		}
	};
	const submit = (event: FormEvent) => {
		event.preventDefault();
		event.stopPropagation(); // a dialog may stand in another's form
		if (!busy && !incomplete) {
			void save();
		}
	};
	return (
		<Dialog open onClose={busy ? () => {} : onClose} aria-labelledby={id} maxWidth="xs" fullWidth>
			<Box component="form" noValidate onSubmit={submit} sx={{display: 'flex', flexDirection: 'column', minHeight: 0}}>
				<DialogTitle id={id} sx={{overflowWrap: 'anywhere'}}>{title}</DialogTitle>
				<DialogContent sx={{display: 'flex', flexDirection: 'column', gap: 2}}>
					{children((field) => (field === at ? (error?.message ?? '') : ''))}
					{error !== undefined && at === undefined && <Alert severity="error">{error.message}</Alert>}
				</DialogContent>
				<DialogActions>
					<Button onClick={onClose} disabled={busy}>Cancel</Button>
					<Button type="submit" variant="contained" loading={busy} disabled={incomplete}>{verb}</Button>
				</DialogActions>
			</Box>
		</Dialog>
	);
}
