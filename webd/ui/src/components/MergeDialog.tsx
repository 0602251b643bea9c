// MergeDialog.tsx - makes another row part of a server: those of the very same name are offered first.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import {useState} from 'react';
import {send} from '../api/client.ts';
import {useQuery} from '../api/query.ts';
import type {Server} from '../api/types.ts';
import {toast} from '../app/toasts.tsx';
import {visible} from '../format/name.ts';
import {counted} from '../format/size.ts';
import {FormDialog} from './FormDialog.tsx';
import {Name} from './Name.tsx';
import {type ServerChoice, ServerPicker} from './ServerPicker.tsx';

const TWINS_MAX = 50; // in one dialog

/** What tells two rows of one name apart. */
function Twin({id}: {id: number}) {
	const {data} = useQuery('/api/servers/{id}', {id});
	const twin = data?.server;
	if (twin === undefined) {
		return <>{`Server ${id}`}</>;
	}
	const facts = [twin.addresses.join(', '), twin.detected_os, twin.by_hand ? 'added by hand' : 'found by a scan', counted(twin.backup_count, 'backup')];
	return (
		<>
			<Name wrap>{twin.hostname}</Name>
			<Box component="span" sx={{display: 'block', color: 'text.secondary'}}><Name wrap>{facts.filter((fact) => fact !== null && fact !== '').join(', ')}</Name></Box>
		</>
	);
}

interface MergeDialogProps {
	/** The one that stays. */
	server: Server;
	onDone?: () => void;
	onClose: () => void;
}

export function MergeDialog({server, onDone, onClose}: MergeDialogProps) {
	const [twins] = useState(() => server.same_name.slice(0, TWINS_MAX)); // they go one by one while it works
	const [chosen, setChosen] = useState<readonly number[]>(twins);
	const [other, setOther] = useState<ServerChoice | null>(null);
	const others = [...chosen, ...(other?.id !== null && other?.id !== undefined && !chosen.includes(other.id) ? [other.id] : [])];
	const save = async () => {
		for (const one of others) {
			await send('POST /api/servers/{id}/merge', {id: server.id, body: {other: one}});
			setChosen((left) => left.filter((id) => id !== one));
		}
		toast(`${counted(others.length, 'server')} merged into ${visible(server.hostname)}.`);
		onDone?.();
	};
	return (
		<FormDialog
			title={`Merge into ${visible(server.hostname)}`} verb={others.length > 1 ? `Merge ${others.length} servers` : 'Merge'} fields={['other']} incomplete={others.length === 0}
			onSubmit={save} onClose={onClose}>
			{(problem) => (
				<>
					<Box sx={{color: 'text.secondary'}}>
						The other’s addresses, names, tags and backups become this server’s; then it is gone. This cannot be taken back.
					</Box>
					{twins.length > 0 && (
						<Box role="group" aria-label="Servers of the same name" sx={{display: 'flex', flexDirection: 'column', gap: 1}}>
							{twins.map((id) => (
								<FormControlLabel
									key={id} sx={{alignItems: 'flex-start', m: 0, overflowWrap: 'anywhere'}} label={<Twin id={id} />}
									control={<Checkbox size="small" sx={{pt: 0}} checked={chosen.includes(id)} onChange={(_, on) => setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))} />}
								/>
							))}
						</Box>
					)}
					<ServerPicker label={twins.length > 0 ? 'And another server' : 'The other server'} value={other} onChange={setOther} error={problem('other') || undefined} autoFocus={twins.length === 0} />
					{other?.id === server.id && <Alert severity="warning">This is the server itself. Choose another one.</Alert>}
				</>
			)}
		</FormDialog>
	);
}
