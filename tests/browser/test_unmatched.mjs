// test_unmatched.mjs - the work list of files without a server: each way to settle a group, and that it goes by itself.
import {expect} from './expect.mjs';
import {createHash} from 'node:crypto';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {Deployment, expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';

const LIST = '/files?tab=unmatched';
let d;

const sha = (text) => createHash('sha256').update(text).digest('hex');

function repository(path) {
	d.write(`${path}/config`, {size: 155});
	for (let i = 0; i < 4; i++) {
		d.write(`${path}/data/${sha(String(i)).slice(0, 2)}/${sha(String(i))}`, {size: 70_000});
	}
	for (const kind of ['index', 'keys', 'snapshots']) {
		d.write(`${path}/${kind}/${sha(kind)}`, {size: 300});
	}
	mkdirSync(join(d.backups, path, 'locks'));
}

export async function before({build}) {
	d = await new Deployment(build).start();
	await d.addServer('web101', {ip_address: '10.0.0.1'});
	await d.addServer('vault', {ip_address: '10.0.0.2'});
	for (let i = 1; i <= 5; i++) {
		d.write(`dump/vzdump-qemu-108-2026_01_0${i}-03_00_02.vma.zst`, {size: 9000, ageDays: i});
		d.write(`dump/vzdump-qemu-109-2026_01_0${i}-03_00_02.vma.zst`, {size: 7000, ageDays: i});
		d.write(`nas/backup.000${i}.tar`, {size: 300, ageDays: i});
		d.write(`till/kasse${i}/till.sql`, {size: 200, ageDays: i});
	}
	d.write('prod/web101prod.img', {size: 5000});
	d.write('lost/<img src=x onerror=alert(1)>.zip', {size: 40});
	d.write(`lost/${'x'.repeat(251)}.zip`, {size: 41});
	repository('stores/restic');
	await d.scan();
	await waitFor(async () => (await d.get('/api/unmatched')).result.files === 31, 'the groups');
}
export async function after() {
	await d.remove();
}

async function open(browser, address = LIST, look = {}) {
	const page = await browser.page(d, look);
	await page.goto(address);
	await page.getByText('Files that no server owns').waitFor();
	return page;
}
const group = (page, shape) => page.getByRole('list', {name: 'Groups, the largest first'}).getByRole('listitem').filter({has: page.getByText(shape, {exact: true})});
const groups = async () => (await d.get('/api/unmatched')).result.groups;

/** A button that was disabled a moment ago has its colours a frame later. */
async function expectCalmAndNoAxe(page) {
	await waitFor(() => page.evaluate(() => document.getAnimations().length === 0), 'the end of all transitions');
	await expectNoAxe(page);
}

/** Chromium logs what was refused on purpose. */
function forgetRefusals(page, address) {
	page.problems = page.problems.filter((problem) => !(problem.includes('400 (Bad Request)') && problem.includes(address)));
}

export const tests = {
	'groups come with their size, samples and suggestions, the largest first; the repository has a list of its own': async ({browser}) => {
		for (const look of [{}, {scheme: 'dark'}, {phone: true}]) {
			const page = await open(browser, LIST, look);
			await opened(page, 'Files');
			const first = page.getByRole('list', {name: 'Groups, the largest first'}).getByRole('listitem').first();
			await first.getByText('vzdump-qemu-108-*.vma.zst', {exact: true}).waitFor();
			await first.getByText('5 files, 43.9 KiB').waitFor();
			await first.getByText('Samples').click();
			await first.getByText('vzdump-qemu-108-2026_01_01').waitFor();
			await group(page, 'web101prod.img').getByRole('button', {name: 'Perhaps web101?'}).waitFor();
			await page.getByRole('list', {name: 'Repositories, the largest first'}).getByText('restic repository: 8 files').waitFor();
			await page.getByRole('status').getByText(/^\d+ groups: 31 files/).waitFor();
			await expectCalmAndNoAxe(page);
			const {scroll, width} = await page.evaluate(() => ({scroll: document.documentElement.scrollWidth, width: window.innerWidth}));
			expect(scroll <= width, `${scroll} wide in a window of ${width}`);
			expectQuiet(page);
		}
	},

	'a group is given to a server that is found by typing, after a preview, and comes back by undoing it': async ({browser}) => {
		const page = await open(browser);
		await group(page, 'vzdump-qemu-108-*.vma.zst').getByRole('button', {name: 'Belongs to'}).click();
		const dialog = page.getByRole('dialog', {name: 'Give files to a server'});
		await dialog.getByText('5 files match.').waitFor();
		expect(await dialog.getByRole('button', {name: 'Save the rule'}).isDisabled(), 'a rule without a server can be saved');
		const asked = [];
		page.on('request', (request) => request.url().includes('/api/servers?') && asked.push(new URL(request.url()).searchParams.get('q')));
		await dialog.getByRole('combobox', {name: 'Server'}).pressSequentially('vaul', {delay: 30});
		await page.getByRole('option', {name: /vault/}).waitFor();
		await expectCalmAndNoAxe(page);
		await waitFor(() => asked.includes('vaul'), 'the search for all that was typed');
		await page.keyboard.press('Enter');
		await dialog.getByText('5 files match. All would count as backups.').waitFor();
		expect(!asked.includes('v'), `asked for ${asked}`);
		await expectCalmAndNoAxe(page);
		expect(new URL(page.url()).searchParams.get('do') === 'belongs', page.url());
		await dialog.getByRole('button', {name: 'Save the rule'}).click();
		await page.getByText('The rule is added: 5 files belong to vault.').waitFor();
		await dialog.waitFor({state: 'hidden'});
		await group(page, 'vzdump-qemu-108-*.vma.zst').waitFor({state: 'detached'});
		await page.getByRole('button', {name: 'Undo'}).click();
		await group(page, 'vzdump-qemu-108-*.vma.zst').waitFor();
		expectQuiet(page);
	},

	'a server can be chosen as fast as it is typed: never another one, whenever Enter comes': async ({browser}) => {
		const page = await open(browser);
		await group(page, 'vzdump-qemu-108-*.vma.zst').getByRole('button', {name: 'Belongs to'}).click();
		const field = page.getByRole('dialog', {name: 'Give files to a server'}).getByRole('combobox', {name: 'Server'});
		for (const pause of [0, 100, 200, 230, 250, 270, 300, 400]) { // around the end of the pause after which it is asked
			await field.fill('');
			await field.press('ArrowDown');
			await page.getByRole('option', {name: /vault/}).waitFor(); // the first of all
			await field.fill('web1');
			await page.waitForTimeout(pause).then(() => page.keyboard.press('Enter'));
			await waitFor(async () => await field.inputValue() === 'web101', `web101 after ${pause} ms`);
		}
		expectQuiet(page);
	},

	'a group is given to a server that is not known yet, and both go by undoing it': async ({browser}) => {
		const page = await open(browser);
		await group(page, 'vzdump-qemu-109-*.vma.zst').getByRole('button', {name: 'Belongs to'}).click();
		const dialog = page.getByRole('dialog', {name: 'Give files to a server'});
		await dialog.getByRole('combobox', {name: 'Server'}).fill('vm109');
		await page.getByRole('option', {name: /Add it as a new server/}).click();
		await dialog.getByText('5 files match. They would belong to the new server.').waitFor();
		await dialog.getByRole('button', {name: 'Save the rule'}).click();
		await group(page, 'vzdump-qemu-109-*.vma.zst').waitFor({state: 'detached'});
		expect((await d.get('/api/servers?q=vm109')).servers[0].hostname === 'vm109', 'no server was added');
		await page.getByRole('button', {name: 'Undo'}).click();
		await group(page, 'vzdump-qemu-109-*.vma.zst').waitFor();
		await waitFor(async () => (await d.get('/api/servers?q=vm109')).servers.length === 0, 'the end of the new server');
		expectQuiet(page);
	},

	'a group is ignored, by keyboard alone, and the list keeps the focus': async ({browser}) => {
		const page = await open(browser);
		const button = group(page, 'backup.*.tar').getByRole('button', {name: 'Ignore'});
		await button.focus();
		await page.keyboard.press('Enter');
		const dialog = page.getByRole('dialog', {name: 'Ignore files'});
		await dialog.getByText('5 files match and would be ignored.').waitFor();
		await page.keyboard.press('Escape');
		await dialog.waitFor({state: 'hidden'});
		await waitFor(() => button.evaluate((node) => document.activeElement === node), 'the focus on the button');
		await page.keyboard.press('Enter');
		await dialog.getByText('5 files match and would be ignored.').waitFor();
		await dialog.getByRole('textbox', {name: 'Path pattern'}).focus();
		await page.keyboard.press('Enter');
		await page.getByText('The rule is added: 5 files are ignored.').waitFor();
		await group(page, 'backup.*.tar').waitFor({state: 'detached'});
		await waitFor(() => page.evaluate(() => document.activeElement?.textContent === 'Files that no server owns'), 'the focus on the list');
		expectQuiet(page);
	},

	'a suggestion fills in its server, and an alias settles the group': async ({browser}) => {
		const page = await open(browser);
		await group(page, 'web101prod.img').getByRole('button', {name: 'Perhaps web101?'}).click();
		const rule = page.getByRole('dialog', {name: 'Give files to a server'});
		await rule.getByText('1 file matches. It would count as a backup.').waitFor();
		expect(await rule.getByRole('combobox', {name: 'Server'}).inputValue() === 'web101', 'another server');
		await rule.getByRole('button', {name: 'Cancel'}).click();
		await group(page, 'web101prod.img').getByRole('button', {name: 'It is an alias'}).click();
		const dialog = page.getByRole('dialog', {name: 'It is an alias of a server'});
		const field = dialog.getByRole('textbox', {name: 'Name in the paths'});
		expect(await field.inputValue() === 'web101prod', await field.inputValue());
		await dialog.getByRole('combobox', {name: 'Server'}).click();
		await page.getByRole('group', {name: 'Suggested'}).waitFor();
		await page.getByRole('option', {name: /web101/}).first().click();
		await field.fill('web101\u0007prod');
		await dialog.getByRole('button', {name: 'Save the alias'}).click();
		await waitFor(async () => await field.getAttribute('aria-invalid') === 'true', 'the refusal at the field');
		await expectCalmAndNoAxe(page);
		await field.fill('web101prod');
		await dialog.getByRole('button', {name: 'Save the alias'}).click();
		await page.getByText('Backups named web101prod now belong to web101.').waitFor();
		await group(page, 'web101prod.img').waitFor({state: 'detached'});
		forgetRefusals(page, '/aliases');
		expectQuiet(page);
	},

	'a regular expression names the servers and is judged as it is typed, also on a phone': async ({browser}) => {
		const [{rule}] = (await groups()).filter(({shape}) => shape === 'till.sql');
		const page = await browser.page(d, {phone: true});
		await page.goto(`${LIST}&do=belongs&rule=${encodeURIComponent(rule.path)}`);
		const dialog = page.getByRole('dialog', {name: 'Give files to a server'});
		await dialog.getByText('5 files match.').waitFor();
		await dialog.getByRole('radio', {name: 'a regular expression'}).check();
		const field = dialog.getByRole('textbox', {name: 'Regular expression'});
		await field.fill('^till/(');
		await dialog.getByText(/missing closing parenthesis/).waitFor();
		expect(await field.getAttribute('aria-invalid') === 'true', 'the field is not marked');
		await field.fill('^till/(?<host>[a-z0-9]+)/');
		await dialog.getByRole('radio', {name: /that \(\?<host>…\) names/}).check();
		await dialog.getByText('5 files match, but none would belong to a server').waitFor();
		await dialog.getByRole('radio', {name: 'first', exact: true}).check();
		await expectCalmAndNoAxe(page);
		const {scroll, width} = await page.evaluate(() => ({scroll: document.documentElement.scrollWidth, width: window.innerWidth}));
		expect(scroll <= width, `${scroll} wide in a window of ${width}`);
		await dialog.getByRole('button', {name: 'Save the rule'}).click();
		await page.getByText('The rule is added.').waitFor();
		const {config} = await d.get('/api/config');
		expect(config.rules[0].regex === '^till/(?<host>[a-z0-9]+)/' && config.rules[0].server === null, JSON.stringify(config.rules));
		forgetRefusals(page, '/api/rules/preview');
		expectQuiet(page);
	},

	'a rule that changed meanwhile is not undone': async ({browser}) => {
		const page = await open(browser);
		await group(page, 'vzdump-qemu-108-*.vma.zst').getByRole('button', {name: 'Ignore'}).click();
		await page.getByRole('button', {name: 'Ignore these files'}).click();
		await group(page, 'vzdump-qemu-108-*.vma.zst').waitFor({state: 'detached'});
		const {config} = await d.get('/api/config');
		await d.request('PUT', '/api/config', {...config, generic_names: ['till']});
		await page.getByRole('button', {name: 'Undo'}).click();
		await page.getByText('The configuration has changed since; remove the rule on the page Settings.').waitFor();
		expect((await d.get('/api/config')).config.rules.length === config.rules.length, 'a rule is gone');
		expectQuiet(page);
	},

	'a repository is given to a server by a rule for all of it': async ({browser}) => {
		const page = await open(browser);
		await page.getByRole('list', {name: 'Repositories, the largest first'}).getByRole('button', {name: 'Belongs to'}).click();
		const dialog = page.getByRole('dialog', {name: 'Give files to a server'});
		expect(await dialog.getByRole('textbox', {name: 'Path pattern'}).inputValue() === 'stores/restic/*', 'another pattern');
		await dialog.getByRole('combobox', {name: 'Server'}).fill('vault');
		await page.getByRole('option', {name: /vault/}).click();
		await dialog.getByText(/^8 files match\./).waitFor();
		await dialog.getByRole('button', {name: 'Save the rule'}).click();
		await page.getByText('Repositories that no server owns').waitFor({state: 'detached'});
		expectQuiet(page);
	},

	'when nothing is left, that is said': async ({browser}) => {
		const page = await open(browser);
		for (const {rule} of await groups()) {
			await d.request('POST', '/api/rules', {rule: {...rule, ignore: true}, position: 1});
		}
		await page.getByText('Every file belongs to a server.').waitFor();
		await expectCalmAndNoAxe(page);
		expectQuiet(page);
	},
};
