// settings.mjs - what the tests of the settings share: daemons for one test, a part of the page, saving.
export {expect} from './expect.mjs';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Deployment, opened, waitFor} from './harness.mjs';

export const HOSTILE = '<img src=x onerror=alert(1)>\u202egnp';

async function deployed(build, more = {}) {
	const d = new Deployment(build);
	d.config = {...d.config, ...more};
	d.write('vm/108/disk.img');
	d.write('vm/108/<b>bold</b>\u202e.img');
	d.write('vm/109/disk.img');
	await d.start();
	return d;
}

/** Each test has daemons of its own: they change what they run by. */
export function withDaemons(work, more) {
	return async ({browser, build}) => {
		const d = await deployed(build, more);
		try {
			await work({browser, d});
		} finally {
			await d.remove();
		}
	};
}

export async function open(browser, d, section, look) {
	const page = await browser.page(d, look);
	await page.goto(`/settings?section=${section}`);
	await opened(page, 'Settings');
	return page;
}

export const onDisk = (d) => JSON.parse(readFileSync(join(d.base, 'config.json'), 'utf8'));
export const bar = (page) => page.getByRole('region', {name: 'Unsaved changes'});
export async function save(page) {
	await bar(page).getByRole('button', {name: 'Save'}).click();
	await page.getByText('The settings have been saved.').waitFor();
	await bar(page).waitFor({state: 'detached'});
}
export const focused = (page, label) => waitFor(() => page.evaluate((name) => {
	const field = document.activeElement;
	return field.labels?.[0]?.textContent === name;
}, label), `the focus on ${label}`, 5000);
