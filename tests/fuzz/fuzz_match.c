/* fuzz_match.c - any path against a small set of servers: it never crashes, and explaining says
 * what judging says. */
#include "common/json.h"
#include "scannerd/match/match.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct matcher *make_matcher(void)
{
	static const char *const a1[] = {"10.0.0.1", NULL}, *const a2[] = {"fd00::1:2", NULL},
				 *const none[] = {NULL};
	static const char *const aliases[] = {"office-printer", "big mac", NULL};
	const struct match_server servers[] = {
		{.id = 1, .hostname = "web01.lab.example", .addresses = a1},
		{.id = 2, .hostname = "printer", .addresses = a2, .aliases = aliases},
		{.id = 3, .hostname = "mail.example.org", .addresses = none},
		{.id = 4, .hostname = "mail.example.com", .addresses = none},
	};
	struct config c = {0};
	_json_ cJSON *json = NULL;
	struct matcher *m = NULL;
	static const char text[] = "{\"directories_to_scan\":[\"/"
				   "b\"],\"subnets_to_scan\":[],\"rules\":[{\"regex\":\"(?<host>"
				   "\\\\w+)_(?<date>\\\\d{8})\"},"
				   "{\"path\":\"cache/*\",\"ignore\":true}]}";

	assert(json_parse(text, sizeof(text) - 1, &json, NULL) == 0);
	assert(config_decode(json, true, &c, NULL) == 0);
	assert(matcher_new(servers, ARRAY_SIZE(servers), &c, 1795363811, &m, NULL) == 0);
	config_done(&c);
	return m;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct matcher *m;
	_buf_ struct buf path = BUF_INIT, text = BUF_INIT;
	struct jsonw w = JSONW(&text);
	_json_ cJSON *json = NULL;
	struct match_dir dir;
	struct verdict v;
	const char *slash;

	if (m == NULL) {
		m = make_matcher();
	}
	if (size > 6000 || size == 0 || memchr(data, '\0', size) != NULL || data[size - 1] == '/') {
		return 0;
	}
	buf_adds(&path, "/b/");
	buf_add(&path, data, size);
	slash = memrchr(path.data, '/', path.len);
	matcher_dir(m, path.data, (size_t)(slash - path.data), 2, &dir);
	matcher_file(&dir, slash + 1, path.len - (size_t)(slash + 1 - path.data),
		1700000000 * NSEC_PER_SEC, 1000, &v);
	matcher_explain(m, path.data, path.len, 2, 1700000000 * NSEC_PER_SEC, 1000, NULL, &w);
	assert(json_parse(text.data, text.len, &json, NULL) == 0);
	assert(json_get_int(json, "server", 0) == v.server);
	assert(json_get_bool(json, "counts", false) == (v.reason == VERDICT_COUNTS));
	return 0;
}
