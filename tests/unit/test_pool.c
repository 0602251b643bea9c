// needs: webd proto common
/* test_pool.c - the query threads, what their connections may do, and how they get over a database
 * that is not there. */
#include "read_fixture.h"

#include "common/timefmt.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

static struct fixture fixture;

static int setup(void **state _unused_)
{
	fixture_init(&fixture);
	fixture_create(&fixture);
	return 0;
}

static int teardown(void **state _unused_)
{
	fixture_done(&fixture);
	return 0;
}

/* --- the threads --- */

static struct pool *new_pool(int threads)
{
	struct pool *p = NULL;

	assert_int_equal(pool_new(fixture.path, threads, &p, NULL), 0);
	return p;
}

struct job {
	sem_t begun, go, done;
	atomic_int runs, without_reader;
};

static void job_init(struct job *j)
{
	sem_init(&j->begun, 0, 0);
	sem_init(&j->go, 0, 0);
	sem_init(&j->done, 0, 0);
	j->runs = 0;
	j->without_reader = 0;
}

static void count_run(struct reader *r, void *arg)
{
	struct job *j = arg;

	if (r == NULL) {
		j->without_reader++;
	}
	j->runs++;
	sem_post(&j->done);
}

static void wait_for_go(struct reader *r, void *arg)
{
	struct job *j = arg;

	sem_post(&j->begun);
	sem_wait(&j->go);
	count_run(r, arg);
}

static void every_work_runs_once_with_a_reader(void **state _unused_)
{
	struct pool *p = new_pool(3);
	struct job j;

	job_init(&j);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(pool_post(p, count_run, &j), 0);
	}
	for (int i = 0; i < 200; i++) {
		sem_wait(&j.done);
	}
	pool_free(p);
	assert_int_equal(j.runs, 200);
	assert_int_equal(j.without_reader, 0);
}

static void a_full_queue_says_so_and_pool_free_calls_what_waits(void **state _unused_)
{
	struct pool *p = new_pool(1);
	struct job j;
	int posted = 0;

	job_init(&j);
	assert_int_equal(pool_post(p, wait_for_go, &j), 0);
	sem_wait(&j.begun);
	while (pool_post(p, count_run, &j) == 0) {
		posted++;
	}
	assert_int_equal(posted, POOL_QUEUE_MAX);
	assert_int_equal(pool_post(p, count_run, &j), -EAGAIN);
	sem_post(&j.go);
	pool_free(p);
	assert_int_equal(j.runs, POOL_QUEUE_MAX + 1);
}

/* A query that would count for hours. */
static const char endless[] =
	"SELECT count(a.id) FROM v_files a, v_files b, v_files c, v_files d, v_files e";

static void fill_files(void)
{
	fixture_run(&fixture,
		"INSERT INTO roots (id, path) VALUES (1, x'2f');"
		"INSERT INTO dirs (id, root, path, digest, next) VALUES (1, 1, x'2f', x'', 9);"
		"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
		" INSERT INTO files SELECT 16777216 + i, x'66', 0, 0, 1, 0 FROM n");
}

static void run_endless(struct reader *r, void *arg)
{
	struct job *j = arg;
	struct err err = {0};
	struct db *db = reader_begin(r, &err);
	int64_t n;
	int rc;

	assert_non_null(db);
	sem_post(&j->begun);
	rc = db_int(db, &n, endless, "");
	if (rc == -ECANCELED && reader_fail(r, rc, &err) < 0 && err.code == ERR_UNAVAILABLE) {
		j->runs++;
	}
	reader_end(r);
}

static void pool_free_ends_a_running_query(void **state _unused_)
{
	struct pool *p = new_pool(1);
	int64_t start;
	struct job j;

	fill_files();
	job_init(&j);
	assert_int_equal(pool_post(p, run_endless, &j), 0);
	sem_wait(&j.begun);
	start = time_mono_ms();
	pool_free(p);
	assert_int_equal(j.runs, 1);
	assert_true(time_mono_ms() - start < 5000);
}

/* --- the connection --- */

static struct db *begin(void)
{
	struct err err = {0};
	struct db *db = reader_begin(fixture.reader, &err);

	if (db == NULL) {
		fail_msg("%s", err.message);
	}
	return db;
}

static void a_query_ends_at_its_deadline(void **state _unused_)
{
	struct err err = {0};
	struct db *db;
	int64_t n;
	int rc;

	fill_files();
	db = begin();
	reader_allow(fixture.reader, 50);
	rc = db_int(db, &n, endless, "");
	assert_int_equal(rc, -ECANCELED);
	assert_true(reader_fail(fixture.reader, rc, &err) < 0);
	assert_int_equal(err.code, ERR_TIMEOUT);
	reader_end(fixture.reader);
	begin(); /* the next one has its time again */
	reader_end(fixture.reader);
}

