// test_files.mjs - the list of files: filters, order, export, and what is told of one file or of any path.
import {cells, counts, expect} from './expect.mjs';
import {Deployment, expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';

const DAYS = 130; // more than a page
let d;
let total;

export async function before({build}) {
	d = await new Deployment(build);
	const second = d.backups.replace(/backups$/, 'more');
	d.config.directories_to_scan.push(second);
	d.write('../more/web102.tar', {size: 77});
	await d.start();
	await d.addServer('web101', {ip_address: '10.0.0.1'});
	await d.addServer('web102', {ip_address: '10.0.0.2'});
	for (let i = 1; i <= DAYS; i++) {
		d.write(`web101/web101_${String(i).padStart(4, '0')}.tar.gz`, {size: 1000 + i, ageDays: i});
	}
	d.write('web101/web101_2026-01-02.tar.gz', {size: 5_000_000, ageDays: 3});
	d.write('web101/web101.tar.sha256', {size: 64});
	d.write('web101/empty-web101.tar', {size: 0});
	d.write('nobody/strange.tar', {size: 4321});
	d.write('lost/<img src=x onerror=alert(1)>.zip');
	d.write('lost/\u202egnp.exe\nline.zip');
	d.write(`lost/${'x'.repeat(251)}.zip`);
	await d.scan();
	await d.settled('unknown', 0);
	await waitFor(async () => (await d.get('/api/files?counts=1&limit=1')).total === DAYS + 2, 'the matching of all files');
	total = DAYS + 8;
}
export async function after() {
	await d.remove();
}

async function open(browser, address, look) {
	const page = await browser.page(d, look);
	await page.goto(address);
	await opened(page, 'Files');
	return page;
}
const path = (below) => `${d.backups}/${below}`;
const explained = (below) => `/files?explain=${encodeURIComponent(path(below))}`;

async function rowsOf(download) {
	const chunks = [];
	for await (const chunk of await download.createReadStream()) {
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString().trim().split('\r\n').slice(1);
}

export const tests = {
	'whether a file counts is told by icon and word, and filtered by one button at a time': async ({browser}) => {
		const page = await open(browser, '/files');
		await counts(page, `${total} files`);
		const show = page.getByRole('group', {name: 'Show'});
		await show.getByRole('button', {name: 'Counts', exact: true}).click();
		await counts(page, `${DAYS + 2} files`);
		expect((await cells(page, 'counts')).every((text) => text === 'Counts'), 'a file that does not count');
		await show.getByRole('button', {name: 'Does not count'}).click();
		await counts(page, '6 files');
		await show.getByRole('button', {name: 'Matches nothing'}).click();
		await counts(page, '4 files');
		expect(page.url().endsWith('/files?unmatched=1'), page.url());
		await page.goBack();
		await counts(page, '6 files');
		await page.getByRole('button', {name: 'Show all'}).click();
		await counts(page, `${total} files`);
		await expectNoAxe(page);
		expectQuiet(page);
	},

	'several reasons, a directory and a server narrow the list, and the address brings them back': async ({browser}) => {
		const page = await open(browser, '/files');
		await page.getByRole('combobox', {name: 'Why'}).click();
		await page.getByRole('option', {name: 'Empty file'}).click();
		await page.getByRole('option', {name: 'Checksum or other metadata'}).click();
		await expectNoAxe(page);
		await page.keyboard.press('Escape');
		await counts(page, '2 files');
		expect(new URL(page.url()).searchParams.get('reason') === 'empty,sidecar', page.url());
		await page.reload();
		await counts(page, '2 files');
		await page.getByRole('button', {name: 'Show all'}).click();
		await page.getByRole('combobox', {name: 'Directory'}).click();
		await page.getByRole('option', {name: /more$/}).click();
		await counts(page, '1 file');
		await page.getByRole('button', {name: 'Show all'}).click();
		const server = page.getByRole('combobox', {name: 'Server'});
		await server.fill('web102');
		await page.getByRole('option', {name: /web102/}).click();
		await counts(page, '1 file');
		await page.reload();
		await counts(page, '1 file');
		await waitFor(async () => (await server.inputValue()) === 'web102', 'the server\'s name in the filter');
		expectQuiet(page);
	},

	'the server sorts, and the page after the first goes on': async ({browser}) => {
		const page = await open(browser, '/files');
		await page.getByRole('columnheader', {name: 'Size'}).click();
		await page.getByRole('columnheader', {name: 'Size'}).click();
		await waitFor(async () => (await cells(page, 'filename'))[0] === 'web101_2026-01-02.tar.gz', 'the largest first', 5000);
		expect(page.url().endsWith('?sort=size') || page.url().includes('sort=size&'), page.url());
		await page.getByRole('button', {name: 'Go to next page'}).click();
		await page.getByText(`101–${total} of ${total}`).waitFor();
		expectQuiet(page);
	},

	'the export has exactly the filtered view': async ({browser}) => {
		const page = await open(browser, '/files?reason=empty,sidecar&sort=filename&order=asc');
		await counts(page, '2 files');
		await page.getByRole('button', {name: 'Export'}).click();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: 'CSV (text)'}).click()]);
		const rows = await rowsOf(download);
		expect(rows.length === 2 && rows[0].includes('empty-web101.tar') && rows[1].includes('sha256'), rows.join('\n'));
		expectQuiet(page);
	},

	'a file opens by keyboard with the steps, the candidates and the date\'s source, and gives the focus back': async ({browser}) => {
		const page = await open(browser, '/files?q=web101_2026');
		const drawer = page.getByRole('dialog', {name: 'web101_2026-01-02.tar.gz'});
		await page.getByRole('gridcell', {name: '4.77 MiB'}).click();
		await drawer.getByText('Counts as a backup of').waitFor();
		await drawer.getByRole('list', {name: 'Steps'}).getByText('contains "web101"').first().waitFor();
		await drawer.getByRole('region', {name: 'Servers that the path names'}).getByText('Decided').first().waitFor();
		await drawer.getByText('(from the name)').first().waitFor();
		await expectNoAxe(page);
		expect(/[?&]file=\d+/.test(page.url()), page.url());
		await page.keyboard.press('Escape');
		await drawer.waitFor({state: 'hidden'});
		await page.keyboard.press('Enter');
		await drawer.waitFor();
		await page.reload();
		await drawer.getByRole('button', {name: 'Close'}).click();
		await drawer.waitFor({state: 'hidden'});
		expect(!page.url().includes('file='), page.url());
		expectQuiet(page);
	},

	'any path is explained, by an address or by typing it': async ({browser}) => {
		const page = await browser.page(d);
		await page.goto(explained('new/web102-never-seen.tar'));
		const drawer = page.getByRole('dialog', {name: 'Explain a path'});
		await drawer.getByRole('link', {name: 'web102'}).first().waitFor();
		await drawer.getByRole('button', {name: 'Close'}).click();
		await page.getByRole('button', {name: 'Explain a path'}).click();
		const field = drawer.getByRole('textbox', {name: 'Path of a file'});
		await field.fill('relative');
		await drawer.getByText('The whole path is needed').waitFor();
		await field.fill(path('nobody/strange.tar'));
		await field.press('Enter');
		await drawer.getByText('Belongs to no server').waitFor();
		expect(new URL(page.url()).searchParams.get('explain') === path('nobody/strange.tar'), page.url());
		await expectNoAxe(page);
		expectQuiet(page);
	},

	'the path is copied': async ({browser}) => {
		const page = await browser.page(d, {permissions: ['clipboard-read', 'clipboard-write']});
		await page.goto(explained('web101/x.tar'));
		await page.getByRole('button', {name: 'Copy the path'}).click();
		await page.getByText('Copied.').waitFor();
		expect(await page.evaluate(() => navigator.clipboard.readText()) === path('web101/x.tar'), 'something else was copied');
		expectQuiet(page);
	},

	'its directory is given to a server from a file\'s drawer': async ({browser}) => {
		const page = await browser.page(d);
		await page.goto(explained('nobody/strange.tar'));
		const drawer = page.getByRole('dialog', {name: 'Explain a path'});
		await drawer.getByText('Belongs to no server').waitFor();
		await drawer.getByRole('button', {name: 'Give its directory to a server'}).click();
		const dialog = page.getByRole('dialog', {name: 'Give files to a server'});
		expect(await dialog.getByRole('textbox', {name: 'Path pattern'}).inputValue() === 'nobody/*', 'another pattern');
		await dialog.getByRole('combobox', {name: 'Server'}).fill('10.0.0.2');
		await page.getByRole('option', {name: /web102/}).click();
		await dialog.getByText('1 file matches. It would count as a backup.').waitFor();
		await dialog.getByRole('button', {name: 'Save the rule'}).click();
		await page.getByText('The rule is added: 1 file belongs to web102.').waitFor();
		await drawer.getByText('Counts as a backup of').waitFor(); // told by the event
		await page.keyboard.press('Escape');
		await drawer.waitFor({state: 'hidden'});
		await page.getByRole('button', {name: 'Undo'}).click();
		await page.getByText('The rule is removed again.').waitFor();
		await page.goBack();
		await drawer.getByText('Belongs to no server').waitFor();
		expectQuiet(page);
	},

	'hostile names are inert and break nothing, on a phone too': async ({browser}) => {
		for (const look of [{}, {phone: true, scheme: 'dark'}]) {
			const page = await open(browser, '/files?q=lost', look);
			await counts(page, '3 files');
			await page.getByText('<img src=x onerror=alert(1)>.zip', {exact: true}).first().click();
			const drawer = page.getByRole('dialog', {name: '<img src=x onerror=alert(1)>.zip'});
			await drawer.getByText('Belongs to no server').waitFor();
			expect(!/[\u202a-\u202e]/.test(await page.locator('body').innerText()) && await page.locator('main img').count() === 0, 'a hostile name had an effect');
			await expectNoAxe(page);
			const {scroll, width} = await page.evaluate(() => ({scroll: document.documentElement.scrollWidth, width: window.innerWidth}));
			expect(scroll <= width, `${scroll} wide in a window of ${width}`);
			expectQuiet(page);
		}
	},

	'nothing found says what to do': async ({browser}) => {
		const page = await open(browser, '/files?q=there-is-no-such-file');
		await page.getByText('No file matches.').waitFor();
		await page.getByRole('button', {name: 'Show all files'}).click();
		await counts(page, `${total} files`);
		expectQuiet(page);
	},
};
