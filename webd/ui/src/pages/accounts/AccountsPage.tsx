// AccountsPage.tsx - who may sign in, and as what: add, change the role, set another password, remove.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import {useState} from 'react';
import type {Account} from '../../api/types.ts';
import {useQuery} from '../../api/query.ts';
import {ROLE_WORDS, useSession} from '../../api/session.ts';
import {AddIcon} from '../../components/icons.tsx';
import {ItemRow, ItemRows} from '../../components/ItemRows.tsx';
import {Page, Section} from '../../components/Page.tsx';
import {ErrorState, LoadingState} from '../../components/states.tsx';
import {Time} from '../../components/Time.tsx';
import {visible} from '../../format/name.ts';
import {counted} from '../../format/size.ts';
import {isoOf} from '../../format/time.ts';
import {useSearch} from '../../router.tsx';
import {AddDialog} from './AddDialog.tsx';
import {ACTIONS, type AccountAction, AccountDialog} from './dialogs.tsx';
import {SEARCH} from './search.ts';

const QUIET = {color: 'inherit', sx: {borderColor: 'divider'}} as const;

function Row({account, own, onAct}: {account: Account; own: boolean; onAct: (action: AccountAction) => void}) {
	const {name, role, totp, sessions, created, changed} = account;
	const offered = (Object.keys(ACTIONS) as AccountAction[]).filter((action) => action !== 'totp' || totp);
	return (
		<ItemRow
			title={<><bdi>{visible(name)}</bdi>{own && <Box component="span" sx={{fontWeight: 400}}> (you)</Box>}</>}
			actions={offered.map((action) => (
				<Button key={action} variant="outlined" {...(action === 'remove' ? {color: 'error'} : QUIET)} aria-label={`${ACTIONS[action]}: ${visible(name)}`} onClick={() => onAct(action)}>
					{ACTIONS[action]}
				</Button>
			))}>
			{ROLE_WORDS[role]}. {totp ? 'Signs in with a code, too. ' : ''}{sessions === 0 ? 'Not signed in' : counted(sessions, 'session')}.{' '}
			Added <Time iso={isoOf(created)} />, password set <Time iso={isoOf(changed)} />.
		</ItemRow>
	);
}

export default function AccountsPage() {
	const {data, error, refetch} = useQuery('/api/accounts');
	const {name: own} = useSession();
	const [search, setSearch] = useSearch(SEARCH);
	const [chosen, setChosen] = useState<{account: Account; action: AccountAction} | null>(null);
	return (
		<Page title="Accounts" about="Who may sign in, and what each may do." actions={<Button variant="contained" startIcon={<AddIcon />} onClick={() => setSearch({add: true})}>Add an account</Button>}>
			<Section title={data === undefined ? 'Accounts' : counted(data.accounts.length, 'account')}>
				{error !== undefined && <ErrorState error={error} retry={refetch} />}
				{data === undefined && error === undefined && <LoadingState />}
				{data !== undefined && (
					<ItemRows label="Accounts">
						{data.accounts.map((account) => <Row key={account.id} account={account} own={account.name === own} onAct={(action) => setChosen({account, action})} />)}
					</ItemRows>
				)}
			</Section>
			{search.add === true && <AddDialog onDone={refetch} onClose={() => setSearch({add: null}, {replace: true})} />}
			{chosen !== null && <AccountDialog {...chosen} onDone={refetch} onClose={() => setChosen(null)} />}
		</Page>
	);
}
