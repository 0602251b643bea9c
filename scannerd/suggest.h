/* suggest.h - what a first configuration could name: directories from the mounts of this machine,
 * networks from its routes.
 *
 * Nothing here waits for a server that is gone: what is mounted is read from the kernel's tables,
 * and only paths whose file system is this machine's own are looked at. */
#ifndef SCANNERD_SUGGEST_H
#define SCANNERD_SUGGEST_H

#include "common/config.h"
#include "common/own_networks.h"
#include "proto/iface.h"

struct daemon;

enum {
	SUGGEST_MAX = 20,            /* directories, and networks, in an answer */
	SUGGEST_TABLE_MAX = 1 << 20, /* bytes of a kernel's table that are read */
	SUGGEST_MOUNTS_MAX = 2000,
};

/* One mount of proc_pid_mountinfo(5). */
struct suggest_mount {
	char *path, *type, *source; /* unescaped */
};
/* One line without its newline. -EINVAL for a line of another form, and for a path that is not
 * UTF-8: no setting could name it. The caller frees by suggest_mount_done(). */
int suggest_parse_mount(const char *line, struct suggest_mount *ret);
void suggest_mount_done(struct suggest_mount *m);

/* Appends directories: those of mounts (mountinfo's text) that could hold backups, the network's
 * first; and usual places for backups that exist. Left out: what the limits forbid, what the
 * system needs itself, what is configured already. */
int suggest_directories(const char *mountinfo, const struct config *c, struct suggestions_out *out);
/* The same from this machine's table; one that cannot be read gives nothing. -ENOMEM. */
int suggest_own_directories(const struct config *c, struct suggestions_out *out);
/* Appends a network that this machine is connected to, unless it is one of containers or virtual
 * machines, or left out as above. -ENOMEM. */
int suggest_network(
	const struct own_network *n, const struct config *c, struct suggestions_out *out);
/* The same for all that this process can see. -ENOMEM. */
int suggest_own_networks(const struct config *c, struct suggestions_out *out);

/* suggest_call.c: the command. Behind a socket of systemd's, netscan has the network and scannerd
 * has none, so that netscan is asked. */
struct call;
void suggest_start(struct call *c);
/* At the end: calls that wait for netscan are not answered. */
void suggest_cancel(struct daemon *d);

#endif
