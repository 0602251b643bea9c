// test_scale.mjs - with 10,000 servers and very many files every page opens, and whatever a person does in it is answered at once.
// SCALE_FILES is how many (make soak: a million). What counts is work: the calls of the page's functions until the answer is drawn, which are the same on
// every machine. They double where a table is drawn twice, or more rows or columns of it than are seen. SCALE_LIMIT_MS judges what a person waits instead,
// from the press until the answer is drawn, in the middle one of some visits: a figure of one machine, for make soak.
import {readdirSync, readFileSync} from 'node:fs';
import {installClock} from './clock.mjs';
import {expect} from './expect.mjs';
import {expectQuiet, opened, waitFor} from './harness.mjs';
import {large} from './large.mjs';

const SERVERS = 10_000;
const FILES = Number(process.env.SCALE_FILES ?? 200_000);
const LIMIT_MS = Number(process.env.SCALE_LIMIT_MS ?? 0);
const VISITS = LIMIT_MS > 0 ? 5 : 1;
const CALLS = 400_000; // of a page's functions, for one thing that a person does: the most takes 300,000, and drawing the rows once more adds 200,000
const DAEMONS_MS = 600; // six times what the slowest answer takes here: work for each server or file, not a slow machine
const QUIET_MS = 100;
const LOOK_MS = LIMIT_MS > 0 ? 3000 : 0; // a person looks first; the rest of the dashboard is loaded meanwhile
const WAIT_MS = 60_000;
let d;

export async function before({build}) {
	d = await large(build, SERVERS, FILES);
	await quiet();
}
export async function after() {
	await d.remove();
}

/** Milliseconds of processor time that the daemons have used. */
function spent() {
	return [d.webd.pid, d.scannerd.pid].flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((task) => {
		try {
			return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
		} catch {
			return 0; // it has just ended
		}
	})).reduce((sum, ms) => sum + ms, 0);
}

/** Nothing goes on in the daemons: matching has caught up, the order of the last list is built. */
async function quiet() {
	let last = -QUIET_MS;
	await waitFor(async () => {
		const before = spent();
		await new Promise((done) => setTimeout(done, QUIET_MS));
		last = spent() - before;
		return last < QUIET_MS / 20;
	}, 'the daemons\' rest', WAIT_MS);
}

/** What a visit's deeds cost: what the page asks for, calls, and how long a person waits. */
class Watch {
	constructor(page) {
		this.page = page;
		this.open = new Set();
		this.asked = 0;
		page.on('request', (request) => {
			if (/\/api\/(?!events)/.test(request.url())) {
				this.open.add(request);
				this.asked++;
			}
		});
		page.on('requestfinished', (request) => this.open.delete(request));
		page.on('requestfailed', (request) => this.open.delete(request));
	}

	async start() {
		if (LIMIT_MS === 0) { // counting takes time itself
			this.cdp = await this.page.context().newCDPSession(this.page);
			await this.cdp.send('Profiler.enable');
			await this.cdp.send('Profiler.startPreciseCoverage', {callCount: true, detailed: false});
		}
		return this;
	}

	/** How often functions of the page were called since this was asked last. */
	async calls() {
		if (LIMIT_MS > 0) {
			return 0;
		}
		const {result} = await this.cdp.send('Profiler.takePreciseCoverage');
		const own = result.filter(({url}) => url.includes('/assets/')).flatMap(({functions}) => functions);
		return own.reduce((sum, {ranges}) => sum + ranges[0].count, 0);
	}

	/** Everything that was asked for is there and drawn, and whatever that has asked for. */
	async drawn(what) {
		do {
			await waitFor(() => this.open.size === 0, `the answers to: ${what}`, WAIT_MS);
			await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
			await new Promise((done) => setTimeout(done, QUIET_MS));
		} while (this.open.size > 0);
	}

	async cost({what, place, deed, asks = true, rows = false}) {
		const act = await (place === undefined ? deed(this.page) : press(this.page, place(this.page)));
		await quiet();
		await this.calls();
		const daemons = spent();
		const {asked} = this;
		await act();
		await waitFor(() => !asks || this.asked > asked, `a request for: ${what}`, WAIT_MS);
		await this.drawn(what);
		const waited = await this.page.evaluate(() => window.__waited());
		expect(waited.all > 0, `nothing was drawn for: ${what}`);
		return {what, daemons: spent() - daemons, calls: await this.calls(), all: waited.all, ms: rows && waited.rows > 0 ? waited.rows : waited.all};
	}
}

