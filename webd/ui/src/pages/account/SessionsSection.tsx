// SessionsSection.tsx - where one is signed in, and how to end it there.
import Button from '@mui/material/Button';
import {useState} from 'react';
import {send} from '../../api/client.ts';
import type {Session} from '../../api/types.ts';
import {useQuery} from '../../api/query.ts';
import {toast} from '../../app/toasts.tsx';
import {ConfirmDialog} from '../../components/ConfirmDialog.tsx';
import {ItemRow, ItemRows} from '../../components/ItemRows.tsx';
import {Section} from '../../components/Page.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {visible} from '../../format/name.ts';
import {isoOf} from '../../format/time.ts';
import {agentText} from './agent.ts';

function End({session, onDone, onClose}: {session: Session; onDone: () => void; onClose: () => void}) {
	const end = async () => {
		await send('DELETE /api/sessions/{id}', {id: session.id});
		toast('The session has ended.');
		onDone();
	};
	return (
		<ConfirmDialog title="End the session?" verb="End it" onConfirm={end} onClose={onClose}>
			{visible(agentText(session.agent))} from {visible(session.address) || 'an unknown address'} has to sign in again.
		</ConfirmDialog>
	);
}

export function SessionsSection() {
	const {data, error, refetch} = useQuery('/api/sessions');
	const [ending, setEnding] = useState<Session | null>(null);
	return (
		<Section title="Sessions">
			{error !== undefined && <ErrorState error={error} retry={refetch} />}
			{data === undefined && error === undefined && <LoadingState lines={2} />}
			{data !== undefined && (
				<ItemRows label="Sessions">
					{data.sessions.map((session) => (
						<ItemRow
							key={session.id} title={<bdi>{visible(agentText(session.agent))}</bdi>}
							actions={session.current ? 'This session' : <Button variant="outlined" color="inherit" onClick={() => setEnding(session)}>End</Button>}>
							From {visible(session.address) || 'an unknown address'}. Last used <Time iso={isoOf(session.used)} />, signed in <Time iso={isoOf(session.created)} />.
						</ItemRow>
					))}
				</ItemRows>
			)}
			{ending !== null && <End session={ending} onDone={refetch} onClose={() => setEnding(null)} />}
		</Section>
	);
}
