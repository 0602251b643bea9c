// large.mjs - a large world, made in seconds: thousands of servers that a network scan finds, and a tree of backups of them.
import {execFileSync} from 'node:child_process';
import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Deployment} from './harness.mjs';

// As tests/bench/gen.h names them.
const ROLES = ('web db app mail ldap mon build proxy cache nfs vpn dns kube-node kube-master gitlab jenkins sap erp crm file print dc mssql pg-prod ' +
	'pg-test mysql oracle elastic kafka zk redis minio').split(' ');
const SYSTEMS = ['Linux 5.10', 'Linux 6.1', 'Microsoft Windows Server 2022', 'FreeBSD 14.0'];
const PORTS = [['22', 'ssh'], ['80', 'http'], ['443', 'https'], ['5432', 'postgresql']];

/** Every fifth of the tree's servers is not found by a scan: nobody owns its files. */
const found = (i) => i + Math.floor(i / 4) + 1;

function label(i) {
	const role = ROLES[i % ROLES.length];
	const number = String(Math.floor(i / ROLES.length) + 1);
	return [role + number.padStart(2, '0'), `${role}-${number.padStart(2, '0')}`, `srv-${role}${number.padStart(3, '0')}`][i % 3];
}

function host(i) {
	const open = PORTS.slice(0, 1 + i % PORTS.length);
	const ports = open.map(([port, service]) => `<port protocol="tcp" portid="${port}"><state state="open" reason="syn-ack"/><service name="${service}"/></port>`).join('');
	return `<host><status state="up" reason="echo-reply" reason_ttl="64"/><address addr="10.64.${i >> 8}.${i & 255}" addrtype="ipv4"/>` +
		`<hostnames><hostname name="${label(found(i))}.example.com" type="PTR"/></hostnames><ports>${ports}</ports>` +
		`<os><osmatch name="${SYSTEMS[i % SYSTEMS.length]}" accuracy="98"/></os></host>\n`;
}

/** What nmap would print of so many hosts. */
function nmapOf(servers) {
	return '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" start="1" version="7.93">\n' + Array.from({length: servers}, (_, i) => host(i)).join('') +
		`<runstats><finished time="2" elapsed="1" exit="success"/><hosts up="${servers}" down="0" total="1000000"/></runstats>\n</nmaprun>\n`;
}

export async function large(build, servers, files) {
	const d = new Deployment(build);
	const nmap = join(d.base, 'nmap.xml');
	writeFileSync(nmap, nmapOf(servers));
	chmodSync(nmap, 0o644); // netscan's own user has to read it
	d.fakeNmap(`cat ${nmap}\n`);
	d.config.subnets_to_scan = ['10.64.0.0/16'];
	execFileSync(join(build, 'tests/mktree'), [d.backups, files, Math.ceil(files / 50), 1, Math.ceil(servers * 1.25)].map(String), {stdio: 'ignore'});
	await d.start();
	await d.scan('servers');
	await d.scan('directories');
	return d;
}
