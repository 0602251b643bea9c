/* jobs.h - scans as jobs: one of a kind at a time, the other kind beside it; progress, cancelling,
 * the end. */
#ifndef SCANNERD_JOBS_H
#define SCANNERD_JOBS_H

#include "scannerd/daemon.h"
#include "scannerd/store/history.h"

enum {
	JOB_TICK_MS = 250,
	JOB_RECORD_TRIES = 30, /* a second apart: a full disk may have room again */
};

struct job {
	struct daemon *daemon;
	enum scan_kind kind;
	struct scan_progress progress; /* strings are owned */
	struct start_scan_in request;  /* owned */
	int64_t due;                   /* TIME_NONE: a person asked */
	int64_t expected_files;
	int64_t mono_started_ms;
	bool cancelled;
	struct scan_end end; /* to be recorded */
	bool recorded;
	int record_tries;
	bool begun;      /* the scan has a row; written by the store's thread before `active` */
	bool active;     /* running: the loop's thread may read and write progress */
	bool ending;     /* over: the store's thread has it and reads `cancelled` */
	struct err err;  /* why it failed */
	int64_t changed; /* rows */
	bool reduced;
	bool identities_changed;
	void (*on_begun)(void *arg, const struct job *j,
		const struct err *err); /* once: err NULL when it runs */
	void *arg;
	void *own; /* struct dirscan or struct hostscan */
};

/* One kind of scan. All on the loop's thread except prepare and finish, which run on the store's
 * thread. */
struct job_kind {
	int (*init)(struct job *j, struct err *err); /* may this be asked for? makes j->own */
	int (*prepare)(
		struct store *s, struct job *j, struct err *err); /* after the row was made */
	int (*start)(struct job *j, struct err *err);
	void (*cancel)(struct job *j);
	void (*tick)(struct job *j); /* fills j->progress */
	int (*finish)(struct store *s, struct job *j,
		struct err *err); /* after a walk or scan that ended well; not when cancelled or
				     failed */
	void (*discard)(struct store *s, struct job *j); /* store's thread: it ended otherwise */
	void (*free)(struct job *j);
};
extern const struct job_kind dirscan_kind, hostscan_kind;

int jobs_new(struct daemon *d, struct jobs **ret, struct err *err);
/* Everything has ended before (jobs_idle). */
void jobs_free(struct jobs *js);
/* on_begun is called exactly once, now or later: with the job, or with the reason (ERR_SCAN_RUNNING
 * ...). Takes in's content over. */
void jobs_start(struct daemon *d, enum scan_kind kind, struct start_scan_in *in,
	const char *requested_by, int64_t due,
	void (*on_begun)(void *arg, const struct job *j, const struct err *err), void *arg);
int jobs_cancel(struct daemon *d, int64_t scan, struct err *err);
void jobs_cancel_all(struct daemon *d);
bool jobs_idle(const struct daemon *d);
/* Threads of a scan may still be running. */
bool jobs_active(const struct daemon *d);
const struct job *jobs_running(const struct daemon *d, enum scan_kind kind);

/* For the kinds: the walk or scan has ended (j->err says how); finish or discard follows. */
void job_ended(struct job *j);
/* Replaces j->progress.current. */
void job_current(struct job *j, const char *text);

#endif
