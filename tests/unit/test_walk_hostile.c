// needs: scannerd/walk proto common
/* test_walk_hostile.c - trees that change under the walker's hands, lead astray, fail, or never
 * end. */
#include "tests/unit/walk_tree.h"
#include <dirent.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* --- what a failing or old file system answers: these two take the place of libc's for the walker
 * --- */

static struct {
	bool unknown_types;    /* DT_UNKNOWN for all */
	const char *fail_stat; /* the name whose statx fails */
	int fail_stat_errno;
	ino_t fail_dents; /* the directory whose reading fails */
	int fail_dents_errno;
	const char *rename_entry; /* the entry that gets a name with a slash */
} fault;

static bool is_fault(int fd)
{
	struct stat st;
	return fault.fail_dents != 0 && fstat(fd, &st) == 0 && st.st_ino == fault.fail_dents;
}

ssize_t getdents64(int fd, void *buffer, size_t size)
{
	long got = syscall(SYS_getdents64, fd, buffer, size);
	if (got == 0 && is_fault(fd)) {
		errno = fault.fail_dents_errno; /* at the end: the entries before it were good */
		return -1;
	}
	for (long at = 0; at < got;) {
		struct dirent64 *d = (void *)((char *)buffer + at);
		at += d->d_reclen;
		if (fault.unknown_types) {
			d->d_type = DT_UNKNOWN;
		}
		if (fault.rename_entry != NULL && strcmp(d->d_name, fault.rename_entry) == 0) {
			memcpy(d->d_name, "../", 3);
		}
	}
	return got;
}

int statx(
	int dirfd, const char *restrict path, int flags, unsigned mask, struct statx *restrict out)
{
	if (fault.fail_stat != NULL && strcmp(path, fault.fail_stat) == 0) {
		errno = fault.fail_stat_errno;
		return -1;
	}
	return (int)syscall(SYS_statx, dirfd, path, flags, mask, out);
}

static int fault_end(void **state)
{
	memset(&fault, 0, sizeof(fault));
	return tree_end(state);
}

static void file_systems_without_types_are_asked_entry_by_entry(void **state)
{
	(void)state;
	make_file("a/b/f", 3);
	must(symlink("b", "a/link") == 0 && mkfifo("a/fifo", 0600) == 0);
	fault.unknown_types = true;
	struct scan *s = scan_new();
	scan_run(s);
	must(s->counted.files == 1 && s->counted.directories == 3);
	must(s->counted.links == 1 && s->counted.special == 1);
	must(scan_file(s, "a/b", "f") != NULL);
	scan_free(s);
}

static void an_entry_whose_name_has_a_slash_leads_nowhere(void **state)
{
	(void)state;
	make_file("r/xxxsecret", 1); /* becomes "../secret" */
	make_file("secret", 1);
	make_file("r/good", 1);
	fault.rename_entry = "xxxsecret";
	char root[96];
	snprintf(root, sizeof(root), "%s/r", base);
	struct scan *s = scan_new();
	s->roots[0].path = root;
	scan_run(s);
	must(s->counted.files == 1 && s->counted.errors == 1 && scan_has_name(s, "good"));
	scan_free(s);
}

static void a_directory_that_cannot_be_read_to_its_end_is_kept(void **state)
{
	(void)state;
	static const int errors[] = {EIO, ESTALE, ETIMEDOUT, EACCES, EUCLEAN};
	make_file("a/bad/f", 1);
	make_file("a/bad/below/g", 1);
	make_file("a/good", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(s->n == 3);
	scan_remember(s);
	struct stat st;
	must(stat("a/bad", &st) == 0);
	fault.fail_dents = st.st_ino;
	make_file("a/bad/added", 1);
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		fault.fail_dents_errno = errors[i];
		scan_forget(s);
		scan_run(s);
		must(s->n == 0 && s->counted.unreadable == 1 && s->result.roots[0].unreadable == 1);
		must(s->result.roots[0].available &&
			s->counted.unchanged == 2); /* what is below was read */
		must(s->result.n_problems == 1 && s->result.problems[0].root == 1);
		must(strstr(s->result.problems[0].path, "/a/bad") != NULL);
		must(strstr(s->result.problems[0].message, strerrordesc_np(errors[i])) != NULL);
	}
	struct unseen u = scan_unseen(s, 1);
	must(u.gone == 0 && u.kept == 1);
	scan_free(s);
}

