/* log.c - one line to standard error per call, in one write(2), so that lines of several threads do
 * not mix. */
#include "log.h"

#include "utf8.h"
#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>

enum { LOG_MESSAGE_MAX = 2048 };

static struct {
	const char *ident;
	enum log_level max;
	bool journal;
} log_state = {.ident = "", .max = LOG_LEVEL_INFO};

/* systemd sets JOURNAL_STREAM to device:inode of the stream it made; a redirected stderr no longer
 * matches it. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	uintmax_t dev, ino;
	return stream != NULL && sscanf(stream, "%ju:%ju", &dev, &ino) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
}

void log_init(const char *ident, enum log_level max)
{
	log_state.ident = ident;
	log_state.max = max;
	log_state.journal = stderr_is_journal();
}

bool log_is_journal(void)
{
	return log_state.journal;
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARNING:
		return "warning";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_DEBUG:
		break;
	}
	return "debug";
}

void log_write(enum log_level level, const char *fmt, ...)
{
	if (level > log_state.max) {
		return;
	}

	int saved = errno;
	char raw[LOG_MESSAGE_MAX + 8]; /* longer than message, so that a cut shows */
	char message[LOG_MESSAGE_MAX], line[LOG_MESSAGE_MAX + 128];
	va_list ap;
	va_start(ap, fmt);
	int len = vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	if (len < 0) {
		len = snprintf(raw, sizeof(raw), "%s", fmt);
	}
	utf8_printable(raw, MIN((size_t)len, sizeof(raw) - 1), message, sizeof(message));

	if (log_state.journal) {
		len = snprintf(line, sizeof(line), "<%d>%s\n", (int)level, message);
	} else {
		len = snprintf(line, sizeof(line), "%.64s%s%s: %s\n", log_state.ident,
			log_state.ident[0] != '\0' ? ": " : "", level_name(level), message);
	}
	ssize_t written;
	do {
		written = write(STDERR_FILENO, line, MIN((size_t)len, sizeof(line) - 1));
	} while (written < 0 && errno == EINTR);
	errno = saved;
}
