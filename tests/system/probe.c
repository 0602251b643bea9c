/* probe.c - a table of forbidden actions, each tried in a process of its own; one line says for
 *each whether it was DONE or refused, and how.
 *
 *	PROGRAM free		tries all without giving anything up, to show that each can succeed
 *	PROGRAM [ARGUMENT]...	first gives up what the daemon gives up
 *
 * A process to attack is named in /etc/probe-victim; test_forbidden.py prepares the rest. */
#include "tests/system/probe.h"
#include "common/def.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

struct action {
	unsigned daemons; /* for which it is forbidden */
	const char *name;
	int (*try)(const char *path, long number); /* 0: it could be done; -errno */
	const char *path;
	long number;
};

enum {
	W = PROBE_WEBD,
	S = PROBE_SCANNERD,
	N = PROBE_NETSCAN,
	ALL = PROBE_WEBD | PROBE_SCANNERD | PROBE_NETSCAN
};

static pid_t victim;

static int result(long rc)
{
	return rc < 0 ? -errno : 0;
}

/* What the kernel looks at after it has looked at the rights. */
static int passed_if(int rc, int later)
{
	return rc == -later ? 0 : rc;
}

/* --- files --- */

static int try_open(const char *path, long flags)
{
	char byte;
	int fd = open(path, (int)flags | O_CLOEXEC, 0600);

	if (fd < 0) {
		return -errno;
	}
	return ((int)flags & (O_ACCMODE | O_DIRECTORY)) == O_RDONLY ? result(read(fd, &byte, 1))
								    : 0;
}

static int try_make(const char *folder, long mode)
{
	char path[256];
	int rc;

	snprintf(path, sizeof(path), "%s/made-by-the-probe", folder);
	rc = result(mknod(path, (mode_t)mode, makedev(1, 3)));
	unlink(path);
	return rc;
}

static int try_setuid_file(const char *folder, long mode)
{
	const char *own = getenv("STATE_DIRECTORY");

	return try_make(own != NULL ? own : folder, mode);
}

static int try_rename(const char *path, long number _unused_)
{
	char other[256];
	int rc;

	snprintf(other, sizeof(other), "%s.moved", path);
	rc = result(rename(path, other));
	return rc == 0 ? result(rename(other, path)) : rc;
}

static int try_chmod(const char *path, long mode)
{
	return result(chmod(path, (mode_t)mode));
}

static int try_handle(const char *path, long number _unused_)
{
	union {
		struct file_handle head;
		char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} handle = {.head.handle_bytes = MAX_HANDLE_SZ};
	int mount_id, at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (at < 0 || name_to_handle_at(AT_FDCWD, path, &handle.head, &mount_id, 0) < 0) {
		return -errno;
	}
	return result(open_by_handle_at(at, &handle.head, O_RDONLY));
}

/* --- the machine --- */

static int try_mount(const char *path, long number _unused_)
{
	return result(mount("none", path, "tmpfs", 0, NULL));
}

static int try_umount(const char *path, long number _unused_)
{
	return passed_if(result(umount2(path, MNT_DETACH)), EINVAL); /* not a mount */
}

static int try_chroot(const char *path, long number _unused_)
{
	return result(chroot(path));
}

static int try_unshare(const char *path _unused_, long flags)
{
	return result(unshare((int)flags));
}

static int try_setns(const char *path, long number _unused_)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : result(setns(fd, 0));
}

static int try_hostname(const char *path _unused_, long number _unused_)
{
	char name[65];

	gethostname(name, sizeof(name));
	return result(sethostname(name, strlen(name)));
}

static int try_clock(const char *path _unused_, long number _unused_)
{
	struct timex t = {.modes = 0};

	if (adjtimex(&t) < 0) {
		return -errno;
	}
	t.modes = ADJ_STATUS;
	return result(adjtimex(&t));
}

static int try_kernel_log(const char *path _unused_, long number _unused_)
{
	char text[64];

	return result(klogctl(3, text, sizeof(text)));
}

static int try_swap(const char *path, long number _unused_)
{
	return passed_if(result(swapon(path, 0)), ENOENT);
}

static int try_kexec(const char *path _unused_, long number _unused_)
{
	return passed_if(result(syscall(SYS_kexec_load, 0L, 1UL << 20, NULL, 0UL)), EINVAL);
}

static int try_module(const char *path _unused_, long number _unused_)
{
	return passed_if(result(syscall(SYS_finit_module, -1, "", 0)), EBADF);
}

/* --- other processes --- */

static int try_kill(const char *path _unused_, long number)
{
	return result(kill(victim, (int)number));
}

static int try_ptrace(const char *path _unused_, long number _unused_)
{
	return result(ptrace(PTRACE_SEIZE, victim, NULL, NULL));
}

