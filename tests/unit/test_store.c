// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_store.c - opening, locking, modes, the queue, damage, full disks, and being killed at any
 * moment. */
#include "store_fixture.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

enum { KILLS = 20 };
static const int64_t now = 1750000000;

static const char *in_state(const char *name)
{
	static char path[2][160];
	static unsigned turn;
	char *out = path[turn++ % 2];

	snprintf(out, sizeof(path[0]), "%s/%s", state_dir, name);
	return out;
}

static void close_store(void)
{
	store_free(steal(store));
}

static void open_store(void)
{
	if (store_new(state_dir, (gid_t)-1, &store, &err) != 0) {
		fail_msg("%s", err.message);
	}
}

/* --- files and locks --- */

static void modes_and_group_let_readers_in_and_nobody_else(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		mode_t mode;
	} cases[] = {
		{"", S_IFDIR | 02750},
		{"backup-checker.db", S_IFREG | 0640},
		{"backup-checker.db-wal", S_IFREG | 0640},
		{"backup-checker.db-shm", S_IFREG | 0640},
		{"lock", S_IFREG | 0640},
	};
	const gid_t group = 12345; /* root may give any */
	struct stat st;

	assert_int_equal(store_new(state_dir, group, &store, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(stat(in_state(cases[i].name), &st), 0);
		assert_int_equal(st.st_mode, cases[i].mode);
		assert_int_equal(st.st_gid, group);
	}
	close_store();
}

static void a_second_one_is_refused_and_told_the_first_ones_pid(void **state)
{
	(void)state;
	struct store *second = NULL;
	char pid[16];

	open_store();
	assert_int_equal(store_new(state_dir, (gid_t)-1, &second, &err), -EWOULDBLOCK);
	assert_null(second);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_non_null(strstr(err.message, pid));
	close_store();
	open_store(); /* the lock went with the first */
	close_store();
}

static void what_was_stored_is_there_after_a_restart(void **state)
{
	(void)state;
	uint8_t key[16], again[16];

	open_store();
	assert_int_equal(store_secret(store, key), 0);
	assert_int_equal(store_touch(store, "files"), 0);
	assert_int_equal(store_touch(store, "files"), 0);
	close_store();
	open_store();
	assert_int_equal(store_secret(store, again), 0);
	assert_memory_equal(key, again, sizeof(key));
	assert_int_equal(ask_int("SELECT value FROM v_versions WHERE key = 'version.files'"), 2);
	close_store();
}

static void a_reader_works_while_it_runs_and_after_it_has_ended(void **state)
{
	(void)state;
	struct db *reader = NULL;
	int64_t n = -1;

	open_store();
	for (int running = 1; running >= 0; running--) {
		assert_int_equal(
			db_open(in_state("backup-checker.db"), DB_READER, 1024, &reader, &err), 0);
		assert_int_equal(db_int(reader, &n, "SELECT count(id) FROM v_files", ""), 0);
		assert_int_equal(n, 0);
		db_close(steal(reader));
		if (running) {
			close_store();
		}
	}
	assert_int_equal(access(in_state("backup-checker.db-wal"), F_OK), 0);
}

/* --- the queue --- */

struct trace {
	int v[16];
	size_t n;
	pthread_mutex_t gate;
};

static void wait_at_gate(struct store *s, void *arg)
{
	struct trace *t = arg;

	(void)s;
	pthread_mutex_lock(&t->gate);
	pthread_mutex_unlock(&t->gate);
}

static struct trace trace = {.gate = PTHREAD_MUTEX_INITIALIZER};

static void note(struct store *s, void *arg)
{
	(void)s;
	if (trace.n < ARRAY_SIZE(trace.v)) {
		trace.v[trace.n++] = *(int *)arg;
	}
}

