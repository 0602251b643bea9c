// session.ts - who is signed in, and what that person may do: asked at the start, and whenever the server does not know who asks.
import {takeFragment} from '../router.tsx';
import {ApiError, get, send, whenNotSignedIn} from './client.ts';
import {listen, onChanged, onLost, unlisten} from './events.ts';
import type {SessionAnswer} from './types.ts';
import {forgetAll} from './query.ts';
import {Store, useStore} from './store.ts';

export type Role = SessionAnswer['role'];

export interface Who {
	/** "asking": not known yet; "out": the sign-in page stands in place of all others, whose address stays. */
	state: 'asking' | 'in' | 'out';
	method: SessionAnswer['method'];
	name: string;
	role: Role;
	/** A code of an authenticator is asked for at sign-in. */
	totp: boolean;
	/** There is no account yet. */
	setup: boolean;
	/** "out": somebody was in, and did not sign out here. */
	ended: boolean;
	/** Of the one-time link of the first start; '': it was not followed. */
	token: string;
}

const RANKS: Readonly<Record<Role, number>> = {none: 0, viewer: 1, operator: 2, admin: 3};
export const ROLE_WORDS: Readonly<Record<Role, string>> = {none: 'Nobody', viewer: 'Viewer', operator: 'Operator', admin: 'Administrator'};
const FIRST_LINK = '/first?token=';

export const session = new Store<Who>({state: 'asking', method: 'none', name: '', role: 'none', totp: false, setup: false, ended: false, token: ''});

function change(part: Partial<Who>): void {
	session.set({...session.get(), ...part});
}

function signedOut(ended: boolean): void {
	if (session.get().state === 'in') {
		unlisten();
		forgetAll();
		change({ended});
	}
	change({state: 'out', name: '', role: 'none', totp: false});
}

/** The server does not know any more who asks: the session has reached its end, or somebody ended it. */
function sessionEnded(): void {
	signedOut(true);
}

function learn({method, name, role, totp = false, setup = false}: SessionAnswer): void {
	if (role === 'none') {
		change({method, setup});
		sessionEnded();
		return;
	}
	if (session.get().state !== 'in' || session.get().name !== name) {
		forgetAll();
	}
	change({state: 'in', method, name, role, totp, setup, ended: false, token: ''});
	listen();
}

/** Asks who one is. A server that cannot say so shows its pages nevertheless, and these say what is wrong. */
async function ask(): Promise<void> {
	try {
		learn(await get('/api/session'));
	} catch (error) {
		if (error instanceof ApiError && error.status === 401) {
			sessionEnded();
		} else if (session.get().state === 'asking') {
			change({state: 'in', method: 'none', role: 'admin'});
			listen();
		}
	}
}

function askAgain(): void {
	if (session.get().method !== 'none') {
		void ask();
	}
}

function followFirstLink(): void {
	const token = takeFragment(FIRST_LINK);
	if (token !== '') {
		change({token});
	}
}

/** Once, at the start of the page. */
export function begin(): void {
	followFirstLink();
	window.addEventListener('hashchange', followFirstLink);
	whenNotSignedIn(sessionEnded);
	onLost(askAgain);
	onChanged((changed) => {
		if (changed.includes('accounts')) { // perhaps one's own role
			askAgain();
		}
	});
	void ask();
}

/** May throw: the caller tells why. */
export async function signIn(name: string, password: string, code: string): Promise<void> {
	await send('POST /api/session', {body: {name, password, ...(code === '' ? {} : {code})}});
	await ask();
}

/** Makes the first account, and signs in with it. */
export async function setUp(name: string, password: string): Promise<void> {
	await send('POST /api/setup', {body: {token: session.get().token, name, password}});
	change({token: '', setup: false});
	await signIn(name, password, '');
}

export async function signOut(): Promise<void> {
	unlisten(); // before the server ends it
	try {
		await send('DELETE /api/session');
	} catch (error) {
		listen();
		throw error;
	}
	signedOut(false);
}

/** The link of the first start was of no use: back to the usual way in. */
export function forgetToken(): void {
	change({token: ''});
}

export function suffices(role: Role, needed: Role): boolean {
	return RANKS[role] >= RANKS[needed];
}

export function useSession(): Who {
	return useStore(session);
}

export function useMay(needed: Role): boolean {
	return suffices(useSession().role, needed);
}
