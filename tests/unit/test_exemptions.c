// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_exemptions.c - a server is exempt while somebody says so, and it is written down when that
 * begins and ends. */
#include "store_fixture.h"

#include "common/tzfile.h"
#include "scannerd/store/exemptions.h"

#define NOW INT64_C(1790000000) /* 2026-09-21T14:13:20Z */
#define DAY INT64_C(86400)

static int64_t add_server(const char *hostname)
{
	char name[64];
	struct server_in in = {.hostname = name};
	int64_t id = 0;

	snprintf(name, sizeof(name), "%s", hostname);
	assert_int_equal(store_server_add(store, &in, NOW, &id, &err), 0);
	return id;
}

/* Evidence of all servers as it is without any file. */
static void judge_all(int64_t now)
{
	count_files(now, 0);
}

static int exempt(int64_t id, const char *reason, const char *author, const char *until)
{
	char texts[3][2048];
	struct exemption_in in = {.id = id, .reason = texts[0]};

	snprintf(texts[0], sizeof(texts[0]), "%s", reason);
	if (author != NULL) {
		snprintf(texts[1], sizeof(texts[1]), "%s", author);
		in.author = texts[1];
	}
	if (until != NULL) {
		snprintf(texts[2], sizeof(texts[2]), "%s", until);
		in.until = texts[2];
	}
	err = (struct err){0};
	return store_exemption_set(store, &in, NOW, &err);
}

static void what_is_said_is_kept_without_the_blanks_around_it(void **state)
{
	(void)state;
	int64_t id = add_server("web1");

	assert_int_equal(exempt(id, "  test machine ", " anna  ", "2026-10-01T12:00:00+02:00"), 0);
	assert_string_equal(ask("SELECT exempt_reason || '|' || exempt_author || '|' ||"
				" exempt_since || '|' || exempt_until FROM v_servers"),
		"test machine|anna|1790000000|1790848800");
	assert_string_equal(ask("SELECT exempt_day FROM v_servers"), "");
	assert_int_equal(exempt(id, "moved \xf0\x9f\x9a\x9a", NULL, NULL), 0);
	assert_string_equal(ask("SELECT exempt_reason || '|' || exempt_author || '|' ||"
				" coalesce(exempt_until, 'none') FROM v_servers"),
		"moved \xf0\x9f\x9a\x9a||none");
}

static void a_day_ends_by_the_clocks_of_the_machine(void **state)
{
	(void)state;
	_cleanup_(tz_freep) struct tz *tz = NULL;
	int64_t id = add_server("web1"), until;

	assert_int_equal(tz_load("", &tz), 0);
	assert_int_equal(exempt(id, "test", NULL, "2027-01-31"), 0);
	until = ask_int("SELECT exempt_until FROM v_servers");
	assert_int_equal(until + tz_offset(tz, until), 1801439999); /* 2027-01-31T23:59:59 */
	assert_string_equal(ask("SELECT exempt_day FROM v_servers"), "2027-01-31");
}

static void what_cannot_be_kept_is_refused_with_its_field(void **state)
{
	(void)state;
	const struct {
		const char *reason, *author, *until, *field, *says;
	} cases[] = {
		{"", NULL, NULL, "reason", "is empty"},
		{"   ", NULL, NULL, "reason", "is empty"},
		{"a\nb", NULL, NULL, "reason", "cannot be printed"},
		{"a\x1b[2J", NULL, NULL, "reason", "cannot be printed"},
		{"a\x7f", NULL, NULL, "reason", "cannot be printed"},
		{"a\xc2\x9b", NULL, NULL, "reason", "cannot be printed"},
		{"a\xff", NULL, NULL, "reason", "cannot be printed"},
		{"a", "b\tc", NULL, "author", "cannot be printed"},
		{"a", NULL, "tomorrow", "until", "no such day or time"},
		{"a", NULL, "2027-02-29", "until", "no such day or time"},
		{"a", NULL, "2027-01-31T12:00:00", "until", "no such day or time"},
		{"a", NULL, "2026-09-19", "until", "over already"},
		{"a", NULL, "2026-09-21T14:13:19Z", "until", "over already"},
		{"a", NULL, "2127-01-31", "until", "more than 100 years"},
		{"a", NULL, "9999-12-31T23:59:59Z", "until", "more than 100 years"},
	};
	int64_t id = add_server("web1");

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(
			exempt(id, cases[i].reason, cases[i].author, cases[i].until), -EINVAL);
		assert_string_equal(err.field, cases[i].field);
		assert_non_null(strstr(err.message, cases[i].says));
	}
	assert_int_equal(ask_int("SELECT count(*) FROM exemptions"), 0);
}

