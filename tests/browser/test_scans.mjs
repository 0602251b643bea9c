// test_scans.mjs - scans: one that runs is followed and cancelled, those that ran are filtered and opened.
import {expect} from './expect.mjs';
import {mkdirSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {Deployment, expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';
import {hangServerScans} from './world.mjs';

const HOSTILE = 'nas <img src=x onerror=alert(1)>\u202egnp';
let d;

export async function before({build}) {
	d = new Deployment(build);
	hangServerScans(d);
	const nas = join(d.base, HOSTILE);
	mkdirSync(nas);
	d.config.directories_to_scan.push(nas);
	await d.start();
	d.write('web/web.tar');
	await d.scan();
	renameSync(nas, `${nas}.away`);
	await d.scan();
}
export async function after() {
	await d.remove();
}

async function open(browser, address, look) {
	const page = await browser.page(d, look);
	await page.goto(address);
	return page;
}

const counted = (page, text) => page.locator('main').getByRole('status').getByText(text, {exact: true}).waitFor();
const scanOf = (page) => page.getByRole('region', {name: 'Scanning servers'});

export const tests = {
	'a scan that runs is shown as it goes, and ends when a person has confirmed that': async ({browser}) => {
		const page = await open(browser, '/scans');
		await opened(page, 'Scans');
		await page.getByRole('button', {name: 'Scan servers'}).click();
		await scanOf(page).getByText(/address(es)?, \d+ up/).waitFor();
		await scanOf(page).getByRole('progressbar').waitFor();
		await page.getByRole('button', {name: /^Scanning servers/}).and(page.locator(':disabled')).waitFor();
		await expectNoAxe(page);
		await scanOf(page).getByRole('button', {name: 'Cancel'}).click();
		const dialog = page.getByRole('dialog', {name: 'Cancel the scan of servers?'});
		await dialog.waitFor();
		await expectNoAxe(page);
		await dialog.getByRole('button', {name: 'Let it run'}).click();
		await dialog.waitFor({state: 'hidden'});
		expect(await page.evaluate(() => document.activeElement?.textContent) === 'Cancel', 'the focus did not return');
		await page.keyboard.press('Enter');
		await dialog.getByRole('button', {name: 'Cancel the scan'}).click();
		await page.getByText('The scan of servers was cancelled.').waitFor();
		await scanOf(page).waitFor({state: 'detached'});
		await page.getByRole('gridcell', {name: 'Cancelled'}).first().waitFor();
		expectQuiet(page);
	},

	'a page that comes later sees the scan that runs, and a drawer follows it': async ({browser}) => {
		const {scan} = await d.request('POST', '/api/scan/servers');
		const page = await open(browser, '/scans', {phone: true});
		await scanOf(page).waitFor();
		await page.goto(`/scans?scan=${scan.id}`);
		const drawer = page.getByRole('dialog', {name: 'Scan of servers'});
		await drawer.getByText(/\d+ up/).waitFor();
		await d.request('DELETE', `/api/scan/${scan.id}`);
		await drawer.getByText('When and why').waitFor();
		await drawer.getByText('Cancelled', {exact: true}).waitFor();
		expectQuiet(page);
	},

	'filters stand in the address and leave what they say': async ({browser}) => {
		const page = await open(browser, '/scans');
		await opened(page, 'Scans');
		await page.getByRole('group', {name: 'Scan of'}).getByRole('button', {name: 'Directories'}).click();
		await counted(page, '2 scans');
		await page.getByRole('group', {name: 'State'}).getByRole('button', {name: 'Failed'}).click();
		await page.getByText('No scan matches.').waitFor();
		expect(page.url().endsWith('?kind=directories&state=failed'), page.url());
		await page.getByRole('button', {name: 'Show all scans'}).click();
		await page.getByRole('gridcell', {name: 'Done'}).first().waitFor();
		expect(page.url().endsWith('/scans'), page.url());
		await page.goBack();
		await page.getByText('No scan matches.').waitFor();
		expectQuiet(page);
	},

	'the drawer of a scan tells what it could not do, and a hostile path stays inert': async ({browser}) => {
		for (const look of [{}, {phone: true, scheme: 'dark'}]) {
			const page = await open(browser, '/scans?kind=directories', look);
			await opened(page, 'Scans');
			await (look.phone ? page.getByRole('list', {name: 'Scans'}).getByRole('button').first() : page.getByRole('link', {name: 'Directories, scan 2'})).click();
			const drawer = page.getByRole('dialog', {name: 'Scan of directories'});
			const problems = drawer.getByRole('list', {name: 'Problems'});
			await problems.getByText('does not exist. Mount or create it').waitFor();
			const text = await problems.innerText();
			expect(text.includes('<img src=x onerror=alert(1)>') && !text.includes('\u202e') && await drawer.locator('img').count() === 0, text);
			await expectNoAxe(page);
			await page.reload();
			await problems.waitFor();
			await page.keyboard.press('Escape');
			await drawer.waitFor({state: 'hidden'});
			expect(!page.url().includes('scan='), page.url());
			expectQuiet(page);
		}
	},

	'the export has exactly the filtered scans': async ({browser}) => {
		const page = await open(browser, '/scans?kind=directories');
		await opened(page, 'Scans');
		await page.getByRole('button', {name: 'Export'}).click();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: 'CSV (text)'}).click()]);
		const chunks = [];
		for await (const chunk of await download.createReadStream()) {
			chunks.push(chunk);
		}
		const rows = Buffer.concat(chunks).toString().trim().split('\r\n');
		expect(rows.length === 3 && rows.slice(1).every((row) => row.includes('directories')), rows.join('\n'));
		expectQuiet(page);
	},

	'a scan that another person started appears without being asked for': async ({browser}) => {
		const page = await open(browser, '/scans?kind=directories');
		await opened(page, 'Scans');
		const rows = (await d.get('/api/scans?kind=directories')).count;
		await d.scan();
		await counted(page, `${rows + 1} scans`);
		await waitFor(async () => await page.getByRole('gridcell', {name: 'Done'}).count() === rows + 1, 'its row');
		expectQuiet(page);
	},
};
