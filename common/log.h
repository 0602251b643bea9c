/* log.h - five verbs to standard error, with journald's <N> priorities when systemd listens.
 *
 * Library code does not log; daemons log a failure once, where it stops travelling.
 * Control bytes and invalid UTF-8 in a message are escaped: names come from other people. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include "def.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* ident is printed in front when stderr is no journal stream. Call once, before threads. */
void log_init(const char *ident, enum log_level max);
/* Does standard error lead to the journal? Then structured messages can go there, too. */
bool log_is_journal(void);
void log_write(enum log_level level, const char *fmt, ...) _printf_(2, 3);

#define log_error(...)   log_write(LOG_LEVEL_ERROR, __VA_ARGS__)   /* needs a person */
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__) /* we carried on */
#define log_info(...)    log_write(LOG_LEVEL_INFO, __VA_ARGS__)    /* the state changed */
#define log_debug(...)   log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
