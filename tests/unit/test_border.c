// needs: scannerd/walk proto common
/* test_border.c - file systems mounted below a root: the one that is gone has not deleted its
 * files. */
#include "tests/unit/walk_tree.h"
#include <sys/syscall.h>

static bool no_mount_point; /* as if every file system were a subvolume */

int statx(
	int dirfd, const char *restrict path, int flags, unsigned mask, struct statx *restrict out)
{
	int rc = (int)syscall(SYS_statx, dirfd, path, flags, mask, out);
	if (rc == 0 && no_mount_point) {
		out->stx_attributes &= ~(uint64_t)STATX_ATTR_MOUNT_ROOT;
	}
	return rc;
}

static void mount_tmpfs(const char *below)
{
	make_dir(below);
	must(mount("test", below, "tmpfs", 0, "size=1m") == 0);
}

static struct {
	char path[128];
	uint8_t digest[LISTING_DIGEST_SIZE];
} stored[8];
static size_t n_stored;

static void store_listings(const struct scan *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct listing *l = s->listings[i];
		must(n_stored < ARRAY_SIZE(stored));
		must(l->path.len < sizeof(stored[0].path));
		memcpy(stored[n_stored].path, l->path.data, l->path.len);
		memcpy(stored[n_stored++].digest, l->digest, sizeof(l->digest));
	}
}

/* Another walk, which knows the stored directories and the mounts that the one before has left. */
static void again(struct scan *s)
{
	scan_forget(s);
	scan_remember(s);
	for (size_t i = 0; i < n_stored; i++) {
		must(known_add(s->known, 1, (int64_t)i + 1, stored[i].path, strlen(stored[i].path),
			     stored[i].digest) == 0);
	}
	scan_run(s);
}

