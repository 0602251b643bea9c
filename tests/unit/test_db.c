// needs: common
/* test_db.c - the thin layer over SQLite, and that a reader of another user always gets in. */
#include "common/db.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { CACHE_KIB = 256, NOBODY = 65534 };

static char directory[64], path[96];

static int setup(void **state _unused_)
{
	snprintf(directory, sizeof(directory), "/tmp/test-db-XXXXXX");
	if (mkdtemp(directory) == NULL) {
		return -1;
	}
	snprintf(
		path, sizeof(path), "%s/a b?#%%.db", directory); /* a name that a URI must escape */
	return 0;
}

static int teardown(void **state _unused_)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char name[128];

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	return rmdir(directory);
}

static struct db *open_db(enum db_mode mode)
{
	struct db *db = NULL;
	struct err err = {0};

	if (db_open(path, mode, CACHE_KIB, &db, &err) < 0) {
		fail_msg("%s", err.message);
	}
	return db;
}

static struct db *open_with_table(void)
{
	struct db *db = open_db(DB_WRITER);

	assert_int_equal(db_script(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b UNIQUE)"), 0);
	return db;
}

static int64_t number(struct db *db, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_int(db, &n, sql, ""), 0);
	return n;
}

static void a_new_file_has_mode_0640_whatever_the_umask(void **state _unused_)
{
	static const mode_t masks[] = {0, 077, 0777};

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		mode_t old = umask(masks[i]);
		_cleanup_(db_closep) struct db *db = open_with_table();
		char wal[128];
		struct stat st;

		umask(old);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0640);
		snprintf(wal, sizeof(wal), "%s-wal", path);
		assert_int_equal(stat(wal, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0640);
		db_close(steal(db));
		teardown(NULL);
		assert_int_equal(mkdir(directory, 0700), 0);
	}
}

static void a_writer_has_the_settings_that_keep_data_safe(void **state _unused_)
{
	_cleanup_(db_closep) struct db *db = open_with_table();
	sqlite3_stmt *st = db_stmt(db, "PRAGMA journal_mode");

	assert_int_equal(db_step(db, st), 1);
	assert_string_equal((const char *)sqlite3_column_text(st, 0), "wal");
	sqlite3_reset(st);
	assert_int_equal(number(db, "PRAGMA synchronous"), 2);
	assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(db, "PRAGMA cache_size"), -CACHE_KIB);
	assert_int_equal(number(db, "PRAGMA temp_store"), 1);
	assert_int_equal(number(db, "PRAGMA trusted_schema"), 0);
	/* a defended database stays shut even so */
	assert_int_equal(db_script(db, "PRAGMA writable_schema=ON"), 0);
	assert_int_equal(db_script(db, "UPDATE sqlite_schema SET sql = 'x'"), -EINVAL);
	assert_int_equal(db_script(db, "SELECT load_extension('x')"), -EINVAL);
	assert_int_equal(db_script(db, "ATTACH ':memory:' AS other"), -EINVAL);
}

static void every_letter_binds_its_type(void **state _unused_)
{
	_cleanup_(db_closep) struct db *db = open_with_table();
	static const char types[] =
		"SELECT typeof(?1)||typeof(?2)||typeof(?3)||typeof(?4)||typeof(?5)||typeof(?6)||"
		"typeof(?7)||?1||?4||hex(?6)";
	sqlite3_stmt *st = db_stmt(db, types);

	assert_non_null(st);
	assert_int_equal(db_bind(st, "iIIssbd", INT64_C(1) << 62, INT64_MIN, INT64_C(5), "text",
				 NULL, "\0x", (size_t)2, 0.5),
		0);
	assert_int_equal(db_step(db, st), 1);
	assert_string_equal((const char *)sqlite3_column_text(st, 0),
		"integernullintegertextnullblobreal4611686018427387904text0078");
	assert_int_equal(db_step(db, st), 0);
	/* found again by its pointer, without the old bindings */
	assert_ptr_equal(db_stmt(db, types), st);
	assert_int_equal(db_step(db, st), 1);
	assert_null(sqlite3_column_text(st, 0));
	assert_int_equal(db_bind(st, "iiiiiiii", INT64_C(1), INT64_C(1), INT64_C(1), INT64_C(1),
				 INT64_C(1), INT64_C(1), INT64_C(1), INT64_C(1)),
		-EINVAL);
}

static void hundreds_of_statements_stay_prepared(void **state _unused_)
{
	enum { STATEMENTS = 500 };
	static char sql[STATEMENTS][32];
	_cleanup_(db_closep) struct db *db = open_with_table();
	sqlite3_stmt *statements[STATEMENTS];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < STATEMENTS; i++) {
			snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
			if (round == 0) {
				statements[i] = db_stmt(db, sql[i]);
			}
			assert_ptr_equal(db_stmt(db, sql[i]), statements[i]);
			assert_int_equal(number(db, sql[i]), i);
		}
	}
}

