// TokensSection.tsx - API tokens: for programs that ask in place of a person; each is shown once.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import {useId, useState} from 'react';
import {send} from '../../api/client.ts';
import type {Token} from '../../api/types.ts';
import {useQuery} from '../../api/query.ts';
import {ROLE_WORDS} from '../../api/session.ts';
import {toast} from '../../app/toasts.tsx';
import {ConfirmDialog} from '../../components/ConfirmDialog.tsx';
import {CopyButton} from '../../components/CopyButton.tsx';
import {AddIcon} from '../../components/icons.tsx';
import {ItemRow, ItemRows} from '../../components/ItemRows.tsx';
import {Section} from '../../components/Page.tsx';
import {EmptyState, ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {visible} from '../../format/name.ts';
import {isoOf} from '../../format/time.ts';
import {TokenDialog} from './TokenDialog.tsx';

function ShownOnce({token, onClose}: {token: string; onClose: () => void}) {
	const id = useId();
	return (
		<Dialog open aria-labelledby={id} maxWidth="xs" fullWidth>
			<DialogTitle id={id}>Your new token</DialogTitle>
			<DialogContent sx={{display: 'flex', flexDirection: 'column', gap: 1.5, alignItems: 'flex-start'}}>
				<Alert severity="warning">It is shown this once. Copy it now, and keep it as you keep a password.</Alert>
				<Box component="code" aria-label="Token" sx={{overflowWrap: 'anywhere', p: 1, border: 1, borderColor: 'divider', borderRadius: 1, userSelect: 'all'}}>{token}</Box>
				<CopyButton text={token} label="Copy" autoFocus />
				<Box sx={{color: 'text.secondary'}}>Send it with each request, in the header: <code>Authorization: Bearer …</code></Box>
			</DialogContent>
			<DialogActions><Button onClick={onClose}>Done</Button></DialogActions>
		</Dialog>
	);
}

function Remove({token, onDone, onClose}: {token: Token; onDone: () => void; onClose: () => void}) {
	const remove = async () => {
		await send('DELETE /api/tokens/{id}', {id: token.id});
		toast(`The token ${visible(token.name)} is removed.`);
		onDone();
	};
	return (
		<ConfirmDialog title={`Remove the token ${visible(token.name)}?`} verb="Remove" danger onConfirm={remove} onClose={onClose}>
			Programs that use it are refused from now on. It cannot be brought back.
		</ConfirmDialog>
	);
}

function Row({token, onRemove}: {token: Token; onRemove: () => void}) {
	const {name, role, account, created, expires, used} = token;
	return (
		<ItemRow title={<bdi>{visible(name)}</bdi>} actions={<Button variant="outlined" color="error" aria-label={`Remove the token ${visible(name)}`} onClick={onRemove}>Remove</Button>}>
			{ROLE_WORDS[role]}. Made by {account === null ? 'root' : visible(account)} <Time iso={isoOf(created)} />. {expires === 0 ? 'Does not end' : <>Ends <Time iso={isoOf(expires)} /></>}.{' '}
			{used === 0 ? 'Never used' : <>Last used <Time iso={isoOf(used)} /></>}.
		</ItemRow>
	);
}

export function TokensSection() {
	const {data, error, refetch} = useQuery('/api/tokens');
	const [adding, setAdding] = useState(false);
	const [made, setMade] = useState('');
	const [removing, setRemoving] = useState<Token | null>(null);
	const add = <Button variant="outlined" startIcon={<AddIcon />} onClick={() => setAdding(true)}>Add a token</Button>;
	return (
		<Section title="API tokens" actions={add}>
			{error !== undefined && <ErrorState error={error} retry={refetch} />}
			{data === undefined && error === undefined && <LoadingState lines={2} />}
			{data?.tokens.length === 0 && <EmptyState title="There is no token.">With a token, a program such as your monitoring can ask in place of a person.</EmptyState>}
			{data !== undefined && <ItemRows label="API tokens">{data.tokens.map((token) => <Row key={token.id} token={token} onRemove={() => setRemoving(token)} />)}</ItemRows>}
			{adding && (
				<TokenDialog
					onClose={() => setAdding(false)}
					onMade={(token) => {
						setMade(token);
						refetch();
					}}
				/>
			)}
			{made !== '' && <ShownOnce token={made} onClose={() => setMade('')} />}
			{removing !== null && <Remove token={removing} onDone={refetch} onClose={() => setRemoving(null)} />}
		</Section>
	);
}