static void make_restic(const char *dir)
{
	static const char *const files[] = {
		"config", "data/0a/0a1b", "index/1", "keys/2", "snapshots/3"};
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		make_file(path, 1);
	}
}

static void repositories_are_told_where_the_file_system_gives_no_types(void **state)
{
	(void)state;
	make_restic("r");
	fault.unknown_types = true;
	struct scan *s = scan_new();
	scan_run(s);
	must(s->n == 5);
	for (size_t i = 0; i < s->n; i++) {
		must(s->listings[i]->repository.kind == REPOSITORY_RESTIC);
	}
	scan_free(s);
}

/* Half of the marks may be missing: judged as ordinary files, its data would count as backups. */
static void what_lies_below_a_repository_that_was_half_read_is_kept(void **state)
{
	(void)state;
	make_restic("a/r");
	make_file("a/good", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(s->n == 6);
	scan_remember(s);
	struct stat st;
	must(stat("a/r", &st) == 0);
	fault.fail_dents = st.st_ino;
	fault.fail_dents_errno = EIO;
	make_file("a/r/data/0a/added", 1);
	scan_run(s);
	must(s->n == 0 && s->counted.unreadable == 1 && s->counted.unchanged == 1);
	struct unseen u = scan_unseen(s, 1);
	must(u.gone == 0 && u.kept == 5);

	fault.fail_dents = 0;
	scan_forget(s);
	scan_run(s);
	must(s->n == 1 && s->listings[0]->repository.kind == REPOSITORY_RESTIC);
	must(scan_file(s, "a/r/data/0a", "added") != NULL);
	scan_free(s);
}

static void a_root_that_cannot_be_read_is_unavailable(void **state)
{
	(void)state;
	make_file("a/f", 1);
	struct scan *s = scan_new();
	scan_run(s);
	scan_remember(s);
	struct stat st;
	must(stat(".", &st) == 0);
	fault.fail_dents = st.st_ino;
	fault.fail_dents_errno = EIO;
	must(unlink("a/f") == 0 && rmdir("a") == 0);
	scan_run(s);
	must(!s->result.roots[0].available);
	must(strstr(s->result.roots[0].reason, strerrordesc_np(EIO)) != NULL);
	struct unseen u = scan_unseen(s, 1);
	must(u.gone == 0 && u.kept == 1);
	scan_free(s);
}

static void a_file_that_cannot_be_asked_keeps_its_known_directory(void **state)
{
	(void)state;
	make_file("d/bad", 1);
	make_file("d/good", 1);
	make_file("d/sub/f", 1);
	struct scan *s = scan_new();
	scan_run(s);
	scan_remember(s);
	make_file("d/added", 1);
	fault.fail_stat = "bad";
	fault.fail_stat_errno = EIO;
	scan_run(s);
	must(s->n == 0 && s->counted.errors == 1 && s->counted.unchanged == 1);
	must(s->result.n_problems == 1 && strstr(s->result.problems[0].path, "/d/bad") != NULL);
	struct unseen u = scan_unseen(s, 1);
	must(u.gone == 0 && u.kept == 1);
	scan_free(s);

	s = scan_new(); /* nothing known: what can be read is new */
	scan_run(s);
	must(s->counted.errors == 1 && scan_find(s, "d")->n == 2);
	scan_free(s);

	fault.fail_stat_errno = ENOENT; /* deleted just then: no error */
	s = scan_new();
	scan_run(s);
	must(s->counted.errors == 0 && s->counted.vanished == 1 && scan_find(s, "d")->n == 2);
	scan_free(s);
}

static void a_directory_of_unknown_type_that_cannot_be_asked_is_kept(void **state)
{
	(void)state;
	make_file("bad/f", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(s->n == 1);
	scan_remember(s);
	fault.unknown_types = true;
	fault.fail_stat = "bad";
	fault.fail_stat_errno = EIO;
	scan_run(s);
	must(s->n == 0 && s->counted.errors == 1);
	struct unseen u = scan_unseen(s, 1);
	must(u.gone == 0 && u.kept == 1);
	scan_free(s);
}

/* --- changes between finding a directory and entering it: with one thread, the sink runs in
 * between --- */

static void (*change)(void);

static void change_after_parent(struct scan *s, struct listing *l)
{
	(void)s;
	if (l->path.len == l->root_len) {
		change();
	}
}

static void vanish(void)
{
	must(unlink("r/d/f") == 0 && rmdir("r/d") == 0);
}

static void become_link(void)
{
	must(rename("r/d", "moved") == 0 && symlink("/etc", "r/d") == 0);
}

static void become_fifo(void)
{
	must(rename("r/d", "moved-too") == 0 && mkfifo("r/d", 0600) == 0);
}

static void directories_that_change_before_they_are_entered_have_vanished(void **state)
{
	(void)state;
	static void (*const changes[])(void) = {vanish, become_link, become_fifo};
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		make_file("r/f", 1);
		make_file("r/d/f", 1);
		struct scan *s = scan_new();
		uint8_t digest[LISTING_DIGEST_SIZE] = {0};
		char root[80], known[96];
		snprintf(root, sizeof(root), "%s/r", base);
		snprintf(known, sizeof(known), "%s/d", root);
		s->roots[0].path = root;
		must(known_add(s->known, 1, 3, known, strlen(known), digest) == 0);
		s->cfg.threads_min = s->cfg.threads_max = 1;
		s->on_listing = change_after_parent;
		change = changes[i];
		scan_run(s);
		must(s->n == 1 && s->counted.vanished == 1 && s->counted.unreadable == 0);
		must(s->counted.files == 1 && s->result.n_problems == 0);
		must(scan_unseen(s, 1).gone == 1);
		scan_free(s);
		(void)unlink("r/d");
	}
}

static atomic_bool stop_swapping;

/* Exchanges a directory with a link to another place, as fast as it can. */
static void *swap(void *arg)
{
	(void)arg;
	while (!stop_swapping) {
		(void)renameat2(AT_FDCWD, "r/a/b", AT_FDCWD, "link", RENAME_EXCHANGE);
	}
	return NULL;
}

static void race_for_the_link(void)
{
	make_file("outside/secret", 1);
	make_file("outside/c/secret", 1);
	make_file("r/a/b/c/f", 1);
	must(symlink("../../outside", "link") == 0);
	char root[96];
	snprintf(root, sizeof(root), "%s/r", base);
	pthread_t swapper;
	stop_swapping = false;
	must(pthread_create(&swapper, NULL, swap, NULL) == 0);
	size_t found = 0, missed = 0;
	for (int i = 0; i < 2000; i++) {
		struct scan *s = scan_new();
		s->roots[0].path = root;
		scan_run(s);
		must(!scan_has_name(s, "secret"));
		*(s->counted.files == 1 ? &found : &missed) += 1;
		scan_free(s);
	}
	stop_swapping = true;
	pthread_join(swapper, NULL);
	must(found > 0 && missed > 0); /* the race did take place */
}

static void a_link_in_place_of_a_directory_is_never_followed(void **state)
{
	(void)state;
	run_in_child(race_for_the_link);
}

/* --- depth --- */

/* Directories named like name, one in another, each with a sibling and the last with a file. */
static void make_deep(int levels, const char *name, bool siblings)
{
	int at = open("r", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < levels; i++) {
		must(at >= 0 && mkdirat(at, name, 0755) == 0);
		if (siblings) {
			must(mkdirat(at, "sibling", 0755) == 0);
		}
		int next = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = next;
	}
	int fd = openat(at, "bottom", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	must(fd >= 0 && close(fd) == 0 && close(at) == 0);
}

enum { DEEP = 4096, NAME = 100 };

static void walk_deep(void)
{
	const struct rlimit few = {300, 300};
	must(setrlimit(RLIMIT_NOFILE, &few) == 0);
	struct scan *s = scan_new();
	scan_run(s);
	must(s->counted.files == 1 && s->counted.errors == 0 && s->counted.unreadable == 0);
	must(s->counted.directories == 2 * DEEP + 2);
	const struct listing *l = s->listings[0];
	must(s->n == 1 && l->path.len == strlen(base) + 2 + (size_t)DEEP * (NAME + 1));
	for (size_t i = 0; i < DEEP; i++) {
		const char *part = l->path.data + strlen(base) + 2 + i * (NAME + 1);
		must(part[0] == '/' && part[1] == 'n' && part[NAME] == 'n');
	}
	scan_free(s);
}

/* As on a kernel before 5.6, or in a sandbox that does not know openat2. */
static void without_openat2(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = {ARRAY_SIZE(code), code};
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0);
	must(syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) == -1 && errno == error);
}

