// needs: scannerd/store scannerd/match proto common
/* test_vault.c - accounts, sessions and API tokens within their bounds, in a file that only its
 * owner reads. */
#include "scannerd/store/vault.h"

#include "common/timefmt.h"
#include "scannerd/store/accounts.h"
#include "scannerd/store/sessions.h"
#include "scannerd/store/tokens.h"
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

#define NOW  INT64_C(1790000000)
#define HOUR INT64_C(3600)

static char dir[64];
static struct store *vault;
static struct err err;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int begin(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/vault-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	err = (struct err){0};
	return vault_new(dir, &vault, &err);
}

static int end(void **state)
{
	(void)state;
	store_free(vault);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

static int64_t add(const char *name, enum role role)
{
	int64_t id = 0;

	assert_int_equal(store_account_add(vault, name, role, "hash", NOW, &id, &err), 0);
	return id;
}

/* A session whose digest is the number. */
static int enter(int64_t account, uint32_t number, int64_t now, const char *address)
{
	struct session_begin in = {.account = account,
		.hash = "hash",
		.address = address,
		.agent = "test",
		.idle_s = 12 * HOUR,
		.max_s = 7 * 24 * HOUR};
	struct sign_in_out out = {0};
	int rc;

	memcpy(in.digest, &number, sizeof(number));
	err = (struct err){0};
	rc = store_session_begin(vault, &in, now, &out, &err);
	free(out.name);
	return rc;
}

static int use(uint32_t number, int64_t now, struct caller_out *ret)
{
	uint8_t digest[VAULT_DIGEST_BYTES] = {0};
	struct caller_out out = {0};
	int rc;

	memcpy(digest, &number, sizeof(number));
	rc = store_session_use(vault, digest, now, &out, &err);
	free(out.name);
	out.name = NULL;
	if (ret != NULL) {
		*ret = out;
	}
	return rc;
}

static int64_t count(const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_int(store_db(vault), &n, sql, ""), 0);
	return n;
}