static void works_run_in_order_and_done_runs_in_the_dispatching_thread(void **state)
{
	(void)state;
	static int one = 1, two = 2, three = 3;
	struct pollfd ready = {.events = POLLIN};

	trace.n = 0;
	open_store();
	ready.fd = store_fd(store);
	assert_int_equal(poll(&ready, 1, 0), 0);
	pthread_mutex_lock(&trace.gate);
	assert_int_equal(store_post(store, wait_at_gate, NULL, &trace), 0);
	assert_int_equal(store_post(store, note, note, &one), 0);
	assert_int_equal(store_post(store, note, NULL, &two), 0);
	pthread_mutex_unlock(&trace.gate);
	store_call(store, note, &three);
	assert_int_equal(trace.n, 3);
	assert_int_equal(trace.v[0] * 100 + trace.v[1] * 10 + trace.v[2], 123);
	assert_int_equal(poll(&ready, 1, 1000), 1);
	one = 9;
	store_dispatch(store);
	assert_int_equal(trace.n, 4);
	assert_int_equal(trace.v[3], 9);
	assert_int_equal(poll(&ready, 1, 0), 0);
	close_store();
}

static void a_full_queue_says_so_and_closing_runs_what_is_queued(void **state)
{
	(void)state;
	static int value = 5;
	int r = 0, posted = 0;

	trace.n = 0;
	open_store();
	pthread_mutex_lock(&trace.gate);
	assert_int_equal(store_post(store, wait_at_gate, NULL, &trace), 0);
	while (posted <= STORE_QUEUE_MAX + 1 && (r = store_post(store, note, NULL, &value)) == 0) {
		posted++;
	}
	assert_int_equal(r, -EAGAIN);
	assert_true(posted >= STORE_QUEUE_MAX - 1);
	pthread_mutex_unlock(&trace.gate);
	close_store();
	assert_int_equal(trace.n, ARRAY_SIZE(trace.v));
}

static void post_another(struct store *s, void *arg)
{
	assert_int_equal(store_post(s, note, note, arg), 0);
}

static void what_is_posted_at_the_end_by_what_was_done_is_done_too(void **state)
{
	(void)state;
	static int value = 7;

	trace.n = 0;
	open_store();
	assert_int_equal(store_post(store, note, post_another, &value), 0);
	close_store();
	assert_int_equal(trace.n, 3);
}

static void many_writes(struct store *s, void *arg)
{
	int64_t *slowest = arg;

	for (int i = 0; i < 200; i++) {
		int64_t from = time_mono_ms();

		assert_true(store_settings_record(
				    s, "a", "r", "{\"x\":\"................\"}", now + i) == 0);
		*slowest = MAX(*slowest, time_mono_ms() - from);
	}
}

static void a_reader_that_never_ends_does_not_stop_the_writer(void **state)
{
	(void)state;
	int64_t slowest = 0;
	sqlite3 *shell;

	open_store();
	shell = open_shell();
	assert_int_equal(sqlite3_exec(shell, "BEGIN; SELECT count(*) FROM scans", NULL, NULL, NULL),
		SQLITE_OK);
	for (int i = 0; i < 5; i++) {
		store_call(store, many_writes, &slowest);
	}
	assert_true(slowest < 1000);
	sqlite3_close(shell);
	assert_int_equal(ask_int("SELECT count(*) FROM settings_history"), 1000);
	close_store();
}

/* --- damage --- */

static void overwrite(const char *path, off_t at, size_t len)
{
	char *junk = calloc(1, len);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_non_null(junk);
	assert_true(fd >= 0);
	memset(junk, 0xa5, len);
	assert_int_equal(pwrite(fd, junk, len, at), (ssize_t)len);
	close(fd);
	free(junk);
}

static void write_garbage(const char *path)
{
	overwrite(path, 0, 8192);
}

static void damage_a_page(const char *path)
{
	overwrite(path, 4096 * 4, 4096 * 2);
}

static void cut_in_half(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size / 8192 * 4096), 0);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void make_newer(const char *path)
{
	run_sql(path, "PRAGMA user_version=99");
}

static void make_foreign(const char *path)
{
	assert_int_equal(unlink(path), 0);
	run_sql(path, "CREATE TABLE songs(title); INSERT INTO songs VALUES('x')");
}

