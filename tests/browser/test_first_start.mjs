// test_first_start.mjs - who has configured nothing is led from the two questions to the first scans, once.
import {expect} from './expect.mjs';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Deployment, expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';

const HOSTILE = '/mnt/<img src=x onerror=alert(1)>\u202egnp\nline';

function withNothing(work) {
	return async ({browser, build}) => {
		const d = new Deployment(build);
		d.config = {directories_to_scan: [], subnets_to_scan: [], schedule: {directories: 'off', servers: 'off'}};
		d.write('web1/web1.tar.gz');
		await d.start();
		try {
			await work({browser, d});
		} finally {
			await d.remove();
		}
	};
}

/** What is suggested depends on the machine: here it is always the same. */
async function suggest(page, directories, networks = []) {
	await page.route('**/api/suggestions', (route) => route.fulfill({json: {
		status: 'success', directories: directories.map((path) => ({path, because: `mounted from nas:${path}`})), networks: networks.map((subnet) => ({subnet, because: 'connected by eth0'})),
	}}));
}

const onDisk = (d) => JSON.parse(readFileSync(join(d.base, 'config.json'), 'utf8'));
const welcome = (page) => page.getByRole('region', {name: 'First start'});

export const tests = {
	'the overview leads to directories and networks, saves them, scans, shows how it went, and never asks again': withNothing(async ({browser, d}) => {
		const own = join(d.base, 'own');
		mkdirSync(own);
		const page = await browser.page(d);
		await suggest(page, [d.backups, '/mnt/other'], ['127.0.0.1/32', '192.168.7.0/24']);
		await page.goto('/');
		await opened(page, 'Overview');
		const start = welcome(page).getByRole('button', {name: 'Save and scan'});
		await welcome(page).getByLabel(new RegExp(`^${d.backups}`)).check();
		await welcome(page).getByLabel(/^127\.0\.0\.1\/32/).check();
		await expectNoAxe(page);
		await welcome(page).getByLabel('Other directories').fill('own');
		await welcome(page).getByText('Line 1: A path begins with a slash').waitFor();
		expect(await start.isDisabled(), 'what is wrong can be saved');
		await welcome(page).getByLabel('Other directories').fill(`${own}\n`);
		await start.click();
		const scans = page.getByRole('region', {name: 'Your first scans'});
		await scans.getByRole('heading', {name: 'Looking for servers'}).waitFor();
		await scans.getByRole('button', {name: 'To the overview'}).waitFor({timeout: 60_000});
		await expectNoAxe(page);
		expect(JSON.stringify(onDisk(d).directories_to_scan) === JSON.stringify([d.backups, own]) && onDisk(d).subnets_to_scan.join() === '127.0.0.1/32', JSON.stringify(onDisk(d)));
		expect((await d.get('/api/summary')).files === 1, 'the directory was not scanned');
		await scans.getByRole('button', {name: 'To the overview'}).click();
		await scans.waitFor({state: 'detached'});
		await page.reload();
		await opened(page, 'Overview');
		await page.getByRole('region', {name: 'Scans', exact: true}).or(page.getByText('last good scan')).first().waitFor();
		expect(await welcome(page).count() === 0, 'it asks again');
		expectQuiet(page);
	}),

	'the settings lead there too, without suggestions by own lines, and the server\'s sentence lands at its question': withNothing(async ({browser, d}) => {
		const page = await browser.page(d, {phone: true});
		await suggest(page, []);
		await page.goto('/settings');
		await opened(page, 'Settings');
		await welcome(page).getByRole('textbox', {name: 'Networks'}).fill('8.8.8.0/24');
		await welcome(page).getByRole('button', {name: 'Save and scan'}).click();
		await welcome(page).getByText(/limits\.subnets_within/).waitFor();
		await expectNoAxe(page);
		await welcome(page).getByRole('textbox', {name: 'Networks'}).fill('');
		await welcome(page).getByRole('textbox', {name: 'Directories'}).fill(d.backups);
		await welcome(page).getByRole('button', {name: 'Save and scan'}).click();
		await page.getByRole('button', {name: 'To the overview'}).click();
		await opened(page, 'Overview');
		page.problems = page.problems.filter((problem) => !/status of 4\d\d/.test(problem)); // the refusal that was asked for
		expectQuiet(page);
	}),

	'it can be skipped, stays so, and can be asked for': withNothing(async ({browser, d}) => {
		const page = await browser.page(d);
		await suggest(page, [HOSTILE]);
		await page.goto('/settings');
		await opened(page, 'Settings');
		await welcome(page).getByText('<img src=x onerror=alert(1)>').first().waitFor();
		expect(!/[\u202a-\u202e]/.test(await welcome(page).innerText()) && await welcome(page).locator('img').count() === 0, 'a hostile name had an effect');
		await welcome(page).getByRole('button', {name: 'Skip for now'}).click();
		await page.getByRole('button', {name: 'Add directory'}).waitFor();
		await page.reload();
		await page.getByRole('button', {name: 'Add directory'}).waitFor();
		expect(await welcome(page).count() === 0, 'it was not skipped');
		await page.getByRole('button', {name: 'Show me how to begin'}).click();
		await welcome(page).waitFor();
		expectQuiet(page);
	}),

	'somebody who configures it elsewhere ends it here': withNothing(async ({browser, d}) => {
		const page = await browser.page(d);
		await page.goto('/settings');
		await opened(page, 'Settings');
		await welcome(page).waitFor();
		await d.request('PUT', '/api/config', {directories_to_scan: [d.backups], subnets_to_scan: []});
		await welcome(page).waitFor({state: 'detached'});
		await waitFor(async () => (await page.getByRole('button', {name: `Remove ${d.backups}`}).count()) === 1, 'the settings as they are');
		expectQuiet(page);
	}),
};
