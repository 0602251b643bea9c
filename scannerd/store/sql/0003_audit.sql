-- 0003: who did what. Readers see it; nobody changes it.

CREATE TABLE audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	time INTEGER NOT NULL,
	actor TEXT NOT NULL,			-- an account's name, "token:NAME", "root", "anonymous", "nobody", "file"
	source TEXT NOT NULL,			-- an address; "socket": a program on this machine
	action TEXT NOT NULL,			-- "scan.start", "settings.change" ...
	subject TEXT NOT NULL,			-- what it was done to
	before TEXT,				-- JSON, or NULL
	after TEXT,
	refused INTEGER NOT NULL,		-- 1: an attempt that failed. They are counted apart, so that a flood of them pushes out no deeds.
	serial INTEGER NOT NULL			-- counts up among those of the same `refused`
);
CREATE UNIQUE INDEX audit_serial ON audit (refused, serial);
CREATE INDEX audit_action ON audit (action, id);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
	SELECT raise(ABORT, 'the audit log is append-only');
END;
-- REPLACE removes what stands in its way without asking audit_no_delete.
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id OR (refused = new.refused AND serial = new.serial)) BEGIN
	SELECT raise(ABORT, 'the audit log is append-only');
END;
-- Only what the bound pushes out may go: 80000 deeds and 20000 attempts are kept (store/audit.h).
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN old.serial > (SELECT max(serial) FROM audit WHERE refused = old.refused) - CASE old.refused WHEN 0 THEN 80000 ELSE 20000 END BEGIN
	SELECT raise(ABORT, 'the audit log is append-only');
END;
