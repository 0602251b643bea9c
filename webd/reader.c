/* reader.c - one thread's read-only connection: opened when needed, limited to the views, on one
 * snapshot an answer. */
#include "reader.h"

#include "authorizer.h"
#include "common/timefmt.h"
#include "functions.h"
#include <errno.h>
#include <sys/stat.h>

enum {
	CACHE_KIB = 512, /* a thread's page cache; the sorter's runs are as large */
	TRIES = 5,
	RETRY_MS = 40,         /* times the number of the try */
	STEPS_PER_LOOK = 4000, /* virtual machine steps between two looks at the clock */
	VERSIONS_MAX = 8,
	VERSION_NAME_SIZE = 16,
};

struct version {
	char name[VERSION_NAME_SIZE];
	int64_t value;
};

struct reader {
	char *database;
	struct db *db;
	struct orders *orders;
	struct sketches *sketches;
	const atomic_bool *stopping;
	struct functions functions;
	dev_t device; /* of the file that is open: a new file in its place is noticed */
	ino_t inode;
	int64_t deadline_ms; /* monotonic */
	int64_t paused_ms;   /* since when, while paused */
	bool late;           /* the deadline ended the statement */
	bool doubtful;       /* an error that a new connection may not have */
	struct version versions[VERSIONS_MAX];
	size_t n_versions;
};

int reader_new(const char *database, struct orders *orders, struct sketches *sketches,
	const atomic_bool *stopping, struct reader **ret)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		return -ENOMEM;
	}
	r->database = strdup(database);
	if (r->database == NULL) {
		free(r);
		return -ENOMEM;
	}
	r->orders = orders;
	r->sketches = sketches;
	r->stopping = stopping;
	*ret = r;
	return 0;
}

static void disconnect(struct reader *r)
{
	db_close(r->db);
	r->db = NULL;
	r->doubtful = false;
}

void reader_free(struct reader *r)
{
	if (r != NULL) {
		disconnect(r);
		free(r->database);
		free(r);
	}
}

struct orders *reader_orders(struct reader *r)
{
	return r->orders;
}

struct sketches *reader_sketches(struct reader *r)
{
	return r->sketches;
}

void reader_sketch_into(struct reader *r, struct sketch *into)
{
	r->functions.sketch = into;
}

static int on_progress(void *arg)
{
	struct reader *r = arg;

	if (time_mono_ms() > r->deadline_ms) {
		r->late = true;
		return 1;
	}
	return atomic_load_explicit(r->stopping, memory_order_relaxed);
}

/* Forgets a connection whose file is gone or replaced. */
static int look_at_file(struct reader *r, struct err *err)
{
	struct stat st;

	if (stat(r->database, &st) < 0) {
		int rc = -errno;

		disconnect(r);
		if (rc == -ENOENT) {
			return err_set(err, rc, ERR_UNAVAILABLE, NULL,
				"scannerd has not created the database yet");
		}
		return err_set(err, rc, ERR_UNAVAILABLE, NULL, "the database cannot be reached: %s",
			strerror(-rc));
	}
	if (r->doubtful || st.st_dev != r->device || st.st_ino != r->inode) {
		disconnect(r);
	}
	r->device = st.st_dev;
	r->inode = st.st_ino;
	return 0;
}

