/* configuration.c - reads and replaces the configuration through scannerd. */
#include "webd/configuration.h"

#include "common/jsonw.h"
#include "webd/forward.h"

enum { MERGE_ATTEMPTS_MAX = 3, ETAG_SIZE = 160 };

static const char *const original_keys[] = {"directories_to_scan", "subnets_to_scan"};

/* A PUT on its way: [GetConfig, merge,] SetConfig, GetConfig for the answer. */
struct change {
	bool merge;
	int attempts;
	cJSON *warnings; /* of SetConfig */
};

static void free_change(struct change *c)
{
	if (c != NULL) {
		cJSON_Delete(c->warnings);
		free(c);
	}
}

static void print_member(struct jsonw *w, const char *key, const cJSON *value)
{
	jsonw_key(w, key);
	if (value != NULL) {
		jsonw_tree(w, value);
	} else {
		jsonw_null(w);
	}
}

static void answer(struct exchange *x, const cJSON *reply, const struct change *c)
{
	_buf_ struct buf body = BUF_INIT;
	struct jsonw w = JSONW(&body);
	const cJSON *config = json_get(reply, "config");
	const char *revision = json_get_string(reply, "revision");
	char etag[ETAG_SIZE];

	jsonw_object(&w);
	jsonw_kstr(&w, "status", "success");
	if (c != NULL) {
		jsonw_kstr(&w, "message", "The configuration has been saved.");
		print_member(&w, "warnings", c->warnings);
	}
	print_member(&w, "config", config);
	for (size_t i = 0; i < ARRAY_SIZE(original_keys); i++) {
		print_member(&w, original_keys[i], json_get(config, original_keys[i]));
	}
	print_member(&w, "limits", json_get(reply, "limits"));
	print_member(&w, "revision", json_get(reply, "revision"));
	print_member(&w, "writable", json_get(reply, "writable"));
	jsonw_end(&w);
	if (revision != NULL && strspn(revision, "0123456789abcdef") == strlen(revision)) {
		snprintf(etag, sizeof(etag), "\"%s\"", revision);
		exchange_header(x, "ETag", etag);
	}
	exchange_json(x, 200, &body);
}

/* The reply to the last GetConfig, of a GET (arg NULL) or after a change. */
static void on_config(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	if (x != NULL && err != NULL) {
		exchange_error(x, err);
	} else if (x != NULL) {
		answer(x, reply, arg);
	}
	free_change(arg);
}

void configuration_get(struct exchange *x)
{
	forward_call(x, SCANNER_GET_CONFIG, NULL, on_config, NULL);
}

static void begin(struct exchange *x, struct change *c);

static void fail(struct exchange *x, const struct err *err, struct change *c)
{
	if (err->code == ERR_CONFLICT && c->merge && c->attempts < MERGE_ATTEMPTS_MAX) {
		begin(x, c);
		return;
	}
	if (err->code == ERR_CONFLICT && x->request.if_match != NULL) {
		exchange_refuse(x, 412, err_code_name(err->code), err, false);
	} else {
		exchange_error(x, err);
	}
	free_change(c);
}

static void on_set(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	struct change *c = arg;

	if (x == NULL) {
		free_change(c);
	} else if (err != NULL) {
		fail(x, err, c);
	} else {
		c->warnings = cJSON_Duplicate(json_get(reply, "warnings"), true);
		forward_call(x, SCANNER_GET_CONFIG, NULL, on_config, c);
	}
}

static void set(struct exchange *x, struct change *c, const cJSON *config, const char *revision)
{
	_buf_ struct buf parameters = BUF_INIT;
	struct jsonw w = JSONW(&parameters);

	jsonw_object(&w);
	print_member(&w, "config", config);
	if (revision != NULL) {
		jsonw_kstr(&w, "revision", revision);
	}
	jsonw_end(&w);
	forward_call(x, SCANNER_SET_CONFIG, &parameters, on_set, c);
}

/* The present configuration with the body's members in place of its own; NULL when out of memory.
 */
static cJSON *merged(const cJSON *config, const cJSON *body)
{
	_json_ cJSON *result = cJSON_Duplicate(config, true);
	const cJSON *member;

	cJSON_ArrayForEach (member, body) {
		cJSON *copy = cJSON_Duplicate(member, true);

		if (result == NULL || copy == NULL) {
			cJSON_Delete(copy);
			return NULL;
		}
		cJSON_DeleteItemFromObjectCaseSensitive(result, member->string);
		if (!cJSON_AddItemToObject(result, member->string, copy)) {
			cJSON_Delete(copy);
			return NULL;
		}
	}
	return steal(result);
}

static void on_present(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	struct change *c = arg;
	_json_ cJSON *config = NULL;
	struct err why;

	if (x == NULL) {
		free_change(c);
		return;
	}
	if (err != NULL) {
		fail(x, err, c);
		return;
	}
	config = merged(json_get(reply, "config"), x->request.body);
	if (config == NULL) {
		err_set(&why, 0, ERR_INTERNAL, NULL, "out of memory");
		fail(x, &why, c);
		return;
	}
	set(x, c, config, json_get_string(reply, "revision"));
}

static bool has_original_keys_only(const cJSON *body)
{
	const cJSON *member;

	cJSON_ArrayForEach (member, body) {
		size_t i = 0;

		while (i < ARRAY_SIZE(original_keys) &&
			strcmp(member->string, original_keys[i]) != 0) {
			i++;
		}
		if (i == ARRAY_SIZE(original_keys)) {
			return false;
		}
	}
	return cJSON_GetArraySize(body) > 0;
}

static void begin(struct exchange *x, struct change *c)
{
	c->attempts++;
	if (c->merge) {
		forward_call(x, SCANNER_GET_CONFIG, NULL, on_present, c);
	} else {
		set(x, c, x->request.body, x->request.if_match);
	}
}

void configuration_put(struct exchange *x)
{
	struct change *c;
	struct err err;

	if (x->request.body == NULL) {
		err_set(&err, 0, ERR_MISSING_KEY, NULL, "the body must be the configuration");
		exchange_error(x, &err);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
		exchange_error(x, &err);
		return;
	}
	c->merge = x->request.if_match == NULL && has_original_keys_only(x->request.body);
	begin(x, c);
}
