// needs: common
/* test_sandbox.c - each wall is raised in a process of its own and leant against. */
#include "common/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cmocka.h>

#define CASE(name) cmocka_unit_test(name)

static char folder[] = "/tmp/sandbox-test-XXXXXX";

/* What fn returns, from a process that ends with it. */
static int apart(int (*fn)(const void *arg), const void *arg)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		_exit(-fn(arg) & 0xff);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static int make(const char *name, mode_t mode)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return mknod(path, mode, 0) < 0 ? -errno : 0;
}

static int open_in(const char *name, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : 0;
}

struct file_case {
	unsigned rights; /* for folder/place */
	const char *name;
	int flags, expected;
};

static int open_confined(const void *arg)
{
	const struct file_case *c = arg;
	char path[128];
	struct sandbox_path rule = {path, c->rights};
	int rc;

	snprintf(path, sizeof(path), "%s/place%s", folder,
		(c->rights & SANDBOX_FOLDER) != 0 ? "/some-file" : "");
	rc = sandbox_files(&rule, 1);
	return rc < 0 ? rc : open_in(c->name, c->flags);
}

static void files_are_usable_as_the_rules_say_and_in_no_other_way(void **state _unused_)
{
	static const struct file_case cases[] = {
		{SANDBOX_LIST, "place", O_RDONLY | O_DIRECTORY, 0},
		{SANDBOX_LIST, "place/file", O_RDONLY, -EACCES},
		{SANDBOX_READ, "place", O_RDONLY | O_DIRECTORY, 0},
		{SANDBOX_READ, "place/file", O_RDONLY, 0},
		{SANDBOX_READ, "place/file", O_WRONLY, -EACCES},
		{SANDBOX_READ, "place/fresh1", O_WRONLY | O_CREAT, -EACCES},
		{SANDBOX_READ, "file", O_RDONLY, -EACCES},
		{SANDBOX_READ, ".", O_RDONLY | O_DIRECTORY, -EACCES},
		{SANDBOX_WRITE, "place/file", O_WRONLY, 0},
		{SANDBOX_WRITE, "place/file", O_RDONLY, -EACCES},
		{SANDBOX_WRITE, "place/fresh2", O_WRONLY | O_CREAT, 0},
		{SANDBOX_WRITE, "file", O_WRONLY, -EACCES},
		{SANDBOX_WRITE, "fresh3", O_WRONLY | O_CREAT, -EACCES},
		{SANDBOX_SOCKET, "place/fresh4", O_WRONLY | O_CREAT, -EACCES},
		{SANDBOX_FOLDER | SANDBOX_READ, "place/file", O_RDONLY, 0},
		{SANDBOX_FOLDER | SANDBOX_READ, "file", O_RDONLY, -EACCES},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(open_in("place/file", O_RDWR), 0); /* without a wall */
		if (apart(open_confined, &cases[i]) != cases[i].expected) {
			fail_msg("case %zu: %s", i, cases[i].name);
		}
	}
}

static int execute_confined(const void *arg _unused_)
{
	const struct sandbox_path rule = {"/", SANDBOX_READ | SANDBOX_WRITE};
	char name[] = "true";
	char *argv[] = {name, NULL};
	int rc = sandbox_files(&rule, 1);

	if (rc < 0) {
		return rc;
	}
	execv("/bin/true", argv);
	return -errno;
}

static void nothing_is_executed_without_a_rule_for_it(void **state _unused_)
{
	assert_int_equal(apart(execute_confined, NULL), -EACCES);
}

static int missing_path(const void *arg _unused_)
{
	const struct sandbox_path rules[] = {
		{NULL, SANDBOX_READ},
		{"/nowhere/at/all", SANDBOX_READ},
		{"/dev/null", SANDBOX_READ | SANDBOX_WRITE | SANDBOX_SOCKET},
	};
	int rc = sandbox_files(rules, ARRAY_SIZE(rules));
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	return rc < 0 ? rc : fd < 0 ? -errno : open_in("file", O_RDONLY);
}

