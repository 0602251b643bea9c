// screenshots.mjs - the README's pictures: node screenshots.mjs BUILD FOLDER.
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {Browser, Deployment, opened} from './harness.mjs';
import {ADMIN, asked, peopled, signIn, VIEWER} from './people.mjs';

const [build, folder] = process.argv.slice(2);
const SERVERS = [ // name, age of the newest backup in days, how many there are
	['web01', 1, 9], ['web02', 1, 9], ['mail01', 1, 12], ['db01', 0, 14], ['db02', 0, 14], ['nas02', 2, 6], ['gitea01', 1, 7], ['wiki01', 3, 4], ['zabbix01', 1, 5],
	['build01', 400, 1], ['print01', 430, 2], ['cam-gate', 0, 0], ['lab-pi', 0, 0], ['phone-pbx', 5, 3], ['ldap01', 1, 8], ['vpn01', 2, 5],
];
/** What to show: the file's name, the address, the heading, how it looks. */
const PICTURES = [
	['overview', '/', 'Overview', {}],
	['status-dark', '/status', 'Backup status', {scheme: 'dark'}],
	['unmatched', '/files?tab=unmatched', 'Files', {}],
	['phone', '/status', 'Backup status', {phone: true}],
];
const PICTURES_OF_PEOPLE = [
	['audit', '/audit', 'Audit log', {}],
	['account-dark', '/account', 'Your account', {scheme: 'dark'}],
];

function fill(d) {
	for (const [name, age, backups] of SERVERS) {
		for (let i = 0; i < backups; i++) {
			const day = new Date(Date.now() - (age + i) * 86_400_000).toISOString().slice(0, 10);
			d.write(`${name}/${name}_${day}.tar.zst`, {size: 40_000_000 * (name.length + (i % 3)), ageDays: age + i});
		}
	}
	for (const machine of [108, 112]) {
		for (let i = 1; i < 6; i++) {
			d.write(`dump/vzdump-qemu-${machine}-2026_01_0${i}-02_00_00.vma.zst`, {size: 900_000_000, ageDays: i});
		}
	}
	d.write('projects/archive.0001.7z', {size: 70_000_000});
	d.write('projects/archive.0002.7z', {size: 70_000_000});
}

async function take(page, name) {
	await page.waitForLoadState('networkidle', {timeout: 3000}).catch(() => {}); // the events' stream never ends
	await page.screenshot({path: join(folder, `${name}.png`)});
}

async function takeServers(browser, d) {
	fill(d);
	for (const [index, [name]] of SERVERS.entries()) {
		await d.addServer(`${name}.example.org`, {ip_address: `10.20.0.${10 + index}`, tags: [index % 3 === 0 ? 'office' : 'rack']});
	}
	const {server} = await d.addServer('lobby-screen.example.org', {ip_address: '10.20.0.90'});
	await d.request('PUT', `/api/servers/${server.id}/exemption`, {reason: 'Shows a web page, keeps nothing', author: 'anna'});
	await d.scan();
	await d.settled('exempt', 1);
	for (const [name, address, heading, look] of PICTURES) {
		const page = await browser.page(d, look);
		await page.goto(address);
		await opened(page, heading);
		await take(page, name);
	}
}

/** What an administrator has done, for the audit log; then the pages about people. */
async function takePeople(browser, d) {
	const page = await signIn(browser, d, ADMIN, '/servers', 'Servers');
	const change = (method, path, body) => asked(page, method, path, body);
	const {server} = await change('POST', '/api/servers', {hostname: 'web01.example.org', ip_address: '10.20.0.10', note: 'rack 3'});
	await change('PUT', `/api/servers/${server.id}`, {hostname: 'web01.example.org', ip_address: '10.20.0.10', note: 'rack 4', tags: ['office']});
	await change('PUT', `/api/servers/${server.id}/exemption`, {reason: 'Moves to another rack', author: 'anna'});
	const {config: {limits: _, ...config}} = await change('GET', '/api/config');
	await change('PUT', '/api/config', {...config, subnets_to_scan: ['10.20.0.0/24'], status: {...config.status, green_within: '30d'}});
	await change('POST', '/api/rules', {rule: {path: '*.tmp', ignore: true}});
	await change('POST', '/api/accounts', {...VIEWER, role: 'viewer'});
	await change('POST', '/api/scan/directories');
	await change('POST', '/api/session', {...ADMIN, password: 'not the password'});
	for (const [name, address, heading, look] of PICTURES_OF_PEOPLE) {
		await take(await signIn(browser, d, ADMIN, address, heading, look), name);
	}
}

const browser = await Browser.start();
const d = await new Deployment(build).start();
const {d: peoples} = await peopled({browser, build});
try {
	mkdirSync(folder, {recursive: true});
	await takeServers(browser, d);
	await takePeople(browser, peoples);
} finally {
	await browser.stop();
	await d.remove();
	await peoples.remove();
}