static void runs_report_changes_ids_and_failures(void **state _unused_)
{
	_cleanup_(db_closep) struct db *db = open_with_table();
	struct err err = {0};
	int64_t n = 42;
	int r;

	assert_int_equal(
		db_run(db, "INSERT INTO t (a, b) VALUES (?, ?)", "si", "x", INT64_C(7)), 0);
	assert_int_equal(db_last_id(db), 1);
	assert_int_equal(db_changes(db), 1);
	r = db_run(db, "INSERT INTO t (a, b) VALUES (?, ?)", "si", "y", INT64_C(7));
	assert_int_equal(r, -EEXIST);
	assert_int_equal(db_fail(db, r, &err, "storing a row"), -EEXIST);
	assert_int_equal(err.code, ERR_DATABASE);
	assert_string_equal(err.message, "storing a row: UNIQUE constraint failed: t.b");
	assert_int_equal(db_int(db, &n, "SELECT id FROM t WHERE a = ?", "s", "nobody"), -ENOENT);
	assert_int_equal(n, 42);
	assert_int_equal(db_run(db, "SELECT wrong", ""), -EINVAL);
	assert_string_equal(db_message(db), "no such column: wrong");
	assert_null(db_stmt(db, "SELECT"));
}

static void a_rollback_undoes_and_keeps_the_message_of_the_failure(void **state _unused_)
{
	_cleanup_(db_closep) struct db *db = open_with_table();

	db_rollback(db);
	assert_int_equal(db_begin(db), 0);
	assert_int_equal(db_run(db, "INSERT INTO t (a) VALUES (1)", ""), 0);
	assert_int_equal(db_run(db, "INSERT INTO missing VALUES (1)", ""), -EINVAL);
	db_rollback(db);
	assert_string_equal(db_message(db), "no such table: missing");
	assert_int_equal(number(db, "SELECT count(id) FROM t"), 0);
	assert_int_equal(db_begin(db), 0);
	assert_int_equal(db_run(db, "INSERT INTO t (a) VALUES (1)", ""), 0);
	assert_int_equal(db_commit(db), 0);
	assert_int_equal(number(db, "SELECT count(id) FROM t"), 1);
}

static void a_reader_reads_and_cannot_write(void **state _unused_)
{
	_cleanup_(db_closep) struct db *writer = open_with_table();
	_cleanup_(db_closep) struct db *reader = open_db(DB_READER);

	assert_int_equal(db_run(writer, "INSERT INTO t (a) VALUES (1)", ""), 0);
	assert_int_equal(db_begin(reader), 0);
	assert_int_equal(number(reader, "SELECT count(id) FROM t"), 1);
	/* its snapshot stands still */
	assert_int_equal(db_run(writer, "INSERT INTO t (a) VALUES (2)", ""), 0);
	assert_int_equal(number(reader, "SELECT count(id) FROM t"), 1);
	assert_int_equal(db_commit(reader), 0);
	assert_int_equal(number(reader, "SELECT count(id) FROM t"), 2);
	assert_int_equal(db_run(reader, "INSERT INTO t (a) VALUES (3)", ""), -EROFS);
	assert_int_equal(db_script(reader, "DROP TABLE t"), -EROFS);
}

static void a_second_writer_waits_and_then_is_told_that_it_is_busy(void **state _unused_)
{
	_cleanup_(db_closep) struct db *one = open_with_table();
	_cleanup_(db_closep) struct db *two = open_db(DB_WRITER);

	sqlite3_busy_timeout(db_handle(two), 20);
	assert_int_equal(db_begin(one), 0);
	assert_int_equal(db_begin(two), -EBUSY);
	assert_int_equal(db_commit(one), 0);
	assert_int_equal(db_begin(two), 0);
	db_rollback(two);
}

static void missing_and_damaged_files_are_explained(void **state _unused_)
{
	struct db *db = NULL;
	struct err err = {0};
	int fd;

	assert_int_equal(db_open(path, DB_READER, CACHE_KIB, &db, &err), -ENOENT);
	assert_int_equal(err.code, ERR_DATABASE);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(db_open("/nonexistent/x.db", DB_WRITER, CACHE_KIB, &db, &err), -ENOENT);

	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	assert_true(fd >= 0);
	for (int i = 0; i < 512; i++) {
		assert_int_equal(write(fd, "no database here", 16), 16);
	}
	close(fd);
	assert_int_equal(db_open(path, DB_READER, CACHE_KIB, &db, &err), -EUCLEAN);
	assert_non_null(strstr(err.message, "move it away"));
	assert_int_equal(db_open(path, DB_WRITER, CACHE_KIB, &db, &err), -EUCLEAN);
	assert_null(db);
}

