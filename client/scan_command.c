/* scan_command.c - "scan": starts one, follows it, cancels it. */
#include "client/commands.h"
#include "client/progress.h"
#include "client/say.h"
#include "common/timefmt.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sysexits.h>

enum {
	ONLY_MAX = 1000,
	CANCEL_MS = 30000, /* how long a cancelled scan may take to end */
	EXIT_SCAN_FAILED = 1,
};

static bool wait_for_it, accept_changed;

#define ROW_WAIT                                                                              \
	{                                                                                     \
		"wait", NULL,                                                                 \
			"Show its progress and return when it has ended. Ctrl-C cancels the " \
			"scan.",                                                              \
			NULL, &wait_for_it, NULL                                              \
	}
static const struct option_row directories_rows[] = {
	ROW_WAIT,
	{"accept-changed", NULL,
		"Take a directory that is suddenly empty, on another file system or without a "
		"mount below it as it is now.",
		NULL, &accept_changed, NULL},
};
static const struct option_row servers_rows[] = {ROW_WAIT};

/* A scan that is followed. */
struct watch {
	const struct install *in;
	struct talk *monitor;
	int signals; /* signalfd */
	int64_t scan;
	struct progress progress;
	bool cancelled;
	int64_t give_up_ms; /* monotonic; once cancelled */
	int result;         /* the exit code, once ended */
	bool ended;
};

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
		return -errno;
	}
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

static void tell_result(struct watch *w, const struct scan_progress *p)
{
	_buf_ struct buf text = BUF_INIT;
	const char *message = p->message != NULL ? p->message : "";

	progress_clear(&w->progress);
	buf_printf(&text, "Scan %" PRId64 " of %s %s%s", p->scan, scan_kind_names[p->kind],
		scan_state_names[p->state], message[0] != '\0' ? ": " : "");
	screen_inert_text(&text, message);
	buf_addc(&text, '\n');
	w->ended = true;
	w->result = say_output(&text);
	if (w->result == EXIT_OK && p->state != SCAN_SUCCEEDED) {
		w->result = w->cancelled ? EXIT_INTERRUPTED : EXIT_SCAN_FAILED;
	}
}

static void take_event(struct watch *w, const struct monitor_event *e)
{
	if (strcmp(e->event, "progress") != 0 || e->scan.scan != w->scan) {
		return;
	}
	if (e->scan.state == SCAN_RUNNING) {
		progress_show(&w->progress, &e->scan);
	} else {
		tell_result(w, &e->scan);
	}
}

/* Everything that has arrived. */
static int take_events(struct watch *w, struct err *err)
{
	int rc = 1;

	while (rc == 1 && !w->ended) {
		struct monitor_event e;

		rc = talk_receive(w->monitor, &scanner_interface, SCANNER_MONITOR, 0, &e, err);
		if (rc == 1) {
			take_event(w, &e);
			field_done(&monitor_event_table, &e);
		}
	}
	return rc < 0 ? rc : 0;
}

static void leave(struct watch *w)
{
	progress_clear(&w->progress);
	say("scan %" PRId64 " may go on; cancel it with: backup-checker scan cancel %" PRId64,
		w->scan, w->scan);
	w->ended = true;
	w->result = EXIT_INTERRUPTED;
}

/* The first signal cancels, the second leaves. */
static void take_signal(struct watch *w)
{
	struct cancel_scan_in in = {.scan = w->scan};
	struct empty_parameters out;
	struct signalfd_siginfo info;
	struct err err = {0};

	if (read(w->signals, &info, sizeof(info)) != sizeof(info)) {
		return;
	}
	if (w->cancelled) {
		leave(w);
		return;
	}
	w->cancelled = true;
	w->give_up_ms = time_mono_ms() + CANCEL_MS;
	progress_clear(&w->progress);
	say("cancelling scan %" PRId64 "; what the last good scan found stays", w->scan);
	if (install_call(w->in, SCANNER_CANCEL_SCAN, &in, &out, &err) < 0 &&
		err.code != ERR_NOT_FOUND) { /* it has just ended by itself */
		say_error(NULL, &err);
		leave(w);
	}
}

static int follow(struct watch *w)
{
	struct err err = {0};

	while (!w->ended) {
		if (take_events(w, &err) < 0) {
			progress_clear(&w->progress);
			say_error("scannerd", &err);
			say("scan %" PRId64 " may go on", w->scan);
			return EX_UNAVAILABLE;
		}
		if (w->ended) {
			break;
		}
		struct pollfd fds[] = {
			{.fd = talk_fd(w->monitor), .events = POLLIN},
			{.fd = w->signals, .events = POLLIN},
		};
		int64_t left = w->cancelled ? MAX(w->give_up_ms - time_mono_ms(), 0) : -1;

		if (poll(fds, ARRAY_SIZE(fds), (int)left) == 0) {
			leave(w);
		} else if (fds[1].revents != 0) {
			take_signal(w);
		}
	}
	return w->result;
}