static int try_memory(const char *path _unused_, long number _unused_)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {NULL, 1};

	return passed_if(
		result(process_vm_readv(victim, &here, 1, &there, 1, 0)), EFAULT /* address 0 */);
}

static int try_environment(const char *name, long flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)victim, name);
	return try_open(path, flags);
}

/* --- execution --- */

static int try_execute(const char *path, long number _unused_)
{
	char *argv[] = {NULL, NULL};
	char name[] = "true";

	argv[0] = name;
	execv(path, argv);
	return -errno;
}

static int try_execute_copy(const char *path, long number _unused_)
{
	static char data[1 << 20];
	char name[] = "true";
	char *argv[] = {name, NULL}, *env[] = {NULL};
	int from = open(path, O_RDONLY | O_CLOEXEC), to = memfd_create("copy", MFD_CLOEXEC);
	ssize_t n = from >= 0 ? read(from, data, sizeof(data)) : -1;

	if (to < 0 || n < 0 || write(to, data, (size_t)n) != n) {
		return -errno;
	}
	fexecve(to, argv, env);
	return -errno;
}

static int try_map(const char *path _unused_, long protection)
{
	void *p = mmap(NULL, 4096, (int)protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -errno : 0;
}

static int try_protect(const char *path _unused_, long protection)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -errno : result(mprotect(p, 4096, (int)protection));
}

/* --- sockets --- */

static int try_socket(const char *path _unused_, long family)
{
	return result(socket((int)family, family == AF_PACKET ? SOCK_RAW : SOCK_DGRAM, 0));
}

static int try_raw_socket(const char *path _unused_, long protocol)
{
	return result(socket(AF_INET, SOCK_RAW, (int)protocol));
}

static int try_connect(const char *address, long port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, address, &to.sin_addr);
	return fd < 0 ? -errno : result(connect(fd, (const struct sockaddr *)&to, sizeof(to)));
}

static int try_connect_unix(const char *path, long number _unused_)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	return fd < 0 ? -errno : result(connect(fd, (const struct sockaddr *)&to, sizeof(to)));
}

/* Calls a method of scannerd's without saying who asks. It has to be refused, not just no good. */
static int try_call(const char *call, long number _unused_)
{
	char answer[4096] = "";
	size_t len = 0;
	struct sockaddr_un to = {
		.sun_family = AF_UNIX, .sun_path = "/run/backup-checker/scannerd.sock"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0 ||
		write(fd, call, strlen(call) + 1) < 0) {
		return -errno;
	}
	while (len < sizeof(answer) - 1 && memchr(answer, '\0', len) == NULL) {
		ssize_t n = read(fd, answer + len, sizeof(answer) - 1 - len);

		if (n <= 0) {
			return n < 0 ? -errno : -ECONNRESET;
		}
		len += (size_t)n;
	}
	return strstr(answer, ".NotSignedIn") != NULL ? -EACCES : 0;
}

/* --- doors into the kernel --- */

static int try_bpf(const char *path _unused_, long number _unused_)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};

	return result(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));
}

static int try_perf(const char *path _unused_, long number _unused_)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr)};

	return result(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

static int try_uring(const char *path _unused_, long number _unused_)
{
	char parameters[120] = {0};

	return result(syscall(SYS_io_uring_setup, 1, parameters));
}

static int try_userfault(const char *path _unused_, long number _unused_)
{
	return result(syscall(SYS_userfaultfd, O_CLOEXEC));
}

static int try_key(const char *path _unused_, long number _unused_)
{
	return result(syscall(SYS_add_key, "user", "probe", "x", 1, -3 /* of the session */));
}

/* --- becoming more --- */

static int try_user(const char *path _unused_, long uid)
{
	return result(setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid));
}

static int try_groups(const char *path _unused_, long gid)
{
	gid_t groups[] = {(gid_t)gid};

	return result(setgroups(1, groups));
}

static int try_capability(const char *path _unused_, long cap)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	data[0] = (struct __user_cap_data_struct){1U << cap, 1U << cap, 0};
	return result(syscall(SYS_capset, &header, data));
}

static int try_realtime(const char *path _unused_, long priority)
{
	struct sched_param p = {.sched_priority = (int)priority};

	return result(sched_setscheduler(0, SCHED_FIFO, &p));
}

static int try_nice(const char *path _unused_, long value)
{
	return result(setpriority(PRIO_PROCESS, 0, (int)value));
}

static int try_personality(const char *path _unused_, long persona)
{
	return result(personality((unsigned long)persona));
}

#define CALL(METHOD, PARAMETERS) \
	"{\"method\":\"org.backupchecker.scanner." METHOD "\",\"parameters\":" PARAMETERS "}"
#define SECRET "/srv/backups/secret/web.tar"