static void sqlite_results_become_errno_and_extended_ones_are_known(void **state _unused_)
{
	static const struct {
		int sqlite, error;
	} cases[] = {
		{SQLITE_OK, 0},
		{SQLITE_ROW, 1},
		{SQLITE_DONE, 0},
		{SQLITE_BUSY, -EBUSY},
		{SQLITE_BUSY_RECOVERY, -EBUSY},
		{SQLITE_BUSY_SNAPSHOT, -EAGAIN},
		{SQLITE_SCHEMA, -EAGAIN},
		{SQLITE_FULL, -ENOSPC},
		{SQLITE_READONLY, -EROFS},
		{SQLITE_READONLY_DBMOVED, -EROFS},
		{SQLITE_READONLY_CANTINIT, -EBUSY},
		{SQLITE_READONLY_DIRECTORY, -EACCES},
		{SQLITE_IOERR_READ, -EIO},
		{SQLITE_IOERR_NOMEM, -ENOMEM},
		{SQLITE_CORRUPT_VTAB, -EUCLEAN},
		{SQLITE_NOTADB, -EUCLEAN},
		{SQLITE_CONSTRAINT_UNIQUE, -EEXIST},
		{SQLITE_INTERRUPT, -ECANCELED},
		{SQLITE_CANTOPEN_ISDIR, -ENOENT},
		{SQLITE_AUTH, -EACCES},
		{SQLITE_MISUSE, -EINVAL},
		{SQLITE_ERROR, -EINVAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(db_errno(cases[i].sqlite), cases[i].error);
	}
}

/* --- two processes, two users --- */

/* What a writing child does when told by a byte; each step is answered by a byte. */
static void writer_child(int in, int out, int stop_after_commit)
{
	struct db *db = NULL;
	char c;

	if (db_open(path, DB_WRITER, CACHE_KIB, &db, NULL) < 0 ||
		db_script(db, "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)") <
			0) {
		_exit(1);
	}
	if (!stop_after_commit &&
		(db_begin(db) < 0 || db_run(db, "INSERT INTO t VALUES (2)", "") < 0)) {
		_exit(2);
	}
	if (stop_after_commit) {
		db_close(db);
	}
	if (write(out, "x", 1) != 1 || read(in, &c, 1) != 1) {
		_exit(3);
	}
	_exit(0);
}

/* A child that may read by its group only opens the database afresh; exits with the number of rows,
 * or 100 + errno. */
static int rows_for_another_user(void)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct db *db = NULL;
		int64_t rows = 0;
		int r;

		if (geteuid() == 0 &&
			(setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
				setresuid(NOBODY, NOBODY, NOBODY) < 0)) {
			_exit(99);
		}
		if (access(path, W_OK) == 0 || access(directory, W_OK) == 0) {
			_exit(98); /* it must not be allowed to write, or this proves nothing */
		}
		r = db_open(path, DB_READER, CACHE_KIB, &db, NULL);
		r = r < 0 ? r : db_int(db, &rows, "SELECT count(id) FROM t", "");
		_exit(r < 0 ? 100 - r : (int)rows);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The directory and all that is in it: readable, not writable, for the group of the other user. */
static void share_with_group(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	if (geteuid() != 0) {
		assert_int_equal(chmod(directory, 0500), 0);
	} else {
		assert_int_equal(chown(directory, 0, NOBODY), 0);
		assert_int_equal(chmod(directory, 0750), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char name[128];
		struct stat st;

		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0640);
		assert_int_equal(geteuid() != 0 ? chmod(name, 0440) : chown(name, 0, NOBODY), 0);
	}
}

static void check_other_user(int stop_after_commit, int signal_number)
{
	int to_child[2], from_child[2], status;
	pid_t pid;
	char c;

	assert_int_equal(pipe2(to_child, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from_child, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		writer_child(to_child[0], from_child[1], stop_after_commit);
	}
	assert_int_equal(read(from_child[0], &c, 1), 1);
	share_with_group();
	/* in its open transaction, or closed already */
	assert_int_equal(rows_for_another_user(), 1);
	if (signal_number != 0) {
		assert_int_equal(kill(pid, signal_number), 0);
	} else {
		assert_int_equal(write(to_child[1], "x", 1), 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), signal_number);
	assert_int_equal(rows_for_another_user(), 1);
	assert_int_equal(chmod(directory, 0700), 0);
	for (int i = 0; i < 2; i++) {
		close(to_child[i]);
		close(from_child[i]);
	}
}

static void another_user_reads_after_the_writer_closed_cleanly(void **state _unused_)
{
	check_other_user(1, 0);
}

static void another_user_reads_during_a_transaction_and_after_the_writer_was_killed(
	void **state _unused_)
{
	check_other_user(0, SIGKILL);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* these fork: before this process opens a connection */
		CASE(another_user_reads_after_the_writer_closed_cleanly),
		CASE(another_user_reads_during_a_transaction_and_after_the_writer_was_killed),
		CASE(a_new_file_has_mode_0640_whatever_the_umask),
		CASE(a_writer_has_the_settings_that_keep_data_safe),
		CASE(every_letter_binds_its_type),
		CASE(hundreds_of_statements_stay_prepared),
		CASE(runs_report_changes_ids_and_failures),
		CASE(a_rollback_undoes_and_keeps_the_message_of_the_failure),
		CASE(a_reader_reads_and_cannot_write),
		CASE(a_second_writer_waits_and_then_is_told_that_it_is_busy),
		CASE(missing_and_damaged_files_are_explained),
		CASE(sqlite_results_become_errno_and_extended_ones_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
