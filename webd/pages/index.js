// index.js - the start page: what is wrong, counts, the servers with their status, and the two scan buttons.
'use strict';

const WORDS = {
	red: '\u2717 Error', unknown: '? Unknown', yellow: '\u26a0 Warning', green: '\u2713 Good', exempt: '\u2013 Exempt',
};
const PAGE = 100;
const ROWS_MAX = 1000; // of one answer
const SEARCH_DELAY_MS = 250;
const REFRESH_DELAY_MS = 1000;

const element = (id) => document.getElementById(id);
const running = {directories: false, servers: false};
let scannerd = false; // can it be reached?
let cursor = null;
let generation = 0; // answers to an older question are dropped

function show(id, text) {
	element(id).textContent = text;
	element(id).hidden = text === '';
}

async function ask(path, options) {
	let response;
	try {
		response = await fetch(path, {...options, headers: {'X-Requested-With': 'backup-checker'}});
	} catch {
		throw new Error('The server cannot be reached.');
	}
	const body = await response.json().catch(() => null);
	if (body === null) {
		throw new Error(`The server gave no answer that can be read (status ${response.status}).`);
	}
	if (body.status === 'error') {
		throw new Error(body.message);
	}
	return body;
}

// What the API says begins in lower case: it is made for the middle of a line.
function sentence(text) {
	return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}

function guarded(work) {
	return async () => {
		try {
			show('error', '');
			await work();
		} catch (error) {
			show('error', sentence(error.message));
		}
	};
}

function add(parent, tag, text, classes) {
	const child = document.createElement(tag);
	child.textContent = text;
	child.className = classes || '';
	parent.append(child);
	return child;
}

function time(iso) {
	return iso ? new Date(iso).toLocaleString() : 'never';
}

function showUnavailable(directories) {
	const box = element('unavailable');
	box.replaceChildren();
	box.hidden = directories.length === 0;
	add(box, 'strong', directories.length === 1 ? 'A directory is not available.' : `${directories.length} directories are not available.`);
	const list = add(box, 'ul', '');
	for (const directory of directories) {
		add(list, 'li', directory.reason.includes(directory.path) ? directory.reason : `${directory.path}: ${directory.reason}`);
	}
}

async function showSummary() {
	const summary = await ask('/api/summary');
	const counts = element('counts');
	counts.replaceChildren();
	for (const [status, words] of Object.entries(WORDS)) {
		add(counts, 'li', `${words}: ${summary.by_status[status].toLocaleString()}`, `chip ${status}`);
	}
	add(counts, 'li', `Files: ${summary.files.toLocaleString()}`, 'chip');
	const last = (kind) => time(summary.last_scans[kind] && summary.last_scans[kind].succeeded);
	element('scans').textContent =
		`Last good scan of directories: ${last('directories')}; of servers: ${last('servers')}.`;
	showUnavailable(summary.directories_unavailable);
	return summary;
}

async function showReduced() {
	const [last] = (await ask('/api/scans?kind=servers&limit=1')).scans;
	show('reduced', last && last.reduced ?
		'The last scan of servers was a reduced one, without raw sockets: it found no operating systems and no MAC addresses. ' +
		'For these scannerd needs CAP_NET_RAW, which root has.' : '');
}

function addServer(server) {
	const row = add(element('servers'), 'tr', '');
	add(add(row, 'td', ''), 'span', WORDS[server.backup_status], `chip ${server.backup_status}`);
	add(row, 'td', server.hostname);
	add(row, 'td', server.ip_address || '');
	const backup = add(row, 'td', server.backup_time ? time(server.backup_time) : '');
	if (server.backup_path) {
		add(backup, 'span', server.backup_path, 'soft');
	}
	add(row, 'td', server.reason);
}

function showEmpty(rows) {
	const filtered = element('search').value !== '' || element('status').value !== '';
	element('table').hidden = rows === 0;
	show('empty', rows > 0 ? '' : filtered ? 'No server matches.' :
		'No server is known yet: name your networks in subnets_to_scan of the configuration and press "Scan servers", ' +
		'or add servers one by one with POST /api/servers.');
}

async function showServers(more) {
	const mine = ++generation;
	const shown = element('servers').rows.length;
	const query = new URLSearchParams({
		limit: more ? PAGE : Math.min(ROWS_MAX, Math.max(PAGE, shown)), sort: 'backup_status',
	});
	for (const [name, id] of [['q', 'search'], ['status', 'status']]) {
		if (element(id).value !== '') {
			query.set(name, element(id).value);
		}
	}
	if (more && cursor !== null) {
		query.set('cursor', cursor);
	}
	const page = await ask(`/api/servers?${query}`);
	if (mine !== generation) {
		return;
	}
	if (!more) {
		element('servers').replaceChildren();
	}
	page.servers.forEach(addServer);
	cursor = page.next;
	element('more').hidden = cursor === null;
	showEmpty(element('servers').rows.length);
}

async function refresh() {
	await showSummary();
	await showServers(false);
	await showReduced();
}

// --- scans ---

function showButtons() {
	for (const button of document.querySelectorAll('[data-scan]')) {
		button.disabled = !scannerd || running[button.dataset.scan];
	}
}

function showProgress(scan) {
	const seen = scan.kind === 'servers' ? `${scan.hosts.toLocaleString()} addresses` : `${scan.files.toLocaleString()} files`;
	const percent = scan.percent >= 0 ? `, ${scan.percent} %` : '';
	running[scan.kind] = scan.state === 'running';
	document.querySelector(`[data-progress=${scan.kind}]`).textContent = running[scan.kind] ?
		`Scanning ${scan.kind}: ${seen} so far${percent}.` :
		`Scan of ${scan.kind}: ${scan.state}. ${scan.message || ''}`;
	showButtons();
}

function showHello(hello) {
	scannerd = hello.scannerd;
	for (const kind of Object.keys(running)) {
		if (running[kind] && !hello.scans.some((scan) => scan.kind === kind)) {
			running[kind] = false;
			document.querySelector(`[data-progress=${kind}]`).textContent = '';
		}
	}
	hello.scans.forEach(showProgress);
	show('connection', scannerd ? '' : 'scannerd does not run: nothing can be scanned or changed now.');
	showButtons();
}

let refreshing = 0;
function refreshSoon() {
	refreshing = refreshing || setTimeout(() => {
		refreshing = 0;
		guarded(refresh)();
	}, REFRESH_DELAY_MS);
}

function listen() {
	const events = new EventSource('/api/events');
	events.addEventListener('hello', (event) => showHello(JSON.parse(event.data)));
	events.addEventListener('progress', (event) => showProgress(JSON.parse(event.data)));
	events.addEventListener('changed', refreshSoon);
	events.addEventListener('error', () => {
		scannerd = false;
		showButtons();
		show('connection', 'The connection to the server is lost; trying again.');
	});
}

let typing = 0;
element('search').addEventListener('input', () => {
	clearTimeout(typing);
	typing = setTimeout(guarded(() => showServers(false)), SEARCH_DELAY_MS);
});
element('status').addEventListener('change', guarded(() => showServers(false)));
element('more').addEventListener('click', guarded(() => showServers(true)));
for (const button of document.querySelectorAll('[data-scan]')) {
	button.addEventListener('click', guarded(async () => {
		button.disabled = true; // until the events tell more
		try {
			await ask(`/api/scan/${button.dataset.scan}`, {method: 'POST'});
		} finally {
			showButtons();
		}
	}));
}
guarded(refresh)();
listen();
