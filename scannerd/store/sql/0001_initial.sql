-- 0001: the first schema. Times are seconds since 1970 UTC unless the name says ns; paths and names are bytes (BLOB).

CREATE TABLE meta (			-- one row a key; readers see those that v_versions shows
	key TEXT PRIMARY KEY,
	value
) WITHOUT ROWID;

-- What a person said (the *_set columns, aliases, tags, note), and a summary of its addresses for quick reading.
CREATE TABLE servers (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	by_hand INTEGER NOT NULL DEFAULT 0,	-- added by a person: kept until a person removes it
	hostname_set TEXT,
	note TEXT NOT NULL DEFAULT '',
	created INTEGER NOT NULL,
	-- the summary: store_server_refresh() writes it after every change below
	hostname TEXT NOT NULL DEFAULT '',
	address TEXT,				-- the lowest of its addresses
	address_key BLOB,
	os TEXT,
	ports TEXT NOT NULL DEFAULT '',		-- "22/tcp (ssh), 80/tcp (http)"
	mac TEXT,
	vendor TEXT,
	is_reachable INTEGER,			-- NULL: never scanned
	last_seen INTEGER,
	last_scan INTEGER
);
-- For every new host: is it one that a person has announced by name?
CREATE INDEX servers_announced ON servers (hostname_set COLLATE NOCASE) WHERE by_hand = 1;

-- What scans saw, one row an address; key = family (4 or 6) and the address in network order, so that it sorts as people expect.
CREATE TABLE addresses (
	key BLOB PRIMARY KEY,
	address TEXT NOT NULL,
	server INTEGER NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
	hostname TEXT,				-- PTR
	mac TEXT,
	vendor TEXT,
	os TEXT,
	ports TEXT NOT NULL DEFAULT '',
	is_reachable INTEGER,
	since INTEGER,				-- of is_reachable's value
	last_seen INTEGER,
	last_scan INTEGER
) WITHOUT ROWID;
CREATE INDEX addresses_server ON addresses (server);

CREATE TABLE aliases (
	server INTEGER NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
	alias TEXT NOT NULL COLLATE NOCASE,
	PRIMARY KEY (server, alias)
) WITHOUT ROWID;

CREATE TABLE tags (
	server INTEGER NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
	tag TEXT NOT NULL COLLATE NOCASE,
	PRIMARY KEY (server, tag)
) WITHOUT ROWID;

CREATE TABLE roots (			-- the scanned directories
	id INTEGER PRIMARY KEY,
	path BLOB NOT NULL UNIQUE,
	fs_type INTEGER NOT NULL DEFAULT 0,	-- statfs at the last complete scan
	fs_id INTEGER NOT NULL DEFAULT 0,
	available INTEGER NOT NULL DEFAULT 1,
	reason TEXT NOT NULL DEFAULT '',	-- why not
	files INTEGER NOT NULL DEFAULT 0,
	dirs INTEGER NOT NULL DEFAULT 0,
	bytes INTEGER NOT NULL DEFAULT 0,
	unreadable INTEGER NOT NULL DEFAULT 0,
	newest INTEGER,
	last_scan INTEGER,			-- the last complete one
	last_try INTEGER
);

CREATE TABLE mounts (			-- file systems mounted below a root at its last complete scan
	root INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
	path BLOB NOT NULL,			-- absolute
	fs_type INTEGER NOT NULL,		-- statfs
	lost INTEGER NOT NULL,			-- 1: it was missing since; its files are kept
	PRIMARY KEY (root, path)
) WITHOUT ROWID;

-- Directories that hold files. No index on path: a scan reads them all.
CREATE TABLE dirs (
	id INTEGER PRIMARY KEY,
	root INTEGER NOT NULL REFERENCES roots (id),
	path BLOB NOT NULL,			-- absolute
	digest BLOB NOT NULL,
	next INTEGER NOT NULL,			-- the next free ordinal
	stale INTEGER				-- since this scan time it could not be read; its files are kept
);

-- id = dirs.id << 24 | ordinal. Rows whose directory has no row in dirs are staged by a running scan and not visible.
-- match and drift: proto/verdict.h.
CREATE TABLE files (
	id INTEGER PRIMARY KEY,
	name BLOB NOT NULL,
	mtime_ns INTEGER NOT NULL,
	size INTEGER NOT NULL,
	match INTEGER NOT NULL,
	drift INTEGER NOT NULL
);

-- What the files say of each server: rebuilt after every change of files, identities or policies.
CREATE TABLE evidence (
	server INTEGER PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
	file INTEGER,				-- the newest counted one
	backup_time INTEGER,
	time_source INTEGER,
	backup_count INTEGER NOT NULL DEFAULT 0,
	backup_bytes INTEGER NOT NULL DEFAULT 0,
	ambiguous INTEGER NOT NULL DEFAULT 0,
	findings INTEGER NOT NULL DEFAULT 0,
	policy TEXT,
	green_within INTEGER NOT NULL,
	red_after INTEGER NOT NULL,
	copies INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE scans (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	requested_by TEXT NOT NULL,
	due INTEGER,				-- of a scheduled scan: the time it was due
	started INTEGER NOT NULL,
	finished INTEGER,
	files INTEGER NOT NULL DEFAULT 0,
	directories INTEGER NOT NULL DEFAULT 0,
	bytes INTEGER NOT NULL DEFAULT 0,
	hosts INTEGER NOT NULL DEFAULT 0,
	hosts_up INTEGER NOT NULL DEFAULT 0,
	changed INTEGER NOT NULL DEFAULT 0,	-- rows added, changed or removed
	errors INTEGER NOT NULL DEFAULT 0,
	reduced INTEGER NOT NULL DEFAULT 0,
	message TEXT NOT NULL DEFAULT ''
);

CREATE TABLE problems (			-- what went wrong in a scan without ending it; bounded per scan
	scan INTEGER NOT NULL REFERENCES scans (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,
	subject BLOB NOT NULL,			-- a path, a target
	message TEXT NOT NULL,
	PRIMARY KEY (scan, seq)
) WITHOUT ROWID;

CREATE TABLE settings_history (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	time INTEGER NOT NULL,
	actor TEXT NOT NULL,
	revision TEXT NOT NULL,
	config TEXT NOT NULL
);

CREATE TABLE status_history (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	time INTEGER NOT NULL,
	scan INTEGER,
	green INTEGER NOT NULL,
	yellow INTEGER NOT NULL,
	red INTEGER NOT NULL,
	unknown INTEGER NOT NULL,
	exempt INTEGER NOT NULL
);

CREATE TABLE status_now (		-- the status that was last written down for each server
	server INTEGER PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
	status TEXT NOT NULL
);

CREATE TABLE status_changes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	server INTEGER NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
	time INTEGER NOT NULL,
	before TEXT,
	after TEXT NOT NULL,
	reason TEXT NOT NULL
);
CREATE INDEX status_changes_server ON status_changes (server, id);
