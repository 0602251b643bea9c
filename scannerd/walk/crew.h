/* crew.h - the threads of one walk: a shared last-in-first-out stack of work, as many hands as
 * there are processors, more while they wait for disks. The only file of this folder that knows
 * pthread. */
#ifndef SCANNERD_WALK_CREW_H
#define SCANNERD_WALK_CREW_H

#include "common/def.h"

enum { CREW_MAX = 64, CREW_NOTE_SIZE = 1024 };

struct crew;
struct crew_member;

struct crew_item { /* embedded as the first member of what work is about */
	struct crew_item *next;
};

struct crew_config {
	int threads_min, threads_max; /* 0: as many as processors (at most 16); 8, or threads_min if
					 that is more */
	/* Called with an item that was taken from the stack, in several threads at once. */
	void (*work)(void *arg, void *tools, struct crew_item *item);
	/* One thread's own things: made before it starts (NULL: out of memory), freed after it has
	 * ended. */
	void *(*tools_new)(void *arg, struct crew_member *m);
	void (*tools_free)(void *tools);
	void (*drop)(
		void *arg, struct crew_item *item); /* what was left when the crew was stopped */
	void *arg;
};

int crew_new(const struct crew_config *cfg, struct crew **ret);
void crew_free(struct crew *c); /* after crew_run, or instead of it */
DEFINE_CLEANUP(struct crew *, crew_free);
/* Pushes a chain of items that ends in NULL; from any thread, also before crew_run. */
void crew_push(struct crew *c, struct crew_item *first);
/* Works until the stack is empty and nobody is at work, or until crew_stop. Once only. 0, or -errno
 * if not even one thread could start; after crew_stop it is 0, too. */
int crew_run(struct crew *c);
void crew_stop(struct crew *c);          /* from any thread */
bool crew_stopped(const struct crew *c); /* cheap enough to ask for every file */

/* Around waiting that is not for a disk, so that it does not call for more threads. */
void crew_wait_begin(struct crew_member *m);
void crew_wait_end(struct crew_member *m);
/* What the member has under its hands. */
void crew_note(struct crew_member *m, const char *text, size_t len);
/* The note of one that is at work, cut at size, NUL-terminated; "" if nobody is. Returns its
 * length. */
size_t crew_read_note(struct crew *c, char *out, size_t size);

#endif
