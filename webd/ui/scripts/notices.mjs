// notices.mjs - the licences of the packages that the bundle contains; a package whose licence we do not know ends the build.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const ALLOWED = new Set(['MIT', 'BSD-3-Clause', 'ISC', '0BSD']);

// "node_modules/@mui/material/esm/Box/Box.js" lies in the package "node_modules/@mui/material"; packages may lie in packages.
function packageOf(input) {
	const at = input.lastIndexOf('node_modules/');
	if (at < 0) {
		return null;
	}
	const parts = input.slice(at).split('/');
	return input.slice(0, at) + parts.slice(0, parts[1].startsWith('@') ? 3 : 2).join('/');
}

function notice(folder) {
	const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	if (!ALLOWED.has(about.license)) {
		throw new Error(`${about.name} has the licence "${about.license}", which is not one of ${[...ALLOWED].join(', ')}`);
	}
	const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name) && existsSync(join(folder, name)));
	const text = file === undefined ? `${about.license} licence` : readFileSync(join(folder, file), 'utf8').trim();
	return `${about.name} ${about.version} (${about.license})\n\n${text}\n`;
}

export function notices(top, inputs) {
	const folders = [...new Set(inputs.map(packageOf).filter((folder) => folder !== null))].sort();
	const line = '\n' + '-'.repeat(80) + '\n\n';
	return 'The dashboard of backup-checker contains these packages.\n' + line + folders.map((folder) => notice(join(top, folder))).join(line);
}
