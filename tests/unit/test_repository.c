// needs: scannerd/walk proto common
/* test_repository.c - repositories of backup tools: told by their marks, nothing else taken for
 * one, and inherited by what lies in them. */
#include "tests/unit/walk_tree.h"

enum { ENTRIES = 24 };

/* A name that ends in '/' is a directory; "a:b" would be one file. */
struct sample {
	const char *what;
	enum repository_kind kind;
	const char *entries[ENTRIES];
};

static const struct sample samples[] = {
	{"restic", REPOSITORY_RESTIC,
		{"config", "data/", "index/", "keys/", "locks/", "snapshots/"}},
	{"a copy of restic's without locks", REPOSITORY_RESTIC,
		{"config", "data/", "index/", "keys/", "snapshots/", "tmp/", "notes.txt"}},
	{"Borg", REPOSITORY_BORG,
		{"README", "config", "data/", "hints.12", "index.12", "integrity.12",
			"lock.roster"}},
	{"Borg before its first archive", REPOSITORY_BORG, {"README", "config", "data/", "nonce"}},
	{"Attic", REPOSITORY_BORG, {"README", "config", "data/", "hints.3", "index.3"}},
	{"Kopia", REPOSITORY_KOPIA,
		{".shards", "kopia.blobcfg.f", "kopia.repository.f", "p/", "q/", "x/", "_lo/"}},
	{"a copy of Kopia's bucket", REPOSITORY_KOPIA,
		{"kopia.repository", "p0a1b2c3d4e5f", "q0a1b2c3d4e5f"}},
	{"Duplicacy", REPOSITORY_DUPLICACY, {"config", "chunks/", "snapshots/"}},
	{"a Proxmox datastore", REPOSITORY_PBS,
		{".lock", ".gc-status", ".chunks/", "vm/", "ct/", "host/", "ns/"}},
	{"a Proxmox datastore before its first collection", REPOSITORY_PBS, {".lock", ".chunks/"}},
	{"Bareos", REPOSITORY_BAREOS,
		{"Full-0001", "Full-0002", "Differential-0003", "Incremental-0004"}},
	{"Bareos with more than 9999", REPOSITORY_BAREOS, {"Full-0001", "Full-10001"}},
	{"Bareos, always incremental", REPOSITORY_BAREOS,
		{"AI-Consolidated-0009", "AI-Incremental-0010", "AI-Longterm-0011"}},
	{"Bacula", REPOSITORY_BAREOS, {"Vol-0001", "Vol-0002", ".nfs00001", "lost+found/"}},
	{"bup", REPOSITORY_BUP,
		{"HEAD", "bupindex", "config", "description", "index-cache/", "info/", "objects/",
			"refs/"}},
	{"bare Git", REPOSITORY_NONE,
		{"HEAD", "config", "description", "hooks/", "info/", "objects/", "packed-refs",
			"refs/"}},
	{"ZBackup", REPOSITORY_ZBACKUP,
		{"info", "info_extended", "bundles/", "index/", "backups/"}},
	{"Arq", REPOSITORY_ARQ,
		{"backupconfig.json", "backupfolders.json", "backupplan.json", "backupfolders/",
			"blobpacks/", "treepacks/", "standardobjects/"}},
	{"Arq before its first backup ends", REPOSITORY_ARQ,
		{"backupconfig.json", "blobpacks/", "treepacks/"}},

	{"nothing", REPOSITORY_NONE, {NULL}},
	{"ordinary backups", REPOSITORY_NONE,
		{"web01-2024-05-01.tar.gz", "web01-2024-05-02.tar.gz", "config.tar", "data.tar"}},
	{"a configuration", REPOSITORY_NONE, {"config"}},
	{"restic without keys", REPOSITORY_NONE,
		{"config", "data/", "index/", "locks/", "snapshots/"}},
	{"restic without a config", REPOSITORY_NONE, {"data/", "index/", "keys/", "snapshots/"}},
	{"restic's names, all of files", REPOSITORY_NONE,
		{"config", "data", "index", "keys", "snapshots"}},
	{"restic's names, all of directories", REPOSITORY_NONE,
		{"config/", "data/", "index/", "keys/", "snapshots/"}},
	{"restic's names in capitals", REPOSITORY_NONE,
		{"CONFIG", "Data/", "Index/", "Keys/", "Snapshots/"}},
	{"restic's cache", REPOSITORY_NONE,
		{"version", "data/", "index/", "snapshots/", "CACHEDIR.TAG"}},
	{"names that begin or end like restic's", REPOSITORY_NONE,
		{"config.json", "data1/", "indexes/", "keys.old/", "snapshots-2/", "onfig", "c"}},
	{"an application with a README", REPOSITORY_NONE,
		{"README", "config", "data/", "index.html", "hints"}},
	{"Borg's numbers with something behind", REPOSITORY_NONE,
		{"README", "config", "data/", "index.1.bak", "hints.", "integrity.a"}},
	{"Borg's cache", REPOSITORY_NONE,
		{"README", "config", "chunks", "files", "chunks.archive.d/"}},
	{"Kopia's cache", REPOSITORY_NONE,
		{"kopia.repository", "kopia.blobcfg", "contents/", "metadata/", "own-writes/"}},
	{"a file about Kopia", REPOSITORY_NONE, {"kopia.repository.fig", "kopia.repository.md"}},
	{"Duplicacy's cache", REPOSITORY_NONE, {"chunks/", "snapshots/"}},
	{"Duplicacy without snapshots", REPOSITORY_NONE, {"config", "chunks/"}},
	{"a lock", REPOSITORY_NONE, {".lock", "chunks/", "vm/"}},
	{"chunks without a lock", REPOSITORY_NONE, {".chunks/", "vm/"}},
	{"one file like a volume", REPOSITORY_NONE, {"Full-0001"}},
	{"volumes with an extension", REPOSITORY_NONE, {"Full-0001.bak", "Full-0002.bak"}},
	{"volumes among other files", REPOSITORY_NONE, {"Full-0001", "Full-0002", "db01.dump"}},
	{"volumes with short numbers", REPOSITORY_NONE, {"Full-1", "Full-2", "Full-003"}},
	{"dates behind a level", REPOSITORY_NONE, {"Full-2024-05-01", "Full-2024-05-02"}},
	{"levels in other words", REPOSITORY_NONE, {"full-0001", "full-0002"}},
	{"directories like volumes", REPOSITORY_NONE, {"Full-0001/", "Full-0002/", "Full-0003/"}},
	{"a working tree's Git", REPOSITORY_NONE,
		{"HEAD", "config", "description", "index", "objects/", "refs/"}},
	{"a part of Git", REPOSITORY_NONE, {"HEAD", "config", "refs/"}},
	{"backups in bundles", REPOSITORY_NONE, {"info", "bundles/", "backups/"}},
	{"Arq's plan alone", REPOSITORY_NONE, {"backupconfig.json", "backupplan.json"}},
	{"Arq 5's buckets", REPOSITORY_NONE, {"encryptionv3.dat", "blobpacks/", "treepacks/"}},
};

