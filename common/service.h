/* service.h - being a good daemon: sd_notify, sockets from systemd, the watchdog, closing what was
 * inherited.
 *
 * Uses libsystemd; everything is a no-op when no systemd is listening. */
#ifndef COMMON_SERVICE_H
#define COMMON_SERVICE_H

#include "def.h"
#include "err.h"
#include <sys/un.h>

void service_ready(void);
void service_reloading(void);
void service_stopping(void);
void service_status(const char *fmt, ...)
	_printf_(1, 2);            /* STATUS=; repeated texts are not sent again */
void service_watchdog(void);       /* WATCHDOG=1 */
int64_t service_watchdog_ms(void); /* how often to call it: half of WATCHDOG_USEC; 0: never */
/* The descriptors that systemd passed (LISTEN_FDS), close-on-exec set; at most max are put into
 * fds. The variables are unset. Returns their number or -errno. */
int service_listen_fds(int *fds, int max);
/* -ENAMETOOLONG with a sentence for a path that no socket can have. */
int service_unix_address(const char *path, struct sockaddr_un *ret, struct err *err);
/* A listening Unix stream socket with that mode and group ((gid_t)-1: own), replacing a stale file
 * that nobody listens on. -EADDRINUSE if somebody does. Returns the descriptor (non-blocking,
 * close-on-exec) or -errno with err filled. */
int service_listen_unix(const char *path, mode_t mode, gid_t group, struct err *err);
/* /dev/null behind any of 0-2 that is closed; SIGPIPE ignored; umask 027; the soft limit of
 * descriptors raised to the hard one (at most 65536). */
void service_prepare(void);

#endif