static void waiting_for_the_client_does_not_count(void **state _unused_)
{
	const struct timespec pause = {.tv_nsec = 150 * 1000000};
	struct db *db;
	int64_t n;

	fill_files();
	db = begin();
	reader_allow(fixture.reader, 100);
	reader_pause(fixture.reader);
	nanosleep(&pause, NULL);
	reader_resume(fixture.reader);
	assert_int_equal(db_int(db, &n, "SELECT count(a.id) FROM v_files a, v_dirs b", ""), 0);
	reader_end(fixture.reader);
}

static void only_the_views_can_be_read(void **state _unused_)
{
	static const struct {
		const char *sql;
		bool allowed;
	} cases[] = {
		{"SELECT * FROM v_servers", true},
		{"SELECT count(id) FROM v_servers", true},
		{"SELECT * FROM v_files ORDER BY name LIMIT 1", true},
		{"SELECT id FROM v_files WHERE server_id IN (SELECT id FROM v_servers)", true},
		{"SELECT * FROM v_versions", true},
		{"SELECT bc_path(dir, name) FROM v_files", true},
		{"SELECT json_extract(value, '$[0]') FROM json_each('[[1,2]]')", true},
		{"SELECT value FROM json_tree('[1]')", false},
		{"SELECT * FROM servers", false},
		{"SELECT rowid FROM servers", false},
		{"SELECT hostname FROM v_servers WHERE id IN (SELECT id FROM servers)", false},
		{"SELECT (SELECT value FROM meta) FROM v_files", false},
		{"SELECT * FROM meta", false},
		{"SELECT count(*) FROM meta", false},
		{"SELECT * FROM sqlite_master", false},
		{"SELECT count(*) FROM sqlite_master", false},
		{"SELECT * FROM scanned_files", false},
		{"SELECT * FROM (SELECT * FROM servers) AS v_x", false},
		{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n",
			false},
		{"SELECT load_extension('x')", false},
		{"SELECT randomblob(1000000000)", false},
		{"SELECT hex(zeroblob(1000000))", false},
		{"SELECT * FROM pragma_table_info('servers')", false},
		{"ATTACH '/tmp/x' AS x", false},
		{"PRAGMA query_only=OFF", false},
		{"PRAGMA table_info(servers)", false},
		{"DELETE FROM servers", false},
		{"INSERT INTO meta VALUES (1, 1)", false},
		{"UPDATE files SET size = 0", false},
		{"CREATE TABLE x (a)", false},
		{"CREATE TEMP TABLE x (a)", false},
		{"CREATE TEMP VIEW v_all AS SELECT * FROM servers", false},
		{"DROP VIEW v_files", false},
		{"VACUUM", false},
		{"ANALYZE", false},
	};
	struct db *db = begin();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		sqlite3_stmt *st = NULL;
		int rc = sqlite3_prepare_v2(db_handle(db), cases[i].sql, -1, &st, NULL);

		rc = rc == SQLITE_OK ? sqlite3_step(st) : rc;
		if ((rc == SQLITE_ROW || rc == SQLITE_DONE) != cases[i].allowed) {
			fail_msg("%s: %s", cases[i].sql, sqlite3_errmsg(db_handle(db)));
		}
		sqlite3_finalize(st);
	}
	reader_end(fixture.reader);
}

static void an_answer_sees_one_state_of_the_data(void **state _unused_)
{
	struct db *db = begin();
	int64_t n;

	fixture_run(&fixture, "INSERT INTO servers (created) VALUES (0)");
	assert_int_equal(db_int(db, &n, "SELECT count(id) FROM v_servers", ""), 0);
	assert_int_equal(n, 0);
	reader_end(fixture.reader);
	db = begin();
	assert_int_equal(db_int(db, &n, "SELECT count(id) FROM v_servers", ""), 0);
	assert_int_equal(n, 1);
	reader_end(fixture.reader);
}

static void the_versions_are_those_of_the_snapshot(void **state _unused_)
{
	begin();
	fixture_run(&fixture, "UPDATE meta SET value = 42 WHERE key = 'version.files'");
	assert_int_equal(reader_version(fixture.reader, "files"), 1);
	reader_end(fixture.reader);
	begin();
	assert_int_equal(reader_version(fixture.reader, "files"), 42);
	assert_int_equal(reader_version(fixture.reader, "nothing"), 0);
	reader_end(fixture.reader);
}

