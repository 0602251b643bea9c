/* functions.c - the SQL functions of the reads: each turns stored facts into what a person reads.
 */
#include "functions.h"

#include "common/addr.h"
#include "common/buf.h"
#include "common/jsonw.h"
#include "common/timefmt.h"
#include "proto/repository.h"
#include "proto/status.h"
#include "proto/verdict.h"
#include "webd/fold.h"
#include "webd/sketch.h"

enum {
	REASON_SIZE = 512,
	FACTS = 16,                           /* of FUNCTIONS_FACTS */
	DEFAULT_GREEN_WITHIN_S = 365 * 86400, /* for a server that has no evidence row yet */
};

static int64_t int_or(sqlite3_value *v, int64_t otherwise)
{
	return sqlite3_value_type(v) == SQLITE_NULL ? otherwise : sqlite3_value_int64(v);
}

static const char *text_of(sqlite3_value *v)
{
	return (const char *)sqlite3_value_text(v);
}

/* Without room for a reason (size 0) none is written, which most of the time goes into. */
static enum status judge(sqlite3_context *c, sqlite3_value **v, char *reason, size_t size)
{
	const struct functions *f = sqlite3_user_data(c);
	struct status_facts facts = {
		.backup_time = int_or(v[0], TIME_NONE),
		.backup_count = int_or(v[1], 0),
		.findings = (unsigned)int_or(v[2], 0),
		.ambiguous = int_or(v[3], 0),
		.evidence_root = text_of(v[4]),
		.unavailable_root = text_of(v[5]),
		.green_within_s = int_or(v[6], DEFAULT_GREEN_WITHIN_S),
		.red_after_s = int_or(v[7], 0),
		.copies = int_or(v[8], 0),
		.policy = text_of(v[9]),
		.opaque = int_or(v[10], 0),
		.opaque_path = text_of(v[11]),
		.exempt_reason = text_of(v[12]),
		.exempt_author = text_of(v[13]),
		.exempt_until = int_or(v[14], TIME_NONE),
		.exempt_day = text_of(v[15]),
	};

	return status_judge(&facts, f->now, reason, size);
}

static void sql_status(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	sqlite3_result_text(c, status_names[judge(c, v, NULL, 0)], -1, SQLITE_STATIC);
}

static void sql_reason(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	char reason[REASON_SIZE] = "";

	judge(c, v, reason, sizeof(reason));
	sqlite3_result_text(c, reason, -1, SQLITE_TRANSIENT);
}

static void sql_rank(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	static const int rank[_STATUS_MAX] = {
		[STATUS_RED] = 0,
		[STATUS_UNKNOWN] = 1,
		[STATUS_YELLOW] = 2,
		[STATUS_GREEN] = 3,
		[STATUS_EXEMPT] = 4,
	};

	sqlite3_result_int(c, rank[judge(c, v, NULL, 0)]);
}

const char *const finding_names[] = {"future", "drift", "shrunk", "identical", NULL};
_Static_assert(FINDING_FUTURE == 1 << 0 && FINDING_DRIFT == 1 << 1 && FINDING_SHRUNK == 1 << 2 &&
		       FINDING_IDENTICAL == 1 << 3,
	"the names stand in the order of the bits");

static void sql_findings(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	unsigned bits = (unsigned)sqlite3_value_int64(v[0]);
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);

	jsonw_array(&w);
	for (size_t i = 0; finding_names[i] != NULL; i++) {
		if ((bits & 1U << i) != 0) {
			jsonw_str(&w, finding_names[i]);
		}
	}
	jsonw_end(&w);
	if (b.failed) {
		sqlite3_result_error_nomem(c);
		return;
	}
	sqlite3_result_text(c, b.data, (int)b.len, SQLITE_TRANSIENT);
}

/* Bytes of a TEXT or BLOB argument. */
struct bytes {
	const char *data;
	size_t len;
};

static struct bytes bytes_of(sqlite3_value *v)
{
	struct bytes b = {.data = sqlite3_value_blob(v)};

	b.len = b.data != NULL ? (size_t)sqlite3_value_bytes(v) : 0;
	return b;
}

/* The directory "/" ends in its slash already. */
static size_t slash_after(struct bytes dir)
{
	return dir.len > 0 && dir.data[dir.len - 1] == '/' ? 0 : 1;
}

