/* unmatched.c - writes the groups of files that no server owns, and keeps the answer. */
#include "scannerd/unmatched.h"

#include "common/timefmt.h"
#include "scannerd/match/resemble.h"
#include "scannerd/refresh.h"
#include "scannerd/store/server_name.h"
#include "scannerd/unmatched_files.h"
#include <errno.h>

/* An answer for which there was no time is not given for ever. */
enum { INCOMPLETE_MS_MAX = 60000 };

struct answering {
	struct store *store;
	const struct matcher *matcher;
	const struct resemble *resemble;
	struct jsonw *w; /* of one group */
	/* of the group under hand */
	struct resemblance like[UNMATCHED_SUGGESTIONS];
	size_t likes;
	int64_t ties[MATCH_TIED];
	size_t n_ties;
};

/* --- servers --- */

/* The names that a path may resemble. ret->text is freed with free(). */
struct name_list {
	struct resemble_name *v;
	size_t n, cap;
};

static void name_list_done(struct name_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free((char *)(uintptr_t)l->v[i].text);
	}
	free(l->v);
}

static int name_list_add(struct name_list *l, sqlite3_stmt *st)
{
	if (l->n == l->cap) {
		struct resemble_name *v = reallocarray(l->v, GROW(l->cap), sizeof(*v));

		if (v == NULL) {
			return -ENOMEM;
		}
		l->v = v;
		l->cap = GROW(l->cap);
	}
	char *text = strdup((const char *)sqlite3_column_text(st, 1));

	if (text == NULL) {
		return -ENOMEM;
	}
	l->v[l->n++] = (struct resemble_name){.server = sqlite3_column_int64(st, 0),
		.text = text,
		.has_backup = sqlite3_column_int(st, 2) != 0};
	return 0;
}

static int read_names(struct store *s, struct name_list *l)
{
	struct db *db = store_db(s);
	_stmt_ sqlite3_stmt *st = db_stmt(db,
		"SELECT s.id, s.hostname, coalesce(e.backup_count, 0) > 0 FROM servers s"
		" LEFT JOIN evidence e ON e.server = s.id UNION ALL"
		" SELECT a.server, a.alias, coalesce(e.backup_count, 0) > 0 FROM aliases a"
		" LEFT JOIN evidence e ON e.server = a.server LIMIT ?");
	int r = st == NULL ? -EIO : db_bind(st, "i", (int64_t)RESEMBLE_NAMES_MAX);

	while (r >= 0 && (r = db_step(db, st)) == 1) {
		r = name_list_add(l, st);
	}
	return r;
}

static int build_resemble(struct store *s, const struct words *words, struct resemble **ret)
{
	_cleanup_(name_list_done) struct name_list names = {0};
	int r = read_names(s, &names);

	return r < 0 ? r : resemble_new(names.v, names.n, words, ret);
}

/* --- a group --- */

/* Looks at one of the group's files: writes its path, remembers whose it may be. */
static int write_sample(struct answering *a, int64_t id, uint8_t class)
{
	struct db *db = store_db(a->store);
	_stmt_ sqlite3_stmt *st = db_stmt(db,
		"SELECT d.path, f.name, length(r.path) FROM files f CROSS JOIN dirs d"
		" CROSS JOIN roots r WHERE f.id = ? AND d.id = f.id >> 24 AND r.id = d.root");
	int r = st == NULL ? -EIO : db_bind(st, "i", id);

	r = r < 0 ? r : db_step(db, st);
	if (r != 1) {
		return r;
	}
	_buf_ struct buf path = BUF_INIT;
	size_t dir_len = (size_t)sqlite3_column_bytes(st, 0);
	size_t len = (size_t)sqlite3_column_bytes(st, 1);
	size_t root_len = (size_t)sqlite3_column_int64(st, 2);

	buf_add(&path, sqlite3_column_blob(st, 0), dir_len);
	if (path.len > 1) {
		buf_addc(&path, '/');
	}
	buf_add(&path, sqlite3_column_blob(st, 1), len);
	if (path.failed) {
		return -ENOMEM;
	}
	jsonw_bytes(a->w, path.data, path.len);
	size_t first = MIN(root_len, path.len);

	if (class == VERDICT_AMBIGUOUS && a->n_ties == 0 && a->matcher != NULL) {
		struct match_dir dir;

		matcher_dir(a->matcher, path.data, dir_len, root_len, &dir);
		a->n_ties = matcher_ties(
			&dir, path.data + path.len - len, len, a->ties, ARRAY_SIZE(a->ties));
	}
	resemble_find(a->resemble, path.data + first, path.len - first, a->like, &a->likes,
		ARRAY_SIZE(a->like));
	return 0;
}

