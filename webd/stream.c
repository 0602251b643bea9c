/* stream.c - carries bytes from a query thread to the loop's thread: a bounded buffer under a lock,
 * and a list of streams that have something for the loop. */
#include "webd/streams.h"

#include "common/timefmt.h"
#include "webd/exchange.h"
#include <errno.h>
#include <event2/buffer.h>
#include <pthread.h>

enum { TYPE_SIZE = 128, NAME_SIZE = 256, PIECE = 64 * 1024 };

struct stream {
	struct streams *hub;
	bool head;                 /* constant */
	STAILQ_ENTRY(stream) link; /* in hub->ready */
	/* the loop's thread only */
	struct exchange *exchange; /* NULL: the client is gone or has its answer */
	bool started;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t moved;     /* unsent has shrunk, or gone is true */
	struct evbuffer *waiting; /* produced, not yet taken by the loop */
	size_t unsent;            /* taken by the loop, not yet written to the socket */
	int64_t patience_ms;      /* what is left of it */
	bool begun, ended, failed, gone;
	int status;
	char content_type[TYPE_SIZE], download_name[NAME_SIZE];
	int64_t length;
	struct err err;
	/* under hub->lock */
	bool queued;
};

struct streams {
	struct event *wake;
	int64_t patience_ms;
	pthread_mutex_t lock;
	STAILQ_HEAD(, stream) ready;
};

static void pump(struct stream *s);

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct streams *hub = arg;

	(void)fd;
	(void)what;
	for (;;) {
		struct stream *s;

		pthread_mutex_lock(&hub->lock);
		s = STAILQ_FIRST(&hub->ready);
		if (s != NULL) {
			STAILQ_REMOVE_HEAD(&hub->ready, link);
			s->queued = false;
		}
		pthread_mutex_unlock(&hub->lock);
		if (s == NULL) {
			return;
		}
		pump(s);
	}
}

int streams_new(struct event_base *base, int64_t patience_ms, struct streams **ret)
{
	struct streams *hub = calloc(1, sizeof(*hub));

	if (hub == NULL) {
		return -ENOMEM;
	}
	hub->patience_ms = patience_ms;
	STAILQ_INIT(&hub->ready);
	pthread_mutex_init(&hub->lock, NULL);
	hub->wake = event_new(base, -1, EV_PERSIST, on_wake, hub);
	if (hub->wake == NULL) {
		free(hub);
		return -ENOMEM;
	}
	*ret = hub;
	return 0;
}

void streams_free(struct streams *hub)
{
	if (hub == NULL) {
		return;
	}
	on_wake(-1, 0, hub);
	event_free(hub->wake);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}

/* Tells the loop. */
static void queue(struct stream *s)
{
	struct streams *hub = s->hub;

	pthread_mutex_lock(&hub->lock);
	if (!s->queued) {
		s->queued = true;
		STAILQ_INSERT_TAIL(&hub->ready, s, link);
	}
	event_active(hub->wake, EV_READ, 0);
	pthread_mutex_unlock(&hub->lock);
}

/* The producer's last word may have queued it again while an earlier word was being answered. */
static void free_stream(struct stream *s)
{
	pthread_mutex_lock(&s->hub->lock);
	if (s->queued) {
		STAILQ_REMOVE(&s->hub->ready, s, stream, link);
	}
	pthread_mutex_unlock(&s->hub->lock);
	evbuffer_free(s->waiting);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->moved);
	free(s);
}

static void set_gone(struct stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->gone = true;
	pthread_cond_signal(&s->moved);
	pthread_mutex_unlock(&s->lock);
}

static void on_gone(void *arg)
{
	struct stream *s = arg;

	s->exchange = NULL;
	set_gone(s);
}

static void init_moved(struct stream *s)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->moved, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

struct stream *streams_add(struct streams *hub, struct exchange *x)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (s == NULL || (s->waiting = evbuffer_new()) == NULL) {
		free(s);
		return NULL;
	}
	pthread_mutex_init(&s->lock, NULL);
	init_moved(s);
	s->patience_ms = hub->patience_ms;
	s->hub = hub;
	s->head = x->head;
	s->exchange = x;
	x->on_gone = on_gone;
	x->gone_arg = s;
	return s;
}

static void on_written(void *arg)
{
	struct stream *s = arg;

	pthread_mutex_lock(&s->lock);
	s->unsent = 0;
	pthread_cond_signal(&s->moved);
	pthread_mutex_unlock(&s->lock);
}

/* Only names that we made reach this; what would end the quoted string is left out all the same. */
static void add_disposition(struct exchange *x, const char *name)
{
	char value[NAME_SIZE + 32];
	size_t n = (size_t)snprintf(value, sizeof(value), "attachment; filename=\"");

	for (; *name != '\0' && n + 2 < sizeof(value); name++) {
		if (*name > 0x1f && *name < 0x7f && *name != '"' && *name != '\\') {
			value[n++] = *name;
		}
	}
	value[n++] = '"';
	value[n] = '\0';
	exchange_header(x, "Content-Disposition", value);
}

static void start(struct stream *s)
{
	if (s->download_name[0] != '\0') {
		add_disposition(s->exchange, s->download_name);
	}
	exchange_start(s->exchange, s->status, s->content_type, s->length);
	s->started = true;
}

