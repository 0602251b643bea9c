/* daemon.h - what the files of scannerd share: one struct, owned by main(), used on the loop's
 * thread only unless a member says otherwise. */
#ifndef SCANNERD_DAEMON_H
#define SCANNERD_DAEMON_H

#include "common/config.h"
#include "common/def.h"
#include "common/err.h"
#include "proto/iface.h"
#include "scannerd/match/match.h"
#include "scannerd/netscan_start.h"
#include "scannerd/store/store.h"
#include <event2/event.h>
#include <sys/queue.h>

struct delays;
struct hashing;
struct jobs;
struct listener;
struct monitors;
struct refresh;
struct schedule;
struct unmatched;

struct daemon_options {
	const char *config_path;
	const char *state_dir;
	const char *socket_path;    /* NULL when systemd passed the socket */
	const char *netscan_path;   /* the program, started for each scan, unless */
	const char *netscan_socket; /* systemd starts it behind this socket */
	struct netscan_starter netscan_starter;
	gid_t group; /* of socket and database; (gid_t)-1: own */
	bool has_group;
};

struct daemon {
	struct daemon_options options;
	struct event_base *base;
	struct store *store;
	struct store *vault; /* accounts, sessions, tokens */
	struct hashing *hashing;
	struct delays *delays;
	struct config config; /* the one in force */
	char revision[CONFIG_REVISION_SIZE];
	int64_t started;
	bool stopping;            /* no scan begins any more */
	bool reduced;             /* the last scan of servers had no raw sockets */
	char network_reason[256]; /* why */
	pid_t netscan_pid;        /* of netscan as our own child; 0: none runs */
	struct jobs *jobs;
	struct listener *listener;
	struct monitors *monitors;
	struct refresh *refresh;
	struct schedule *schedule;
	struct unmatched *unmatched; /* the store's thread; NULL until it is asked for */
	LIST_HEAD(, asking) asking;  /* suggest_call.c */
	struct event *events[7];     /* signals, the stores' descriptors, the watchdog */
};

/* Loads the configuration, opens the store, starts listening and the schedule. -errno with a
 * sentence; then daemon_done() undoes what was done. */
int daemon_init(struct daemon *d, const struct daemon_options *options, struct err *err);
/* Runs until SIGTERM or SIGINT; 0 or -errno. */
int daemon_run(struct daemon *d);
/* Cancels scans, waits for them for a few seconds, closes everything. */
void daemon_done(struct daemon *d);

#endif
