// AuthenticatorSection.tsx - a second proof at sign-in: the codes of an authenticator; set up by its secret, ended by the password.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import TextField from '@mui/material/TextField';
import {useState} from 'react';
import {send} from '../../api/client.ts';
import {toast} from '../../app/toasts.tsx';
import {CopyButton} from '../../components/CopyButton.tsx';
import {FormDialog} from '../../components/FormDialog.tsx';
import {Section} from '../../components/Page.tsx';
import {OwnPassword} from './OwnPassword.tsx';

const CODE_MAX = 12;
interface Secret {
	secret: string;
	uri: string;
}

/** First the password, for the secret. */
function BeginDialog({onSecret, onClose}: {onSecret: (secret: Secret) => void; onClose: () => void}) {
	const [password, setPassword] = useState('');
	const begin = async () => onSecret(await send('POST /api/totp', {body: {password}}));
	return (
		<FormDialog title="Set up an authenticator" verb="Go on" fields={['password']} incomplete={password === ''} onSubmit={begin} onClose={onClose}>
			{(problem) => <OwnPassword value={password} onChange={setPassword} problem={problem('password')} />}
		</FormDialog>
	);
}

/** Then a code, to see that the authenticator has it right. */
function ConfirmCode({secret: {secret, uri}, onClose}: {secret: Secret; onClose: () => void}) {
	const [code, setCode] = useState('');
	const confirm = async () => {
		await send('PUT /api/totp', {body: {code: code.replaceAll(/\s/g, '')}});
		toast('The authenticator is set up. From now on a code is asked for when you sign in.');
	};
	return (
		<FormDialog title="Add this to your authenticator" verb="Finish" fields={['code']} incomplete={code.trim() === ''} onSubmit={confirm} onClose={onClose}>
			{(problem) => (
				<>
					<Box sx={{display: 'flex', flexDirection: 'column', gap: 1}}>
						<span>On this device: <Link href={uri}>Open it in the authenticator</Link>. On another: type this secret.</span>
						<Box component="code" aria-label="Secret" sx={{fontSize: '1rem', letterSpacing: '.04em', overflowWrap: 'anywhere', p: 1, border: 1, borderColor: 'divider', borderRadius: 1}}>
							{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
						</Box>
						<CopyButton text={secret} label="Copy the secret" />
					</Box>
					<TextField
						label="Code" value={code} autoFocus fullWidth onChange={(event) => setCode(event.target.value)} error={problem('code') !== ''}
						helperText={problem('code') || 'The six digits that the authenticator shows now.'}
						slotProps={{htmlInput: {autoComplete: 'one-time-code', inputMode: 'numeric', maxLength: CODE_MAX}}}
					/>
				</>
			)}
		</FormDialog>
	);
}

function EndDialog({onClose}: {onClose: () => void}) {
	const [password, setPassword] = useState('');
	const end = async () => {
		await send('DELETE /api/totp', {body: {password}});
		toast('From now on no code is asked for when you sign in.');
	};
	return (
		<FormDialog title="End the authenticator" verb="End it" fields={['password']} incomplete={password === ''} onSubmit={end} onClose={onClose}>
			{(problem) => (
				<>
					<span>Then your password alone is enough to sign in.</span>
					<OwnPassword value={password} onChange={setPassword} problem={problem('password')} />
				</>
			)}
		</FormDialog>
	);
}

export function AuthenticatorSection() {
	const [step, setStep] = useState<'begin' | 'end' | Secret | null>(null);
	const close = () => setStep(null);
	return (
		<Section
			title="Authenticator"
			actions={(
				<Box sx={{display: 'flex', flexWrap: 'wrap', gap: .75}}>
					<Button variant="outlined" onClick={() => setStep('begin')}>Set up</Button>
					<Button onClick={() => setStep('end')}>End</Button>
				</Box>
			)}>
			With an authenticator on your phone, a password that somebody has learned is not enough to sign in as you.
			{step === 'begin' && <BeginDialog onSecret={setStep} onClose={() => setStep((now) => (now === 'begin' ? null : now))} />}
			{step === 'end' && <EndDialog onClose={close} />}
			{step !== null && typeof step === 'object' && <ConfirmCode secret={step} onClose={close} />}
		</Section>
	);
}
