// types.ts - the API, printed from openapi.json by scripts/types.mjs: do not edit.

/** Refused or failed; the message says why. */
export interface Error {
	status: 'error';
	/** Stays the same in every version; x-error-codes lists those there are. */
	code: string;
	/** A sentence for a person. */
	message: string;
	/** The parameter, setting or member that is wrong. */
	field?: string;
	/** With scan_running: the scan that runs, where it is known. */
	scan?: RunningScan;
}

/** Is the server alive, and is the database readable? */
export interface Health {
	status: 'healthy' | 'unhealthy';
	database: 'connected' | 'disconnected';
	scannerd: 'connected' | 'disconnected';
	/** The program's. */
	version: string;
	/** Now. */
	timestamp: string;
	/** Why the database cannot be read. */
	message?: string;
}

/** The whole in a few numbers. */
export interface Summary {
	status: 'success';
	/** Now. */
	timestamp: string;
	/** Servers in all. */
	servers: number;
	/** Servers that the last scan reached. */
	reachable: number;
	by_status: StatusCounts;
	/** Green ones among the servers that are not exempt. */
	coverage_percent: number;
	/** Servers without a backup that counts, those that are exempt apart: /api/servers?unprotected=1. */
	unprotected: number;
	/** Host names that several servers have: /api/servers?mergeable=1. */
	mergeable: number;
	/** Changes of status in the last 24 hours: /api/changes?first=0&since=. */
	changed_since_yesterday: number;
	/** Repositories of which nothing says whose they are: /api/repositories?unsettled=1. */
	repositories_unsettled: number;
	/** Files in the scanned directories. */
	files: number;
	/** Bytes of these files. */
	bytes: number;
	/** Scanned directories. */
	directories: number;
	/** Those that the last try could not read; their files are kept as they were. */
	directories_unavailable: UnavailableDirectory[];
	/** File systems that were mounted below scanned directories and are not now; their files are kept as they were. */
	mounts_lost: LostMount[];
	last_scans: LastScans;
	/** Whether scannerd can be reached: without it nothing can be changed. */
	scannerd: boolean;
}

/** Servers by status. */
export interface StatusCounts {
	/** Servers with a good, recent backup. */
	green: number;
	/** Servers with an old or odd backup. */
	yellow: number;
	/** Servers without a backup. */
	red: number;
	/** Servers whose evidence is incomplete. */
	unknown: number;
	/** Servers that need none. */
	exempt: number;
}

/** How often a list has a value. */
export interface ValueCount {
	/** A value of the column; null: those rows have none. */
	value: string | null;
	/** How many rows have it. */
	count: number;
}

/** A directory that cannot be read. */
export interface UnavailableDirectory {
	/** The configured directory. */
	path: string;
	/** Why it is not available. */
	reason: string;
}

/** A file system that is not mounted any more. */
export interface LostMount {
	/** Where it was mounted. */
	path: string;
	/** The configured directory above it. */
	directory: string;
}

/** The last scan of a kind. */
export interface LastScan {
	/** The scan's id. */
	id: number;
	/** How it stands or ended. */
	state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
	/** When it began. */
	started: string;
	/** When it ended; null: it runs. */
	finished: string | null;
	/** When the last good scan of this kind ended; null: never. */
	succeeded: string | null;
}

/** The last scan of each kind. */
export interface LastScans {
	/** Null: never scanned. */
	directories: LastScan | null;
	/** Null: never scanned. */
	servers: LastScan | null;
}

/** The configuration in force. */
export interface ConfigAnswer {
	status: 'success';
	/** After a change. */
	message?: string;
	/** After a change: what was accepted but looks wrong now. */
	warnings?: string[];
	config: Config;
	/** As in config. */
	directories_to_scan: Config['directories_to_scan'];
	/** As in config. */
	subnets_to_scan: Config['subnets_to_scan'];
	limits: Limits;
	/** A name for this content; also the ETag. */
	revision: string;
	/** Whether the configuration can be changed here. */
	writable: boolean;
}

/** What scannerd can do, and what it will do next. */
export interface InfoAnswer {
	status: 'success';
	/** The program. */
	product: string;
	/** Its version. */
	version: string;
	/** When scannerd was started, in seconds since 1970. */
	started: number;
	/** Servers are scanned without raw sockets: no operating system, no MAC address. */
	reduced: boolean;
	/** Why it is reduced, or why nmap cannot be used at all; absent: it is not. */
	network_reason?: string;
	/** When the next scan of the directories is due; absent: never. */
	next_directories?: string;
	/** When the next scan of the servers is due; absent: never. */
	next_servers?: string;
}

/** When a schedule runs. */
export interface ScheduleAnswer {
	status: 'success';
	/** The schedule in words; the expression where there are none. */
	words: string;
	/** The next three runs, an interval counted from now; fewer if there are none within five years. */
	next: string[];
}

/** What settings could name. */
export interface SuggestionsAnswer {
	status: 'success';
	/** The likeliest first. */
	directories: SuggestedDirectory[];
	/** None where scannerd has no view of the network. */
	networks: SuggestedNetwork[];
}

/** A directory that may hold backups. */
export interface SuggestedDirectory {
	/** An absolute path. */
	path: string;
	/** What speaks for it. */
	because: string;
}

/** A network that may have servers. */
export interface SuggestedNetwork {
	/** A network. */
	subnet: string;
	/** What speaks for it. */
	because: string;
}

export interface ExplainAnswer {
	status: 'success';
	result: Explanation;
}

/** Why a path belongs to a server, or to none. */
export interface Explanation {
	/** The path that was asked for. */
	path: string;
	/** The id of the server it belongs to; null: none. */
	server: number | null;
	/** What that server is called. */
	server_name: string | null;
	/** Whether it counts as a backup of that server. */
	counts: boolean;
	/** Why it counts, or why not. */
	reason: string;
	/** When the backup was made; null: not known. */
	time: string | null;
	/** Where the time was found. */
	time_source: 'mtime' | 'name' | 'directory';
	/** How that was found out, sentence by sentence. */
	steps: string[];
	/** Every server that the path names. */
	candidates: ExplanationCandidate[];
}

