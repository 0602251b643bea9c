/* routes.c - finds the route of a request in the table. */
#include "webd/routes.h"

const char *const http_method_names[] = {"GET", "POST", "PUT", "DELETE"};

bool route_is_row(const struct route *r)
{
	return r->read != NULL && r->read_id_filter == NULL && strstr(r->path, "{id}") != NULL;
}

/* Does path have the form of pattern? *ret_id and *ret_id_len: what stands for "{id}"; "{name}"
 * stands for any component. */
static bool matches(const char *pattern, const char *path, const char **ret_id, size_t *ret_id_len)
{
	*ret_id = NULL;
	while (*pattern != '\0') {
		if (strncmp(pattern, "{id}", 4) == 0) {
			*ret_id = path;
			*ret_id_len = strcspn(path, "/");
			pattern += 4;
			path += *ret_id_len;
			if (**ret_id < '0' || **ret_id > '9') {
				return false; /* a word: another route's, or nobody's */
			}
		} else if (strncmp(pattern, "{name}", 6) == 0) {
			if (*path == '\0' || *path == '/') {
				return false;
			}
			pattern += 6;
			path += strcspn(path, "/");
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

static void add_allowed(enum http_method method, char allow[ROUTE_ALLOW_SIZE])
{
	size_t len = strlen(allow);

	snprintf(allow + len, ROUTE_ALLOW_SIZE - len, "%s%s", http_method_names[method],
		method == HTTP_GET ? ", HEAD, " : ", ");
}

enum route_result routes_find(const char *method, const char *path, const struct route **ret,
	int64_t *ret_id, char allow[ROUTE_ALLOW_SIZE])
{
	const char *name = strcmp(method, "HEAD") == 0 ? "GET" : method;
	const struct route *found = NULL;
	const char *id = NULL;
	const struct route *rows;
	size_t id_len = 0, n = routes_all(&rows);
	bool known = false;

	allow[0] = '\0';
	*ret_id = 0;
	for (size_t i = 0; i < n; i++) {
		const char *this_id;
		size_t this_len;

		if (!matches(rows[i].path, path, &this_id, &this_len)) {
			continue;
		}
		known = true;
		add_allowed(rows[i].method, allow);
		if (strcmp(http_method_names[rows[i].method], name) == 0) {
			found = &rows[i];
			id = this_id;
			id_len = this_len;
		}
	}
	if (!known) {
		return ROUTE_NO_PATH;
	}
	snprintf(allow + strlen(allow), ROUTE_ALLOW_SIZE - strlen(allow), "OPTIONS");
	if (found == NULL) {
		return ROUTE_NO_METHOD;
	}
	if (id != NULL && request_canonical_id(id, id_len, ret_id) < 0) {
		return ROUTE_BAD_ID;
	}
	*ret = found;
	return ROUTE_FOUND;
}
