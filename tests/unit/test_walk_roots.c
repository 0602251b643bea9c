// needs: scannerd/walk proto common
/* test_walk_roots.c - which roots are available, and what is kept of those that are not. */
#include "scannerd/walk/fs.h"
#include "tests/unit/walk_tree.h"
#include <sys/syscall.h>

static char root_path[128];

static struct scan *scan_of(const char *below)
{
	snprintf(root_path, sizeof(root_path), "%s/%s", base, below);
	struct scan *s = scan_new();
	s->roots[0].path = root_path;
	return s;
}

/* Says why not, keeps what is known, hands nothing on. */
static void must_be_unavailable(struct scan *s, const char *reason)
{
	char known[160];
	uint8_t digest[LISTING_DIGEST_SIZE] = {0};
	snprintf(known, sizeof(known), "%s/stored/before", s->roots[0].path);
	must(known_add(s->known, 1, 7, known, strlen(known), digest) == 0);
	scan_run(s);
	const struct walk_root_result *r = &s->result.roots[0];
	if (r->available || strstr(r->reason, reason) == NULL) {
		fprintf(stderr, "available %d, reason '%s', not '%s'\n", r->available, r->reason,
			reason);
	}
	must(!r->available && strstr(r->reason, reason) != NULL);
	must(strncmp(r->reason, "The directory /", 15) == 0 &&
		r->reason[strlen(r->reason) - 1] == '.');
	struct unseen u = scan_unseen(s, 1);
	must(u.gone == 0 && u.kept == 1);
}

static void a_missing_root_keeps_what_is_stored(void **state)
{
	(void)state;
	struct scan *s = scan_of("nowhere");
	must_be_unavailable(s, "does not exist");
	scan_free(s);
}

static void a_root_that_is_no_directory_is_not_opened(void **state)
{
	(void)state;
	static const char *const names[] = {"file", "fifo", "link-to-fifo"};
	make_file("file", 1);
	must(mkfifo("fifo", 0600) == 0 && symlink("fifo", "link-to-fifo") == 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct scan *s = scan_of(names[i]); /* opening the FIFO would block for ever */
		must_be_unavailable(s, "is not a directory");
		scan_free(s);
	}
}

static void a_link_that_leads_nowhere_or_in_a_circle_is_explained(void **state)
{
	(void)state;
	must(symlink("nowhere", "dangling") == 0 && symlink("circle", "circle") == 0);
	struct scan *s = scan_of("dangling");
	must_be_unavailable(s, "does not exist");
	scan_free(s);
	s = scan_of("circle");
	must_be_unavailable(s, "leads in a circle");
	scan_free(s);
}

