/* crew.c - a stack under a mutex, threads that take from it, and a supervisor that counts how long
 * they wait for disks. */
#include "scannerd/walk/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

enum {
	PROCESSORS_MAX = 16, /* more hands than this only fight for the kernel's locks */
	WAITING_THREADS = 8,
	SUPERVISE_MS = 250,
	SLEEP_MAX_MS =
		50, /* a disk that takes longer is out of order, and more hands do not help */
	NSEC_PER_MS = 1000000,
};

struct crew_member {
	struct crew *crew;
	pthread_t thread;
	int index;
	void *tools;
	_Atomic pid_t tid;
	_Atomic int64_t waited_ns, waiting_since_ns; /* waits that are not for a disk */
	struct {
		int64_t wall_ns, idle_ns; /* idle: waited */
		int64_t busy_ns;          /* on a processor or queued for one */
		int64_t sleeps;
	} last;
	pthread_mutex_t note_lock;
	size_t note_len; /* 0: not at work */
	char note[CREW_NOTE_SIZE];
};

struct crew {
	struct crew_config cfg;
	atomic_bool stopped;
	pthread_mutex_t lock; /* for all down to members */
	pthread_cond_t work;  /* there is work, or it is all done */
	pthread_cond_t allowed_more;
	pthread_cond_t quiet; /* for the supervisor: all is done */
	struct crew_item *top;
	int busy;
	int allowed; /* members from this index on are parked */
	struct crew_member members[CREW_MAX];
	int started; /* the supervisor's */
	int hungry;  /* the supervisor's: how many times in a row more hands were wanted */
};

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

static int processors(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set) < 0) {
		return 1; /* more than 1024 processors, or a strange sandbox */
	}
	return MIN(MAX(CPU_COUNT(&set), 1), PROCESSORS_MAX);
}

static void init_locks(struct crew *c)
{
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->quiet, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_cond_init(&c->work, NULL);
	pthread_cond_init(&c->allowed_more, NULL);
	pthread_mutex_init(&c->lock, NULL);
	for (int i = 0; i < CREW_MAX; i++) {
		c->members[i].crew = c;
		c->members[i].index = i;
		pthread_mutex_init(&c->members[i].note_lock, NULL);
	}
}

int crew_new(const struct crew_config *cfg, struct crew **ret)
{
	struct crew *c = calloc(1, sizeof(*c));
	if (c == NULL) {
		return -ENOMEM;
	}
	c->cfg = *cfg;
	if (c->cfg.threads_min <= 0) {
		c->cfg.threads_min = processors();
	}
	c->cfg.threads_min = MIN(c->cfg.threads_min, CREW_MAX);
	if (c->cfg.threads_max <= 0) {
		c->cfg.threads_max = WAITING_THREADS;
	}
	c->cfg.threads_max = MIN(MAX(c->cfg.threads_max, c->cfg.threads_min), CREW_MAX);
	c->allowed = c->cfg.threads_min;
	init_locks(c);
	*ret = c;
	return 0;
}

static void drop_rest(struct crew *c)
{
	while (c->top != NULL) {
		struct crew_item *item = c->top;
		c->top = item->next;
		c->cfg.drop(c->cfg.arg, item);
	}
}

void crew_free(struct crew *c)
{
	if (c == NULL) {
		return;
	}
	drop_rest(c);
	for (int i = 0; i < CREW_MAX; i++) {
		pthread_mutex_destroy(&c->members[i].note_lock);
	}
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->work);
	pthread_cond_destroy(&c->allowed_more);
	pthread_cond_destroy(&c->quiet);
	free(c);
}

void crew_push(struct crew *c, struct crew_item *first)
{
	if (first == NULL) {
		return;
	}
	struct crew_item *last = first;
	while (last->next != NULL) {
		last = last->next;
	}
	pthread_mutex_lock(&c->lock);
	last->next = c->top;
	c->top = first;
	if (last == first) {
		pthread_cond_signal(&c->work);
	} else {
		pthread_cond_broadcast(&c->work);
	}
	pthread_mutex_unlock(&c->lock);
}

/* With the lock held. */
static bool is_over(const struct crew *c)
{
	return atomic_load(&c->stopped) || (c->top == NULL && c->busy == 0);
}

