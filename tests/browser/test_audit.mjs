// test_audit.mjs - the audit log: told in words, filtered by who, what and when, opened by a link, exported as it is shown.
import {expect} from './expect.mjs';
import {expectNoAxe, expectQuiet, waitFor} from './harness.mjs';
import {ADMIN, asked, forgiveRefusals, peopled, signIn} from './people.mjs';

const PAYROLL = 'payroll <b>old</b>\u202egnp.exe';
let d;

const today = (days = 0) => new Intl.DateTimeFormat('sv-SE', {timeZone: 'Europe/Berlin'}).format(Date.now() + days * 86_400_000);
const entries = (page, text) => page.locator('main').getByRole('status').getByText(text, {exact: true}).waitFor();

export async function before(world) {
	({d} = await peopled(world));
	const page = await signIn(world.browser, d, ADMIN, '/audit', 'Audit log');
	const {server} = await asked(page, 'POST', '/api/servers', {hostname: 'web1', note: PAYROLL});
	await asked(page, 'PUT', `/api/servers/${server.id}`, {hostname: 'web1', note: 'rack 4'});
	const {config} = await asked(page, 'GET', '/api/config');
	delete config.limits;
	config.status.green_within = '30d';
	expect((await asked(page, 'PUT', '/api/config', config)).code === 200, 'the setting is not changed');
	expect((await asked(page, 'POST', '/api/session', {name: 'anna', password: 'a wrong one, this'})).code === 401, 'a wrong password is good enough');
	await page.context().close();
}
export async function after() {
	await d.remove();
}

export const tests = {
	'an entry tells which setting changed from what to what, in the table and by a link of its own': async ({browser}) => {
		for (const look of [{}, {phone: true, scheme: 'dark'}]) {
			const page = await signIn(browser, d, ADMIN, '/audit?q=green_within', 'Audit log', look);
			await page.getByText('365d → 30d').first().waitFor();
			await expectNoAxe(page);
			await page.getByText('Changed a setting').first().click();
			const drawer = page.getByRole('dialog', {name: 'Changed a setting'});
			await drawer.getByRole('cell', {name: '365d'}).waitFor();
			await drawer.getByRole('cell', {name: '30d'}).waitFor();
			await drawer.getByText('127.0.0.1').waitFor();
			await expectNoAxe(page);
			await page.reload();
			await drawer.getByRole('cell', {name: '365d'}).waitFor();
			await drawer.getByRole('link', {name: 'All entries of this kind'}).click();
			await drawer.waitFor({state: 'hidden'});
			expect(new URL(page.url()).search === '?action=settings.change', page.url());
			expectQuiet(page);
		}
	},

	'of a server only what changed is told, and a hostile note is inert': async ({browser}) => {
		const page = await signIn(browser, d, ADMIN, '/audit?action=server.update', 'Audit log');
		await page.getByRole('gridcell', {name: /^note: payroll <b>old<\/b>.*gnp\.exe → rack 4$/}).click();
		const drawer = page.getByRole('dialog', {name: 'Edited a server'});
		await drawer.getByRole('table').waitFor();
		expect(await drawer.getByRole('row').count() === 2, 'more than the note is told');
		expect(!(await drawer.innerText()).includes('\u202e'), 'a mark turns the text around');
		await expectNoAxe(page);
		await page.keyboard.press('Escape');
		await drawer.waitFor({state: 'hidden'});
		expect(new URL(page.url()).search === '?action=server.update', page.url());
		expectQuiet(page);
	},

	'who, what and when are filters with a link, and what they leave is what is exported': async ({browser}) => {
		const page = await signIn(browser, d, ADMIN, '/audit', 'Audit log');
		await page.getByRole('gridcell', {name: 'Added a server'}).waitFor();
		const period = page.getByRole('group', {name: 'Period'});
		await period.getByLabel('From').fill(today(1));
		await page.getByText('No entry matches.').waitFor();
		await period.getByLabel('From').fill(today(-1));
		await period.getByLabel('To').fill(today());
		await page.getByRole('gridcell', {name: 'Added a server'}).waitFor();
		await page.getByRole('button', {name: 'Filters'}).click();
		const menu = page.getByRole('dialog', {name: 'Filters'});
		await menu.getByLabel('Who').fill('anna');
		await menu.getByLabel('What').fill('server.add');
		await menu.getByRole('button', {name: 'Apply'}).click();
		await entries(page, '1 entry');
		expect(new URL(page.url()).search === `?since=${today(-1)}&until=${today()}&actor=anna&action=server.add`, page.url());
		await page.reload();
		await entries(page, '1 entry');
		await expectNoAxe(page);
		await page.getByRole('button', {name: 'Export'}).click();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: 'CSV (text)'}).click()]);
		const lines = Buffer.concat(await (await download.createReadStream()).toArray()).toString().trim().split('\r\n');
		expect(lines.length === 2 && lines[1].includes('server.add'), lines.join('\n'));
		await page.getByRole('button', {name: 'Show all'}).click();
		await page.getByRole('gridcell', {name: 'Signed in'}).first().waitFor();
		expect(new URL(page.url()).search === '', page.url());
		expectQuiet(page);
	},

	'an attempt that was refused is marked, and an entry that is gone says so': async ({browser}) => {
		const page = await signIn(browser, d, ADMIN, '/audit', 'Audit log');
		await page.getByRole('group', {name: 'Outcome'}).getByRole('button', {name: 'Refused'}).click();
		await page.getByRole('gridcell', {name: 'Sign-in refused'}).first().waitFor();
		await waitFor(async () => await page.getByRole('gridcell', {name: 'Added a server'}).count() === 0, 'the filter');
		await page.goto('/audit?entry=999999');
		const drawer = page.getByRole('dialog', {name: 'Entry 999999'});
		await drawer.getByText('There is no such entry.').waitFor();
		await expectNoAxe(page);
		await page.goto('/audit?since=yesterday&until=2026-02-30');
		await page.getByRole('gridcell', {name: 'Added a server'}).waitFor();
		forgiveRefusals(page);
		expectQuiet(page);
	},
};
