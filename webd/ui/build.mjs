// build.mjs - builds the dashboard into a folder: gzip files, the page, and table.inc, which webd/assets.c embeds. The same sources give the same bytes.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import * as esbuild from 'esbuild';
import {notices} from './scripts/notices.mjs';

const top = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (out === undefined) {
	throw new Error('usage: node build.mjs FOLDER');
}

const TYPES = {
	js: 'text/javascript; charset=utf-8',
	css: 'text/css; charset=utf-8',
	svg: 'image/svg+xml',
	txt: 'text/plain; charset=utf-8',
};
const common = {
	absWorkingDir: top, bundle: true, write: false, outdir: '/assets', minify: true, metafile: true, target: 'es2022', legalComments: 'none',
	entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', define: {'process.env.NODE_ENV': '"production"'}, logLevel: 'warning',
};

// The page's modules; the one script that runs before the first paint; the style that holds until the first one has run.
const builds = await Promise.all([
	esbuild.build({...common, entryPoints: ['src/main.tsx'], format: 'esm', splitting: true, jsx: 'automatic'}),
	esbuild.build({...common, entryPoints: ['src/early.ts'], format: 'iife'}),
	esbuild.build({...common, entryPoints: ['src/page.css']}),
]);

const outputs = Object.assign({}, ...builds.map((build) => build.metafile.outputs));
const inputs = builds.flatMap((build) => Object.keys(build.metafile.inputs));
const digest = (data) => createHash('sha256').update(data).digest('hex');
const url = (path) => '/assets/' + path.split('/').pop();
const entryOf = (source) => Object.keys(outputs).find((path) => outputs[path].entryPoint === source);

// Modules that the first one imports for certain: named in the page, they arrive together with it.
function importedBy(path, seen = new Set()) {
	for (const {path: next, kind} of outputs[path].imports) {
		if (kind === 'import-statement' && !seen.has(next)) {
			seen.add(next);
			importedBy(next, seen);
		}
	}
	return seen;
}

const files = builds.flatMap((build) => build.outputFiles).map((file) => ({path: url(file.path), data: Buffer.from(file.contents), immutable: true}));
files.push({path: '/assets/THIRD-PARTY.txt', data: Buffer.from(notices(top, inputs)), immutable: false});
const icon = readFileSync(join(top, 'src/favicon.svg'));
const iconUrl = `/assets/favicon-${digest(icon).slice(0, 8).toUpperCase()}.svg`; // the browser asks for it again with each step in the history, unless it never changes
files.push({path: '/favicon.svg', data: icon, immutable: false}, {path: iconUrl, data: icon, immutable: true});
files.sort((a, b) => (a.path < b.path ? -1 : 1)); // by bytes, as strcmp() does: all are ASCII

function compress(data) {
	const zipped = gzipSync(data, {level: 9});
	zipped[9] = 255; // the header's system: unknown, whatever built it
	return zipped;
}

rmSync(out, {recursive: true, force: true});
mkdirSync(out, {recursive: true});
const rows = files.map(({path, data, immutable}, i) => {
	const name = relative('/', path).replaceAll('/', '_') + '.gz';
	const tag = digest(data).slice(0, 20);
	writeFileSync(join(out, name), compress(data));
	return `ASSET(ui_file_${i}, ${JSON.stringify(name)}, ${JSON.stringify(path)}, ${JSON.stringify(TYPES[path.split('.').pop()])}, "\\"${tag}\\"", ${immutable}, ${data.length})\n`;
});

const main = entryOf('src/main.tsx');
const page = readFileSync(join(top, 'index.html'), 'utf8')
	.replace('{{icon}}', iconUrl)
	.replace('{{style}}', url(entryOf('src/page.css')))
	.replace('{{early}}', url(entryOf('src/early.ts')))
	.replace('{{main}}', url(main))
	.replace('{{preload}}', [...importedBy(main)].map((path) => `<link rel="modulepreload" href="${url(path)}">`).join('\n'));
writeFileSync(join(out, 'index.html'), page);
writeFileSync(join(out, 'table.inc'), '/* table.inc - the files of the dashboard; written by webd/ui/build.mjs. */\n' + rows.join(''));
