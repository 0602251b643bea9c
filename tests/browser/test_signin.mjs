// test_signin.mjs - who is let in: by the first link, by a password, by a code; and where one arrives.
import {expectNoAxe, expectQuiet, opened} from './harness.mjs';
import {ADMIN, fill, forgiveRefusals, peopled, signIn} from './people.mjs';

let d;
let first;

export async function before(world) {
	({d, first} = await peopled(world));
}
export async function after() {
	await d.remove();
}

function expect(condition, what) {
	if (!condition) {
		throw new Error(what);
	}
}

export const tests = {
	'the link of the first start makes an administrator, and its token leaves the address at once': async ({browser}) => {
		expect(d.first.includes('token=') && !first.url.includes('token') && !first.history.includes('token'), JSON.stringify(first));
		const page = await browser.page(d);
		await page.goto(d.first);
		const form = page.getByRole('form', {name: 'First account'});
		await form.getByLabel('Name').fill('second');
		await form.getByLabel(/^Password/).fill(ADMIN.password);
		await form.getByLabel(/^The same again/).fill(ADMIN.password);
		await form.getByRole('button', {name: 'Create the account'}).click();
		await form.getByRole('alert').getByText(/\w/).waitFor();
		await form.getByRole('button', {name: 'I have an account'}).click();
		await page.getByRole('heading', {name: 'Sign in'}).waitFor();
	},

	'who signs in is where the address led, also on a phone, and signing out ends it': async ({browser}) => {
		for (const look of [{}, {phone: true, scheme: 'dark'}]) {
			const page = await browser.page(d, look);
			await page.goto('/scans?kind=directories');
			await page.getByRole('heading', {name: 'Sign in'}).waitFor();
			expect(await page.getByRole('navigation').count() === 0, 'pages are offered to nobody');
			await expectNoAxe(page);
			expectQuiet(page);
			await fill(page, ADMIN);
			await opened(page, 'Scans');
			expect(page.url().endsWith('/scans?kind=directories'), page.url());
			if (look.phone) {
				await page.getByRole('button', {name: 'Open the menu'}).click();
			}
			await page.getByRole('button', {name: /Your account:\s*anna/}).click();
			await expectNoAxe(page);
			await page.getByRole('menuitem', {name: 'Sign out'}).click();
			await page.getByRole('heading', {name: 'Sign in'}).waitFor();
			await page.reload();
			await page.getByRole('heading', {name: 'Sign in'}).waitFor();
			expectQuiet(page);
		}
	},

	'a session that ends elsewhere ends here, at the next request, and the page is kept': async ({browser}) => {
		const page = await signIn(browser, d, ADMIN, '/servers', 'Servers');
		await page.context().clearCookies();
		await page.getByRole('searchbox', {name: 'Search servers'}).fill('web');
		await page.getByRole('heading', {name: 'Sign in'}).waitFor();
		await fill(page, ADMIN);
		await opened(page, 'Servers');
		expect(page.url().includes('/servers'), page.url());
		forgiveRefusals(page);
		expectQuiet(page);
	},

	'wrong names and wrong passwords get the same words, then a wait that is counted down; Caps Lock is told': async ({browser}) => {
		const page = await browser.page(d);
		await page.goto('/');
		const words = [];
		for (const who of [{name: 'nobody-here', password: 'not the password'}, {...ADMIN, password: 'not the password'}]) {
			await fill(page, who);
			words.push(await page.getByRole('alert').getByText(/wrong/).innerText());
		}
		expect(words[0] === words[1], words.join(' / '));
		await expectNoAxe(page);
		const waiting = page.getByRole('button', {name: /^Wait \d+ s$/});
		for (let attempts = 0; attempts < 6 && await waiting.count() === 0; attempts++) {
			await fill(page, {...ADMIN, password: 'not the password'});
			await page.getByRole('button', {name: /^(Wait \d+ s|Sign in)$/}).waitFor();
			await page.getByRole('alert').getByText(/\w/).waitFor();
		}
		await waiting.waitFor();
		expect(await waiting.isDisabled(), 'one need not wait');
		await page.getByRole('button', {name: 'Sign in'}).waitFor({timeout: 70_000});
		forgiveRefusals(page);
		expectQuiet(page);
		for (const [field, value] of [['Name', 'username'], ['Password', 'current-password']]) {
			expect(await page.getByLabel(field).getAttribute('autocomplete') === value, `${field} is not for password managers`);
		}
		await page.getByLabel('Password').evaluate((input) => input.dispatchEvent(new KeyboardEvent('keydown', {key: 'A', bubbles: true, modifierCapsLock: true})));
		await page.getByText('Caps Lock is on.').waitFor();
	},
};
