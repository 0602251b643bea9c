// SessionsSection.tsx - where one is signed in, and how to end it there.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useState} from 'react';
import {send} from '../../api/client.ts';
import type {Session} from '../../api/types.ts';
import {useQuery} from '../../api/query.ts';
import {toast} from '../../app/toasts.tsx';
import {ConfirmDialog} from '../../components/ConfirmDialog.tsx';
import {GoodIcon} from '../../components/icons.tsx';
import {ItemRow, ItemRows} from '../../components/ItemRows.tsx';
import {Section} from '../../components/Page.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {visible} from '../../format/name.ts';
import {counted} from '../../format/size.ts';
import {isoOf} from '../../format/time.ts';
import {agentText} from './agent.ts';

function Here() {
	return (
		<Box component="span" sx={{display: 'inline-flex', alignItems: 'center', gap: .5, fontWeight: 600, color: 'var(--green-ink)'}}>
			<GoodIcon sx={{fontSize: '1.125rem'}} />This session
		</Box>
	);
}

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

function EndOthers({count, onDone, onClose}: {count: number; onDone: () => void; onClose: () => void}) {
	const end = async () => {
		await send('DELETE /api/sessions');
		toast('Your other sessions have ended.');
		onDone();
	};
	return (
		<ConfirmDialog title="End all other sessions?" verb="End them" onConfirm={end} onClose={onClose}>
			{counted(count, 'session has', 'sessions have')} to sign in again. You stay signed in here.
		</ConfirmDialog>
	);
}

function Row({session: {agent, address, used, created, expires, current}, onEnd}: {session: Session; onEnd: () => void}) {
	const name = visible(agentText(agent));
	const end = <Button variant="outlined" color="inherit" sx={{borderColor: 'divider'}} aria-label={`End the session of ${name}`} onClick={onEnd}>End</Button>;
	return (
		<ItemRow title={<bdi>{name}</bdi>} actions={current ? <Here /> : end}>
			From {visible(address) || 'an unknown address'}. Last used <Time iso={isoOf(used)} />, signed in <Time iso={isoOf(created)} />, ends <Time iso={isoOf(expires)} /> at the latest.
		</ItemRow>
	);
}

export function SessionsSection() {
	const {data, error, refetch} = useQuery('/api/sessions');
	const [ending, setEnding] = useState<Session | 'others' | null>(null);
	const others = data?.sessions.filter(({current}) => !current).length ?? 0;
	return (
		<Section title="Sessions" actions={others > 0 && <Button variant="outlined" onClick={() => setEnding('others')}>End all others</Button>}>
			{error !== undefined && <ErrorState error={error} retry={refetch} />}
			{data === undefined && error === undefined && <LoadingState lines={2} />}
			{data !== undefined && (
				<ItemRows label="Sessions">
					{data.sessions.map((session) => <Row key={session.id} session={session} onEnd={() => setEnding(session)} />)}
				</ItemRows>
			)}
			{ending === 'others' && <EndOthers count={others} onDone={refetch} onClose={() => setEnding(null)} />}
			{ending !== null && ending !== 'others' && <End session={ending} onDone={refetch} onClose={() => setEnding(null)} />}
		</Section>
	);
}
