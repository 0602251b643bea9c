// words.ts - what was done, in words.
import {visible} from '../../format/name.ts';

const ACTIONS: Readonly<Record<string, string>> = {
	'scan.start': 'Started a scan', 'scan.cancel': 'Cancelled a scan', 'settings.change': 'Changed a setting', 'files.clear': 'Forgot all files', 'servers.clear': 'Forgot all servers',
	'server.add': 'Added a server', 'server.update': 'Edited a server', 'server.remove': 'Removed a server', 'server.merge': 'Merged servers', 'server.alias': 'Added an alias',
	'server.exempt': 'Exempted a server', 'server.expect': 'Ended an exemption', 'account.first': 'Made the first account', 'account.add': 'Added an account', 'account.update': 'Changed an account',
	'account.remove': 'Removed an account', 'session.begin': 'Signed in', 'session.end': 'Ended a session', 'password.change': 'Changed the password', 'totp.begin': 'Set up an authenticator',
	'totp.end': 'Ended an authenticator', 'token.add': 'Added an API token', 'token.remove': 'Removed an API token',
};

/** As the API has them: what can be filtered by. */
export const ACTION_NAMES = Object.keys(ACTIONS);

/** The few that are written down where they failed, too. */
const REFUSALS: Readonly<Record<string, string>> = {'session.begin': 'Sign-in refused'};

/** An action of a newer server has no words yet: it is shown as it is. */
export function actionText(action: string, refused: boolean): string {
	const words = ACTIONS[action] ?? visible(action);
	return refused ? (REFUSALS[action] ?? `Refused: ${words}`) : words;
}
