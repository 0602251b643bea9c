/* pool.c - the query threads and the queue before them. */
#include "pool.h"

#include "order.h"
#include "reader.h"
#include "sketch.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>

enum {
	THREADS_MAX = 64,
	STACK_BYTES = 1 << 20,
	ORDERS_BYTES = 12 << 20, /* of all kept orders together */
	SORTER_PAGES = 64,
};

struct work {
	pool_work call;
	void *arg;
};

struct worker {
	struct pool *pool;
	struct reader *reader;
	pthread_t thread;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct work queue[POOL_QUEUE_MAX]; /* a ring */
	size_t first, waiting;
	atomic_bool stopping;
	struct orders *orders;
	struct sketches *sketches;
	struct worker *workers;
	int n_workers; /* started ones */
};

/* The next work, or false when the pool ends. */
static bool next_work(struct pool *p, struct work *ret)
{
	bool found = false;

	pthread_mutex_lock(&p->lock);
	while (p->waiting == 0 && !atomic_load(&p->stopping)) {
		pthread_cond_wait(&p->wake, &p->lock);
	}
	if (!atomic_load(&p->stopping)) {
		*ret = p->queue[p->first];
		p->first = (p->first + 1) % POOL_QUEUE_MAX;
		p->waiting--;
		found = true;
	}
	pthread_mutex_unlock(&p->lock);
	return found;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct work work;

	while (next_work(w->pool, &work)) {
		work.call(w->reader, work.arg);
	}
	return NULL;
}

/* Signals belong to the loop's thread. */
static int start_thread(struct worker *w)
{
	pthread_attr_t attr;
	sigset_t all, before;
	int r = pthread_attr_init(&attr);

	if (r != 0) {
		return -r;
	}
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&w->thread, &attr, worker_main, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return -r;
}

static int start_worker(struct pool *p, const char *database)
{
	struct worker *w = &p->workers[p->n_workers];
	int r = reader_new(database, p->orders, p->sketches, &p->stopping, &w->reader);

	if (r < 0) {
		return r;
	}
	w->pool = p;
	r = start_thread(w);
	if (r < 0) {
		reader_free(w->reader);
		return r;
	}
	p->n_workers++;
	return 0;
}

/* Sorting a million rows should neither map its temporary file nor hold a megabyte of it. Settings
 * of the library, taken only before its first use in the process: refused later, which does no
 * harm. */
static void limit_sorter(void)
{
	sqlite3_config(SQLITE_CONFIG_MMAP_SIZE, (sqlite3_int64)0, (sqlite3_int64)0);
	sqlite3_config(SQLITE_CONFIG_PMASZ, SORTER_PAGES);
}

int pool_new(const char *database, int threads, struct pool **ret, struct err *err)
{
	struct pool *p = calloc(1, sizeof(*p));
	int r = -ENOMEM;

	if (p == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	limit_sorter();
	threads = MAX(1, MIN(threads, (int)THREADS_MAX));
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	p->orders = orders_new(ORDERS_BYTES);
	p->sketches = sketches_new();
	p->workers = calloc((size_t)threads, sizeof(*p->workers));
	if (p->orders != NULL && p->sketches != NULL && p->workers != NULL) {
		r = 0;
	}
	for (int i = 0; i < threads && r == 0; i++) {
		r = start_worker(p, database);
	}
	if (r < 0) {
		pool_free(p);
		return err_set(
			err, r, ERR_INTERNAL, NULL, "starting the query threads: %s", strerror(-r));
	}
	*ret = p;
	return 0;
}

void pool_free(struct pool *p)
{
	if (p == NULL) {
		return;
	}
	pthread_mutex_lock(&p->lock);
	atomic_store(&p->stopping, true); /* the progress handlers see it and end their queries */
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->n_workers; i++) {
		pthread_join(p->workers[i].thread, NULL);
		reader_free(p->workers[i].reader);
	}
	for (; p->waiting > 0; p->waiting--) {
		struct work *w = &p->queue[p->first];

		p->first = (p->first + 1) % POOL_QUEUE_MAX;
		w->call(NULL, w->arg);
	}
	orders_free(p->orders);
	sketches_free(p->sketches);
	free(p->workers);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int pool_post(struct pool *p, pool_work work, void *arg)
{
	int r = 0;

	pthread_mutex_lock(&p->lock);
	if (p->waiting == POOL_QUEUE_MAX || atomic_load(&p->stopping)) {
		r = -EAGAIN;
	} else {
		p->queue[(p->first + p->waiting) % POOL_QUEUE_MAX] = (struct work){work, arg};
		p->waiting++;
		pthread_cond_signal(&p->wake);
	}
	pthread_mutex_unlock(&p->lock);
	return r;
}
