/* install.c - the options that name the parts of an installation, and connections to its scannerd.
 */
#include "client/install.h"

#include <errno.h>

struct install install_given = {
	.socket = "/run/backup-checker/scannerd.sock",
	.database = "/var/lib/backup-checker/backup-checker.db",
	.config = "/etc/backup-checker/config.json",
};

const struct option_row install_options[INSTALL_OPTIONS] = {
	{"socket", "PATH", "Where scannerd listens; default /run/backup-checker/scannerd.sock.",
		&install_given.socket, NULL, "BACKUP_CHECKER_SOCKET"},
	{"database", "FILE",
		"The database that scannerd writes, read only; default "
		"/var/lib/backup-checker/backup-checker.db.",
		&install_given.database, NULL, "BACKUP_CHECKER_DATABASE"},
	{"config", "FILE",
		"The configuration file, for the commands that read it; default "
		"/etc/backup-checker/config.json.",
		&install_given.config, NULL, "BACKUP_CHECKER_CONFIG"},
};

static int cannot_connect(const char *path, int rc, struct err *err)
{
	switch (rc) {
	case -ENOENT:
	case -ECONNREFUSED:
		return err_set(err, rc, ERR_UNAVAILABLE, NULL,
			"scannerd does not listen at %s: is it running? --socket names another "
			"place",
			path);
	case -EACCES:
	case -EPERM:
		return err_set(err, rc, ERR_PERMISSION_DENIED, NULL,
			"you may not use %s: be root, or a member of the socket's group with an "
			"API token",
			path);
	default:
		return rc;
	}
}

static int authenticate(struct talk *t, struct err *err)
{
	char *token = getenv("BACKUP_CHECKER_TOKEN");
	struct authenticate_in in = {.credential = token};
	struct caller_out out;
	int rc;

	if (token == NULL || token[0] == '\0') {
		return 0;
	}
	rc = talk_call(
		t, &scanner_interface, SCANNER_AUTHENTICATE, &in, &out, INSTALL_ANSWER_MS, err);
	if (rc == 0) {
		field_done(&caller_out_table, &out);
	}
	return rc;
}

int install_connect(const struct install *in, struct talk **ret, struct err *err)
{
	_cleanup_(talk_closep) struct talk *t = NULL;
	int rc = talk_open(in->socket, &t, err);

	if (rc < 0) {
		return cannot_connect(in->socket, rc, err);
	}
	rc = authenticate(t, err);
	if (rc == 0) {
		*ret = steal(t);
	}
	return rc;
}

int install_call(const struct install *in, enum scanner_method method, const void *parameters,
	void *out, struct err *err)
{
	_cleanup_(talk_closep) struct talk *t = NULL;
	int rc = install_connect(in, &t, err);

	if (rc < 0) {
		return rc;
	}
	return talk_call(
		t, &scanner_interface, (size_t)method, parameters, out, INSTALL_ANSWER_MS, err);
}
