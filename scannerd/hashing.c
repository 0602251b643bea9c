/* hashing.c - a short queue, two threads, and an eventfd by which the loop hears of what is done.
 */
#include "scannerd/hashing.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>

/* Well-formed, of the same cost, and of no password: a name that nobody has takes as long as one
 * that somebody has. */
#define NOBODYS_HASH                                             \
	"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

struct job_list {
	struct hashing_job *head, **tail;
};

struct hashing {
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t work;
	struct job_list waiting, finished;
	size_t n; /* waiting */
	bool stopping;
	/* the loop's thread */
	pthread_t threads[HASHING_THREADS];
	size_t running;
	int event_fd;
	struct event *event;
};

static void list_init(struct job_list *l)
{
	l->head = NULL;
	l->tail = &l->head;
}

static void list_push(struct job_list *l, struct hashing_job *job)
{
	job->next = NULL;
	*l->tail = job;
	l->tail = &job->next;
}

static struct hashing_job *list_pop(struct job_list *l)
{
	struct hashing_job *job = l->head;

	if (job != NULL) {
		l->head = job->next;
		if (l->head == NULL) {
			l->tail = &l->head;
		}
	}
	return job;
}

static void hash(struct hashing_job *job)
{
	if (job->verify) {
		const char *against = job->hash != NULL ? job->hash : NOBODYS_HASH;
		bool same = crypto_pwhash_str_verify(
				    against, job->password, strlen(job->password)) == 0;

		job->right = same && job->hash != NULL;
		if (!job->right) {
			return;
		}
	}
	if (job->fresh != NULL &&
		crypto_pwhash_str_alg(job->made, job->fresh, strlen(job->fresh), HASHING_PASSES,
			HASHING_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0) {
		job->rc = -ENOMEM;
	}
}

static void *run(void *arg)
{
	struct hashing *h = arg;
	struct hashing_job *job;

	pthread_setname_np(pthread_self(), "hashing");
	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (h->n == 0 && !h->stopping) {
			pthread_cond_wait(&h->work, &h->lock);
		}
		job = list_pop(&h->waiting);
		if (job == NULL) {
			break;
		}
		h->n--;
		pthread_mutex_unlock(&h->lock);
		hash(job);
		pthread_mutex_lock(&h->lock);
		list_push(&h->finished, job);
		(void)eventfd_write(h->event_fd, 1);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void dispatch(struct hashing *h)
{
	struct hashing_job *job;
	eventfd_t count;

	(void)eventfd_read(h->event_fd, &count);
	for (;;) {
		pthread_mutex_lock(&h->lock);
		job = list_pop(&h->finished);
		pthread_mutex_unlock(&h->lock);
		if (job == NULL) {
			return;
		}
		job->done(job);
	}
}

static void on_finished(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	dispatch(arg);
}

int hashing_new(struct event_base *base, struct hashing **ret)
{
	struct hashing *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		return -ENOMEM;
	}
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->work, NULL);
	list_init(&h->waiting);
	list_init(&h->finished);
	h->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	h->event = h->event_fd < 0
			   ? NULL
			   : event_new(base, h->event_fd, EV_READ | EV_PERSIST, on_finished, h);
	if (h->event == NULL || event_add(h->event, NULL) != 0) {
		hashing_free(h);
		return -ENOMEM;
	}
	*ret = h;
	return 0;
}

void hashing_free(struct hashing *h)
{
	if (h == NULL) {
		return;
	}
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	pthread_cond_broadcast(&h->work);
	pthread_mutex_unlock(&h->lock);
	for (size_t i = 0; i < h->running; i++) {
		pthread_join(h->threads[i], NULL);
	}
	if (h->event_fd >= 0) {
		dispatch(h);
		close(h->event_fd);
	}
	if (h->event != NULL) {
		event_free(h->event);
	}
	pthread_cond_destroy(&h->work);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static int start_thread(struct hashing *h)
{
	sigset_t all, before;
	int rc;

	/* Signals are for the loop's thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&h->threads[h->running], NULL, run, h);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	h->running += rc == 0;
	return -rc;
}

int hashing_submit(struct hashing *h, struct hashing_job *job)
{
	int rc = 0;

	if (h->running < HASHING_THREADS) {
		rc = start_thread(h);
		if (rc < 0 && h->running == 0) {
			return -EAGAIN;
		}
		rc = 0;
	}
	job->rc = 0;
	job->right = false;
	pthread_mutex_lock(&h->lock);
	if (h->n >= HASHING_WAITING_MAX || h->stopping) {
		rc = -EAGAIN;
	} else {
		list_push(&h->waiting, job);
		h->n++;
		pthread_cond_signal(&h->work);
	}
	pthread_mutex_unlock(&h->lock);
	return rc;
}