static void paths_that_are_missing_or_no_folders_are_no_mistake(void **state _unused_)
{
	assert_int_equal(apart(missing_path, NULL), -EACCES);
}

#if !defined(__SANITIZE_ADDRESS__)

static int try_execute(void)
{
	char name[] = "true";
	char *argv[] = {name, NULL};

	execv("/bin/true", argv);
	return -errno;
}

static int try_trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? -errno : 0;
}

static int try_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? -errno : 0;
}

static int try_unix_pair(void)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 ? -errno : 0;
}

static int try_map_both(void)
{
	void *p = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -errno : 0;
}

static int try_map(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -errno : 0;
}

static int try_protect(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED || mprotect(p, 4096, PROT_READ | PROT_EXEC) < 0 ? -errno : 0;
}

static int try_namespace(void)
{
	long pid = syscall(SYS_clone, 0x10000000UL | SIGCHLD, 0, 0, 0, 0); /* CLONE_NEWUSER */

	if (pid == 0) {
		_exit(0);
	}
	return pid < 0 ? -errno : 0;
}

static int try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		_exit(0);
	}
	return pid < 0 || waitpid(pid, NULL, 0) != pid ? -errno : 0;
}

static int call_confined(const void *arg)
{
	int (*const *call)(void) = arg;
	int rc = sandbox_calls();

	return rc < 0 ? rc : (*call)();
}

static void calls_that_are_not_needed_are_refused_and_the_others_are_not(void **state _unused_)
{
	static const struct {
		const char *name;
		int (*call)(void);
		int expected;
	} cases[] = {
		{"execve", try_execute, -EPERM},
		{"ptrace", try_trace, -EPERM},
		{"socket of another family", try_inet, -EAFNOSUPPORT},
		{"pair of Unix sockets", try_unix_pair, 0},
		{"memory to write and execute", try_map_both, -EPERM},
		{"memory to write", try_map, 0},
		{"memory made executable", try_protect, -EPERM},
		{"user namespace by clone", try_namespace, -EPERM},
		{"fork", try_fork, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (apart(call_confined, &cases[i].call) != cases[i].expected) {
			fail_msg("%s", cases[i].name);
		}
	}
}

#endif

static int capabilities_left(const void *arg)
{
	const uint64_t *keep = arg;
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct before[2], after[2];
	int rc;

	syscall(SYS_capget, &header, before);
	rc = sandbox_capabilities(*keep);
	syscall(SYS_capget, &header, after);
	if (rc < 0) {
		return rc;
	}
	for (size_t i = 0; i < 2; i++) {
		uint32_t wanted = before[i].permitted & (uint32_t)(*keep >> (32 * i));

		if (after[i].permitted != wanted || after[i].effective != wanted ||
			after[i].inheritable != 0) {
			return -EINVAL;
		}
	}
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -EINVAL;
}

static void only_the_named_capabilities_stay(void **state _unused_)
{
	static const uint64_t masks[] = {0, UINT64_C(1) << CAP_DAC_READ_SEARCH,
		UINT64_C(1) << CAP_NET_RAW | UINT64_C(1) << CAP_CHECKPOINT_RESTORE};

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		assert_int_equal(apart(capabilities_left, &masks[i]), 0);
	}
}

static int set_up(void **state _unused_)
{
	char path[128];

	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/place", folder);
	if (mkdir(path, 0700) < 0) {
		return -1;
	}
	return make("place/file", S_IFREG | 0600) + make("file", S_IFREG | 0600);
}

static int tear_down(void **state _unused_)
{
	static const char *const made[] = {"place/file", "place/fresh2", "file", "place", "."};
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, made[i]);
		remove(i + 1 < ARRAY_SIZE(made) ? path : folder);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(files_are_usable_as_the_rules_say_and_in_no_other_way),
		CASE(nothing_is_executed_without_a_rule_for_it),
		CASE(paths_that_are_missing_or_no_folders_are_no_mistake),
#if !defined(__SANITIZE_ADDRESS__)
		CASE(calls_that_are_not_needed_are_refused_and_the_others_are_not),
#endif
		CASE(only_the_named_capabilities_stay),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
