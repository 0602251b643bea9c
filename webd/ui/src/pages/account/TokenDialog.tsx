// TokenDialog.tsx - a new API token: what it is for, what it may do, and until when.
import TextField from '@mui/material/TextField';
import {useState} from 'react';
import {send} from '../../api/client.ts';
import {FormDialog} from '../../components/FormDialog.tsx';
import {type GivenRole, RoleField} from '../../components/RoleField.tsx';

const NAME_MAX = 64;
const DAY_S = 86_400;
const SPANS = [[30, '30 days'], [90, '90 days'], [365, 'A year'], [0, 'Without end']] as const;
const USUAL_DAYS = 365;

export function TokenDialog({onMade, onClose}: {onMade: (token: string) => void; onClose: () => void}) {
	const [name, setName] = useState('');
	const [role, setRole] = useState<GivenRole>('viewer');
	const [days, setDays] = useState<number>(USUAL_DAYS);
	const add = async () => {
		const expires = days === 0 ? {} : {expires: Math.floor(Date.now() / 1000) + days * DAY_S};
		const {token} = await send('POST /api/tokens', {body: {name: name.trim(), role, ...expires}});
		onMade(token);
	};
	return (
		<FormDialog title="Add a token" verb="Add" fields={['name', 'role', 'expires']} incomplete={name.trim() === ''} onSubmit={add} onClose={onClose}>
			{(problem) => (
				<>
					<TextField
						label="What it is for" value={name} autoFocus fullWidth onChange={(event) => setName(event.target.value)} error={problem('name') !== ''}
						helperText={problem('name') || 'Such as: monitoring'} sx={{mt: 1}}
						slotProps={{htmlInput: {maxLength: NAME_MAX, autoComplete: 'off', spellCheck: false}}}
					/>
					<RoleField value={role} onChange={setRole} problem={problem('role')} />
					<TextField
						select fullWidth label="Good for" value={days} onChange={(event) => setDays(Number(event.target.value))} error={problem('expires') !== ''} helperText={problem('expires')}
						slotProps={{select: {native: true}, inputLabel: {shrink: true}}}>
						{SPANS.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
					</TextField>
				</>
			)}
		</FormDialog>
	);
}
