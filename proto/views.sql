-- views.sql: the read contract. scannerd creates these views when it opens the database; webd may read nothing else.
-- Times are seconds since 1970 UTC, paths and names are bytes. Statuses are not here: proto/status.h judges the facts when asked.

-- Rows from next_dir on are a running scan's: not there yet. Every other file has its directory; LEFT, so that SQLite leaves the join out where nothing
-- of the directory is asked for, which is half the time of a look at every file.
DROP VIEW IF EXISTS v_files;
CREATE VIEW v_files AS
SELECT f.id AS id, f.name AS name, d.path AS dir, f.mtime_ns AS mtime_ns, f.size AS size, (SELECT r.last_scan FROM roots r WHERE r.id = d.root) AS scan_time, d.root AS root,
	f.match AS match, f.drift AS drift, f.match >> 9 AS server_id, f.match & 31 AS reason,
	(SELECT s.hostname FROM servers s WHERE s.id = f.match >> 9) AS server
FROM files f LEFT JOIN dirs d ON d.id = f.id >> 24
WHERE f.id < (SELECT value << 24 FROM meta WHERE key = 'next_dir');

-- Directories and their bounds of file ids, to find one file by its path and to page below one directory.
DROP VIEW IF EXISTS v_dirs;
CREATE VIEW v_dirs AS
SELECT id, root, path, id << 24 AS first_file, (id + 1) << 24 AS end_file, stale FROM dirs;

-- What lies behind the evidence is looked up where it is asked for, so that SQLite can leave out the joins as well.
-- Values without a row of `servers` in them (unavailable_root, opaque, whether any directory is unavailable ...) are worked out once a query.
-- same_name: the ids of the other servers of the same name (not of those that are called by their address), which are one machine and may be merged; as the matcher sees it.
DROP VIEW IF EXISTS v_servers;
CREATE VIEW v_servers AS
SELECT s.id AS id, s.hostname AS hostname, s.address AS address, s.address_key AS address_key, s.os AS os, s.ports AS ports, s.mac AS mac, s.vendor AS vendor,
	s.is_reachable AS is_reachable, s.last_seen AS last_seen, s.last_scan AS last_scan, s.by_hand AS by_hand, s.hostname_set AS hostname_set, s.note AS note, s.created AS created,
	(SELECT json_group_array(alias) FROM aliases a WHERE a.server = s.id) AS aliases,
	(SELECT json_group_array(tag) FROM tags t WHERE t.server = s.id) AS tags,
	(SELECT json_group_array(x.address) FROM addresses x WHERE x.server = s.id) AS addresses,
	e.file AS file, (SELECT f.name FROM files f WHERE f.id = e.file) AS file_name, (SELECT d.path FROM dirs d WHERE d.id = e.file >> 24) AS file_dir,
	(SELECT f.size FROM files f WHERE f.id = e.file) AS file_size, e.backup_time AS backup_time, e.time_source AS time_source,
	coalesce(e.backup_count, 0) AS backup_count, coalesce(e.backup_bytes, 0) AS backup_bytes, coalesce(e.ambiguous, 0) AS ambiguous, coalesce(e.findings, 0) AS findings,
	e.policy AS policy, e.green_within AS green_within, e.red_after AS red_after, coalesce(e.copies, 0) AS copies,
	CASE WHEN (SELECT EXISTS (SELECT 1 FROM roots WHERE available = 0) OR EXISTS (SELECT 1 FROM dirs WHERE stale IS NOT NULL)) THEN
		(SELECT CASE WHEN d.stale IS NOT NULL THEN d.path WHEN r.available = 0 THEN r.path END FROM dirs d JOIN roots r ON r.id = d.root WHERE d.id = e.file >> 24)
	END AS evidence_root,
	coalesce((SELECT path FROM roots u WHERE u.available = 0 ORDER BY u.id LIMIT 1),
		(SELECT path FROM mounts m WHERE m.lost = 1 ORDER BY m.root, m.path LIMIT 1)) AS unavailable_root,
	(SELECT count(*) FROM repositories p WHERE p.server IS NULL AND p.ignored = 0) AS opaque,
	(SELECT o.path FROM repositories p JOIN dirs o ON o.id = p.dir WHERE p.server IS NULL AND p.ignored = 0 ORDER BY p.dir LIMIT 1) AS opaque_path,
	x.reason AS exempt_reason, x.author AS exempt_author, x.since AS exempt_since, x.until AS exempt_until, x.day AS exempt_day,
	(SELECT json_group_array(id) FROM (SELECT o.id AS id FROM servers o WHERE o.hostname = s.hostname COLLATE NOCASE AND o.id != s.id
		AND o.hostname IS NOT o.address AND s.hostname IS NOT s.address ORDER BY o.id)) AS same_name
FROM servers s LEFT JOIN evidence e ON e.server = s.id LEFT JOIN exemptions x ON x.server = s.id;