static const struct action actions[] = {
	{ALL, "read the password hashes", try_open, "/etc/shadow", O_RDONLY},
	{ALL, "read a key of root's", try_open, "/root/key", O_RDONLY},
	{ALL, "read the content of a backup", try_open, SECRET, O_RDONLY},
	{W | N, "list root's home", try_open, "/root", O_RDONLY | O_DIRECTORY},
	{W | N, "list a backup folder of its owner", try_open, "/srv/backups/secret",
		O_RDONLY | O_DIRECTORY},
	{W | N, "read the settings", try_open, "/etc/backup-checker/config.json", O_RDONLY},
	{W | N, "write the settings", try_open, "/etc/backup-checker/config.json", O_WRONLY},
	{W | N, "replace the settings", try_rename, "/etc/backup-checker/config.json", 0},
	{N, "read the database", try_open, "/var/lib/backup-checker/backup-checker.db", O_RDONLY},
	{W | N, "write the database", try_open, "/var/lib/backup-checker/backup-checker.db",
		O_RDWR},
	{W | N, "write the database's log", try_open,
		"/var/lib/backup-checker/backup-checker.db-wal", O_RDWR},
	{W | N, "write the log's index", try_open, "/var/lib/backup-checker/backup-checker.db-shm",
		O_RDWR},
	{W | N, "rename the database", try_rename, "/var/lib/backup-checker/backup-checker.db", 0},
	{W | N, "open the database to everybody", try_chmod,
		"/var/lib/backup-checker/backup-checker.db", 0666},
	{W | N, "read the accounts", try_open, "/var/lib/backup-checker/accounts.db", O_RDONLY},
	{W | N, "write the accounts", try_open, "/var/lib/backup-checker/accounts.db", O_RDWR},
	{W | N, "read what was last written of the accounts", try_open,
		"/var/lib/backup-checker/accounts.db-wal", O_RDONLY},
	{W | N, "replace the accounts", try_rename, "/var/lib/backup-checker/accounts.db", 0},
	{W | N, "read a key of TLS", try_open, "/etc/ssl/private/probe.pem", O_RDONLY},
	{W | N, "make a file beside the database", try_make, "/var/lib/backup-checker",
		S_IFREG | 0600},
	{S | N, "list webd's own files", try_open, "/var/lib/private/backup-checker-webd/x",
		O_RDONLY},
	{ALL, "rename a backup", try_rename, SECRET, 0},
	{ALL, "write a backup", try_open, SECRET, O_WRONLY},
	{ALL, "make a file among the backups", try_make, "/srv/backups", S_IFREG | 0600},
	{ALL, "make a file in /etc", try_make, "/etc", S_IFREG | 0600},
	{ALL, "make a file in /usr/bin", try_make, "/usr/bin", S_IFREG | 0755},
	{ALL, "make a file in /var/lib", try_make, "/var/lib", S_IFREG | 0600},
	{S, "make a file in /tmp", try_make, "/tmp", S_IFREG | 0600},
	{ALL, "write the list of users", try_open, "/etc/passwd", O_WRONLY | O_APPEND},
	{ALL, "write a program", try_open, "/usr/bin/true", O_WRONLY | O_APPEND},
	{ALL, "write a unit", try_open, "/lib/systemd/system/backup-checker-webd.service",
		O_WRONLY | O_APPEND},
	{ALL, "make a device", try_make, "/var/tmp", S_IFCHR | 0600},
	{ALL, "make a set-user-id file", try_setuid_file, "/var/tmp", S_IFREG | 04755},
	{ALL, "write a setting of the kernel", try_open, "/proc/sys/kernel/domainname", O_WRONLY},
	{ALL, "open a file by its handle", try_handle, "/run", 0},
	{ALL, "mount", try_mount, "/mnt", 0},
	{ALL, "unmount", try_umount, "/mnt", 0},
	{ALL, "change the root", try_chroot, "/usr", 0},
	{ALL, "make a user namespace", try_unshare, NULL, CLONE_NEWUSER},
	{ALL, "make a network namespace", try_unshare, NULL, CLONE_NEWNET},
	{ALL, "make a mount namespace", try_unshare, NULL, CLONE_NEWNS},
	{ALL, "enter the first process's namespace", try_setns, "/proc/1/ns/net", 0},
	{ALL, "change the host's name", try_hostname, NULL, 0},
	{ALL, "set the clock", try_clock, NULL, 0},
	{ALL, "read the kernel's log", try_kernel_log, NULL, 0},
	{ALL, "swap on a file", try_swap, "/nowhere", 0},
	{ALL, "load another kernel", try_kexec, NULL, 0},
	{ALL, "load a module", try_module, NULL, 0},
	{ALL, "signal another's process", try_kill, NULL, SIGCONT},
	{ALL, "trace another's process", try_ptrace, NULL, 0},
	{ALL, "read another's memory", try_memory, NULL, 0},
	{ALL, "read another's environment", try_environment, "environ", O_RDONLY},
	{ALL, "open another's memory", try_environment, "mem", O_RDWR},
	{ALL, "execute a program", try_execute, "/usr/bin/true", 0},
	{ALL, "execute a shell", try_execute, "/bin/true", 0},
	{W | S, "execute a copy in memory", try_execute_copy, "/usr/bin/true", 0},
	{ALL, "map memory to write and execute", try_map, NULL, PROT_READ | PROT_WRITE | PROT_EXEC},
	{ALL, "make memory executable", try_protect, NULL, PROT_READ | PROT_EXEC},
	{W | S, "make an IPv4 socket", try_socket, NULL, AF_INET},
	{W | S, "make an IPv6 socket", try_socket, NULL, AF_INET6},
	{W | S, "make a netlink socket", try_socket, NULL, AF_NETLINK},
	{W | S, "make a packet socket", try_socket, NULL, AF_PACKET},
	{W | S, "make a raw socket", try_raw_socket, NULL, IPPROTO_ICMP},
	{ALL, "make a socket of another kind", try_socket, NULL, AF_VSOCK},
	{W | S, "connect to this machine's port", try_connect, "127.0.0.1", 8080},
	{W | S, "connect to a server", try_connect, "10.99.0.11", 80},
	{W | N, "ask netscan", try_connect_unix, "/run/backup-checker/netscan.sock", 0},
	{N, "ask scannerd", try_connect_unix, "/run/backup-checker/scannerd.sock", 0},
	{W, "make an account of its own", try_call,
		CALL("AddAccount",
			"{\"name\":\"probe\",\"password\":\"correct horse battery\",\"role\":"
			"\"admin\"}"),
		0},
	{W, "make a token of its own", try_call,
		CALL("AddToken", "{\"name\":\"probe\",\"role\":\"admin\"}"), 0},
	{W, "list the accounts", try_call, CALL("ListAccounts", "{}"), 0},
	{W, "clear the list of servers", try_call, CALL("ClearServers", "{}"), 0},
	{ALL, "ask the system's bus", try_connect_unix, "/run/dbus/system_bus_socket", 0},
	{ALL, "ask systemd", try_connect_unix, "/run/systemd/private", 0},
	{ALL, "use bpf", try_bpf, NULL, 0},
	{ALL, "watch the machine", try_perf, NULL, 0},
	{ALL, "use io_uring", try_uring, NULL, 0},
	{ALL, "handle page faults", try_userfault, NULL, 0},
	{ALL, "keep a key in the kernel", try_key, NULL, 0},
	{ALL, "become root", try_user, NULL, 0},
	{ALL, "become another user", try_user, NULL, 65534},
	{ALL, "join the group of root", try_groups, NULL, 0},
	{ALL, "gain CAP_NET_ADMIN", try_capability, NULL, CAP_NET_ADMIN},
	{ALL, "gain CAP_SYS_ADMIN", try_capability, NULL, CAP_SYS_ADMIN},
	{ALL, "gain CAP_DAC_OVERRIDE", try_capability, NULL, CAP_DAC_OVERRIDE},
	{ALL, "run in real time", try_realtime, NULL, 1},
	{ALL, "come first", try_nice, NULL, -10},
	{ALL, "run as another system", try_personality, NULL, ADDR_NO_RANDOMIZE},
};

/* In a process of its own, which an executed program replaces. */
static void run(const struct action *a)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		int rc = a->try(a->path, a->number);

		_exit(rc == 0 ? 0 : -rc & 0xff);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		printf("untried: %s: %s\n", a->name, strerror(errno));
	} else if (WIFSIGNALED(status)) {
		printf("refused: %s: signal %d\n", a->name, WTERMSIG(status));
	} else if (WEXITSTATUS(status) == 0) {
		printf("DONE: %s\n", a->name);
	} else {
		printf("refused: %s: %s\n", a->name, strerror(WEXITSTATUS(status)));
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	FILE *f = fopen("/etc/probe-victim", "re");

	if (f == NULL || fscanf(f, "%d", &victim) != 1) {
		fputs("no victim is named\n", stderr);
		return 1;
	}
	fclose(f);
	if (argc < 2 || strcmp(argv[1], "free") != 0) {
		int rc = probe_confine(argc, argv);

		if (rc < 0) {
			fprintf(stderr, "not confined: %s\n", strerror(-rc));
			return 1;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if ((actions[i].daemons & probe_daemon) != 0) {
			run(&actions[i]);
		}
	}
	puts("that is all");
	return 0;
}
