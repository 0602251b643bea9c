// AliasDialog.tsx - says by which other name a server's backups are known.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import {type FormEvent, useId, useState} from 'react';
import {ApiError, send} from '../api/client.ts';
import type {UnmatchedSuggestion} from '../api/types.ts';
import {toast} from '../app/toasts.tsx';
import {visible} from '../format/name.ts';
import {Name} from './Name.tsx';
import {type ServerChoice, ServerPicker} from './ServerPicker.tsx';

const ALIAS_MAX = 253;

interface AliasDialogProps {
	/** Of this server; without one, it is chosen. */
	server?: {id: number; name: string} | undefined;
	suggestions?: readonly UnmatchedSuggestion[];
	/** What the field begins with. */
	alias?: string;
	/** Some of the paths that the name is in. */
	samples?: readonly string[];
	/** It was saved; onClose follows. */
	onDone?: () => void;
	onClose: () => void;
}

export function AliasDialog({server: given, suggestions = [], alias: start = '', samples = [], onDone, onClose}: AliasDialogProps) {
	const [server, setServer] = useState<ServerChoice | null>(given ?? null);
	const [alias, setAlias] = useState(start);
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<ApiError>();
	const id = useId();
	const ready = server !== null && alias.trim() !== '' && !busy;

	const save = async (of: number, name: string) => {
		setBusy(true);
		setProblem(undefined);
		try {
			await send('POST /api/servers/{id}/aliases', {id: of, body: {alias: alias.trim()}});
			toast(`Backups named ${visible(alias.trim())} now belong to ${visible(name)}.`);
			onDone?.();
			onClose();
		} catch (error) {
			setProblem(error instanceof ApiError ? error : new ApiError(0, 'internal', String(error)));
			setBusy(false);
		}
	};
	const submit = (event: FormEvent) => {
		event.preventDefault();
		event.stopPropagation();
		if (ready && server.id !== null) {
			void save(server.id, server.name);
		}
	};
	const atAlias = problem?.field === 'alias' || problem?.field?.startsWith('aliases') === true;
	return (
		<Dialog open onClose={busy ? () => {} : onClose} aria-labelledby={id} maxWidth="xs" fullWidth>
			<form noValidate onSubmit={submit}>
				<DialogTitle id={id}>{given === undefined ? 'It is an alias of a server' : <>Another name of <Name wrap>{given.name}</Name></>}</DialogTitle>
				<DialogContent sx={{display: 'flex', flexDirection: 'column', gap: 2}}>
					<Box sx={{color: 'text.secondary'}}>Wherever this name stands in a path, as a word of its own, the file belongs to the server.</Box>
					<TextField
						label="Name in the paths" value={alias} onChange={(event) => setAlias(event.target.value)} fullWidth autoFocus={start === ''} error={atAlias}
						helperText={atAlias ? problem?.message : ' '} slotProps={{htmlInput: {maxLength: ALIAS_MAX, spellCheck: false, autoCapitalize: 'off', autoComplete: 'off'}}}
					/>
					{given === undefined && <ServerPicker label="Server" value={server} onChange={setServer} suggestions={suggestions} autoFocus={start !== ''} />}
					{problem !== undefined && !atAlias && <Alert severity="error">{problem.message}</Alert>}
					{samples.length > 0 && (
						<Box sx={{fontSize: '.8125rem', color: 'text.secondary'}}>
							Such as
							{samples.map((path) => <Box key={path}><Name wrap>{path}</Name></Box>)}
						</Box>
					)}
				</DialogContent>
				<DialogActions>
					<Button onClick={onClose} disabled={busy}>Cancel</Button>
					<Button type="submit" variant="contained" loading={busy} disabled={!ready}>Save the alias</Button>
				</DialogActions>
			</form>
		</Dialog>
	);
}
