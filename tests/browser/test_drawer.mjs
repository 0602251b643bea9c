// test_drawer.mjs - the drawer of a server: its backups over time, exemptions, aliases, rules, and what each changes by itself.
import {expect} from './expect.mjs';
import {expectNoAxe, expectQuiet, forgiveRefusal, waitFor} from './harness.mjs';
import {world} from './world.mjs';

const MANY = 150;
let d;

export async function before({build}) {
	d = await world(build, 20);
	for (let i = 0; i < MANY; i++) {
		d.write(`web100/web100-night-${i}.tar.gz`, {size: 1_048_576 * (i + 1), ageDays: 10 + i});
	}
	d.write('elsewhere/nickname-1.tar.gz');
	d.write('elsewhere/odd/1234.dump');
	d.write('web110/<img src=x onerror=alert(1)>\u202egnp.zip', {ageDays: 0});
	await d.scan();
}
export async function after() {
	await d.remove();
}

async function serverOf(name) {
	return (await d.get(`/api/servers?q=${name}`)).servers[0];
}

async function open(browser, name, look) {
	const {id, hostname} = await serverOf(name);
	const page = await browser.page(d, look);
	await page.goto(`/status?server=${id}`);
	const drawer = page.getByRole('dialog', {name: hostname, exact: true});
	await drawer.getByRole('heading', {name: 'Why this status'}).waitFor();
	return {page, drawer, id, hostname};
}

async function act(page, drawer, button, dialogName) {
	await drawer.getByRole('button', {name: button, exact: true}).click();
	const dialog = page.getByRole('dialog', {name: dialogName});
	await dialog.waitFor();
	await expectNoAxe(page);
	return dialog;
}