/* Files f, nas/g and nas/below/h, of which nas is a file system of its own, scanned once. */
static struct scan *scanned(void)
{
	must(unshare(CLONE_NEWNS) == 0);
	must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	make_file("f", 1);
	mount_tmpfs("nas");
	make_file("nas/g", 1);
	make_file("nas/below/h", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(s->counted.files == 3 && s->n == 3 && s->result.n_problems == 0);
	store_listings(s);
	return s;
}

/* The problem is told, what is stored is kept, and it will be the same the next time. */
static void must_be_lost(struct scan *s, const char *message, size_t n_kept)
{
	for (int i = 0; i < 2; i++) {
		again(s);
		const struct walk_root_result *r = &s->result.roots[0];
		must(s->n == 0 && s->counted.files == 1 && s->counted.unchanged == 1);
		must(r->available && r->unreadable == 1 && s->counted.unreadable == 1);
		must(s->result.n_problems == 1 && s->result.problems[0].root == 1);
		const char *path = s->result.problems[0].path;
		must(strcmp(path + strlen(base), "/nas") == 0);
		if (strstr(s->result.problems[0].message, message) == NULL) {
			fprintf(stderr, "'%s'\n", s->result.problems[0].message);
		}
		must(strstr(s->result.problems[0].message, message) != NULL);
		struct unseen u = scan_unseen(s, 1);
		must(u.gone == 0 && u.kept == n_kept);
	}
}

static void unmounted(void)
{
	struct scan *s = scanned();
	must(umount("nas") == 0);
	make_file("nas/written-meanwhile", 1);
	must_be_lost(s, "Nothing is mounted here any more; what is stored of it is kept.", 2);
	scan_free(s);
}

static void removed(void)
{
	struct scan *s = scanned();
	must(umount("nas") == 0 && rmdir("nas") == 0);
	must_be_lost(s, "The directory in which something was mounted is gone", 2);
	scan_free(s);
}

static void of_another_type(void)
{
	struct scan *s = scanned();
	must(umount("nas") == 0);
	must(mount("test", "nas", "ramfs", 0, NULL) == 0);
	make_file("nas/other", 1);
	must_be_lost(s, "It was on tmpfs and is on ramfs now", 2);
	scan_free(s);
}

static void the_kernels_instead(void)
{
	struct scan *s = scanned();
	must(umount("nas") == 0);
	must(mount("proc", "nas", "proc", 0, NULL) == 0);
	must_be_lost(s, "It was on tmpfs and is on proc now", 2);
	scan_free(s);
}

static void nested(void)
{
	struct scan *s = scanned();
	mount_tmpfs("nas/inner");
	make_file("nas/inner/i", 1);
	again(s);
	must(s->n == 1 && scan_find(s, "nas/inner") != NULL);
	store_listings(s);
	must(umount("nas/inner") == 0 && umount("nas") == 0);
	must_be_lost(s, "Nothing is mounted", 3); /* of which nas/inner is a part */
	mount_tmpfs("nas");
	make_file("nas/g", 1);
	again(s);
	must(s->result.n_problems == 1);
	must(strstr(s->result.problems[0].path, "/nas/inner") != NULL);
	scan_free(s);
}

static void back(void)
{
	struct scan *s = scanned();
	must(umount("nas") == 0);
	again(s);
	must(s->result.n_problems == 1);
	mount_tmpfs("nas");
	make_file("nas/g", 1);
	again(s); /* its own file system is read: what is not there is gone */
	must(s->result.n_problems == 0 && s->counted.files == 2 && s->counted.unreadable == 0);
	scan_free(s);
}

/* What a person or the configuration means. */
static void meant(struct scan *s, uint64_t files, size_t gone)
{
	again(s);
	must(s->result.n_problems == 0 && s->counted.unreadable == 0);
	must(s->counted.files == files);
	must(scan_unseen(s, 1).gone == gone && scan_unseen(s, 1).kept == 0);
}

static void accepted(void)
{
	struct scan *s = scanned();
	must(umount("nas") == 0);
	make_file("nas/new", 1);
	s->roots[0].accept_changed = true;
	meant(s, 2, 1); /* nas itself has a file again */
	s->roots[0].accept_changed = false;
	meant(s, 2, 1); /* and stays accepted */
	scan_free(s);
}

static void accepted_removal(void)
{
	struct scan *s = scanned();
	must(umount("nas") == 0 && rmdir("nas") == 0);
	s->roots[0].accept_changed = true;
	meant(s, 1, 2);
	scan_free(s);
}

static void left_out(void)
{
	struct scan *s = scanned();
	must(strv_add(&s->exclude, "n?s") == 0);
	meant(s, 1, 2);
	scan_free(s);
}

static void forbidden(void)
{
	struct scan *s = scanned();
	char never[96];
	snprintf(never, sizeof(never), "%s/nas", base);
	must(strv_add(&s->never, never) == 0);
	meant(s, 1, 2);
	scan_free(s);
}

static void stopped_at(void)
{
	struct scan *s = scanned();
	s->roots[0].one_file_system = true;
	meant(s, 1, 2);
	must(umount("nas") == 0);
	meant(s, 1, 1); /* nas itself is there, and empty */
	scan_free(s);
}

static void a_root_of_its_own(void)
{
	struct scan *s = scanned();
	char nas[96];
	snprintf(nas, sizeof(nas), "%s/nas", base);
	s->roots[1].path = nas;
	s->cfg.n = 2;
	meant(s, 3, 2);
	must(s->n == 2 && s->listings[0]->root == 2 && s->listings[1]->root == 2);
	must(umount("nas") == 0 && rmdir("nas") == 0);
	again(s);
	must(!s->result.roots[1].available && s->result.n_problems == 0);
	scan_free(s);
}

static void a_subvolume(void)
{
	no_mount_point = true;
	struct scan *s = scanned();
	must(umount("nas") == 0 && rmdir("nas") == 0);
	meant(s, 1, 2); /* as snapshots go */
	scan_free(s);
}

static void without_its_root(void)
{
	struct scan *s = scanned();
	char root[96];
	snprintf(root, sizeof(root), "%s.away", base);
	must(umount("nas") == 0);
	must(chdir("/") == 0 && rename(base, root) == 0);
	again(s);
	must(!s->result.roots[0].available && s->result.n_problems == 0);
	must(scan_unseen(s, 1).gone == 0 && scan_unseen(s, 1).kept == 3);
	must(rename(root, base) == 0);
	scan_free(s);
}

#define CASES(X)                                                                        \
	X(what_was_mounted_and_is_not_is_kept, unmounted)                               \
	X(a_mount_whose_directory_is_gone_too_is_kept, removed)                         \
	X(another_type_of_file_system_is_not_taken_for_the_one_before, of_another_type) \
	X(the_kernels_file_system_in_its_place_is_not_a_deletion, the_kernels_instead)  \
	X(a_mount_in_a_lost_mount_is_kept_with_it_and_on_its_own, nested)               \
	X(a_mount_that_is_back_is_read, back)                                           \
	X(a_person_can_accept_that_nothing_is_mounted, accepted)                        \
	X(a_person_can_accept_that_the_directory_is_gone, accepted_removal)             \
	X(a_mount_that_the_configuration_leaves_out_is_not_lost, left_out)              \
	X(a_mount_that_the_limits_forbid_is_not_lost, forbidden)                        \
	X(a_mount_below_one_that_is_one_file_system_is_not_lost, stopped_at)            \
	X(a_mount_that_becomes_a_root_of_its_own_is_not_lost, a_root_of_its_own)        \
	X(a_subvolume_is_no_mount_and_may_go, a_subvolume)                              \
	X(a_mount_of_an_unavailable_root_is_told_with_it, without_its_root)

#define DEFINE(name, fn)               \
	static void name(void **state) \
	{                              \
		(void)state;           \
		run_in_child(fn);      \
	}
CASES(DEFINE)

#define LIST(name, fn) cmocka_unit_test_setup_teardown(name, tree_begin, tree_end),

int main(void)
{
	const struct CMUnitTest tests[] = {CASES(LIST)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
