// test_toasts.mjs - messages reach everybody, also while a drawer or a dialog keeps the focus.
import {expectNoAxe, expectQuiet, waitFor} from './harness.mjs';
import {world} from './world.mjs';

let d;

export async function before({build}) {
	d = await world(build, 10);
	d.write('elsewhere/odd/1234.dump');
	await d.scan();
}
export async function after() {
	await d.remove();
}

export const tests = {
	'what can be undone in a drawer is undone by keys, and read out there': async ({browser}) => {
		const {id, hostname} = (await d.get('/api/servers?q=cache106')).servers[0];
		const page = await browser.page(d);
		await page.goto(`/status?server=${id}`);
		const drawer = page.getByRole('dialog', {name: hostname, exact: true});
		await drawer.getByRole('button', {name: 'Add a rule', exact: true}).click();
		const dialog = page.getByRole('dialog', {name: `Files of ${hostname}`});
		await dialog.getByRole('textbox').first().fill('elsewhere/odd/*');
		await dialog.getByText('1 file matches.').waitFor();
		await dialog.getByRole('button', {name: 'Save the rule'}).click();
		await dialog.waitFor({state: 'detached'});
		const message = drawer.getByRole('alert').filter({has: page.getByRole('button', {name: 'Undo'})}); // by its role: not hidden from anybody
		await message.waitFor();
		await expectNoAxe(page);
		const undo = message.getByRole('button', {name: 'Undo'});
		for (let keys = 0; keys < 100 && !await undo.evaluate((button) => button === document.activeElement); keys++) {
			await page.keyboard.press('Shift+Tab');
		}
		await page.keyboard.press('Enter');
		await drawer.getByRole('alert').getByText('The rule is removed again.').waitFor();
		await waitFor(async () => (await d.get('/api/config')).config.rules.length === 0, 'the end of the rule');
		expectQuiet(page);
	},

	'a message outlives the drawer in which it came': async ({browser}) => {
		const {id, hostname} = (await d.get('/api/servers?q=queue107')).servers[0];
		const page = await browser.page(d);
		await page.goto(`/status?server=${id}`);
		const drawer = page.getByRole('dialog', {name: hostname, exact: true});
		await drawer.getByRole('button', {name: 'Add an alias', exact: true}).click();
		const dialog = page.getByRole('dialog', {name: `Another name of ${hostname}`});
		await dialog.getByLabel('Name in the paths').fill('nickname');
		await dialog.getByRole('button', {name: 'Save the alias'}).click();
		await drawer.getByRole('alert').getByText('nickname').waitFor();
		await drawer.getByRole('button', {name: 'Close'}).click();
		await drawer.waitFor({state: 'detached'});
		await page.getByRole('alert').getByText('nickname').waitFor();
		expectQuiet(page);
	},
};
