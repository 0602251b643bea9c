// test_settings.mjs - every setting is edited as a person would, judged as typed and by the server, and saved.
import {expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';
import {bar, expect, focused, HOSTILE, onDisk, open, save, withDaemons} from './settings.mjs';

const SECTIONS = {
	directories: 'Directories', networks: 'Networks', schedules: 'Schedules', policies: 'Status and policies', rules: 'Rules', words: 'Generic words', limits: 'Limits', history: 'History',
};

export const tests = {
	'every part has an address of its own, is accessible in every look and fits a phone': withDaemons(async ({browser, d}) => {
		for (const look of [{}, {scheme: 'dark'}, {phone: true}]) {
			const page = await open(browser, d, 'directories', look);
			for (const [section, title] of Object.entries(SECTIONS)) {
				await page.getByRole('navigation', {name: 'Settings'}).getByRole('link', {name: title, exact: true}).click();
				expect(page.url().endsWith(section === 'directories' ? '/settings' : `?section=${section}`), page.url());
				await page.getByRole('region', {name: title === 'Status and policies' ? 'Policies' : title, exact: true}).waitFor();
				await opened(page, 'Settings');
				await expectNoAxe(page);
				const {scroll, width} = await page.evaluate(() => ({scroll: document.documentElement.scrollWidth, width: window.innerWidth}));
				expect(scroll <= width, `${section} is ${scroll} wide in a window of ${width}`);
			}
			await page.goBack();
			await page.getByRole('region', {name: 'Limits', exact: true}).waitFor();
			expectQuiet(page);
		}
	}, {policies: [{name: HOSTILE, servers: ['x'.repeat(250)]}], rules: [{path: `${'y'.repeat(250)}*`, server: HOSTILE}]}),

	'a directory is added with all that it may have, and the file has it': withDaemons(async ({browser, d}) => {
		const page = await open(browser, d, 'directories');
		await page.getByRole('button', {name: 'Add directory'}).click();
		await focused(page, 'Path');
		await page.keyboard.type('relative');
		await page.getByText('A path begins with a slash').waitFor();
		await page.getByLabel('Path').fill('/srv/other//');
		await page.getByLabel('Leave out').fill('*.tmp\n\nlogs/*\n');
		await page.getByLabel('All belongs to the server').fill('nas');
		await page.getByLabel('Dates such as 02-03-2024').selectOption('day_first');
		await page.getByLabel('Time zone').fill('Europe/Berlin');
		await page.getByLabel('Stay on one file system').check();
		await expectNoAxe(page);
		await save(page);
		await page.getByText('Saved, but look at this:').waitFor(); // it is not there
		const [, added] = onDisk(d).directories_to_scan;
		expect(JSON.stringify(added) === JSON.stringify({
			path: '/srv/other', exclude: ['*.tmp', 'logs/*'], one_file_system: true, server: 'nas', date_order: 'day_first', timezone: 'Europe/Berlin',
		}), JSON.stringify(added));
		await page.getByRole('button', {name: 'Remove /srv/other'}).click();
		await save(page);
		expect(onDisk(d).directories_to_scan.length === 1, 'it is still there');
		expectQuiet(page);
	}),

	'networks are judged line by line, and the server\'s own sentence lands at its field with the focus': withDaemons(async ({browser, d}) => {
		const page = await open(browser, d, 'networks');
		const targets = page.getByLabel('Networks to scan');
		await targets.fill('10.0.0.0/24\n\n10.0.0.7/24');
		await page.getByText('Line 3: The network is 10.0.0.0/24.').waitFor();
		await page.getByRole('link', {name: 'Rules', exact: true}).click();
		await bar(page).getByText('1 field to correct').waitFor();
		await bar(page).getByRole('button', {name: 'Save'}).click();
		await focused(page, 'Networks to scan');
		await targets.fill('10.0.0.0/24\n\n8.8.8.0/24'); // only the server knows that this is none of the allowed
		await page.getByRole('link', {name: 'Words'}).or(page.getByRole('link', {name: 'Generic words'})).click();
		await bar(page).getByRole('button', {name: 'Save'}).click();
		await page.getByText(/Line 3: .*limits\.subnets_within/).waitFor();
		await focused(page, 'Networks to scan');
		await targets.fill('10.0.0.0/24');
		await page.getByLabel('Ports').fill('22,80');
		await page.getByLabel('Packets a second, at most').fill('99999999');
		await page.getByText('Write a whole number between 1 and').waitFor();
		await page.getByLabel('Packets a second, at most').fill('500');
		await save(page);
		const {subnets_to_scan: subnets, network_scan: scan} = onDisk(d);
		expect(subnets.join() === '10.0.0.0/24' && scan.ports === '22,80' && scan.max_rate === 500, JSON.stringify({subnets, scan}));
		page.problems = page.problems.filter((problem) => !/status of 4\d\d/.test(problem)); // the refusal that was asked for
		expectQuiet(page);
	}),

	'a schedule is said in words with its next three runs, and what is wrong with it at once': withDaemons(async ({browser, d}) => {
		const page = await open(browser, d, 'schedules');
		const directories = page.getByRole('group', {name: 'Scan of directories', exact: true});
		await directories.getByText('Never', {exact: true}).nth(1).waitFor();
		await directories.getByRole('button', {name: 'Every day at 03:00'}).click();
		await directories.getByRole('list', {name: 'Next runs'}).getByRole('listitem').nth(2).waitFor();
		expect(await directories.getByLabel('When').inputValue() === '0 3 * * *', 'the expression is another');
		await page.getByLabel('Time zone').fill('Asia/Kolkata');
		await directories.getByText(/22:30:00/).first().waitFor(); // 03:00 in Kolkata, in Berlin's winter
		await directories.getByLabel('When').fill('0 25 * * *');
		await directories.getByText('Hour 25 is not between 0 and 23.').waitFor();
		await expectNoAxe(page);
		await directories.getByLabel('When').fill('30 4 * * 1-5');
		await directories.getByText('Monday to Friday at 04:30').waitFor();
		await page.getByLabel('Time zone').fill('Mars/Base');
		await page.getByText('is no time zone that is installed here').first().waitFor();
		await page.getByLabel('Time zone').fill('Asia/Kolkata');
		await save(page);
		expect(onDisk(d).schedule.directories === '30 4 * * 1-5' && onDisk(d).schedule.timezone === 'Asia/Kolkata', JSON.stringify(onDisk(d).schedule));
		page.problems = page.problems.filter((problem) => !/status of 400/.test(problem));
		expectQuiet(page);
	}),

	'policies are added, ordered by keyboard and by buttons, and removed': withDaemons(async ({browser, d}) => {
		const page = await open(browser, d, 'policies');
		await page.getByLabel('Error when older than').first().fill('30d');
		await page.getByText('It must be longer than the time in which a backup is good.').waitFor();
		await page.getByLabel('Good while younger than').first().fill('7d');
		await page.getByRole('button', {name: 'Add policy'}).click();
		await focused(page, 'Name');
		await page.keyboard.type('third');
		const policy = page.getByRole('list', {name: 'Policies'});
		await policy.getByLabel('Names').fill('db*\nsql*');
		await policy.getByLabel('Smallest size that counts').fill('1.5 MiB');
		await policy.getByLabel('Backups wanted').fill('3');
		const rows = policy.getByRole('listitem').locator('button[aria-expanded]');
		const order = async () => (await rows.allInnerTexts()).map((text) => /first|second|third/.exec(text)?.[0]).join();
		await policy.getByRole('button', {name: /3\.\s*third/}).press('Alt+ArrowUp');
		await waitFor(async () => await order() === 'first,third,second', 'the order by keyboard', 5000);
		expect(await page.evaluate(() => document.activeElement?.textContent?.includes('third')), 'the focus did not move along');
		await page.keyboard.press('Alt+ArrowUp');
		await waitFor(async () => await order() === 'third,first,second', 'the order by keyboard', 5000);
		await page.getByRole('button', {name: 'Move second up'}).click();
		await waitFor(async () => await order() === 'third,second,first', 'the order by buttons', 5000);
		await page.getByRole('button', {name: 'Remove first'}).click();
		await save(page);
		const {policies, status} = onDisk(d);
		expect(policies.map(({name}) => name).join() === 'third,second', JSON.stringify(policies));
		expect(policies[0].minimum_size === 1_572_864 && policies[0].copies === 3 && policies[0].servers.join() === 'db*,sql*', JSON.stringify(policies[0]));
		expect(status.green_within === '1w' && status.red_after === '30d', JSON.stringify(status));
		expectQuiet(page);
	}, {policies: [{name: 'first', servers: ['a'], green_within: '1d'}, {name: 'second', servers: ['b'], green_within: '2d'}]}),

	'a rule shows what it would match while it is typed, and what is wrong with it': withDaemons(async ({browser, d}) => {
		await d.addServer('mail');
		await d.scan();
		const page = await open(browser, d, 'rules');
		await page.getByRole('button', {name: 'Add rule'}).click();
		await focused(page, 'Files like');
		await page.keyboard.type('vm/108/*', {delay: 20});
		await page.getByLabel('Server', {exact: true}).fill('mail');
		const preview = page.getByRole('region', {name: 'What it would match'});
		await preview.getByText('2 files match: 2 belong to a server, 2 count as backups.').waitFor();
		await preview.getByText('<b>bold</b>').waitFor();
		expect(await preview.locator('b').count() === 0 && !/[\u202a-\u202e]/.test(await preview.innerText()), 'a hostile name had an effect');
		await page.getByLabel('Such files').selectOption('ignore');
		await preview.getByText('2 files match: 2 are ignored.').waitFor();
		await page.getByLabel('Kind').selectOption('regex');
		await page.getByLabel('Files that match').fill('^vm/(');
		await preview.getByText(/At character|at character/).waitFor();
		await expectNoAxe(page);
		await bar(page).getByRole('button', {name: 'Save'}).click();
		await focused(page, 'Files that match');
		await page.getByLabel('Files that match').fill('^vm/1');
		await preview.getByText('3 files match').waitFor();
		await save(page);
		expect(JSON.stringify(onDisk(d).rules) === '[{"regex":"^vm/1","ignore":true}]', JSON.stringify(onDisk(d).rules));
		page.problems = page.problems.filter((problem) => !/status of 400/.test(problem));
		expectQuiet(page);
	}),
};