/** A server that a path names. */
export interface ExplanationCandidate {
	/** Its id. */
	server: number;
	/** What it is called. */
	server_name: string;
	/** The name, address or alias that was found. */
	identity: string;
	/** The part of the path that contains it. */
	component: string;
	/** Where the identity comes from. */
	strength: string;
	/** Whether it decided. */
	won: boolean;
}

export interface RulePreviewInput {
	/** As it would stand in the configuration. */
	rule: Rule;
}

export interface RulePreviewAnswer {
	status: 'success';
	result: RulePreview;
}

/** What a rule would match. */
export interface RulePreview {
	/** The first files that the rule matches. */
	samples: RulePreviewSample[];
	/** Files that the rule matches. */
	files: number;
	/** Those that would belong to a server. */
	with_server: number;
	/** Those that would count as backups. */
	counted: number;
	/** Those that would be ignored. */
	ignored: number;
	/** Whether every file was looked at; a slow rule is stopped before. */
	complete: boolean;
}

/** A file that a rule would match. */
export interface RulePreviewSample {
	/** The file. */
	path: string;
	/** The server it would belong to; null: none. */
	server: string | null;
	/** Whether it would count as a backup. */
	counts: boolean;
	/** Why it would count, or why not. */
	reason: string;
}

export interface AddRuleInput {
	/** As it stands in the configuration. */
	rule: Rule;
	/** Its place among the rules, of which the first that matches wins: 1 is before all others; 0 or absent, behind them. */
	position?: number;
}

/** The rule is in force. */
export interface RuleAddedAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message: string;
	/** The configuration's new revision. */
	revision: string;
	/** What was accepted but looks wrong now. */
	warnings: string[];
}

export interface UnmatchedAnswer {
	status: 'success';
	result: Unmatched;
}

/** The files that no server owns. */
export interface Unmatched {
	/** The largest first. */
	groups: UnmatchedGroup[];
	/** Groups in all; only the largest are listed. */
	groups_total: number;
	/** Files in all groups. */
	files: number;
	/** Their size. */
	bytes: number;
	/** Whether every file was looked at. */
	complete: boolean;
}

/** Files of one shape in one place. */
export interface UnmatchedGroup {
	/** The directory; what varies in it is a *. */
	directory: string;
	/** The names; what varies in them is a *. */
	shape: string;
	/** Add a server or ignore, and it settles the group. */
	rule: UnmatchedRule;
	/** Why no server owns them. */
	reason: 'no_server' | 'ambiguous' | 'repository';
	/** How many. */
	files: number;
	/** Their size. */
	bytes: number;
	/** The newest modification. */
	newest: string;
	/** The oldest modification. */
	oldest: string;
	/** Some of the paths, the newest first. */
	samples: string[];
	/** Servers whose they may be: for a person to judge. */
	suggestions: UnmatchedSuggestion[];
}

/** The rule that matches the group. */
export interface UnmatchedRule {
	/** A glob that matches exactly the files of this shape. */
	path: string;
}

/** A server whose name resembles a path. */
export interface UnmatchedSuggestion {
	/** Its id. */
	server: number;
	/** What it is called. */
	server_name: string;
	/** What of the path resembles it, as a sentence. */
	because: string;
}

/** A scan that runs. */
export interface RunningScan {
	/** The scan's id. */
	id: number;
	/** What is scanned. */
	kind: 'directories' | 'servers';
	state: 'running';
}

/** A scan runs. */
export interface ScanStartedAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message?: string;
	/** The whole row where the answer was waited for. */
	scan: Scan | RunningScan;
}

/** It has been done. */
export interface DoneAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message: string;
}

/** It has been done, to so many. */
export interface CountAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message: string;
	/** How many were removed. */
	count: number;
}

/** Sent at the beginning, and when scannerd comes or goes. */
export interface HelloEvent {
	/** The program's. */
	version: string;
	/** Whether scannerd can be reached. */
	scannerd: boolean;
	/** The scans that run. */
	scans: ScanProgress[];
}

/** Something is different now. */
export interface ChangedEvent {
	/** What to ask for again. */
	changed: Array<'files' | 'servers' | 'scans' | 'config' | 'directories' | 'accounts'>;
}

/** The server is alive. */
export interface HeartbeatEvent {
	/** Now. */
	time: string;
}

/** Who asks. */
export interface SessionAnswer {
	status: 'success';
	/** How people sign in here. */
	method: 'password' | 'none' | 'proxy';
	/** Who asks; empty: nobody is signed in. */
	name: string;
	/** What that person may do. */
	role: 'none' | 'viewer' | 'operator' | 'admin';
	/** By what. */
	kind: 'nobody' | 'root' | 'member' | 'claimed' | 'session' | 'token';
	/** The session's or token's number; 0: neither. */
	id: number;
	/** When that ends at the latest, in seconds since 1970; 0: it does not. */
	expires: number;
	/** Whether that person signs in with a code, too. */
	totp: boolean;
	/** There is no account yet: the link that webd has printed makes one. */
	setup: boolean;
}

/** A session has begun. */
export interface SignedInAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message: string;
	/** The account's name as it is written. */
	name: string;
	/** What it may do. */
	role: 'none' | 'viewer' | 'operator' | 'admin';
	/** The session's number. */
	id: number;
	/** When it ends at the latest, in seconds since 1970. */
	expires: number;
	/** It ends after so many seconds without a use. */
	idle: number;
}

/** Who wants in. */
export interface SignInInput {
	/** The account's name. */
	name: string;
	/** Its password. */
	password: string;
	/** The code of the authenticator, after code_needed. */
	code?: string;
}

/** The first account, an administrator. */
export interface SetupInput {
	/** What stands behind token= in the link. */
	token: string;
	/** The account's name. */
	name: string;
	/** Its password. */
	password: string;
}

export interface SessionsAnswer {
	status: 'success';
	/** The one used last first, at most 1000. */
	sessions: Session[];
}

