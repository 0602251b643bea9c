// OwnPassword.tsx - the password of who is signed in, as the proof of who asks.
import TextField from '@mui/material/TextField';

const BYTES_MAX = 256;

export function OwnPassword({label = 'Your password', value, onChange, problem}: {label?: string; value: string; onChange: (value: string) => void; problem: string}) {
	return (
		<TextField
			type="password" label={label} value={value} autoFocus fullWidth error={problem !== ''} helperText={problem} onChange={(event) => onChange(event.target.value)} sx={{mt: 1}}
			slotProps={{htmlInput: {autoComplete: 'current-password', maxLength: BYTES_MAX}}}
		/>
	);
}
