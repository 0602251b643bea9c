// test_directories.mjs - directories: what is there, what is not and why, a scan of one alone, and accepting one as it is.
import {expect} from './expect.mjs';
import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Deployment, expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';

const HOSTILE = `h ${'<b>'.repeat(70)}\u202e`;
let d, nas, hostile;

export async function before({build}) {
	d = new Deployment(build);
	nas = join(d.base, 'nas');
	hostile = join(d.base, HOSTILE);
	for (const folder of [nas, hostile]) {
		mkdirSync(folder);
		d.config.directories_to_scan.push(folder);
	}
	await d.start();
	await d.addServer('web01');
	d.write('db/db.tar', {size: 4096});
	writeFileSync(join(nas, 'web01.tar'), 'x');
	await d.scan();
}
export async function after() {
	await d.remove();
}

async function open(browser, address, look) {
	const page = await browser.page(d, look);
	await page.goto(address);
	await opened(page, 'Directories');
	return page;
}

const row = (page, path) => page.getByRole('row').filter({hasText: path});

export const tests = {
	'every directory has a row with what is in it, also one with a hostile name': async ({browser}) => {
		for (const look of [{}, {scheme: 'dark'}]) {
			const page = await open(browser, '/directories', look);
			await row(page, d.backups).getByText('4 KiB').waitFor();
			await row(page, '<b><b>').getByText('Available', {exact: true}).waitFor();
			expect(!(await page.locator('main').innerText()).includes('\u202e') && await page.locator('main b').count() === 0, 'a hostile name had an effect');
			await page.getByText(/Last scan .* Next: not planned/).waitFor();
			await expectNoAxe(page);
			expectQuiet(page);
		}
	},

	'one directory is scanned alone from its drawer': async ({browser}) => {
		const page = await open(browser, '/directories');
		await page.getByRole('link', {name: nas}).click();
		const drawer = page.getByRole('dialog', {name: nas});
		await drawer.getByText('No problem was noted in this directory.').waitFor();
		await expectNoAxe(page);
		d.write('db/db2.tar');
		writeFileSync(join(nas, 'web01-2.tar'), 'x');
		await drawer.getByRole('button', {name: 'Scan this one'}).click();
		await page.getByText('The scan of directories is done.').waitFor();
		await waitFor(async () => (await drawer.locator('dl').first().innerText()).replace(/\s+/g, ' ').startsWith('Files 2'), 'its second file');
		expect((await d.get('/api/files?q=db2')).count === 0, 'another directory was scanned, too');
		await page.reload();
		await drawer.getByRole('button', {name: 'Close'}).click();
		await drawer.waitFor({state: 'hidden'});
		expect(!page.url().includes('directory='), page.url());
		expectQuiet(page);
	},

	'a directory that is gone says why and what to do, and is never offered to be accepted': async ({browser}) => {
		renameSync(nas, `${nas}.away`);
		await d.scan();
		for (const look of [{}, {phone: true}]) {
			const page = await open(browser, '/directories?show=unavailable', look);
			await page.getByRole('alert').getByText('does not exist. Mount or create it').waitFor();
			await page.getByText('Not available', {exact: true}).last().waitFor();
			expect(await page.getByRole('button', {name: /^Accept/}).count() === 0, 'it can be accepted');
			await expectNoAxe(page);
			renameSync(`${nas}.away`, nas);
			await page.getByRole('button', {name: `Scan this one: ${nas}`}).click();
			await page.getByText('Every directory is there.').waitFor();
			expect(await page.getByRole('alert').filter({hasText: 'does not exist'}).count() === 0, 'the banner stays');
			expectQuiet(page);
			renameSync(nas, `${nas}.away`);
			await d.scan();
		}
		renameSync(`${nas}.away`, nas);
		await d.scan();
	},

	'a directory that is suddenly empty keeps its files until a person accepts that, knowing what it means': async ({browser}) => {
		rmSync(join(nas, 'web01.tar'));
		rmSync(join(nas, 'web01-2.tar'), {force: true});
		await d.scan();
		const page = await open(browser, '/directories');
		await row(page, nas).getByText('Changed').waitFor();
		await page.getByRole('button', {name: `Accept as it is now: ${nas}`}).click();
		const dialog = page.getByRole('dialog', {name: 'Accept the directory as it is now?'});
		await dialog.getByText('are forgotten: servers without another backup turn to Error').waitFor();
		await expectNoAxe(page);
		await page.keyboard.press('Escape');
		await dialog.waitFor({state: 'hidden'});
		expect((await d.get('/api/files?q=web01')).count > 0, 'it was accepted by Escape');
		await page.keyboard.press('Enter');
		await dialog.getByRole('button', {name: 'Accept and scan'}).click();
		await dialog.waitFor({state: 'hidden'});
		await row(page, nas).getByText('Available', {exact: true}).waitFor();
		expect((await d.get('/api/files?q=web01')).count === 0, 'its files are still there');
		expectQuiet(page);
	},

	'the export has the directories': async ({browser}) => {
		const page = await open(browser, '/directories');
		await page.getByRole('button', {name: 'Export'}).click();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: 'XLSX (spreadsheet)'}).click()]);
		const {value} = await (await download.createReadStream())[Symbol.asyncIterator]().next();
		expect(value.subarray(0, 2).toString() === 'PK', 'it is no spreadsheet');
		expectQuiet(page);
	},

	'without any directory the page leads to the settings': async ({browser, build}) => {
		const empty = new Deployment(build);
		empty.config.directories_to_scan = [];
		try {
			await empty.start();
			const page = await browser.page(empty);
			await page.goto('/directories');
			await page.getByText('No directory is named yet.').waitFor();
			await page.getByRole('link', {name: 'Open the settings'}).click();
			await opened(page, 'Settings');
			expectQuiet(page);
		} finally {
			await empty.remove();
		}
	},
};
