/* caps.c - from root or from systemd's unit down to CAP_NET_RAW. */
#include "caps.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { CAPS_WORDS = _LINUX_CAPABILITY_U32S_3 };

struct caps {
	struct __user_cap_data_struct word[CAPS_WORDS];
};

static int caps_get(struct caps *ret)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	return syscall(SYS_capget, &header, ret->word) < 0 ? -errno : 0;
}

static int caps_set(const struct caps *caps)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	return syscall(SYS_capset, &header, caps->word) < 0 ? -errno : 0;
}

static const uint32_t raw_bit = 1U << CAP_NET_RAW;

/* Needs CAP_SETPCAP; without it there is nothing to gain through exec anyway, by no_new_privs. */
static void drop_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (cap != CAP_NET_RAW) {
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
		}
	}
}

static int change_user(struct err *err)
{
	const struct passwd *user = getpwnam("backup-checker-netscan");
	if (user == NULL) {
		user = getpwnam("nobody");
	}
	if (user == NULL || user->pw_uid == 0) {
		return err_set(err, -ENOENT, ERR_INTERNAL, NULL,
			"neither the user backup-checker-netscan nor nobody exists: not running as "
			"root");
	}
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setgroups(0, NULL) < 0 ||
		setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
		setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL, "cannot become the user %s: %s",
			user->pw_name, strerror(errno));
	}
	return 0;
}

/* Permitted and inheritable: what the ambient set asks for. Not effective: only nmap is to use it.
 */
static int keep_raw(bool *ret_raw)
{
	struct caps now;
	int rc = caps_get(&now);
	if (rc < 0) {
		return rc;
	}
	bool raw = (now.word[0].permitted & raw_bit) != 0;
	struct caps kept = {0};
	if (raw) {
		kept.word[0].permitted = raw_bit;
		kept.word[0].inheritable = raw_bit;
	}
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	rc = caps_set(&kept);
	if (rc < 0) {
		return rc;
	}
	/* Refused where the bounding set or a securebit forbids it: then nmap would not have it. */
	if (raw && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) < 0) {
		raw = false;
	}
	*ret_raw = raw;
	return 0;
}

int caps_drop(bool *ret_raw, struct err *err)
{
	drop_bounding_set();
	if (geteuid() == 0) {
		int rc = change_user(err);
		if (rc < 0) {
			return rc;
		}
	}
	int rc = keep_raw(ret_raw);
	if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		rc = -errno;
	}
	if (rc < 0) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "cannot give up capabilities: %s",
			strerror(-rc));
	}
	return 0;
}