/** Presses the button of the mouse there, without looking at the page any more: that is work in the page, too. */
async function press(page, locator) {
	await locator.scrollIntoViewIfNeeded();
	const {x, y, width, height} = await locator.boundingBox();
	return () => page.mouse.click(x + width / 2, y + height / 2);
}

/** What of it is too much, in words. */
function excess({what, daemons, calls, ms}) {
	if (LIMIT_MS > 0) {
		return ms > LIMIT_MS ? [`${what}: ${ms.toFixed(0)} ms of ${LIMIT_MS}`] : [];
	}
	return [...(calls > CALLS ? [`${what}: ${calls} calls of ${CALLS}`] : []), ...(daemons > DAEMONS_MS ? [`${what}: ${daemons.toFixed(0)} ms of the daemons of ${DAEMONS_MS}`] : [])];
}

async function visit(browser, path, title, steps) {
	const page = await browser.page(d);
	page.setDefaultTimeout(WAIT_MS);
	await page.addInitScript(installClock);
	const watch = await new Watch(page).start();
	await page.goto(path);
	await opened(page, title);
	await watch.drawn(title);
	await new Promise((done) => setTimeout(done, LOOK_MS));
	const costs = [];
	for (const step of steps) {
		costs.push(await watch.cost(step));
	}
	expectQuiet(page);
	await page.context().close();
	return costs;
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function walk(browser, path, title, steps) {
	const visits = [];
	for (let i = 0; i < VISITS; i++) {
		visits.push(await visit(browser, path, title, steps));
	}
	const costs = steps.map(({what}, i) => ({what, ...Object.fromEntries(['daemons', 'calls', 'all', 'ms'].map((name) => [name, middle(visits.map((costs) => costs[i][name]))]))}));
	for (const {what, daemons, calls, all, ms} of costs) {
		const figures = LIMIT_MS > 0 ? `after ${ms.toFixed(0).padStart(4)} ms, all of it after ${all.toFixed(0).padStart(4)} ms` : `${String(calls).padStart(8)} calls`;
		console.log(`    ${`${title}: ${what}`.padEnd(52)} ${figures}, daemons ${daemons.toFixed(0).padStart(4)} ms of work`);
	}
	const much = costs.flatMap(excess);
	expect(much.length === 0, `${title}: too much for\n  ${much.join('\n  ')}`);
}

// What a person does. `rows`: the answer is the table's rows; what is counted for the buttons beside it comes after them.
const sort = (name) => ({what: `by ${name}`, rows: true, place: (page) => page.locator('.MuiDataGrid-columnHeaderTitle', {hasText: new RegExp(`^${name}$`)})});
const next = {what: 'the next page', rows: true, place: (page) => page.getByRole('button', {name: 'Go to next page'})};
const show = (name) => ({what: `show ${name}`, rows: true, place: (page) => page.getByRole('group', {name: /Show|Status/}).getByRole('button', {name: new RegExp(`^${name}`)})});
const drawer = {what: 'a row\'s drawer', place: (page) => page.locator('.MuiDataGrid-row').first().getByRole('link').first()};
const search = (text) => ({what: `search for ${text}`, rows: true, deed: async (page) => {
	await page.getByRole('searchbox').focus();
	return async () => {
		await page.keyboard.insertText(text);
		await page.keyboard.press('Enter');
	};
}});
const workList = {what: 'the work list', place: (page) => page.getByRole('tab', {name: 'Unmatched'})};
const ruleFor = {what: 'a rule for a group, with its preview', place: (page) => page.getByRole('button', {name: 'Belongs to…'}).first()};
const open = (title) => ({what: `open ${title}`, asks: false, place: (page) => page.getByRole('navigation', {name: 'Pages'}).getByRole('link', {name: title, exact: true})});
const PAGES = ['Overview', 'Backup status', 'Servers', 'Files', 'Directories', 'Scans', 'Settings'];

export const tests = {
	'the status of every server answers at once': ({browser}) => walk(browser, '/status', 'Backup status', [
		next, sort('Server'), sort('IP address'), sort('Newest backup'), show('Warning'), search('mail'), drawer,
	]),
	'the servers answer at once': ({browser}) => walk(browser, '/servers', 'Servers', [next, sort('IP address'), sort('System'), search('10.64.3'), drawer]),
	'the files answer at once': ({browser}) => walk(browser, '/files', 'Files', [
		next, sort('Size'), next, sort('Name'), show('Counts'), show('Matches nothing'), search('gitlab'), drawer,
	]),
	'the work list answers at once': ({browser}) => walk(browser, '/files', 'Files', [workList, ruleFor]),
	'every page opens at once': ({browser}) => walk(browser, '/scans', 'Scans', [...PAGES, ...PAGES].map(open)),
};
