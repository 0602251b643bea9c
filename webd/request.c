/* request.c - decodes a request target and a body, once and strictly. */
#include "webd/request.h"

#include "common/field.h"
#include "common/utf8.h"
#include <errno.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return -1;
}

/* Decodes %XX, and '+' as a blank inside parameters, into a new string. */
static int decode(
	const char *text, size_t len, bool plus, const char *what, char **ret, struct err *err)
{
	_free_ char *out = malloc(len + 1);
	size_t n = 0;

	if (out == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '%') {
			int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
			int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;

			if (high < 0 || low < 0) {
				return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
					"the %s has a %% that is not followed by two hexadecimal "
					"digits",
					what);
			}
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c == '\0') {
			return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
				"the %s holds a NUL byte", what);
		}
		out[n++] = c;
	}
	out[n] = '\0';
	if (!utf8_is_valid(out, n)) {
		return err_set(
			err, -EINVAL, ERR_INVALID_VALUE, NULL, "the %s is not valid UTF-8", what);
	}
	*ret = steal(out);
	return 0;
}

static int add_param(struct request *r, const char *text, size_t len, struct err *err)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - text) : len;
	_free_ char *name = NULL, *value = NULL;
	int rc;

	if (r->n_params == REQUEST_PARAMS_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
			"a request may have at most %d parameters", (int)REQUEST_PARAMS_MAX);
	}
	rc = decode(text, name_len, true, "query", &name, err);
	if (rc == 0) {
		rc = decode(equals != NULL ? equals + 1 : "",
			equals != NULL ? len - name_len - 1 : 0, true, "query", &value, err);
	}
	if (rc < 0) {
		return rc;
	}
	if (request_param(r, name) != NULL) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, name, "it is given twice");
	}
	r->params[r->n_params++] = (struct param){.name = steal(name), .value = steal(value)};
	return 0;
}

static int parse(const char *target, struct request *r, struct err *err)
{
	size_t path_len = strcspn(target, "?");
	int rc = decode(target, path_len, false, "path", &r->path, err);
	const char *p = target + path_len;

	while (rc == 0 && *p != '\0') {
		size_t len = strcspn(++p, "&");

		if (len > 0) {
			rc = add_param(r, p, len, err);
		}
		p += len;
	}
	return rc;
}

int request_parse(const char *target, struct request *ret, struct err *err)
{
	struct request r = {0};
	int rc;

	if (strlen(target) > REQUEST_TARGET_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
			"the address is longer than %d bytes", (int)REQUEST_TARGET_MAX);
	}
	rc = parse(target, &r, err);
	if (rc < 0) {
		request_done(&r);
		return rc;
	}
	*ret = r;
	return 0;
}

int request_parse_body(struct request *r, const char *body, size_t len, struct err *err)
{
	_json_ cJSON *json = NULL;
	int rc;

	if (len == 0) {
		return 0;
	}
	rc = json_parse(body, len, &json, err);
	if (rc < 0) {
		return rc;
	}
	if (!cJSON_IsObject(json)) {
		return err_set(err, -EINVAL, ERR_INVALID_TYPE, NULL,
			"the body is %s where an object belongs", json_type_name(json));
	}
	cJSON_Delete(r->body);
	r->body = steal(json);
	return 0;
}

int request_parse_if_match(struct request *r, const char *value, struct err *err)
{
	size_t len = strlen(value);
	char *tag;

	if (strcmp(value, "*") == 0) {
		return 0;
	}
	if (len >= 2 && value[0] == '"' && value[len - 1] == '"' &&
		memchr(value + 1, '"', len - 2) == NULL) {
		tag = strndup(value + 1, len - 2);
	} else {
		tag = strdup(value);
	}
	if (tag == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	free(r->if_match);
	r->if_match = tag;
	return 0;
}

void request_done(struct request *r)
{
	free(r->path);
	for (size_t i = 0; i < r->n_params; i++) {
		free((void *)(uintptr_t)r->params[i].name);
		free((void *)(uintptr_t)r->params[i].value);
	}
	cJSON_Delete(r->body);
	free(r->if_match);
	*r = (struct request){0};
}

static int unknown_param(const char *name, const struct query_row *rows, size_t n, struct err *err)
{
	struct field fields[REQUEST_PARAMS_MAX] = {0};
	struct field_table table = {.fields = fields, .count = MIN(n, ARRAY_SIZE(fields))};
	const char *near;

	for (size_t i = 0; i < table.count; i++) {
		fields[i].name = rows[i].name;
	}
	near = field_nearest(&table, name);
	if (near != NULL) {
		return err_set(err, -EINVAL, ERR_UNKNOWN_KEY, name,
			"there is no parameter of this name here; did you mean \"%s\"?", near);
	}
	return err_set(
		err, -EINVAL, ERR_UNKNOWN_KEY, name, "there is no parameter of this name here");
}

static int check_param(const struct param *p, const struct query_row *row, struct err *err)
{
	int64_t number;

	if (row->min == 0 && row->max == 0) {
		return 0;
	}
	if (request_canonical_id(p->value, strlen(p->value), &number) < 0 || number < row->min ||
		number > row->max) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, p->name,
			"it must be a whole number from %lld to %lld", (long long)row->min,
			(long long)row->max);
	}
	return 0;
}

int request_check_params(
	const struct request *r, const struct query_row *rows, size_t n, struct err *err)
{
	for (size_t i = 0; i < r->n_params; i++) {
		size_t k = 0;

		while (k < n && strcmp(rows[k].name, r->params[i].name) != 0) {
			k++;
		}
		int rc = k == n ? unknown_param(r->params[i].name, rows, n, err)
				: check_param(&r->params[i], &rows[k], err);
		if (rc < 0) {
			return rc;
		}
	}
	for (size_t k = 0; k < n; k++) {
		if (rows[k].required && request_param(r, rows[k].name) == NULL) {
			return err_set(err, -EINVAL, ERR_MISSING_KEY, rows[k].name,
				"this parameter is needed");
		}
	}
	return 0;
}

const char *request_param(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->n_params; i++) {
		if (strcmp(r->params[i].name, name) == 0) {
			return r->params[i].value;
		}
	}
	return NULL;
}

int64_t request_param_int(const struct request *r, const char *name, int64_t otherwise)
{
	const char *value = request_param(r, name);
	int64_t number = otherwise;

	if (value != NULL) {
		request_canonical_id(value, strlen(value), &number);
	}
	return number;
}

int request_canonical_id(const char *text, size_t len, int64_t *ret)
{
	int64_t n = 0;

	if (len == 0 || text[0] == '0') {
		return -EINVAL;
	}
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
			__builtin_add_overflow(n, text[i] - '0', &n)) {
			return -EINVAL;
		}
	}
	*ret = n;
	return 0;
}