static void only_the_owner_reads_the_file_also_one_that_was_open_to_all(void **state)
{
	(void)state;
	static const char *const names[] = {"accounts.db", "accounts.db-wal", "accounts.db-shm"};
	char path[128];
	struct stat st;

	add("jo", ROLE_VIEWER);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	store_free(vault);
	vault = NULL;
	snprintf(path, sizeof(path), "%s/accounts.db", dir);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(vault_new(dir, &vault, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(count("SELECT count(*) FROM accounts"), 1);
}

static void a_file_of_a_newer_version_is_refused_and_left_alone(void **state)
{
	(void)state;
	assert_int_equal(db_script(store_db(vault), "PRAGMA user_version=9"), 0);
	store_free(vault);
	vault = NULL;
	assert_int_equal(vault_new(dir, &vault, &err), -EPROTO);
	assert_non_null(strstr(err.message, "newer version"));
}

static void names_are_one_whatever_their_case(void **state)
{
	(void)state;
	struct account a;
	int64_t id = add("Jo", ROLE_OPERATOR), other;

	assert_int_equal(
		store_account_add(vault, "jO", ROLE_VIEWER, "hash", NOW, &other, &err), -EEXIST);
	assert_int_equal(err.code, ERR_EXISTS);
	assert_int_equal(store_account_by_name(vault, "JO", "192.0.2.1", &a, &err), 0);
	assert_int_equal(a.id, id);
	assert_string_equal(a.name, "Jo");
	assert_int_equal(a.role, ROLE_OPERATOR);
	assert_false(a.known_source);
	assert_int_equal(enter(id, 1, NOW, "192.0.2.1"), 0);
	store_account_by_name(vault, "jo", "192.0.2.1", &a, &err);
	assert_true(a.known_source);
	store_account_by_name(vault, "jo", "192.0.2.2", &a, &err);
	assert_false(a.known_source);
	assert_int_equal(store_account_by_name(vault, "nobody", "192.0.2.1", &a, &err), 0);
	assert_int_equal(a.id, 0);
	/* where no address is known, none is */
	assert_int_equal(enter(id, 2, NOW, ""), 0);
	store_account_by_name(vault, "jo", "", &a, &err);
	assert_false(a.known_source);
}

static void the_last_administrator_stays_whoever_is_asked_first(void **state)
{
	(void)state;
	struct account before;
	int64_t one = add("one", ROLE_ADMIN), two = add("two", ROLE_ADMIN);
	struct account_update down = {.id = one, .role = ROLE_VIEWER};

	assert_int_equal(store_account_update(vault, &down, NOW, &before, &err), 0);
	assert_int_equal(before.role, ROLE_ADMIN);
	down.id = two;
	assert_int_equal(store_account_update(vault, &down, NOW, &before, &err), -EPERM);
	assert_int_equal(store_account_remove(vault, two, &before, &err), -EPERM);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	assert_int_equal(store_account_remove(vault, one, &before, &err), 0);
	assert_int_equal(store_account_remove(vault, one, &before, &err), -ENOENT);
	assert_int_equal(count("SELECT count(*) FROM accounts"), 1);
}

static void a_thousand_accounts_and_no_more(void **state)
{
	(void)state;
	int64_t id;

	assert_int_equal(
		db_script(store_db(vault),
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
			"999)"
			" INSERT INTO accounts (name, role, password, created, changed)"
			" SELECT 'n' || i, 1, 'x', 0, 0 FROM n"),
		0);
	add("last", ROLE_VIEWER);
	assert_int_equal(
		store_account_add(vault, "more", ROLE_VIEWER, "hash", NOW, &id, &err), -E2BIG);
	struct accounts_out list = {0};
	assert_int_equal(store_accounts_list(vault, NOW, &list, &err), 0);
	assert_int_equal(list.accounts.n, ACCOUNTS_MAX);
	field_done(&accounts_out_table, &list);
}

static void a_session_lives_by_its_use_but_not_beyond_its_end(void **state)
{
	(void)state;
	int64_t jo = add("jo", ROLE_OPERATOR), now = NOW;
	struct caller_out caller;

	assert_int_equal(enter(jo, 1, NOW, "a"), 0);
	assert_int_equal(enter(jo, 2, NOW, "a"), 0);
	assert_int_equal(use(1, NOW + 12 * HOUR - 1, &caller), 0);
	assert_int_equal(caller.account, jo);
	assert_int_equal(caller.role, ROLE_OPERATOR);
	assert_int_equal(caller.kind, CALLER_SESSION);
	assert_int_equal(use(2, NOW + 12 * HOUR, NULL), -EACCES);
	assert_int_equal(err.code, ERR_NOT_SIGNED_IN);
	for (now = NOW + 12 * HOUR; now < NOW + 7 * 24 * HOUR; now += 11 * HOUR) {
		assert_int_equal(use(1, now, NULL), 0);
	}
	assert_int_equal(use(1, NOW + 7 * 24 * HOUR - 1, NULL), 0);
	assert_int_equal(use(1, NOW + 7 * 24 * HOUR, NULL), -EACCES);
	assert_int_equal(use(3, NOW, NULL), -EACCES);
	/* the next who signs in sweeps them away */
	assert_int_equal(enter(jo, 4, NOW + 8 * 24 * HOUR, "a"), 0);
	assert_int_equal(count("SELECT count(*) FROM sessions"), 1);
}

static void all_others_end_and_neither_this_one_nor_anybody_elses(void **state)
{
	(void)state;
	int64_t jo = add("jo", ROLE_VIEWER), eve = add("eve", ROLE_VIEWER), n = -1;
	struct caller_out caller;

	for (uint32_t i = 1; i <= 3; i++) {
		assert_int_equal(enter(jo, i, NOW, "a"), 0);
	}
	assert_int_equal(enter(eve, 4, NOW, "a"), 0);
	assert_int_equal(use(2, NOW, &caller), 0);
	assert_int_equal(store_sessions_end_others(vault, jo, caller.id, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(use(1, NOW, NULL), -EACCES);
	assert_int_equal(use(2, NOW, NULL), 0);
	assert_int_equal(use(3, NOW, NULL), -EACCES);
	assert_int_equal(use(4, NOW, NULL), 0);
	assert_int_equal(store_sessions_end_others(vault, jo, caller.id, &n, &err), 0);
	assert_int_equal(n, 0);
}

static void sessions_are_bounded_for_one_and_for_all_and_the_longest_unused_go(void **state)
{
	(void)state;
	int64_t jo = add("jo", ROLE_VIEWER), eve = add("eve", ROLE_VIEWER);

	for (uint32_t i = 0; i < SESSIONS_OF_ONE_MAX + 3; i++) {
		assert_int_equal(enter(jo, i, NOW + i, "a"), 0);
	}
	assert_int_equal(count("SELECT count(*) FROM sessions"), SESSIONS_OF_ONE_MAX);
	assert_int_equal(use(2, NOW + 200, NULL), -EACCES);
	assert_int_equal(use(3, NOW + 200, NULL), 0);
	assert_int_equal(
		db_script(store_db(vault),
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
			"9950)"
			" INSERT INTO accounts (name, role, password, created, changed)"
			" SELECT 'n' || i, 1, 'x', 0, 0 FROM n;"
			"INSERT INTO sessions (account, digest, created, used, expires, idle_s, "
			"address, agent) SELECT id, randomblob(32), created, 1790000300, "
			"1790999999, 99999, '', '' FROM accounts WHERE name LIKE 'n%'"),
		0);
	assert_int_equal(enter(eve, 5000, NOW + 301, "a"), 0);
	assert_int_equal(count("SELECT count(*) FROM sessions"), SESSIONS_MAX);
	assert_int_equal(use(5000, NOW + 302, NULL), 0);
	assert_int_equal(use(4, NOW + 302, NULL), -EACCES); /* of jo's, used long ago */
}

static void a_password_that_changed_meanwhile_lets_nobody_in(void **state)
{
	(void)state;
	int64_t jo = add("jo", ROLE_VIEWER);
	struct account before;
	struct account_update change = {.id = jo, .hash = "another", .except = 0};

	assert_int_equal(enter(jo, 1, NOW, "a"), 0);
	assert_int_equal(store_account_update(vault, &change, NOW, &before, &err), 0);
	assert_int_equal(enter(jo, 2, NOW, "a"), -EACCES);
	assert_int_equal(err.code, ERR_SIGN_IN_REFUSED);
	assert_int_equal(use(1, NOW, NULL), -EACCES);
	assert_int_equal(count("SELECT count(*) FROM sessions"), 0);
}

static void a_code_is_used_up_also_when_two_come_at_once(void **state)
{
	(void)state;
	static const uint8_t secret[TOTP_SECRET_BYTES] = "abcdefghijklmnopqrs";
	int64_t jo = add("jo", ROLE_VIEWER);
	char code[TOTP_CODE_SIZE];

	totp_code(secret, NOW / TOTP_STEP_S, code);
	assert_int_equal(store_totp_use(vault, jo, NULL, NOW, &err), 0); /* none is asked for */
	assert_int_equal(store_totp_confirm(vault, jo, code, NOW, &err), -ENOENT);
	assert_int_equal(store_totp_begin(vault, jo, secret, &err), 0);
	assert_int_equal(store_totp_use(vault, jo, NULL, NOW, &err), 0);
	assert_int_equal(store_totp_confirm(vault, jo, "000000", NOW, &err), -EACCES);
	assert_int_equal(store_totp_confirm(vault, jo, code, NOW, &err), 0);
	assert_int_equal(store_totp_use(vault, jo, NULL, NOW, &err), -EACCES);
	assert_int_equal(err.code, ERR_CODE_NEEDED);
	assert_int_equal(store_totp_use(vault, jo, code, NOW, &err), -EACCES);
	assert_int_equal(err.code, ERR_SIGN_IN_REFUSED);
	totp_code(secret, NOW / TOTP_STEP_S + 1, code);
	assert_int_equal(store_totp_use(vault, jo, code, NOW, &err), 0);
	assert_int_equal(store_totp_use(vault, jo, code, NOW, &err), -EACCES);
}

static void tokens_end_and_go_with_their_maker_and_are_bounded(void **state)
{
	(void)state;
	int64_t jo = add("jo", ROLE_ADMIN), id;
	char name[] = "backup job";
	uint8_t digest[VAULT_DIGEST_BYTES] = {1};
	struct token_in in = {.name = name, .role = ROLE_OPERATOR, .expires = NOW + 10};
	struct caller_out out = {0};
	struct account before;

	add("boss", ROLE_ADMIN);
	assert_int_equal(store_token_add(vault, &in, jo, digest, NOW, &id, &err), 0);
	assert_int_equal(store_token_add(vault, &in, jo, digest, NOW, &id, &err), -EEXIST);
	assert_int_equal(store_token_use(vault, digest, NOW + 9, &out, &err), 0);
	assert_string_equal(out.name, "token:backup job");
	assert_int_equal(out.role, ROLE_OPERATOR);
	free(out.name);
	assert_int_equal(store_token_use(vault, digest, NOW + 10, &out, &err), -EACCES);
	assert_int_equal(store_account_remove(vault, jo, &before, &err), 0);
	assert_int_equal(count("SELECT count(*) FROM tokens"), 0);
	assert_int_equal(
		db_script(store_db(vault),
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
			"1000)"
			" INSERT INTO tokens (name, role, digest, created)"
			" SELECT 't' || i, 1, randomblob(32), 0 FROM n"),
		0);
	assert_int_equal(store_token_add(vault, &in, 0, digest, NOW, &id, &err), -E2BIG);
	struct tokens_out list = {0};
	assert_int_equal(store_tokens_list(vault, &list, &err), 0);
	assert_int_equal(list.tokens.n, TOKENS_MAX);
	assert_null(list.tokens.v[0].account);
	field_done(&tokens_out_table, &list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_owner_reads_the_file_also_one_that_was_open_to_all),
		TEST(a_file_of_a_newer_version_is_refused_and_left_alone),
		TEST(names_are_one_whatever_their_case),
		TEST(the_last_administrator_stays_whoever_is_asked_first),
		TEST(a_thousand_accounts_and_no_more),
		TEST(a_session_lives_by_its_use_but_not_beyond_its_end),
		TEST(all_others_end_and_neither_this_one_nor_anybody_elses),
		TEST(sessions_are_bounded_for_one_and_for_all_and_the_longest_unused_go),
		TEST(a_password_that_changed_meanwhile_lets_nobody_in),
		TEST(a_code_is_used_up_also_when_two_come_at_once),
		TEST(tokens_end_and_go_with_their_maker_and_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
