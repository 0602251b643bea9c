-- accounts.db, first schema: what nobody but scannerd may read. Times are seconds since 1970 UTC; roles are enum role of proto/accounts_iface.h.

CREATE TABLE accounts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	role INTEGER NOT NULL,
	password TEXT NOT NULL,			-- crypto_pwhash_str
	totp BLOB,				-- 20 bytes; NULL: no code is asked for
	totp_pending BLOB,			-- shown, not yet confirmed
	totp_step INTEGER NOT NULL DEFAULT 0,	-- of the last code that was used
	created INTEGER NOT NULL,
	changed INTEGER NOT NULL		-- the password
);

CREATE TABLE sessions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	digest BLOB NOT NULL UNIQUE,		-- BLAKE2b-256 of the credential
	created INTEGER NOT NULL,
	used INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	idle_s INTEGER NOT NULL,		-- it ends that long after `used`
	address TEXT NOT NULL,
	agent TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account, used);
CREATE INDEX sessions_used ON sessions (used);

CREATE TABLE tokens (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	role INTEGER NOT NULL,
	digest BLOB NOT NULL UNIQUE,
	created INTEGER NOT NULL,
	expires INTEGER,			-- NULL: never
	used INTEGER,
	account INTEGER REFERENCES accounts (id) ON DELETE CASCADE	-- who made it, and with whom it goes; NULL: root
);
