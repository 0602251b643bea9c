// AddDialog.tsx - a new account: name, role, and a password to begin with.
import TextField from '@mui/material/TextField';
import {useState} from 'react';
import {ApiError, send} from '../../api/client.ts';
import {toast} from '../../app/toasts.tsx';
import {FormDialog} from '../../components/FormDialog.tsx';
import {NewPassword, NO_PASSWORD, passwordProblem} from '../../components/NewPassword.tsx';
import {type GivenRole, RoleField} from '../../components/RoleField.tsx';
import {visible} from '../../format/name.ts';

const NAME_MAX = 64;

export function AddDialog({onDone, onClose}: {onDone: () => void; onClose: () => void}) {
	const [name, setName] = useState('');
	const [role, setRole] = useState<GivenRole>('viewer');
	const [chosen, setChosen] = useState(NO_PASSWORD);
	const add = async () => {
		const problem = passwordProblem(chosen);
		if (problem !== '') {
			throw new ApiError(0, 'invalid_value', problem, 'password');
		}
		await send('POST /api/accounts', {body: {name: name.trim(), role, password: chosen.password}});
		toast(`${visible(name.trim())} can sign in now.`);
		onDone();
	};
	return (
		<FormDialog title="Add an account" verb="Add" fields={['name', 'role', 'password']} incomplete={name.trim() === '' || chosen.password === '' || chosen.again === ''} onSubmit={add} onClose={onClose}>
			{(problem) => (
				<>
					<TextField
						label="Name" value={name} autoFocus fullWidth onChange={(event) => setName(event.target.value)} error={problem('name') !== ''} sx={{mt: 1}}
						helperText={problem('name') || 'Letters, digits and . _ @ + -'} slotProps={{htmlInput: {maxLength: NAME_MAX, autoComplete: 'off', autoCapitalize: 'off', spellCheck: false}}}
					/>
					<RoleField value={role} onChange={setRole} problem={problem('role')} />
					<NewPassword label="Password to begin with" value={chosen} onChange={setChosen} problem={problem('password')} />
				</>
			)}
		</FormDialog>
	);
}