static void sql_path(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	struct bytes dir = bytes_of(v[0]), name = bytes_of(v[1]);
	size_t slash = slash_after(dir);
	size_t len = dir.len + slash + name.len;
	char *path;

	if (dir.data == NULL || name.data == NULL) {
		return;
	}
	path = sqlite3_malloc64(len + 1);
	if (path == NULL) {
		sqlite3_result_error_nomem(c);
		return;
	}
	memcpy(path, dir.data, dir.len);
	path[dir.len] = '/';
	memcpy(path + dir.len + slash, name.data, name.len);
	sqlite3_result_blob64(c, path, len, sqlite3_free);
}

/* NULL is empty. */
static struct bytes text_of_any(sqlite3_value *v)
{
	struct bytes b = bytes_of(v);

	b.data = b.data != NULL ? b.data : "";
	return b;
}

static bool same(struct bytes a, struct bytes b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* memmem() prepares a table for every text, which costs more than to look through one so short. */
static bool finds(const char *text, const char *end, const char *wanted, size_t len)
{
	const char *last = end - len;

	if (len == 0) {
		return true;
	}
	while (text <= last) {
		text = memchr(text, wanted[0], (size_t)(last - text) + 1);
		if (text == NULL) {
			return false;
		}
		if (memcmp(text, wanted, len) == 0) {
			return true;
		}
		text++;
	}
	return false;
}

/* Takes the directory in which names are sought from now on; empty: none. */
static void take_dir(struct functions_search *s, struct bytes dir)
{
	memcpy(s->dir, dir.data, dir.len);
	s->dir_len = dir.len;
	s->text_len = fold(s->text, dir.data, dir.len);
	if (dir.len > 0) {
		s->text[s->text_len] = '/';
		s->text_len += slash_after(dir);
	}
	s->in_dir = finds(s->text, s->text + s->text_len, s->wanted, s->needle_len);
}

/* Is the needle in dir/name (or in name, with an empty dir)? Too long for a path: answered from its
 * first bytes. */
static bool contains(
	struct functions_search *s, struct bytes dir, struct bytes name, struct bytes needle)
{
	const char *from;
	size_t len;

	if (needle.len > sizeof(s->needle)) {
		return false;
	}
	dir.len = MIN(dir.len, sizeof(s->text) - 1);
	if (!same(needle, (struct bytes){s->needle, s->needle_len})) {
		memcpy(s->needle, needle.data, needle.len);
		s->needle_len = fold(s->wanted, needle.data, needle.len);
		take_dir(s, dir);
	} else if (!same(dir, (struct bytes){s->dir, s->dir_len})) {
		take_dir(s, dir);
	}
	if (s->in_dir) {
		return true;
	}
	/* of the directory only the end can be a part of it still */
	from = s->text + s->text_len - MIN(s->text_len, MAX(needle.len, (size_t)1) - 1);
	name.len = MIN(name.len, sizeof(s->text) - s->text_len);
	len = s->text_len + fold(s->text + s->text_len, name.data, name.len);
	return finds(from, s->text + len, s->wanted, needle.len);
}

static void sql_contains(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	struct functions *f = sqlite3_user_data(c);

	sqlite3_result_int(c, contains(&f->search, (struct bytes){.data = ""}, text_of_any(v[0]),
				      text_of_any(v[1])));
}

static void sql_path_contains(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	struct functions *f = sqlite3_user_data(c);

	sqlite3_result_int(
		c, contains(&f->search, text_of_any(v[0]), text_of_any(v[1]), text_of_any(v[2])));
}

static void sql_seconds(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	int64_t ns;

	if (sqlite3_value_type(v[0]) == SQLITE_NULL) {
		return;
	}
	ns = sqlite3_value_int64(v[0]);
	sqlite3_result_int64(c, ns / NSEC_PER_SEC - (ns % NSEC_PER_SEC < 0 ? 1 : 0));
}

static void sql_time_source(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	int64_t source = int_or(v[0], -1);

	if (source >= TIME_FROM_MTIME && source <= TIME_FROM_DIRECTORY) {
		sqlite3_result_text(c, time_source_names[source], -1, SQLITE_STATIC);
	}
}

static void sql_verdict(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	int64_t reason = sqlite3_value_int64(v[0]);

	if (reason >= 0 && reason <= _VERDICT_MAX) {
		sqlite3_result_text(
			c, verdict_reason_words((enum verdict_reason)reason), -1, SQLITE_STATIC);
	}
}

static void sql_verdict_name(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	int64_t reason = sqlite3_value_int64(v[0]);

	if (reason >= 0 && reason <= _VERDICT_MAX) {
		sqlite3_result_text(
			c, verdict_reason_name((enum verdict_reason)reason), -1, SQLITE_STATIC);
	}
}

static void sql_reasons(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	const char *at = text_of(v[0]);
	int64_t bits = 0;

	for (int i = 0; at != NULL && i <= _VERDICT_MAX; i++) {
		char name[32];

		snprintf(name, sizeof(name), ",%s,", verdict_reason_name((enum verdict_reason)i));
		bits |= strstr(at, name) != NULL ? INT64_C(1) << i : 0;
	}
	sqlite3_result_int64(c, bits);
}

static void sql_tally(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	struct functions *f = sqlite3_user_data(c);

	f->tally++;
	sqlite3_result_value(c, v[0]);
}

static void sql_sketch(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	struct functions *f = sqlite3_user_data(c);
	struct bytes dir = text_of_any(v[1]), name = text_of_any(v[2]);
	struct sketch_file file = {
		.id = sqlite3_value_int64(v[0]),
		.dir = dir.data,
		.dir_len = dir.len,
		.name = name.data,
		.name_len = name.len,
		.server = sqlite3_value_int64(v[3]),
		.zones = {[ZONE_MODIFIED] = sqlite3_value_int64(v[4]),
			[ZONE_SIZE] = sqlite3_value_int64(v[5]),
			[ZONE_BACKUP_TIME] = sqlite3_value_int64(v[6])},
	};

	if (f->sketch == NULL) { /* asked by someone else */
		sqlite3_result_error_code(c, SQLITE_MISUSE);
		return;
	}
	sketch_add(f->sketch, &file);
	sqlite3_result_int(c, 0);
}

/* A kind of a later version reads as none. */
static enum repository_kind kind_of(sqlite3_value *v)
{
	int64_t kind = sqlite3_value_int64(v);

	return kind > REPOSITORY_NONE && kind < _REPOSITORY_KINDS ? (enum repository_kind)kind
								  : REPOSITORY_NONE;
}

static void sql_repository(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	sqlite3_result_text(c, repository_words(kind_of(v[0])), -1, SQLITE_STATIC);
}

static void sql_repository_name(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	sqlite3_result_text(c, repository_kind_names[kind_of(v[0])], -1, SQLITE_STATIC);
}

/* A key as the column address_key has it: the family, then the address; fill is put into the host
 * bits. */
static void prefix_end(sqlite3_context *c, sqlite3_value *v, uint8_t fill)
{
	const char *text = text_of(v);
	struct prefix p;
	uint8_t key[17];
	size_t len;

	if (text == NULL || prefix_parse(text, &p, NULL) < 0) {
		return;
	}
	len = p.addr.family == 4 ? 4 : 16;
	key[0] = p.addr.family;
	for (size_t i = 0; i < len; i++) {
		size_t bits = p.bits > 8 * i ? MIN(p.bits - 8 * i, (size_t)8) : 0;

		key[1 + i] = (uint8_t)(p.addr.bytes[i] | (fill & (0xff >> bits)));
	}
	sqlite3_result_blob(c, key, (int)len + 1, SQLITE_TRANSIENT);
}

static void sql_first(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	prefix_end(c, v[0], 0);
}

static void sql_last(sqlite3_context *c, int _unused_ n, sqlite3_value **v)
{
	prefix_end(c, v[0], 0xff);
}

int functions_register(sqlite3 *handle, struct functions *f)
{
	static const struct {
		const char *name;
		int arguments;
		void (*call)(sqlite3_context *, int, sqlite3_value **);
		bool counted; /* every call has an effect */
	} table[] = {
		{"bc_status", FACTS, sql_status},
		{"bc_reason", FACTS, sql_reason},
		{"bc_rank", FACTS, sql_rank},
		{"bc_findings", 1, sql_findings},
		{"bc_path", 2, sql_path},
		{"bc_contains", 2, sql_contains},
		{"bc_path_contains", 3, sql_path_contains},
		{"bc_seconds", 1, sql_seconds},
		{"bc_time_source", 1, sql_time_source},
		{"bc_verdict", 1, sql_verdict},
		{"bc_verdict_name", 1, sql_verdict_name},
		{"bc_repository", 1, sql_repository},
		{"bc_repository_name", 1, sql_repository_name},
		{"bc_first", 1, sql_first},
		{"bc_last", 1, sql_last},
		{"bc_reasons", 1, sql_reasons},
		{"bc_tally", 1, sql_tally, .counted = true},
		{"bc_sketch", 7, sql_sketch, .counted = true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int same = table[i].counted ? 0 : SQLITE_DETERMINISTIC;
		int rc = sqlite3_create_function_v2(handle, table[i].name, table[i].arguments,
			SQLITE_UTF8 | SQLITE_DIRECTONLY | same, f, table[i].call, NULL, NULL, NULL);

		if (rc != SQLITE_OK) {
			return rc;
		}
	}
	return SQLITE_OK;
}
