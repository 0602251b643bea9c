// check.mjs - holds the dashboard to its rules: types, unit tests, layout, and what must stand in one place only. node check.mjs BUILD
import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';
import * as esbuild from 'esbuild';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = process.argv[2];
const LINE_MAX = 200;
const FILE_MAX = 250; // lines; a page is composed of parts
const FIRST_LOAD_MAX = 350 * 1024;

function filesBelow(folder) {
	return readdirSync(join(top, folder), {withFileTypes: true}).flatMap((entry) => {
		const path = join(folder, entry.name);
		return entry.isDirectory() ? filesBelow(path) : [path];
	});
}

const sources = [...filesBelow('src'), ...filesBelow('scripts'), 'build.mjs'].filter((path) => /\.(tsx?|mjs|css)$/.test(path));
const browser = readdirSync(join(top, '../../tests/browser')).filter((name) => name.endsWith('.mjs')).map((name) => join('../../tests/browser', name));
const texts = new Map([...sources, ...browser].map((path) => [path, readFileSync(join(top, path), 'utf8')]));
const GENERATED = 'src/api/types.ts';

let passed = 0;
let failed = 0;

/** problems: what is wrong, one line each; silence is success. */
function check(name, problems) {
	if (problems.length === 0) {
		passed++;
	} else {
		failed++;
		console.error(`${name}:\n  ${problems.slice(0, 40).join('\n  ')}`);
	}
}

/** Lines of our own files for which bad(line, path) holds. */
function lines(bad) {
	return [...texts].filter(([path]) => path !== GENERATED).flatMap(([path, text]) =>
		text.split('\n').flatMap((line, i) => (bad(line, path) ? [`${path}:${i + 1}: ${line.trim().slice(0, 100)}`] : [])));
}

/** A word that only the named files may use. */
function only(name, pattern, ...allowed) {
	check(name, lines((line, path) => path.startsWith('src/') && !allowed.includes(path) && pattern.test(line)));
}

const run = (...command) => spawnSync(command[0], command.slice(1), {cwd: top, encoding: 'utf8'});

function checkTypes() {
	const tsc = run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.');
	check('the types are right', tsc.status === 0 ? [] : (tsc.stdout + tsc.stderr).split('\n'));
}

function checkLayout() {
	check('lines are indented by tabs', lines((line) => /^\t* {2,}\S/.test(line)));
	check('lines have no blanks at their end', lines((line) => /[ \t]$/.test(line)));
	check(`lines have at most ${LINE_MAX} characters`, lines((line, path) => !path.endsWith('icons.tsx') && line.length > LINE_MAX));
	const of = (bad) => [...texts].filter(([path, text]) => path !== GENERATED && bad(path, text)).map(([path]) => path);
	check(`files have at most ${FILE_MAX} lines`, of((path, text) => text.split('\n').length > FILE_MAX));
	check('the first line of a file says its job', of((path, text) => !new RegExp(`^(// |/\\* |#!)${path.split('/').pop()} - `.replaceAll('.', '\\.')).test(text)));
	check('files end with one newline', of((path, text) => !/[^\n]\n$/.test(text)));
}

function checkRules() {
	only('one fetch', /\bfetch\(/, 'src/api/client.ts');
	only('one EventSource', /new EventSource\b/, 'src/api/events.ts');
	only('no HTML from strings', /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write/);
	only('no style attributes', /\bstyle=\{|style="/);
	only('no logging', /\bconsole\./);
	only('nothing from elsewhere', /https?:\/\//);
	only('no escape from the types', /@ts-(ignore|expect-error|nocheck)/);
	only('addresses are changed by the router', /history\.(push|replace)State|location\.(href|assign|replace)\s*[=(]/, 'src/router.tsx');
	const barrel = lines((line, path) => path.startsWith('src/') && /from '@mui\/(material|icons-material)'/.test(line));
	check('MUI is imported part by part', barrel);
	const lock = readFileSync(join(top, 'package-lock.json'), 'utf8');
	check('the lock names no address', lock.includes('://') ? ['package-lock.json has addresses: see README.md'] : []);
}

async function checkUnits() {
	const out = join(build, 'ui-tests');
	rmSync(out, {recursive: true, force: true});
	mkdirSync(out, {recursive: true});
	await esbuild.build({
		absWorkingDir: top, entryPoints: sources.filter((path) => path.endsWith('.test.ts')), outdir: out, outExtension: {'.js': '.mjs'}, bundle: true, platform: 'node', format: 'esm',
	});
	const tests = readdirSync(out, {recursive: true}).map((name) => join(out, String(name))).filter((name) => name.endsWith('.mjs'));
	const node = spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...tests], {encoding: 'utf8', env: {...process.env, TZ: 'Europe/Berlin', LC_ALL: 'en_US.UTF-8', LANG: 'en_US.UTF-8'}});
	const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(node.stdout)?.[1] ?? 0);
	passed += number('pass');
	failed += number('fail');
	if (node.status !== 0 || number('pass') === 0) {
		console.error(node.stdout + node.stderr);
		failed += number('fail') === 0 ? 1 : 0;
	}
}

/** What the overview loads, as gzip: the modules of the page, of the overview, and what these import. */
async function checkSize() {
	const out = join(build, 'ui-size');
	const built = run(process.execPath, 'build.mjs', out);
	if (built.status !== 0) {
		check('the dashboard builds', [built.stderr]);
		return;
	}
	const packed = new Map(readdirSync(out).filter((name) => name.endsWith('.gz')).map((name) => [name, readFileSync(join(out, name))]));
	const first = new Set();
	const take = (name) => {
		const data = packed.get(`assets_${name}.gz`);
		if (data !== undefined && !first.has(name)) {
			first.add(name);
			const code = gunzipSync(data).toString();
			for (const [, imported] of code.matchAll(/(?:import|from)\s*"\.\/([^"]+)"/g)) {
				take(imported);
			}
		}
	};
	const page = readFileSync(join(out, 'index.html'), 'utf8');
	for (const [, name] of page.matchAll(/"\/assets\/([^"]+)"/g)) {
		take(name);
	}
	for (const name of packed.keys()) {
		if (/^assets_OverviewPage-/.test(name)) {
			take(name.slice('assets_'.length, -'.gz'.length));
		}
	}
	const bytes = [...first].reduce((sum, name) => sum + packed.get(`assets_${name}.gz`).length, 0);
	console.log(`first load: ${Math.round(bytes / 1024)} KiB of gzip in ${first.size} files`);
	check('the first load is small', first.size > 3 && bytes <= FIRST_LOAD_MAX ? [] : [`${bytes} bytes in ${first.size} files`]);
	check('the table is not part of it', [...first].filter((name) => name.startsWith('Grid-')).map((name) => relative(out, name)));
}

if (build === undefined) {
	throw new Error('usage: check BUILD');
}
checkTypes();
checkLayout();
checkRules();
await checkUnits();
await checkSize();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
