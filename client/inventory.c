/* inventory.c - one snapshot of the database, and the servers in it. */
#include "client/inventory.h"

#include "common/buf.h"
#include "common/timefmt.h"
#include <errno.h>

enum {
	CACHE_KIB = 2048,
	TRIES = 5,
	RETRY_MS = 100, /* times the number of the try */
	SERVERS_MAX = 1000000,
	REASON_SIZE = 512,
	DEFAULT_GREEN_WITHIN_S = 365 * 86400, /* for a server that has no evidence row yet */
};

struct inventory {
	struct db *db;
	int64_t now;
};

static int open_snapshot(struct inventory *v, const char *database, struct err *err)
{
	int64_t servers;
	int rc = db_open(database, DB_READER, CACHE_KIB, &v->db, err);

	if (rc < 0) {
		return rc;
	}
	/* The views use JSON functions, which SQLite before 3.41 lets only a trusted schema use. */
	sqlite3_db_config(db_handle(v->db), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
	rc = db_begin(v->db);
	if (rc == 0) { /* the first read takes the snapshot */
		rc = db_int(v->db, &servers, "SELECT count(key) FROM v_versions", "");
	}
	return rc < 0 ? db_fail(v->db, rc, err, "reading the database") : 0;
}

static int cannot_open(const char *database, int rc, struct err *err)
{
	if (rc == -ENOENT || access(database, F_OK) < 0) {
		if (access(database, F_OK) < 0 && errno == EACCES) {
			rc = -EACCES;
		} else {
			return err_set(err, -ENOENT, ERR_UNAVAILABLE, NULL,
				"there is no database %s: has scannerd been started? --database "
				"names another place",
				database);
		}
	}
	if (rc == -EACCES || access(database, R_OK) < 0) {
		return err_set(err, -EACCES, ERR_PERMISSION_DENIED, NULL,
			"you may not read %s: be root or a member of the group "
			"backup-checker-read",
			database);
	}
	return rc;
}

int inventory_open(const char *database, struct inventory **ret, struct err *err)
{
	_cleanup_(inventory_closep) struct inventory *v = calloc(1, sizeof(*v));
	int rc = -ENOMEM;

	if (v == NULL) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "out of memory");
	}
	v->now = time_now();
	/* scannerd may be starting, or moving its log into the file. */
	for (int try = 1; try <= TRIES; try++) {
		rc = open_snapshot(v, database, err);
		if (rc == 0) {
			*ret = steal(v);
			return 0;
		}
		db_close(steal(v->db));
		if (rc == -EACCES || access(database, R_OK) < 0) {
			break;
		}
		usleep((useconds_t)(try * RETRY_MS * 1000));
	}
	return cannot_open(database, rc, err);
}

void inventory_close(struct inventory *v)
{
	if (v != NULL) {
		db_close(v->db);
		free(v);
	}
}

struct db *inventory_db(struct inventory *v)
{
	return v->db;
}

int64_t inventory_now(const struct inventory *v)
{
	return v->now;
}

/* --- servers --- */

/* The columns of the query below. */
enum {
	C_ID,
	C_HOSTNAME,
	C_ADDRESS,
	C_OS,
	C_PORTS,
	C_ALIASES,
	C_TAGS,
	C_REACHABLE,
	C_LAST_SEEN,
	C_DIR,
	C_NAME,
	C_BYTES,
	C_TIME,
	C_COUNT,
	C_FINDINGS,
	C_AMBIGUOUS,
	C_EVIDENCE_ROOT,
	C_UNAVAILABLE,
	C_GREEN,
	C_RED,
	C_COPIES,
	C_POLICY,
	C_OPAQUE,
	C_OPAQUE_PATH,
	C_EXEMPT,
	C_AUTHOR,
	C_UNTIL,
	C_DAY,
};
static const char servers_sql[] =
	"SELECT id, hostname, address, os, ports, aliases, tags, is_reachable, last_seen, "
	"file_dir, file_name, backup_bytes, backup_time, backup_count, findings, ambiguous, "
	"evidence_root, unavailable_root, green_within, red_after, copies, policy, opaque, "
	"opaque_path, exempt_reason, exempt_author, exempt_until, exempt_day FROM v_servers "
	"WHERE (?1 IS NULL OR policy = ?1 OR (?1 = 'default' AND policy IS NULL)) "
	"AND (?2 IS NULL OR id IN (SELECT server FROM v_tags WHERE tag = ?2 COLLATE NOCASE))";

static int64_t int_or(sqlite3_stmt *st, int column, int64_t otherwise)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? otherwise
							      : sqlite3_column_int64(st, column);
}

static const char *text(sqlite3_stmt *st, int column)
{
	return (const char *)sqlite3_column_text(st, column);
}

static void server_done(struct server *s)
{
	char *owned[] = {s->hostname, s->address, s->os, s->ports, s->aliases, s->tags, s->policy,
		s->backup_path, s->reason, s->exempt_reason};

	for (size_t i = 0; i < ARRAY_SIZE(owned); i++) {
		free(owned[i]);
	}
	*s = (struct server){0};
}

void servers_done(struct servers *s)
{
	for (size_t i = 0; i < s->n; i++) {
		server_done(&s->v[i]);
	}
	free(s->v);
	*s = (struct servers){0};
}