static void assert_unavailable(const char *says)
{
	struct err err = {0};

	assert_null(reader_begin(fixture.reader, &err));
	assert_int_equal(err.code, ERR_UNAVAILABLE);
	if (strstr(err.message, says) == NULL) {
		fail_msg("\"%s\"", err.message);
	}
	reader_end(fixture.reader);
}

static void a_database_that_is_not_there_is_said_and_found_later(void **state _unused_)
{
	fixture_remove_database(&fixture);
	assert_unavailable("scannerd has not created the database yet");
	assert_int_equal(db_open(fixture.path, DB_WRITER, 64, &fixture.writer, NULL), 0);
	assert_unavailable("scannerd has not created the database yet"); /* no views in it */
	fixture_remove_database(&fixture);
	fixture_create(&fixture);
	begin();
	reader_end(fixture.reader);
}

static void a_new_database_in_the_place_of_the_old_is_noticed(void **state _unused_)
{
	struct db *db;
	int64_t n;

	begin();
	reader_end(fixture.reader);
	fixture_remove_database(&fixture);
	assert_unavailable("not created");
	fixture_create(&fixture);
	fixture_run(&fixture, "INSERT INTO servers (created) VALUES (0)");
	db = begin();
	assert_int_equal(db_int(db, &n, "SELECT count(id) FROM v_servers", ""), 0);
	assert_int_equal(n, 1);
	reader_end(fixture.reader);
}

static void a_file_that_is_no_database_is_said(void **state _unused_)
{
	FILE *f;

	fixture_remove_database(&fixture);
	f = fopen(fixture.path, "we");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++) {
		fputs("this is no database ", f);
	}
	fclose(f);
	assert_unavailable("not a database");
}

/* --- the kept orders --- */

struct building {
	atomic_int *builds;
	sem_t *go;
	int64_t keys;
	int result;
};

static int build(void *arg, struct order_builder *into)
{
	struct building *b = arg;

	(*b->builds)++;
	if (b->go != NULL) {
		sem_wait(b->go);
	}
	for (int64_t i = 0; i < b->keys; i++) {
		int r = order_add(into, i);

		if (r < 0) {
			return r;
		}
	}
	return b->result;
}

struct asking {
	struct orders *orders;
	struct building building;
	int result;
};

static void *build_order(void *arg)
{
	struct asking *a = arg;

	a->result = orders_build(a->orders, "x", 1, build, &a->building);
	return NULL;
}

static void one_order_is_built_at_a_time_and_nobody_waits_for_it(void **state _unused_)
{
	struct orders *o = orders_new(1 << 20);
	atomic_int builds = 0;
	const struct order *order;
	pthread_t thread;
	sem_t go;
	struct asking a = {o, {&builds, &go, 5000, 0}, -1};

	sem_init(&go, 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, build_order, &a), 0);
	while (builds == 0) {
		sched_yield();
	}
	assert_null(orders_find(o, "x", 1));
	assert_int_equal(orders_build(o, "x", 1, build, &a.building), -EBUSY);
	assert_int_equal(orders_build(o, "y", 1, build, &a.building), -EBUSY);
	sem_post(&go);
	pthread_join(thread, NULL);
	assert_int_equal(a.result, 0);
	order = orders_find(o, "x", 1);
	assert_non_null(order);
	assert_int_equal(order->n, 5000);
	order_release(o, order);
	assert_int_equal(orders_build(o, "x", 1, build, &a.building), -EEXIST);
	assert_int_equal(builds, 1);
	orders_free(o);
}

/* Finds it, or builds it and finds it then; held if ret is not NULL. */
static int take(
	struct orders *o, const char *name, order_build how, void *arg, const struct order **ret)
{
	const struct order *order = orders_find(o, name, strlen(name));
	int r = order != NULL ? 0 : orders_build(o, name, strlen(name), how, arg);

	if (r < 0) {
		return r;
	}
	order = order != NULL ? order : orders_find(o, name, strlen(name));
	assert_non_null(order);
	if (ret != NULL) {
		*ret = order;
	} else {
		order_release(o, order);
	}
	return 0;
}

static int get(struct orders *o, const char *name, struct building b)
{
	return take(o, name, build, &b, NULL);
}

static void the_least_used_order_makes_room(void **state _unused_)
{
	struct orders *o = orders_new(4000 * ORDER_KEY_BYTES);
	atomic_int builds = 0;
	struct building b = {&builds, NULL, 1000, 0};

	assert_int_equal(get(o, "a", b), 0);
	assert_int_equal(get(o, "b", b), 0);
	assert_int_equal(get(o, "a", b), 0);
	assert_int_equal(builds, 2);
	b.keys = 1500;
	assert_int_equal(get(o, "c", b), 0); /* b goes */
	assert_int_equal(builds, 3);
	assert_int_equal(get(o, "a", b), 0);
	assert_int_equal(builds, 3);
	assert_int_equal(get(o, "b", b), 0);
	assert_int_equal(builds, 4);
	orders_free(o);
}

