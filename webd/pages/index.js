// index.js - the start page: counts, the servers with their status, and the two scan buttons.
'use strict';

const WORDS = {
	green: '\u2713 Good', yellow: '\u26a0 Warning', red: '\u2717 Error', unknown: '? Unknown', exempt: '\u2013 Exempt',
};
const PAGE = 100;
const SEARCH_DELAY_MS = 250;

const element = (id) => document.getElementById(id);
let cursor = null;
let generation = 0; // answers to an older question are dropped

function say(text) {
	element('message').textContent = text;
	element('message').hidden = text === '';
}

async function ask(path, options) {
	const response = await fetch(path, {
		...options, headers: {'X-Requested-With': 'backup-checker'},
	});
	const body = await response.json();
	if (body.status === 'error') {
		throw new Error(body.message);
	}
	return body;
}

function time(iso) {
	return iso ? new Date(iso).toLocaleString() : 'never';
}

function add(parent, tag, text) {
	const child = document.createElement(tag);
	child.textContent = text;
	parent.append(child);
	return child;
}

async function showSummary() {
	const summary = await ask('/api/summary');
	const counts = element('counts');
	counts.replaceChildren();
	for (const [status, words] of Object.entries(WORDS)) {
		add(counts, 'li', `${words}: ${summary.by_status[status]}`);
	}
	add(counts, 'li', `Files: ${summary.files.toLocaleString()}`);
	const last = (kind) => time(summary.last_scans[kind] && summary.last_scans[kind].succeeded);
	element('scans').textContent =
		`Last good scan of directories: ${last('directories')}; of servers: ${last('servers')}.`;
	const gone = summary.directories_unavailable.map((d) => `${d.path} (${d.reason})`);
	say(gone.length > 0 ? `Not available: ${gone.join(', ')}` : '');
}

function addServer(server) {
	const row = add(element('servers'), 'tr', '');
	add(row, 'td', WORDS[server.backup_status] || server.backup_status);
	add(row, 'td', server.hostname || '');
	add(row, 'td', server.ip_address || '');
	add(row, 'td', time(server.backup_time));
	add(row, 'td', server.backup_path || '');
	add(row, 'td', server.reason || '');
}

async function showServers(more) {
	const mine = ++generation;
	const query = new URLSearchParams({limit: PAGE, sort: 'backup_status'});
	if (element('search').value !== '') {
		query.set('q', element('search').value);
	}
	if (element('status').value !== '') {
		query.set('status', element('status').value);
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
}

function guarded(work) {
	return () => Promise.resolve(work()).catch((error) => say(error.message));
}

function listen() {
	const events = new EventSource('/api/events');
	events.addEventListener('progress', (event) => {
		const scan = JSON.parse(event.data);
		element('progress').textContent = scan.state === 'running' ?
			`Scanning ${scan.kind}: ${scan.files || scan.hosts || 0} so far` :
			`Scan of ${scan.kind}: ${scan.state}. ${scan.message || ''}`;
	});
	events.addEventListener('changed', guarded(refresh));
}

async function refresh() {
	await showSummary();
	await showServers(false);
}

let timer = 0;
element('search').addEventListener('input', () => {
	clearTimeout(timer);
	timer = setTimeout(guarded(() => showServers(false)), SEARCH_DELAY_MS);
});
element('status').addEventListener('change', guarded(() => showServers(false)));
element('more').addEventListener('click', guarded(() => showServers(true)));
for (const button of document.querySelectorAll('[data-scan]')) {
	button.addEventListener('click', guarded(async () => {
		const answer = await ask(`/api/scan/${button.dataset.scan}`, {method: 'POST'});
		element('progress').textContent = answer.message;
	}));
}
guarded(refresh)();
listen();
