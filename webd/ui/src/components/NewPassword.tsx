// NewPassword.tsx - a password that is chosen: twice, with its rules, and what is wrong with it before it is sent.
import TextField from '@mui/material/TextField';

export interface ChosenPassword {
	password: string;
	again: string;
}

export const NO_PASSWORD: ChosenPassword = {password: '', again: ''};
const BYTES_MIN = 10;
const BYTES_MAX = 256;
const RULES = `${BYTES_MIN} to ${BYTES_MAX} characters. Not your name, and none that many people use. A few words in a row are good.`;

/** What has to change before it can be sent, as a sentence; '' if nothing. */
export function passwordProblem({password, again}: ChosenPassword): string {
	const bytes = new TextEncoder().encode(password).length;
	if (bytes < BYTES_MIN) {
		return `Choose a password of at least ${BYTES_MIN} characters.`;
	}
	if (bytes > BYTES_MAX) {
		return `Choose a password of at most ${BYTES_MAX} bytes.`;
	}
	return password === again ? '' : 'The two passwords differ.';
}

interface NewPasswordProps {
	label?: string;
	value: ChosenPassword;
	onChange: (value: ChosenPassword) => void;
	/** What the server says against it; '' nothing. */
	problem: string;
	autoFocus?: boolean;
}

export function NewPassword({label = 'New password', value, onChange, problem, autoFocus = false}: NewPasswordProps) {
	const {password, again} = value;
	const differ = again !== '' && password !== again && again.length >= password.length;
	return (
		<>
			<TextField
				type="password" label={label} required fullWidth autoFocus={autoFocus} value={password} error={problem !== ''} helperText={problem || RULES}
				onChange={(event) => onChange({...value, password: event.target.value})}
				slotProps={{htmlInput: {autoComplete: 'new-password', maxLength: BYTES_MAX, minLength: BYTES_MIN}}}
			/>
			<TextField
				type="password" label="The same again" required fullWidth value={again} error={differ} helperText={differ ? 'The two passwords differ.' : ''}
				onChange={(event) => onChange({...value, again: event.target.value})}
				slotProps={{htmlInput: {autoComplete: 'new-password', maxLength: BYTES_MAX}}}
			/>
		</>
	);
}