/** A session. */
export interface Session {
	/** Its number. */
	id: number;
	/** The account's number. */
	account: number;
	/** The account's name. */
	name: string;
	/** When it began, in seconds since 1970. */
	created: number;
	/** When it was used last, to the minute. */
	used: number;
	/** When it ends at the latest. */
	expires: number;
	/** From where it began; empty: not known. */
	address: string;
	/** With what; empty: not known. */
	agent: string;
	/** The one by which this was asked. */
	current: boolean;
}

export interface AccountsAnswer {
	status: 'success';
	/** By name. */
	accounts: Account[];
}

/** An account. */
export interface Account {
	/** Its number. */
	id: number;
	/** Its name. */
	name: string;
	/** What it may do. */
	role: 'none' | 'viewer' | 'operator' | 'admin';
	/** A code is asked for. */
	totp: boolean;
	/** When it was made, in seconds since 1970. */
	created: number;
	/** When its password was set. */
	changed: number;
	/** How many sessions it has. */
	sessions: number;
}

export interface TokensAnswer {
	status: 'success';
	/** By name. */
	tokens: Token[];
}

/** An API token. */
export interface Token {
	/** Its number. */
	id: number;
	/** What it is for. */
	name: string;
	/** What it may do: never more than who made it. */
	role: 'none' | 'viewer' | 'operator' | 'admin';
	/** When it was made, in seconds since 1970. */
	created: number;
	/** When it ends; 0: never. */
	expires: number;
	/** When it was used last, to the minute; 0: never. */
	used: number;
	/** Who made it; null: root. */
	account: string | null;
}

/** An API token. */
export interface TokenAddedAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message: string;
	/** Its number. */
	id: number;
	/** The credential, for "Authorization: Bearer"; it is shown this once. */
	token: string;
}

/** It has been made. */
export interface NumberAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message: string;
	/** The number. */
	id: number;
}

/** What an authenticator needs. */
export interface TotpAnswer {
	status: 'success';
	/** What was done, as a sentence. */
	message: string;
	/** In base32, to be typed. */
	secret: string;
	/** The same as otpauth: URI, to be shown as a QR code. */
	uri: string;
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
	/** The version of OpenAPI. */
	openapi: string;
	info: Record<string, unknown>;
	paths: Record<string, unknown>;
	components: Record<string, unknown>;
}