static void a_server_that_is_not_there_or_not_exempt_is_not_found(void **state)
{
	(void)state;
	int64_t id = add_server("web1");

	assert_int_equal(exempt(id + 1, "test", NULL, NULL), -ENOENT);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(store_exemption_end(store, id + 1, NOW, &err), -ENOENT);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(store_exemption_end(store, id, NOW, &err), -ENOENT);
	assert_string_equal(err.message, "this server is not exempt");
}

static void beginning_and_ending_are_written_down(void **state)
{
	(void)state;
	int64_t id = add_server("web1");

	judge_all(NOW);
	assert_int_equal(exempt(id, "test machine", "anna", NULL), 0);
	assert_string_equal(
		ask("SELECT before || after || reason FROM v_status_changes ORDER BY id DESC"),
		"redexemptExempt until somebody ends it (test machine, says anna).");
	assert_int_equal(store_exemption_end(store, id, NOW + 5, &err), 0);
	assert_string_equal(
		ask("SELECT before || after || reason FROM v_status_changes ORDER BY id DESC"),
		"exemptredNo backup of this server was found in any scanned directory.");
	assert_string_equal(ask("SELECT exempt_reason FROM v_servers"), "");
}

static void an_exemption_ends_by_itself_and_says_so(void **state)
{
	(void)state;
	int64_t id = add_server("web1");

	judge_all(NOW);
	assert_int_equal(exempt(id, "test machine", "anna", "2026-09-22T14:13:20Z"), 0);
	assert_int_equal(store_status_record(store, NOW + DAY, 0, &err), 0);
	assert_string_equal(ask("SELECT after FROM v_status_changes ORDER BY id DESC"), "exempt");
	assert_int_equal(store_status_record(store, NOW + DAY + 1, 0, &err), 0);
	assert_string_equal(
		ask("SELECT before || after || reason FROM v_status_changes ORDER BY id DESC"),
		"exemptredNo backup of this server was found in any scanned directory. Its "
		"exemption (test machine) ended on 2026-09-22T14:13:20Z.");
}

static void the_next_end_is_the_soonest_that_is_not_over(void **state)
{
	(void)state;
	assert_true(store_exemption_next_end(store, NOW) == TIME_NONE);
	assert_int_equal(exempt(add_server("web1"), "a", NULL, NULL), 0);
	assert_true(store_exemption_next_end(store, NOW) == TIME_NONE);
	assert_int_equal(exempt(add_server("web2"), "a", NULL, "2026-09-23T14:13:20Z"), 0);
	assert_int_equal(exempt(add_server("web3"), "a", NULL, "2026-09-22T14:13:20Z"), 0);
	assert_int_equal(store_exemption_next_end(store, NOW), NOW + DAY);
	assert_int_equal(store_exemption_next_end(store, NOW + DAY), NOW + DAY);
	assert_int_equal(store_exemption_next_end(store, NOW + DAY + 1), NOW + 2 * DAY);
	assert_true(store_exemption_next_end(store, NOW + 3 * DAY) == TIME_NONE);
}

static void an_exemption_goes_with_its_server(void **state)
{
	(void)state;
	int64_t id = add_server("web1");

	assert_int_equal(exempt(id, "a", NULL, NULL), 0);
	assert_int_equal(store_server_remove(store, id, &err), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM exemptions"), 0);
}

static void merging_keeps_the_exemption_of_the_server_that_stays(void **state)
{
	(void)state;
	int64_t id = add_server("web1"), other = add_server("web2"), third = add_server("web3");

	assert_int_equal(exempt(id, "stays", NULL, NULL), 0);
	assert_int_equal(exempt(other, "goes", NULL, NULL), 0);
	assert_int_equal(store_servers_merge(store, id, other, &err), 0);
	assert_string_equal(ask("SELECT group_concat(reason) FROM exemptions"), "stays");
	assert_int_equal(store_servers_merge(store, third, id, &err), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM exemptions"), 0);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
	const struct CMUnitTest tests[] = {
		CASE(what_is_said_is_kept_without_the_blanks_around_it),
		CASE(a_day_ends_by_the_clocks_of_the_machine),
		CASE(what_cannot_be_kept_is_refused_with_its_field),
		CASE(a_server_that_is_not_there_or_not_exempt_is_not_found),
		CASE(beginning_and_ending_are_written_down),
		CASE(an_exemption_ends_by_itself_and_says_so),
		CASE(the_next_end_is_the_soonest_that_is_not_over),
		CASE(an_exemption_goes_with_its_server),
		CASE(merging_keeps_the_exemption_of_the_server_that_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
