// test_status_work.mjs - what is done with the list of statuses: filters, work lists, several servers exempted at once, print.
import {cells, counts, expect, expectAll} from './expect.mjs';
import {expectNoAxe, expectQuiet, forgiveRefusal, opened, waitFor} from './harness.mjs';
import {world} from './world.mjs';

const SERVERS = 300;
const GREEN = 180;
const RED = 75;
let d;

export async function before({build}) {
	d = await world(build, SERVERS);
}
export async function after() {
	await d.remove();
}

async function open(browser, address, look) {
	const page = await browser.page(d, look);
	await page.goto(address);
	await opened(page, 'Backup status');
	return page;
}

export const tests = {
	'filters by tag and subnet stand in the address, and what is wrong is told at the field': async ({browser}) => {
		const page = await open(browser, '/status');
		await page.getByRole('button', {name: 'Filters'}).click();
		const form = page.getByRole('dialog', {name: 'Filters'});
		await form.getByLabel('Subnet').fill('10.1');
		await page.keyboard.press('Enter');
		await waitFor(async () => await form.getByLabel('Subnet').getAttribute('aria-invalid') === 'true', 'the subnet to be wrong');
		forgiveRefusal(page);
		await form.getByLabel('Subnet').fill('10.1.1.0/24');
		await form.getByLabel('Tag').fill('windows');
		await expectNoAxe(page);
		await page.keyboard.press('Enter');
		await counts(page, '22 servers');
		expect(/subnet=10\.1\.1\.0%2F24/.test(page.url()) && page.url().includes('tag=windows'), page.url());
		await page.reload();
		await counts(page, '22 servers');
		await page.getByRole('button', {name: 'Take the filter away: Subnet: 10.1.1.0/24'}).click();
		await counts(page, '150 servers');
		await page.getByRole('button', {name: 'Show all', exact: true}).click();
		await counts(page, `${SERVERS} servers`);
		expect(page.url().endsWith('/status'), page.url());
		expectQuiet(page);
	},

	'the work list of servers without any backup is one button with their number': async ({browser}) => {
		const page = await open(browser, '/status');
		await page.getByRole('button', {name: new RegExp(`^Without any backup ?${RED}$`)}).click();
		await counts(page, `${RED} servers`);
		expect(page.url().endsWith('?unprotected=1'), page.url());
		await expectAll(() => cells(page, 'backup_count'), (text) => text === '0', 'servers without a backup');
		expectQuiet(page);
	},

	'several servers are made exempt with one reason': async ({browser}) => {
		const page = await open(browser, '/status?q=shop29');
		await counts(page, '1 server');
		await page.goto('/status?q=shop2');
		await counts(page, '10 servers');
		for (const name of ['shop289', 'shop299']) {
			await page.getByRole('row').filter({hasText: name}).getByRole('checkbox').click();
		}
		await page.getByRole('button', {name: 'Exempt 2 servers'}).click();
		const dialog = page.getByRole('dialog', {name: 'Exempt 2 servers'});
		await dialog.getByLabel('Reason').fill('rebuilt every night');
		await dialog.getByRole('radio', {name: 'No end'}).check();
		await dialog.getByLabel('Who says so').fill('Ada');
		await expectNoAxe(page);
		await dialog.getByRole('button', {name: 'Exempt'}).click();
		await page.getByText('2 servers are exempt.').waitFor();
		await dialog.waitFor({state: 'hidden'});
		await page.getByRole('group', {name: 'Status'}).getByRole('button', {name: /Exempt ?2/}).click();
		await counts(page, '2 servers');
		const {servers} = await d.get('/api/servers?status=exempt');
		expect(servers.length === 2 && servers.every((one) => one.exempt_reason === 'rebuilt every night' && one.exempt_author === 'Ada' && one.exempt_until === null), JSON.stringify(servers));
		for (const {id} of servers) {
			await d.request('DELETE', `/api/servers/${id}/exemption`);
		}
		await page.getByText('No server matches.').waitFor();
		expectQuiet(page);
	},

	'the button prints the whole filtered view, with the filter, the time, and every status as a word': async ({browser}) => {
		const page = await browser.page(d, {scheme: 'dark'});
		await page.addInitScript(() => {
			window.print = () => {
				window.dispatchEvent(new Event('beforeprint'));
				window.printed = document.querySelector('.print-only:has(table)').innerText;
				window.printedRows = document.querySelectorAll('.print-only tbody tr').length;
				window.dispatchEvent(new Event('afterprint'));
			};
		});
		await page.goto('/status?status=green');
		await counts(page, `${GREEN} servers`);
		await page.emulateMedia({media: 'screen'});
		await page.getByRole('button', {name: 'Print'}).click();
		await waitFor(() => page.evaluate(() => window.printedRows !== undefined), 'the print');
		const {rows, text} = await page.evaluate(() => ({rows: window.printedRows, text: window.printed}));
		expect(rows === GREEN, `${rows} rows`);
		expect(new RegExp(`^${GREEN} servers\\. Filters: Good\\. Made on `).test(text.trim()), text.slice(0, 200));
		await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
		await page.emulateMedia({media: 'print'});
		await page.getByText(`The first 100 of ${GREEN} servers: the button Print prints all.`).waitFor();
		const colours = await page.locator('.print-only td').evaluateAll((all) => [...new Set(all.map((one) => getComputedStyle(one).color))]);
		expect(colours.join() === 'rgb(0, 0, 0)', `the print is ${colours}`);
		expectQuiet(page);
	},
};
