// PasswordSection.tsx - changes one's own password; all other sessions end.
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import {useState} from 'react';
import {ApiError, send} from '../../api/client.ts';
import {useSession} from '../../api/session.ts';
import {toast} from '../../app/toasts.tsx';
import {FormDialog} from '../../components/FormDialog.tsx';
import {NewPassword, NO_PASSWORD, passwordProblem} from '../../components/NewPassword.tsx';
import {Section} from '../../components/Page.tsx';
import {OwnPassword} from './OwnPassword.tsx';

function PasswordDialog({onClose}: {onClose: () => void}) {
	const {name} = useSession();
	const [old, setOld] = useState('');
	const [chosen, setChosen] = useState(NO_PASSWORD);
	const change = async () => {
		const problem = passwordProblem(chosen);
		if (problem !== '') {
			throw new ApiError(0, 'invalid_value', problem, 'new');
		}
		await send('PUT /api/password', {body: {old, new: chosen.password}});
		toast('Your password is changed. Your other sessions have ended.');
	};
	return (
		<FormDialog title="Change your password" verb="Change" fields={['old', 'new']} incomplete={old === '' || chosen.password === '' || chosen.again === ''} onSubmit={change} onClose={onClose}>
			{(problem) => (
				<>
					<TextField value={name} hidden sx={{display: 'none'}} slotProps={{htmlInput: {autoComplete: 'username', readOnly: true, 'aria-label': 'Name'}}} />
					<OwnPassword label="Present password" value={old} onChange={setOld} problem={problem('old')} />
					<NewPassword value={chosen} onChange={setChosen} problem={problem('new')} />
				</>
			)}
		</FormDialog>
	);
}

export function PasswordSection() {
	const [open, setOpen] = useState(false);
	return (
		<Section title="Password" actions={<Button variant="outlined" onClick={() => setOpen(true)}>Change the password</Button>}>
			Whoever knows it can do what you can do. When it is changed, all your other sessions end.
			{open && <PasswordDialog onClose={() => setOpen(false)} />}
		</Section>
	);
}