static void make_entries(const char *dir, const struct sample *s)
{
	char path[256];

	make_dir(dir);
	for (size_t i = 0; s->entries[i] != NULL; i++) {
		const char *name = s->entries[i];
		size_t len = strlen(name);

		snprintf(path, sizeof(path), "%s/%.*s", dir,
			(int)(name[len - 1] == '/' ? len - 1 : len), name);
		if (name[len - 1] == '/') {
			make_dir(path);
		} else {
			make_file(path, 3);
		}
	}
}

static const struct sample *sample_of(enum repository_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		if (samples[i].kind == kind) {
			return &samples[i];
		}
	}
	must(false);
	return NULL;
}

/* The place of base/below; it must have been handed on. */
static struct repository_place place_of(const struct scan *s, const char *below)
{
	const struct listing *l = scan_find(s, below);

	if (l == NULL) {
		fprintf(stderr, "%s was not handed on\n", below);
	}
	must(l != NULL);
	return l->repository;
}

static bool lies(const struct scan *s, const char *below, enum repository_kind kind, uint8_t depth)
{
	struct repository_place p = place_of(s, below);
	bool as_said = p.kind == kind && p.depth == depth;

	if (!as_said) {
		fprintf(stderr, "%s: %s, %u deep\n", below, repository_kind_names[p.kind], p.depth);
	}
	return as_said;
}

/* --- proto/repository.c --- */