static void a_root_that_resolves_outside_the_limits_is_not_read(void **state)
{
	(void)state;
	make_file("allowed/f", 1);
	make_file("secret/f", 1);
	must(symlink("../secret", "allowed/link") == 0 && symlink("allowed", "alias") == 0);
	static const struct {
		const char *root, *within;
		const char *reason; /* NULL: available */
	} cases[] = {
		{"allowed", "allowed", NULL},
		{"allowed", "alias", NULL},
		{"alias", "allowed", NULL},
		{"allowed", "allow", "outside"},
		{"allowed/link", "allowed", "outside"},
		{"secret", "allowed", "outside"},
		{"secret", "nowhere", "outside"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scan *s = scan_of(cases[i].root);
		char within[128];
		snprintf(within, sizeof(within), "%s/%s", base, cases[i].within);
		must(strv_add(&s->within, within) == 0);
		s->cfg.within = &s->within;
		if (cases[i].reason != NULL) {
			must_be_unavailable(s, cases[i].reason);
			must(s->n == 0);
		} else {
			scan_run(s);
			must(s->result.roots[0].available && s->counted.files == 1);
		}
		scan_free(s);
	}
}

static void a_root_in_a_forbidden_directory_is_not_read(void **state)
{
	(void)state;
	make_file("shut/below/f", 1);
	make_file("shutter/f", 1);
	must(symlink("shut/below", "link") == 0 && symlink("shut", "alias") == 0);
	static const struct {
		const char *root, *never;
		bool refused;
	} cases[] = {
		{"shut", "shut", true},
		{"shut/below", "shut", true},
		{"link", "shut", true},
		{"alias/below", "shut/", true},
		{"shut/below", "alias/below", true},
		{"shutter", "shut", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scan *s = scan_of(cases[i].root);
		char never[128];
		snprintf(never, sizeof(never), "%s/%s", base, cases[i].never);
		must(strv_add(&s->never, never) == 0);
		if (cases[i].refused) {
			must_be_unavailable(s, "must not be scanned");
			must(s->n == 0);
		} else {
			scan_run(s);
			must(s->result.roots[0].available && s->counted.files == 1);
		}
		scan_free(s);
	}
}

static void an_empty_tree_that_had_files_is_not_believed(void **state)
{
	(void)state;
	make_dir("r/a/b");
	must(symlink("/etc/passwd", "r/link") == 0);
	struct scan *s = scan_of("r");
	s->roots[0].known_files = 12;
	must_be_unavailable(s, "held 12 at the last scan");
	scan_free(s);

	s = scan_of("r");
	s->roots[0].known_files = 12;
	s->roots[0].accept_changed = true;
	scan_run(s);
	must(s->result.roots[0].available);
	scan_free(s);

	s = scan_of("r"); /* nothing lost */
	scan_run(s);
	must(s->result.roots[0].available);
	scan_free(s);

	make_file("r/a/only.tmp", 1); /* left out by wish, but there */
	s = scan_of("r");
	s->roots[0].known_files = 12;
	must(strv_add(&s->exclude, "*.tmp") == 0);
	scan_run(s);
	must(s->result.roots[0].available && s->counted.excluded == 1);
	scan_free(s);
}

static void unavailable_roots_do_not_spoil_the_others(void **state)
{
	(void)state;
	make_file("r/f", 1);
	struct scan *s = scan_of("r");
	s->roots[1].path = "/nowhere/at/all";
	s->cfg.n = 2;
	scan_run(s);
	must(s->result.roots[0].available && !s->result.roots[1].available);
	must(s->result.roots[0].files == 1);
	scan_free(s);
}

/* --- mounts, in a child with a namespace of its own --- */

static void own_mounts(void)
{
	must(unshare(CLONE_NEWNS) == 0);
	must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
}

static void mount_tmpfs(const char *below)
{
	make_dir(below);
	must(mount("test", below, "tmpfs", 0, "size=1m") == 0);
}

static void another_type_of_file_system(void)
{
	own_mounts();
	mount_tmpfs("r");
	make_file("r/f", 1);
	struct scan *s = scan_of("r");
	s->roots[0].fs_type = 0x6969; /* nfs */
	s->roots[0].fs_id = 5;
	must_be_unavailable(s, "was on nfs and is on tmpfs now");
	must(s->n == 0);
	s->roots[0].accept_changed = true;
	scan_run(s);
	must(s->result.roots[0].available && s->result.roots[0].fs_type == 0x01021994);
	scan_free(s);
}

static void another_file_system_of_the_type(void)
{
	own_mounts();
	mount_tmpfs("r");
	make_file("r/f", 1);
	struct scan *s = scan_of("r");
	scan_run(s);
	struct walk_root_result first = s->result.roots[0];
	must(first.available && first.fs_id != 0);
	s->roots[0].fs_type = first.fs_type;
	s->roots[0].fs_id = first.fs_id;
	scan_forget(s);
	scan_run(s);
	must(s->result.roots[0].available); /* the same again */
	scan_forget(s);

	must(umount("r") == 0);
	mount_tmpfs("r");
	make_file("r/f", 1);
	must_be_unavailable(s, "another tmpfs file system");
	scan_forget(s);
	s->roots[0].fs_id = 0; /* not known: no judgement */
	scan_run(s);
	must(s->result.roots[0].available);
	scan_free(s);
}

static void the_kernels_file_systems(void)
{
	own_mounts();
	make_file("r/f", 1);
	make_dir("r/kernel");
	make_dir("r/pts");
	must(mount("proc", "r/kernel", "proc", 0, NULL) == 0);
	must(mount("devpts", "r/pts", "devpts", 0, NULL) == 0);
	struct scan *s = scan_of("r");
	scan_run(s);
	must(s->counted.files == 1 && s->counted.excluded == 2 && s->counted.directories == 1);
	scan_free(s);
	s = scan_of("r/kernel");
	must_be_unavailable(s, "kernel");
	scan_free(s);
}

static void a_mount_below(void)
{
	own_mounts();
	make_file("r/f", 1);
	mount_tmpfs("r/mounted");
	make_file("r/mounted/g", 1);
	struct scan *s = scan_of("r");
	scan_run(s);
	must(s->counted.files == 2);
	scan_forget(s);
	s->roots[0].one_file_system = true;
	scan_run(s);
	must(s->counted.files == 1 && s->counted.excluded == 1);
	scan_free(s);
}

static void a_mount_in_a_circle(void)
{
	own_mounts();
	make_file("r/a/b/f", 1);
	make_dir("r/a/b/again");
	must(mount("r/a", "r/a/b/again", NULL, MS_BIND, NULL) == 0);
	struct scan *s = scan_of("r");
	scan_run(s);
	must(s->counted.files == 1 && s->counted.errors == 1 && s->result.n_problems == 1);
	must(strstr(s->result.problems[0].path, "/r/a/b/again") != NULL);
	must(strstr(s->result.problems[0].message, "circle") != NULL);
	must(s->result.roots[0].available);
	scan_free(s);
}

static void the_root_of_all(void)
{
	own_mounts();
	make_file("jail/a/f", 1);
	make_file("jail/g", 1);
	make_dir("jail/proc");
	must(mount("proc", "jail/proc", "proc", 0, NULL) == 0);
	must(chroot("jail") == 0 && chdir("/") == 0);
	base[0] = '\0';
	struct scan *s = scan_new();
	s->roots[0].path = "/";
	must(strv_add(&s->never, "/proc") == 0);
	uint8_t digest[LISTING_DIGEST_SIZE] = {0};
	must(known_add(s->known, 1, 5, "/", 1, digest) == 0 &&
		known_add(s->known, 1, 6, "/a", 2, digest) == 0);
	scan_run(s);
	must(s->n == 2 && s->counted.files == 2 && s->counted.excluded == 1);
	for (size_t i = 0; i < s->n; i++) {
		const struct listing *l = s->listings[i];
		must(l->root_len == 0);
		must((l->path.len == 1 && l->path.data[0] == '/' && l->dir == 5) ||
			(l->path.len == 2 && memcmp(l->path.data, "/a", 2) == 0 && l->dir == 6));
	}
	scan_free(s);
}

static void a_root_on_another_type_of_file_system_is_unavailable(void **state)
{
	(void)state;
	run_in_child(another_type_of_file_system);
}

static void a_root_on_another_file_system_of_its_type_is_unavailable(void **state)
{
	(void)state;
	run_in_child(another_file_system_of_the_type);
}

static void the_kernels_own_file_systems_are_not_entered(void **state)
{
	(void)state;
	run_in_child(the_kernels_file_systems);
}

static void one_file_system_stops_at_mounts(void **state)
{
	(void)state;
	run_in_child(a_mount_below);
}

static void a_mount_that_leads_in_a_circle_is_a_problem_not_a_hang(void **state)
{
	(void)state;
	run_in_child(a_mount_in_a_circle);
}

static void the_whole_machine_can_be_a_root(void **state)
{
	(void)state;
	run_in_child(the_root_of_all);
}

static void ids_that_change_with_a_mount_are_not_judged(void **state)
{
	(void)state;
	static const struct {
		int64_t type;
		bool lasting;
	} cases[] = {{0xef53, true}, {0x9123683e, true}, {0x01021994, true}, {0x6969, false},
		{0xff534d42, false}, {0xfe534d42, false}, {0x65735546, false}, {0x01021997, false},
		{0x00c36400, false}, {0x58465342, false}, {0x12345, false}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		must(fs_id_is_lasting(cases[i].type) == cases[i].lasting);
	}
}

#define tree_test(fn) cmocka_unit_test_setup_teardown(fn, tree_begin, tree_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(a_missing_root_keeps_what_is_stored),
		tree_test(a_root_that_is_no_directory_is_not_opened),
		tree_test(a_link_that_leads_nowhere_or_in_a_circle_is_explained),
		tree_test(a_root_that_resolves_outside_the_limits_is_not_read),
		tree_test(a_root_in_a_forbidden_directory_is_not_read),
		tree_test(an_empty_tree_that_had_files_is_not_believed),
		tree_test(unavailable_roots_do_not_spoil_the_others),
		tree_test(a_root_on_another_type_of_file_system_is_unavailable),
		tree_test(a_root_on_another_file_system_of_its_type_is_unavailable),
		tree_test(the_kernels_own_file_systems_are_not_entered),
		tree_test(one_file_system_stops_at_mounts),
		tree_test(a_mount_that_leads_in_a_circle_is_a_problem_not_a_hang),
		tree_test(the_whole_machine_can_be_a_root),
		cmocka_unit_test(ids_that_change_with_a_mount_are_not_judged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
