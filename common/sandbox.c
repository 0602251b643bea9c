/* sandbox.c - Landlock's rules and capabilities; seccomp is in sandbox_calls.c. */
#include "sandbox.h"

#include "log.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* The kernel's interface (landlock(7)), written out because the headers of Debian 12 know only its
 * second version. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif

enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define FS(bit) (UINT64_C(1) << (bit))
static const uint64_t fs_execute = FS(0), fs_read_file = FS(2), fs_read_dir = FS(3),
		      fs_make_sock = FS(9), fs_remove_file = FS(5);
/* remove_dir and _file, make_dir and _reg, refer, truncate; no devices, FIFOs or links */
static const uint64_t fs_change = FS(1) | FS(4) | FS(5) | FS(7) | FS(8) | FS(13) | FS(14);
/* What makes sense for what is no directory: execute, write, read, truncate, ioctl of devices. */
static const uint64_t fs_of_files = FS(0) | FS(1) | FS(2) | FS(14) | FS(15);

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct __attribute__((packed)) path_beneath_attr {
	uint64_t allowed;
	int32_t parent_fd;
};

/* All that a version knows is forbidden unless a rule allows it. */
static struct ruleset_attr everything(long version, size_t *ret_size)
{
	static const int fs_bits[] = {0, 13, 14, 15, 15, 16};
	int bits = version < 6 ? fs_bits[version] : 16;

	*ret_size = version < 4   ? sizeof(uint64_t)
		    : version < 6 ? 2 * sizeof(uint64_t)
				  : sizeof(struct ruleset_attr);
	return (struct ruleset_attr){
		.fs = FS(bits) - 1,
		.net = version >= 4 ? 3 : 0,    /* bind and connect TCP */
		.scoped = version >= 6 ? 3 : 0, /* abstract sockets and signals */
	};
}

static uint64_t fs_rights(unsigned rights)
{
	return ((rights & SANDBOX_LIST) != 0 ? fs_read_dir : 0) |
	       ((rights & SANDBOX_READ) != 0 ? fs_read_dir | fs_read_file : 0) |
	       ((rights & SANDBOX_WRITE) != 0 ? fs_change : 0) |
	       ((rights & SANDBOX_SOCKET) != 0 ? fs_make_sock | fs_remove_file : 0) |
	       ((rights & SANDBOX_EXECUTE) != 0 ? fs_execute : 0);
}

static int open_path(const struct sandbox_path *p)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(p->path, '/');

	if ((p->rights & SANDBOX_FOLDER) == 0) {
		return open(p->path, O_PATH | O_CLOEXEC);
	}
	snprintf(folder, sizeof(folder), "%.*s", slash != NULL ? (int)(slash - p->path) + 1 : 1,
		slash != NULL ? p->path : ".");
	return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int allow(int ruleset, const struct sandbox_path *p, uint64_t known)
{
	struct path_beneath_attr rule = {.allowed = fs_rights(p->rights) & known};
	struct stat st;
	_close_ int fd = p->path != NULL ? open_path(p) : -1;

	if (fd < 0 || fstat(fd, &st) < 0) {
		return 0;
	}
	if (!S_ISDIR(st.st_mode)) {
		rule.allowed &= fs_of_files;
	}
	rule.parent_fd = fd;
	if (rule.allowed == 0) {
		return 0;
	}
	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno
											: 0;
}

int sandbox_files(const struct sandbox_path *paths, size_t n)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
	struct ruleset_attr attr;
	size_t size;
	int rc = 0;

	if (version < 1) {
		return -EOPNOTSUPP; /* not built in, not switched on, or forbidden by a filter */
	}
	attr = everything(version, &size);
	_close_ int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);

	if (ruleset < 0) {
		return -errno;
	}
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = allow(ruleset, &paths[i], attr.fs);
	}
	if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		rc = -errno;
	}
	if (rc == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0) {
		rc = -errno;
	}
	return rc;
}

/* Needs CAP_SETPCAP, which a change of user leaves permitted but not effective; where it is
 * missing, no_new_privs has the same effect. */
static void drop_bounding_set(uint64_t keep, struct __user_cap_header_struct *header,
	const struct __user_cap_data_struct *now)
{
	struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3];

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		all[i] = (struct __user_cap_data_struct){now[i].permitted, now[i].permitted, 0};
	}
	if ((now[0].permitted & 1U << CAP_SETPCAP) != 0) {
		(void)!syscall(SYS_capset, header, all);
	}
	for (unsigned cap = 0; cap < 64 && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if ((keep >> cap & 1) == 0) {
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
		}
	}
}

void sandbox_note(const char *wall, int rc)
{
	if (rc < 0) {
		log_info("without %s: %s", wall,
			rc == -EOPNOTSUPP ? "this kernel does not offer it" : strerror(-rc));
	}
}

int sandbox_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct now[_LINUX_CAPABILITY_U32S_3];
	struct __user_cap_data_struct kept[_LINUX_CAPABILITY_U32S_3] = {{0}};
	bool same = true;

	if (syscall(SYS_capget, &header, now) < 0) {
		return -errno;
	}
	for (size_t i = 0; i < ARRAY_SIZE(now); i++) {
		uint32_t wanted = (uint32_t)(keep >> (32 * i)) & now[i].permitted;

		kept[i] = (struct __user_cap_data_struct){wanted, wanted, 0};
		same = same && now[i].permitted == wanted && now[i].effective == wanted;
	}
	drop_bounding_set(keep, &header, now);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	/* A unit's filter forbids the call; but then the unit has left nothing to give up. */
	if (syscall(SYS_capset, &header, kept) < 0 && !same) {
		return -errno;
	}
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}
