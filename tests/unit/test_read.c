// needs: webd proto common
/* test_read.c - every list: its rows, filters, sorts, pages and errors, over a real database. */
#include "read_fixture.h"

#include "proto/repository.h"
#include "proto/status.h"
#include "proto/verdict.h"

static const struct read *const reads[] = {&files_read, &servers_read, &status_read, &scans_read,
	&directories_read, &problems_read, &status_history_read, &status_changes_read,
	&settings_history_read, &repositories_read};

/* Three servers (the last never scanned), two directories, one of them away; a name that is no
 * UTF-8; equal sort values and NULLs wherever there can be some. */
static const char rows[] =
	"INSERT INTO roots (id, path, available, reason, files, dirs, bytes, newest, last_scan) "
	"VALUES"
	" (1, CAST('/srv' AS BLOB), 1, '', 6, 2, 1111, 1700000000, 1700000100),"
	" (2, CAST('/nas' AS BLOB), 0, 'it is not mounted', 1, 1, 5, NULL, NULL);"
	"INSERT INTO dirs (id, root, path, digest, next) VALUES"
	" (1, 1, CAST('/srv' AS BLOB), x'', 9), (2, 1, CAST('/srv/Web' AS BLOB), x'', 9),"
	" (3, 2, CAST('/nas' AS BLOB), x'', 9);"
	"INSERT INTO servers (id, created, hostname, address, address_key, os, ports, mac, "
	"is_reachable,"
	"  last_seen, last_scan, by_hand) VALUES"
	" (1, 0, 'web01', '10.0.0.9', x'040a000009', 'Linux 5', '22/tcp (ssh), 80/tcp (http)',"
	"  'aa:bb:cc:dd:ee:ff', 1, 1700000000, 1700000000, 0),"
	" (2, 0, 'DB', '10.0.0.10', x'040a00000a', NULL, '', NULL, 0, 1600000000, 1700000000, 0),"
	" (3, 0, 'handmade', NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, 1);"
	"INSERT INTO addresses (key, address, server) VALUES (x'040a000009', '10.0.0.9', 1),"
	" (x'04c0a80101', '192.168.1.1', 1), (x'040a00000a', '10.0.0.10', 2);"
	"INSERT INTO aliases VALUES (1, 'www'), (1, 'intra');"
	"INSERT INTO tags VALUES (1, 'Prod'), (2, 'test');"
	/* match = server << 9 | time_source << 5 | reason */
	"INSERT INTO files (id, name, mtime_ns, size, match, drift) VALUES"
	" (16777216, CAST('web01_1.tar' AS BLOB), 1700000000999999999, 100, 512 | 32, -3600),"
	" (16777217, x'ff62616b', 1700000000000000000, 100, 1, 0),"
	" (16777218, CAST('=cmd.tar' AS BLOB), -1, 0, 1024 | 4, 0),"
	" (33554432, CAST('a<b>.log' AS BLOB), 1600000000000000000, 900, 512 | 7, 0),"
	" (33554433, CAST('web01_1.tar' AS BLOB), 1500000000000000000, 11, 512, 0),"
	" (33554434, CAST('who.tar' AS BLOB), 1500000000000000000, 0, 2, 0),"
	" (50331648, CAST('DB.dump' AS BLOB), 1650000000000000000, 5, 1024, 0);"
	"INSERT INTO evidence (server, file, backup_time, time_source, backup_count, backup_bytes,"
	"  findings, policy, green_within, red_after) VALUES"
	" (1, 16777216, 1699996400, 1, 2, 111, 12, NULL, 3153600000, 0),"
	" (2, 50331648, 1650000000, 0, 1, 5, 0, 'strict', 86400, 172800);"
	"INSERT INTO scans (id, kind, state, requested_by, started, finished) VALUES"
	" (1, 'directories', 'succeeded', 'person', 1700000000, 1700000010),"
	" (2, 'servers', 'failed', 'schedule', 1700000000, 1700000020),"
	" (3, 'directories', 'running', 'person', 1700000100, NULL);"
	"INSERT INTO problems VALUES (1, 1, CAST('/srv/x' AS BLOB), 'permission denied'),"
	" (1, 2, x'ff', 'permission denied'), (3, 1, CAST('/srv/y' AS BLOB), 'gone');"
	"INSERT INTO status_history (time, scan, green, yellow, red, unknown, exempt) VALUES"
	" (1, NULL, 1, 2, 3, 4, 5), (2, 1, 1, 2, 3, 4, 5), (3, 2, 0, 0, 0, 0, 0);"
	"INSERT INTO status_changes (server, time, before, after, reason) VALUES"
	" (1, 1, NULL, 'red', 'new'), (1, 2, 'red', 'green', 'a backup'), (2, 2, NULL, 'red', "
	"'new');"
	"INSERT INTO settings_history (time, actor, revision, config) VALUES"
	" (1, 'start', 'a', '{\"x\":1}'), (2, 'admin', 'b', '{}');";

static struct fixture fixture;

static int setup(void **state _unused_)
{
	fixture_init(&fixture);
	fixture_create(&fixture);
	fixture_run(&fixture, rows);
	return 0;
}

static int teardown(void **state _unused_)
{
	fixture_done(&fixture);
	return 0;
}

static cJSON *ask(const struct read *r, const char *text)
{
	return fixture_json(&fixture, r, text);
}

/* "1,3": what identifies the rows of an answer, in its order. */
static char *ids(const struct read *r, const char *text)
{
	_json_ cJSON *json = ask(r, text);
	_buf_ struct buf b = BUF_INIT;
	const cJSON *row;

	cJSON_ArrayForEach (row, json_get(json, r->name)) {
		int64_t id = json_get_int(row, "id", -1);

		if (r == &problems_read) {
			id = json_get_int(row, "scan", -1) * 10 + json_get_int(row, "seq", -1);
		}
		if (r == &files_read) { /* directory and ordinal, as one number */
			id = (id >> 24) * 10 + (id & 0xffffff);
		}
		if (r == &status_read) {
			buf_printf(
				&b, "%s%s", b.len > 0 ? "," : "", json_get_string(row, "hostname"));
		} else {
			buf_printf(&b, "%s%ld", b.len > 0 ? "," : "", (long)id);
		}
	}
	buf_addc(&b, '\0');
	return buf_steal(&b);
}