export const tests = {
	'every counted backup is in the timeline and its table, a hundred at a time, by keys too': async ({browser}) => {
		const {page, drawer} = await open(browser, 'web100');
		const all = (await d.get('/api/servers?q=web100')).servers[0].backup_count;
		expect(all === MANY + 2, `${all} backups`);
		await drawer.getByText(`1 to 100 of ${all}`).waitFor();
		const chart = drawer.getByRole('slider', {name: 'Backup in the timeline'});
		await chart.focus();
		await page.keyboard.press('Home');
		expect(await chart.getAttribute('aria-valuenow') === '1', 'the oldest is not the first');
		await page.keyboard.press('ArrowRight');
		expect(/^\d+ \w+ \d+, \d+:\d+: [\d.]+ MiB$/.test(await chart.getAttribute('aria-valuetext')), await chart.getAttribute('aria-valuetext'));
		const rows = drawer.getByRole('table').getByRole('row');
		expect(await rows.count() === 101, `${await rows.count()} rows`);
		await drawer.getByRole('button', {name: 'Older'}).click();
		await drawer.getByText(`101 to ${all} of ${all}`).waitFor();
		await waitFor(async () => await rows.count() === all - 100 + 1, 'the older backups');
		expect(await drawer.getByRole('button', {name: 'Older'}).isDisabled(), 'there are older ones still');
		await expectNoAxe(page);
		expectQuiet(page);
	},

	'an exemption is made, told with its author and end, changed, and ended': async ({browser}) => {
		const {page, drawer, hostname, id} = await open(browser, 'shop119');
		let dialog = await act(page, drawer, 'Exempt', `Exempt ${hostname}`);
		expect(await dialog.getByRole('button', {name: 'Exempt'}).isDisabled(), 'it needs no reason');
		await dialog.getByLabel('Reason').fill('<b>a test machine</b>');
		await dialog.getByRole('radio', {name: 'A date'}).check();
		await dialog.getByLabel('Last day').fill('2020-01-31');
		await dialog.getByLabel('Who says so').fill('Ada');
		await dialog.getByRole('button', {name: 'Exempt'}).click();
		await dialog.getByText('It is over already').waitFor();
		forgiveRefusal(page);
		const year = new Date().getFullYear() + 2;
		await dialog.getByLabel('Last day').fill(`${year}-01-31`);
		await dialog.getByRole('button', {name: 'Exempt'}).click();
		const told = drawer.getByRole('region', {name: 'Exemption'});
		await told.getByText('<b>a test machine</b>').waitFor();
		await told.getByText('Ada', {exact: true}).waitFor();
		await drawer.getByText(`Exempt until ${year}-01-31 (`).first().waitFor();
		await drawer.getByText('was Error').waitFor();
		dialog = await act(page, drawer, 'Change the exemption', `Exemption of ${hostname}`);
		expect(await dialog.getByLabel('Last day').inputValue() === `${year}-01-31`, 'the day is forgotten');
		await dialog.getByRole('radio', {name: 'No end'}).check();
		await dialog.getByRole('button', {name: 'Save'}).click();
		await told.getByText('when somebody ends it').waitFor();
		dialog = await act(page, drawer, 'End the exemption', 'End the exemption');
		await dialog.getByRole('button', {name: 'End the exemption'}).click();
		await told.waitFor({state: 'detached'});
		await drawer.getByRole('button', {name: 'Exempt', exact: true}).waitFor();
		expect((await d.get(`/api/servers/${id}`)).server.exempt_reason === null, 'it is exempt still');
		expectQuiet(page);
	},

	'an exemption that is over is told as one that has ended': async ({browser}) => {
		const {id} = await serverOf('log118');
		const until = new Date(Date.now() + 1500).toISOString().replace(/\.\d+Z$/, 'Z');
		await d.request('PUT', `/api/servers/${id}/exemption`, {reason: 'moving house', until});
		await waitFor(async () => (await d.get(`/api/servers/${id}`)).server.backup_status === 'red', 'the end of the exemption');
		const {page, drawer} = await open(browser, 'log118');
		await drawer.getByText('Its exemption has ended: it is judged again.').waitFor();
		await drawer.getByText('moving house').first().waitFor();
		expectQuiet(page);
	},

	'an alias brings the backups of that name, and the drawer shows them by itself': async ({browser}) => {
		const {page, drawer, hostname} = await open(browser, 'auth115');
		const before = (await serverOf('auth115')).backup_count;
		const dialog = await act(page, drawer, 'Add an alias', `Another name of ${hostname}`);
		await dialog.getByLabel('Name in the paths').fill('nickname');
		await dialog.getByRole('button', {name: 'Save the alias'}).click();
		await drawer.getByRole('link', {name: 'nickname-1.tar.gz'}).waitFor();
		expect((await serverOf('auth115')).backup_count === before + 1, 'it is not counted');
		expectQuiet(page);
	},

	'a rule for this server is begun with its name, and brings its files': async ({browser}) => {
		const {page, drawer, hostname} = await open(browser, 'cache116');
		const dialog = await act(page, drawer, 'Add a rule', `Files of ${hostname}`);
		await dialog.getByText(hostname).first().waitFor();
		await dialog.getByRole('textbox').first().fill('elsewhere/odd/*');
		await dialog.getByText('1 file matches.').waitFor();
		await dialog.getByRole('button', {name: 'Save the rule'}).click();
		await drawer.getByRole('link', {name: '1234.dump'}).waitFor();
		expectQuiet(page);
	},

	'the newest backup leads to why it counts, and hostile names stay inert': async ({browser}) => {
		const {page, drawer} = await open(browser, 'web110', {phone: true});
		await drawer.getByText('<img src=x onerror=alert(1)>').first().waitFor();
		expect(await drawer.locator('img').count() === 0 && !/[\u202a-\u202e]/.test(await drawer.innerText()), 'a hostile name had an effect');
		const {scroll, width} = await page.evaluate(() => ({scroll: document.documentElement.scrollWidth, width: window.innerWidth}));
		expect(scroll <= width, `${scroll} wide in ${width}`);
		await expectNoAxe(page);
		const {page: wide, drawer: other} = await open(browser, 'web100');
		await other.getByRole('link', {name: 'Why it counts'}).click();
		await wide.waitForURL('**/files?explain=*');
		expect(new URL(wide.url()).searchParams.get('explain')?.includes('web100') === true, wide.url());
		expectQuiet(wide);
		expectQuiet(page);
	},

	'a server that does not exist is told as a sentence': async ({browser}) => {
		const page = await browser.page(d);
		await page.goto('/status?server=999999');
		await page.getByRole('dialog', {name: 'Server'}).getByRole('alert').waitFor();
		await page.getByRole('button', {name: 'Close'}).click();
		await waitFor(() => !page.url().includes('server='), 'the end of the drawer');
	},
};
