// test_status.mjs - the list of statuses with 300 servers: search, filter, order, pages, links, keyboard.
import {cells, counts, expect, expectAll} from './expect.mjs';
import {expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';
import {world} from './world.mjs';

const SERVERS = 300;
const GREEN = 180;
const YELLOW = 45;
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
	'the worst come first, and the counts are those of the summary': async ({browser}) => {
		const page = await open(browser, '/status');
		await counts(page, `${SERVERS} servers`);
		await expectAll(() => cells(page, 'backup_status'), (text) => text === 'Error', 'red servers first');
		for (const [word, count] of [['Error', RED], ['Warning', YELLOW], ['Good', GREEN], ['Unknown', 0]]) {
			await page.getByRole('group', {name: 'Status'}).getByRole('button', {name: `${word} ${count}`.replace(' ', '')}).or(
				page.getByRole('group', {name: 'Status'}).getByRole('button', {name: `${word} ${count}`})).waitFor();
		}
		await expectNoAxe(page);
		expectQuiet(page);
	},

	'a status filter stands in the address, and the address brings it back': async ({browser}) => {
		const page = await open(browser, '/status');
		await page.getByRole('group', {name: 'Status'}).getByRole('button', {name: 'Warning'}).click();
		await counts(page, `${YELLOW} servers`);
		await expectAll(() => cells(page, 'backup_status'), (text) => text === 'Warning', 'yellow servers only');
		expect(page.url().endsWith('/status?status=yellow'), page.url());
		await page.reload();
		await counts(page, `${YELLOW} servers`);
		await page.goBack();
		await counts(page, `${SERVERS} servers`);
		expectQuiet(page);
	},

	'a search asks when typing pauses, and counts what it leaves': async ({browser}) => {
		const page = await open(browser, '/status');
		const asked = [];
		page.on('request', (request) => {
			const q = new URL(request.url()).searchParams.get('q');
			if (request.url().includes('/api/servers?') && q !== null) {
				asked.push(q);
			}
		});
		await page.getByRole('searchbox', {name: 'Search servers'}).pressSequentially('mail1', {delay: 30});
		await counts(page, '10 servers');
		expect(asked.every((q) => q === 'mail1'), `asked for ${asked}`);
		await expectAll(() => cells(page, 'hostname'), (text) => text.startsWith('mail1'), 'only these servers');
		expect(page.url().endsWith('?q=mail1'), page.url());
		await page.getByRole('group', {name: 'Status'}).getByRole('button', {name: /Good ?10/}).waitFor();
		await page.getByRole('button', {name: 'Clear the search'}).click();
		await counts(page, `${SERVERS} servers`);
		expectQuiet(page);
	},

	'a header sorts, again the other way round': async ({browser}) => {
		const page = await open(browser, '/status');
		const header = page.getByRole('columnheader', {name: 'Server'});
		await header.click();
		await expectAll(async () => (await cells(page, 'hostname')).slice(0, 3), (text) => text.startsWith('auth'), 'ascending names');
		await header.click();
		await expectAll(async () => (await cells(page, 'hostname')).slice(0, 3), (text) => text.startsWith('web'), 'descending names');
		await header.click();
		await expectAll(async () => (await cells(page, 'hostname')).slice(0, 3), (text) => text.startsWith('auth'), 'ascending names again');
		expect(page.url().endsWith('?sort=hostname'), page.url());
		expectQuiet(page);
	},

	'pages go forth and back and see every server once': async ({browser}) => {
		const page = await open(browser, '/status?sort=ip_address');
		const firsts = [];
		for (let i = 0; i < SERVERS / 100; i++) {
			await expectAll(async () => (await cells(page, 'ip_address')).slice(0, 1), (text) => !firsts.includes(text), 'another page');
			firsts.push((await cells(page, 'ip_address'))[0]);
			const next = page.getByRole('button', {name: 'Go to next page'});
			if (i < SERVERS / 100 - 1) {
				await next.click();
			} else {
				expect(await next.isDisabled(), 'there is a page after the last');
			}
		}
		expect(JSON.stringify(firsts) === JSON.stringify(['10.1.0.0', '10.1.0.100', '10.1.0.200']), JSON.stringify(firsts));
		await page.getByRole('button', {name: 'Go to previous page'}).click();
		await expectAll(async () => (await cells(page, 'ip_address')).slice(0, 1), (text) => text === firsts[1], 'the page before');
		expectQuiet(page);
	},

	'a row opens its drawer by click and by keyboard, and the address opens it too': async ({browser}) => {
		const page = await open(browser, '/status?q=web100');
		const drawer = page.getByRole('dialog', {name: 'web100.example.org'});
		await page.getByRole('gridcell', {name: '10.1.0.0'}).click();
		await drawer.getByRole('link', {name: 'web100-full.tar.gz'}).waitFor();
		await expectNoAxe(page);
		await page.keyboard.press('Escape');
		await drawer.waitFor({state: 'hidden'});
		await page.keyboard.press('Enter');
		await drawer.waitFor();
		expect(/[?&]server=\d+/.test(page.url()), page.url());
		await page.reload();
		await drawer.getByRole('button', {name: 'Close'}).click();
		await drawer.waitFor({state: 'hidden'});
		expect(!page.url().includes('server='), page.url());
		expectQuiet(page);
	},

	'columns that are hidden stay so': async ({browser}) => {
		const page = await open(browser, '/status');
		await page.getByRole('button', {name: 'Columns'}).click();
		await page.getByRole('menuitemcheckbox', {name: 'System'}).click();
		await expectNoAxe(page);
		await page.keyboard.press('Escape');
		await page.getByRole('columnheader', {name: 'System'}).waitFor({state: 'detached'});
		await page.reload();
		await page.getByRole('columnheader', {name: 'Server'}).waitFor();
		expect(await page.getByRole('columnheader', {name: 'System'}).count() === 0, 'the column came back');
		expectQuiet(page);
	},

	'columns fill the table, and one that is drawn wider stays so': async ({browser}) => {
		const page = await open(browser, '/status');
		const header = page.getByRole('columnheader', {name: 'Server'});
		const widths = () => page.evaluate(() => {
			const widthOf = (selector) => document.querySelector(selector).getBoundingClientRect().width;
			const [name, cell] = ['columnheader', 'gridcell'].map((role) => widthOf(`[role=${role}][data-field=hostname]`));
			return {name, cell, row: widthOf('.MuiDataGrid-row'), room: widthOf('.MuiDataGrid-virtualScroller')};
		});
		const settled = (what, test) => waitFor(async () => test(await widths()), what);
		const fits = ({name, cell, row, room}) => Math.abs(name - cell) < 1 && row <= room + 1 && row > room - 25; // a scroll bar has room, if there is none
		await header.waitFor();
		await settled('columns that fill the table', fits);
		await page.setViewportSize({width: 1700, height: 900});
		await settled('columns that fill a wider table', (now) => fits(now) && now.room > 1400);
		const {name: before} = await widths();
		const {x, y, width, height} = await header.locator('.MuiDataGrid-columnSeparator').boundingBox();
		await page.mouse.move(x + width / 2, y + height / 2);
		await page.mouse.down();
		await page.mouse.move(x + width / 2 + 60, y + height / 2, {steps: 4});
		await page.mouse.up();
		await settled('a wider column', (now) => fits(now) && Math.abs(now.name - before - 60) < 2);
		await page.setViewportSize({width: 1500, height: 900});
		await settled('the same column in a narrower table', (now) => now.room < 1300 && Math.abs(now.name - before - 60) < 2);
		expectQuiet(page);
	},

	'the export has exactly the filtered view': async ({browser}) => {
		const page = await open(browser, '/status?status=yellow');
		await page.getByRole('button', {name: 'Export'}).click();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: 'CSV (text)'}).click()]);
		const chunks = [];
		for await (const chunk of await download.createReadStream()) {
			chunks.push(chunk);
		}
		const rows = Buffer.concat(chunks).toString().trim().split('\r\n');
		expect(rows.length === YELLOW + 1 && rows.slice(1).every((row) => row.includes('yellow')), `${rows.length} rows: ${rows.slice(0, 3)}`);
		expectQuiet(page);
	},

	'a server that changes is shown anew without being asked for': async ({browser}) => {
		const page = await open(browser, '/status?q=newcomer');
		await page.getByText('No server matches.').waitFor();
		await d.addServer('newcomer.example.org', {ip_address: '10.9.9.9'});
		await page.getByRole('gridcell', {name: '10.9.9.9'}).waitFor();
		const {servers: [added]} = await d.get('/api/servers?q=newcomer');
		await d.request('DELETE', `/api/servers/${added.id}`);
		await page.getByText('No server matches.').waitFor();
		expectQuiet(page);
	},

	'a phone has cards, a drawer over the whole window, and pages': async ({browser}) => {
		const page = await open(browser, '/status', {phone: true});
		await page.getByRole('list', {name: 'Backup status'}).getByRole('button').first().click();
		await page.getByRole('dialog').getByRole('button', {name: 'Close'}).click();
		await page.getByRole('button', {name: 'Next page'}).click();
		await page.getByText('101 to 200 of 300').waitFor();
		expectQuiet(page);
	},

	'paper shows the rows as a plain table': async ({browser}) => {
		const page = await open(browser, '/status?status=yellow');
		await page.emulateMedia({media: 'print'});
		await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
		const rows = page.locator('.print-only tbody tr');
		expect(await rows.count() === YELLOW && await rows.first().isVisible(), `${await rows.count()} rows`);
		expect(!await page.getByRole('navigation', {name: 'Pages'}).first().isVisible(), 'the navigation is printed');
		expectQuiet(page);
	},
};