static void write_suggestion(struct answering *a, int64_t server, const char *because)
{
	char name[SERVER_NAME_SIZE];

	store_server_name(a->store, server, name, sizeof(name));
	jsonw_object(a->w);
	jsonw_kint(a->w, "server", server);
	jsonw_kstr(a->w, "server_name", name);
	jsonw_key(a->w, "because");
	jsonw_bytes(a->w, because, strlen(because));
	jsonw_end(a->w);
}

static bool is_tied(const struct answering *a, int64_t server)
{
	for (size_t i = 0; i < a->n_ties; i++) {
		if (a->ties[i] == server) {
			return true;
		}
	}
	return false;
}

/* Those that tie come first: matching knows them. */
static void write_suggestions(struct answering *a)
{
	size_t n = 0;

	jsonw_karray(a->w, "suggestions");
	for (size_t i = 0; i < a->n_ties && n < UNMATCHED_SUGGESTIONS; i++, n++) {
		write_suggestion(a, a->ties[i], "its name and another server's fit equally well");
	}
	for (size_t i = 0; i < a->likes && n < UNMATCHED_SUGGESTIONS; i++) {
		_buf_ struct buf because = BUF_INIT;

		if (!is_tied(a, a->like[i].server)) {
			resemble_because(a->resemble, &a->like[i], &because);
			write_suggestion(a, a->like[i].server, buf_cstr(&because));
			n++;
		}
	}
	jsonw_end(a->w);
}

