/* probe.c - stat(2) in a thread of its own: on a hard-mounted server that is gone it may block for
 * ever, and with it whoever asks. */
#include "scannerd/probe.h"
#include "common/utf8.h"
#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

struct probe {
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t answered;
	struct strv paths;
	struct strv warnings;
	size_t next; /* paths before it have been looked at */
	bool left;   /* the asker waits no longer: the thread frees */
};

static void probe_free(struct probe *p)
{
	strv_done(&p->paths);
	strv_done(&p->warnings);
	pthread_cond_destroy(&p->answered);
	pthread_mutex_destroy(&p->mutex);
	free(p);
}

static void warn(struct strv *warnings, const char *path, const char *what)
{
	char shown[300], text[512];

	utf8_printable(path, strlen(path), shown, sizeof(shown));
	snprintf(text, sizeof(text), "%s %s", shown, what);
	strv_add(warnings, text);
}

static void look_at(struct probe *p, const char *path)
{
	struct stat st;
	int error = stat(path, &st) == 0 ? 0 : errno;

	pthread_mutex_lock(&p->mutex);
	if (error == ENOENT) {
		warn(&p->warnings, path, "is not there; it is scanned once it is");
	} else if (error != 0) {
		warn(&p->warnings, path, strerrordesc_np(error));
	} else if (!S_ISDIR(st.st_mode)) {
		warn(&p->warnings, path, "is not a directory");
	}
	p->next++;
	pthread_mutex_unlock(&p->mutex);
}

static void *probe_thread(void *arg)
{
	struct probe *p = arg;
	bool left;

	for (size_t i = 0; i < p->paths.n; i++) {
		look_at(p, p->paths.v[i]);
	}
	pthread_mutex_lock(&p->mutex);
	left = p->left;
	pthread_cond_signal(&p->answered);
	pthread_mutex_unlock(&p->mutex);
	if (left) {
		probe_free(p);
	}
	return NULL;
}

static struct probe *probe_new(const struct config *c)
{
	struct probe *p = calloc(1, sizeof(*p));
	pthread_condattr_t attributes;

	if (p == NULL) {
		return NULL;
	}
	pthread_mutex_init(&p->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&p->answered, &attributes);
	pthread_condattr_destroy(&attributes);
	for (size_t i = 0; i < c->directories_to_scan.n; i++) {
		if (strv_add(&p->paths, c->directories_to_scan.v[i].path) < 0) {
			probe_free(p);
			return NULL;
		}
	}
	return p;
}

/* Waits for the thread, or leaves the probe to it. */
static void collect(struct probe *p, pthread_t thread, struct strv *warnings)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += PROBE_MS_MAX * (NSEC_PER_SEC / MSEC_PER_SEC);
	until.tv_sec += until.tv_nsec / NSEC_PER_SEC;
	until.tv_nsec %= NSEC_PER_SEC;
	pthread_mutex_lock(&p->mutex);
	while (p->next < p->paths.n && rc != ETIMEDOUT) {
		rc = pthread_cond_timedwait(&p->answered, &p->mutex, &until);
	}
	for (size_t i = 0; i < p->warnings.n; i++) {
		strv_add(warnings, p->warnings.v[i]);
	}
	p->left = p->next < p->paths.n;
	if (p->left) {
		warn(warnings, p->paths.v[p->next], "does not answer; is its server reachable?");
		pthread_detach(thread);
		pthread_mutex_unlock(&p->mutex);
		return;
	}
	pthread_mutex_unlock(&p->mutex);
	pthread_join(thread, NULL);
	probe_free(p);
}

void probe_directories(const struct config *c, struct strv *warnings)
{
	struct probe *p = probe_new(c);
	pthread_t thread;

	if (p == NULL) {
		return;
	}
	if (pthread_create(&thread, NULL, probe_thread, p) != 0) {
		probe_free(p);
		return;
	}
	collect(p, thread, warnings);
}