static const cJSON *find(const cJSON *json, const char *list, int64_t id)
{
	const cJSON *row;

	cJSON_ArrayForEach (row, json_get(json, list)) {
		if (json_get_int(row, "id", -1) == id) {
			return row;
		}
	}
	fail_msg("no row %ld", (long)id);
	return NULL;
}

static void assert_member(const cJSON *row, const char *name, const char *wanted)
{
	_free_ char *text = cJSON_PrintUnformatted(json_get(row, name));

	assert_non_null(text);
	assert_string_equal(text, wanted);
}

static void a_file_has_the_fields_of_the_contract(void **state _unused_)
{
	static const char *const wanted[][2] = {
		{"id", "16777216"},
		{"filename", "\"web01_1.tar\""},
		{"filepath", "\"/srv/web01_1.tar\""},
		{"last_modified", "\"2023-11-14T22:13:20Z\""},
		{"size", "100"},
		{"scan_time", "\"2023-11-14T22:15:00Z\""},
		{"server", "\"web01\""},
		{"server_id", "1"},
		{"backup_time", "\"2023-11-14T21:13:20Z\""},
		{"time_source", "\"name\""},
		{"counts", "true"},
	};
	_json_ cJSON *json = ask(&files_read, "");
	const cJSON *row = find(json, "files", 16777216);

	assert_string_equal(json_get_string(json, "status"), "success");
	assert_int_equal(json_get_int(json, "count", -1), 7);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		assert_member(row, wanted[i][0], wanted[i][1]);
	}
	assert_string_equal(json_get_string(row, "reason"), verdict_reason_words(VERDICT_COUNTS));
	assert_null(json_get(row, "filename_b64"));
}

static void a_name_that_is_no_utf8_comes_with_its_bytes(void **state _unused_)
{
	_json_ cJSON *json = ask(&files_read, "");
	const cJSON *row = find(json, "files", 16777217);

	assert_member(row, "filename",
		"\"\xef\xbf\xbd"
		"bak\"");
	assert_member(row, "filename_b64", "\"/2Jhaw==\"");
	assert_member(row, "filepath_b64", "\"L3Nydi//YmFr\"");
	assert_member(row, "server", "null");
	assert_member(row, "server_id", "null");
}

static void a_time_before_1970_is_floored(void **state _unused_)
{
	_json_ cJSON *json = ask(&files_read, "");

	assert_member(find(json, "files", 16777218), "last_modified", "\"1969-12-31T23:59:59Z\"");
	assert_member(find(json, "files", 16777218), "backup_time", "\"1969-12-31T23:59:59Z\"");
}

static void a_server_has_the_fields_of_the_contract(void **state _unused_)
{
	static const char *const wanted[][2] = {
		{"hostname", "\"web01\""},
		{"ip_address", "\"10.0.0.9\""},
		{"detected_os", "\"Linux 5\""},
		{"open_ports", "\"22/tcp (ssh), 80/tcp (http)\""},
		{"last_scan", "\"2023-11-14T22:13:20Z\""},
		{"is_reachable", "true"},
		{"scan_time", "\"2023-11-14T22:13:20Z\""},
		{"backup_file", "\"web01_1.tar\""},
		{"backup_path", "\"/srv/web01_1.tar\""},
		{"backup_time", "\"2023-11-14T21:13:20Z\""},
		{"time_source", "\"name\""},
		{"backup_count", "2"},
		{"backup_bytes", "111"},
		{"mac_address", "\"aa:bb:cc:dd:ee:ff\""},
		{"mac_vendor", "null"},
		{"aliases", "[\"intra\",\"www\"]"},
		{"tags", "[\"Prod\"]"},
		{"addresses", "[\"10.0.0.9\",\"192.168.1.1\"]"},
		{"note", "\"\""},
		{"by_hand", "false"},
		{"last_seen", "\"2023-11-14T22:13:20Z\""},
		{"policy", "null"},
		{"findings", "[\"shrunk\",\"identical\"]"},
	};
	_json_ cJSON *json = ask(&servers_read, "");
	const cJSON *row = find(json, "servers", 1);

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		assert_member(row, wanted[i][0], wanted[i][1]);
	}
	assert_member(find(json, "servers", 3), "is_reachable", "null");
	assert_member(find(json, "servers", 3), "backup_file", "null");
	assert_member(find(json, "servers", 3), "backup_path", "null");
}

/* The SQL functions hand the stored facts over without loss: the judge says the same of them. */
static void status_and_reason_are_those_of_the_judge(void **state _unused_)
{
	static const struct {
		int64_t id;
		struct status_facts facts;
	} cases[] = {
		{1, {.backup_time = 1699996400,
			    .backup_count = 2,
			    .findings = 12,
			    .unavailable_root = "/nas",
			    .green_within_s = 3153600000}},
		{2, {.backup_time = 1650000000,
			    .backup_count = 1,
			    .evidence_root = "/nas",
			    .unavailable_root = "/nas",
			    .green_within_s = 86400,
			    .red_after_s = 172800,
			    .policy = "strict"}},
		{3, {.backup_time = INT64_MIN,
			    .unavailable_root = "/nas",
			    .green_within_s = 31536000}},
	};
	_json_ cJSON *json = ask(&servers_read, "");

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const cJSON *row = find(json, "servers", cases[i].id);
		char reason[512];
		enum status s = status_judge(&cases[i].facts, time(NULL), reason, sizeof(reason));

		assert_string_equal(json_get_string(row, "backup_status"), status_names[s]);
		assert_string_equal(json_get_string(row, "reason"), reason);
	}
}

