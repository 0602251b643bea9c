// test_accounts.mjs - accounts and their roles, one's own account: password, authenticator, sessions, API tokens.
import {createHmac} from 'node:crypto';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {expectNoAxe, expectQuiet, opened, top, waitFor} from './harness.mjs';
import {ADMIN, fill, forgiveRefusals, peopled, signIn, VIEWER} from './people.mjs';

const {default: decodeQR} = await import(pathToFileURL(createRequire(join(top, 'webd/ui/package.json')).resolve('qr/decode.js')));
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
let d;

export async function before(world) {
	({d} = await peopled(world));
}
export async function after() {
	await d.remove();
}

function expect(condition, what) {
	if (!condition) {
		throw new Error(what);
	}
}

async function addAccount(page, {name, password}, role) {
	await page.getByRole('button', {name: 'Add an account'}).click();
	const dialog = page.getByRole('dialog', {name: 'Add an account'});
	await dialog.waitFor();
	await expectNoAxe(page);
	await dialog.getByLabel('Name').fill(name);
	await dialog.getByLabel('Role').selectOption(role);
	await dialog.getByLabel(/^Password to begin with/).fill(password);
	await dialog.getByLabel(/^The same again/).fill(password);
	await dialog.getByRole('button', {name: 'Add'}).click();
	await dialog.waitFor({state: 'hidden'});
	await page.getByRole('list', {name: 'Accounts'}).getByText(name, {exact: true}).waitFor();
}

