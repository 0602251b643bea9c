// test_scale.mjs - with 10,000 servers and very many files every page opens, and whatever a person does in it is answered at once.
// SCALE_FILES is how many (make soak: a million). What counts is work: the calls of the page's functions until the answer is drawn, which are the same on
// every machine. They double where a table is drawn twice, or more rows or columns of it than are seen. SCALE_LIMIT_MS judges processor time instead, of the
// daemons until the answer is sent and of the page until it is drawn: a figure of one machine, for make soak.
import {readdirSync, readFileSync} from 'node:fs';
import {expect} from './expect.mjs';
import {expectQuiet, opened, waitFor} from './harness.mjs';
import {large} from './large.mjs';

const SERVERS = 10_000;
const FILES = Number(process.env.SCALE_FILES ?? 200_000);
const LIMIT_MS = Number(process.env.SCALE_LIMIT_MS ?? 0);
const CALLS = 600_000; // of a page's functions, for one thing that a person does: the most takes 470,000, and drawing the rows once more adds 200,000
const DAEMONS_MS = 600; // six times what the slowest answer takes here: work for each server or file, not a slow machine
const QUIET_MS = 100;
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

const isPage = (request) => request.url().includes('limit=100');

/** Follows the page's requests, and what the daemons had spent when the answer was there: the page of a list, whatever counts come after it. */
class Watch {
	constructor(page) {
		this.page = page;
		this.open = new Set();
		this.asked = 0;
		this.spent = 0;
		page.on('request', (request) => {
			if (/\/api\/(?!events)/.test(request.url())) {
				this.open.add(request);
				this.asked++;
			}
		});
		const ended = (request) => {
			if (this.open.delete(request) && !this.listed) {
				this.spent = spent();
				this.listed = isPage(request);
			}
		};
		page.on('requestfinished', ended);
		page.on('requestfailed', ended);
	}

	async start() {
		this.cdp = await this.page.context().newCDPSession(this.page);
		await this.cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
		if (LIMIT_MS === 0) { // counting takes time itself
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

	async drawn() {
		await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
		return (await this.cdp.send('Performance.getMetrics')).metrics.find(({name}) => name === 'TaskDuration').value * 1000;
	}

	/** What the deed cost: ms of daemons and page, and calls. `asks`: it leads to a request. */
	async cost(what, deed, asks = true) {
		await quiet();
		const page = await this.drawn();
		await this.calls();
		const daemons = spent();
		const {asked} = this;
		this.spent = daemons;
		this.listed = false;
		await deed();
		await waitFor(() => (!asks || this.asked > asked) && this.open.size === 0, `the answer to: ${what}`, WAIT_MS);
		let after = await this.drawn();
		while (this.open.size > 0) { // what was drawn has asked for more
			await waitFor(() => this.open.size === 0, `the answers to: ${what}`, WAIT_MS);
			after = await this.drawn();
		}
		const result = {what, daemons: this.spent - daemons, page: after - page, calls: await this.calls()};
		const figures = `daemons ${result.daemons.toFixed(0).padStart(5)} ms, page ${result.page.toFixed(0).padStart(5)} ms`;
		console.log(`    ${what.padEnd(52)} ${figures}${LIMIT_MS > 0 ? '' : `, ${String(result.calls).padStart(8)} calls`}`);
		return result;
	}
}

/** What of it is too much, in words. */
function excess({daemons, page, calls}) {
	if (LIMIT_MS > 0) {
		return daemons + page > LIMIT_MS ? [`${daemons.toFixed(0)} + ${page.toFixed(0)} ms of ${LIMIT_MS}`] : [];
	}
	return [...(calls > CALLS ? [`${calls} calls of ${CALLS}`] : []), ...(daemons > DAEMONS_MS ? [`${daemons.toFixed(0)} ms of the daemons of ${DAEMONS_MS}`] : [])];
}

async function walk(browser, path, title, steps) {
	const page = await browser.page(d);
	page.setDefaultTimeout(WAIT_MS);
	const watch = await new Watch(page).start();
	await page.goto(path);
	await opened(page, title);
	const much = [];
	for (const [what, deed, asks] of steps(page)) {
		much.push(...excess(await watch.cost(`${title}: ${what}`, deed, asks)).map((words) => `${what}: ${words}`));
	}
	expectQuiet(page);
	expect(much.length === 0, `${title}: too much work for\n  ${much.join('\n  ')}`);
}

const sort = (page, name) => [`by ${name}`, () => page.getByRole('columnheader', {name, exact: true}).click()];
const search = (page, label, text) => [`search for ${text}`, () => page.getByRole('searchbox', {name: label}).fill(text)];
const next = (page) => ['the next page', () => page.getByRole('button', {name: 'Go to next page'}).click()];
const show = (page, name) => [`show ${name}`, () => page.getByRole('group', {name: /Show|Status/}).getByRole('button', {name}).click()];
const drawer = (page) => ['a row\'s drawer', async () => {
	await page.locator('.MuiDataGrid-row').first().getByRole('link').first().click();
	await page.getByRole('dialog').getByRole('heading', {level: 3}).first().waitFor();
}];

export const tests = {
	'the status of every server answers at once': ({browser}) => walk(browser, '/status', 'Backup status', (page) => [
		next(page), sort(page, 'Server'), sort(page, 'IP address'), sort(page, 'Newest backup'), show(page, /Warning/), search(page, 'Search servers', 'mail'), drawer(page),
	]),
	'the servers answer at once': ({browser}) => walk(browser, '/servers', 'Servers', (page) => [
		next(page), sort(page, 'IP address'), sort(page, 'System'), search(page, 'Search servers', '10.64.3'), drawer(page),
	]),
	'the files answer at once': ({browser}) => walk(browser, '/files', 'Files', (page) => [
		next(page), sort(page, 'Size'), next(page), sort(page, 'Name'), show(page, 'Counts'), show(page, 'Matches nothing'), search(page, 'Search files', 'gitlab'), drawer(page),
	]),
};

const PAGES = [['Overview', /Overview/], ['Backup status', /status/], ['Servers', /Servers/], ['Files', /Files/], ['Directories', /Directories/], ['Scans', /Scans/], ['Settings', /Settings/]];
tests['every page opens at once'] = ({browser}) => walk(browser, '/scans', 'Scans', (page) => [...PAGES, ...PAGES].map(([title]) => [`open ${title}`, async () => {
	await page.getByRole('navigation', {name: 'Pages'}).getByRole('link', {name: title, exact: true}).click();
	await opened(page, title);
}, false]));
