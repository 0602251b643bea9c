/* confine.c - from what started webd down to reading the database. */
#include "webd/confine.h"

#include "common/sandbox.h"
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <unistd.h>

/* The path of the folder that will hold the database. Landlock knows folders, not names: one that
 * is not there yet can be found later only through the folder above it. */
static void state_folder(const char *database, char out[PATH_MAX])
{
	const char *slash = strrchr(database, '/');

	snprintf(out, PATH_MAX, "%.*s", slash != NULL ? (int)(slash - database) : 0, database);
}

/* Where a symbolic link leads to: certbot puts each renewed certificate beside the one before, and
 * turns a link in another folder to it. */
static const char *led_to(const char *path, char out[PATH_MAX])
{
	return path != NULL ? realpath(path, out) : NULL;
}

static int confine_files(const struct settings *s)
{
	char certificate[PATH_MAX], key[PATH_MAX];
	char folder[PATH_MAX];
	const char *temporary = getenv("TMPDIR"); /* the state directory, if it can be written */
	const unsigned own = SANDBOX_READ | SANDBOX_WRITE;

	state_folder(s->database, folder);
	const struct sandbox_path paths[] = {
		{access(s->database, R_OK) < 0 ? folder : NULL, SANDBOX_FOLDER | SANDBOX_READ},
		{s->database, SANDBOX_FOLDER | SANDBOX_READ}, /* and its log */
		/* read again when they are renewed */
		{s->tls_certificate, SANDBOX_FOLDER | SANDBOX_READ},
		{s->tls_key, SANDBOX_FOLDER | SANDBOX_READ},
		{led_to(s->tls_certificate, certificate), SANDBOX_FOLDER | SANDBOX_READ},
		{led_to(s->tls_key, key), SANDBOX_FOLDER | SANDBOX_READ},
		{s->unix_path, SANDBOX_FOLDER | SANDBOX_SOCKET},
		{temporary, own},
		{temporary == NULL ? "/tmp" : NULL, own},
		{temporary == NULL ? "/var/tmp" : NULL, own},
		/* time zones, libraries that are loaded late */
		{"/usr", SANDBOX_READ},
		{"/lib", SANDBOX_READ},
		{"/etc/localtime", SANDBOX_READ},
		{"/etc/ld.so.cache", SANDBOX_READ},
		{"/proc/self", SANDBOX_READ},
		{"/sys/devices/system/cpu", SANDBOX_READ},
		{"/dev/null", own},
		{"/dev/urandom", SANDBOX_READ},
	};

	return sandbox_files(paths, ARRAY_SIZE(paths));
}

int confine(const struct settings *s, struct err *err)
{
	int rc = sandbox_capabilities(geteuid() == 0 ? UINT64_C(1) << CAP_DAC_OVERRIDE : 0);

	if (rc < 0) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "cannot give up capabilities: %s",
			strerror(-rc));
	}
	sandbox_note("Landlock", confine_files(s));
	sandbox_note("seccomp", sandbox_calls());
	return 0;
}