DROP VIEW IF EXISTS v_names;
CREATE VIEW v_names AS
SELECT hostname AS hostname, count(*) AS servers FROM servers WHERE hostname IS NOT address GROUP BY hostname COLLATE NOCASE;

-- Stores of backup tools that cannot be looked into. server_id NULL and not ignored: any server's backups may be in it.
DROP VIEW IF EXISTS v_repositories;
CREATE VIEW v_repositories AS
SELECT p.dir AS id, d.path AS path, d.root AS root, p.kind AS kind, p.server AS server_id, (SELECT s.hostname FROM servers s WHERE s.id = p.server) AS server,
	p.ignored AS ignored, p.files AS files, p.bytes AS bytes, p.newest AS newest
FROM repositories p CROSS JOIN dirs d
WHERE d.id = p.dir;

DROP VIEW IF EXISTS v_addresses;
CREATE VIEW v_addresses AS SELECT * FROM addresses;

DROP VIEW IF EXISTS v_aliases;
CREATE VIEW v_aliases AS SELECT server, alias FROM aliases;

DROP VIEW IF EXISTS v_tags;
CREATE VIEW v_tags AS SELECT server, tag FROM tags;

DROP VIEW IF EXISTS v_roots;
CREATE VIEW v_roots AS
SELECT r.id AS id, r.path AS path, r.available AS available, r.reason AS reason, r.changed AS changed, r.files AS files, r.dirs AS dirs, r.bytes AS bytes,
	r.unreadable AS unreadable, (SELECT count(*) FROM mounts m WHERE m.root = r.id AND m.lost = 1) AS lost_mounts, r.newest AS newest, r.last_scan AS last_scan,
	r.last_try AS last_try
FROM roots r;

-- File systems that were mounted below a directory and are not now; their files are kept.
DROP VIEW IF EXISTS v_lost_mounts;
CREATE VIEW v_lost_mounts AS
SELECT m.path AS path, r.path AS directory FROM mounts m JOIN roots r ON r.id = m.root WHERE m.lost = 1 ORDER BY m.root, m.path;

DROP VIEW IF EXISTS v_scans;
CREATE VIEW v_scans AS
SELECT id, kind, state, requested_by, due, started, finished, files, directories, bytes, hosts, hosts_up, changed, errors, reduced, message FROM scans;

DROP VIEW IF EXISTS v_problems;
CREATE VIEW v_problems AS SELECT scan, seq, subject, message FROM problems;

DROP VIEW IF EXISTS v_settings_history;
CREATE VIEW v_settings_history AS SELECT id, time, actor, revision, config FROM settings_history;

DROP VIEW IF EXISTS v_status_history;
CREATE VIEW v_status_history AS SELECT id, time, scan, green, yellow, red, unknown, exempt FROM status_history;

DROP VIEW IF EXISTS v_status_changes;
CREATE VIEW v_status_changes AS
SELECT c.id AS id, c.server AS server_id, s.hostname AS server, c.time AS time, c.before AS before, c.after AS after, c.reason AS reason
FROM status_changes c JOIN servers s ON s.id = c.server;

-- Who did what, in the order of id. refused: an attempt that failed.
DROP VIEW IF EXISTS v_audit;
CREATE VIEW v_audit AS SELECT id, time, actor, source, action, subject, before, after, refused FROM audit;

-- One counter a kind of data: a reader that keeps something in memory compares it.
DROP VIEW IF EXISTS v_versions;
CREATE VIEW v_versions AS SELECT key, value FROM meta WHERE key IN ('version.files', 'version.servers', 'version.scans', 'version.config', 'version.audit');

-- For anyone with the sqlite3 shell, as the original had its tables.
DROP VIEW IF EXISTS scanned_files;
CREATE VIEW scanned_files AS
SELECT f.id AS id, CAST(f.name AS TEXT) AS filename, CAST(d.path || '/' || f.name AS TEXT) AS filepath,
	strftime('%Y-%m-%dT%H:%M:%SZ', f.mtime_ns / 1000000000, 'unixepoch') AS last_modified, f.size AS size,
	strftime('%Y-%m-%dT%H:%M:%SZ', r.last_scan, 'unixepoch') AS scan_time
FROM files f CROSS JOIN dirs d CROSS JOIN roots r
WHERE d.id = f.id >> 24 AND r.id = d.root;

DROP VIEW IF EXISTS scanned_servers;
CREATE VIEW scanned_servers AS
SELECT id, hostname, address AS ip_address, os AS detected_os, ports AS open_ports, strftime('%Y-%m-%dT%H:%M:%SZ', last_seen, 'unixepoch') AS last_scan, is_reachable,
	strftime('%Y-%m-%dT%H:%M:%SZ', last_scan, 'unixepoch') AS scan_time
FROM servers;