static void wake_all(struct crew *c)
{
	pthread_cond_broadcast(&c->work);
	pthread_cond_broadcast(&c->allowed_more);
	pthread_cond_broadcast(&c->quiet);
}

void crew_stop(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	atomic_store(&c->stopped, true);
	wake_all(c);
	pthread_mutex_unlock(&c->lock);
}

bool crew_stopped(const struct crew *c)
{
	return atomic_load_explicit(&c->stopped, memory_order_relaxed);
}

void crew_wait_begin(struct crew_member *m)
{
	atomic_store(&m->waiting_since_ns, now_ns());
}

void crew_wait_end(struct crew_member *m)
{
	int64_t since = atomic_exchange(&m->waiting_since_ns, 0);
	atomic_fetch_add(&m->waited_ns, now_ns() - since);
}

void crew_note(struct crew_member *m, const char *text, size_t len)
{
	pthread_mutex_lock(&m->note_lock);
	m->note_len = MIN(len, sizeof(m->note));
	memcpy(m->note, text, m->note_len);
	pthread_mutex_unlock(&m->note_lock);
}

size_t crew_read_note(struct crew *c, char *out, size_t size)
{
	size_t len = 0;
	/* All of them: a member may be at work before its starter has counted it. */
	for (int i = 0; i < CREW_MAX && len == 0 && size > 1; i++) {
		struct crew_member *m = &c->members[i];
		pthread_mutex_lock(&m->note_lock);
		len = MIN(m->note_len, size - 1);
		memcpy(out, m->note, len);
		pthread_mutex_unlock(&m->note_lock);
	}
	if (size > 0) {
		out[len] = '\0';
	}
	return len;
}

/* The next item, NULL at the end. With the lock held. Parked members wait elsewhere, lest they
 * swallow the signal meant for another. */
static struct crew_item *take(struct crew *c, struct crew_member *m)
{
	while (!is_over(c)) {
		bool parked = m->index >= c->allowed;
		if (c->top != NULL && !parked) {
			struct crew_item *item = c->top;
			c->top = item->next;
			c->busy++;
			return item;
		}
		crew_wait_begin(m);
		pthread_cond_wait(parked ? &c->allowed_more : &c->work, &c->lock);
		crew_wait_end(m);
	}
	return NULL;
}

static void *member_main(void *arg)
{
	struct crew_member *m = arg;
	struct crew *c = m->crew;
	atomic_store(&m->tid, gettid());

	pthread_mutex_lock(&c->lock);
	for (;;) {
		struct crew_item *item = take(c, m);
		if (item == NULL) {
			break;
		}
		pthread_mutex_unlock(&c->lock);
		c->cfg.work(c->cfg.arg, m->tools, item);
		crew_note(m, "", 0);
		pthread_mutex_lock(&c->lock);
		c->busy--;
		if (is_over(c)) {
			wake_all(c);
		}
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Starts members until there are n. The first that cannot be started ends it. */
static int start_members(struct crew *c, int n)
{
	for (int i = c->started; i < n; i++) {
		struct crew_member *m = &c->members[i];
		m->tools = c->cfg.tools_new(c->cfg.arg, m);
		if (m->tools == NULL) {
			return -ENOMEM;
		}
		m->last.wall_ns = now_ns();
		/* Signals are the main thread's business. */
		sigset_t all, before;
		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &before);
		int rc = pthread_create(&m->thread, NULL, member_main, m);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
		if (rc != 0) {
			c->cfg.tools_free(steal(m->tools));
			return -rc;
		}
		c->started = i + 1;
	}
	return 0;
}

/* A file of the thread in /proc, NUL-terminated; empty where the kernel or a sandbox has none. */
static void read_task_file(pid_t tid, const char *name, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", (int)tid, name);
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, text, size - 1) : -1;
	text[MAX(len, (ssize_t)0)] = '\0';
}

/* How long a thread has been ready to run but waited for a processor. */
static int64_t queued_ns(pid_t tid)
{
	char text[96]; /* "<on a processor> <queued> <slices>" */
	read_task_file(tid, "schedstat", text, sizeof(text));
	char *second = strchr(text, ' ');
	return second != NULL ? strtoll(second, NULL, 10) : 0;
}