static void filters_select(void **state _unused_)
{
	static const struct {
		const struct read *read;
		const char *query, *ids;
	} cases[] = {
		{&files_read, "q=WEB", "10,20,21,22"}, /* names, and the directory Web */
		{&files_read, "q=/web/wEb", "21"},
		{&files_read, "q=v/web01", "10"}, /* across the slash */
		{&files_read, "q=%", ""},         /* no pattern */
		{&files_read, "q=nowhere", ""},
		{&files_read, "q=", "10,11,12,20,21,22,30"},
		{&files_read, "server=1", "10,20,21"},
		{&files_read, "server=db", "12,30"},
		{&files_read, "server=web", ""}, /* a host name is no pattern */
		{&files_read, "root=2", "30"},
		{&files_read, "root=/srv", "10,11,12,20,21,22"},
		{&files_read, "root=/sr", ""},
		{&files_read, "unmatched=1", "11,22"},
		{&files_read, "unmatched=false", "10,12,20,21,30"},
		{&files_read, "reason=log", "20"},
		{&files_read, "reason=no_server,ambiguous", "11,22"},
		{&files_read, "reason=counts,empty", "10,12,21,30"},
		{&files_read, "reason=repository", ""},
		{&files_read, "counts=1", "10,21,30"},
		{&files_read, "ambiguous=1", "22"},
		{&files_read, "counts=1&q=web01&root=1&server=web01", "10,21"},
		{&servers_read, "q=WEB", "1"},
		{&servers_read, "q=www", "1"},
		{&servers_read, "q=db.dump", "2"},
		{&servers_read, "q=168.1", "1"},
		{&servers_read, "reachable=1", "1"},
		{&servers_read, "reachable=0", "2,3"},
		{&servers_read, "os=linux", "1"},
		{&servers_read, "tag=prod", "1"},
		{&servers_read, "subnet=10.0.0.0/28", "1,2"},
		{&servers_read, "subnet=10.0.0.10", "2"},
		{&servers_read, "subnet=192.168.0.0/16", "1"},
		{&servers_read, "subnet=10.0.0.8/31", "1"},
		{&servers_read, "subnet=fd00::/8", ""},
		{&servers_read, "by_hand=1", "3"},
		{&servers_read, "policy=strict", "2"},
		{&servers_read, "status=exempt", ""},
		{&servers_read, "unprotected=1", "3"},
		{&servers_read, "unprotected=0", "1,2"},
		{&servers_read, "mergeable=1", ""},
		{&servers_read, "mergeable=0", "1,2,3"},
		{&servers_read, "status=green,yellow,red,unknown,exempt", "1,2,3"},
		{&scans_read, "kind=directories", "3,1"},
		{&scans_read, "state=running,failed", "3,2"},
		{&directories_read, "available=0", "2"},
		{&problems_read, "scan=1", "11,12"},
		{&problems_read, "q=GONE", "31"},
		{&status_history_read, "since=2", "3,2"},
		{&status_changes_read, "server=web01", "2,1"},
		{&status_changes_read, "server=1&after=green", "2"},
		{&status_changes_read, "first=0", "2"},
		{&status_changes_read, "first=1", "3,1"},
		{&status_changes_read, "since=2&first=1", "3"},
		{&settings_history_read, "since=2", "2"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char page[160];
		_free_ char *all = ids(cases[i].read, cases[i].query);

		snprintf(page, sizeof(page), "%s&limit=100", cases[i].query);
		assert_string_equal(all, cases[i].ids);
		free(steal(all));
		all = ids(cases[i].read, page);
		assert_string_equal(all, cases[i].ids);
	}
}

static void exemptions_are_shown_and_judged(void **state _unused_)
{
	fixture_run(&fixture,
		"INSERT INTO exemptions (server, reason, author, since, until, day) VALUES"
		" (1, 'test machine', 'anna', 1700000000, NULL, NULL),"
		" (2, 'moved', '', 1700000000, 4102441199, '2099-12-31'),"
		" (3, 'new', '', 1600000000, 1700000000, NULL)");
	_json_ cJSON *json = ask(&servers_read, "");
	_free_ char *exempt = ids(&servers_read, "status=exempt");
	_free_ char *unprotected = ids(&servers_read, "unprotected=1");
	const cJSON *ended = find(json, "servers", 3);

	assert_string_equal(exempt, "1,2");
	assert_string_equal(unprotected, "3");
	assert_member(find(json, "servers", 1), "exempt_reason", "\"test machine\"");
	assert_member(find(json, "servers", 1), "exempt_author", "\"anna\"");
	assert_member(find(json, "servers", 1), "exempt_since", "\"2023-11-14T22:13:20Z\"");
	assert_member(find(json, "servers", 1), "exempt_until", "null");
	assert_member(find(json, "servers", 1), "reason",
		"\"Exempt until somebody ends it (test machine, says anna).\"");
	assert_member(find(json, "servers", 2), "exempt_until", "\"2099-12-31T22:59:59Z\"");
	assert_member(find(json, "servers", 2), "reason", "\"Exempt until 2099-12-31 (moved).\"");
	assert_member(ended, "backup_status", "\"unknown\"");
	assert_non_null(strstr(json_get_string(ended, "reason"),
		"Its exemption (new) ended on 2023-11-14T22:13:20Z."));
}

static void servers_of_the_very_same_name_are_offered_for_merging(void **state _unused_)
{
	fixture_run(&fixture, "INSERT INTO servers (id, created, hostname, address) VALUES"
			      " (4, 0, 'WEB01', '10.0.0.11'), (5, 0, 'web01.lab', '10.0.0.12'),"
			      " (6, 0, '10.0.0.13', '10.0.0.13'), (7, 0, '10.0.0.13', '10.0.0.13'),"
			      " (8, 0, 'web01', NULL)");
	_json_ cJSON *json = ask(&servers_read, "");
	_free_ char *mergeable = ids(&servers_read, "mergeable=1");

	assert_string_equal(mergeable, "1,4,8");
	assert_member(find(json, "servers", 1), "same_name", "[4,8]");
	assert_member(find(json, "servers", 4), "same_name", "[1,8]");
	assert_member(find(json, "servers", 5), "same_name", "[]");
	assert_member(find(json, "servers", 6), "same_name", "[]");
}

static void repositories_say_whose_they_are_and_make_servers_unknown(void **state _unused_)
{
	fixture_run(&fixture,
		"UPDATE roots SET available = 1;"
		"INSERT INTO repositories (dir, kind, server, ignored, files, bytes, newest) VALUES"
		" (1, 1, NULL, 0, 9, 900, 1700000000), (2, 2, 1, 0, 8, 800, NULL),"
		" (3, 200, NULL, 1, 7, 700, 1600000000)");
	_json_ cJSON *json = ask(&repositories_read, "");
	_json_ cJSON *servers = ask(&servers_read, "");
	_free_ char *unsettled = ids(&repositories_read, "unsettled=1");
	_free_ char *borg = ids(&repositories_read, "kind=borg,kopia");
	_free_ char *of_web = ids(&repositories_read, "q=WEB01");
	_free_ char *below = ids(&repositories_read, "root=/nas");
	const cJSON *row = find(json, "repositories", 1);

	assert_string_equal(unsettled, "1");
	assert_string_equal(borg, "2");
	assert_string_equal(of_web, "2");
	assert_string_equal(below, "3");
	assert_member(row, "path", "\"/srv\"");
	assert_member(row, "kind", "\"restic\"");
	assert_member(row, "description", "\"restic repository\"");
	assert_member(row, "server", "null");
	assert_member(row, "ignored", "false");
	assert_member(row, "newest", "\"2023-11-14T22:13:20Z\"");
	assert_member(find(json, "repositories", 2), "server", "\"web01\"");
	assert_member(find(json, "repositories", 3), "kind", "\"none\""); /* a later version's */
	assert_non_null(strstr(json_get_string(find(servers, "servers", 3), "reason"),
		"gives /srv to its server"));
}

static void the_status_filter_agrees_with_the_column(void **state _unused_)
{
	_json_ cJSON *all = ask(&servers_read, "");
	const cJSON *row;

	cJSON_ArrayForEach (row, json_get(all, "servers")) {
		char query[64];
		_json_ cJSON *some = NULL;

		snprintf(query, sizeof(query), "status=%s", json_get_string(row, "backup_status"));
		some = ask(&servers_read, query);
		find(some, "servers", json_get_int(row, "id", -1));
	}
}

static void lists_sort_as_people_expect(void **state _unused_)
{
	static const struct {
		const struct read *read;
		const char *query, *ids;
	} cases[] = {
		{&files_read, "sort=size", "12,22,30,21,10,11,20"},
		{&files_read, "sort=size&order=desc", "20,11,10,21,30,22,12"},
		{&files_read, "sort=filename", "12,30,20,10,21,22,11"},
		{&files_read, "sort=id&order=desc", "30,22,21,20,12,11,10"},
		{&servers_read, "sort=hostname", "2,3,1"},   /* not by case */
		{&servers_read, "sort=ip_address", "3,1,2"}, /* .9 before .10 */
		{&servers_read, "sort=ip_address&order=desc", "2,1,3"},
		{&servers_read, "", "1,2,3"},
		{&scans_read, "", "3,2,1"},
		{&scans_read, "order=asc", "1,2,3"},
		{&scans_read, "sort=started", "1,2,3"},
		{&directories_read, "", "2,1"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *got = ids(cases[i].read, cases[i].query);

		assert_string_equal(got, cases[i].ids);
	}
}

/* Follows "next" from page to page; the ids of all pages, in order. */
static char *walk_pages(const struct read *r, const char *query, int limit)
{
	_buf_ struct buf all = BUF_INIT;
	_free_ char *cursor = strdup("");

	for (int pages = 0; cursor != NULL; pages++) {
		_free_ char *text = NULL, *some = NULL;
		_json_ cJSON *json = NULL;
		const char *next;

		assert_true(pages < 20);
		assert_true(asprintf(&text, "limit=%d&cursor=%s&%s", limit, cursor, query) > 0);
		some = ids(r, text);
		buf_printf(&all, "%s%s", all.len > 0 && some[0] != '\0' ? "," : "", some);
		json = ask(r, text);
		assert_true(json_get_int(json, "count", -1) <= limit);
		next = json_get_string(json, "next");
		assert_true(next != NULL || cJSON_IsNull(json_get(json, "next")));
		free(cursor);
		cursor = next != NULL ? strdup(next) : NULL;
	}
	buf_addc(&all, '\0');
	return buf_steal(&all);
}

static void check_pages(const struct read *r, const char *query)
{
	static const char *const totals[] = {"", "total=cheap"};
	_free_ char *whole = ids(r, query);

	for (int limit = 1; limit <= 4; limit++) {
		for (size_t i = 0; i < ARRAY_SIZE(totals); i++) {
			_free_ char *text = NULL, *pages = NULL;

			assert_true(asprintf(&text, "%s%s%s", query,
					    query[0] != '\0' && i > 0 ? "&" : "", totals[i]) >= 0);
			pages = walk_pages(r, text, limit);
			assert_string_equal(pages, whole);
		}
	}
}

static void pages_in_any_sort_give_every_row_once_in_the_order_of_the_whole(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		for (size_t k = 0; k < reads[i]->n_columns; k++) {
			char query[64];

			if (!reads[i]->columns[k].sortable) {
				continue;
			}
			snprintf(query, sizeof(query), "sort=%s", reads[i]->columns[k].name);
			check_pages(reads[i], query);
			strncat(query, "&order=desc", sizeof(query) - strlen(query) - 1);
			check_pages(reads[i], query);
		}
		check_pages(reads[i], "");
	}
	check_pages(&files_read, "counts=1&sort=size");
	check_pages(&files_read, "counts=0&sort=size&order=desc");
	check_pages(&files_read, "q=nothing&sort=size");
	check_pages(&files_read, "q=web&order=desc");
	check_pages(&servers_read, "reachable=0&sort=last_seen");
}

static void a_page_says_how_many_rows_there_are(void **state _unused_)
{
	static const struct {
		const struct read *read;
		const char *query;
		int64_t total;
	} cases[] = {
		{&files_read, "limit=2", 7}, /* what the directories say: 6 + 1 */
		{&files_read, "limit=2&sort=size", 7},
		{&files_read, "limit=1&q=web01", 2},
		{&files_read, "limit=1&q=web01&sort=size", 2},
		{&servers_read, "limit=1", 3},
		{&servers_read, "limit=1&reachable=0", 2},
		{&scans_read, "limit=1", 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_json_ cJSON *json = ask(cases[i].read, cases[i].query);

		assert_int_equal(json_get_int(json, "total", -1), cases[i].total);
	}
}

static void a_page_says_how_many_rows_there_are_if_it_costs_nothing(void **state _unused_)
{
	static const struct {
		const char *query;
		int64_t total; /* -1: it does not say */
	} cases[] = {
		{"limit=2", 7}, {"limit=2&sort=size", 7}, {"limit=1&q=web01", -1},
		{"limit=2&q=web01", 2},               /* that was all */
		{"limit=1&q=web01&sort=filename", 2}, /* all were looked at */
		{"limit=1&q=web01&sort=size", -1},    /* the order by size has been kept above */
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *text = NULL;
		_json_ cJSON *json = NULL;

		assert_true(asprintf(&text, "%s&total=cheap", cases[i].query) > 0);
		json = ask(&files_read, text);
		assert_int_equal(json_get_int(json, "total", -1), cases[i].total);
	}
}

static void rows_can_be_counted_without_being_listed(void **state _unused_)
{
	_json_ cJSON *only = ask(&files_read, "q=web01&total=only");
	_json_ cJSON *by = ask(&servers_read, "count_by=backup_status");
	const cJSON *one;
	int64_t sum = 0;

	assert_int_equal(json_get_int(only, "total", -1), 2);
	assert_int_equal(json_get_int(only, "count", -1), 0);
	assert_int_equal(cJSON_GetArraySize(json_get(only, "files")), 0);
	assert_true(cJSON_IsNull(json_get(only, "next")));
	cJSON_ArrayForEach (one, json_get(by, "counts")) {
		_free_ char *text = NULL;
		_json_ cJSON *rows_of = NULL;

		assert_true(
			asprintf(&text, "limit=1&status=%s", json_get_string(one, "value")) > 0);
		rows_of = ask(&servers_read, text);
		assert_int_equal(
			json_get_int(one, "count", -1), json_get_int(rows_of, "total", -2));
		sum += json_get_int(one, "count", 0);
	}
	assert_int_equal(sum, 3);
	assert_int_equal(json_get_int(by, "total", -1), 3);
}

static void a_filter_picks_from_the_kept_order_of_all_rows(void **state _unused_)
{
	_free_ char *kept = ids(&files_read, "sort=size&limit=1");
	_free_ char *picked = NULL, *sorted = NULL;

	/* the data says of itself that it has not changed */
	fixture_run(&fixture, "UPDATE files SET size = 1000 WHERE id = 50331648");
	picked = ids(&files_read, "sort=size&limit=1&counts=1&total=cheap");
	sorted = ids(&files_read, "sort=size&limit=1&counts=1");
	assert_string_equal(kept, "12");
	assert_string_equal(picked, "30");
	assert_string_equal(sorted, "21");
}

/* The files say that they have changed. */
static void forget_orders(void)
{
	fixture_run(&fixture, "UPDATE meta SET value = value + 1 WHERE key = 'version.files'");
}

/* Each of many files more has "often" in its name, or "seldom", or is one of few "rare" ones. */
static void what_is_rare_is_picked_or_sorted_to_the_same_end(void **state _unused_)
{
	static const char *const queries[] = {"q=often", "q=seldom", "q=rare", "q=nowhere",
		"q=often&order=desc", "q=seldom&order=desc"};

	fixture_run(&fixture,
		"INSERT INTO files (id, name, mtime_ns, size, match, drift) "
		"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39999) "
		"SELECT (3 << 24) + 1000 + i, printf('%s-%05d', CASE WHEN i % 5000 = 7 THEN 'rare' "
		"WHEN i % 97 = 3 THEN 'seldom' WHEN i % 7 = 1 THEN 'often' ELSE 'other' END, i), "
		"i, i * 7919 % 40000, 0, 0 FROM n");
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		_free_ char *sorted = NULL, *picked = NULL, *query = NULL;

		assert_true(asprintf(&query, "total=cheap&sort=size&limit=100&%s", queries[i]) > 0);
		forget_orders();
		cJSON_Delete(ask(&files_read, "sort=size&limit=1")); /* has its order kept */
		picked = ids(&files_read, query);
		forget_orders();
		sorted = ids(&files_read, query + strlen("total=cheap&"));
		assert_string_equal(picked, sorted);
	}
}

static void a_search_skips_what_the_sketch_says(void **state _unused_)
{
	static const char *const queries[] = {"q=web01", "server=db", "q=db.dump&server=2",
		"sort=size&limit=2&q=WEB/A", "q=web01&total=only", "q=nowhere"};
	static const int64_t counts[] = {2, 2, 1, 1, 0, 0};

	for (int kept = 0; kept < 2; kept++) {
		for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
			_json_ cJSON *json = ask(&files_read, queries[i]);

			assert_int_equal(json_get_int(json, "count", -1), counts[i]);
		}
		cJSON_Delete(ask(&servers_read, "limit=1&total=cheap")); /* has it built */
	}
}