static void walk_deep_without_openat2(void)
{
	without_openat2(ENOSYS);
	walk_deep();
}

static void trees_4096_deep_and_paths_of_400_kilobytes_are_walked_with_few_descriptors(void **state)
{
	(void)state;
	char name[NAME + 1];
	memset(name, 'n', NAME);
	name[NAME] = '\0';
	make_dir("r");
	make_deep(DEEP, name, true);
	run_in_child(walk_deep);
	run_in_child(walk_deep_without_openat2);
}

static void race_without_openat2(void)
{
	without_openat2(EPERM);
	race_for_the_link();
}

static void links_are_not_followed_without_openat2_either(void **state)
{
	(void)state;
	run_in_child(race_without_openat2);
}

static void a_tree_without_end_is_a_problem_not_a_hang(void **state)
{
	(void)state;
	make_dir("r");
	make_deep(WALK_DEPTH_MAX + 3, "d", false);
	struct scan *s = scan_new();
	scan_run(s);
	must(s->counted.files == 0 && s->counted.unreadable == 1 &&
		s->counted.directories == WALK_DEPTH_MAX + 1);
	must(s->result.n_problems == 1 && strstr(s->result.problems[0].message, "deep") != NULL);
	scan_free(s);
}

/* --- rights --- */

static void walk_as_nobody(void)
{
	must(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
	struct scan *s = scan_new();
	uint8_t digest[LISTING_DIGEST_SIZE] = {0};
	static const char *const known[] = {"shut", "shut/below", "names", "gone", "shutter"};
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		char path[96];
		snprintf(path, sizeof(path), "%s/%s", base, known[i]);
		must(known_add(s->known, 1, (int64_t)i + 1, path, strlen(path), digest) == 0);
	}
	scan_run(s);
	must(s->counted.unreadable == 1 && s->counted.errors == 1 && s->counted.files == 1);
	must(s->result.n_problems == 2 && s->result.roots[0].available);
	must(scan_has_name(s, "free") && s->n == 1);
	struct unseen u = scan_unseen(s, 1);
	must(u.kept == 3 && u.gone == 2);
	scan_free(s);

	s = scan_new();
	char root[96];
	snprintf(root, sizeof(root), "%s/shut", base);
	s->roots[0].path = root;
	scan_run(s);
	must(!s->result.roots[0].available &&
		strstr(s->result.roots[0].reason, "may not be read") != NULL);
	scan_free(s);
}

