// run.mjs - runs the browser tests: node run.mjs BUILD [STEM...]; each has a time limit; the last line is "N passed, N failed".
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {Browser} from './harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [build, ...stems] = process.argv.slice(2);
const LIMIT_MS = 120_000;

/** A module exports tests: names that say what each proves, and functions that get {browser, build}; and perhaps before() and after() for what they share. */
const modules = readdirSync(here).filter((name) => /^test_.*\.mjs$/.test(name)).filter((name) => stems.length === 0 || stems.includes(name.slice(5, -4)) || stems.includes(name.slice(0, -4)));

function limited(work, what) {
	let timer;
	const late = new Promise((_, fail) => {
		timer = setTimeout(() => fail(new Error(`${what} took longer than ${LIMIT_MS / 1000} s`)), LIMIT_MS);
	});
	return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

let passed = 0;
let failed = 0;
async function attempt(name, work) {
	const started = Date.now();
	try {
		await limited(work(), name);
		return true;
	} catch (error) {
		console.error(`FAIL ${name} (${Date.now() - started} ms)\n  ${error.stack}`);
		failed++;
		return false;
	}
}

for (const name of modules) {
	const {tests, before, after} = await import(pathToFileURL(join(here, name)));
	const started = Date.now();
	const failedBefore = failed;
	const browser = await Browser.start();
	const world = {browser, build};
	if (before === undefined || await attempt(`${name}: before`, () => before(world))) {
		for (const [proves, test] of Object.entries(tests)) {
			passed += (await attempt(`${name}: ${proves}`, () => test(world))) ? 1 : 0;
			await browser.closePages();
		}
	}
	if (after !== undefined) {
		await attempt(`${name}: after`, () => after(world));
	}
	await browser.stop();
	console.log(`${name.padEnd(28)} ${failed - failedBefore} failed (${Math.round((Date.now() - started) / 1000)} s)`);
}
if (passed + failed === 0) {
	failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
