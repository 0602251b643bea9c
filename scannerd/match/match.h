/* match.h - whose backup is this file, does it count, and of what time is it? The one clean room
 * for the rules of design.md, "Matching".
 *
 * A matcher is an immutable snapshot of identities, rules and generic words; any number of threads
 * may use it at once.
 *
 * Order of decision: the first rule of the user's that matches; the server that the scanned
 * directory is mapped to; then the nearest path component that names a server, in it the longest
 * run of tokens. Two servers that tie are AMBIGUOUS, unless a component further up names one of the
 * two. Rows with the identical full host name are one host: what names both goes to the lower id.
 */
#ifndef SCANNERD_MATCH_MATCH_H
#define SCANNERD_MATCH_MATCH_H

#include "common/config.h"
#include "common/err.h"
#include "common/jsonw.h"
#include "proto/repository.h"
#include "proto/verdict.h"

struct match_server { /* what is known of one server; pointers live during matcher_new() only */
	int64_t id;   /* > 0, below 2^40 */
	const char *hostname; /* FQDN, short name, or an address where there is no name */
	bool hostname_by_hand;
	const char *const *hostnames_seen; /* further PTR names, NULL-terminated, or NULL */
	const char *const *addresses;      /* canonical, NULL-terminated */
	const char *const *macs;           /* NULL-terminated or NULL */
	const char *const *aliases;        /* NULL-terminated or NULL */
	int64_t minimum_size;              /* of its policy: smaller files are VERDICT_TOO_SMALL */
};

struct matcher;
/* cfg gives rules, generic_names, and per directory server, date_order and timezone; NULL for none,
 * and UTC. A rule that names an unknown server is no error: it matches nobody until the server
 * appears. now bounds dates in the future. -ENOMEM, or -EINVAL with err (a regex that does not
 * compile). */
int matcher_new(const struct match_server *servers, size_t n, const struct config *cfg, int64_t now,
	struct matcher **ret, struct err *err);
/* The same servers and settings, but only the rules of cfg: for trying a rule. Keeps `of`. Errors
 * as matcher_new(). */
int matcher_with_rules(
	struct matcher *of, const struct config *cfg, struct matcher **ret, struct err *err);
struct matcher *matcher_ref(struct matcher *m);
void matcher_unref(struct matcher *m); /* NULL is fine */
DEFINE_CLEANUP(struct matcher *, matcher_unref);

enum { MATCH_TIED = 4 };
enum match_whose_state { MATCH_NOBODYS, MATCH_ONES, MATCH_TIES };

struct match_whose {   /* match's own: whom a component, or all directories together, name */
	uint8_t state; /* enum match_whose_state */
	uint8_t n;     /* of tied */
	uint32_t tied[MATCH_TIED]; /* identities that name different servers */
	int64_t server;
};

/* What the directories above a file say, worked out once per directory. Only the first block is for
 * others to read. */
struct tz;
struct match_dir {
	const struct matcher *matcher; /* borrowed, like path: both must outlive the match_dir */
	const char *path;              /* absolute */
	struct repository_place repository; /* for the caller to set after matcher_dir(), which
					       clears it */
	size_t len, root_len; /* root_len: length of the scanned directory's own part; components
				 above it do not take part in matching */

	struct match_whose strong,
		weak;        /* weak: by a word that is as often no name ("mail", "app") */
	int64_t stated_time; /* TIME_NONE: no directory states a time */
	size_t stated_begin, stated_end; /* where in path */
	int64_t mapped_server; /* the scanned directory belongs to this server; 0: matching decides;
				  -1: to one that is not known */
	const struct tz *zone; /* of times that state no offset; NULL: UTC */
	uint8_t date_order;
	bool temporary; /* below tmp/ and the like */
};
void matcher_dir(const struct matcher *m, const char *path, size_t len, size_t root_len,
	struct match_dir *ret);
/* name is bytes. Thread-safe, no allocation. */
void matcher_file(const struct match_dir *d, const char *name, size_t len, int64_t mtime_ns,
	int64_t size, struct verdict *ret);

/* The same two where a rule of the user's decides; false, and nothing set, where none does. A
 * directory: where one may decide on some file in it. */
bool matcher_dir_by_rule(const struct matcher *m, const char *path, size_t len, size_t root_len,
	struct match_dir *ret);
bool matcher_file_by_rule(const struct match_dir *d, const char *name, size_t len, int64_t mtime_ns,
	int64_t size, struct verdict *ret);

/* How people call a server: writes its name, or nothing. */
struct match_names {
	void (*name)(void *arg, int64_t server, char *out, size_t size);
	void *arg;
};
struct match_file { /* a file to explain */
	const char *path;
	size_t len, root_len;
	int64_t mtime_ns, size; /* size < 0: not in the index, its time and size are not judged */
	struct repository_place repository; /* its directory's */
};
/* Walks through the decision in words: {"path","server" (id or
 * null),"server_name","counts","reason","time","time_source","steps":["..."],
 * "candidates":[{"server","server_name","identity","component","strength","won"}]}. names may be
 * NULL: then servers are called by their id. */
void matcher_explain_file(const struct matcher *m, const struct match_file *file,
	const struct match_names *names, struct jsonw *w);
/* The same outside of any repository. */
void matcher_explain(const struct matcher *m, const char *path, size_t len, size_t root_len,
	int64_t mtime_ns, int64_t size, const struct match_names *names, struct jsonw *w);
/* The servers that tie for an ambiguous file: at most max ids; returns their number. */
size_t matcher_ties(
	const struct match_dir *d, const char *name, size_t len, int64_t *ret_ids, size_t max);

#endif
