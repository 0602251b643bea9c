/* limits.c - the limits that only an editor of the file can change: which directories, networks and
 * rates are allowed. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>

enum { PATH_BYTES_MAX = 4095 };

static int outside(struct err *err, const char *fmt, ...) _printf_(2, 3);
static int outside(struct err *err, const char *fmt, ...)
{
	char message[sizeof(err->message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return err_set(err, -EPERM, ERR_OUTSIDE_LIMITS, NULL, "%s", message);
}

bool path_is_within(const char *path, const char *dir)
{
	size_t length = strlen(dir);

	if (strcmp(dir, "/") == 0) {
		return path[0] == '/';
	}
	return strncmp(path, dir, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static bool is_dots(const char *component, size_t length)
{
	return (length == 1 || length == 2) && strncmp(component, "..", length) == 0;
}

int path_canonical(char *path, struct err *err)
{
	char *out = path;

	if (path[0] != '/') {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"\"%.200s\" is no absolute path, such as /srv/backups", path);
	}
	if (strnlen(path, PATH_BYTES_MAX + 1) > PATH_BYTES_MAX) {
		return err_set(err, -EINVAL, ERR_TOO_LARGE, NULL, "a path has at most %d bytes",
			PATH_BYTES_MAX);
	}
	for (const char *p = path + strspn(path, "/"); *p != '\0'; p += strspn(p, "/")) {
		size_t length = strcspn(p, "/");

		if (is_dots(p, length)) {
			return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
				"a path must not contain \".\" or \"..\" components");
		}
		p += length;
	}
	/* Judged as a whole before anything moves: a refused path stays as it was. */
	for (const char *p = path + strspn(path, "/"); *p != '\0'; p += strspn(p, "/")) {
		size_t length = strcspn(p, "/");

		*out++ = '/';
		memmove(out, p, length);
		out += length;
		p += length;
	}
	if (out == path) {
		*out++ = '/';
	}
	*out = '\0';
	return 0;
}

int limits_check_directory(const struct limits *l, const char *path, struct err *err)
{
	bool inside = false;

	for (size_t i = 0; i < l->directories_never.n; i++) {
		if (path_is_within(path, l->directories_never.v[i])) {
			return outside(err,
				"%.300s lies in %.100s, which limits.directories_never forbids",
				path, l->directories_never.v[i]);
		}
	}
	for (size_t i = 0; i < l->directories_within.n && !inside; i++) {
		inside = path_is_within(path, l->directories_within.v[i]);
	}
	if (!inside) {
		return outside(
			err, "%.300s lies outside of what limits.directories_within allows", path);
	}
	return 0;
}

int limits_check_target(const struct limits *l, const struct target *t, struct err *err)
{
	int64_t smallest =
		t->prefix.addr.family == 4 ? l->smallest_prefix_v4 : l->smallest_prefix_v6;
	char text[PREFIX_TEXT_SIZE];

	if (t->is_name) {
		return 0;
	}
	prefix_format(&t->prefix, text);
	if (t->prefix.bits < smallest) {
		return outside(err,
			"%s is too large: limits.smallest_prefix_v%u allows /%lld and longer", text,
			t->prefix.addr.family, (long long)smallest);
	}
	for (size_t i = 0; i < l->subnets_within.n; i++) {
		struct prefix allowed;

		if (prefix_parse(l->subnets_within.v[i], &allowed, NULL) == 0 &&
			prefix_contains(&allowed, &t->prefix)) {
			return 0;
		}
	}
	return outside(
		err, "%s lies outside of the networks that limits.subnets_within allows", text);
}

int limits_check_rate(const struct limits *l, int64_t rate, struct err *err)
{
	if (l->max_rate == 0) {
		return 0;
	}
	if (rate == 0) {
		return outside(err,
			"0 would leave the rate to nmap; limits.max_rate allows at most %lld",
			(long long)l->max_rate);
	}
	if (rate > l->max_rate) {
		return outside(err,
			"%lld packets a second are more than the %lld that limits.max_rate allows",
			(long long)rate, (long long)l->max_rate);
	}
	return 0;
}
