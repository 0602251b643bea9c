// needs: scannerd/walk proto common
/* test_walk.c - what a walk finds, hands on and counts in trees that stand still. */
#include "tests/unit/walk_tree.h"
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

static void every_file_is_listed_with_its_name_time_and_size(void **state)
{
	(void)state;
	static const struct {
		const char *dir, *name;
		int64_t size, seconds, ns;
	} files[] = {
		{"", "top.tar", 1, 1700000000, 123456789},
		{"", "empty", 0, 0, 0},
		{"a", "old", 5, -86400, 999999999},
		{"a/b", "far.future", 7, 4102444800, 1},
		{"a/b/c", "large.img", INT64_C(1) << 40, 1, 500},
	};
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s%s%s", files[i].dir,
			*files[i].dir != '\0' ? "/" : "", files[i].name);
		make_file(path, files[i].size);
		set_time(path, files[i].seconds, files[i].ns);
	}
	struct scan *s = scan_new();
	scan_run(s);
	int64_t bytes = 0;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const struct listed_file *f = scan_file(s, files[i].dir, files[i].name);
		must(f != NULL && f->size == files[i].size);
		must(f->mtime_ns == files[i].seconds * NSEC_PER_SEC + files[i].ns);
		bytes += files[i].size;
	}
	must(s->n == 4);
	const struct walk_root_result *r = &s->result.roots[0];
	must(r->available && r->reason[0] == '\0' && r->fs_type != 0);
	must(r->files == 5 && r->directories == 4 && r->bytes == bytes && r->unreadable == 0);
	must(r->newest_mtime == 4102444800);
	must(s->counted.files == 5 && s->counted.bytes == (uint64_t)bytes &&
		s->counted.directories == 4);
	must(s->result.n_problems == 0);
	scan_free(s);
}

static void times_before_1970_are_floored_to_seconds(void **state)
{
	(void)state;
	make_file("old", 1);
	set_time("old", -10, 5);
	struct scan *s = scan_new();
	scan_run(s);
	must(s->result.roots[0].newest_mtime == -10);
	scan_free(s);
}

static void names_are_bytes_and_sorted_as_bytes(void **state)
{
	(void)state;
	char longest[256];
	memset(longest, 'n', 255);
	longest[255] = '\0';
	const char *const names[] = {"\x01", "\n", " ", "\"quoted\"", "'", "-rf", "..x", ".hidden",
		"\\", "a", "a b", "aa", longest, "\xc3\xa4", "\xff\xfe", "\xff\xfe invalid"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[600];
		snprintf(path, sizeof(path), "d/%s", names[i]);
		make_file(path, 1);
		snprintf(path, sizeof(path), "e/%s/%s", names[i], names[i]);
		make_file(path, 1);
	}
	struct scan *s = scan_new();
	scan_run(s);
	const struct listing *l = scan_find(s, "d");
	must(l != NULL && l->n == ARRAY_SIZE(names));
	for (size_t i = 1; i < l->n; i++) {
		const struct listed_file *f = &l->files[i - 1], *g = &l->files[i];
		int order = memcmp(
			listing_name(l, f), listing_name(l, g), MIN(f->name_len, g->name_len));
		must(order < 0 || (order == 0 && f->name_len < g->name_len));
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char dir[600];
		snprintf(dir, sizeof(dir), "e/%s", names[i]);
		must(scan_file(s, "d", names[i]) != NULL);
		must(scan_file(s, dir, names[i]) != NULL);
	}
	scan_free(s);
}

static void a_listing_says_where_its_roots_part_ends(void **state)
{
	(void)state;
	make_file("a/f", 1);
	struct scan *s = scan_new();
	scan_run(s);
	const struct listing *l = scan_find(s, "a");
	must(l != NULL && l->root == 1 && l->dir == 0 && l->root_len == strlen(base));
	must(memcmp(l->path.data + l->root_len, "/a", 2) == 0);
	scan_free(s);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	close(fd);
}

