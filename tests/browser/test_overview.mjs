// test_overview.mjs - the overview answers "am I safe?" in every state that an installation can be in.
import {expect} from './expect.mjs';
import {mkdirSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Deployment, expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';
import {hangServerScans, world} from './world.mjs';

const SERVERS = 40;
let d;

export async function before({build}) {
	d = await world(build, SERVERS);
}
export async function after() {
	await d.remove();
}

async function open(browser, address = '/', look = {}) {
	const page = await browser.page(d, look);
	await page.goto(address);
	await opened(page, 'Overview');
	return page;
}

const verdict = (page) => page.getByRole('status', {name: 'Verdict'});

/** Another installation for one test. */
async function other(build, prepare, test) {
	const own = new Deployment(build);
	try {
		await prepare(own);
		await test(own);
	} finally {
		await own.remove();
	}
}

export const tests = {
	'the verdict counts as the summary does, and each count leads to its servers': async ({browser}) => {
		const {by_status: by} = await d.get('/api/summary');
		for (const look of [{}, {phone: true, scheme: 'dark'}]) {
			const page = await open(browser, '/', look);
			await verdict(page).getByText(`${by.red + by.yellow} of ${SERVERS} servers have no good, recent backup.`).waitFor();
			await expectNoAxe(page);
			await page.getByRole('region', {name: 'Servers by status'}).getByRole('link', {name: /Error/}).click();
			await opened(page, 'Backup status');
			expect(page.url().endsWith('/status?status=red'), page.url());
			await page.getByText(`${by.red} servers`, {exact: true}).waitFor();
			expectQuiet(page);
		}
	},

	'the worst come first with their reason, and open their drawer': async ({browser}) => {
		const page = await open(browser);
		const first = page.getByRole('region', {name: 'The worst first'}).getByRole('link').first();
		await first.getByText('Error').waitFor();
		const name = (await first.innerText()).split('\n').find((line) => line.includes('example.org'));
		await first.click();
		await page.getByRole('dialog', {name}).waitFor();
		expectQuiet(page);
	},

	'coverage is a chart for the mouse and the keyboard, and a table that the address keeps': async ({browser}) => {
		await d.scan(); // a second count
		const page = await open(browser);
		const chart = page.getByRole('slider', {name: 'Count in the chart of coverage'});
		await chart.focus();
		const last = await chart.getAttribute('aria-valuenow');
		await page.keyboard.press('Home');
		expect(await chart.getAttribute('aria-valuenow') === '1' && last !== '1', 'the keyboard does not move it');
		expect(/\d+ % covered/.test(await chart.getAttribute('aria-valuetext')), await chart.getAttribute('aria-valuetext'));
		await page.getByRole('button', {name: '7 days'}).click();
		await page.getByRole('button', {name: 'As a table'}).click();
		const {by_status: by} = await d.get('/api/summary');
		await page.getByRole('region', {name: 'Coverage by day, as last counted'}).getByRole('cell', {name: String(by.green), exact: true}).waitFor();
		expect(page.url().endsWith('?range=week&table=1'), page.url());
		await expectNoAxe(page);
		await page.reload();
		await page.getByRole('region', {name: 'Coverage by day, as last counted'}).waitFor();
		expectQuiet(page);
	},

	'a server that changes changes the verdict without being asked for': async ({browser}) => {
		const page = await open(browser);
		const {by_status: by} = await d.get('/api/summary');
		const {servers: [server]} = await d.get('/api/servers?status=red&limit=1');
		await d.request('PUT', `/api/servers/${server.id}/exemption`, {reason: 'a test'});
		await verdict(page).getByText(`${by.red + by.yellow - 1} of ${SERVERS - 1} servers have no good, recent backup.`).waitFor();
		await page.getByRole('region', {name: 'Changed since yesterday'}).getByText(server.hostname).waitFor();
		await d.request('DELETE', `/api/servers/${server.id}/exemption`);
		await verdict(page).getByText(`${by.red + by.yellow} of ${SERVERS} servers have`).waitFor();
		expectQuiet(page);
	},

	'a directory that is gone makes servers unknown, and says so with the way to it': async ({browser}) => {
		renameSync(d.backups, `${d.backups}.away`);
		await d.scan();
		const page = await open(browser);
		await page.getByText('A directory is not available.').waitFor();
		await page.getByText('does not exist. Mount or create it').waitFor();
		await verdict(page).getByText(/it cannot be told/).waitFor();
		await expectNoAxe(page);
		await page.getByRole('link', {name: 'Look at the directories'}).click();
		await opened(page, 'Directories');
		renameSync(`${d.backups}.away`, d.backups);
		await d.scan();
		await page.goBack();
		await opened(page, 'Overview');
		await waitFor(async () => await page.getByText('A directory is not available.').count() === 0, 'the end of the banner');
		expectQuiet(page);
	},

	'a repository that nobody owns is told with the way to settle it': async ({browser, build}) => {
		await other(build, async (own) => {
			await own.start();
			await own.addServer('web01');
			const repository = join(own.backups, 'restic');
			for (const folder of ['data', 'index', 'keys', 'snapshots']) {
				mkdirSync(join(repository, folder), {recursive: true});
			}
			for (const file of ['config', 'keys/0a', 'data/1b', 'snapshots/2c']) {
				writeFileSync(join(repository, file), 'x'.repeat(200));
			}
			await own.scan();
			await own.settled('unknown', 1);
		}, async (own) => {
			const page = await browser.page(own);
			await page.goto('/');
			await verdict(page).getByText('Of 1 of 1 server it cannot be told').waitFor();
			await page.getByText('1 repository of backup tools cannot be looked into.').waitFor();
			await page.getByRole('link', {name: 'look at what no server owns'}).click();
			await opened(page, 'Files');
			await page.getByText('Repositories that no server owns').waitFor();
			expectQuiet(page);
		});
	},

	'the next scans are told, and follow the settings': async ({browser}) => {
		const page = await open(browser);
		const scans = page.getByRole('region', {name: 'Scans', exact: true});
		await scans.getByText(/Next: not planned/).first().waitFor();
		await d.request('PUT', '/api/config', {...d.config, schedule: {directories: '@every 6h', servers: 'off'}});
		await scans.getByText(/Next: in \d+ (hours|minutes)/).waitFor();
		await d.request('PUT', '/api/config', d.config);
		expectQuiet(page);
	},

	'until the first scan has ended its progress stands where zeros would be': async ({browser, build}) => {
		await other(build, async (own) => {
			hangServerScans(own);
			await own.start();
			await own.addServer('web01');
			await own.request('POST', '/api/scan/servers');
		}, async (own) => {
			const page = await browser.page(own);
			await page.goto('/');
			await verdict(page).getByText('Too early to say: the directories have not been scanned yet.').waitFor();
			await page.getByRole('region', {name: 'Scanning servers'}).getByRole('progressbar').waitFor();
			expect(await page.getByRole('region', {name: 'Servers by status'}).count() === 0, 'counts are shown too early');
			await expectNoAxe(page);
			own.write('web01.tar');
			await page.getByRole('button', {name: 'Scan directories'}).click();
			await verdict(page).getByText('The one server that needs a backup has a good, recent one.').waitFor();
			expectQuiet(page);
		});
	},

	'when nothing is configured the first start stands there': async ({browser, build}) => {
		await other(build, async (own) => {
			own.config.directories_to_scan = [];
			await own.start();
		}, async (own) => {
			const page = await browser.page(own, {phone: true});
			await page.goto('/');
			await page.getByRole('heading', {level: 1, name: 'Overview'}).waitFor();
			await page.getByText(/directories/i).first().waitFor();
			expect(await verdict(page).count() === 0, 'there is a verdict on nothing');
			await expectNoAxe(page);
			expectQuiet(page);
		});
	},
};