static void a_place_is_the_same_after_packing(void **state)
{
	(void)state;
	must(repository_pack((struct repository_place){0}) == 0);
	must(repository_pack((struct repository_place){.depth = 7}) == 0);
	for (int kind = 1; kind < _REPOSITORY_KINDS; kind++) {
		for (int depth = 0; depth <= 255; depth++) {
			struct repository_place p = {(enum repository_kind)kind, (uint8_t)depth};
			struct repository_place q = repository_unpack(repository_pack(p));
			must(q.kind == p.kind && q.depth == p.depth);
		}
	}
}

static void what_a_later_version_stored_is_read_as_none(void **state)
{
	(void)state;
	static const int64_t columns[] = {
		0, 1, 255, (int64_t)_REPOSITORY_KINDS << 8, INT64_MAX, INT64_MIN, -1, -256};

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		struct repository_place p = repository_unpack(columns[i]);
		must(p.kind == REPOSITORY_NONE && p.depth == 0);
	}
}

static void every_kind_has_a_word_and_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < _REPOSITORY_KINDS; i++) {
		must(repository_kind_names[i] != NULL);
		for (int j = 0; j < i; j++) {
			must(strcmp(repository_kind_names[i], repository_kind_names[j]) != 0);
			must(strcmp(repository_words((enum repository_kind)i),
				     repository_words((enum repository_kind)j)) != 0);
		}
	}
	must(repository_kind_names[_REPOSITORY_KINDS] == NULL);
	must(strcmp(repository_words(_REPOSITORY_KINDS), repository_words(REPOSITORY_NONE)) == 0);
}

/* --- marks --- */

static void each_kind_is_told_by_its_marks_and_near_misses_are_none(void **state)
{
	(void)state;
	char dir[32];
	bool has[_REPOSITORY_KINDS] = {0};

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		snprintf(dir, sizeof(dir), "%zu", i);
		make_entries(dir, &samples[i]);
		snprintf(dir, sizeof(dir), "%zu/.a-file", i); /* so that it is handed on */
		make_file(dir, 1);
		has[samples[i].kind] = true;
	}
	struct scan *s = scan_new();
	scan_run(s);
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		snprintf(dir, sizeof(dir), "%zu", i);
		if (!lies(s, dir, samples[i].kind, 0)) {
			fprintf(stderr, "%s\n", samples[i].what);
			must(false);
		}
	}
	for (int kind = 0; kind < _REPOSITORY_KINDS; kind++) {
		must(has[kind]);
	}
	scan_free(s);
}

/* Only a directory with files has a row in which its place can be kept. */
static void every_repository_has_a_file_in_its_own_directory(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		bool has_file = samples[i].kind == REPOSITORY_NONE;

		for (size_t k = 0; samples[i].entries[k] != NULL; k++) {
			const char *name = samples[i].entries[k];
			has_file = has_file || name[strlen(name) - 1] != '/';
		}
		must(has_file);
	}
}

