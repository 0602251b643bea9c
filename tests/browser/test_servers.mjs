// test_servers.mjs - the list of servers as a scan of the network finds them, with hostile names: filters, adding, editing, merging, removing.
import {counts, expect} from './expect.mjs';
import {Deployment, expectNoAxe, expectQuiet, forgiveRefusal, opened, waitFor} from './harness.mjs';

const HOSTILE = '&lt;img src=x onerror=alert(1)&gt;&#x202e;gnp.exe';
const host = (address, name, more = '') => `<host><status state="up" reason="arp-response"/><address addr="${address}" addrtype="ipv4"/>${more}` +
	`<hostnames><hostname name="${name}" type="PTR"/></hostnames>`;
const MAC = (last, vendor) => `<address addr="52:54:00:00:00:0${last}" addrtype="mac" vendor="${vendor}"/>`;
const PORTS = '<ports><port protocol="tcp" portid="22"><state state="open"/><service name="ssh"/></port><port protocol="tcp" portid="443"><state state="open"/><service name="https"/></port></ports>';
const system = (name) => `<os><osmatch name="${name}" accuracy="98"/></os>`;
const NMAP = [
	'<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" start="1" version="7.93">',
	`${host('127.0.0.1', 'gate.example.org', MAC(1, 'Ada &amp;lt;b&amp;gt; Works'))}${PORTS}${system('Linux 5.15')}</host>`,
	`${host('127.0.0.2', 'desk.example.org', MAC(2, 'Grace'))}${PORTS}${system('Microsoft Windows 11')}</host>`,
	`${host('127.0.0.3', HOSTILE)}${PORTS}${system('&lt;script&gt;alert(1)&lt;/script&gt;')}</host>`,
	`${host('127.0.0.4', 'twin.example.org')}</host>`, `${host('127.0.0.5', 'twin.example.org')}</host>`, `${host('127.0.0.6', 'n'.repeat(2000))}</host>`,
	'<runstats><finished time="2" elapsed="1" exit="success"/><hosts up="6" down="0" total="8"/></runstats></nmaprun>',
].join('\n');
let d;

export async function before({build}) {
	d = new Deployment(build);
	d.config.subnets_to_scan = ['127.0.0.0/29'];
	d.config.network_scan = {detect_os: true};
	d.fakeNmap(`cat <<'END'\n${NMAP}\nEND\n`);
	await d.start();
	await d.addServer('byhand.example.org', {ip_address: '10.1.1.1', tags: ['old'], note: '<b>bold</b>'});
	await d.scan('servers');
}
export async function after() {
	await d.remove();
}

async function open(browser, address = '/servers', look = {}) {
	const page = await browser.page(d, look);
	await page.goto(address);
	await opened(page, 'Servers');
	return page;
}
const row = (page, name) => page.getByRole('row').filter({has: page.getByRole('link', {name})});

async function drawerOf(page, name) {
	await page.getByRole('gridcell').getByRole('link', {name}).click();
	const drawer = page.getByRole('dialog', {name});
	await drawer.waitFor();
	return drawer;
}

