/* query.c - hands a request to the pool with everything that it needs there, and answers through
 * its stream. */
#include "webd/query.h"

#include "webd/streams.h"
#include <errno.h>

/* What a query thread gets. It never sees the exchange. */
struct work {
	struct stream *stream;
	struct read_query *list; /* of a list */
	struct query_row_answer row;
	query_printer print;
	query_broken broken;
	char content_type[64];
	char facts[]; /* of a text */
};

static void fail_without_memory(struct exchange *x)
{
	struct err err;

	err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
	exchange_error(x, &err);
}

static struct work *new_work(size_t facts_size)
{
	return calloc(1, sizeof(struct work) + facts_size);
}

static void free_work(struct work *w)
{
	read_query_free(w->list);
	free(w);
}

/* Takes work and exchange over. */
static void post(struct exchange *x, struct pool *pool, struct work *w, pool_work run)
{
	struct web *web = x->web;
	struct err err;

	if (w != NULL) {
		w->stream = streams_add(web->streams, x);
	}
	if (w == NULL || w->stream == NULL) {
		if (w != NULL) {
			free_work(w);
		}
		fail_without_memory(x);
		return;
	}
	if (pool_post(pool, run, w) < 0) {
		err_set(&err, 0, ERR_BUSY, NULL, "too many queries are waiting; try again later");
		stream_fail(w->stream, &err);
		free_work(w);
	}
}

static bool fail_without_reader(struct work *w, struct reader *reader)
{
	struct err err;

	if (reader != NULL) {
		return false;
	}
	err_set(&err, 0, ERR_UNAVAILABLE, NULL, "the server is stopping");
	stream_fail(w->stream, &err);
	free_work(w);
	return true;
}

static void run_list(struct reader *reader, void *arg)
{
	struct work *w = arg;

	if (fail_without_reader(w, reader)) {
		return;
	}
	read_query_run(w->list, reader, w->stream);
	free_work(w);
}

void query_list(struct exchange *x, const struct read *r, enum read_format format, const char *name,
	const char *value)
{
	struct param params[REQUEST_PARAMS_MAX + 1];
	size_t n = x->request.n_params;
	struct read_query *list;
	struct err err = {0};
	struct work *w;
	bool is_short;

	memcpy(params, x->request.params, n * sizeof(params[0]));
	if (name != NULL) {
		params[n++] = (struct param){.name = name, .value = value};
	}
	if (read_query_new(r, format, params, n, &list, &err) < 0) {
		exchange_error(x, &err);
		return;
	}
	is_short = read_query_is_short(list);
	w = new_work(0);
	if (w == NULL) {
		read_query_free(list);
	} else {
		w->list = list;
	}
	/* Everything else goes on for as long as its client takes to read it. */
	post(x, is_short ? x->web->pool : x->web->bulk, w, run_list);
}

/* Sends out as a whole. */
static void send_text(struct work *w, int status, struct buf *out)
{
	struct err err;

	if (out->failed) {
		err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
		stream_fail(w->stream, &err);
		return;
	}
	stream_begin(w->stream, status, w->content_type, NULL, (int64_t)out->len);
	if (stream_write(w->stream, out) < 0) {
		err_set(&err, 0, ERR_UNAVAILABLE, NULL, "the client is gone");
		stream_fail(w->stream, &err);
		return;
	}
	stream_end(w->stream);
}

/* Is the answer about a scan that has not ended? Its row was printed as JSON; the state is asked
 * again in the same snapshot. */
static int row_status(const struct query_row_answer *row, struct db *db)
{
	int64_t running = 0;

	if (row->scan &&
		db_int(db, &running, "SELECT state = 'running' FROM v_scans WHERE id = ?1", "i",
			row->key) == 0 &&
		running != 0) {
		return 202;
	}
	return row->status;
}

static int print_row(const struct query_row_answer *row, struct reader *reader, struct buf *out,
	int *ret_status, struct err *err)
{
	struct jsonw json = JSONW(out);
	struct db *db = reader_begin(reader, err);
	int rc;

	if (db == NULL) {
		return -EAGAIN;
	}
	jsonw_object(&json);
	jsonw_kstr(&json, "status", "success");
	if (row->message != NULL) {
		jsonw_kstr(&json, "message", row->message);
	}
	jsonw_key(&json, row->member);
	rc = read_one(row->read, db, row->key, &json, err);
	if (rc == 0) {
		jsonw_end(&json);
		*ret_status = row_status(row, db);
	}
	reader_end(reader);
	if (rc == -ENOENT) {
		err_set(err, rc, ERR_NOT_FOUND, "id", "there is no %s of this number", row->member);
	}
	return rc;
}

static void run_row(struct reader *reader, void *arg)
{
	struct work *w = arg;
	_buf_ struct buf out = BUF_INIT;
	struct err err = {0};
	int status = w->row.status;

	if (fail_without_reader(w, reader)) {
		return;
	}
	if (print_row(&w->row, reader, &out, &status, &err) < 0) {
		stream_fail(w->stream, &err);
	} else {
		send_text(w, status, &out);
	}
	free_work(w);
}

const char *query_member(const struct read *r)
{
	static const struct {
		const struct read *read;
		const char *member;
	} members[] = {
		{&files_read, "file"},
		{&servers_read, "server"},
		{&scans_read, "scan"},
		{&directories_read, "directory"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (members[i].read == r) {
			return members[i].member;
		}
	}
	return "row";
}

void query_row(struct exchange *x, const struct query_row_answer *answer)
{
	struct work *w = new_work(0);

	if (w != NULL) {
		w->row = *answer;
		snprintf(w->content_type, sizeof(w->content_type), "application/json");
	}
	post(x, x->web->pool, w, run_row);
}

static void run_text(struct reader *reader, void *arg)
{
	struct work *w = arg;
	_buf_ struct buf out = BUF_INIT;
	struct err err = {0};
	struct db *db;
	int rc = -EAGAIN;

	if (fail_without_reader(w, reader)) {
		return;
	}
	db = reader_begin(reader, &err);
	if (db != NULL) {
		rc = w->print(db, w->facts, &out, &err);
		reader_end(reader);
	}
	if (rc == 0) {
		send_text(w, 200, &out);
	} else if (w->broken != NULL) {
		buf_reset(&out);
		send_text(w, w->broken(w->facts, &err, &out), &out);
	} else {
		stream_fail(w->stream, &err);
	}
	free_work(w);
}

void query_text(struct exchange *x, const char *content_type, query_printer print,
	query_broken broken, const void *facts, size_t facts_size)
{
	struct work *w = new_work(facts_size);

	if (w != NULL) {
		w->print = print;
		w->broken = broken;
		snprintf(w->content_type, sizeof(w->content_type), "%s", content_type);
		if (facts_size > 0) {
			memcpy(w->facts, facts, facts_size);
		}
	}
	post(x, x->web->pool, w, run_text);
}
