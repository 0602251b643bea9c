// RoleField.tsx - chooses what an account or a token may do.
import TextField from '@mui/material/TextField';
import {type Role, ROLE_WORDS} from '../api/session.ts';

export type GivenRole = Exclude<Role, 'none'>;
const ROLES: readonly GivenRole[] = ['viewer', 'operator', 'admin'];
const MAY: Readonly<Record<GivenRole, string>> = {
	viewer: 'Sees everything, changes nothing.', operator: 'Also scans, edits servers and exempts them.', admin: 'Also changes settings and accounts, and may forget all data.',
};

export function RoleField({value, onChange, problem}: {value: GivenRole; onChange: (role: GivenRole) => void; problem: string}) {
	return (
		<TextField
			select fullWidth label="Role" value={value} error={problem !== ''} helperText={problem || MAY[value]} onChange={(event) => onChange(ROLES.find((role) => role === event.target.value) ?? 'viewer')}
			slotProps={{select: {native: true}, inputLabel: {shrink: true}, formHelperText: {'aria-live': 'polite'}}}>
			{ROLES.map((role) => <option key={role} value={role}>{ROLE_WORDS[role]}</option>)}
		</TextField>
	);
}