static void a_sketch_ends_with_its_data(void **state _unused_)
{
	_free_ char *before = ids(&files_read, "q=moved&limit=1&total=cheap");
	_free_ char *skipped = NULL, *after = NULL;

	/* the data says of itself that it has not changed */
	fixture_run(&fixture, "UPDATE files SET name = 'moved' WHERE id = 50331648");
	skipped = ids(&files_read, "q=moved");
	fixture_run(&fixture, "UPDATE meta SET value = 2 WHERE key = 'version.files'");
	after = ids(&files_read, "q=moved");
	assert_string_equal(before, "");
	assert_string_equal(skipped, "");
	assert_string_equal(after, "30");
}

static char *next_of(const char *query)
{
	_json_ cJSON *json = ask(&files_read, query);
	const char *next = json_get_string(json, "next");

	assert_non_null(next);
	return strdup(next);
}

static void a_cursor_survives_that_its_row_is_gone(void **state _unused_)
{
	_free_ char *cursor = next_of("sort=size&limit=4"); /* after 21 */
	_free_ char *text = NULL, *got = NULL;

	fixture_run(&fixture, "DELETE FROM files WHERE id = 33554433; UPDATE meta SET value = 2 "
			      "WHERE key = 'version.files'");
	assert_true(asprintf(&text, "sort=size&limit=4&cursor=%s", cursor) > 0);
	got = ids(&files_read, text);
	assert_string_equal(got, "10,11,20");
}

