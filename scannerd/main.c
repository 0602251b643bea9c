/* main.c - scannerd: owns the configuration, walks directories, has netscan look at the network,
 * matches, and alone writes the database.
 *
 * A map of this folder, in the order in which a request walks through it:
 *
 *	confine.c	gives up root and what else is not needed
 *	daemon.c	the parts put together; signals, watchdog
 *	listen.c	the Unix socket: who may talk, messages cut from the stream;
 *			quota.c counts the lines of log that peers cause
 *	call.c		a message decoded by the interface's tables, its reply encoded
 *	caller.c	for whom a connection speaks, and what it may do
 *	commands.c	what each method does; policy against the root-owned limits
 *	server_commands.c	the same for servers kept by hand
 *	accounts.c	the same for accounts, sessions and API tokens; sign_in.c and proof.c where
 *			a password is verified, hashing.c beside the loop, delays.c after failures
 *	audit.c		who did what, written down
 *	settings.c	config.json in force, reloaded, changed
 *	probe.c		are configured directories there? without waiting for a dead mount
 *	jobs.c		scans as jobs: begin, progress, cancel, end
 *	dirscan.c	a scan of directories: walk/ + match/ + store/
 *	hostscan.c	a scan of servers: netscan's records into store/
 *	scope.c		what netscan is asked about, and believed about
 *	netscan_start.c	netscan started where no systemd socket does it
 *	schedule.c	which scan is due when
 *	refresh.c	matches and statuses kept right when identities change
 *	preview.c	what a rule would match
 *	suggest.c	what a first configuration could name; suggest_call.c asks netscan, too
 *	unmatched.c	the files of nobody, grouped
 *	monitors.c	who is told about progress and changes
 *	walk/		reads directory trees in threads
 *	match/		whose backup is this file, does it count, of what time is it
 *	store/		the only writer of the database, and of the accounts'
 *	netscan/	the program netscan: nmap and its XML
 */
#include "common/log.h"
#include "common/options.h"
#include "common/service.h"
#include "proto/iface.h"
#include "scannerd/confine.h"
#include "scannerd/daemon.h"
#include "scannerd/netscan_start.h"
#include <errno.h>
#include <grp.h>
#include <sysexits.h>

#define READER_GROUP "backup-checker-read"

static struct daemon_options daemon_options = {
	.config_path = "/etc/backup-checker/config.json",
	.state_dir = "/var/lib/backup-checker",
	.netscan_starter = {.fd = -1},
};
static const char *group_name;
static bool check_config, dump_config, print_interface, print_config_manual, verbose;

static const struct option_row rows[] = {
	{"config", "FILE", "The configuration; default /etc/backup-checker/config.json.",
		&daemon_options.config_path, NULL, NULL},
	{"state", "DIR",
		"Where the database lies; default /var/lib/backup-checker. Made if it is missing.",
		&daemon_options.state_dir, NULL, "STATE_DIRECTORY"},
	{"socket", "PATH", "The Unix socket to listen on, unless systemd passes one.",
		&daemon_options.socket_path, NULL, NULL},
	{"netscan", "PATH", "The program netscan; default: beside scannerd.",
		&daemon_options.netscan_path, NULL, NULL},
	{"netscan-socket", "PATH", "Ask the netscan behind this socket instead of starting it.",
		&daemon_options.netscan_socket, NULL, NULL},
	{"group", "NAME",
		"The group that may read the database and use the socket; default " READER_GROUP
		" if it exists.",
		&group_name, NULL, NULL},
	{"check-config", NULL, "Judge the configuration, print what is wrong, and end.", NULL,
		&check_config, NULL},
	{"dump-config", NULL, "Print the configuration in force, defaults included, and end.", NULL,
		&dump_config, NULL},
	{"print-interface", NULL, "Print the Varlink interface of the socket, and end.", NULL,
		&print_interface, NULL},
	{"print-config-manual", NULL, "Print the manual page of the configuration, and end.", NULL,
		&print_config_manual, NULL},
	{"verbose", NULL, "Log more.", NULL, &verbose, NULL},
};
static const struct program program = {
	"scannerd",
	"scans backup directories and networks, and says which servers have no good, recent backup",
	"scannerd is the privileged half of backup-checker and the only writer of its database. It "
	"is asked for scans over its socket (Varlink), "
	"runs them by schedule, and reloads its configuration on SIGHUP.",
	rows,
	ARRAY_SIZE(rows),
};

static int fail(const struct err *err, int code)
{
	if (err->field[0] != '\0') {
		log_error("%s: %s", err->field, err->message);
	} else {
		log_error("%s", err->message);
	}
	return code;
}

static int show(struct buf *text)
{
	bool whole = !text->failed && fwrite(text->data, 1, text->len, stdout) == text->len &&
		     fflush(stdout) == 0;

	return whole ? EX_OK : EX_IOERR;
}