/* Sends what there is and, at the end, ends the exchange. */
static void forward(struct stream *s, struct evbuffer *data, bool ended, bool failed)
{
	struct exchange *x = s->exchange;

	if (failed) {
		s->exchange = NULL;
		if (s->started) {
			exchange_cut(x);
		} else {
			exchange_error(x, &s->err);
		}
		return;
	}
	if (!s->started) {
		start(s);
	}
	if (evbuffer_get_length(data) > 0) {
		exchange_chunk(x, data, on_written, s);
	}
	if (ended) {
		s->exchange = NULL;
		exchange_end(x);
	}
}

/* The loop's thread: takes over what the producer left. */
static void pump(struct stream *s)
{
	struct evbuffer *data = evbuffer_new();
	bool ended, failed, begun;

	pthread_mutex_lock(&s->lock);
	ended = s->ended;
	failed = s->failed || (data == NULL && s->exchange != NULL);
	begun = s->begun;
	if (data != NULL && !s->head) {
		s->unsent += evbuffer_get_length(s->waiting);
		evbuffer_add_buffer(data, s->waiting);
	}
	pthread_mutex_unlock(&s->lock);
	if (s->exchange != NULL && (begun || failed)) {
		forward(s, data, ended, failed);
		if (s->exchange == NULL) {
			set_gone(s);
		}
	}
	if (data != NULL) {
		evbuffer_free(data);
	}
	if (ended) {
		free_stream(s);
	}
}

/* --- the producer's side --- */

void stream_begin(struct stream *s, int status, const char *content_type, const char *download_name,
	int64_t length)
{
	pthread_mutex_lock(&s->lock);
	s->begun = true;
	s->status = status;
	s->length = length;
	snprintf(s->content_type, sizeof(s->content_type), "%s", content_type);
	snprintf(s->download_name, sizeof(s->download_name), "%s",
		download_name != NULL ? download_name : "");
	pthread_mutex_unlock(&s->lock);
}

static bool is_full(const struct stream *s)
{
	return !s->gone && s->unsent + evbuffer_get_length(s->waiting) >= STREAM_WINDOW;
}

/* Locked. A client that takes a little every now and then would otherwise keep the producer, and
 * its snapshot, for days; the loop's write time-out ends only one that takes nothing for a minute.
 */
static int wait_for_room(struct stream *s)
{
	int64_t began = time_mono_ms(), until = began + s->patience_ms;
	struct timespec end = {
		.tv_sec = until / MSEC_PER_SEC, .tv_nsec = until % MSEC_PER_SEC * 1000000};
	int error = 0;

	while (is_full(s) && error != ETIMEDOUT) {
		error = pthread_cond_timedwait(&s->moved, &s->lock, &end);
	}
	s->patience_ms = MAX(s->patience_ms - (time_mono_ms() - began), 0);
	return is_full(s) ? -ETIMEDOUT : 0;
}

int stream_write(struct stream *s, struct buf *b)
{
	int rc = b->failed ? -ENOMEM : 0;

	if (rc == 0 && s->head) {
		buf_reset(b);
		return 0;
	}
	pthread_mutex_lock(&s->lock);
	if (rc == 0) {
		rc = wait_for_room(s);
	}
	if (rc == 0 && s->gone) {
		rc = -EPIPE;
	}
	if (rc == 0 && evbuffer_add(s->waiting, b->data, b->len) < 0) {
		rc = -ENOMEM;
	}
	pthread_mutex_unlock(&s->lock);
	if (rc == 0) {
		queue(s);
	}
	buf_reset(b);
	return rc;
}

/* In pieces: over TLS one piece of a buffer counts as sent when all of it is, and a reader of a
 * large one would seem to take nothing. Takes the descriptor over. */
static int add_file(struct evbuffer *out, int fd, int64_t length)
{
	struct evbuffer_file_segment *file =
		evbuffer_file_segment_new(fd, 0, length, EVBUF_FS_CLOSE_ON_FREE);
	int rc = 0;

	if (file == NULL) {
		close(fd);
		return -ENOMEM;
	}
	for (int64_t at = 0; rc == 0 && at < length; at += PIECE) {
		rc = evbuffer_add_file_segment(out, file, at, MIN(PIECE, length - at)) < 0 ? -ENOMEM
											   : 0;
	}
	evbuffer_file_segment_free(file);
	return rc;
}

int stream_file(struct stream *s, int fd, int64_t length)
{
	int rc = 0;

	if (s->head || length == 0) {
		close(fd);
		return 0;
	}
	pthread_mutex_lock(&s->lock);
	if (s->gone) {
		close(fd);
		rc = -EPIPE;
	} else {
		rc = add_file(s->waiting, fd, length);
	}
	pthread_mutex_unlock(&s->lock);
	if (rc == 0) {
		queue(s);
	}
	return rc;
}

/* Queued before the lock is given back: once the loop can see the end, it frees the stream. */
void stream_end(struct stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->ended = true;
	queue(s);
	pthread_mutex_unlock(&s->lock);
}

void stream_fail(struct stream *s, const struct err *err)
{
	pthread_mutex_lock(&s->lock);
	s->err = *err;
	s->failed = true;
	s->ended = true;
	queue(s);
	pthread_mutex_unlock(&s->lock);
}

bool stream_is_head(const struct stream *s)
{
	return s->head;
}