/* Listens before the scan begins, so that its end cannot be missed. */
static int listen_first(struct watch *w, struct err *err)
{
	struct empty_parameters none = {0};
	struct monitor_event hello;
	int rc = install_connect(w->in, &w->monitor, err);

	if (rc == 0) {
		rc = talk_send(w->monitor, &scanner_interface, SCANNER_MONITOR, &none, err);
	}
	if (rc == 0) {
		rc = talk_receive(w->monitor, &scanner_interface, SCANNER_MONITOR,
			INSTALL_ANSWER_MS, &hello, err);
		if (rc == 0) {
			return err_set(err, -ETIMEDOUT, ERR_TIMEOUT, NULL, "no answer came");
		}
	}
	if (rc < 0) {
		return rc;
	}
	field_done(&monitor_event_table, &hello);
	w->signals = block_signals();
	if (w->signals < 0) {
		return err_set(err, w->signals, ERR_INTERNAL, NULL, "cannot wait for signals: %s",
			strerror(-w->signals));
	}
	return 0;
}

static int start(const struct install *in, enum scan_kind kind, int n, char *const *words)
{
	struct watch w = {.in = in, .signals = -1};
	struct start_scan_in request = {.kind = kind, .accept_changed = accept_changed};
	struct scan_out out = {0};
	struct err err = {0};
	int rc = wait_for_it ? listen_first(&w, &err) : 0;

	for (int i = 0; rc == 0 && i < n; i++) {
		rc = strv_add(&request.only, words[i]);
	}
	if (rc == 0) {
		rc = install_call(in, SCANNER_START_SCAN, &request, &out, &err);
	}
	strv_done(&request.only);
	if (rc < 0) {
		rc = say_error(NULL, &err);
	} else if (!wait_for_it) {
		_buf_ struct buf text = BUF_INIT;

		buf_printf(&text, "Scan %" PRId64 " of %s has begun.\n", out.scan,
			scan_kind_names[kind]);
		rc = say_output(&text);
	} else {
		w.scan = out.scan;
		w.progress = (struct progress){.screen = screen_of(stderr), .to = stderr};
		rc = follow(&w);
	}
	talk_close(w.monitor);
	if (w.signals >= 0) {
		close(w.signals);
	}
	return rc;
}

static int run_directories(const struct install *in, int n, char *const *words)
{
	return start(in, SCAN_DIRECTORIES, n, words);
}

static int run_servers(const struct install *in, int n, char *const *words)
{
	return start(in, SCAN_SERVERS, n, words);
}

static int run_cancel(const struct install *in, int n _unused_, char *const *words)
{
	char *end = NULL;
	struct cancel_scan_in request = {.scan = strtoll(words[0], &end, 10)};
	struct empty_parameters out;
	struct err err = {0};

	if (words[0][0] == '\0' || *end != '\0' || request.scan <= 0) {
		return say_usage("\"%.64s\" is no scan's number", words[0]);
	}
	return install_call(in, SCANNER_CANCEL_SCAN, &request, &out, &err) < 0
		       ? say_error(NULL, &err)
		       : EXIT_OK;
}

#define EXIT_CODES                                                                               \
	"With --wait the exit code is 0 if it succeeded, 1 if it did not, and 130 if it was "    \
	"cancelled by Ctrl-C. The progress goes to standard error: a bar on a terminal, else a " \
	"line every ten seconds."

const struct command scan_directories_command = {
	.name = "scan directories",
	.arguments = "[PATH]...",
	.summary = "Scan the configured directories, or some of them, for backups.",
	.details = EXIT_CODES,
	.options = directories_rows,
	.count = ARRAY_SIZE(directories_rows),
	.most = ONLY_MAX,
	.run = run_directories,
};
const struct command scan_servers_command = {
	.name = "scan servers",
	.arguments = "[SUBNET]...",
	.summary = "Scan the configured subnets, or parts of them, for servers.",
	.details = EXIT_CODES,
	.options = servers_rows,
	.count = ARRAY_SIZE(servers_rows),
	.most = ONLY_MAX,
	.run = run_servers,
};
const struct command scan_cancel_command = {
	.name = "scan cancel",
	.arguments = "ID",
	.summary = "End a running scan; what the last good one found stays.",
	.least = 1,
	.most = 1,
	.run = run_cancel,
};