static int show_config(void)
{
	struct config c = {0};
	struct err err = {0};
	_buf_ struct buf text = BUF_INIT;

	if (config_load(daemon_options.config_path, &c, &err) < 0) {
		return fail(&err, EX_CONFIG);
	}
	if (dump_config) {
		config_print(&c, true, &text);
	} else {
		buf_printf(&text, "%s is good\n", daemon_options.config_path);
	}
	config_done(&c);
	return show(&text);
}

static int show_interface(void)
{
	_buf_ struct buf text = BUF_INIT;

	interface_print(&scanner_interface, &text);
	return show(&text);
}

static int show_config_manual(void)
{
	_buf_ struct buf text = BUF_INIT;

	buf_adds(&text,
		".TH BACKUP-CHECKER-CONFIG 5 \"\" \"backup-checker " BACKUP_CHECKER_VERSION "\"\n"
		".SH NAME\nbackup-checker-config \\- config.json of backup-checker\n"
		".SH DESCRIPTION\nA JSON object (UTF-8, at most 1 MiB). Unknown keys are errors. "
		"Durations are a "
		"number and a unit: 90s, 15m, 36h, 365d, 2w. The section\n.B limits\nbelongs to "
		"whoever may "
		"edit the file: it cannot be changed through the web or the socket.\n.SH "
		"SETTINGS\n");
	field_print_roff(&config_table, "", &text);
	buf_adds(&text, ".SH SEE ALSO\n.BR scannerd (8),\n.BR webd (8)\n");
	return show(&text);
}

static int find_group(struct err *err)
{
	const char *name = group_name != NULL ? group_name : READER_GROUP;
	struct group *g = getgrnam(name);

	if (g == NULL && group_name != NULL) {
		return err_set(
			err, -ENOENT, ERR_INVALID_VALUE, "--group", "there is no group %s", name);
	}
	daemon_options.has_group = g != NULL && (geteuid() == 0 || group_name != NULL);
	daemon_options.group = daemon_options.has_group ? g->gr_gid : (gid_t)-1;
	return 0;
}

/* The netscan that was built or installed with this scannerd. */
static char *default_netscan(void)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash, *path = NULL;

	if (n <= 0) {
		return NULL;
	}
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (asprintf(&path, "%.*s/netscan", (int)(slash - self), self) < 0) {
		return NULL;
	}
	return path;
}

static int exit_code(int rc, const struct err *err, bool configured)
{
	if (err->code == ERR_MISSING_KEY && strcmp(err->field, "--socket") == 0) {
		return EX_USAGE;
	}
	if (!configured && err->code != ERR_UNAVAILABLE) {
		return EX_CONFIG;
	}
	switch (-rc) {
	case EWOULDBLOCK:
		return EX_TEMPFAIL;
	case EACCES:
	case EPERM:
		return EX_NOPERM;
	case ENOENT:
	case ENOTDIR:
	case EROFS:
	case ENOSPC:
		return EX_CANTCREAT;
	default:
		return EX_UNAVAILABLE;
	}
}

/* The settings are judged before anything is made. */
static int judge_settings(struct err *err)
{
	struct config c = {0};
	int rc = config_load(daemon_options.config_path, &c, err);

	if (rc == 0) {
		config_done(&c);
	}
	return rc;
}

static int give_up_rights(struct err *err)
{
	int rc = 0;

	if (daemon_options.netscan_socket == NULL) {
		rc = netscan_starter_new(
			daemon_options.netscan_path, &daemon_options.netscan_starter, err);
	}
	return rc < 0 ? rc : confine(&daemon_options, err);
}

static int run(struct err *err)
{
	struct daemon d;
	int rc = daemon_init(&d, &daemon_options, err);

	if (rc == 0) {
		rc = daemon_run(&d);
	}
	if (err->code != ERR_NONE) {
		fail(err, 0);
	}
	daemon_done(&d);
	return rc == 0 ? EX_OK : exit_code(rc, err, d.revision[0] != '\0');
}

static int serve(void)
{
	struct err err = {0};
	int code, rc = find_group(&err);

	if (rc < 0) {
		return fail(&err, EX_USAGE);
	}
	rc = judge_settings(&err);
	if (rc < 0) {
		return fail(&err, exit_code(rc, &err, false));
	}
	rc = give_up_rights(&err);
	code = rc == 0 ? run(&err) : fail(&err, exit_code(rc, &err, true));
	netscan_starter_end(&daemon_options.netscan_starter);
	return code;
}

int main(int argc, char **argv)
{
	bool done = false;
	int code = options_parse(&program, argc, argv, &done);

	if (code != 0 || done) {
		return code;
	}
	service_prepare();
	log_init("scannerd", verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (print_interface) {
		return show_interface();
	}
	if (print_config_manual) {
		return show_config_manual();
	}
	if (check_config || dump_config) {
		return show_config();
	}
	_free_ char *netscan = default_netscan();

	if (daemon_options.netscan_path == NULL) {
		daemon_options.netscan_path = netscan;
	}
	return serve();
}