/* How often a thread has gone to sleep of its own. */
static int64_t count_sleeps(pid_t tid)
{
	static const char key[] = "\nvoluntary_ctxt_switches:";
	char text[4096];
	read_task_file(tid, "status", text, sizeof(text));
	char *line = strstr(text, key);
	return line != NULL ? strtoll(line + sizeof(key) - 1, NULL, 10) : 0;
}

static int64_t cpu_ns(pthread_t thread)
{
	clockid_t clock;
	struct timespec t;
	if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &t) < 0) {
		return 0;
	}
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

/* Adds to the sums what the member did since it was last asked: active is all but waiting for work,
 * blocked is active but neither on a processor nor queued for one: it waits for a disk. What a
 * hypervisor steals looks the same, but happens without a sleep. */
static void measure(struct crew_member *m, int64_t *active_ns, int64_t *blocked_ns)
{
	int64_t now = now_ns(), since = atomic_load(&m->waiting_since_ns);
	int64_t idle = atomic_load(&m->waited_ns) + (since != 0 ? now - since : 0);
	pid_t tid = atomic_load(&m->tid);
	int64_t busy = cpu_ns(m->thread) + queued_ns(tid), sleeps = count_sleeps(tid);
	int64_t active = MAX(now - m->last.wall_ns - MAX(idle - m->last.idle_ns, 0), 0);
	*active_ns += active;
	*blocked_ns += MIN(active - (busy - m->last.busy_ns),
		(sleeps - m->last.sleeps) * SLEEP_MAX_MS * NSEC_PER_MS);
	m->last.wall_ns = now;
	m->last.idle_ns = idle;
	m->last.busy_ns = busy;
	m->last.sleeps = sleeps;
}

/* More hands while those there are mostly wait for disks, back to the least when they hardly do. */
static void adjust(struct crew *c)
{
	int64_t active = 0, blocked = 0;
	int started = c->started;
	for (int i = 0; i < started; i++) {
		measure(&c->members[i], &active, &blocked);
	}
	int allowed = c->allowed; /* only this thread writes it */
	if (active < (int64_t)SUPERVISE_MS * NSEC_PER_MS / 2) {
		return; /* too little to judge by */
	}
	/* A fast disk blocks a thread for a fifth of its time and still gains from more; warm
	 * caches hardly block at all. Twice in a row, because time in a processor's queue is told
	 * only at its end: it looks like being blocked at first, and like the opposite the next
	 * time. */
	c->hungry = blocked > active / 8 ? c->hungry + 1 : 0;
	if (c->hungry >= 2) {
		allowed = MIN(allowed * 2, c->cfg.threads_max);
	} else if (blocked < active / 32) {
		allowed = c->cfg.threads_min;
	}
	(void)start_members(c, allowed); /* fewer will do */
	pthread_mutex_lock(&c->lock);
	c->allowed = allowed;
	pthread_cond_broadcast(&c->allowed_more);
	pthread_mutex_unlock(&c->lock);
}

static void supervise(struct crew *c)
{
	struct timespec deadline;
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	pthread_mutex_lock(&c->lock);
	while (!is_over(c)) {
		int64_t ns = deadline.tv_nsec + (int64_t)SUPERVISE_MS * NSEC_PER_MS;
		deadline.tv_sec += ns / NSEC_PER_SEC;
		deadline.tv_nsec = ns % NSEC_PER_SEC;
		int rc = 0;
		while (!is_over(c) && rc == 0) {
			rc = pthread_cond_timedwait(&c->quiet, &c->lock, &deadline);
		}
		if (!is_over(c) && c->cfg.threads_max > c->cfg.threads_min) {
			pthread_mutex_unlock(&c->lock);
			adjust(c);
			pthread_mutex_lock(&c->lock);
		}
	}
	wake_all(c);
	pthread_mutex_unlock(&c->lock);
}

int crew_run(struct crew *c)
{
	int rc = start_members(c, c->cfg.threads_min);
	int started = c->started;
	if (started == 0) {
		return rc;
	}
	supervise(c);
	started = c->started;
	for (int i = 0; i < started; i++) {
		pthread_join(c->members[i].thread, NULL);
		c->cfg.tools_free(steal(c->members[i].tools));
	}
	drop_rest(c);
	return 0;
}
