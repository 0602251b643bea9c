// ServerDialog.tsx - what a person says of a server: its name, address, other names, tags and a note; for a new one or one that is known.
import TextField from '@mui/material/TextField';
import {useState} from 'react';
import {send} from '../api/client.ts';
import type {Server, ServerInput} from '../api/types.ts';
import {toast} from '../app/toasts.tsx';
import {visible} from '../format/name.ts';
import {FormDialog} from './FormDialog.tsx';

type Member = 'hostname' | 'ip_address' | 'aliases' | 'tags' | 'note';
const MEMBERS: readonly {name: Member; label: string; helper: string; max: number; lines?: number}[] = [
	{name: 'hostname', label: 'Host name', helper: 'In full where possible: web1.example.org', max: 253},
	{name: 'ip_address', label: 'IP address', helper: 'IPv4 or IPv6', max: 60},
	{name: 'aliases', label: 'Other names', helper: 'Names that its backups carry, separated by commas', max: 4000, lines: 3},
	{name: 'tags', label: 'Tags', helper: 'Words that policies refer to, separated by commas', max: 4000},
	{name: 'note', label: 'Note', helper: 'For people', max: 2000, lines: 4},
];
const WORDS = ', ';

function wordsOf(text: string): string[] {
	return [...new Set(text.split(/[,\n]/).map((word) => word.trim()).filter((word) => word !== ''))];
}

function draftOf(server: Server | undefined): Record<Member, string> {
	return {
		hostname: server?.hostname ?? '', ip_address: server?.ip_address ?? '', aliases: (server?.aliases ?? []).join(WORDS), tags: (server?.tags ?? []).join(WORDS), note: server?.note ?? '',
	};
}

function inputOf(draft: Record<Member, string>): ServerInput {
	const {hostname, ip_address: address, aliases, tags, note} = draft;
	return {hostname: hostname.trim() || null, ip_address: address.trim() || null, aliases: wordsOf(aliases), tags: wordsOf(tags), note: note.trim()};
}

interface ServerDialogProps {
	/** To be changed; absent: a new one. */
	server?: Server | undefined;
	/** It was saved; onClose follows. */
	onDone?: (server: Server) => void;
	onClose: () => void;
}

export function ServerDialog({server, onDone, onClose}: ServerDialogProps) {
	const [draft, setDraft] = useState(() => draftOf(server));
	const save = async () => {
		const body = inputOf(draft);
		const answer = server === undefined ? await send('POST /api/servers', {body}) : await send('PUT /api/servers/{id}', {id: server.id, body});
		toast(`${visible(answer.server.hostname)} is ${server === undefined ? 'added' : 'saved'}.`);
		onDone?.(answer.server);
	};
	return (
		<FormDialog
			title={server === undefined ? 'Add a server' : `Edit ${visible(server.hostname)}`} verb={server === undefined ? 'Add' : 'Save'} fields={MEMBERS.map(({name}) => name)}
			incomplete={draft.hostname.trim() === '' && draft.ip_address.trim() === ''} onSubmit={save} onClose={onClose}>
			{(problem) => MEMBERS.map(({name, label, helper, max, lines}, i) => (
				<TextField
					key={name} label={label} value={draft[name]} onChange={(event) => setDraft({...draft, [name]: event.target.value})} fullWidth autoFocus={i === 0}
					error={problem(name) !== ''} helperText={problem(name) || helper} {...(lines === undefined ? {} : {multiline: true, maxRows: lines})} sx={i === 0 ? {mt: 1} : {}}
					slotProps={{htmlInput: {maxLength: max, spellCheck: name === 'note', autoCapitalize: 'off', autoComplete: 'off'}}}
				/>
			))}
		</FormDialog>
	);
}
