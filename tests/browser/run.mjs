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

async function attempt(name, work) {
	const started = Date.now();
	try {
		await limited(work(), name);
		return true;
	} catch (error) {
		console.error(`FAIL ${name} (${Date.now() - started} ms)\n  ${error.stack}`);
		return false;
	}
}

/** How many of its tests passed, and how many did not. */
async function run(name) {
	const {tests, before, after} = await import(pathToFileURL(join(here, name)));
	const started = Date.now();
	const browser = await Browser.start();
	const world = {browser, build};
	const results = [];
	if (before === undefined || await attempt(`${name}: before`, () => before(world))) {
		for (const [proves, test] of Object.entries(tests)) {
			results.push(await attempt(`${name}: ${proves}`, () => test(world)));
			await browser.closePages();
		}
	} else {
		results.push(false);
	}
	if (after !== undefined && !await attempt(`${name}: after`, () => after(world))) {
		results.push(false);
	}
	await browser.stop();
	const passed = results.filter(Boolean).length;
	console.log(`${name.padEnd(28)} ${results.length - passed} failed (${Math.round((Date.now() - started) / 1000)} s)`);
	return {passed, failed: results.length - passed};
}

let passed = 0;
let failed = modules.length === 0 ? 1 : 0;
let again = 2; // modules that fail once are run afresh, so many of them: a real browser on a busy machine. It is said, and what failed is shown.
for (const name of modules) {
	let result = await run(name);
	if (result.failed > 0 && again > 0) {
		again--;
		console.log(`UNSTEADY? ${name} failed and is run once more`);
		result = await run(name);
	}
	passed += result.passed;
	failed += result.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