static void a_kept_order_ends_with_its_data(void **state _unused_)
{
	_free_ char *before = ids(&files_read, "sort=size&limit=1");
	_free_ char *after = NULL;

	fixture_run(&fixture, "UPDATE files SET size = -1 WHERE id = 50331648; UPDATE meta SET "
			      "value = 2 WHERE key = 'version.files'");
	after = ids(&files_read, "sort=size&limit=1");
	assert_string_equal(before, "12");
	assert_string_equal(after, "30");
}

static void an_order_is_kept_once_a_page_of_it_was_sent(void **state _unused_)
{
	_free_ char *first = ids(&files_read, "sort=size&limit=1");
	_free_ char *kept = NULL, *other = NULL;

	/* the data says of itself that it has not changed */
	fixture_run(&fixture, "UPDATE files SET size = -1 WHERE id = 50331648");
	kept = ids(&files_read, "sort=size&limit=1");
	other = ids(&files_read, "sort=size&limit=1&server=db");
	assert_string_equal(first, "12");
	assert_string_equal(kept, "12");
	assert_string_equal(other, "30");
}

static void the_total_counts_the_rows_of_all_pages(void **state _unused_)
{
	_free_ char *cursor = next_of("sort=size&limit=1&counts=1");
	_free_ char *text = NULL;

	assert_true(asprintf(&text, "sort=size&limit=1&counts=1&cursor=%s", cursor) > 0);
	for (int kept = 0; kept < 2; kept++) {
		_json_ cJSON *json = ask(&files_read, text);

		assert_int_equal(json_get_int(json, "total", -1), 3);
		fixture_run(&fixture, "UPDATE meta SET value = 2 WHERE key = 'version.files'");
	}
}