/** RFC 6238: the code of now, or of the step after. */
function codeOf(secret, later = 0) {
	const bits = [...secret.replaceAll(/\s/g, '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
	const mac = createHmac('sha1', key).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** What a phone's camera sees in that picture. */
async function scanned(page, png) {
	const picture = await page.context().browser().newPage();
	const {width, height, data} = await picture.evaluate(async (base64) => {
		const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
		const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
		canvas.drawImage(bitmap, 0, 0);
		return {width: bitmap.width, height: bitmap.height, data: [...canvas.getImageData(0, 0, bitmap.width, bitmap.height).data]};
	}, png.toString('base64'));
	await picture.close();
	return decodeQR({width, height, data: Uint8ClampedArray.from(data)});
}

export const tests = {
	'an account that is added may see and not change; what it may do changes with its role at once': async ({browser}) => {
		const admin = await signIn(browser, d, ADMIN, '/accounts', 'Accounts');
		await addAccount(admin, VIEWER, 'viewer');
		await expectNoAxe(admin);
		const page = await signIn(browser, d, VIEWER, '/servers', 'Servers');
		expect(await page.getByRole('button', {name: /Add a server|Scan servers/}).count() === 0, 'a viewer is offered what an operator may do');
		const pages = page.getByRole('navigation', {name: 'Pages'});
		expect(await pages.getByRole('link', {name: /Accounts|Audit log/}).count() === 0, 'a viewer is offered what is for administrators');
		for (const [path, title] of [['/', 'Overview'], ['/status', 'Backup status'], ['/files', 'Files'], ['/directories', 'Directories'], ['/scans', 'Scans'], ['/account', 'Your account']]) {
			await page.goto(path);
			await opened(page, title);
		}
		await page.goto('/settings');
		await page.getByText('Only an administrator can change them.').waitFor();
		await page.goto('/audit');
		await page.getByText('It is for administrators.').waitFor();
		expectQuiet(page);
		await page.goto('/servers');
		await opened(page, 'Servers');
		await admin.getByRole('button', {name: 'Change the role: victor'}).click();
		await admin.getByRole('dialog').getByLabel('Role').selectOption('operator');
		await admin.getByRole('dialog').getByRole('button', {name: 'Save'}).click();
		await page.getByRole('button', {name: 'Add a server'}).waitFor();
		expectQuiet(admin);
		expectQuiet(page);
	},

	'the last administrator cannot be removed, and the server\'s sentence is shown': async ({browser}) => {
		const page = await signIn(browser, d, ADMIN, '/accounts', 'Accounts');
		await page.getByRole('button', {name: 'Remove: anna'}).click();
		const dialog = page.getByRole('dialog', {name: 'Remove anna?'});
		await dialog.getByRole('button', {name: 'Remove'}).click();
		await dialog.getByRole('alert').getByText(/admin/).waitFor();
		await expectNoAxe(page);
	},

	'a token is shown once, works, and no longer when it is removed': async ({browser}) => {
		const page = await signIn(browser, d, ADMIN, '/account', 'Your account');
		await expectNoAxe(page);
		await page.getByRole('button', {name: 'Add a token'}).click();
		const adding = page.getByRole('dialog', {name: 'Add a token'});
		await adding.getByLabel('What it is for').fill('monitoring');
		await adding.getByRole('button', {name: 'Add'}).click();
		const shown = page.getByRole('dialog', {name: 'Your new token'});
		const token = await shown.getByLabel('Token', {exact: true}).innerText();
		await expectNoAxe(page);
		const status = async () => (await fetch(`${d.url}/api/summary`, {headers: {Authorization: `Bearer ${token}`}})).status;
		expect(/^bc_/.test(token) && await status() === 200, `${token}: ${await status()}`);
		await shown.getByRole('button', {name: 'Done'}).click();
		await shown.waitFor({state: 'hidden'});
		expect(!(await page.content()).includes(token), 'the token is still there');
		await page.getByRole('button', {name: 'Remove the token monitoring'}).click();
		await page.getByRole('dialog').getByRole('button', {name: 'Remove'}).click();
		await page.getByText('There is no token.').waitFor();
		await waitFor(async () => await status() === 401, 'the end of the token');
		expectQuiet(page);
	},

	'one\'s sessions are listed, and another is ended from here': async ({browser}) => {
		const other = await signIn(browser, d, ADMIN, '/servers', 'Servers');
		const page = await signIn(browser, d, ADMIN, '/account', 'Your account');
		const list = page.getByRole('list', {name: 'Sessions'});
		await list.getByText('This session').waitFor();
		await list.getByRole('button', {name: /^End the session of/}).first().click();
		await page.getByRole('dialog', {name: 'End the session?'}).getByRole('button', {name: 'End it'}).click();
		await page.getByText('The session has ended.').waitFor();
		await other.getByRole('heading', {name: 'Sign in'}).waitFor();
		expectQuiet(page);
	},

	'a page whose session is ended elsewhere says so, and goes on where it was after signing in': async ({browser}) => {
		const others = [await signIn(browser, d, ADMIN, '/scans?kind=directories', 'Scans'), await signIn(browser, d, ADMIN, '/files?tab=unmatched', 'Files', {phone: true})];
		const page = await signIn(browser, d, ADMIN, '/account', 'Your account');
		await page.getByRole('button', {name: 'End all others'}).click();
		const dialog = page.getByRole('dialog', {name: 'End all other sessions?'});
		await expectNoAxe(page);
		await dialog.getByRole('button', {name: 'End them'}).click();
		await page.getByText('Your other sessions have ended.').waitFor();
		await waitFor(async () => await page.getByRole('list', {name: 'Sessions'}).getByRole('listitem').count() === 1, 'the list of this session alone');
		expect(await page.getByRole('button', {name: 'End all others'}).count() === 0, 'there is nothing more to end');
		for (const [other, heading, address] of [[others[0], 'Scans', '/scans?kind=directories'], [others[1], 'Files', '/files?tab=unmatched']]) {
			await other.getByText('Your session has ended. Sign in, and you are back where you were.').waitFor();
			await expectNoAxe(other);
			await fill(other, ADMIN);
			await opened(other, heading);
			expect(other.url().endsWith(address), other.url());
			forgiveRefusals(other);
			other.problems = other.problems.filter((problem) => !problem.includes('/api/events')); // cut, as it should be
			expectQuiet(other);
		}
		expectQuiet(page);
	},

	'with an authenticator the code is asked for after the password, and the password ends it': async ({browser}) => {
		const page = await signIn(browser, d, VIEWER, '/account', 'Your account');
		const section = page.getByRole('region', {name: 'Authenticator'});
		await section.getByText('Off.').waitFor();
		expect(await section.getByRole('button', {name: 'End'}).count() === 0, 'what is off can be ended');
		await page.getByRole('button', {name: 'Set up'}).click();
		await page.getByLabel('Your password').fill('wrong password');
		await page.getByRole('button', {name: 'Go on'}).click();
		await page.getByRole('dialog').locator('[role=alert], [aria-invalid=true]').first().waitFor();
		await page.getByLabel('Your password').fill(VIEWER.password);
		await page.getByRole('button', {name: 'Go on'}).click();
		const dialog = page.getByRole('dialog', {name: 'Add this to your authenticator'});
		const secret = await dialog.getByLabel('Secret', {exact: true}).innerText();
		const link = await dialog.getByRole('link').getAttribute('href');
		expect(link.startsWith('otpauth://totp/'), 'no link for the authenticator');
		const seen = await scanned(page, await dialog.getByRole('img', {name: 'QR code of the secret'}).screenshot());
		expect(seen === link && link.includes(secret.replaceAll(/\s/g, '')), `a camera sees ${seen}`);
		await expectNoAxe(page);
		await dialog.getByRole('textbox', {name: 'Code'}).fill(codeOf(secret));
		await dialog.getByRole('button', {name: 'Finish'}).click();
		await dialog.waitFor({state: 'hidden'});
		await section.getByText('On.').waitFor();
		await expectNoAxe(page);
		const again = await browser.page(d);
		await again.goto('/account');
		await fill(again, VIEWER);
		await again.getByLabel('Code').fill(codeOf(secret, 1));
		await expectNoAxe(again);
		await again.getByRole('button', {name: 'Sign in'}).click();
		await opened(again, 'Your account');
		await again.getByRole('region', {name: 'Authenticator'}).getByRole('button', {name: 'End'}).click();
		await again.getByLabel('Your password').fill(VIEWER.password);
		await again.getByRole('button', {name: 'End it'}).click();
		await again.getByText('From now on no code is asked for').waitFor();
		await section.getByText('Off.').waitFor(); // told to the other page, too
		forgiveRefusals(page);
		forgiveRefusals(again);
		expectQuiet(page);
		expectQuiet(again);
	},

	'a changed password holds, and other sessions end': async ({browser}) => {
		const other = await signIn(browser, d, VIEWER, '/servers', 'Servers');
		const page = await signIn(browser, d, VIEWER, '/account', 'Your account');
		await page.getByRole('button', {name: 'Change the password'}).click();
		const dialog = page.getByRole('dialog', {name: 'Change your password'});
		await expectNoAxe(page);
		await dialog.getByLabel('Present password').fill(VIEWER.password);
		await dialog.getByLabel(/^New password/).fill('another river of stones');
		await dialog.getByLabel(/^The same again/).fill('another river of stones');
		await dialog.getByRole('button', {name: 'Change'}).click();
		await dialog.waitFor({state: 'hidden'});
		await other.getByRole('heading', {name: 'Sign in'}).waitFor();
		expectQuiet(page);
	},
};
