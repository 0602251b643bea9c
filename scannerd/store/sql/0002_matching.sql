-- 0002: exemptions, repositories that cannot be looked into, and directories that are not what they were.

ALTER TABLE dirs ADD COLUMN repository INTEGER NOT NULL DEFAULT 0;	-- proto/repository.h

-- Whether a directory is a repository is seen by reading it: the next scan reads all of them anew.
UPDATE dirs SET digest = zeroblob(16);

CREATE TABLE exemptions (		-- servers that need no backup; kept after `until`, so that the status can say that it ended
	server INTEGER PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
	reason TEXT NOT NULL,
	author TEXT NOT NULL,
	since INTEGER NOT NULL,
	until INTEGER,			-- its last second; NULL: without an end
	day TEXT			-- until as it was said, where that was a day: "2027-01-31"
);

-- Servers of the same name, to be offered for merging; what changed since yesterday.
CREATE INDEX servers_hostname ON servers (hostname COLLATE NOCASE, address);
CREATE INDEX status_changes_time ON status_changes (time);

-- The repositories as the last judging of all files found them.
CREATE TABLE repositories (
	dir INTEGER PRIMARY KEY,	-- dirs.id
	kind INTEGER NOT NULL,		-- enum repository_kind
	server INTEGER,			-- whose it is; 0: several servers', each file says whose; NULL: nothing says so, and servers without a backup are unknown
	ignored INTEGER NOT NULL,	-- 1: a rule ignores it, so that it says nothing of anybody
	files INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	newest INTEGER			-- the newest modification in it
);

ALTER TABLE roots ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;	-- 1: unavailable because it is not what it was, which a person may accept