static void an_order_by_host_name_ends_with_the_servers(void **state _unused_)
{
	_free_ char *before = ids(&files_read, "sort=server&order=desc&limit=1");
	_free_ char *after = NULL;

	fixture_run(&fixture, "UPDATE servers SET hostname = 'zz' WHERE id = 2; UPDATE meta SET "
			      "value = 2 WHERE key = 'version.servers'");
	after = ids(&files_read, "sort=server&order=desc&limit=1");
	assert_string_equal(before, "21"); /* the last of web01 */
	assert_string_equal(after, "30");
}

static void a_list_too_long_to_be_kept_is_sorted_each_time(void **state _unused_)
{
	orders_free(fixture.orders);
	reader_free(fixture.reader);
	fixture.orders = orders_new(3 * ORDER_KEY_BYTES); /* room for three of seven */
	assert_int_equal(reader_new(fixture.path, fixture.orders, fixture.sketches,
				 &fixture.stopping, &fixture.reader),
		0);
	check_pages(&files_read, "sort=size");
	check_pages(&files_read, "sort=filename&order=desc");
	check_pages(&files_read, "counts=1&sort=size");
}

static void a_sort_value_too_long_for_a_cursor_is_looked_up(void **state _unused_)
{
	_free_ char *cursor = NULL, *text = NULL;
	struct stream s = {0};

	fixture_run(&fixture, "UPDATE dirs SET path = CAST('/srv' || replace(hex(zeroblob(1500)), "
			      "'0', 'x') AS BLOB) WHERE id = 2");
	check_pages(&files_read, "sort=filepath");
	cursor = next_of("sort=filepath&limit=6"); /* ends within that directory */
	assert_true(strlen(cursor) < 200);
	fixture_run(&fixture, "DELETE FROM files WHERE id >> 24 = 2; UPDATE meta SET value = 3 "
			      "WHERE key = 'version.files'");
	assert_true(asprintf(&text, "sort=filepath&limit=6&cursor=%s", cursor) > 0);
	fixture_ask(&fixture, &files_read, READ_JSON, text, &s);
	assert_true(s.failed);
	assert_int_equal(s.status, 0);
	assert_int_equal(s.err.code, ERR_CONFLICT);
}

