/* queue.c - the store's thread: works run one after the other in the order they were posted. */
#include "scannerd/store/inside.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>

static void list_init(struct job_list *l)
{
	l->head = NULL;
	l->tail = &l->head;
}

static void list_push(struct job_list *l, struct job *j)
{
	j->next = NULL;
	*l->tail = j;
	l->tail = &j->next;
}

static struct job *list_pop(struct job_list *l)
{
	struct job *j = l->head;

	if (j != NULL) {
		l->head = j->next;
		if (l->head == NULL) {
			l->tail = &l->head;
		}
	}
	return j;
}

int queue_init(struct queue *q)
{
	list_init(&q->waiting);
	list_init(&q->finished);
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->work, NULL);
	pthread_cond_init(&q->room, NULL);
	pthread_cond_init(&q->called, NULL);
	q->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return q->event_fd < 0 ? -errno : 0;
}

void queue_done(struct queue *q)
{
	if (q->event_fd >= 0) {
		close(q->event_fd);
	}
	pthread_cond_destroy(&q->called);
	pthread_cond_destroy(&q->room);
	pthread_cond_destroy(&q->work);
	pthread_mutex_destroy(&q->lock);
}

/* A job has run: wakes its caller, hands it to the loop, or forgets it. Locked. */
static void finish(struct queue *q, struct job *j)
{
	if (j->called != NULL) {
		*j->called = true;
		pthread_cond_broadcast(&q->called);
	} else if (j->done != NULL) {
		list_push(&q->finished, j);
		(void)eventfd_write(q->event_fd, 1);
	} else {
		free(j);
	}
}

static void *run(void *arg)
{
	struct store *s = arg;
	struct queue *q = &s->queue;
	struct job *j;

	pthread_setname_np(pthread_self(), "store");
	pthread_mutex_lock(&q->lock);
	for (;;) {
		while (q->n == 0 && !q->stopping) {
			pthread_cond_wait(&q->work, &q->lock);
		}
		j = list_pop(&q->waiting);
		if (j == NULL) {
			break;
		}
		q->n--;
		pthread_cond_signal(&q->room);
		pthread_mutex_unlock(&q->lock);
		j->work(s, j->arg);
		pthread_mutex_lock(&q->lock);
		finish(q, j);
		bool idle = q->n == 0;
		pthread_mutex_unlock(&q->lock);
		checkpoint_step(s, idle);
		pthread_mutex_lock(&q->lock);
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

int queue_start(struct store *s)
{
	sigset_t all, before;
	int r;

	/* Signals are for the loop's thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&s->queue.thread, NULL, run, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	s->queue.running = r == 0;
	return -r;
}

void queue_stop(struct store *s)
{
	struct queue *q = &s->queue;

	if (!q->running) {
		return;
	}
	pthread_mutex_lock(&q->lock);
	q->stopping = true;
	pthread_cond_broadcast(&q->work);
	pthread_mutex_unlock(&q->lock);
	pthread_join(q->thread, NULL);
	q->running = false;
}

bool queue_run_rest(struct store *s)
{
	struct queue *q = &s->queue;
	bool any = false;
	struct job *j;

	pthread_mutex_lock(&q->lock);
	while ((j = list_pop(&q->waiting)) != NULL) {
		q->n--;
		any = true;
		pthread_mutex_unlock(&q->lock);
		j->work(s, j->arg);
		pthread_mutex_lock(&q->lock);
		finish(q, j);
	}
	pthread_mutex_unlock(&q->lock);
	return any;
}

/* Locked. */
static void push(struct queue *q, struct job *j)
{
	list_push(&q->waiting, j);
	q->n++;
	pthread_cond_signal(&q->work);
}

static struct job *job_new(store_work work, store_work done, void *arg)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j != NULL) {
		j->work = work;
		j->done = done;
		j->arg = arg;
	}
	return j;
}

int store_post(struct store *s, store_work work, store_work done, void *arg)
{
	struct queue *q = &s->queue;
	_free_ struct job *j = job_new(work, done, arg);
	int r = 0;

	if (j == NULL) {
		return -ENOMEM;
	}
	pthread_mutex_lock(&q->lock);
	if (q->n >= STORE_QUEUE_MAX) {
		r = -EAGAIN;
	} else {
		push(q, steal(j));
	}
	pthread_mutex_unlock(&q->lock);
	return r;
}

int queue_submit(struct store *s, store_work work, void *arg)
{
	struct queue *q = &s->queue;
	struct job *j = job_new(work, NULL, arg);

	if (j == NULL) {
		return -ENOMEM;
	}
	pthread_mutex_lock(&q->lock);
	while (q->n >= STORE_QUEUE_MAX) {
		pthread_cond_wait(&q->room, &q->lock);
	}
	push(q, j);
	pthread_mutex_unlock(&q->lock);
	return 0;
}

void store_call(struct store *s, store_work work, void *arg)
{
	struct queue *q = &s->queue;
	bool called = false;
	struct job j = {.work = work, .arg = arg, .called = &called};

	pthread_mutex_lock(&q->lock);
	while (q->n >= STORE_QUEUE_MAX) {
		pthread_cond_wait(&q->room, &q->lock);
	}
	push(q, &j);
	while (!called) {
		pthread_cond_wait(&q->called, &q->lock);
	}
	pthread_mutex_unlock(&q->lock);
}

int store_fd(const struct store *s)
{
	return s->queue.event_fd;
}

void store_dispatch(struct store *s)
{
	struct queue *q = &s->queue;
	struct job_list ready;
	eventfd_t count;

	list_init(&ready);
	(void)eventfd_read(q->event_fd, &count);
	pthread_mutex_lock(&q->lock);
	for (struct job *j = list_pop(&q->finished); j != NULL; j = list_pop(&q->finished)) {
		list_push(&ready, j);
	}
	pthread_mutex_unlock(&q->lock);
	for (struct job *j = list_pop(&ready); j != NULL; j = list_pop(&ready)) {
		j->done(s, j->arg);
		free(j);
	}
}
