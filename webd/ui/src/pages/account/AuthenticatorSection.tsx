// AuthenticatorSection.tsx - a second proof at sign-in: the codes of an authenticator; set up by its secret, ended by the password.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import TextField from '@mui/material/TextField';
import {useState} from 'react';
import {send} from '../../api/client.ts';
import {useSession} from '../../api/session.ts';
import {toast} from '../../app/toasts.tsx';
import {CopyButton} from '../../components/CopyButton.tsx';
import {FormDialog} from '../../components/FormDialog.tsx';
import {ExemptIcon, GoodIcon} from '../../components/icons.tsx';
import {Section} from '../../components/Page.tsx';
import {OwnPassword} from './OwnPassword.tsx';
import {QrCode} from './QrCode.tsx';

const CODE_MAX = 12;
const ON = 'When you sign in, a code of your authenticator is asked for after the password.';
const OFF = 'With an authenticator on your phone, a password that somebody has learned is not enough to sign in as you.';
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
					<span>Scan this code with the authenticator on your phone. On this device, <Link href={uri}>open it in the authenticator</Link>.</span>
					<Box sx={{alignSelf: 'center', maxWidth: '100%'}}><QrCode text={uri} label="QR code of the secret" /></Box>
					<Box sx={{display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1}}>
						<Box component="span" sx={{flex: '1 1 100%'}}>Or type the secret:</Box>
						<Box component="code" aria-label="Secret" sx={{flex: '1 1 12rem', overflowWrap: 'anywhere', p: 1, border: 1, borderColor: 'divider', borderRadius: 1}}>
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
	const {totp} = useSession();
	const close = () => setStep(null);
	return (
		<Section
			title="Authenticator"
			actions={(
				<Box sx={{display: 'flex', flexWrap: 'wrap', justifyContent: 'flex-end', gap: .75}}>
					<Button variant="outlined" onClick={() => setStep('begin')}>{totp ? 'Replace' : 'Set up'}</Button>
					{totp && <Button variant="outlined" color="inherit" sx={{borderColor: 'divider'}} onClick={() => setStep('end')}>End</Button>}
				</Box>
			)}>
			<Box role="status" sx={{display: 'flex', alignItems: 'flex-start', gap: .75, '& svg': {fontSize: '1.25rem', flex: 'none', color: totp ? 'var(--green-ink)' : 'text.secondary'}}}>
				{totp ? <GoodIcon /> : <ExemptIcon />}
				<span><b>{totp ? 'On.' : 'Off.'}</b> {totp ? ON : OFF}</span>
			</Box>
			{step === 'begin' && <BeginDialog onSecret={setStep} onClose={() => setStep((now) => (now === 'begin' ? null : now))} />}
			{step === 'end' && <EndDialog onClose={close} />}
			{step !== null && typeof step === 'object' && <ConfirmCode secret={step} onClose={close} />}
		</Section>
	);
}
