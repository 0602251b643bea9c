// dialogs.tsx - what can be done about an account, each in a dialog.
import {useState} from 'react';
import {ApiError, send} from '../../api/client.ts';
import type {Account} from '../../api/types.ts';
import {toast} from '../../app/toasts.tsx';
import {ConfirmDialog} from '../../components/ConfirmDialog.tsx';
import {FormDialog} from '../../components/FormDialog.tsx';
import {NewPassword, NO_PASSWORD, passwordProblem} from '../../components/NewPassword.tsx';
import {type GivenRole, RoleField} from '../../components/RoleField.tsx';
import {visible} from '../../format/name.ts';

export const ACTIONS = {role: 'Change the role', password: 'Set a password', totp: 'End the authenticator', remove: 'Remove'} as const;
export type AccountAction = keyof typeof ACTIONS;

interface DialogProps {
	account: Account;
	onDone: () => void;
	onClose: () => void;
}

function RoleDialog({account, onDone, onClose}: DialogProps) {
	const [role, setRole] = useState<GivenRole>(account.role === 'none' ? 'viewer' : account.role);
	const save = async () => {
		await send('PUT /api/accounts/{id}', {id: account.id, body: {role}});
		toast(`The role of ${visible(account.name)} is changed.`);
		onDone();
	};
	return (
		<FormDialog title={`Role of ${visible(account.name)}`} verb="Save" fields={['role']} onSubmit={save} onClose={onClose}>
			{(problem) => (
				<>
					<span>It holds at once, also where this account is signed in.</span>
					<RoleField value={role} onChange={setRole} problem={problem('role')} />
				</>
			)}
		</FormDialog>
	);
}

function PasswordDialog({account, onDone, onClose}: DialogProps) {
	const [chosen, setChosen] = useState(NO_PASSWORD);
	const save = async () => {
		const problem = passwordProblem(chosen);
		if (problem !== '') {
			throw new ApiError(0, 'invalid_value', problem, 'password');
		}
		await send('PUT /api/accounts/{id}', {id: account.id, body: {password: chosen.password}});
		toast(`${visible(account.name)} has another password. Its sessions have ended.`);
		onDone();
	};
	return (
		<FormDialog title={`Another password for ${visible(account.name)}`} verb="Set" fields={['password']} incomplete={chosen.password === '' || chosen.again === ''} onSubmit={save} onClose={onClose}>
			{(problem) => (
				<>
					<span>For who has forgotten it. All sessions of this account end.</span>
					<NewPassword value={chosen} onChange={setChosen} problem={problem('password')} autoFocus />
				</>
			)}
		</FormDialog>
	);
}

function EndTotpDialog({account, onDone, onClose}: DialogProps) {
	const end = async () => {
		await send('PUT /api/accounts/{id}', {id: account.id, body: {end_totp: true}});
		toast(`${visible(account.name)} signs in without a code now.`);
		onDone();
	};
	return (
		<ConfirmDialog title={`End the authenticator of ${visible(account.name)}?`} verb="End it" onConfirm={end} onClose={onClose}>
			For who has lost it. Then the password alone is enough to sign in.
		</ConfirmDialog>
	);
}

function RemoveDialog({account, onDone, onClose}: DialogProps) {
	const remove = async () => {
		await send('DELETE /api/accounts/{id}', {id: account.id});
		toast(`${visible(account.name)} is removed.`);
		onDone();
	};
	return (
		<ConfirmDialog title={`Remove ${visible(account.name)}?`} verb="Remove" danger onConfirm={remove} onClose={onClose}>
			Its sessions and its tokens end at once. What it did stays in the audit log.
		</ConfirmDialog>
	);
}

export function AccountDialog({action, ...rest}: DialogProps & {action: AccountAction}) {
	switch (action) {
		case 'role':
			return <RoleDialog {...rest} />;
		case 'password':
			return <PasswordDialog {...rest} />;
		case 'totp':
			return <EndTotpDialog {...rest} />;
		case 'remove':
			return <RemoveDialog {...rest} />;
	}
}
