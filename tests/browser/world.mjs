// world.mjs - servers and backups like somebody's: every status, some hostile names.
import {chmodSync, cpSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Deployment} from './harness.mjs';

const ROLES = ['web', 'mail', 'proxy', 'build', 'store', 'auth', 'cache', 'queue', 'log', 'shop'];
const SYSTEMS_OF_TAGS = ['linux', 'windows'];
const GOOD = 0.6; // of the servers

/** `servers` servers by hand: most with a backup of yesterday, some with an old one, some with none; and what names can do. */
export async function world(build, servers = 30) {
	const d = await new Deployment(build).start();
	for (let i = 0; i < servers; i++) {
		const name = `${ROLES[i % ROLES.length]}${String(100 + i)}`;
		await d.addServer(`${name}.example.org`, {ip_address: `10.1.${i >> 8}.${i & 255}`, tags: [SYSTEMS_OF_TAGS[i % 2]]});
		if (i < servers * GOOD) {
			d.write(`${name}/${name}_2026-01-0${1 + (i % 9)}.tar.gz`, {size: 1_000_000 * (1 + i), ageDays: 1 + (i % 5)});
			d.write(`${name}/${name}-full.tar.gz`, {size: 2_000_000 * (1 + i), ageDays: 3});
		} else if (i < servers * (GOOD + 0.15)) {
			d.write(`${name}.img`, {size: 5_000_000, ageDays: 500});
		}
	}
	d.write('lost/<img src=x onerror=alert(1)>.zip');
	d.write('lost/\u202egnp.exe\nline.zip');
	d.write(`lost/${'x'.repeat(251)}.zip`);
	await d.scan();
	await d.settled('red', Math.floor(servers - servers * (GOOD + 0.15)));
	return d;
}

/** Before start(): scans of servers find one host, and then run until they are ended. */
export function hangServerScans(d) {
	const fakes = join(d.base, 'fake-nmap'); // netscan's own user has to read it
	cpSync(join(dirname(fileURLToPath(import.meta.url)), '../integration/fake-nmap'), fakes, {recursive: true});
	chmodSync(fakes, 0o755);
	d.fakeNmap(`exec ${join(fakes, 'hangs')} "$@"\n`);
	d.config.subnets_to_scan = ['127.0.0.1'];
}
