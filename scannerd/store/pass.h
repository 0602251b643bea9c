/* pass.h - the inside of judging: reading every visible file once, in the order of ids, for those
 * who match it again and those who count it. */
#ifndef SCANNERD_STORE_PASS_H
#define SCANNERD_STORE_PASS_H

#include "scannerd/match/delta.h"
#include "scannerd/store/evidence.h"
#include "scannerd/store/inside.h"

struct pass_file {
	int64_t id, match, mtime_ns, drift, size;
	const char *name; /* NULL if the pass reads no names */
	size_t name_len;
};

struct pass {
	struct store *store;
	const struct matcher *matcher;
	/* Without them only the rows that count or are ambiguous are read, half as expensively. */
	bool names;
	/* Looks at one file; 1: something must be written before the next; 0 or -errno. */
	int (*look)(void *arg, struct pass_file *f);
	void *arg;

	/* the pass's own */
	int64_t next; /* id of the file to go on with */
	int rc;       /* of look() */
	sqlite3_stmt *dirs;
	struct pass_dir {   /* found last */
		int64_t id; /* INT64_MAX: behind the last */
		const char *path;
		size_t len, root_len;
		struct repository_place repository;
	} dir;
	struct match_dir match_dir; /* of dir, once it was asked for */
	bool has_match_dir;
};

/* --- pass.c --- */

/* At the opening of the database: the SQL function by which rows are handed over. */
int pass_register(struct store *s);
/* Goes on where it stopped; 1: look() wants to write; 0: all were read; -errno. */
int pass_read(struct pass *p);
void pass_done(struct pass *p);
/* For look(): the directory of this file becomes p->dir; 1, 0 if it has no row, -errno. Ids must
 * not fall from call to call. */
int pass_dir(struct pass *p, int64_t file);
/* What p->dir says of its files. */
const struct match_dir *pass_match_dir(struct pass *p);

/* --- rematch.c --- */

struct rematch {
	struct pass *pass;
	const struct delta *delta;
	int64_t future_mask; /* of files.match */
	int64_t dir;         /* where the last file lay */
	bool dir_touched;
	struct correction *v;
	size_t n;
	int64_t changed;
};
int rematch_init(struct rematch *m, struct pass *p, const struct delta *delta);
void rematch_done(struct rematch *m);
/* Judges a file that is touched and changes *f; 1: rematch_write() is due. */
int rematch_look(struct rematch *m, struct pass_file *f);
int rematch_write(struct rematch *m);

/* --- evidence.c --- */

struct counting {
	struct pass *pass;
	const struct config *cfg;
	struct evidence_server *servers; /* by id */
	size_t n;
	struct evidence *evidence; /* of the same position; used by groups' first members */
	/* the backup read last, which is added while the next one is read: by then its server's
	 * evidence has come from memory */
	struct evidence *pending; /* NULL: none */
	struct backup backup;
	int64_t match;
	int64_t future_mask, future;
};
int counting_init(struct counting *c, struct pass *p, const struct config *cfg);
void counting_done(struct counting *c);
int counting_look(struct counting *c, const struct pass_file *f);
int counting_write(struct counting *c);

/* --- repositories.c --- */

/* Rebuilds the table `repositories` from files.match. */
int repositories_rebuild(struct store *s);

#endif