static void judge(sqlite3_stmt *st, int64_t now, struct server *s, char *reason, size_t size)
{
	const struct status_facts facts = {
		.backup_time = s->backup_time,
		.backup_count = s->backup_count,
		.findings = (unsigned)int_or(st, C_FINDINGS, 0),
		.ambiguous = int_or(st, C_AMBIGUOUS, 0),
		.evidence_root = text(st, C_EVIDENCE_ROOT),
		.unavailable_root = text(st, C_UNAVAILABLE),
		.opaque = int_or(st, C_OPAQUE, 0),
		.opaque_path = text(st, C_OPAQUE_PATH),
		.green_within_s = int_or(st, C_GREEN, DEFAULT_GREEN_WITHIN_S),
		.red_after_s = int_or(st, C_RED, 0),
		.copies = int_or(st, C_COPIES, 0),
		.policy = text(st, C_POLICY),
		.exempt_reason = text(st, C_EXEMPT),
		.exempt_author = text(st, C_AUTHOR),
		.exempt_until = s->exempt_until,
		.exempt_day = text(st, C_DAY),
	};

	s->status = status_judge(&facts, now, reason, size);
}

/* The directory "/" ends in its slash already. */
static int copy_path(sqlite3_stmt *st, struct server *s)
{
	_buf_ struct buf path = BUF_INIT;
	const char *dir = sqlite3_column_blob(st, C_DIR), *name = sqlite3_column_blob(st, C_NAME);
	size_t len = (size_t)sqlite3_column_bytes(st, C_DIR);

	if (dir == NULL || name == NULL) {
		return 0;
	}
	buf_add(&path, dir, len);
	buf_adds(&path, len > 0 && dir[len - 1] == '/' ? "" : "/");
	buf_add(&path, name, (size_t)sqlite3_column_bytes(st, C_NAME));
	s->backup_path_len = path.len;
	buf_cstr(&path);
	s->backup_path = buf_steal(&path);
	return s->backup_path == NULL ? -ENOMEM : 0;
}

static int copy_texts(sqlite3_stmt *st, struct server *s)
{
	const struct {
		char **to;
		int column;
	} texts[] = {
		{&s->hostname, C_HOSTNAME},
		{&s->address, C_ADDRESS},
		{&s->os, C_OS},
		{&s->ports, C_PORTS},
		{&s->aliases, C_ALIASES},
		{&s->tags, C_TAGS},
		{&s->policy, C_POLICY},
		{&s->exempt_reason, C_EXEMPT},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *from = text(st, texts[i].column);

		*texts[i].to = from != NULL ? strdup(from) : NULL;
		if (from != NULL && *texts[i].to == NULL) {
			return -ENOMEM;
		}
	}
	return copy_path(st, s);
}

static int take_server(
	sqlite3_stmt *st, int64_t now, const struct server_filter *f, struct servers *to)
{
	struct server s = {
		.id = sqlite3_column_int64(st, C_ID),
		.backup_time = int_or(st, C_TIME, TIME_NONE),
		.backup_count = int_or(st, C_COUNT, 0),
		.backup_bytes = int_or(st, C_BYTES, 0),
		.last_seen = int_or(st, C_LAST_SEEN, TIME_NONE),
		.reachable = int_or(st, C_REACHABLE, 0) != 0,
		.exempt_until = int_or(st, C_UNTIL, TIME_NONE),
	};
	char reason[REASON_SIZE] = "";

	judge(st, now, &s, reason, sizeof(reason));
	if (f->statuses != 0 && (f->statuses & 1U << s.status) == 0) {
		return 0;
	}
	if (to->n == to->cap) {
		struct server *v = reallocarray(to->v, GROW(to->cap), sizeof(*v));

		if (v == NULL || to->n >= SERVERS_MAX) {
			to->v = v != NULL ? v : to->v;
			return v == NULL ? -ENOMEM : -E2BIG;
		}
		to->v = v;
		to->cap = GROW(to->cap);
	}
	s.reason = strdup(reason);
	int rc = s.reason == NULL ? -ENOMEM : copy_texts(st, &s);
	to->v[to->n++] = s;
	return rc;
}

static int by_urgency(const void *a, const void *b)
{
	static const int rank[_STATUS_MAX] = {
		[STATUS_RED] = 0,
		[STATUS_UNKNOWN] = 1,
		[STATUS_YELLOW] = 2,
		[STATUS_GREEN] = 3,
		[STATUS_EXEMPT] = 4,
	};
	const struct server *x = a, *y = b;
	int order = rank[x->status] - rank[y->status];

	if (order == 0) {
		order = strcasecmp(x->hostname != NULL ? x->hostname : "",
			y->hostname != NULL ? y->hostname : "");
	}
	return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

int inventory_servers(
	struct inventory *v, const struct server_filter *f, struct servers *ret, struct err *err)
{
	_cleanup_(servers_done) struct servers all = {0};
	_stmt_ sqlite3_stmt *st = db_stmt(v->db, servers_sql);
	int rc = -EIO;

	if (st != NULL) {
		db_bind(st, "ss", f->policy, f->tag);
		rc = 0;
		while (rc == 0 && (rc = db_step(v->db, st)) == 1) {
			rc = take_server(st, v->now, f, &all);
		}
	}
	if (rc == -ENOMEM) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "out of memory");
	}
	if (rc == -E2BIG) {
		return err_set(err, rc, ERR_TOO_LARGE, NULL, "there are more than %d servers",
			(int)SERVERS_MAX);
	}
	if (rc < 0) {
		return db_fail(v->db, rc, err, "reading the servers");
	}
	if (all.n > 1) {
		qsort(all.v, all.n, sizeof(*all.v), by_urgency);
	}
	*ret = all;
	all = (struct servers){0};
	return 0;
}

int inventory_last_good(struct inventory *v, enum scan_kind kind, int64_t *ret, struct err *err)
{
	int64_t started;
	int rc = db_int(v->db, &started,
		"SELECT coalesce(max(started), ?2) FROM v_scans WHERE kind = ?1 AND state = "
		"'succeeded'",
		"si", scan_kind_names[kind], TIME_NONE);

	if (rc < 0) {
		return db_fail(v->db, rc, err, "reading the scans");
	}
	*ret = started;
	return 0;
}
