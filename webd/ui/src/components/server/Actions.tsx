// Actions.tsx - what can be done about a server: exempt it, say whose files are its, edit, merge, remove.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useState} from 'react';
import {send} from '../../api/client.ts';
import {useMay} from '../../api/session.ts';
import type {Server} from '../../api/types.ts';
import {toast} from '../../app/toasts.tsx';
import {visible} from '../../format/name.ts';
import {AliasDialog} from '../AliasDialog.tsx';
import {ConfirmDialog} from '../ConfirmDialog.tsx';
import {ExemptDialog} from '../ExemptDialog.tsx';
import {MergeDialog} from '../MergeDialog.tsx';
import {RuleDialog} from '../RuleDialog.tsx';
import {ServerDialog} from '../ServerDialog.tsx';
import {nameOf} from '../ServerPicker.tsx';
import {useNow} from '../Time.tsx';
import {exemptionState} from './Exemption.tsx';

export type ServerAction = 'exempt' | 'end' | 'alias' | 'rule' | 'edit' | 'merge' | 'remove';

interface DialogProps {
	server: Server;
	action: ServerAction | null;
	onClose: () => void;
	/** It is gone. */
	onRemoved: () => void;
}

function EndDialog({server, onClose}: {server: Server; onClose: () => void}) {
	const end = async () => {
		await send('DELETE /api/servers/{id}/exemption', {id: server.id});
		toast(`${visible(server.hostname)} is no longer exempt.`);
	};
	return (
		<ConfirmDialog title="End the exemption" verb="End the exemption" onConfirm={end} onClose={onClose}>
			Backups of <bdi>{visible(server.hostname)}</bdi> are expected again from now on.
		</ConfirmDialog>
	);
}

function RemoveDialog({server, onClose, onRemoved}: {server: Server; onClose: () => void; onRemoved: () => void}) {
	const remove = async () => {
		await send('DELETE /api/servers/{id}', {id: server.id});
		toast(`${visible(server.hostname)} is removed.`);
		onRemoved();
	};
	return (
		<ConfirmDialog title={`Remove ${visible(server.hostname)}`} verb="Remove" danger onConfirm={remove} onClose={onClose}>
			Its names, tags, note and history are forgotten. Its backups stay where they are, but belong to nobody.{' '}
			{server.by_hand ? 'No scan brings it back by itself unless it finds its address.' : 'The next scan that reaches it adds it again.'}
		</ConfirmDialog>
	);
}

export function ServerDialogs({server, action, onClose, onRemoved}: DialogProps) {
	const name = nameOf(server);
	switch (action) {
		case 'exempt':
			return <ExemptDialog servers={[server]} onClose={onClose} />;
		case 'end':
			return <EndDialog server={server} onClose={onClose} />;
		case 'alias':
			return <AliasDialog server={{id: server.id, name}} onClose={onClose} />;
		case 'rule':
			return (
				<RuleDialog
					title={`Files of ${visible(name)}`} start={{server: name}} startServer={server.id} onClose={onClose}
					about="Where no name in the path tells whose a file is, a rule does: say which files belong to this server."
				/>
			);
		case 'edit':
			return <ServerDialog server={server} onClose={onClose} />;
		case 'merge':
			return <MergeDialog server={server} onClose={onClose} />;
		case 'remove':
			return <RemoveDialog server={server} onClose={onClose} onRemoved={onRemoved} />;
		case null:
			return null;
	}
}

export function ServerActions({server, onRemoved}: {server: Server; onRemoved: () => void}) {
	const [action, setAction] = useState<ServerAction | null>(null);
	const exempt = exemptionState(server, useNow()) === 'runs';
	const [mayChange, mayRule] = [useMay('operator'), useMay('admin')];
	const buttons: readonly (readonly [ServerAction, string])[] = [
		...(exempt ? [['end', 'End the exemption'], ['exempt', 'Change the exemption']] as const : [['exempt', 'Exempt']] as const),
		['alias', 'Add an alias'], ...(mayRule ? [['rule', 'Add a rule']] as const : []), ['edit', 'Edit'], ['merge', 'Merge'], ['remove', 'Remove'],
	];
	if (!mayChange) {
		return null;
	}
	return (
		<>
			<Box role="group" aria-label="What can be done" sx={{display: 'flex', flexWrap: 'wrap', gap: .75}}>
				{buttons.map(([what, label]) => (
					<Button key={what} variant="outlined" color={what === 'remove' ? 'error' : 'inherit'} sx={what === 'remove' ? {} : {borderColor: 'divider'}} onClick={() => setAction(what)}>{label}</Button>
				))}
			</Box>
			<ServerDialogs server={server} action={action} onClose={() => setAction(null)} onRemoved={onRemoved} />
		</>
	);
}
