/* migrate.c - brings the schema up to this version, forward only, and creates the views of the read
 * contract. */
#include "scannerd/store/inside.h"

#include "common/embed.h"
#include <errno.h>
#include <sys/stat.h>

EMBED(sql_0001_initial, "scannerd/store/sql/0001_initial.sql");
EMBED(sql_0002_matching, "scannerd/store/sql/0002_matching.sql");
EMBED(sql_0003_audit, "scannerd/store/sql/0003_audit.sql");
EMBED(sql_0004_stale, "scannerd/store/sql/0004_stale.sql");
EMBED(sql_views, "proto/views.sql");

/* The position is the version that the script leads to, less one. */
static const char *const migrations[] = {
	sql_0001_initial, sql_0002_matching, sql_0003_audit, sql_0004_stale};

enum { QUICK_CHECK_MAX_BYTES = 64 << 20 };

/* A file that was cut while its log still held pages is not found by SQLite itself. */
static int check_length(struct store *s, const char *path, struct err *err)
{
	int64_t pages, page_size;
	struct stat st;

	if (sqlite3_wal_checkpoint_v2(
		    db_handle(s->db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK) {
		return 0; /* a reader is there; damage will show when the page is read */
	}
	if (db_int(s->db, &pages, "PRAGMA page_count", "") < 0 ||
		db_int(s->db, &page_size, "PRAGMA page_size", "") < 0 || stat(path, &st) < 0) {
		return db_fail(s->db, -EUCLEAN, err, "reading the database");
	}
	if (st.st_size < pages * page_size) {
		return err_set(err, -EUCLEAN, ERR_DATABASE, NULL,
			"the database %s is cut short: move it away and restart, scans will fill a "
			"new one",
			path);
	}
	return 0;
}

static int check_health(struct store *s, const char *path, struct err *err)
{
	_stmt_ sqlite3_stmt *st = NULL;
	const char *said;
	struct stat file;
	int r = check_length(s, path, err);

	if (r < 0 || stat(path, &file) < 0 || file.st_size > QUICK_CHECK_MAX_BYTES) {
		return r;
	}
	st = db_stmt(s->db, "PRAGMA quick_check(1)");
	if (st == NULL) {
		return db_fail(s->db, -EUCLEAN, err, "checking the database");
	}
	r = db_step(s->db, st);
	if (r < 0) {
		return db_fail(s->db, r, err, "checking the database");
	}
	said = r == 1 ? (const char *)sqlite3_column_text(st, 0) : NULL;
	if (said == NULL || strcmp(said, "ok") != 0) {
		return err_set(err, -EUCLEAN, ERR_DATABASE, NULL,
			"the database %s is damaged (%.200s): move it away and restart, scans will "
			"fill a new one",
			path, said != NULL ? said : "no answer");
	}
	return 0;
}

static int check_version(struct store *s, const char *path, int64_t *ret, struct err *err)
{
	int64_t version, tables;
	int r = db_int(s->db, &version, "PRAGMA user_version", "");

	if (r == 0) {
		r = db_int(s->db, &tables, "SELECT count(*) FROM sqlite_schema", "");
	}
	if (r < 0) {
		return db_fail(s->db, r, err, "reading the database");
	}
	if (version < 0 || version > (int64_t)ARRAY_SIZE(migrations)) {
		return err_set(err, -EPROTO, ERR_DATABASE, NULL,
			"the database %s was written by a newer version (schema %lld, this one "
			"knows %zu): install that version again, or move the file away",
			path, (long long)version, ARRAY_SIZE(migrations));
	}
	if (version == 0 && tables > 0) {
		return err_set(err, -EUCLEAN, ERR_DATABASE, NULL,
			"%s is a database of another program: move it away, or set another state "
			"directory",
			path);
	}
	*ret = version;
	return 0;
}

static int apply_scripts(struct store *s, int64_t version)
{
	char pragma[64];
	int r = 0;

	for (size_t i = (size_t)version; r == 0 && i < ARRAY_SIZE(migrations); i++) {
		r = db_script(s->db, migrations[i]);
	}
	if (r < 0) {
		return r;
	}
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%zu", ARRAY_SIZE(migrations));
	return db_script(s->db, pragma);
}

/* The text itself is kept beside the views, so that an ordinary start writes nothing. */
static int create_views(struct store *s)
{
	int64_t same;
	int r = db_int(
		s->db, &same, "SELECT value = ? FROM meta WHERE key = 'views'", "s", sql_views);

	if (r < 0 && r != -ENOENT) {
		return r;
	}
	if (r == 0 && same == 1) {
		return 0;
	}
	r = db_script(s->db, sql_views);
	return r < 0 ? r
		     : db_run(s->db, "REPLACE INTO meta (key, value) VALUES ('views', ?)", "s",
			       sql_views);
}

static int bring_up(struct store *s, int64_t version)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0 && version < (int64_t)ARRAY_SIZE(migrations)) {
		r = apply_scripts(s, version);
	}
	if (r == 0) {
		r = create_views(s);
	}
	return r < 0 ? r : transaction_commit(&t);
}

int migrate(struct store *s, const char *path, struct err *err)
{
	int64_t version = 0;
	int r = check_version(s, path, &version, err);

	if (r == 0) {
		r = check_health(s, path, err);
	}
	if (r < 0) {
		return r;
	}
	r = bring_up(s, version);
	return r < 0 ? db_fail(s->db, r, err, "preparing the database") : 0;
}