static void links_are_no_marks(void **state)
{
	(void)state;
	make_entries("r", sample_of(REPOSITORY_RESTIC));
	make_file("elsewhere", 1);
	must(unlink("r/config") == 0 && symlink("../elsewhere", "r/config") == 0);
	make_file("r/file", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(lies(s, "r", REPOSITORY_NONE, 0));
	scan_free(s);
}

static void what_the_settings_leave_out_is_a_mark_all_the_same(void **state)
{
	(void)state;
	make_entries("r", sample_of(REPOSITORY_RESTIC));
	make_file("r/snapshots/0a1b", 1);
	make_file("r/other", 1);
	char never[96];
	snprintf(never, sizeof(never), "%s/r/data", base);
	struct scan *s = scan_new();
	must(strv_add(&s->exclude, "keys") == 0 && strv_add(&s->exclude, "config") == 0);
	must(strv_add(&s->never, never) == 0);
	scan_run(s);
	must(lies(s, "r", REPOSITORY_RESTIC, 0));
	must(lies(s, "r/snapshots", REPOSITORY_RESTIC, 1));
	scan_free(s);
}

/* --- inheritance --- */

static void what_lies_below_a_repository_is_in_it(void **state)
{
	(void)state;
	make_entries("backup/web01/restic", sample_of(REPOSITORY_RESTIC));
	make_file("backup/web01/restic/data/0a/0a1b2c", 1);
	make_file("backup/web01/restic/snapshots/3d4e5f", 1);
	make_file("backup/web01/web01.tar", 1);
	make_file("backup/web01/restic-old/web01.tar", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(lies(s, "backup/web01/restic", REPOSITORY_RESTIC, 0));
	must(lies(s, "backup/web01/restic/snapshots", REPOSITORY_RESTIC, 1));
	must(lies(s, "backup/web01/restic/data/0a", REPOSITORY_RESTIC, 2));
	must(lies(s, "backup/web01", REPOSITORY_NONE, 0));
	must(lies(s, "backup/web01/restic-old", REPOSITORY_NONE, 0));
	scan_free(s);
}

static void the_scanned_directory_can_be_a_repository_itself(void **state)
{
	(void)state;
	make_entries(".", sample_of(REPOSITORY_BORG));
	make_file("data/0/1", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(lies(s, "", REPOSITORY_BORG, 0));
	must(lies(s, "data/0", REPOSITORY_BORG, 2));
	scan_free(s);
}

static void the_nearest_repository_above_wins(void **state)
{
	(void)state;
	make_entries("store", sample_of(REPOSITORY_PBS));
	make_file("store/.chunks/00ff/00ff1234", 1);
	make_file("store/host/web01/2024-05-01T00:00:00Z/index.json.blob", 1);
	make_entries("store/host/restic", sample_of(REPOSITORY_RESTIC));
	make_file("store/host/restic/data/0a/0a1b", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(lies(s, "store", REPOSITORY_PBS, 0));
	must(lies(s, "store/.chunks/00ff", REPOSITORY_PBS, 2));
	must(lies(s, "store/host/web01/2024-05-01T00:00:00Z", REPOSITORY_PBS, 3));
	must(lies(s, "store/host/restic", REPOSITORY_RESTIC, 0));
	must(lies(s, "store/host/restic/data/0a", REPOSITORY_RESTIC, 2));
	scan_free(s);
}

static void volumes_do_not_make_a_repository_of_what_lies_below(void **state)
{
	(void)state;
	make_entries("storage", sample_of(REPOSITORY_BAREOS));
	make_file("storage/catalog/web01.sql", 1);
	make_entries("r", sample_of(REPOSITORY_RESTIC));
	make_entries("r/data/v", sample_of(REPOSITORY_BAREOS));
	make_file("r/data/v/w/file", 1);
	struct scan *s = scan_new();
	scan_run(s);
	must(lies(s, "storage", REPOSITORY_BAREOS, 0));
	must(lies(s, "storage/catalog", REPOSITORY_NONE, 0));
	must(lies(s, "r/data/v", REPOSITORY_BAREOS, 0));
	must(lies(s, "r/data/v/w", REPOSITORY_RESTIC, 3));
	scan_free(s);
}

static void depth_ends_at_255(void **state)
{
	(void)state;
	enum { DEEPEST = 300, FIRST = 253 };
	char path[1024], file[1100];
	size_t len = 1;

	make_entries("r", sample_of(REPOSITORY_RESTIC));
	for (int depth = 1; depth <= DEEPEST; depth++) {
		path[0] = 'r';
		len += (size_t)snprintf(path + len, sizeof(path) - len, "/d");
		if (depth >= FIRST) {
			snprintf(file, sizeof(file), "%s/f", path);
			make_file(file, 1);
		}
	}
	struct scan *s = scan_new();
	scan_run(s);
	for (int depth = DEEPEST; depth >= FIRST; depth--) {
		must(lies(s, path, REPOSITORY_RESTIC, (uint8_t)MIN(depth, UINT8_MAX)));
		path[strlen(path) - 2] = '\0';
	}
	scan_free(s);
}

/* More than one reading of the directory brings; children must not begin before the marks are all
 * seen, wherever the file system has put them. */
static void a_mark_that_is_read_last_counts_for_all_below(void **state)
{
	(void)state;
	enum { DIRECTORIES = 3500, PAD = 100 };
	char path[512], pad[PAD + 1];

	memset(pad, 'x', PAD);
	pad[PAD] = '\0';
	make_entries("r", sample_of(REPOSITORY_RESTIC));
	for (int i = 0; i < DIRECTORIES; i++) {
		snprintf(path, sizeof(path), "r/%04d-%s/f", i, pad);
		make_file(path, 1);
	}
	struct scan *s = scan_new();
	scan_run(s);
	must(s->n == DIRECTORIES + 1);
	for (size_t i = 0; i < s->n; i++) {
		must(s->listings[i]->repository.kind == REPOSITORY_RESTIC);
	}
	scan_free(s);
}

/* So that those below need not wait until such a directory has been read. */
static void a_directory_of_very_many_entries_is_no_repository(void **state)
{
	(void)state;
	static const struct {
		const char *dir, *prefix;
		enum repository_kind kind;
	} cases[] = {
		{"files", "f", REPOSITORY_NONE},
		{"hidden", ".f", REPOSITORY_RESTIC},
		{"directories", "", REPOSITORY_NONE},
		{"volumes", "Full-", REPOSITORY_BAREOS},
	};
	char path[256];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool volumes = cases[i].kind == REPOSITORY_BAREOS;

		for (int k = 0; k < 4097; k++) {
			snprintf(path, sizeof(path), "%s/%s%04d", cases[i].dir, cases[i].prefix, k);
			if (strcmp(cases[i].dir, "directories") == 0) {
				make_dir(path);
			} else {
				make_file(path, 1);
			}
		}
		if (!volumes) {
			make_entries(cases[i].dir, sample_of(REPOSITORY_RESTIC));
		}
	}
	struct scan *s = scan_new();
	scan_run(s);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		must(lies(s, cases[i].dir, cases[i].kind, 0));
	}
	scan_free(s);
}

/* --- from walk to walk --- */

static void a_directory_that_becomes_a_repository_is_handed_on_with_all_below(void **state)
{
	(void)state;
	make_entries("r", sample_of(REPOSITORY_RESTIC));
	make_file("r/data/0a/0a1b", 1);
	make_file("r/file", 1);
	make_file("plain/file", 1);
	must(rename("r/config", "r/config.aside") == 0);
	struct scan *s = scan_new();
	scan_run(s);
	must(lies(s, "r", REPOSITORY_NONE, 0) && lies(s, "r/data/0a", REPOSITORY_NONE, 0));
	scan_remember(s);

	scan_run(s);
	must(s->n == 0 && s->counted.unchanged == 3);

	must(rename("r/config.aside", "r/config") == 0);
	scan_run(s);
	must(s->n == 2);
	must(lies(s, "r", REPOSITORY_RESTIC, 0) && lies(s, "r/data/0a", REPOSITORY_RESTIC, 2));
	scan_free(s);
}

static void a_directory_whose_kind_changes_is_handed_on_without_any_change_of_its_files(
	void **state)
{
	(void)state;
	make_entries("r", sample_of(REPOSITORY_RESTIC));
	make_file("r/data/0a/0a1b", 1);
	struct scan *s = scan_new();
	scan_run(s);
	scan_remember(s);
	must(rmdir("r/keys") == 0); /* a directory: no file of r has changed */
	scan_run(s);
	must(s->n == 2);
	must(lies(s, "r", REPOSITORY_NONE, 0) && lies(s, "r/data/0a", REPOSITORY_NONE, 0));
	scan_free(s);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, tree_begin, tree_end)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_is_the_same_after_packing),
		cmocka_unit_test(what_a_later_version_stored_is_read_as_none),
		cmocka_unit_test(every_kind_has_a_word_and_a_name_of_its_own),
		CASE(each_kind_is_told_by_its_marks_and_near_misses_are_none),
		cmocka_unit_test(every_repository_has_a_file_in_its_own_directory),
		CASE(links_are_no_marks),
		CASE(what_the_settings_leave_out_is_a_mark_all_the_same),
		CASE(what_lies_below_a_repository_is_in_it),
		CASE(the_scanned_directory_can_be_a_repository_itself),
		CASE(the_nearest_repository_above_wins),
		CASE(volumes_do_not_make_a_repository_of_what_lies_below),
		CASE(depth_ends_at_255),
		CASE(a_mark_that_is_read_last_counts_for_all_below),
		CASE(a_directory_of_very_many_entries_is_no_repository),
		CASE(a_directory_that_becomes_a_repository_is_handed_on_with_all_below),
		CASE(a_directory_whose_kind_changes_is_handed_on_without_any_change_of_its_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
