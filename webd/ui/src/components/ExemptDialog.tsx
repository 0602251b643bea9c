// ExemptDialog.tsx - says why one server, or several, need no backup, until when, and who says so.
import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import {useId, useState} from 'react';
import {ApiError, send} from '../api/client.ts';
import {session} from '../api/session.ts';
import type {ExemptionInput, Server} from '../api/types.ts';
import {toast} from '../app/toasts.tsx';
import {visible} from '../format/name.ts';
import {counted} from '../format/size.ts';
import {shortDate} from '../format/time.ts';
import {FormDialog} from './FormDialog.tsx';
import {dayOf, lastDay, type Span, SPANS, SPAN_WORDS} from './server/spans.ts';

const REASON_MAX = 500;
const AUTHOR_MAX = 100;
const HALF_DAY_MS = 43_200_000; // a day ends by the server's clocks: its noon is in the same day for most readers
const AUTHOR_KEY = 'exempt.author'; // who it was last time, in this browser

export type Exempted = Pick<Server, 'id' | 'hostname'> & Partial<Pick<Server, 'exempt_reason' | 'exempt_author' | 'exempt_until'>>;

/** Who is signed in, or who it was last time. */
function lastAuthor(): string {
	const {method, name} = session.get();
	if (method !== 'none') {
		return name;
	}
	try {
		return localStorage.getItem(AUTHOR_KEY) ?? '';
	} catch {
		return ''; // storage is forbidden
	}
}

function keepAuthor(author: string): void {
	try {
		localStorage.setItem(AUTHOR_KEY, author);
	} catch {
		// then it is asked for again
	}
}

/** A day of the calendar as a person reads it. */
function dayText(day: string): string {
	return shortDate(new Date(`${day}T12:00:00`).getTime());
}

/** One after the other: each judges all servers anew. Tells how far it came if one is refused. */
async function exempt(servers: readonly Exempted[], body: ExemptionInput, onStep: (done: number) => void): Promise<void> {
	for (const [done, {id, hostname}] of servers.entries()) {
		onStep(done);
		try {
			await send('PUT /api/servers/{id}/exemption', {id, body});
		} catch (error) {
			if (done > 0 && error instanceof ApiError) {
				throw new ApiError(error.status, error.code, `${done} of ${servers.length} are exempt now, but not ${visible(hostname)}: ${error.message}`);
			}
			throw error;
		}
	}
}

interface ExemptDialogProps {
	servers: readonly Exempted[];
	/** It is done; onClose follows. */
	onDone?: () => void;
	onClose: () => void;
}

export function ExemptDialog({servers, onDone, onClose}: ExemptDialogProps) {
	const [now] = useState(() => new Date());
	const only = servers.length === 1 ? servers[0] : undefined;
	const before = only !== undefined && typeof only.exempt_reason === 'string' ? only : undefined; // it is exempt, or was
	const runs = before?.exempt_until === null || Date.parse(before?.exempt_until ?? '') > now.getTime();
	const [reason, setReason] = useState(before?.exempt_reason ?? '');
	const [author, setAuthor] = useState(() => before?.exempt_author ?? lastAuthor());
	const [span, setSpan] = useState<Span>(before === undefined || !runs ? 'quarter' : before.exempt_until === null ? 'never' : 'date');
	const [chosen, setChosen] = useState(() => (runs && typeof before?.exempt_until === 'string' ? dayOf(new Date(Date.parse(before.exempt_until) - HALF_DAY_MS)) : ''));
	const [done, setDone] = useState(0);
	const id = useId();
	const until = lastDay(span, chosen, now);
	const who = only === undefined ? counted(servers.length, 'server') : visible(only.hostname);

	const save = async () => {
		await exempt(servers, {reason: reason.trim(), author: author.trim(), until}, setDone);
		keepAuthor(author.trim());
		toast(`${who} ${servers.length === 1 ? 'is' : 'are'} exempt${until === null ? '' : ` through ${dayText(until)}`}.`);
		onDone?.();
	};
	return (
		<FormDialog
			title={before === undefined ? `Exempt ${who}` : `Exemption of ${who}`} verb={before === undefined ? 'Exempt' : 'Save'} fields={['reason', 'author', 'until']}
			incomplete={reason.trim() === '' || until === ''} onSubmit={save} onClose={onClose}>
			{(problem) => (
				<>
					<Box sx={{color: 'text.secondary'}}>An exempt server needs no backup. It is shown as exempt until that ends, then judged again.</Box>
					<TextField
						label="Reason" required autoFocus fullWidth multiline maxRows={4} value={reason} error={problem('reason') !== ''} helperText={problem('reason') || 'Such as: test machine, rebuilt every night'}
						onChange={(event) => setReason(event.target.value.replaceAll('\n', ' '))} slotProps={{htmlInput: {maxLength: REASON_MAX}}}
					/>
					<FormControl error={problem('until') !== ''}>
						<FormLabel id={id}>Until</FormLabel>
						<RadioGroup row aria-labelledby={id} value={span} onChange={(_, value) => setSpan(SPANS.find((one) => one === value) ?? 'never')}>
							{SPANS.map((one) => <FormControlLabel key={one} value={one} control={<Radio size="small" />} label={SPAN_WORDS[one]} />)}
						</RadioGroup>
						{span === 'date' && (
							<TextField
								type="date" label="Last day" value={chosen} sx={{mt: 1}} onChange={(event) => setChosen(event.target.value)} error={problem('until') !== ''}
								slotProps={{inputLabel: {shrink: true}, htmlInput: {min: dayOf(now)}}}
							/>
						)}
						<Box sx={{mt: .5, fontSize: '.75rem', color: problem('until') === '' ? 'text.secondary' : 'error.main'}} aria-live="polite">
							{problem('until') || (until === null ? 'Until somebody ends it.' : until === '' ? 'Choose the last day.' : `Through ${dayText(until)}.`)}
						</Box>
					</FormControl>
					<TextField
						label="Who says so" fullWidth value={author} onChange={(event) => setAuthor(event.target.value)} error={problem('author') !== ''} helperText={problem('author')}
						slotProps={{htmlInput: {maxLength: AUTHOR_MAX}}}
					/>
					{servers.length > 1 && done > 0 && <Box role="status">{`${done} of ${servers.length} done.`}</Box>}
				</>
			)}
		</FormDialog>
	);
}
