// SignInForm.tsx - name, password, and a code where one is asked for; tells a wrong one without telling which.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import {type FormEvent, type KeyboardEvent, useState} from 'react';
import {ApiError} from '../../api/client.ts';
import {signIn} from '../../api/session.ts';
import {useSecondsUntil} from '../../components/useSecondsUntil.ts';
import {duration} from '../../format/time.ts';

const NAME_MAX = 64;
const PASSWORD_MAX = 256;
const CODE_MAX = 12; // six digits, and blanks between them

interface Problem {
	text: string;
	severity: 'error' | 'warning';
	/** It is over with the wait. */
	passes?: boolean;
}

/** The same words whatever is wrong: nobody learns which names there are. */
function problemOf(error: unknown, withCode: boolean): Problem {
	if (!(error instanceof ApiError)) {
		return {text: String(error), severity: 'error'};
	}
	const wait = error.retryAfter > 0 ? ` Wait ${duration(error.retryAfter)} before the next attempt.` : '';
	switch (error.code) {
		case 'sign_in_refused':
			return {text: (withCode ? 'The name, the password or the code is wrong. Each code is good once.' : 'The name or the password is wrong.') + wait, severity: 'error'};
		case 'too_many_attempts':
			return {text: `Too many attempts have failed.${wait}`, severity: 'warning', passes: true};
		default:
			return {text: error.message, severity: 'error'};
	}
}

function useCapsLock(): [boolean, (event: KeyboardEvent) => void] {
	const [on, setOn] = useState(false);
	return [on, (event) => setOn(event.getModifierState('CapsLock'))];
}

export function SignInForm() {
	const [name, setName] = useState('');
	const [password, setPassword] = useState('');
	const [code, setCode] = useState<string | null>(null); // null: none is asked for
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem | null>(null);
	const [waitUntil, setWaitUntil] = useState(0);
	const [capsLock, noteKey] = useCapsLock();
	const seconds = useSecondsUntil(waitUntil);
	const shown = problem?.passes === true && waitUntil > 0 && seconds === 0 ? null : problem;

	const failed = (error: unknown) => {
		if (error instanceof ApiError && error.code === 'code_needed') {
			setCode('');
			return;
		}
		setProblem(problemOf(error, code !== null));
		setCode(code === null ? null : '');
		if (error instanceof ApiError && error.retryAfter > 0) {
			setWaitUntil(Date.now() + error.retryAfter * 1000);
		}
	};
	const attempt = async () => {
		setBusy(true);
		setProblem(null);
		try {
			await signIn(name.trim(), password, (code ?? '').replaceAll(/\s/g, ''));
		} catch (error) {
			failed(error);
			setBusy(false);
			return;
		}
		setBusy(false);
	};
	const submit = (event: FormEvent) => {
		event.preventDefault();
		if (busy || seconds > 0) {
			return;
		}
		if (name.trim() === '' || password === '' || code === '') {
			setProblem({text: code === '' ? 'Enter the code, too.' : 'Enter your name and your password.', severity: 'warning'});
			return;
		}
		void attempt();
	};
	return (
		<Box component="form" noValidate onSubmit={submit} aria-label="Sign in" sx={{display: 'flex', flexDirection: 'column', gap: 2, mt: 2.5}}>
			<TextField
				label="Name" value={name} autoFocus fullWidth onChange={(event) => setName(event.target.value)}
				slotProps={{htmlInput: {name: 'username', autoComplete: 'username', autoCapitalize: 'off', spellCheck: false, maxLength: NAME_MAX}}}
			/>
			<TextField
				type="password" label="Password" value={password} fullWidth onChange={(event) => setPassword(event.target.value)} onKeyDown={noteKey} onKeyUp={noteKey}
				helperText={capsLock ? 'Caps Lock is on.' : ''} slotProps={{htmlInput: {name: 'password', autoComplete: 'current-password', maxLength: PASSWORD_MAX}, formHelperText: {'aria-live': 'polite'}}}
			/>
			{code !== null && (
				<TextField
					label="Code" value={code} autoFocus fullWidth onChange={(event) => setCode(event.target.value)} helperText="The six digits that your authenticator shows now."
					slotProps={{htmlInput: {name: 'code', autoComplete: 'one-time-code', inputMode: 'numeric', maxLength: CODE_MAX}}}
				/>
			)}
			<div role="alert">{shown !== null && <Alert severity={shown.severity} role="presentation">{shown.text}</Alert>}</div>
			<Button type="submit" variant="contained" size="medium" loading={busy} disabled={seconds > 0}>{seconds > 0 ? `Wait ${seconds} s` : 'Sign in'}</Button>
		</Box>
	);
}
