/* secret.c - reads a password without showing it, and leaves the terminal as it was. */
#include "client/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int number _unused_)
{
	interrupted = 1;
}

void secret_wipe(char secret[SECRET_SIZE])
{
	explicit_bzero(secret, SECRET_SIZE);
}

/* One byte; a signal of which we want to know ends the wait, whenever it comes: they are blocked
 * but while we wait. signals is NULL where none are caught. */
static ssize_t read_byte(int fd, const sigset_t *signals, char *c)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (signals != NULL && ppoll(&p, 1, NULL, signals) < 0) {
		return -1;
	}
	return read(fd, c, 1);
}

/* A line without its newline. Byte by byte: what follows belongs to somebody else. */
static int read_line(int fd, const sigset_t *signals, char out[SECRET_SIZE], struct err *err)
{
	size_t len = 0;
	char c = '\0';

	for (;;) {
		ssize_t n = read_byte(fd, signals, &c);

		if (n < 0 && errno == EINTR && interrupted != 0) {
			return err_set(err, -EINTR, ERR_UNAVAILABLE, NULL, "interrupted");
		}
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return err_set(err, -errno, ERR_UNAVAILABLE, NULL,
				"cannot read the password: %s", strerror(errno));
		}
		if (n == 0 || c == '\n') {
			break;
		}
		if (c == '\0' || len == SECRET_SIZE - 1) {
			return err_set(err, -E2BIG, ERR_INVALID_VALUE, NULL,
				c == '\0' ? "a password has no NUL byte"
					  : "the password is too long");
		}
		out[len++] = c;
	}
	out[len] = '\0';
	return len > 0 ? 0
		       : err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "no password was given");
}

static int ask(int terminal, const sigset_t *signals, const char *question, char out[SECRET_SIZE],
	struct err *err)
{
	dprintf(terminal, "%s: ", question);
	int rc = read_line(terminal, signals, out, err);
	dprintf(terminal, "\n");
	return rc;
}

static int ask_twice(int terminal, const sigset_t *signals, char out[SECRET_SIZE], struct err *err)
{
	char again[SECRET_SIZE];
	int rc = ask(terminal, signals, "New password", out, err);

	if (rc == 0) {
		rc = ask(terminal, signals, "The same again", again, err);
	}
	if (rc == 0 && strcmp(out, again) != 0) {
		rc = err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"these were two different passwords");
	}
	secret_wipe(again);
	return rc;
}

static const int caught[] = {SIGINT, SIGTERM, SIGHUP};

/* Ctrl-C interrupts the question: its signals are caught, and blocked but for waits with *before.
 */
static void catch_signals(struct sigaction old[ARRAY_SIZE(caught)], sigset_t *before)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++) {
		sigaddset(&set, caught[i]);
	}
	sigprocmask(SIG_BLOCK, &set, before);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++) {
		sigaction(caught[i], &action, &old[i]);
	}
}

/* One that came too late for us is the program's own again. */
static void release_signals(const struct sigaction old[ARRAY_SIZE(caught)], const sigset_t *before)
{
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++) {
		sigaction(caught[i], &old[i], NULL);
	}
	sigprocmask(SIG_SETMASK, before, NULL);
}

/* Without echo; whoever presses Ctrl-C gets their terminal back first. */
static int ask_quietly(int terminal, char out[SECRET_SIZE], struct err *err)
{
	struct termios before, quiet;
	struct sigaction old[ARRAY_SIZE(caught)];
	sigset_t signals;
	int rc;

	if (tcgetattr(terminal, &before) < 0) {
		return err_set(err, -errno, ERR_UNAVAILABLE, NULL, "cannot use the terminal: %s",
			strerror(errno));
	}
	interrupted = 0;
	catch_signals(old, &signals);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
	tcsetattr(terminal, TCSAFLUSH, &quiet);
	rc = ask_twice(terminal, &signals, out, err);
	tcsetattr(terminal, TCSAFLUSH, &before);
	release_signals(old, &signals);
	return rc;
}

int secret_new(bool from_stdin, char out[SECRET_SIZE], struct err *err)
{
	if (from_stdin) {
		return read_line(STDIN_FILENO, NULL, out, err);
	}
	_close_ int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0) {
		return err_set(err, -ENOTTY, ERR_UNAVAILABLE, NULL,
			"there is no terminal to ask for the password; give it with --stdin");
	}
	return ask_quietly(terminal, out, err);
}
