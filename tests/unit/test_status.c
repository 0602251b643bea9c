// needs: proto common
/* test_status.c - every row of the status table, its exact boundaries, and that the reasons are
 * sentences. */
#include "common/timefmt.h"
#include "proto/status.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOW  INT64_C(1790000000)
#define DAY  INT64_C(86400)
#define YEAR (365 * DAY)

static const struct {
	const char *what;
	struct status_facts facts;
	enum status status;
	const char *says;
} cases[] = {
	{"nothing at all", {.backup_time = TIME_NONE, .green_within_s = YEAR}, STATUS_RED,
		"No backup of this server was found in any scanned directory."},
	{"nothing, a directory is gone",
		{.backup_time = TIME_NONE, .unavailable_root = "/mnt/nas", .green_within_s = YEAR},
		STATUS_UNKNOWN, "/mnt/nas"},
	{"nothing but ambiguous files",
		{.backup_time = TIME_NONE, .ambiguous = 2, .green_within_s = YEAR}, STATUS_UNKNOWN,
		"2 files may be"},
	{"nothing but repositories",
		{.backup_time = TIME_NONE, .opaque = 1, .green_within_s = YEAR}, STATUS_UNKNOWN,
		"1 backup repository that cannot be looked into may hold one"},
	{"nothing but repositories, of which one is named",
		{.backup_time = TIME_NONE,
			.opaque = 2,
			.opaque_path = "/srv/restic",
			.green_within_s = YEAR},
		STATUS_UNKNOWN,
		"No backup of this server is known, but 2 backup repositories that cannot be "
		"looked "
		"into may hold one: a rule that gives /srv/restic to its server, or ignores it, "
		"will "
		"settle it."},
	{"a repository whose path is hostile",
		{.backup_time = TIME_NONE,
			.opaque = 1,
			.opaque_path = "/srv/\x1b[31m\xff",
			.green_within_s = YEAR},
		STATUS_UNKNOWN, "gives /srv/\\x1b[31m\\xff to"},
	{"a repository and a directory that is gone: the directory first",
		{.backup_time = TIME_NONE,
			.unavailable_root = "/mnt/nas",
			.opaque = 1,
			.opaque_path = "/srv/restic",
			.green_within_s = YEAR},
		STATUS_UNKNOWN, "known, but the directory /mnt/nas is not available"},
	{"a repository and ambiguous files: the files first",
		{.backup_time = TIME_NONE,
			.ambiguous = 1,
			.opaque = 1,
			.opaque_path = "/srv/restic",
			.green_within_s = YEAR},
		STATUS_UNKNOWN, "but 1 file may be this server's"},
	{"evidence in an unavailable directory",
		{.backup_time = NOW - DAY,
			.evidence_root = "/mnt/nas",
			.unavailable_root = "/mnt/nas",
			.green_within_s = YEAR},
		STATUS_UNKNOWN,
		"The directory /mnt/nas is not available; the newest known backup lies there."},
	{"evidence in an unavailable directory, older than red_after",
		{.backup_time = NOW - 9 * DAY,
			.evidence_root = "/mnt/nas",
			.green_within_s = DAY,
			.red_after_s = 2 * DAY},
		STATUS_UNKNOWN, "/mnt/nas"},
	{"red by age while another directory is gone",
		{.backup_time = NOW - 9 * DAY,
			.unavailable_root = "/mnt/b",
			.green_within_s = DAY,
			.red_after_s = 2 * DAY},
		STATUS_UNKNOWN, "/mnt/b"},
	{"red by age while files are ambiguous",
		{.backup_time = NOW - 9 * DAY,
			.ambiguous = 3,
			.green_within_s = DAY,
			.red_after_s = 2 * DAY},
		STATUS_UNKNOWN, "allows 1 day. But 3 files may be this server's or another's"},
	{"red by age while a repository is nobody's",
		{.backup_time = NOW - 9 * DAY,
			.opaque = 1,
			.opaque_path = "/srv/borg",
			.green_within_s = DAY,
			.red_after_s = 2 * DAY},
		STATUS_UNKNOWN,
		"allows 1 day. But 1 backup repository that cannot be looked into may hold a newer "
		"one: a rule that gives /srv/borg to its server"},
	{"green while a repository is nobody's",
		{.backup_time = NOW - DAY,
			.opaque = 1,
			.opaque_path = "/srv/borg",
			.green_within_s = YEAR},
		STATUS_GREEN, "allows 365 days."},
	{"green while another directory is gone",
		{.backup_time = NOW - DAY, .unavailable_root = "/mnt/b", .green_within_s = YEAR},
		STATUS_GREEN, "1 day old"},
	{"young", {.backup_time = NOW - 3 * DAY, .green_within_s = YEAR}, STATUS_GREEN,
		"The newest backup is 3 days old; the policy allows 365 days."},
	{"a policy with a name",
		{.backup_time = NOW - 3 * DAY, .green_within_s = YEAR, .policy = "laptops"},
		STATUS_GREEN, "the policy \"laptops\" allows 365 days"},
	{"exactly green_within", {.backup_time = NOW - YEAR, .green_within_s = YEAR}, STATUS_GREEN,
		"365 days old"},
	{"one second over", {.backup_time = NOW - YEAR - 1, .green_within_s = YEAR}, STATUS_YELLOW,
		"just over 365 days old"},
	{"exactly red_after",
		{.backup_time = NOW - 2 * YEAR, .green_within_s = YEAR, .red_after_s = 2 * YEAR},
		STATUS_YELLOW, "2 years old"},
	{"a second over red_after",
		{.backup_time = NOW - 2 * YEAR - 1,
			.green_within_s = YEAR,
			.red_after_s = 2 * YEAR},
		STATUS_RED, "2 years old; the policy allows 365 days"},
	{"red_after shorter than green_within, young",
		{.backup_time = NOW - DAY, .green_within_s = YEAR, .red_after_s = DAY},
		STATUS_GREEN, "1 day old; the policy allows 1 day"},
	{"red_after shorter than green_within, over",
		{.backup_time = NOW - DAY - 1, .green_within_s = YEAR, .red_after_s = DAY},
		STATUS_RED, "allows 1 day"},
	{"very old without red_after", {.backup_time = 0, .green_within_s = DAY}, STATUS_YELLOW,
		"years old"},
	{"green with a stated future",
		{.backup_time = NOW, .green_within_s = DAY, .findings = FINDING_FUTURE},
		STATUS_YELLOW, "in the future"},
	{"green but shrunk",
		{.backup_time = NOW, .green_within_s = DAY, .findings = FINDING_SHRUNK},
		STATUS_YELLOW, "much smaller"},
	{"green but identical",
		{.backup_time = NOW, .green_within_s = DAY, .findings = FINDING_IDENTICAL},
		STATUS_YELLOW, "exactly as large"},
	{"drift only informs",
		{.backup_time = NOW, .green_within_s = DAY, .findings = FINDING_DRIFT},
		STATUS_GREEN, "old"},
	{"red with a finding stays red",
		{.backup_time = NOW - 9 * DAY,
			.green_within_s = DAY,
			.red_after_s = DAY,
			.findings = FINDING_SHRUNK},
		STATUS_RED, "9 days"},
	{"too few copies",
		{.backup_time = NOW, .green_within_s = DAY, .copies = 3, .backup_count = 2},
		STATUS_YELLOW, "wants 3 backups, 2 are there"},
	{"one copy of two",
		{.backup_time = NOW, .green_within_s = DAY, .copies = 2, .backup_count = 1},
		STATUS_YELLOW, "1 is there"},
	{"enough copies",
		{.backup_time = NOW, .green_within_s = DAY, .copies = 3, .backup_count = 3},
		STATUS_GREEN, "old"},
	{"a clock a little ahead", {.backup_time = NOW + 600, .green_within_s = DAY}, STATUS_GREEN,
		"0 seconds old"},
	{"a time far ahead is no evidence of health",
		{.backup_time = NOW + YEAR, .green_within_s = DAY}, STATUS_YELLOW,
		"lies in the future"},
	{"exempt without an end",
		{.backup_time = TIME_NONE,
			.exempt_reason = "test machine",
			.exempt_author = "anna",
			.exempt_until = TIME_NONE},
		STATUS_EXEMPT, "Exempt until somebody ends it (test machine, says anna)."},
	{"exempt, and nobody knows who said so",
		{.backup_time = TIME_NONE,
			.exempt_reason = "test machine",
			.exempt_author = "",
			.exempt_until = TIME_NONE},
		STATUS_EXEMPT, "Exempt until somebody ends it (test machine)."},
	{"exempt to the end of a day",
		{.backup_time = TIME_NONE,
			.exempt_reason = "test machine",
			.exempt_author = "anna",
			.exempt_until = NOW + DAY,
			.exempt_day = "2026-09-22"},
		STATUS_EXEMPT, "Exempt until 2026-09-22 (test machine, says anna)."},
	{"exempt until a time",
		{.backup_time = TIME_NONE, .exempt_reason = "moved", .exempt_until = NOW + DAY},
		STATUS_EXEMPT, "Exempt until 2026-09-22T14:13:20Z (moved)."},
	{"exempt goes before what is incomplete",
		{.backup_time = NOW - DAY,
			.evidence_root = "/mnt/nas",
			.unavailable_root = "/mnt/nas",
			.green_within_s = YEAR,
			.exempt_reason = "moved",
			.exempt_until = NOW + DAY},
		STATUS_EXEMPT, "Exempt until"},
	{"the last second of an exemption",
		{.backup_time = TIME_NONE, .exempt_reason = "moved", .exempt_until = NOW},
		STATUS_EXEMPT, "Exempt until"},
	{"the first second after an exemption",
		{.backup_time = TIME_NONE,
			.exempt_reason = "test machine",
			.exempt_author = "anna",
			.exempt_until = NOW - 1,
			.exempt_day = "2026-09-21"},
		STATUS_RED,
		"in any scanned directory. Its exemption (test machine) ended on 2026-09-21."},
	{"an exemption that ended at a time",
		{.backup_time = TIME_NONE, .exempt_reason = "moved", .exempt_until = NOW - DAY},
		STATUS_RED, "Its exemption (moved) ended on 2026-09-20T14:13:20Z."},
	{"an exemption that ended, and the evidence is incomplete",
		{.backup_time = TIME_NONE,
			.unavailable_root = "/mnt/nas",
			.exempt_reason = "moved",
			.exempt_until = NOW - DAY},
		STATUS_UNKNOWN, "will tell. Its exemption (moved) ended on"},
	{"an exemption that ended, and the backup is old",
		{.backup_time = NOW - 2 * YEAR,
			.green_within_s = YEAR,
			.exempt_reason = "moved",
			.exempt_until = NOW - DAY},
		STATUS_YELLOW, "allows 365 days. Its exemption (moved) ended on"},
	{"an exemption whose words are hostile",
		{.backup_time = TIME_NONE,
			.exempt_reason = "\x1b[2J\xff",
			.exempt_author = "\n",
			.exempt_until = TIME_NONE},
		STATUS_EXEMPT, "(\\x1b[2J\\xff, says \\x0a)."},
	{"the smallest time there is", {.backup_time = INT64_MIN + 1, .green_within_s = DAY},
		STATUS_YELLOW, "old"},
};

