// FirstForm.tsx - the first start: by the one-time link, somebody becomes the first administrator.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import {type FormEvent, useState} from 'react';
import {ApiError} from '../../api/client.ts';
import {forgetToken, setUp} from '../../api/session.ts';
import {NewPassword, NO_PASSWORD, passwordProblem} from '../../components/NewPassword.tsx';

const NAME_MAX = 64;

export function FirstForm() {
	const [name, setName] = useState('');
	const [chosen, setChosen] = useState(NO_PASSWORD);
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState<ApiError | null>(null);
	const at = (field: string) => (error?.field === field ? error.message : '');

	const attempt = async () => {
		setBusy(true);
		setError(null);
		try {
			await setUp(name.trim(), chosen.password);
		} catch (caught) {
			setError(caught instanceof ApiError ? caught : new ApiError(0, 'internal', String(caught)));
			setBusy(false);
		}
	};
	const submit = (event: FormEvent) => {
		event.preventDefault();
		const problem = passwordProblem(chosen);
		if (busy) {
			return;
		}
		if (name.trim() === '') {
			setError(new ApiError(0, 'missing_key', 'Choose a name.', 'name'));
		} else if (problem !== '') {
			setError(new ApiError(0, 'invalid_value', problem, 'password'));
		} else {
			void attempt();
		}
	};
	return (
		<Box component="form" noValidate onSubmit={submit} aria-label="First account" sx={{display: 'flex', flexDirection: 'column', gap: 2, mt: 2.5}}>
			<TextField
				label="Name" required value={name} autoFocus fullWidth onChange={(event) => setName(event.target.value)} error={at('name') !== ''} helperText={at('name') || 'With which you will sign in.'}
				slotProps={{htmlInput: {name: 'username', autoComplete: 'username', autoCapitalize: 'off', spellCheck: false, maxLength: NAME_MAX}}}
			/>
			<NewPassword label="Password" value={chosen} onChange={setChosen} problem={at('password')} />
			<div role="alert">{error !== null && at('name') === '' && at('password') === '' && <Alert severity="error" role="presentation">{error.message}</Alert>}</div>
			<Button type="submit" variant="contained" size="medium" loading={busy}>Create the account</Button>
			<Button onClick={forgetToken}>I have an account</Button>
		</Box>
	);
}