static void what_exceeds_the_budget_is_tried_once(void **state _unused_)
{
	struct orders *o = orders_new(1000 * ORDER_KEY_BYTES);
	atomic_int builds = 0;
	struct building b = {&builds, NULL, 1001, 0};

	assert_int_equal(get(o, "a", b), -E2BIG);
	assert_int_equal(get(o, "a", b), -E2BIG);
	assert_int_equal(builds, 1);
	b.keys = 1000;
	assert_int_equal(get(o, "b", b), 0);
	orders_free(o);
}

static void an_order_in_use_is_not_thrown_out(void **state _unused_)
{
	struct orders *o = orders_new(1000 * ORDER_KEY_BYTES);
	atomic_int builds = 0;
	struct building b = {&builds, NULL, 900, 0};
	const struct order *held = NULL;

	assert_int_equal(take(o, "a", build, &b, &held), 0);
	assert_int_equal(get(o, "b", b), -ENOBUFS);
	assert_int_equal(order_key(held, 899), 899);
	order_release(o, held);
	assert_int_equal(get(o, "b", b), 0);
	orders_free(o);
}

static int build_edges(void *arg, struct order_builder *into)
{
	int r = order_add(into, 0);

	r = r == 0 ? order_add(into, ORDER_KEY_MAX) : r;
	r = r == 0 ? order_add(into, 0x0102030405) : r;
	return r == 0 && arg != NULL ? order_add(into, *(int64_t *)arg) : r;
}

static void keys_of_six_bytes_come_back_and_others_are_not_kept(void **state _unused_)
{
	struct orders *o = orders_new(1 << 20);
	const struct order *order = NULL;
	int64_t large = ORDER_KEY_MAX + 1, negative = -1;

	assert_int_equal(take(o, "a", build_edges, NULL, &order), 0);
	assert_int_equal(order->n, 3);
	assert_int_equal(order_key(order, 0), 0);
	assert_int_equal(order_key(order, 1), ORDER_KEY_MAX);
	assert_int_equal(order_key(order, 2), 0x0102030405);
	order_release(o, order);
	assert_int_equal(take(o, "b", build_edges, &large, &order), -E2BIG);
	assert_int_equal(take(o, "c", build_edges, &negative, &order), -E2BIG);
	orders_free(o);
}

static void two_orders_of_a_million_files_fit_the_budget(void **state _unused_)
{
	struct orders *o = orders_new(12 << 20); /* as pool.c has it */
	atomic_int builds = 0;
	struct building b = {&builds, NULL, 1000000, 0};

	for (int i = 0; i < 2; i++) {
		assert_int_equal(get(o, "a", b), 0);
		assert_int_equal(get(o, "b", b), 0);
	}
	assert_int_equal(builds, 2);
	orders_free(o);
}

static void a_failed_build_is_tried_again(void **state _unused_)
{
	struct orders *o = orders_new(1 << 20);
	atomic_int builds = 0;
	struct building b = {&builds, NULL, 10, -ETIMEDOUT};

	assert_int_equal(get(o, "a", b), -ETIMEDOUT);
	b.result = 0;
	assert_int_equal(get(o, "a", b), 0);
	assert_int_equal(builds, 2);
	orders_free(o);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_work_runs_once_with_a_reader),
		TEST(a_full_queue_says_so_and_pool_free_calls_what_waits),
		TEST(pool_free_ends_a_running_query),
		TEST(a_query_ends_at_its_deadline),
		TEST(waiting_for_the_client_does_not_count),
		TEST(only_the_views_can_be_read),
		TEST(an_answer_sees_one_state_of_the_data),
		TEST(the_versions_are_those_of_the_snapshot),
		TEST(a_database_that_is_not_there_is_said_and_found_later),
		TEST(a_new_database_in_the_place_of_the_old_is_noticed),
		TEST(a_file_that_is_no_database_is_said),
		cmocka_unit_test(one_order_is_built_at_a_time_and_nobody_waits_for_it),
		cmocka_unit_test(the_least_used_order_makes_room),
		cmocka_unit_test(what_exceeds_the_budget_is_tried_once),
		cmocka_unit_test(an_order_in_use_is_not_thrown_out),
		cmocka_unit_test(keys_of_six_bytes_come_back_and_others_are_not_kept),
		cmocka_unit_test(two_orders_of_a_million_files_fit_the_budget),
		cmocka_unit_test(a_failed_build_is_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
