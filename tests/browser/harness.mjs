// harness.mjs - the real daemons on a temporary directory, and a browser that reports every error: for one test each.
import {spawn} from 'node:child_process';
import {accessSync, chmodSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

export const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(top, 'webd/ui/package.json'));
const {chromium} = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const DAY_MS = 86_400_000;
const START_MS = 20_000;
const STOP_MS = 10_000;

export function find(...names) {
	for (const name of names) {
		for (const folder of (process.env.PATH ?? '').split(delimiter)) {
			try {
				accessSync(join(folder, name), constants.X_OK);
				return join(folder, name);
			} catch {
				// not here
			}
		}
	}
	throw new Error(`none of ${names.join(', ')} is installed`);
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** The first true result of condition(). */
export async function waitFor(condition, what, ms = START_MS) {
	for (const end = Date.now() + ms; ;) {
		const result = await condition();
		if (result) {
			return result;
		}
		if (Date.now() > end) {
			throw new Error(`${what} did not come true within ${ms / 1000} s`);
		}
		await sleep(20);
	}
}

const ended = (child) => child.exitCode !== null || child.signalCode !== null;

async function end(child) {
	if (child === undefined || ended(child)) {
		return;
	}
	child.kill('SIGTERM');
	await waitFor(() => ended(child), `the end of process ${child.pid}`, STOP_MS).catch(() => child.kill('SIGKILL'));
}

/** scannerd and webd on a directory of their own. auth: how people sign in; with "password", `first` is the link of the first start. */
export class Deployment {
	constructor(build, auth = 'none') {
		Object.assign(this, {build, auth});
		this.base = mkdtempSync(join(tmpdir(), 'bc-'));
		chmodSync(this.base, 0o755);
		mkdirSync((this.backups = join(this.base, 'backups')));
		this.config = {directories_to_scan: [this.backups], subnets_to_scan: [], schedule: {directories: 'off', servers: 'off'}};
	}

	/** Scans of servers run a shell script instead of nmap: it prints what nmap would. */
	fakeNmap(script) {
		this.netscan = join(this.base, 'start-netscan');
		writeFileSync(join(this.base, 'nmap'), `#!/bin/sh\n${script}`, {mode: 0o755});
		writeFileSync(this.netscan, `#!/bin/sh\nexec ${join(this.build, 'netscan')} --nmap ${join(this.base, 'nmap')}\n`, {mode: 0o755});
	}

	#run(name, args) {
		const child = spawn(join(this.build, name), args, {stdio: ['ignore', 'pipe', 'ignore']});
		child.on('error', (error) => {
			throw error;
		});
		return child;
	}

	async startScannerd() {
		const socket = join(this.base, 'scannerd.sock');
		this.scannerd = this.#run('scannerd', ['--config', join(this.base, 'config.json'), '--state', join(this.base, 'state'), '--socket', socket,
			...(this.netscan === undefined ? [] : ['--netscan', this.netscan])]);
		const answers = () => new Promise((done) => {
			const probe = connect(socket, () => {
				probe.destroy();
				done(true);
			}).on('error', () => done(false));
		});
		await waitFor(answers, 'scannerd\'s answer');
	}

	async startWebd(port = 0) {
		this.port = 0;
		const state = join(this.base, 'state');
		this.webd = this.#run('webd', ['--database', join(state, 'backup-checker.db'), '--socket', join(this.base, 'scannerd.sock'),
			'--state', state, '--listen', `127.0.0.1:${port}`, '--auth', this.auth]);
		const lines = createInterface({input: this.webd.stdout});
		lines.on('line', (line) => Object.assign(this, {port: Number(/:(\d+)\/?$/.exec(line)?.[1] ?? this.port), first: /\S+#\/first\?token=\S+/.exec(line)?.[0] ?? this.first}));
		await waitFor(() => this.port > 0 && (this.auth !== 'password' || this.first !== undefined), 'webd\'s address');
		this.url = `http://127.0.0.1:${this.port}`;
	}

	async start() {
		writeFileSync(join(this.base, 'config.json'), JSON.stringify({...(this.auth === 'none' && {limits: {sign_in: 'webd'}}), ...this.config}));
		await this.startScannerd();
		await this.startWebd();
		return this;
	}

	stopWebd() {
		return end(this.webd);
	}

	stopScannerd() {
		return end(this.scannerd);
	}

	async remove() {
		await end(this.webd);
		await end(this.scannerd);
		rmSync(this.base, {recursive: true, force: true});
	}

	/** A file below the directory with backups, modified so many days ago. */
	write(path, {size = 1000, ageDays = 1} = {}) {
		const full = join(this.backups, path);
		mkdirSync(dirname(full), {recursive: true});
		writeFileSync(full, '');
		truncateSync(full, size);
		const when = new Date(Date.now() - ageDays * DAY_MS);
		utimesSync(full, when, when);
		return full;
	}

	async request(method, path, body) {
		const response = await fetch(this.url + path, {
			method, headers: {'Content-Type': 'application/json', 'X-Requested-With': 'backup-checker'}, ...(body === undefined ? {} : {body: JSON.stringify(body)}),
		});
		const answer = await response.json();
		if (!response.ok) {
			throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
		}
		return answer;
	}

	get(path) {
		return this.request('GET', path);
	}

	addServer(hostname, more = {}) {
		return this.request('POST', '/api/servers', {hostname, ...more});
	}

	async scan(kind = 'directories') {
		const {scan} = await this.request('POST', `/api/scan/${kind}?wait=60`);
		if (scan.state !== 'succeeded') {
			throw new Error(`the scan of ${kind} has ${scan.state}: ${scan.message}`);
		}
	}

	/** Until matching has caught up: the summary counts so many servers of a status. */
	settled(status, servers) {
		return waitFor(async () => (await this.get('/api/summary')).by_status[status] === servers, `${servers} servers that are ${status}`);
	}
}

const PHONE = {width: 390, height: 844};
const DESKTOP = {width: 1440, height: 900};

export const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** One Chromium, with a new profile for each page that is asked of it. */
export class Browser {
	static async start() {
		const browser = new Browser();
		browser.chromium = await chromium.launch({
			executablePath: find('chromium', 'chromium-browser', 'google-chrome'), headless: true,
			args: CHROMIUM_ARGS,
		});
		return browser;
	}

	/** A page that collects whatever goes wrong in it: expectQuiet() tells. */
	async page(deployment, {phone = false, scheme = 'light', ...more} = {}) {
		const look = {viewport: phone ? PHONE : DESKTOP, colorScheme: scheme, hasTouch: phone, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...more};
		const context = await this.chromium.newContext({baseURL: deployment.url, ...look});
		const page = await context.newPage();
		page.problems = [];
		page.setDefaultTimeout(10_000);
		page.on('console', (message) => {
			if (message.type() === 'error' || message.type() === 'warning') {
				page.problems.push(`console: ${message.text()} (${message.location().url})`);
			}
		});
		page.on('pageerror', (error) => page.problems.push(`page: ${error.stack}`));
		page.on('requestfailed', (request) => {
			if (request.failure()?.errorText !== 'net::ERR_ABORTED') { // the page itself gave it up
				page.problems.push(`request: ${request.url()} ${request.failure()?.errorText}`);
			}
		});
		await page.exposeFunction('__violated', (what) => page.problems.push(`policy: ${what}`));
		await page.addInitScript(() => {
			document.addEventListener('securitypolicyviolation', (event) => window.__violated(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
		});
		await page.addInitScript({content: axeSource}); // not under the page's policy
		return page;
	}

	async closePages() {
		await Promise.all(this.chromium.contexts().map((context) => context.close()));
	}

	async stop() {
		await this.chromium.close();
	}
}

/** The browser tells of each request that the server refused: of one that was meant to be wrong. */
export const forgiveRefusal = (page) => (page.problems = page.problems.filter((problem) => !problem.includes('status of 400')));

/** Nothing was logged, thrown, refused by the policy or not found. */
export function expectQuiet(page) {
	if (page.problems.length > 0) {
		throw new Error(`${page.url()}:\n  ${page.problems.join('\n  ')}`);
	}
}

/** axe finds nothing serious or critical. */
export async function expectNoAxe(page) {
	await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))); // colours on their way
	const {violations} = await page.evaluate(() => window.axe.run(document, {resultTypes: ['violations']}));
	const bad = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
	if (bad.length > 0) {
		throw new Error(`${page.url()}: axe finds\n` + bad.map(({id, help, nodes}) => `  ${id}: ${help}\n` +
			nodes.slice(0, 5).map((node) => `    ${node.html.slice(0, 200)}\n      ${node.failureSummary?.replaceAll('\n', ' ').slice(0, 300)}`).join('\n')).join('\n'));
	}
}

/** The page's heading is there and nothing is loading any more. */
export async function opened(page, heading) {
	await page.getByRole('heading', {level: 1, name: heading}).waitFor();
	await waitFor(async () => (await page.getByRole('status', {name: 'Loading'}).count()) === 0, `the end of loading ${page.url()}`, 10_000);
}
