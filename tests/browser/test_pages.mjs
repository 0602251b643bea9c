// test_pages.mjs - every page opens in every look without an error, and is usable by everybody.
import {expectNoAxe, expectQuiet, opened, waitFor} from './harness.mjs';
import {world} from './world.mjs';

const PAGES = {
	'/': 'Overview', '/status': 'Backup status', '/servers': 'Servers', '/files': 'Files', '/directories': 'Directories', '/scans': 'Scans', '/settings': 'Settings',
};
const LOOKS = [{}, {scheme: 'dark'}, {phone: true}, {phone: true, scheme: 'dark'}];
let d;

export async function before({build}) {
	d = await world(build);
}
export async function after() {
	await d.remove();
}

export const tests = {};
for (const [path, title] of Object.entries(PAGES)) {
	tests[`${title} opens in every look, quiet and accessible`] = async ({browser}) => {
		for (const look of LOOKS) {
			const page = await browser.page(d, look);
			await page.goto(path);
			await opened(page, title);
			if (await page.title() !== `${title} - backup-checker`) {
				throw new Error(`the window is called ${await page.title()}`);
			}
			await expectNoAxe(page);
			const {scroll, width} = await page.evaluate(() => ({scroll: document.documentElement.scrollWidth, width: window.innerWidth}));
			if (scroll > width) {
				throw new Error(`${path} is ${scroll} wide in a window of ${width}`);
			}
			expectQuiet(page);
		}
	};
}

tests['the navigation leads to every page without loading it anew, and moves the focus'] = async ({browser}) => {
	const page = await browser.page(d);
	await page.goto('/');
	await opened(page, 'Overview');
	await page.evaluate(() => {
		window.stayed = true;
	});
	for (const [path, title] of Object.entries(PAGES).reverse()) {
		await page.getByRole('navigation', {name: 'Pages'}).getByRole('link', {name: title, exact: true}).click();
		await opened(page, title);
		const now = await page.evaluate(() => ({path: window.location.pathname, stayed: window.stayed, focus: document.activeElement?.textContent}));
		if (now.path !== path || now.stayed !== true || now.focus !== title) {
			throw new Error(JSON.stringify(now));
		}
	}
	await page.goBack();
	await opened(page, 'Backup status');
	expectQuiet(page);
};

tests['a phone reaches the pages by its menu'] = async ({browser}) => {
	const page = await browser.page(d, {phone: true});
	await page.goto('/');
	await opened(page, 'Overview');
	await page.getByRole('button', {name: 'Open the menu'}).click();
	await expectNoAxe(page);
	await page.getByRole('link', {name: 'Files', exact: true}).click();
	await opened(page, 'Files');
	expectQuiet(page);
};

tests['the colours that are chosen stay, and nothing flashes before'] = async ({browser}) => {
	const page = await browser.page(d);
	await page.goto('/');
	await page.getByRole('button', {name: 'Dark'}).click();
	await page.route('**/assets/main-*.js', (route) => route.abort('aborted'));
	await page.reload();
	const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
	if (background !== 'rgb(18, 21, 26)') {
		throw new Error(`before its script the page is ${background}`);
	}
};

tests['an address that is no page says so'] = async ({browser}) => {
	const page = await browser.page(d);
	await page.goto('/');
	await opened(page, 'Overview');
	await page.evaluate(() => {
		window.history.pushState(null, '', '/nowhere');
		window.dispatchEvent(new PopStateEvent('popstate'));
	});
	await page.getByText('There is no such page.').waitFor();
	await page.getByRole('link', {name: 'To the overview'}).click();
	await opened(page, 'Overview');
	expectQuiet(page);
};

tests['a lost connection is told with the age of what is shown, and its return is noticed'] = async ({browser}) => {
	const page = await browser.page(d);
	await page.goto('/');
	await opened(page, 'Overview');
	const {port} = d;
	await d.stopWebd();
	await page.getByText('The connection to the server is lost. What you see is from').waitFor();
	await expectNoAxe(page);
	await d.startWebd(port);
	await waitFor(async () => (await page.getByText('The connection to the server is lost').count()) === 0, 'the end of the banner');
	await page.getByRole('button', {name: 'Scan directories'}).and(page.locator(':enabled')).waitFor();
};

tests['a scan shows that it runs, and tells its end'] = async ({browser}) => {
	const page = await browser.page(d);
	await page.goto('/directories');
	await opened(page, 'Directories');
	await page.getByRole('button', {name: 'Scan directories'}).click();
	await page.getByText('The scan of directories is done.').waitFor();
	expectQuiet(page);
};

tests['names that are hostile are shown and do nothing'] = async ({browser}) => {
	const page = await browser.page(d);
	await page.goto('/files?q=lost');
	await opened(page, 'Files');
	await page.getByText('<img src=x onerror=alert(1)>.zip', {exact: true}).first().waitFor();
	const text = await page.locator('main').innerText();
	if (/[\u202a-\u202e]/.test(text) || (await page.locator('main img').count()) > 0) {
		throw new Error('a hostile name had an effect');
	}
	expectQuiet(page);
};
