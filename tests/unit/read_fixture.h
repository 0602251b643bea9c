/* read_fixture.h - a database made from the schema and the read contract, and a stream that
 * collects what would be sent. */
#ifndef TESTS_READ_FIXTURE_H
#define TESTS_READ_FIXTURE_H

#include "common/embed.h"
#include "common/json.h"
#include "webd/order.h"
#include "webd/read.h"
#include "webd/reader.h"
#include "webd/sketch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

EMBED(schema_sql, "scannerd/store/sql/0001_initial.sql");
EMBED(matching_sql, "scannerd/store/sql/0002_matching.sql");
EMBED(views_sql, "proto/views.sql");

/* --- the stream --- */

struct stream {
	bool head;
	int64_t cut_after; /* bytes after which the client is gone; 0: it stays */
	int status;        /* 0: not begun */
	char type[96], name[64];
	int64_t length;
	struct buf body;
	int writes;
	bool ended, failed;
	struct err err;
};

void stream_begin(
	struct stream *s, int status, const char *content_type, const char *name, int64_t length)
{
	assert_int_equal(s->status, 0);
	s->status = status;
	s->length = length;
	snprintf(s->type, sizeof(s->type), "%s", content_type);
	snprintf(s->name, sizeof(s->name), "%s", name != NULL ? name : "");
}

int stream_write(struct stream *s, struct buf *b)
{
	assert_int_not_equal(s->status, 0);
	buf_add(&s->body, b->data, b->len);
	buf_reset(b);
	s->writes++;
	return s->cut_after != 0 && (int64_t)s->body.len >= s->cut_after ? -EPIPE : 0;
}

int stream_file(struct stream *s, int fd, int64_t length)
{
	ssize_t n;

	assert_int_equal(buf_reserve(&s->body, (size_t)length + 1), 0);
	while ((n = read(fd, s->body.data + s->body.len, s->body.cap - s->body.len)) > 0) {
		s->body.len += (size_t)n;
	}
	close(fd);
	assert_int_equal(s->body.len, length);
	return 0;
}

void stream_end(struct stream *s)
{
	assert_false(s->ended || s->failed);
	s->ended = true;
}

void stream_fail(struct stream *s, const struct err *err)
{
	assert_false(s->ended || s->failed);
	s->failed = true;
	s->err = *err;
}

bool stream_is_head(const struct stream *s)
{
	return s->head;
}

/* --- the database --- */

struct fixture {
	char directory[64], path[96];
	struct db *writer;
	struct orders *orders;
	struct sketches *sketches;
	atomic_bool stopping;
	struct reader *reader;
};

static inline void fixture_create(struct fixture *f)
{
	struct err err = {0};

	if (db_open(f->path, DB_WRITER, 1024, &f->writer, &err) < 0) {
		fail_msg("%s", err.message);
	}
	if (db_script(f->writer, schema_sql) < 0 || db_script(f->writer, matching_sql) < 0 ||
		db_script(f->writer, views_sql) < 0) {
		fail_msg("%s", db_message(f->writer));
	}
	assert_int_equal(
		db_script(f->writer,
			"INSERT INTO meta VALUES ('version.files', 1), ('version.servers', 1), "
			"('version.scans', 1), ('version.config', 1), ('next_dir', 1 << 20)"),
		0);
}

static inline void fixture_remove_database(struct fixture *f)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char name[128];

	db_close(f->writer);
	f->writer = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", f->path, suffixes[i]);
		unlink(name);
	}
}

/* Without a database file: fixture_create() makes it. */
static inline void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	snprintf(f->directory, sizeof(f->directory), "/tmp/test-read-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/test.db", f->directory);
	f->orders = orders_new(1 << 20);
	assert_non_null(f->orders);
	f->sketches = sketches_new();
	assert_non_null(f->sketches);
	assert_int_equal(reader_new(f->path, f->orders, f->sketches, &f->stopping, &f->reader), 0);
}

static inline void fixture_done(struct fixture *f)
{
	reader_free(f->reader);
	orders_free(f->orders);
	sketches_free(f->sketches);
	fixture_remove_database(f);
	assert_int_equal(rmdir(f->directory), 0); /* nothing was left behind */
}

static inline void fixture_run(struct fixture *f, const char *sql)
{
	if (db_script(f->writer, sql) < 0) {
		fail_msg("%s: %s", sql, db_message(f->writer));
	}
}

/* --- asking --- */

enum { FIXTURE_PARAMS = 16 };

/* "a=b&c=d" (not escaped) into params; text is cut up. */
static inline size_t fixture_params(char *text, struct param *params)
{
	size_t n = 0;
	char *at = text;

	while (at != NULL && *at != '\0') {
		char *pair = strsep(&at, "&");
		char *name = strsep(&pair, "=");

		assert_true(n < FIXTURE_PARAMS);
		params[n++] = (struct param){name, pair != NULL ? pair : ""};
	}
	return n;
}

static inline int fixture_query(const struct read *r, enum read_format format, const char *text,
	struct read_query **ret, struct err *err)
{
	struct param params[FIXTURE_PARAMS];
	_free_ char *copy = strdup(text);

	assert_non_null(copy);
	return read_query_new(r, format, params, fixture_params(copy, params), ret, err);
}

/* Runs a request into s; the parameters must be right. */
static inline void fixture_ask(struct fixture *f, const struct read *r, enum read_format format,
	const char *text, struct stream *s)
{
	struct read_query *q = NULL;
	struct err err = {0};

	if (fixture_query(r, format, text, &q, &err) < 0) {
		fail_msg("%s: %s %s", text, err.field, err.message);
	}
	read_query_run(q, f->reader, s);
	read_query_free(q);
	assert_true(s->ended || s->failed);
}

/* The JSON answer; it must succeed. */
static inline cJSON *fixture_json(struct fixture *f, const struct read *r, const char *text)
{
	struct stream s = {0};
	struct err err = {0};
	cJSON *json = NULL;

	fixture_ask(f, r, READ_JSON, text, &s);
	if (s.failed) {
		fail_msg("%s?%s: %s", r->name, text, s.err.message);
	}
	if (json_parse(s.body.data, s.body.len, &json, &err) < 0) {
		fail_msg("%s?%s: %s", r->name, text, err.message);
	}
	assert_int_equal(
		cJSON_GetArraySize(json_get(json, r->name)), json_get_int(json, "count", -1));
	buf_done(&s.body);
	return json;
}

#endif