static void a_database_that_cannot_be_used_is_refused_in_words_and_left_alone(void **state)
{
	(void)state;
	static const struct {
		void (*damage)(const char *path);
		int expected;
		const char *words;
	} cases[] = {
		{write_garbage, -EUCLEAN, "move it away"},
		{damage_a_page, -EUCLEAN, "move it away"},
		{cut_in_half, -EUCLEAN, "move it away"},
		{make_newer, -EPROTO, "newer version"},
		{make_foreign, -EUCLEAN, "another program"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct store *broken = NULL;
		struct stat before, after;
		int r;

		open_store();
		close_store();
		cases[i].damage(in_state("backup-checker.db"));
		assert_int_equal(stat(in_state("backup-checker.db"), &before), 0);
		err = (struct err){0};
		r = store_new(state_dir, (gid_t)-1, &broken, &err);
		if (r != cases[i].expected || strstr(err.message, cases[i].words) == NULL) {
			fail_msg("case %zu: %d %s", i, r, err.message);
		}
		assert_null(broken);
		assert_int_equal(stat(in_state("backup-checker.db"), &after), 0);
		assert_int_equal(before.st_size, after.st_size);
		remove_tree(state_dir);
	}
}

/* --- file systems with limits, each in a child with mounts of its own --- */

static void child_fails(const char *what)
{
	fprintf(stderr, "%s (%s)\n", what, err.message);
	_exit(1);
}

static void in_child_with_tmpfs(const char *options, void (*fn)(void))
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) < 0 ||
			mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
			mkdir(state_dir, 0755) < 0 ||
			mount("none", state_dir, "tmpfs", 0, options) < 0) {
			child_fails(strerror(errno));
		}
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void open_must_fail_in_words(void)
{
	int r = store_new(state_dir, (gid_t)-1, &store, &err);

	if (r >= 0 || err.message[0] == '\0') {
		child_fails("it opened");
	}
}

static void no_space_at_the_start_is_a_sentence(void **state)
{
	(void)state;
	in_child_with_tmpfs("size=48k", open_must_fail_in_words);
}

