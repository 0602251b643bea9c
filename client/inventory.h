/* inventory.h - what scannerd found, read from its database through the views: servers with their
 * status as of now, files, scans. */
#ifndef CLIENT_INVENTORY_H
#define CLIENT_INVENTORY_H

#include "common/db.h"
#include "proto/iface.h"
#include "proto/status.h"

struct inventory;

/* Opens the database to read it; everything read until it is closed is of one moment. -errno with
 * a sentence that says what to do. */
int inventory_open(const char *database, struct inventory **ret, struct err *err);
void inventory_close(struct inventory *v);
struct db *inventory_db(struct inventory *v);
int64_t inventory_now(const struct inventory *v); /* by which all are judged */
DEFINE_CLEANUP(struct inventory *, inventory_close);

struct server {
	int64_t id;
	char *hostname, *address, *os, *ports, *aliases, *tags; /* the last two JSON arrays */
	char *policy;                                           /* NULL: the default */
	char *backup_path;                                      /* bytes; NULL: none */
	size_t backup_path_len;
	int64_t backup_time, backup_count, backup_bytes; /* TIME_NONE: no backup */
	int64_t last_seen;
	bool reachable;
	enum status status;
	char *reason, *exempt_reason;
	int64_t exempt_until;
};
struct servers {
	struct server *v;
	size_t n, cap;
};

struct server_filter {
	const char *policy; /* NULL: any; "default": those without one */
	const char *tag;    /* NULL: any */
	unsigned statuses;  /* 1 << enum status; 0: any */
};

/* The servers that the filter lets through, the most urgent first, then by name. */
int inventory_servers(
	struct inventory *v, const struct server_filter *f, struct servers *ret, struct err *err);
void servers_done(struct servers *s);

/* The server that a person means by a number, a host name (also without its domain), an alias or
 * an address. ERR_NOT_FOUND; several are ERR_INVALID_VALUE, with which ones. */
int inventory_find(struct inventory *v, const char *name, int64_t *ret_id, struct err *err);

/* When the last scan of that kind that succeeded had begun, TIME_NONE: never. */
int inventory_last_good(struct inventory *v, enum scan_kind kind, int64_t *ret, struct err *err);

#endif