static void wrong_parameters_are_refused_with_a_sentence(void **state _unused_)
{
	static const struct {
		const struct read *read;
		enum read_format format;
		const char *query;
		enum err_code code;
		const char *field, *says;
	} cases[] = {
		{&files_read, READ_JSON, "ordr=asc", ERR_UNKNOWN_KEY, "ordr", "\"order\""},
		{&files_read, READ_JSON, "serve=1", ERR_UNKNOWN_KEY, "serve", "\"server\""},
		{&files_read, READ_JSON, "zzzzzzzzzzzz=1", ERR_UNKNOWN_KEY, "zzzzzzzzzzzz",
			"no such"},
		{&files_read, READ_CSV, "limit=1", ERR_UNKNOWN_KEY, "limit",
			"no such parameter here"},
		{&files_read, READ_XLSX, "cursor=x", ERR_UNKNOWN_KEY, "cursor", "no such"},
		{&files_read, READ_JSON, "sort=drift", ERR_INVALID_VALUE, "sort", "filename"},
		{&files_read, READ_JSON, "sort=id;--", ERR_INVALID_VALUE, "sort", "filename"},
		{&servers_read, READ_JSON, "sort=reason", ERR_INVALID_VALUE, "sort", "hostname"},
		{&files_read, READ_JSON, "order=up", ERR_INVALID_VALUE, "order", "\"asc\""},
		{&files_read, READ_JSON, "limit=0", ERR_INVALID_VALUE, "limit", "1 to 1000"},
		{&files_read, READ_JSON, "limit=1001", ERR_INVALID_VALUE, "limit", "1 to 1000"},
		{&files_read, READ_JSON, "limit=1x", ERR_INVALID_VALUE, "limit", "1 to 1000"},
		{&files_read, READ_JSON, "limit=", ERR_INVALID_VALUE, "limit", "1 to 1000"},
		{&files_read, READ_JSON, "limit=99999999999999999999", ERR_INVALID_VALUE, "limit",
			"1 to"},
		{&files_read, READ_JSON, "limit=1&limit=2", ERR_INVALID_VALUE, "limit", "twice"},
		{&files_read, READ_JSON, "total=never", ERR_INVALID_VALUE, "total", "\"cheap\""},
		{&files_read, READ_CSV, "total=only", ERR_UNKNOWN_KEY, "total", "no such"},
		{&servers_read, READ_JSON, "count_by=hostname", ERR_INVALID_VALUE, "count_by",
			"counted by backup_status, time_source"},
		{&servers_read, READ_JSON, "count_by=zz", ERR_INVALID_VALUE, "count_by",
			"backup_status"},
		{&files_read, READ_JSON, "q=a&q=b", ERR_INVALID_VALUE, "q", "twice"},
		{&files_read, READ_JSON, "unmatched=maybe", ERR_INVALID_VALUE, "unmatched",
			"1 or 0"},
		{&files_read, READ_JSON, "cursor=abc", ERR_INVALID_VALUE, "cursor", "limit"},
		{&files_read, READ_JSON, "limit=1&cursor=abc", ERR_INVALID_VALUE, "cursor",
			"no cursor"},
		{&servers_read, READ_JSON, "status=pink", ERR_INVALID_VALUE, "status", "\"pink\""},
		{&servers_read, READ_JSON, "status=red,,green", ERR_INVALID_VALUE, "status",
			"none of green"},
		{&servers_read, READ_JSON, "subnet=10.0.0.1/24", ERR_INVALID_VALUE, "subnet",
			"10.0.0.0/24"},
		{&problems_read, READ_JSON, "scan=one", ERR_INVALID_VALUE, "scan", "whole number"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct read_query *q = NULL;
		struct err err = {0};

		assert_true(fixture_query(
				    cases[i].read, cases[i].format, cases[i].query, &q, &err) < 0);
		assert_null(q);
		assert_int_equal(err.code, cases[i].code);
		assert_string_equal(err.field, cases[i].field);
		if (strstr(err.message, cases[i].says) == NULL) {
			fail_msg("%s: \"%s\"", cases[i].query, err.message);
		}
	}
}

static void too_long_values_are_refused(void **state _unused_)
{
	char text[300];
	struct param param = {"q", text};
	struct read_query *q = NULL;
	struct err err = {0};

	memset(text, 'x', sizeof(text));
	text[256] = '\0';
	assert_int_equal(read_query_new(&files_read, READ_JSON, &param, 1, &q, &err), 0);
	read_query_free(steal(q));
	text[256] = 'x';
	text[257] = '\0';
	assert_true(read_query_new(&files_read, READ_JSON, &param, 1, &q, &err) < 0);
	assert_int_equal(err.code, ERR_TOO_LARGE);
}

static void a_whole_list_is_sent_in_pieces(void **state _unused_)
{
	struct stream s = {0};

	fixture_run(&fixture,
		"WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
		" INSERT INTO files SELECT 16777216 + i, CAST('f' || i AS BLOB), 0, 0, 1, 0 FROM "
		"n");
	fixture_ask(&fixture, &files_read, READ_JSON, "", &s);
	assert_true(s.ended);
	assert_int_equal(s.length, -1);
	assert_true(s.writes > 10);
	assert_true((int64_t)s.body.len / s.writes < 40000);
	buf_done(&s.body);
}

static void a_client_that_leaves_ends_the_query(void **state _unused_)
{
	struct stream s = {.cut_after = 40000};

	fixture_run(&fixture,
		"WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
		" INSERT INTO files SELECT 16777216 + i, CAST('f' || i AS BLOB), 0, 0, 1, 0 FROM "
		"n");
	fixture_ask(&fixture, &files_read, READ_JSON, "", &s);
	assert_true(s.failed);
	assert_true(s.body.len < 80000);
	buf_done(&s.body);
}

static void head_asks_for_no_body(void **state _unused_)
{
	struct stream s = {.head = true};

	fixture_ask(&fixture, &servers_read, READ_JSON, "", &s);
	assert_true(s.ended);
	assert_int_equal(s.status, 200);
	assert_string_equal(s.type, "application/json");
	assert_int_equal(s.body.len, 0);
}

static void nobody_to_run_it_says_so(void **state _unused_)
{
	struct read_query *q = NULL;
	struct stream s = {0};

	assert_int_equal(fixture_query(&files_read, READ_JSON, "", &q, NULL), 0);
	read_query_run(q, NULL, &s);
	read_query_free(q);
	assert_true(s.failed);
	assert_int_equal(s.err.code, ERR_UNAVAILABLE);
}

static void one_row_is_found_by_its_key(void **state _unused_)
{
	static const struct {
		const struct read *read;
		int64_t key;
		const char *member, *value;
	} cases[] = {
		{&files_read, 33554433, "filepath", "\"/srv/Web/web01_1.tar\""},
		{&servers_read, 2, "hostname", "\"DB\""},
		{&problems_read, 3 << 24 | 1, "message", "\"gone\""},
		{&settings_history_read, 1, "config", "{\"x\":1}"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf b = BUF_INIT;
		_json_ cJSON *json = NULL;
		struct jsonw w = JSONW(&b);
		struct err err = {0};
		struct db *db = reader_begin(fixture.reader, &err);

		assert_non_null(db);
		assert_int_equal(read_one(cases[i].read, db, cases[i].key, &w, &err), 0);
		assert_int_equal(json_parse(b.data, b.len, &json, &err), 0);
		assert_member(json, cases[i].member, cases[i].value);
		assert_int_equal(read_one(cases[i].read, db, 999, &w, &err), -ENOENT);
		assert_int_equal(err.code, ERR_NOT_FOUND);
		reader_end(fixture.reader);
	}
}

static void the_schema_has_every_column_and_the_parameters_every_filter(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		_buf_ struct buf b = BUF_INIT;
		_json_ cJSON *schema = NULL, *parameters = NULL;
		struct jsonw w = JSONW(&b);

		read_print_schema(reads[i], &w);
		assert_int_equal(json_parse(b.data, b.len, &schema, NULL), 0);
		for (size_t k = 0; k < reads[i]->n_columns; k++) {
			const cJSON *p =
				json_get(json_get(schema, "properties"), reads[i]->columns[k].name);

			assert_non_null(json_get_string(p, "description"));
			assert_non_null(json_get(p, "type"));
		}
		buf_reset(&b);
		w = (struct jsonw)JSONW(&b);
		read_print_parameters(reads[i], &w);
		assert_int_equal(json_parse(b.data, b.len, &parameters, NULL), 0);
		/* sort, order, limit, cursor, total, and count_by where there is something */
		assert_in_range(cJSON_GetArraySize(parameters), 5 + reads[i]->n_filters,
			6 + reads[i]->n_filters);
	}
}

/* The words that filters and schemas name are those that the judge and the verdicts use. */
static void the_tables_know_every_word(void **state _unused_)
{
	for (size_t i = 0; i < servers_read.n_columns; i++) {
		const struct read_column *c = &servers_read.columns[i];
		bool status = strcmp(c->name, "backup_status") == 0;
		const char *const *names = status ? status_names : time_source_names;
		size_t n = status ? _STATUS_MAX : TIME_FROM_DIRECTORY + 1;

		if (c->names == NULL || c->type != COLUMN_TEXT) {
			continue;
		}
		for (size_t k = 0; k < n; k++) {
			assert_non_null(c->names[k]);
			assert_string_equal(c->names[k], names[k]);
		}
		assert_null(c->names[n]);
	}
}

static void the_reasons_of_files_are_those_of_verdicts(void **state _unused_)
{
	const char *const *names = NULL;
	size_t n = 0;

	for (size_t i = 0; i < files_read.n_filters; i++) {
		if (strcmp(files_read.filters[i].name, "reason") == 0) {
			names = files_read.filters[i].names;
		}
	}
	assert_non_null(names);
	for (; names[n] != NULL; n++) {
		assert_string_equal(names[n], verdict_reason_name((enum verdict_reason)n));
	}
	assert_string_equal(verdict_reason_name((enum verdict_reason)n), "unknown");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_file_has_the_fields_of_the_contract),
		TEST(a_name_that_is_no_utf8_comes_with_its_bytes),
		TEST(a_time_before_1970_is_floored),
		TEST(a_server_has_the_fields_of_the_contract),
		TEST(status_and_reason_are_those_of_the_judge),
		TEST(filters_select),
		TEST(exemptions_are_shown_and_judged),
		TEST(servers_of_the_very_same_name_are_offered_for_merging),
		TEST(repositories_say_whose_they_are_and_make_servers_unknown),
		TEST(the_reasons_of_files_are_those_of_verdicts),
		TEST(the_status_filter_agrees_with_the_column),
		TEST(lists_sort_as_people_expect),
		TEST(pages_in_any_sort_give_every_row_once_in_the_order_of_the_whole),
		TEST(a_page_says_how_many_rows_there_are),
		TEST(a_page_says_how_many_rows_there_are_if_it_costs_nothing),
		TEST(rows_can_be_counted_without_being_listed),
		TEST(a_filter_picks_from_the_kept_order_of_all_rows),
		TEST(what_is_rare_is_picked_or_sorted_to_the_same_end),
		TEST(a_search_skips_what_the_sketch_says),
		TEST(a_sketch_ends_with_its_data),
		TEST(a_cursor_survives_that_its_row_is_gone),
		TEST(a_kept_order_ends_with_its_data),
		TEST(an_order_is_kept_once_a_page_of_it_was_sent),
		TEST(the_total_counts_the_rows_of_all_pages),
		TEST(an_order_by_host_name_ends_with_the_servers),
		TEST(a_list_too_long_to_be_kept_is_sorted_each_time),
		TEST(a_sort_value_too_long_for_a_cursor_is_looked_up),
		TEST(wrong_parameters_are_refused_with_a_sentence),
		TEST(too_long_values_are_refused),
		TEST(a_whole_list_is_sent_in_pieces),
		TEST(a_client_that_leaves_ends_the_query),
		TEST(head_asks_for_no_body),
		TEST(nobody_to_run_it_says_so),
		TEST(one_row_is_found_by_its_key),
		TEST(the_schema_has_every_column_and_the_parameters_every_filter),
		TEST(the_tables_know_every_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