static void make_read_only_and_open(void)
{
	if (mount(NULL, state_dir, NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0) {
		child_fails(strerror(errno));
	}
	open_must_fail_in_words();
}

static void a_read_only_file_system_is_a_sentence(void **state)
{
	(void)state;
	in_child_with_tmpfs("size=4m", make_read_only_and_open);
}

static struct listing *large_listing(int64_t root)
{
	struct listing *l = calloc(1, sizeof(*l));

	l->root = root;
	l->root_len = strlen(tree);
	buf_adds(&l->path, tree);
	l->n = l->cap = 60000;
	l->files = calloc(l->n, sizeof(*l->files));
	for (size_t i = 0; i < l->n; i++) {
		l->files[i] = (struct listed_file){
			.name = (uint32_t)l->names.len, .name_len = 40, .mtime_ns = now, .size = 1};
		buf_printf(&l->names, "%040zu", i);
	}
	return l;
}

/* A scan that does not fit: it fails in words, the index before it stays, and smaller works go on.
 */
static void outgrow_the_disk(void)
{
	const char *const paths[] = {tree};
	struct walk_root root = {.path = tree};
	struct walk_config walk_config = {.roots = &root, .n = 1};
	struct walk_root_result one = {.available = true, .newest_mtime = TIME_NONE};
	struct walk_result result = {.roots = &one, .n = 1};
	int64_t changed;

	if (store_new(state_dir, (gid_t)-1, &store, &err) < 0 ||
		store_roots_configure(store, paths, 1, &root, &err) < 0 ||
		store_files_known(store, &walk_config.known) < 0 ||
		store_staging_new(store, &staging, &err) < 0) {
		child_fails("setting up");
	}
	for (int i = 0; i < 4; i++) {
		(void)store_staging_add(staging, large_listing(root.id));
	}
	wait_for_batches();
	if (store_files_apply(store, steal(staging), &walk_config, &result, now, &changed, &err) !=
			-ENOSPC ||
		strstr(err.message, "full") == NULL) {
		child_fails("applying");
	}
	if (ask_int("SELECT count(*) FROM v_files") != 0 ||
		store_settings_record(store, "a", "r", "{}", now) < 0) {
		child_fails("going on");
	}
	known_free(walk_config.known);
	store_free(store);
}

static void a_scan_that_fills_the_disk_changes_nothing(void **state)
{
	(void)state;
	in_child_with_tmpfs("size=6m", outgrow_the_disk);
}

/* --- SIGKILL --- */

struct record {
	int64_t time;
	int rc;
};

static void record_work(struct store *s, void *arg)
{
	struct record *record = arg;

	record->rc = store_settings_record(s, "a", "r", "{}", record->time);
}

/* Says each acknowledged work on a pipe and stages rows beside it, until it is killed. */
static void work_until_killed(int pipe_fd)
{
	const char *const paths[] = {tree};
	struct walk_root root = {.path = tree};

	if (store_new(state_dir, (gid_t)-1, &store, &err) < 0 ||
		store_roots_configure(store, paths, 1, &root, &err) < 0 ||
		store_staging_new(store, &staging, &err) < 0) {
		child_fails("the worker could not start");
	}
	for (struct record record = {.time = now};; record.time++) {
		store_call(store, record_work, &record);
		if (record.rc < 0 ||
			write(pipe_fd, &record.time, sizeof(record.time)) != sizeof(record.time)) {
			child_fails("the worker could not work");
		}
		(void)store_staging_add(staging, large_listing(root.id));
	}
}

static void acknowledged_work_survives_kill_at_any_moment_and_staged_rows_do_not(void **state)
{
	(void)state;
	unsigned seed = 1;
	int64_t acknowledged, read_back, all = 0;

	for (int round = 0; round < KILLS; round++) {
		int fds[2], status;
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		fflush(NULL);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			close(fds[0]);
			work_until_killed(fds[1]);
		}
		close(fds[1]);
		/* Every second one is known to be at work; the others may be killed while they
		 * start. */
		acknowledged = 0;
		if (round % 2 == 0) {
			assert_int_equal(read(fds[0], &acknowledged, sizeof(acknowledged)),
				sizeof(acknowledged));
			all++;
		}
		usleep(5000 + (useconds_t)(rand_r(&seed) % 150000));
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		while (read(fds[0], &read_back, sizeof(read_back)) == sizeof(read_back)) {
			acknowledged = read_back;
			all++;
		}
		close(fds[0]);
		open_store();
		assert_string_equal(ask("PRAGMA integrity_check"), "ok");
		assert_int_equal(ask_int("SELECT count(*) FROM files"), 0);
		assert_true(ask_int("SELECT coalesce(max(time), 0) FROM settings_history") >=
			    acknowledged);
		close_store();
	}
	assert_true(all >= KILLS / 2);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_directories, end_directories)
	const struct CMUnitTest tests[] = {
		CASE(modes_and_group_let_readers_in_and_nobody_else),
		CASE(a_second_one_is_refused_and_told_the_first_ones_pid),
		CASE(what_was_stored_is_there_after_a_restart),
		CASE(a_reader_works_while_it_runs_and_after_it_has_ended),
		CASE(works_run_in_order_and_done_runs_in_the_dispatching_thread),
		CASE(a_full_queue_says_so_and_closing_runs_what_is_queued),
		CASE(what_is_posted_at_the_end_by_what_was_done_is_done_too),
		CASE(a_reader_that_never_ends_does_not_stop_the_writer),
		CASE(a_database_that_cannot_be_used_is_refused_in_words_and_left_alone),
		CASE(no_space_at_the_start_is_a_sentence),
		CASE(a_read_only_file_system_is_a_sentence),
		CASE(a_scan_that_fills_the_disk_changes_nothing),
		CASE(acknowledged_work_survives_kill_at_any_moment_and_staged_rows_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
