// test_settings_saving.mjs - settings that two people edit, that are left, that cannot be written; their history; very many.
import {expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';
import {bar, expect, focused, HOSTILE, onDisk, open, save, withDaemons} from './settings.mjs';

export const tests = {
	'a lost update is told, keeps what was typed, and both changes meet': withDaemons(async ({browser, d}) => {
		const page = await open(browser, d, 'words');
		await page.getByRole('textbox', {name: 'Words'}).fill('guest');
		const {config} = await d.get('/api/config');
		await d.request('PUT', '/api/config', {...config, subnets_to_scan: ['10.7.0.0/24'], generic_names: ['theirs']});
		await page.getByText('The settings were changed elsewhere while you edited them.').waitFor();
		await page.getByText('You changed Generic words too: yours will replace theirs').waitFor();
		expect(await bar(page).getByRole('button', {name: 'Save'}).isDisabled(), 'it can be saved over theirs');
		await expectNoAxe(page);
		await page.getByRole('button', {name: 'Load theirs, keep what I typed'}).click();
		await save(page);
		const {subnets_to_scan: subnets, generic_names: words} = onDisk(d);
		expect(subnets.join() === '10.7.0.0/24' && words.join() === 'guest', JSON.stringify({subnets, words}));
		await page.getByRole('textbox', {name: 'Words'}).fill('other');
		await d.request('PUT', '/api/config', {...(await d.get('/api/config')).config, generic_names: ['again']});
		await page.getByRole('button', {name: 'Discard mine'}).click();
		await waitFor(async () => await page.getByRole('textbox', {name: 'Words'}).inputValue() === 'again', 'their settings', 5000);
		expectQuiet(page);
	}),

	'unsaved changes are not lost by a link or the back button without a question': withDaemons(async ({browser, d}) => {
		const page = await browser.page(d);
		await page.goto('/status');
		await opened(page, 'Backup status');
		await page.getByRole('link', {name: 'Settings', exact: true}).click();
		await opened(page, 'Settings');
		await page.getByRole('link', {name: 'Generic words'}).click();
		await page.getByRole('textbox', {name: 'Words'}).fill('guest');
		const dialog = page.getByRole('dialog', {name: 'Leave without saving?'});
		await page.getByRole('link', {name: 'Files', exact: true}).click();
		await expectNoAxe(page);
		await dialog.getByRole('button', {name: 'Cancel'}).click();
		await dialog.waitFor({state: 'detached'});
		expect(await page.getByRole('textbox', {name: 'Words'}).inputValue() === 'guest', 'it is lost');
		await page.goBack(); // the part before: the draft stays
		await page.getByRole('region', {name: 'Directories', exact: true}).waitFor();
		await page.goBack();
		await dialog.getByRole('button', {name: 'Leave'}).click();
		await opened(page, 'Backup status');
		await page.getByRole('link', {name: 'Settings', exact: true}).click();
		await opened(page, 'Settings');
		expect(await bar(page).count() === 0, 'the draft was not given up');
		await page.getByRole('link', {name: 'Generic words'}).click();
		await page.getByRole('textbox', {name: 'Words'}).fill('guest');
		await bar(page).getByRole('button', {name: 'Discard'}).click();
		await page.getByRole('link', {name: 'Files', exact: true}).click();
		await opened(page, 'Files');
		expectQuiet(page);
	}),

	'the history says what changed from what to what': withDaemons(async ({browser, d}) => {
		const {config} = await d.get('/api/config');
		await d.request('PUT', '/api/config', {...config, generic_names: [HOSTILE], schedule: {...config.schedule, directories: '0 3 * * *'}});
		const page = await open(browser, d, 'history');
		const changes = page.getByRole('list', {name: 'Changes'});
		await changes.getByText('Schedule: directories').waitFor();
		const text = await changes.innerText();
		expect(/from\s+off\s+to\s+0 3 \* \* \*/.test(text) && text.includes('<img src=x onerror=alert(1)>') && text.includes('The first settings that are known.'), text);
		expect(await changes.locator('img').count() === 0 && !/[\u202a-\u202e]/.test(text), 'a hostile word had an effect');
		expectQuiet(page);
	}),

	'settings that cannot be written say so and cannot be typed into': withDaemons(async ({browser, d}) => {
		const page = await browser.page(d);
		await page.route('**/api/config', async (route) => {
			const response = await route.fetch();
			await route.fulfill({response, json: {...await response.json(), writable: false}});
		});
		await page.goto('/settings?section=words');
		await opened(page, 'Settings');
		await page.getByText('These settings can only be read here').waitFor();
		expect(await page.getByRole('textbox', {name: 'Words'}).isDisabled(), 'it can be typed into');
		await page.getByRole('link', {name: 'Directories', exact: true}).last().click();
		expect(await page.getByRole('button', {name: 'Add directory'}).isDisabled(), 'a directory can be added');
		await expectNoAxe(page);
		expectQuiet(page);
	}),

	'a file that can no longer be written is told when saving, and nothing is lost': withDaemons(async ({browser, d}) => {
		const page = await open(browser, d, 'words');
		await page.route('**/api/config', (route) => (route.request().method() === 'PUT'
			? route.fulfill({status: 403, json: {status: 'error', code: 'read_only', message: 'the configuration file cannot be written'}}) : route.continue()));
		await page.getByRole('textbox', {name: 'Words'}).fill('guest');
		await bar(page).getByRole('button', {name: 'Save'}).click();
		await bar(page).getByText('The configuration file cannot be written.').waitFor();
		expect(await page.getByRole('textbox', {name: 'Words'}).inputValue() === 'guest', 'it is lost');
		page.problems = page.problems.filter((problem) => !/status of 403/.test(problem));
		expectQuiet(page);
	}),

	'two thousand rules are typed into without delay': withDaemons(async ({browser, d}) => {
		const page = await open(browser, d, 'rules');
		await page.getByRole('button', {name: 'Add rule'}).click();
		await focused(page, 'Files like');
		const started = Date.now();
		await page.keyboard.type('0123456789');
		await waitFor(async () => await page.getByLabel('Files like').inputValue() === '0123456789', 'what was typed');
		const each = (Date.now() - started) / 10;
		expect(each < 200, `each key took ${each} ms`);
		expectQuiet(page);
	}, {rules: Array.from({length: 1999}, (_, i) => ({path: `tree/${i}/*`, server: `server${i}`}))}),
};