/* The scanned directory, or a star for several. */
static int add_root(struct store *s, int64_t root, struct buf *out)
{
	struct db *db = store_db(s);
	_stmt_ sqlite3_stmt *st = db_stmt(db, "SELECT path FROM roots WHERE id = ?");
	int r = st == NULL ? -EIO : db_bind(st, "i", root);

	r = r < 0 ? r : db_step(db, st);
	if (r == 1) {
		buf_add(out, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
	} else if (r == 0) {
		buf_addc(out, '*');
	}
	return MIN(r, 0);
}

/* "directory" and "shape" in words, and the rule. */
static int write_shape(struct answering *a, const struct group *g)
{
	_buf_ struct buf words = BUF_INIT, directory = BUF_INIT, glob = BUF_INIT;
	int r = add_root(a->store, g->tally.root, &directory);

	shape_words(&g->paths, &words);
	shape_glob(&g->paths, &glob);
	if (r < 0 || words.failed || words.len == 0) {
		return r < 0 ? r : -ENOMEM;
	}
	const char *slash = memrchr(words.data, '/', words.len);
	size_t name = slash != NULL ? (size_t)(slash - words.data) + 1 : 0;

	if (name > 0) {
		if (directory.len != 1 || directory.data[0] != '/') {
			buf_addc(&directory, '/');
		}
		buf_add(&directory, words.data, name - 1);
	}
	if (directory.failed || glob.failed) {
		return -ENOMEM;
	}
	jsonw_key(a->w, "directory");
	jsonw_bytes(a->w, directory.data, directory.len);
	jsonw_key(a->w, "shape");
	jsonw_bytes(a->w, words.data + name, words.len - name);
	jsonw_kobject(a->w, "rule");
	jsonw_key(a->w, "path");
	jsonw_bytes(a->w, glob.data, glob.len);
	jsonw_end(a->w);
	return 0;
}

static int write_group(struct answering *a, const struct group *g)
{
	const struct tally *t = &g->tally;
	int r;

	a->likes = a->n_ties = 0;
	jsonw_object(a->w);
	r = write_shape(a, g);
	if (r < 0) {
		return r;
	}
	jsonw_kstr(a->w, "reason", verdict_reason_name(g->class));
	jsonw_kint(a->w, "files", t->files);
	jsonw_kint(a->w, "bytes", t->bytes);
	jsonw_ktime(a->w, "newest", t->newest);
	jsonw_ktime(a->w, "oldest", t->oldest);
	jsonw_karray(a->w, "samples");
	for (size_t i = 0; i < UNMATCHED_SAMPLES && t->samples[i].id != 0; i++) {
		r = write_sample(a, t->samples[i].id, g->class);
		if (r < 0) {
			return r;
		}
	}
	jsonw_end(a->w);
	write_suggestions(a);
	jsonw_end(a->w);
	return a->w->out->failed ? -ENOMEM : 0;
}

static int write_groups(struct answering *a, const struct groups *groups, struct jsonw *to)
{
	size_t n = MIN(groups_count(groups), (size_t)UNMATCHED_GROUPS_MAX);

	for (size_t i = 0; i < n; i++) {
		struct buf *text = a->w->out;
		struct group g;

		buf_reset(text);
		*a->w = (struct jsonw)JSONW(text);
		groups_get(groups, i, &g);
		int r = write_group(a, &g);

		if (r < 0) {
			return r;
		}
		if (to->out->len + text->len > UNMATCHED_BYTES_MAX) {
			break;
		}
		jsonw_raw(to, text->data, text->len);
	}
	return to->out->failed ? -ENOMEM : 0;
}

/* --- the answer --- */

int unmatched_write(struct store *s, const struct matcher *m, const struct strv *generic,
	struct jsonw *w, bool *ret_complete, struct err *err)
{
	_Static_assert((int)UNMATCHED_SAMPLES <= (int)GROUPS_SAMPLES, "as many as are kept");
	_cleanup_(unmatched_files_done) struct unmatched_files files = {0};
	_cleanup_(words_freep) struct words *words = NULL;
	_cleanup_(resemble_freep) struct resemble *resemble = NULL;
	_buf_ struct buf text = BUF_INIT;
	struct jsonw one = JSONW(&text);
	struct answering a = {.store = s, .matcher = m, .w = &one};
	int r = words_new(generic, &words);

	r = r < 0 ? r : unmatched_files_read(s, words, UNMATCHED_MS_MAX, &files);
	r = r < 0 ? r : build_resemble(s, words, &resemble);
	if (r < 0) {
		return db_fail(store_db(s), r, err, "grouping the files without a server");
	}
	a.resemble = resemble;
	jsonw_object(w);
	jsonw_karray(w, "groups");
	r = write_groups(&a, files.groups, w);
	if (r < 0) {
		return db_fail(store_db(s), r, err, "listing the files without a server");
	}
	jsonw_end(w);
	jsonw_kint(w, "groups_total", (int64_t)groups_count(files.groups));
	jsonw_kint(w, "files", files.files);
	jsonw_kint(w, "bytes", files.bytes);
	jsonw_kbool(w, "complete", files.complete);
	jsonw_end(w);
	*ret_complete = files.complete;
	return 0;
}

/* --- keeping it --- */

struct unmatched {
	struct buf answer;
	bool valid;
	int64_t files, servers, until_ms; /* the versions that it is of; until then */
};

void unmatched_free(struct unmatched *u)
{
	if (u != NULL) {
		buf_done(&u->answer);
		free(u);
	}
}

static int64_t version(struct store *s, const char *key)
{
	int64_t value = 0; /* no row yet: nothing has changed ever */

	db_int(store_db(s), &value, "SELECT value FROM meta WHERE key = ?", "s", key);
	return value;
}

/* Makes the answer anew unless it is still the same. */
static int renew(struct daemon *d, struct store *s, struct unmatched *u, struct err *err)
{
	int64_t files = version(s, "version.files"), servers = version(s, "version.servers");
	int64_t now_ms = time_mono_ms();
	struct jsonw w = JSONW(&u->answer);
	bool complete = false;

	if (u->valid && u->files == files && u->servers == servers && now_ms < u->until_ms) {
		return 0;
	}
	struct matcher *m = refresh_matcher(d, s, err);

	if (m == NULL) {
		return -EIO;
	}
	buf_reset(&u->answer);
	u->valid = false;
	int r = unmatched_write(s, m, &refresh_config(d)->generic_names, &w, &complete, err);

	if (r < 0) {
		return r;
	}
	u->valid = true;
	u->files = files;
	u->servers = servers;
	u->until_ms = complete ? INT64_MAX : now_ms + INCOMPLETE_MS_MAX;
	return 0;
}

int unmatched_list(struct daemon *d, struct store *s, struct jsonw *w, struct err *err)
{
	if (d->unmatched == NULL) {
		d->unmatched = calloc(1, sizeof(*d->unmatched));
	}
	if (d->unmatched == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	int r = renew(d, s, d->unmatched, err);

	if (r == 0) {
		jsonw_raw(w, d->unmatched->answer.data, d->unmatched->answer.len);
	}
	return r;
}