static int connect_database(struct reader *r, struct err *err)
{
	_cleanup_(db_closep) struct db *db = NULL;
	int rc = db_open(r->database, DB_READER, CACHE_KIB, &db, err);

	if (rc < 0) {
		return rc;
	}
	/* The views use JSON functions, which SQLite before 3.41 lets only a trusted schema use.
	 * Ours is scannerd's; our own functions cannot be used from it, the authorizer lists the
	 * others. */
	rc = sqlite3_db_config(db_handle(db), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
	if (rc == SQLITE_OK) {
		rc = functions_register(db_handle(db), &r->functions);
	}
	if (rc == SQLITE_OK) {
		rc = authorizer_install(db_handle(db));
	}
	if (rc != SQLITE_OK) {
		return db_fail(NULL, db_errno(rc), err, "preparing the database connection");
	}
	sqlite3_progress_handler(db_handle(db), STEPS_PER_LOOK, on_progress, r);
	r->db = steal(db);
	return 0;
}

/* BEGIN alone takes no snapshot: the first read does. This one is needed anyway. */
static int take_snapshot(struct reader *r, struct err *err)
{
	static const char sql[] = "SELECT substr(key, 9), value FROM v_versions";
	_stmt_ sqlite3_stmt *st = NULL;
	int rc = db_begin(r->db);

	if (rc < 0) {
		return db_fail(r->db, rc, err, "reading the database");
	}
	st = db_stmt(r->db, sql);
	if (st == NULL) {
		rc = db_errno(sqlite3_extended_errcode(db_handle(r->db)));
		if (rc == -EINVAL) { /* no such table: the file is there, its schema is not */
			return err_set(err, -ENOENT, ERR_UNAVAILABLE, NULL,
				"scannerd has not created the database yet");
		}
		return db_fail(r->db, rc, err, "reading the database");
	}
	r->n_versions = 0;
	while ((rc = db_step(r->db, st)) == 1) {
		struct version *v = &r->versions[r->n_versions];

		if (r->n_versions < VERSIONS_MAX) {
			snprintf(v->name, sizeof(v->name), "%s",
				(const char *)sqlite3_column_text(st, 0));
			v->value = sqlite3_column_int64(st, 1);
			r->n_versions++;
		}
	}
	return rc < 0 ? db_fail(r->db, rc, err, "reading the database") : 0;
}

/* What platform tests showed to pass by itself: busy, recovering or locked by the writer, a WAL
 * that is being made or taken away. */
static bool passes(int rc)
{
	return rc == -EBUSY || rc == -EAGAIN || rc == -ENOENT || rc == -EACCES;
}

static int try_begin(struct reader *r, struct err *err)
{
	int rc = look_at_file(r, err);

	if (rc == 0 && r->db == NULL) {
		rc = connect_database(r, err);
	}
	if (rc == 0) {
		rc = take_snapshot(r, err);
	}
	if (rc < 0) {
		disconnect(r);
	}
	return rc;
}

void reader_allow(struct reader *r, int64_t ms)
{
	r->late = false;
	r->deadline_ms = time_mono_ms() + ms;
}

struct db *reader_begin(struct reader *r, struct err *err)
{
	struct err why = {0};

	r->functions.now = time_now();
	reader_allow(r, POOL_QUERY_MS_MAX);
	for (int try = 1; try <= TRIES; try++) {
		int rc = try_begin(r, &why);

		if (rc == 0) {
			return r->db;
		}
		/* no file at all: nothing to wait for */
		if (!passes(rc) || access(r->database, F_OK) < 0 || atomic_load(r->stopping)) {
			break;
		}
		if (try < TRIES) {
			const struct timespec pause = {.tv_nsec = (long)try * RETRY_MS * 1000000};

			nanosleep(&pause, NULL);
		}
	}
	err_set(err, -EAGAIN, ERR_UNAVAILABLE, NULL, "%s", why.message);
	return NULL;
}

void reader_end(struct reader *r)
{
	if (r->db != NULL) {
		db_rollback(r->db);
	}
	if (r->doubtful) {
		disconnect(r);
	}
}

int64_t reader_version(const struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->n_versions; i++) {
		if (strcmp(r->versions[i].name, name) == 0) {
			return r->versions[i].value;
		}
	}
	return 0;
}

int64_t reader_take_tally(struct reader *r)
{
	int64_t tally = r->functions.tally;

	r->functions.tally = 0;
	return tally;
}

void reader_pause(struct reader *r)
{
	r->paused_ms = time_mono_ms();
}

void reader_resume(struct reader *r)
{
	r->deadline_ms += time_mono_ms() - r->paused_ms;
}

int reader_fail(struct reader *r, int rc, struct err *err)
{
	if (rc == -ECANCELED && r->late) {
		return err_set(err, -ETIMEDOUT, ERR_TIMEOUT, NULL,
			"the query took longer than %d seconds; ask for less, with a filter or a "
			"limit",
			POOL_QUERY_MS_MAX / 1000);
	}
	if (rc == -ECANCELED) {
		return err_set(err, rc, ERR_UNAVAILABLE, NULL, "the server is stopping");
	}
	if (rc == -ENOMEM) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "out of memory");
	}
	r->doubtful = true;
	return err_set(err, rc, ERR_DATABASE, NULL, "reading the database: %s",
		sqlite3_errmsg(db_handle(r->db)));
}
