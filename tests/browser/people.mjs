// people.mjs - a deployment where people sign in: its first start, and a person at the sign-in page.
import {Deployment, expectNoAxe, expectQuiet, opened} from './harness.mjs';

export const ADMIN = {name: 'anna', password: 'correct horse battery'};
export const VIEWER = {name: 'victor', password: 'quiet river stones'};

/** Chromium tells of every answer 401, 403 and 429, also of those that were asked for. */
export function forgiveRefusals(page) {
	page.problems = page.problems.filter((problem) => !/status of 4(00|01|03|09|29)/.test(problem));
}

/** By the link of the first start, wrong passwords first; returns the addresses that were seen. */
async function firstStart(browser, d) {
	const page = await browser.page(d);
	await page.goto(d.first);
	await page.getByRole('heading', {name: 'Create the first account'}).waitFor();
	const url = page.url();
	await expectNoAxe(page);
	const form = page.getByRole('form', {name: 'First account'});
	await form.getByLabel('Name').fill(ADMIN.name);
	await form.getByLabel(/^Password/).fill('short');
	await form.getByLabel(/^The same again/).fill('short');
	await form.getByRole('button', {name: 'Create the account'}).click();
	await form.getByText('at least 10 characters').waitFor();
	await form.getByLabel(/^Password/).fill('password12345');
	await form.getByLabel(/^The same again/).fill('password12345');
	await form.getByRole('button', {name: 'Create the account'}).click();
	await form.locator('[aria-invalid=true]').waitFor();
	await form.getByLabel(/^Password/).fill(ADMIN.password);
	await form.getByLabel(/^The same again/).fill(ADMIN.password);
	await form.getByRole('button', {name: 'Create the account'}).click();
	await opened(page, 'Overview');
	forgiveRefusals(page);
	expectQuiet(page);
	const history = await page.evaluate(() => window.location.href);
	return {url, history};
}

export async function fill(page, {name, password}) {
	await page.getByLabel('Name').fill(name);
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', {name: 'Sign in'}).click();
}

export async function signIn(browser, d, who, address, heading, look) {
	const page = await browser.page(d, look);
	await page.goto(address);
	await fill(page, who);
	await opened(page, heading);
	return page;
}

/** A request as the page asks it, with the cookie of who has signed in: its answer, and its status as `code`. */
export function asked(page, method, path, body) {
	return page.evaluate(async ([how, where, what]) => {
		const response = await fetch(where, {method: how, headers: {'Content-Type': 'application/json', 'X-Requested-With': 'backup-checker'}, ...(what && {body: JSON.stringify(what)})});
		return {...await response.json(), code: response.status};
	}, [method, path, body]);
}

/** With the administrator's account, made by the link. */
export async function peopled({browser, build}) {
	const d = await new Deployment(build, 'password').start();
	d.write('web/web.tar');
	return {d, first: await firstStart(browser, d)};
}