export interface FileList {
	status: 'success';
	files: File[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** A file found in a scanned directory. */
export interface File {
	/** Stays the same while the file stays where it is. */
	id: number;
	/** The last component of the path. */
	filename: string;
	/** The exact bytes, when they are no UTF-8. */
	filename_b64?: string;
	/** The absolute path. */
	filepath: string;
	/** The exact bytes, when they are no UTF-8. */
	filepath_b64?: string;
	/** mtime at the last scan. */
	last_modified: string;
	/** Bytes. */
	size: number;
	/** The last complete scan of its directory tree. */
	scan_time: string | null;
	/** Host name of the server it belongs to; null: none. */
	server: string | null;
	/** The server's id. */
	server_id: number | null;
	/** When the backup was made, as time_source says. */
	backup_time: string;
	/** Where backup_time was found. */
	time_source: 'mtime' | 'name' | 'directory';
	/** Whether it counts as a backup of its server. */
	counts: boolean;
	/** Why it counts, or why not. */
	reason: string;
}

export interface FileAnswer {
	status: 'success';
	/** After a change: what was done. */
	message?: string;
	file: File;
}

export interface ServerList {
	status: 'success';
	servers: Server[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** A server, with the status of its backups. */
export interface Server {
	/** Stays the same for the server's life. */
	id: number;
	/** What it is called. */
	hostname: string;
	/** The lowest of its addresses. */
	ip_address: string | null;
	/** nmap's best guess. */
	detected_os: string | null;
	/** "22/tcp (ssh), 80/tcp (http)" */
	open_ports: string;
	/** When a scan last reached it. */
	last_scan: string | null;
	/** Whether the last scan reached it; null: never scanned. */
	is_reachable: boolean | null;
	/** When a scan last looked for it. */
	scan_time: string | null;
	/** Sorts by urgency: red, unknown, yellow, green, exempt. */
	backup_status: 'green' | 'yellow' | 'red' | 'unknown' | 'exempt';
	/** Name of the newest counted backup: the one that decided. */
	backup_file: string | null;
	/** The exact bytes, when they are no UTF-8. */
	backup_file_b64?: string;
	/** Its path. */
	backup_path: string | null;
	/** The exact bytes, when they are no UTF-8. */
	backup_path_b64?: string;
	/** When it was made. */
	backup_time: string | null;
	/** Where backup_time was found. */
	time_source: 'mtime' | 'name' | 'directory' | null;
	/** How many files count. */
	backup_count: number;
	/** Their bytes in all. */
	backup_bytes: number;
	/** Why the status is what it is. */
	reason: string;
	/** "aa:bb:cc:dd:ee:ff" */
	mac_address: string | null;
	/** Who made the network card. */
	mac_vendor: string | null;
	/** Other names, told by a person. */
	aliases: string[];
	/** Told by a person. */
	tags: string[];
	/** All its addresses. */
	addresses: string[];
	/** Told by a person. */
	note: string;
	/** A person added it: it is kept until a person removes it. */
	by_hand: boolean;
	/** When a scan last reached it. */
	last_seen: string | null;
	/** The policy it is judged by; null: the default. */
	policy: string | null;
	/** What is odd about the backups: future, drift, shrunk, identical. */
	findings: Array<'future' | 'drift' | 'shrunk' | 'identical'>;
	/** Why it needs no backup; null: nobody says so. After exempt_until it is judged again. */
	exempt_reason: string | null;
	/** Who says so; empty: not known. */
	exempt_author: string | null;
	/** When that was said. */
	exempt_since: string | null;
	/** The last second of the exemption; null: until somebody ends it, or none. */
	exempt_until: string | null;
	/** The ids of other servers of the very same name: one machine, to be merged. */
	same_name: number[];
}

export interface ServerAnswer {
	status: 'success';
	/** After a change: what was done. */
	message?: string;
	server: Server;
}

export interface StatusChangeList {
	status: 'success';
	changes: StatusChange[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** A server whose status changed. */
export interface StatusChange {
	/** Counts up. */
	id: number;
	/** The server's id. */
	server_id: number;
	/** Its host name. */
	server: string;
	/** When the change was noticed. */
	time: string;
	/** The status before; null: the server is new. */
	before: 'green' | 'yellow' | 'red' | 'unknown' | 'exempt' | null;
	/** The status since. */
	after: 'green' | 'yellow' | 'red' | 'unknown' | 'exempt';
	/** Why. */
	reason: string;
}

export interface ScanList {
	status: 'success';
	scans: Scan[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** A scan of directories or servers. */
export interface Scan {
	/** Counts up. */
	id: number;
	/** What was scanned. */
	kind: 'directories' | 'servers';
	/** How it stands or ended. */
	state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
	/** Who asked for it. */
	requested_by: 'person' | 'schedule';
	/** When a scheduled scan was due. */
	due: string | null;
	/** When it began. */
	started: string;
	/** When it ended; null: it runs. */
	finished: string | null;
	/** Files seen. */
	files: number;
	/** Directories seen. */
	directories: number;
	/** Bytes of the files seen. */
	bytes: number;
	/** Addresses looked at. */
	hosts: number;
	/** Addresses that answered. */
	hosts_up: number;
	/** Rows added, changed or removed. */
	changed: number;
	/** What went wrong without ending the scan. */
	errors: number;
	/** Scanned without raw sockets: no system, no MAC. */
	reduced: boolean;
	/** The result in words. */
	message: string;
}

export interface ScanAnswer {
	status: 'success';
	/** After a change: what was done. */
	message?: string;
	scan: Scan;
}

export interface ProblemList {
	status: 'success';
	problems: Problem[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** Something that went wrong in a scan without ending it. */
export interface Problem {
	/** The scan's id. */
	scan: number;
	/** Counts up within the scan. */
	seq: number;
	/** A path or a target. */
	subject: string;
	/** The exact bytes, when they are no UTF-8. */
	subject_b64?: string;
	/** What went wrong. */
	message: string;
}

export interface ScannedDirectoryList {
	status: 'success';
	directories: ScannedDirectory[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** A directory that is scanned for backups. */
export interface ScannedDirectory {
	/** The directory's id. */
	id: number;
	/** The configured directory. */
	path: string;
	/** The exact bytes, when they are no UTF-8. */
	path_b64?: string;
	/** Whether the last try could read it. If not, its files are kept as they were. */
	available: boolean;
	/** Why it is not available. */
	reason: string;
	/** It is not available because it is not what it was: suddenly empty, or another file system. A scan with accept_changed takes it as it is. */
	changed: boolean;
	/** Files in it. */
	files: number;
	/** Directories in it. */
	directories: number;
	/** Bytes of its files. */
	bytes: number;
	/** Directories below it that could not be read. */
	unreadable: number;
	/** File systems that were mounted below it and are not now; their files are kept. A scan with accept_changed forgets them. */
	lost_mounts: number;
	/** The newest modification time in it. */
	newest: string | null;
	/** The last complete scan. */
	last_scan: string | null;
	/** The last scan, complete or not. */
	last_try: string | null;
}

export interface ScannedDirectoryAnswer {
	status: 'success';
	/** After a change: what was done. */
	message?: string;
	directory: ScannedDirectory;
}

export interface RepositoryList {
	status: 'success';
	repositories: Repository[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** A store of a backup tool that cannot be looked into from outside. */
export interface Repository {
	/** Stays the same while it stays where it is. */
	id: number;
	/** Its directory. */
	path: string;
	/** The exact bytes, when they are no UTF-8. */
	path_b64?: string;
	/** Whose tool's it is. */
	kind: 'none' | 'restic' | 'borg' | 'kopia' | 'duplicacy' | 'pbs' | 'bareos' | 'bup' | 'zbackup' | 'arq';
	/** The same in words: "restic repository". */
	description: string;
	/** Host name of the server whose it is; null: nothing says so. */
	server: string | null;
	/** The server's id. */
	server_id: number | null;
	/** Whether a rule ignores it. If not, and it is nobody's, servers without a backup are unknown: theirs may be in it. */
	ignored: boolean;
	/** Files in it. */
	files: number;
	/** Bytes of its files. */
	bytes: number;
	/** The newest modification time in it. */
	newest: string | null;
}

export interface HistoryEntryList {
	status: 'success';
	history: HistoryEntry[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** How many servers had which status. */
export interface HistoryEntry {
	/** Counts up. */
	id: number;
	/** When the servers were counted. */
	time: string;
	/** After which scan. */
	scan: number | null;
	/** Servers with a good, recent backup. */
	green: number;
	/** Servers with an old or odd backup. */
	yellow: number;
	/** Servers without a backup. */
	red: number;
	/** Servers whose evidence is incomplete. */
	unknown: number;
	/** Servers that need none. */
	exempt: number;
}

export interface ConfigChangeList {
	status: 'success';
	settings: ConfigChange[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** A change of the configuration. */
export interface ConfigChange {
	/** Counts up. */
	id: number;
	/** When it was changed. */
	time: string;
	/** Who changed it. */
	actor: string;
	/** Its revision, as in ETag. */
	revision: string;
	/** The configuration from then on. */
	config: Record<string, unknown>;
}

export interface AuditEntryList {
	status: 'success';
	audit: AuditEntry[];
	/** Rows in this answer. */
	count: number;
	/** With limit: rows on all pages; see the parameter total. */
	total?: number;
	/** With count_by: the values that rows have, and how many. */
	counts?: ValueCount[];
	/** With limit: the cursor of the next page; null at the end. */
	next?: string | null;
}

/** Something that somebody did, or tried. */
export interface AuditEntry {
	/** Counts up. */
	id: number;
	/** When. */
	time: string;
	/** Who: an account's name, token:NAME, root, anonymous, nobody, file. */
	actor: string;
	/** From which address; socket: a program on this machine. */
	source: string;
	/** What was done: scan.start ... */
	action: string;
	/** To what; empty: nothing to name. */
	subject: string;
	/** What it was, as JSON. */
	before: string | null;
	/** What it is since, as JSON. */
	after: string | null;
	/** Whether it was tried and refused. */
	refused: boolean;
}

export interface ServerInput {
	/** Its host name. */
	hostname?: string | null;
	/** Its address. */
	ip_address?: string | null;
	/** Other names that its backups carry. */
	aliases?: string[] | null;
	/** Words that policies refer to. */
	tags?: string[] | null;
	/** Free text. */
	note?: string | null;
}

export interface MergeInput {
	/** The server that becomes part of it. */
	other: number;
}

export interface AliasInput {
	/** Another name that its backups carry. */
	alias: string;
}

export interface ExemptionInput {
	/** Why it needs no backup. */
	reason: string;
	/** Who says so. */
	author?: string | null;
	/** When it ends by itself: a date such as 2027-01-31, to the end of that day, or a time such as 2027-01-31T12:00:00Z; null: without an end. */
	until?: string | null;
}

export interface ScanInput {
	/** Some of the configured directories, or prefixes inside the configured subnets; all of them if absent. */
	only?: string[] | null;
	/** Take a directory that is suddenly empty, on another file system or without a mount below it as it is now. */
	accept_changed?: boolean | null;
}

export interface PasswordChange {
	/** The present password. */
	old: string;
	/** The new one. */
	new: string;
}

export interface PasswordInput {
	/** One's own password. */
	password: string;
}

export interface CodeInput {
	/** Six digits. */
	code: string;
}

export interface AccountInput {
	/** Its name. */
	name: string;
	/** Its password. */
	password: string;
	/** What it may do; not none. */
	role: 'none' | 'viewer' | 'operator' | 'admin';
}

export interface AccountChange {
	/** What it may do; none or absent: as it is. */
	role?: 'none' | 'viewer' | 'operator' | 'admin' | null;
	/** A new password, which ends the account's sessions; absent: as it is. */
	password?: string | null;
	/** Asks for no code any more. */
	end_totp?: boolean | null;
}

export interface TokenInput {
	/** What it is for. */
	name: string;
	/** What it may do; not none. */
	role: 'none' | 'viewer' | 'operator' | 'admin';
	/** When it ends, in seconds since 1970; 0: never. */
	expires?: number | null;
}

/** The configuration. */
export interface Config {
	/** Directories that hold backups: paths, or objects with a path and more. */
	directories_to_scan: Array<string | {
		/** Absolute path of a directory that holds backups. */
		path: string;
		/** Globs of what is skipped: with a slash against the path below the directory, else against the last component. */
		exclude: string[];
		/** Do not enter other file systems that are mounted below. */
		one_file_system: boolean;
		/** Everything below belongs to this server (name, alias or address). */
		server: string | null;
		/** How a date such as 02-03-2024 in a name is read. */
		date_order: 'none' | 'day_first' | 'month_first';
		/** IANA time zone of the machines whose backups lie here, such as Europe/Berlin: a time in a name that states no offset is read by its clocks; absent: schedule.timezone. */
		timezone: string | null;
	}>;
	/** Networks, addresses and host names of the servers. */
	subnets_to_scan: string[];
	/** Networks and addresses that are never scanned. */
	exclude_addresses: string[];
	/** How the network is scanned. */
	network_scan: {
		/** TCP ports to try: numbers and ranges such as 22,80,8000-8100, or top:N for the N most common. */
		ports: string;
		/** Guess the operating system (slower, needs raw sockets). */
		detect_os: boolean;
		/** Packets a second at most; 0 leaves it to nmap, if limits.max_rate is 0 too. */
		max_rate: number;
		/** Time for one host at most. */
		host_timeout: string;
		/** Time for a whole scan at most. */
		scan_timeout: string;
	};
	/** When scans start by themselves. */
	schedule: {
		/** When directories are scanned: five cron fields, @daily, @every 6h, or off. */
		directories: string;
		/** When the network is scanned: five cron fields, @daily, @every 6h, or off. */
		servers: string;
		/** IANA time zone of the cron fields, such as Europe/Berlin, and of times in names that state none; empty: the machine's own. */
		timezone: string;
	};
	/** What is expected of servers that no policy matches. */
	status: {
		/** A server is green while its newest backup is younger than this. */
		green_within: string;
		/** A server is red when its newest backup is older than this; 0 means never. */
		red_after: string;
		/** A newest backup that is smaller than this share of the median of the ten before it, in percent, is a warning; 0: never. */
		shrunk_below_percent: number;
	};
	/** How long people stay signed in. */
	sign_in: {
		/** A session ends after so long without a use; of sessions that begin afterwards. */
		session_idle: string;
		/** A session ends after so long in any case; of sessions that begin afterwards. */
		session_max: string;
	};
	/** Expectations for some servers; the first that matches counts. */
	policies: Array<{
		/** The policy's name, as reasons show it. */
		name: string;
		/** Globs on host names and aliases. */
		servers: string[];
		/** Networks and addresses. */
		subnets: string[];
		/** Tags of servers kept by hand. */
		tags: string[];
		/** Globs on the detected operating system. */
		os: string[];
		/** A server is green while its newest backup is younger than this. */
		green_within: string;
		/** A server is red when its newest backup is older than this; 0 means never. */
		red_after: string;
		/** Files of fewer bytes do not count. */
		minimum_size: number;
		/** How many counted backups are wanted; fewer is a warning. */
		copies: number;
		/** A newest backup that is smaller than this share of the median of the ten before it, in percent, is a warning; 0: never. */
		shrunk_below_percent: number;
	}>;
	/** What no file name can tell; the first that matches wins. */
	rules: Array<{
		/** Glob against the path below the scanned directory; * also crosses slashes. */
		path: string | null;
		/** PCRE2 expression against the same path; the groups (?<host>...) and (?<date>...) name the server and the time. */
		regex: string | null;
		/** The server that such files belong to: its name, an alias or an address. */
		server: string | null;
		/** Such files belong to nobody and never count. */
		ignore: boolean;
	}>;
	/** More words that are too common to name a server by themselves. */
	generic_names: string[];
}

/** The configuration. */
export interface ConfigInput {
	/** Directories that hold backups: paths, or objects with a path and more. */
	directories_to_scan: Array<string | {
		/** Absolute path of a directory that holds backups. */
		path: string;
		/** Globs of what is skipped: with a slash against the path below the directory, else against the last component. */
		exclude?: string[];
		/** Do not enter other file systems that are mounted below. */
		one_file_system?: boolean;
		/** Everything below belongs to this server (name, alias or address). */
		server?: string | null;
		/** How a date such as 02-03-2024 in a name is read. */
		date_order?: 'none' | 'day_first' | 'month_first';
		/** IANA time zone of the machines whose backups lie here, such as Europe/Berlin: a time in a name that states no offset is read by its clocks; absent: schedule.timezone. */
		timezone?: string | null;
	}>;
	/** Networks, addresses and host names of the servers. */
	subnets_to_scan: string[];
	/** Networks and addresses that are never scanned. */
	exclude_addresses?: string[];
	/** How the network is scanned. */
	network_scan?: {
		/** TCP ports to try: numbers and ranges such as 22,80,8000-8100, or top:N for the N most common. */
		ports?: string;
		/** Guess the operating system (slower, needs raw sockets). */
		detect_os?: boolean;
		/** Packets a second at most; 0 leaves it to nmap, if limits.max_rate is 0 too. */
		max_rate?: number;
		/** Time for one host at most. */
		host_timeout?: string;
		/** Time for a whole scan at most. */
		scan_timeout?: string;
	};
	/** When scans start by themselves. */
	schedule?: {
		/** When directories are scanned: five cron fields, @daily, @every 6h, or off. */
		directories?: string;
		/** When the network is scanned: five cron fields, @daily, @every 6h, or off. */
		servers?: string;
		/** IANA time zone of the cron fields, such as Europe/Berlin, and of times in names that state none; empty: the machine's own. */
		timezone?: string;
	};
	/** What is expected of servers that no policy matches. */
	status?: {
		/** A server is green while its newest backup is younger than this. */
		green_within?: string;
		/** A server is red when its newest backup is older than this; 0 means never. */
		red_after?: string;
		/** A newest backup that is smaller than this share of the median of the ten before it, in percent, is a warning; 0: never. */
		shrunk_below_percent?: number;
	};
	/** How long people stay signed in. */
	sign_in?: {
		/** A session ends after so long without a use; of sessions that begin afterwards. */
		session_idle?: string;
		/** A session ends after so long in any case; of sessions that begin afterwards. */
		session_max?: string;
	};
	/** Expectations for some servers; the first that matches counts. */
	policies?: Array<{
		/** The policy's name, as reasons show it. */
		name: string;
		/** Globs on host names and aliases. */
		servers?: string[];
		/** Networks and addresses. */
		subnets?: string[];
		/** Tags of servers kept by hand. */
		tags?: string[];
		/** Globs on the detected operating system. */
		os?: string[];
		/** A server is green while its newest backup is younger than this. */
		green_within?: string;
		/** A server is red when its newest backup is older than this; 0 means never. */
		red_after?: string;
		/** Files of fewer bytes do not count. */
		minimum_size?: number;
		/** How many counted backups are wanted; fewer is a warning. */
		copies?: number;
		/** A newest backup that is smaller than this share of the median of the ten before it, in percent, is a warning; 0: never. */
		shrunk_below_percent?: number;
	}>;
	/** What no file name can tell; the first that matches wins. */
	rules?: Array<{
		/** Glob against the path below the scanned directory; * also crosses slashes. */
		path?: string | null;
		/** PCRE2 expression against the same path; the groups (?<host>...) and (?<date>...) name the server and the time. */
		regex?: string | null;
		/** The server that such files belong to: its name, an alias or an address. */
		server?: string | null;
		/** Such files belong to nobody and never count. */
		ignore?: boolean;
	}>;
	/** More words that are too common to name a server by themselves. */
	generic_names?: string[];
}

/** What may be scanned at all; only an editor of the file can change it. */
export interface Limits {
	/** Only directories below these may be scanned. */
	directories_within: string[];
	/** Directories that are never scanned, nor anything below them. */
	directories_never: string[];
	/** Only networks inside these may be scanned. */
	subnets_within: string[];
	/** An IPv4 network with a shorter prefix is refused. */
	smallest_prefix_v4: number;
	/** An IPv6 network with a shorter prefix is refused. */
	smallest_prefix_v6: number;
	/** The highest network_scan.max_rate that may be asked for; 0: any. */
	max_rate: number;
	/** Who says who asks: "password": scannerd itself, by accounts, sessions and API tokens; "webd": webd, which scannerd then believes. */
	sign_in: 'password' | 'webd';
}

/** Tells what no name can tell; the first rule that matches a file wins. */
export interface Rule {
	/** Glob against the path below the scanned directory; * also crosses slashes. */
	path?: string | null;
	/** PCRE2 expression against the same path; the groups (?<host>...) and (?<date>...) name the server and the time. */
	regex?: string | null;
	/** The server that such files belong to: its name, an alias or an address. */
	server?: string | null;
	/** Such files belong to nobody and never count. */
	ignore?: boolean;
}

/** How far a scan is. */
export interface ScanProgress {
	/** The scan's number. */
	scan: number;
	/** What is scanned. */
	kind: 'directories' | 'servers';
	/** How far it is. */
	state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
	/** "person" or "schedule". */
	requested_by: string | null;
	/** In seconds since 1970. */
	started: number;
	/** Files seen so far. */
	files: number;
	/** Directories seen so far. */
	directories: number;
	/** The files' size so far. */
	bytes: number;
	/** Addresses looked at so far. */
	hosts: number;
	/** Hosts that answered so far. */
	hosts_up: number;
	/** 0 to 100; -1 while it is not known. */
	percent: number;
	/** An estimate; -1 while it is not known. */
	seconds_left: number;
	/** Things that could not be read. */
	errors: number;
	/** What is under the hands now. */
	current: string | null;
	/** The result in words, once it has ended. */
	message: string | null;
}

export type NoQuery = Record<never, never>;

/** What GET answers, and which parameters it takes. */
export interface Gets {
	/** Is the database readable? */
	'/api/health': {answer: Health; query: NoQuery};
	/** Can the server answer? */
	'/readyz': {answer: Health; query: NoQuery};
	/** This description. */
	'/api/openapi.json': {answer: OpenApi; query: NoQuery};
	/** Counts by status, coverage, last scans. */
	'/api/summary': {answer: Summary; query: NoQuery};
	/** What scannerd can do, and when it scans next. */
	'/api/info': {answer: InfoAnswer; query: NoQuery};
	/** The files that lie in the scanned directories. */
	'/api/files': {answer: FileList; query: {sort?: 'id' | 'filename' | 'filepath' | 'last_modified' | 'size' | 'scan_time' | 'server' | 'server_id' | 'backup_time' | 'time_source' | 'counts' | 'reason'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; count_by?: 'time_source'; q?: string; server?: string; root?: string; unmatched?: boolean; reason?: Array<'counts' | 'no_server' | 'ambiguous' | 'ignored' | 'empty' | 'empty_archive' | 'sidecar' | 'log' | 'partial' | 'temporary' | 'changing' | 'too_small' | 'repository' | 'repository_data'>; counts?: boolean; ambiguous?: boolean}};
	/** One file. */
	'/api/files/{id}': {answer: FileAnswer; query: NoQuery};
	/** Why a path belongs to a server, or to none. */
	'/api/explain': {answer: ExplainAnswer; query: {path: string}};
	/** The files that no server owns, grouped by directory and shape, the largest first. */
	'/api/unmatched': {answer: UnmatchedAnswer; query: NoQuery};
	/** The servers with the status of their backups. */
	'/api/servers': {answer: ServerList; query: {sort?: 'id' | 'hostname' | 'ip_address' | 'detected_os' | 'open_ports' | 'last_scan' | 'is_reachable' | 'scan_time' | 'backup_status' | 'backup_file' | 'backup_path' | 'backup_time' | 'time_source' | 'backup_count' | 'backup_bytes' | 'mac_address' | 'mac_vendor' | 'note' | 'by_hand' | 'last_seen' | 'policy' | 'exempt_reason' | 'exempt_author' | 'exempt_since' | 'exempt_until'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; count_by?: 'backup_status' | 'time_source'; q?: string; status?: Array<'green' | 'yellow' | 'red' | 'unknown' | 'exempt'>; reachable?: boolean; os?: string; tag?: string; subnet?: string; by_hand?: boolean; policy?: string; unprotected?: boolean; mergeable?: boolean}};
	/** One server. */
	'/api/servers/{id}': {answer: ServerAnswer; query: NoQuery};
	/** When this server's status changed. */
	'/api/servers/{id}/changes': {answer: StatusChangeList; query: {sort?: 'id' | 'server_id' | 'server' | 'time' | 'before' | 'after'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; count_by?: 'before' | 'after'; server?: string; first?: boolean; after?: Array<'green' | 'yellow' | 'red' | 'unknown' | 'exempt'>; since?: number}};
	/** One scan. */
	'/api/scan/{id}': {answer: ScanAnswer; query: NoQuery};
	/** The scans, the newest first. */
	'/api/scans': {answer: ScanList; query: {sort?: 'id' | 'kind' | 'state' | 'requested_by' | 'due' | 'started' | 'finished' | 'files' | 'directories' | 'bytes' | 'hosts' | 'hosts_up' | 'changed' | 'errors' | 'reduced'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; count_by?: 'kind' | 'state' | 'requested_by'; kind?: Array<'directories' | 'servers'>; state?: Array<'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted'>}};
	/** One scan. */
	'/api/scans/{id}': {answer: ScanAnswer; query: NoQuery};
	/** What went wrong in a scan without ending it. */
	'/api/scans/{id}/problems': {answer: ProblemList; query: {sort?: 'scan' | 'seq' | 'subject' | 'message'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; scan?: number; q?: string}};
	/** The scanned directories and whether they are there. */
	'/api/directories': {answer: ScannedDirectoryList; query: {sort?: 'id' | 'path' | 'available' | 'reason' | 'changed' | 'files' | 'directories' | 'bytes' | 'unreadable' | 'lost_mounts' | 'newest' | 'last_scan' | 'last_try'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; available?: boolean}};
	/** One scanned directory. */
	'/api/directories/{id}': {answer: ScannedDirectoryAnswer; query: NoQuery};
	/** Stores of backup tools that cannot be looked into, and whose they are. */
	'/api/repositories': {answer: RepositoryList; query: {sort?: 'id' | 'path' | 'kind' | 'description' | 'server' | 'server_id' | 'ignored' | 'files' | 'bytes' | 'newest'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; count_by?: 'kind'; q?: string; kind?: Array<'none' | 'restic' | 'borg' | 'kopia' | 'duplicacy' | 'pbs' | 'bareos' | 'bup' | 'zbackup' | 'arq'>; root?: string; unsettled?: boolean}};
	/** Servers by status over time. */
	'/api/history': {answer: HistoryEntryList; query: {sort?: 'id' | 'time' | 'scan' | 'green' | 'yellow' | 'red' | 'unknown' | 'exempt'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; since?: number}};
	/** Servers whose status changed. */
	'/api/changes': {answer: StatusChangeList; query: {sort?: 'id' | 'server_id' | 'server' | 'time' | 'before' | 'after'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; count_by?: 'before' | 'after'; server?: string; first?: boolean; after?: Array<'green' | 'yellow' | 'red' | 'unknown' | 'exempt'>; since?: number}};
	/** The configuration; its ETag is the revision. */
	'/api/config': {answer: ConfigAnswer; query: NoQuery};
	/** A schedule in words, and when it would run next. */
	'/api/schedule/preview': {answer: ScheduleAnswer; query: {expression: string; timezone?: string}};
	/** Directories and networks of this machine that are not configured yet. */
	'/api/suggestions': {answer: SuggestionsAnswer; query: NoQuery};
	/** Changes of the configuration, the newest first. */
	'/api/config/history': {answer: ConfigChangeList; query: {sort?: 'id' | 'time' | 'actor'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; since?: number}};
	/** Who asks, with which role, and how people sign in. */
	'/api/session': {answer: SessionAnswer; query: NoQuery};
	/** One's own sessions. */
	'/api/sessions': {answer: SessionsAnswer; query: {all?: number}};
	/** All accounts. */
	'/api/accounts': {answer: AccountsAnswer; query: NoQuery};
	/** All API tokens. */
	'/api/tokens': {answer: TokensAnswer; query: NoQuery};
	/** Who did what, the newest first. */
	'/api/audit': {answer: AuditEntryList; query: {sort?: 'id' | 'time' | 'actor' | 'source' | 'action' | 'subject' | 'refused'; order?: 'asc' | 'desc'; limit?: number; cursor?: string; total?: 'always' | 'cheap' | 'only'; q?: string; id?: number; actor?: string; action?: string; refused?: boolean; since?: number; until?: number}};
}

/** What changes something. */
export interface Sends {
	/** Forgets all files; the next scan finds them again. */
	'DELETE /api/files': {answer: CountAnswer; body: undefined; query: NoQuery};
	/** What a rule would match, without keeping it. */
	'POST /api/rules/preview': {answer: RulePreviewAnswer; body: RulePreviewInput; query: NoQuery};
	/** Adds one rule to the configuration. */
	'POST /api/rules': {answer: RuleAddedAnswer; body: AddRuleInput; query: NoQuery};
	/** Adds a server that no scan finds. */
	'POST /api/servers': {answer: ServerAnswer; body: ServerInput | undefined; query: NoQuery};
	/** Forgets all servers. */
	'DELETE /api/servers': {answer: CountAnswer; body: undefined; query: NoQuery};
	/** Replaces what a person says of a server. */
	'PUT /api/servers/{id}': {answer: ServerAnswer; body: ServerInput | undefined; query: NoQuery};
	/** Forgets a server. */
	'DELETE /api/servers/{id}': {answer: DoneAnswer; body: undefined; query: NoQuery};
	/** Makes another server part of this one. */
	'POST /api/servers/{id}/merge': {answer: ServerAnswer; body: MergeInput; query: NoQuery};
	/** Adds a name by which the server's backups are known. */
	'POST /api/servers/{id}/aliases': {answer: ServerAnswer; body: AliasInput; query: NoQuery};
	/** Says that the server needs no backup, why, and until when. */
	'PUT /api/servers/{id}/exemption': {answer: ServerAnswer; body: ExemptionInput; query: NoQuery};
	/** Expects backups of the server again. */
	'DELETE /api/servers/{id}/exemption': {answer: ServerAnswer; body: undefined; query: NoQuery};
	/** Starts a scan of the directories. */
	'POST /api/scan/directories': {answer: ScanAnswer | ScanStartedAnswer; body: ScanInput | undefined; query: {wait?: number}};
	/** Starts a scan of the network. */
	'POST /api/scan/servers': {answer: ScanAnswer | ScanStartedAnswer; body: ScanInput | undefined; query: {wait?: number}};
	/** Cancels a running scan; the last good result stays. */
	'DELETE /api/scan/{id}': {answer: DoneAnswer; body: undefined; query: NoQuery};
	/** Replaces the configuration. With If-Match only if nobody changed it since. A body of directories_to_scan and subnets_to_scan alone, without If-Match, leaves the other settings as they are. */
	'PUT /api/config': {answer: ConfigAnswer; body: ConfigInput; query: NoQuery};
	/** Signs in: the answer sets a cookie. */
	'POST /api/session': {answer: SignedInAnswer; body: SignInInput; query: NoQuery};
	/** Signs out. */
	'DELETE /api/session': {answer: DoneAnswer; body: undefined; query: NoQuery};
	/** Makes the first account, with the token of the link that webd has printed. */
	'POST /api/setup': {answer: DoneAnswer; body: SetupInput; query: NoQuery};
	/** Ends all of one's own other sessions. */
	'DELETE /api/sessions': {answer: CountAnswer; body: undefined; query: NoQuery};
	/** Ends one of one's own sessions, or, for admins, anybody's. */
	'DELETE /api/sessions/{id}': {answer: DoneAnswer; body: undefined; query: NoQuery};
	/** Sets one's own password. */
	'PUT /api/password': {answer: DoneAnswer; body: PasswordChange; query: NoQuery};
	/** Makes a secret for an authenticator. */
	'POST /api/totp': {answer: TotpAnswer; body: PasswordInput; query: NoQuery};
	/** Confirms the authenticator by a code. */
	'PUT /api/totp': {answer: DoneAnswer; body: CodeInput; query: NoQuery};
	/** Goes without an authenticator again. */
	'DELETE /api/totp': {answer: DoneAnswer; body: PasswordInput; query: NoQuery};
	/** Adds an account. */
	'POST /api/accounts': {answer: NumberAnswer; body: AccountInput; query: NoQuery};
	/** Changes an account's role or password. */
	'PUT /api/accounts/{id}': {answer: DoneAnswer; body: AccountChange | undefined; query: NoQuery};
	/** Removes an account and its sessions. */
	'DELETE /api/accounts/{id}': {answer: DoneAnswer; body: undefined; query: NoQuery};
	/** Makes an API token. */
	'POST /api/tokens': {answer: TokenAddedAnswer; body: TokenInput; query: NoQuery};
	/** Removes an API token. */
	'DELETE /api/tokens/{id}': {answer: DoneAnswer; body: undefined; query: NoQuery};
}

/** The events of /api/events. */
export interface Events {
	hello: HelloEvent;
	progress: ScanProgress;
	changed: ChangedEvent;
	heartbeat: HeartbeatEvent;
}
