/* staging.c - takes listings from the walkers' threads and writes them in short transactions while
 * the walk goes on. */
#include "scannerd/store/staging.h"

#include <assert.h>
#include <errno.h>

enum {
	BATCH_WEIGHT = 32768, /* files, and a few for every directory: some 50 ms of writing */
	DIRECTORY_WEIGHT = 4,
	IN_FLIGHT_MAX = 2,
};

struct batch {
	struct staging *staging;
	struct listing **v;
	size_t n, cap, weight;
};

static void batch_free(struct batch *b)
{
	if (b == NULL) {
		return;
	}
	for (size_t i = 0; i < b->n; i++) {
		listing_free(b->v[i]);
	}
	free(b->v);
	free(b);
}

static int batch_add(struct batch *b, struct listing *l)
{
	if (b->n == b->cap) {
		size_t cap = GROW(b->cap);
		struct listing **v = reallocarray(b->v, cap, sizeof(struct listing *));

		if (v == NULL) {
			return -ENOMEM;
		}
		b->v = v;
		b->cap = cap;
	}
	b->v[b->n++] = l;
	b->weight += l->n + DIRECTORY_WEIGHT;
	return 0;
}

int store_staging_new(struct store *s, struct staging **ret, struct err *err)
{
	struct staging *g = NULL;
	int r = files_remove_staged(s);

	if (r < 0) {
		return db_fail(s->db, r, err, "removing the rest of an earlier scan");
	}
	g = calloc(1, sizeof(*g));
	if (g == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	g->store = s;
	g->next_dir = s->next_dir;
	g->generation = s->generation;
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->room, NULL);
	r = spool_new(s->state_dir, &g->spool, err);
	if (r < 0) {
		staging_free(g);
		return r;
	}
	*ret = g;
	return 0;
}

void staging_free(struct staging *g)
{
	if (g == NULL) {
		return;
	}
	assert(g->in_flight == 0); /* batches are works queued before this one */
	batch_free(g->open);
	spool_free(g->spool);
	pthread_cond_destroy(&g->room);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

/* New directories become rows, changed ones wait in the spool. Inside a transaction. */
static int write_listing(struct staging *g, const struct listing *l, struct err *err)
{
	struct store *s = g->store;
	struct spooled how = {0};
	int r = 0;

	if (l->dir == 0) {
		if (l->n == 0) {
			return 0;
		}
		how = (struct spooled){.staged = g->next_dir, .n_staged = (int64_t)l->n};
		r = feed_append(s->db, &s->feed, l, how.staged);
		if (r == -E2BIG) {
			return err_set(err, r, ERR_TOO_LARGE, NULL,
				"a directory has more than %d files", 1 << FILES_ORDINAL_BITS);
		}
		if (r < 0) {
			return db_fail(s->db, r, err, "storing files");
		}
		g->next_dir++;
	}
	return spool_add(g->spool, l, &how, err);
}

/* Staged rows prove nothing before store_files_apply() commits with a sync, which includes them:
 * so their own commits need not wait for the disk. */
static int write_batch(struct staging *g, const struct batch *b, struct err *err)
{
	struct store *s = g->store;
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r < 0) {
		return db_fail(s->db, r, err, "storing files");
	}
	for (size_t i = 0; i < b->n; i++) {
		r = write_listing(g, b->v[i], err);
		if (r < 0) {
			return r;
		}
	}
	r = transaction_commit(&t);
	return r < 0 ? db_fail(s->db, r, err, "storing files") : 0;
}

/* The first failure stays. Locked. */
static void note_error(struct staging *g, int error, const struct err *why)
{
	if (error < 0 && g->error == 0) {
		g->error = error;
		g->why = *why;
	}
}

static void batch_work(struct store *s, void *arg)
{
	struct batch *b = arg;
	struct staging *g = b->staging;
	struct err why = {0};
	int r;

	pthread_mutex_lock(&g->lock);
	r = g->error;
	pthread_mutex_unlock(&g->lock);
	if (r == 0) {
		(void)db_script(s->db, "PRAGMA synchronous=NORMAL");
		r = write_batch(g, b, &why);
		(void)db_script(s->db, "PRAGMA synchronous=FULL");
	}
	batch_free(b);
	pthread_mutex_lock(&g->lock);
	note_error(g, r, &why);
	g->in_flight--;
	pthread_cond_broadcast(&g->room);
	pthread_mutex_unlock(&g->lock);
}

/* Gives the open batch to the store. Locked on entry and exit. */
static int submit(struct staging *g)
{
	struct batch *b = steal(g->open);
	int r;

	while (g->in_flight >= IN_FLIGHT_MAX) {
		pthread_cond_wait(&g->room, &g->lock);
	}
	g->in_flight++;
	pthread_mutex_unlock(&g->lock);
	r = queue_submit(g->store, batch_work, b);
	pthread_mutex_lock(&g->lock);
	if (r < 0) {
		g->in_flight--;
		batch_free(b);
	}
	return r;
}

/* Locked; takes l in every case. */
static int add_locked(struct staging *g, struct listing *l)
{
	int r = g->error;

	if (r == 0 && g->open == NULL) {
		g->open = calloc(1, sizeof(*g->open));
		if (g->open == NULL) {
			r = -ENOMEM;
		} else {
			g->open->staging = g;
		}
	}
	if (r == 0) {
		r = batch_add(g->open, l);
	}
	if (r < 0) {
		listing_free(l);
		return r;
	}
	return g->open->weight >= BATCH_WEIGHT ? submit(g) : 0;
}

int store_staging_add(struct staging *g, struct listing *l)
{
	static const struct err no_memory = {
		.code = ERR_INTERNAL, .message = "out of memory while storing files"};
	int r;

	pthread_mutex_lock(&g->lock);
	r = add_locked(g, l);
	note_error(g, r, &no_memory);
	pthread_mutex_unlock(&g->lock);
	return r;
}

int staging_flush(struct staging *g, struct err *err)
{
	if (g->error == 0 && g->open != NULL) {
		g->error = write_batch(g, g->open, &g->why);
		batch_free(steal(g->open));
	}
	if (g->error < 0 && err != NULL) {
		*err = g->why;
	}
	return g->error;
}

void store_files_discard(struct store *s, struct staging *g)
{
	if (g == NULL) {
		return;
	}
	staging_free(g);
	(void)files_remove_staged(s); /* on failure the next scan or start removes them */
}