export const tests = {
	'a scan shows systems, ports, cards and what was reached, and hostile names do nothing': async ({browser}) => {
		const page = await open(browser);
		await page.getByRole('button', {name: 'Scan servers'}).click();
		await page.getByText('The scan of servers is done.').waitFor();
		const gate = row(page, 'gate.example.org');
		for (const text of ['127.0.0.1', 'Linux 5.15', '22/tcp (ssh), 443/tcp (https)', '52:54:00:00:00:01', 'Reachable']) {
			await gate.getByText(text, {exact: true}).waitFor();
		}
		await row(page, 'byhand.example.org').getByText('Never scanned').waitFor();
		await page.getByRole('gridcell', {name: '<script>alert(1)</script>'}).waitFor();
		expect(!/[\u202a-\u202e]/.test(await page.locator('main').innerText()) && await page.locator('main img').count() === 0, 'a hostile name had an effect');
		await expectNoAxe(page);
		expectQuiet(page);
	},

	'filters stand in the address as words to be taken away, and the server judges them': async ({browser}) => {
		const page = await open(browser);
		await page.getByRole('button', {name: 'Filters'}).click();
		const form = page.getByRole('dialog', {name: 'Filters'});
		await form.getByLabel('Reachable').selectOption('Reachable');
		await form.getByLabel('System').fill('linux');
		await form.getByLabel('Subnet').fill('not-a-net');
		await form.getByRole('button', {name: 'Apply'}).click();
		await waitFor(async () => await form.getByLabel('Subnet').getAttribute('aria-invalid') === 'true', 'the subnet to be wrong');
		forgiveRefusal(page);
		await expectNoAxe(page);
		await form.getByLabel('Subnet').fill('127.0.0.0/30');
		await form.getByRole('button', {name: 'Apply'}).click();
		await counts(page, '1 server');
		expect(page.url().includes('os=linux') && page.url().includes('reachable=1') && page.url().includes('subnet=127.0.0.0'), page.url());
		await page.reload();
		await counts(page, '1 server');
		await page.getByRole('button', {name: 'Take the filter away: System: linux'}).click();
		await waitFor(() => !page.url().includes('os='), 'the end of the filter');
		await page.getByRole('button', {name: 'Show all', exact: true}).click();
		await page.goto('/servers?by_hand=1&tag=old');
		await counts(page, '1 server');
		await row(page, 'byhand.example.org').waitFor();
		expectQuiet(page);
	},

	'a server is added by hand, with what is wrong told at the field': async ({browser}) => {
		const page = await open(browser, '/servers?q=added');
		await page.getByRole('button', {name: 'Add a server'}).click();
		const dialog = page.getByRole('dialog', {name: 'Add a server'});
		await dialog.getByLabel('Host name').fill('added1.example.org');
		await dialog.getByLabel('IP address').fill('10.1.1.300');
		await dialog.getByLabel('Other names').fill('added-one, first');
		await dialog.getByLabel('Tags').fill('linux, test');
		await dialog.getByRole('button', {name: 'Add'}).click();
		await dialog.getByText('10.1.1.300 is not an IPv4 or IPv6 address').waitFor();
		expect(await dialog.getByLabel('IP address').getAttribute('aria-invalid') === 'true', 'the address is not marked');
		await expectNoAxe(page);
		forgiveRefusal(page);
		await dialog.getByLabel('IP address').fill('10.1.1.3');
		await page.keyboard.press('Enter');
		await dialog.waitFor({state: 'hidden'});
		await row(page, 'added1.example.org').getByText('10.1.1.3').waitFor();
		const {servers: [added]} = await d.get('/api/servers?q=added1');
		expect(added.by_hand && added.aliases.join() === 'added-one,first' && added.tags.join() === 'linux,test', JSON.stringify(added));
		expectQuiet(page);
	},

	'a server is edited in its drawer, which shows it anew by itself': async ({browser}) => {
		const {server} = await d.addServer('edited.example.org', {ip_address: '10.1.1.9'});
		const page = await open(browser, '/servers?q=edited');
		const drawer = await drawerOf(page, 'edited.example.org');
		await drawer.getByRole('button', {name: 'Edit'}).click();
		const dialog = page.getByRole('dialog', {name: 'Edit edited.example.org'});
		await dialog.getByLabel('Note').fill('<b>rack</b> 7');
		await dialog.getByLabel('Tags').fill('a,, b');
		await dialog.getByRole('button', {name: 'Save'}).click();
		await drawer.getByText('<b>rack</b> 7').waitFor();
		await drawer.getByText('a, b', {exact: true}).waitFor();
		await waitFor(() => page.evaluate(() => document.activeElement?.textContent === 'Edit'), 'the focus on the button that opened the dialog');
		const {server: now} = await d.get(`/api/servers/${server.id}`);
		expect(now.hostname === 'edited.example.org' && now.addresses.join() === '10.1.1.9', JSON.stringify(now));
		expectQuiet(page);
	},

	'a server is removed after a question, and its drawer closes': async ({browser}) => {
		await d.addServer('removed.example.org');
		const page = await open(browser, '/servers?q=removed');
		const drawer = await drawerOf(page, 'removed.example.org');
		await drawer.getByRole('button', {name: 'Remove'}).click();
		const question = page.getByRole('dialog', {name: 'Remove removed.example.org'});
		await expectNoAxe(page);
		await question.getByRole('button', {name: 'Cancel'}).click();
		await question.waitFor({state: 'hidden'});
		await drawer.getByRole('button', {name: 'Remove'}).click();
		await question.getByRole('button', {name: 'Remove'}).click();
		await page.getByText('No server matches.').waitFor();
		await drawer.waitFor({state: 'hidden'});
		expect(!page.url().includes('server='), page.url());
		expectQuiet(page);
	},

	'servers of one name are offered with their number, and merged': async ({browser}) => {
		const page = await open(browser);
		await page.getByText('1 host name belongs to more than one server.').waitFor();
		await page.getByRole('button', {name: 'Show them'}).click();
		await counts(page, '2 servers');
		await page.getByRole('gridcell', {name: '127.0.0.4'}).click();
		const drawer = page.getByRole('dialog', {name: 'twin.example.org'});
		await drawer.getByText('1 other server has the very same name.').waitFor();
		await drawer.getByRole('alert').getByRole('button', {name: 'Merge'}).click();
		const dialog = page.getByRole('dialog', {name: 'Merge into twin.example.org'});
		await dialog.getByText('127.0.0.5').waitFor();
		await expectNoAxe(page);
		await dialog.getByRole('button', {name: 'Merge'}).click();
		await drawer.getByText('127.0.0.4, 127.0.0.5').waitFor();
		await page.getByText('1 server merged into twin.example.org.').waitFor();
		await drawer.getByRole('button', {name: 'Close'}).click();
		await page.getByText('No server matches.').waitFor();
		expectQuiet(page);
	},

	'the export has exactly the filtered view': async ({browser}) => {
		const page = await open(browser, '/servers?os=windows');
		await counts(page, '1 server');
		await page.getByRole('button', {name: 'Export'}).click();
		const href = await page.getByRole('menuitem', {name: 'CSV (text)'}).getAttribute('href');
		const rows = (await (await fetch(new URL(href, d.url))).text()).trim().split('\r\n');
		expect(rows.length === 2 && rows[1].includes('desk.example.org'), rows.join('\n'));
		expectQuiet(page);
	},

	'a phone has cards that fit, also for the longest names': async ({browser}) => {
		const page = await open(browser, '/servers', {phone: true});
		const list = page.getByRole('list', {name: 'Servers'});
		await list.getByText('127.0.0.6').waitFor();
		await list.getByText('52:54:00:00:00:01').waitFor();
		const {scroll, width} = await page.evaluate(() => ({scroll: document.documentElement.scrollWidth, width: window.innerWidth}));
		expect(scroll <= width, `${scroll} wide in ${width}`);
		await page.getByRole('button', {name: 'Filters'}).click();
		await page.getByRole('dialog', {name: 'Filters'}).getByLabel('System').waitFor();
		await expectNoAxe(page);
		expectQuiet(page);
	},
};