static void links_and_special_files_are_counted_and_no_file_is_opened(void **state)
{
	(void)state;
	make_file("d/file", 3);
	make_file("outside/secret", 3);
	must(symlink("file", "d/to-file") == 0 && symlink("../outside", "d/to-directory") == 0);
	must(symlink("nowhere", "d/dangling") == 0 && symlink("/", "d/to-root") == 0);
	must(mkfifo("d/fifo", 0644) == 0);
	must(mknod("d/device", S_IFCHR | 0644, makedev(1, 3)) == 0);
	make_socket("d/socket");
	char root[96];
	snprintf(root, sizeof(root), "%s/d", base);
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	must(watch >= 0 && inotify_add_watch(watch, root, IN_OPEN | IN_ACCESS) >= 0);

	struct scan *s = scan_new();
	s->roots[0].path = root;
	scan_run(s);
	must(s->n == 1 && s->listings[0]->n == 1 && scan_file(s, "d", "file") != NULL);
	must(s->counted.links == 4 && s->counted.special == 3 && s->counted.errors == 0);

	union {
		struct inotify_event event;
		char bytes[4096];
	} u;
	ssize_t len;
	size_t events = 0;
	while ((len = read(watch, &u, sizeof(u))) > 0) {
		for (ssize_t at = 0; at < len;) {
			const struct inotify_event *e = (const void *)(u.bytes + at);
			must((e->mask & IN_ISDIR) != 0 &&
				e->len == 0); /* the directory itself, never an entry */
			events++;
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	must(events > 0);
	close(watch);
	scan_free(s);
}

static void a_second_walk_hands_on_only_what_changed(void **state)
{
	(void)state;
	static const char *const dirs[] = {
		"same", "size", "time", "added", "removed", "renamed", "emptied", "gone"};
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char path[64];
		snprintf(path, sizeof(path), "%s/one", dirs[i]);
		make_file(path, 10);
		snprintf(path, sizeof(path), "%s/two", dirs[i]);
		make_file(path, 20);
	}
	struct scan *s = scan_new();
	scan_run(s);
	must(s->n == ARRAY_SIZE(dirs) && s->counted.unchanged == 0);
	scan_remember(s);

	make_file("size/one", 11);
	set_time("time/one", 1700000000, 2);
	make_file("added/three", 1);
	must(unlink("removed/one") == 0 && rename("renamed/one", "renamed/0ne") == 0);
	must(unlink("emptied/one") == 0 && unlink("emptied/two") == 0);
	must(unlink("gone/one") == 0 && unlink("gone/two") == 0 && rmdir("gone") == 0);
	make_file("new/one", 1);
	make_dir("new-but-empty");
	scan_run(s);

	must(s->counted.unchanged == 1 && s->n == 7);
	must(scan_find(s, "same") == NULL && scan_find(s, "new-but-empty") == NULL);
	static const char *const changed[] = {
		"size", "time", "added", "removed", "renamed", "emptied"};
	for (size_t i = 0; i < ARRAY_SIZE(changed); i++) {
		const struct listing *l = scan_find(s, changed[i]);
		must(l != NULL && l->dir >= 100);
	}
	must(scan_find(s, "emptied")->n == 0 && scan_find(s, "added")->n == 3);
	must(scan_find(s, "new") != NULL && scan_find(s, "new")->dir == 0);
	struct unseen u = scan_unseen(s, 1);
	must(u.gone == 1 && u.kept == 0);
	scan_free(s);
}

static void another_key_makes_every_directory_changed(void **state)
{
	(void)state;
	make_file("a/f", 1);
	make_file("b/f", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(memcmp(s->listings[0]->digest, s->listings[1]->digest, LISTING_DIGEST_SIZE) == 0);
	scan_remember(s);
	s->cfg.key[3] ^= 1;
	scan_run(s);
	must(s->counted.unchanged == 0 && s->n == 2);
	scan_free(s);
}

static void globs_leave_out_files_and_whole_directories(void **state)
{
	(void)state;
	make_file("keep/a.tar", 1);
	make_file("keep/a.tmp", 1);
	make_file("cache/x/y.tar", 1);
	make_file("deep/cache/z.tar", 1);
	make_file("only/here/no.tar", 1);
	make_file("other/here/yes.tar", 1);
	struct scan *s = scan_new();
	must(strv_add(&s->exclude, "*.tmp") == 0 && strv_add(&s->exclude, "/cache") == 0);
	must(strv_add(&s->exclude, "only/*/no.*") == 0);
	scan_run(s);
	must(scan_find(s, "keep")->n == 1 && scan_file(s, "keep", "a.tar") != NULL);
	must(!scan_has_name(s, "no.tar") && scan_has_name(s, "yes.tar"));
	must(s->counted.excluded == 3);
	must(!scan_has_name(s, "y.tar") && scan_has_name(s, "z.tar"));
	scan_free(s);
}

static void directories_that_must_never_be_entered_are_not(void **state)
{
	(void)state;
	make_file("open/f", 1);
	make_file("shut/secret", 1);
	make_file("shut/below/secret", 1);
	make_file("shutter/g", 1);
	struct scan *s = scan_new();
	char never[128];
	snprintf(never, sizeof(never), "%s/shut/", base);
	must(strv_add(&s->never, never) == 0 && strv_add(&s->never, "/proc") == 0);
	scan_run(s);
	must(!scan_has_name(s, "secret") && scan_has_name(s, "f") && scan_has_name(s, "g"));
	must(s->counted.excluded == 1);
	scan_free(s);
}

static void a_root_within_a_root_is_read_once(void **state)
{
	(void)state;
	make_file("f", 1);
	make_file("in/ner/g", 1);
	make_file("linked/h", 1);
	must(symlink("linked", "link") == 0);
	char inner[128], link[128];
	snprintf(inner, sizeof(inner), "%s/in/ner", base);
	snprintf(link, sizeof(link), "%s/link", base);
	struct scan *s = scan_new();
	s->roots[1].path = inner;
	s->roots[2].path = link; /* a root may be a link: its path stays as configured */
	s->cfg.n = 3;
	scan_run(s);
	must(s->counted.files == 3 && s->n == 3);
	must(scan_find(s, "in/ner")->root == 2 && scan_find(s, "link")->root == 3);
	must(scan_find(s, "linked") == NULL && scan_find(s, "")->root == 1);
	must(s->result.roots[0].files == 1 && s->result.roots[1].files == 1 &&
		s->result.roots[2].files == 1);
	scan_free(s);
}

static void two_roots_of_one_directory_are_read_once_and_explained(void **state)
{
	(void)state;
	make_file("real/f", 1);
	must(symlink("real", "link") == 0);
	char real[128], link[128];
	snprintf(real, sizeof(real), "%s/real", base);
	snprintf(link, sizeof(link), "%s/link", base);
	struct scan *s = scan_new();
	s->roots[0].path = real;
	s->roots[1].path = link;
	s->cfg.n = 2;
	scan_run(s);
	must(s->counted.files == 1 && s->n == 1 && s->result.roots[0].available);
	must(!s->result.roots[1].available && strstr(s->result.roots[1].reason, real) != NULL);
	scan_free(s);
}

static void many_threads_find_the_same_as_one(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		char path[64];
		snprintf(path, sizeof(path), "g%d/h%d/f%d", i % 7, i % 60, i);
		make_file(path, i);
	}
	struct scan *s = scan_new();
	s->cfg.threads_min = s->cfg.threads_max = 1;
	scan_run(s);
	must(s->counted.files == 300);
	size_t n = s->n;
	for (int threads = 2; threads <= 64; threads *= 2) {
		scan_remember(s);
		s->cfg.threads_min = s->cfg.threads_max = threads;
		scan_run(s); /* a listing that differed would be handed on */
		must(s->n == 0 && s->counted.unchanged == n && s->counted.files == 300);
		s->cfg.key[0]++;
		scan_run(s);
		must(s->n == n);
	}
	scan_free(s);
}

static void cancel_from_sink(struct scan *s, struct listing *l)
{
	(void)l;
	walk_cancel(s->walk);
}

static void make_many(int dirs)
{
	for (int i = 0; i < dirs; i++) {
		char path[64];
		snprintf(path, sizeof(path), "d%d/f", i);
		make_file(path, 1);
	}
}

static void a_cancelled_walk_ends_at_once_and_has_no_result(void **state)
{
	(void)state;
	make_many(500);
	struct scan *s = scan_new();
	s->on_listing = cancel_from_sink;
	must(scan_try(s) == -ECANCELED);
	must(s->result.roots == NULL && s->n <= 2);
	scan_free(s);
}

static void a_walk_can_be_cancelled_before_it_runs(void **state)
{
	(void)state;
	make_file("f", 1);
	struct scan *s = scan_new();
	must(walk_new(&s->cfg, &s->walk) == 0);
	walk_cancel(s->walk);
	must(walk_run(s->walk, &s->result) == -ECANCELED && s->n == 0);
	walk_free(s->walk);
	scan_free(s);
}

static void an_error_of_the_sink_ends_the_walk(void **state)
{
	(void)state;
	make_many(500);
	struct scan *s = scan_new();
	s->sink_rc = -ENOSPC;
	must(scan_try(s) == -ENOSPC && s->n <= 2);
	scan_free(s);
}

static char seen_current[3][64];

static void read_current(struct scan *s, struct listing *l)
{
	(void)l;
	char exact[8];
	walk_current(s->walk, seen_current[0], sizeof(seen_current[0]));
	walk_current(s->walk, exact, strlen("/tmp/") + 1);
	snprintf(seen_current[1], sizeof(seen_current[1]), "%s", exact);
	/* cut within the two bytes of the directory's umlaut */
	walk_current(s->walk, seen_current[2], strlen(base) + 1 + 1 + 1);
}

static void the_current_directory_can_be_asked_for_and_is_utf8(void **state)
{
	(void)state;
	make_file("\xc3\xa4\xff/f", 1);
	struct scan *s = scan_new();
	s->cfg.threads_min = s->cfg.threads_max = 1;
	s->on_listing = read_current;
	scan_run(s);
	char expected[96];
	snprintf(expected, sizeof(expected), "%s/\xc3\xa4?", base);
	must(strcmp(seen_current[0], expected) == 0);
	must(strcmp(seen_current[1], "/tmp/") == 0);
	snprintf(expected, sizeof(expected), "%s/", base);
	must(strcmp(seen_current[2], expected) == 0);
	scan_free(s);
}

static void judge_all(void *arg, struct listing *l)
{
	(void)arg;
	for (size_t i = 0; i < l->n; i++) {
		l->files[i].match = l->files[i].size + 1;
	}
}

static void what_the_judge_says_reaches_the_sink(void **state)
{
	(void)state;
	make_file("d/f", 41);
	struct scan *s = scan_new();
	s->cfg.judge = judge_all;
	scan_run(s);
	must(scan_file(s, "d", "f")->match == 42);
	scan_free(s);
}

static void a_large_directory_is_read_whole(void **state)
{
	(void)state;
	make_dir("d");
	for (int i = 0; i < 20000; i++) {
		char path[64];
		snprintf(path, sizeof(path), "d/a-name-of-some-length-%d", i);
		must(mknod(path, S_IFREG | 0644, 0) == 0);
	}
	struct scan *s = scan_new();
	scan_run(s);
	must(s->counted.files == 20000 && scan_find(s, "d")->n == 20000);
	scan_remember(s);
	scan_run(s);
	must(s->counted.unchanged == 1);
	scan_free(s);
}

#define tree_test(fn) cmocka_unit_test_setup_teardown(fn, tree_begin, tree_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(every_file_is_listed_with_its_name_time_and_size),
		tree_test(times_before_1970_are_floored_to_seconds),
		tree_test(names_are_bytes_and_sorted_as_bytes),
		tree_test(a_listing_says_where_its_roots_part_ends),
		tree_test(links_and_special_files_are_counted_and_no_file_is_opened),
		tree_test(a_second_walk_hands_on_only_what_changed),
		tree_test(another_key_makes_every_directory_changed),
		tree_test(globs_leave_out_files_and_whole_directories),
		tree_test(directories_that_must_never_be_entered_are_not),
		tree_test(a_root_within_a_root_is_read_once),
		tree_test(two_roots_of_one_directory_are_read_once_and_explained),
		tree_test(many_threads_find_the_same_as_one),
		tree_test(a_cancelled_walk_ends_at_once_and_has_no_result),
		tree_test(a_walk_can_be_cancelled_before_it_runs),
		tree_test(an_error_of_the_sink_ends_the_walk),
		tree_test(the_current_directory_can_be_asked_for_and_is_utf8),
		tree_test(what_the_judge_says_reaches_the_sink),
		tree_test(a_large_directory_is_read_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