static void facts_give_their_status_and_reason(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char reason[512];
		enum status got = status_judge(&cases[i].facts, NOW, reason, sizeof(reason));
		if (got != cases[i].status || strstr(reason, cases[i].says) == NULL) {
			fail_msg("%s: %s, \"%s\"", cases[i].what, status_names[got], reason);
		}
		assert_true(reason[0] >= 'A' || (reason[0] >= '0' && reason[0] <= '9'));
		assert_int_equal(reason[strlen(reason) - 1], '.');
	}
}

static void a_green_server_does_not_speak_of_an_ended_exemption(void **state _unused_)
{
	const struct status_facts facts = {.backup_time = NOW - DAY,
		.green_within_s = YEAR,
		.exempt_reason = "moved",
		.exempt_until = NOW - DAY};
	char reason[512];

	assert_int_equal(status_judge(&facts, NOW, reason, sizeof(reason)), STATUS_GREEN);
	assert_null(strstr(reason, "xempt"));
}

static void reason_is_cut_at_its_size(void **state _unused_)
{
	for (size_t size = 0; size < 80; size++) {
		_free_ char *reason = malloc(size + 1);
		assert_non_null(reason);
		reason[size] = '#';
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			assert_int_equal(
				status_judge(&cases[i].facts, NOW, reason, size), cases[i].status);
			assert_int_equal(reason[size], '#');
			assert_true(size == 0 || strlen(reason) < size);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_give_their_status_and_reason),
		cmocka_unit_test(a_green_server_does_not_speak_of_an_ended_exemption),
		cmocka_unit_test(reason_is_cut_at_its_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
