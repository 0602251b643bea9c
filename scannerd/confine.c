/* confine.c - from root, or from what a unit has left, down to reading directories and writing two
 * places. */
#include "scannerd/confine.h"
#include "common/sandbox.h"
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static int make_state(const struct daemon_options *o, struct stat *ret, struct err *err)
{
	struct stat config;
	bool made = mkdir(o->state_dir, 0750) == 0;

	if (!made && errno != EEXIST) {
		return err_set(err, -errno, ERR_DATABASE, NULL,
			"creating the state directory %s: %s", o->state_dir, strerror(errno));
	}
	if (made && geteuid() == 0 && stat(o->config_path, &config) == 0 &&
		lchown(o->state_dir, config.st_uid, config.st_gid) < 0) {
		return err_set(err, -errno, ERR_DATABASE, NULL,
			"giving the state directory %s to the configuration's owner: %s",
			o->state_dir, strerror(errno));
	}
	if (stat(o->state_dir, ret) < 0) {
		return err_set(err, -errno, ERR_DATABASE, NULL,
			"looking at the state directory %s: %s", o->state_dir, strerror(errno));
	}
	return 0;
}

/* The directory's group as our own: what SQLite makes in it has the right group, as in the unit. */
static int become(const struct daemon_options *o, const struct stat *owner, struct err *err)
{
	if (setgroups(o->has_group ? 1 : 0, &o->group) == 0 &&
		prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 &&
		setresgid(owner->st_gid, owner->st_gid, owner->st_gid) == 0 &&
		setresuid(owner->st_uid, owner->st_uid, owner->st_uid) == 0) {
		return 0;
	}
	if (owner->st_uid == 0) {
		return 0; /* a unit that runs it as root has set the groups, and forbids this */
	}
	return err_set(err, -errno, ERR_INTERNAL, NULL,
		"cannot become user %u, the owner of %s: %s", (unsigned)owner->st_uid, o->state_dir,
		strerror(errno));
}

static int confine_files(const struct daemon_options *o)
{
	_free_ char *config = realpath(o->config_path, NULL); /* a symbolic link stays one */
	const unsigned own = SANDBOX_READ | SANDBOX_WRITE;
	const struct sandbox_path paths[] = {
		/* Whatever settings may ask for later; the content of backups is nobody's
		 * business. */
		{"/", SANDBOX_LIST},
		{o->state_dir, own},
		{config != NULL ? config : o->config_path, SANDBOX_FOLDER | own},
		{o->socket_path, SANDBOX_FOLDER | SANDBOX_SOCKET},
		/* time zones, libraries of the name services, mounts */
		{"/usr", SANDBOX_READ},
		{"/lib", SANDBOX_READ},
		{"/etc/localtime", SANDBOX_READ},
		{"/etc/nsswitch.conf", SANDBOX_READ},
		{"/etc/passwd", SANDBOX_READ},
		{"/etc/group", SANDBOX_READ},
		{"/etc/ld.so.cache", SANDBOX_READ},
		{"/proc", SANDBOX_READ},
		{"/sys/devices/system", SANDBOX_READ},
		{"/dev/null", own},
		{"/dev/urandom", SANDBOX_READ},
	};

	return sandbox_files(paths, ARRAY_SIZE(paths));
}

int confine(const struct daemon_options *options, struct err *err)
{
	struct stat owner;
	int rc = make_state(options, &owner, err);

	if (rc == 0 && geteuid() == 0) {
		rc = become(options, &owner, err);
	}
	if (rc < 0) {
		return rc;
	}
	rc = sandbox_capabilities(UINT64_C(1) << CAP_DAC_READ_SEARCH);
	if (rc < 0) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "cannot give up capabilities: %s",
			strerror(-rc));
	}
	/* SQLite's own choices, /var/tmp and /tmp, cannot be written any more. */
	if (setenv("SQLITE_TMPDIR", options->state_dir, 1) < 0) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	sandbox_note("Landlock", confine_files(options));
	sandbox_note("seccomp", sandbox_calls());
	return 0;
}