static void directories_without_rights_are_kept_and_reported(void **state)
{
	(void)state;
	make_file("free", 1);
	make_file("shut/below/f", 1);
	make_file("names/f", 1);
	must(chmod("shut", 0) == 0 &&
		chmod("names", 0744) == 0); /* names may be listed, not asked */
	run_in_child(walk_as_nobody);
}

/* --- many problems --- */

static void problems_beyond_the_limit_are_counted_only(void **state)
{
	(void)state;
	for (int i = 0; i < WALK_PROBLEMS_MAX + 5; i++) {
		char path[64];
		snprintf(path, sizeof(path), "d%d/bad", i);
		make_file(path, 1);
	}
	fault.fail_stat = "bad";
	fault.fail_stat_errno = EIO;
	struct scan *s = scan_new();
	scan_run(s);
	must(s->counted.errors == WALK_PROBLEMS_MAX + 5 &&
		s->result.n_problems == WALK_PROBLEMS_MAX);
	scan_free(s);
}

#define tree_test(fn) cmocka_unit_test_setup_teardown(fn, tree_begin, fault_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(file_systems_without_types_are_asked_entry_by_entry),
		tree_test(an_entry_whose_name_has_a_slash_leads_nowhere),
		tree_test(a_directory_that_cannot_be_read_to_its_end_is_kept),
		tree_test(repositories_are_told_where_the_file_system_gives_no_types),
		tree_test(what_lies_below_a_repository_that_was_half_read_is_kept),
		tree_test(a_root_that_cannot_be_read_is_unavailable),
		tree_test(a_file_that_cannot_be_asked_keeps_its_known_directory),
		tree_test(a_directory_of_unknown_type_that_cannot_be_asked_is_kept),
		tree_test(directories_that_change_before_they_are_entered_have_vanished),
		tree_test(a_link_in_place_of_a_directory_is_never_followed),
		tree_test(links_are_not_followed_without_openat2_either),
		tree_test(
			trees_4096_deep_and_paths_of_400_kilobytes_are_walked_with_few_descriptors),
		tree_test(a_tree_without_end_is_a_problem_not_a_hang),
		tree_test(directories_without_rights_are_kept_and_reported),
		tree_test(problems_beyond_the_limit_are_counted_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
