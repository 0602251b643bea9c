/* config.c - reads config.json strictly and writes it back so that no crash leaves half of it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <sys/stat.h>

enum {
	NEW_FILE_MODE = 0640,
	LINE_COLUMNS = 90, /* a list of plain values that fits stays on one line */
	REVISION_BYTES = (CONFIG_REVISION_SIZE - 1) / 2,
};

/* --- reading --- */

static int open_failed(const char *path, int error, struct err *err)
{
	if (error == ENOENT) {
		return err_set(err, -error, ERR_NOT_FOUND, NULL,
			"there is no configuration file %s", path);
	}
	return err_set(err, -error, ERR_UNAVAILABLE, NULL,
		"cannot read the configuration file %s: %s", path, strerror(error));
}

static int read_all(int fd, struct buf *out)
{
	/* One byte more than allowed tells too large from just fitting. */
	while (out->len <= CONFIG_FILE_MAX) {
		ssize_t n;
		int r = buf_reserve(out, 64 << 10);

		if (r < 0) {
			return r;
		}
		n = read(fd, out->data + out->len, 64 << 10);
		if (n == 0) {
			return 0;
		}
		if (n < 0 && errno != EINTR) {
			return -errno;
		}
		out->len += n > 0 ? (size_t)n : 0;
	}
	return -EFBIG;
}

static int read_file(const char *path, struct buf *out, struct err *err)
{
	/* O_NONBLOCK: a FIFO in this place must not hang the daemon. */
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0) {
		return open_failed(path, errno, err);
	}
	if (!S_ISREG(st.st_mode)) {
		return err_set(
			err, -EINVAL, ERR_INVALID_VALUE, NULL, "%s is no regular file", path);
	}
	r = read_all(fd, out);
	if (r == -EFBIG) {
		return err_set(err, r, ERR_TOO_LARGE, NULL, "%s is larger than %d bytes", path,
			CONFIG_FILE_MAX);
	}
	if (r < 0) {
		return open_failed(path, -r, err);
	}
	if (out->len == 0) {
		return err_set(err, -EINVAL, ERR_INVALID_JSON, NULL, "%s is empty", path);
	}
	return 0;
}

int config_load(const char *path, struct config *ret, struct err *err)
{
	_buf_ struct buf text = BUF_INIT;
	_json_ cJSON *json = NULL;
	struct config c;
	struct err why;
	int r;

	r = read_file(path, &text, err);
	if (r < 0) {
		return r;
	}
	r = json_parse(text.data, text.len, &json, &why);
	if (r < 0) {
		return err_set(err, r, why.code, NULL, "%s: %s", path, why.message);
	}
	r = config_decode(json, true, &c, err);
	if (r < 0) {
		return r;
	}
	r = config_check(&c, err);
	if (r < 0) {
		config_done(&c);
		return r;
	}
	*ret = c;
	return 0;
}

int config_decode(const cJSON *json, bool with_limits, struct config *ret, struct err *err)
{
	struct config c;
	int r;

	if (!with_limits && json_get(json, "limits") != NULL) {
		return err_set(err, -EPERM, ERR_FORBIDDEN, "limits",
			"the limits can be changed only by editing the configuration file");
	}
	r = field_decode(&config_table, json, &c, err);
	if (r < 0) {
		return r;
	}
	*ret = c;
	return 0;
}

void config_done(struct config *c)
{
	field_done(&config_table, c);
}

/* --- writing --- */

void config_encode(const struct config *c, struct jsonw *w)
{
	field_encode(&config_table, c, w);
}

void config_revision(const struct config *c, char out[CONFIG_REVISION_SIZE])
{
	_buf_ struct buf text = BUF_INIT;
	struct jsonw w = JSONW(&text);
	unsigned char hash[crypto_generichash_BYTES_MIN];

	config_encode(c, &w);
	/* libsodium has no hash as short as ours: its first bytes will do. */
	crypto_generichash(
		hash, sizeof(hash), (const unsigned char *)buf_cstr(&text), text.len, NULL, 0);
	sodium_bin2hex(out, CONFIG_REVISION_SIZE, hash, REVISION_BYTES);
}

/* The length of the string literal at p, quotes included. */
static size_t literal_length(const char *p)
{
	size_t n = 1;

	while (p[n] != '"') {
		n += p[n] == '\\' ? 2 : 1;
	}
	return n + 1;
}

/* The writer escapes < > & for the sake of HTML; in a file for people they stay as they are:
 * (?<host>...). */
static void print_literal(const char *p, size_t length, struct buf *out)
{
	static const struct {
		const char *escape;
		char plain;
	} table[] = {{"\\u003c", '<'}, {"\\u003e", '>'}, {"\\u0026", '&'}};

	for (size_t i = 0; i < length;) {
		size_t t = 0;

		while (t < ARRAY_SIZE(table) && strncmp(p + i, table[t].escape, 6) != 0) {
			t++;
		}
		if (t < ARRAY_SIZE(table)) {
			buf_addc(out, table[t].plain);
			i += 6;
		} else if (p[i] == '\\') {
			buf_add(out, p + i,
				2); /* so that the second of two backslashes begins nothing */
			i += 2;
		} else {
			buf_addc(out, p[i++]);
		}
	}
}

/* Does the list at p ("[") hold plain values only, few enough for one line? */
static bool fits_one_line(const char *p)
{
	size_t n = 1;

	while (p[n] != ']') {
		if (p[n] == '[' || p[n] == '{' || n > LINE_COLUMNS) {
			return false;
		}
		n += p[n] == '"' ? literal_length(p + n) : 1;
	}
	return n <= LINE_COLUMNS;
}

static void break_line(size_t depth, struct buf *out)
{
	buf_addc(out, '\n');
	for (size_t i = 0; i < depth; i++) {
		buf_addc(out, '\t');
	}
}

/* Compact JSON of our own writer, laid out for people: tabs, and short lists of plain values on one
 * line. */
static void print_pretty(const char *p, struct buf *out)
{
	size_t depth = 0;
	bool flat = false; /* inside a list on one line, which holds no other */

	for (; *p != '\0'; p++) {
		if (*p == '"') {
			size_t length = literal_length(p);

			print_literal(p, length, out);
			p += length - 1;
		} else if ((*p == '[' && fits_one_line(p)) || (*p == '{' && p[1] == '}')) {
			flat = true;
			buf_addc(out, *p);
		} else if (*p == '[' || *p == '{') {
			buf_addc(out, *p);
			break_line(++depth, out);
		} else if (*p == ']' || *p == '}') {
			if (!flat) {
				break_line(--depth, out);
			}
			flat = false;
			buf_addc(out, *p);
		} else if (*p == ',') {
			buf_addc(out, ',');
			if (flat) {
				buf_addc(out, ' ');
			} else {
				break_line(depth, out);
			}
		} else {
			buf_addc(out, *p);
			if (*p == ':') {
				buf_addc(out, ' ');
			}
		}
	}
	buf_addc(out, '\n');
}

static int save_failed(const char *path, int error, struct err *err)
{
	switch (error) {
	case EROFS:
	case EACCES:
	case EPERM:
	case EBUSY: /* a file that is mounted by itself, as containers do, cannot be replaced */
		return err_set(err, -error, ERR_READ_ONLY, NULL,
			"the configuration file %s cannot be changed from here (%s); edit it by "
			"hand",
			path, strerror(error));
	default:
		return err_set(err, -error, ERR_UNAVAILABLE, NULL,
			"cannot write the configuration file %s: %s", path, strerror(error));
	}
}

/* Gives the new file the old one's owner and mode. The owner stays ours where we may not give files
 * away: an administrator's editor may have made the old one. */
static int take_over_rights(int fd, const char *path)
{
	struct stat old, new;

	if (stat(path, &old) < 0) {
		return errno == ENOENT && fchmod(fd, NEW_FILE_MODE) == 0 ? 0 : -errno;
	}
	if (fstat(fd, &new) < 0) {
		return -errno;
	}
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
		fchown(fd, old.st_uid, old.st_gid) < 0 && errno != EPERM) {
		return -errno;
	}
	return fchmod(fd, old.st_mode & 07777) < 0 ? -errno : 0;
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno != EINTR) {
			return -errno;
		}
		data += MAX(n, 0);
		length -= (size_t)MAX(n, 0);
	}
	return 0;
}

static int sync_folder(const char *path)
{
	_free_ char *folder = strdup(path);
	_close_ int fd = -1;
	char *slash;

	if (folder == NULL) {
		return -ENOMEM;
	}
	slash = strrchr(folder, '/');
	if (slash != NULL) {
		slash[slash == folder ? 1 : 0] = '\0';
	}
	fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* Writes `text` beside path and puts it in path's place. Always under the same name, so that what a
 * power failure left behind goes at the next change. */
static int replace_file(const char *path, const struct buf *text)
{
	char temporary[PATH_MAX];
	_close_ int fd = -1;
	int r;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.new", path) >= sizeof(temporary)) {
		return -ENAMETOOLONG;
	}
	unlink(temporary);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		return -errno;
	}
	r = write_all(fd, text->data, text->len);
	if (r == 0) {
		r = take_over_rights(fd, path);
	}
	if (r == 0 && (fsync(fd) < 0 || rename(temporary, path) < 0)) {
		r = -errno;
	}
	if (r < 0) {
		unlink(temporary);
		return r;
	}
	return sync_folder(path);
}

void config_print(const struct config *c, bool all, struct buf *out)
{
	_buf_ struct buf compact = BUF_INIT;
	struct jsonw w = JSONW(&compact);

	if (all) {
		field_encode_all(&config_table, c, &w);
	} else {
		config_encode(c, &w);
	}
	print_pretty(buf_cstr(&compact), out);
	out->failed |= compact.failed;
}

int config_save(const struct config *c, const char *path, struct err *err)
{
	_buf_ struct buf text = BUF_INIT;
	/* A symbolic link stays one: the file that it names is replaced. */
	_free_ char *real = realpath(path, NULL);
	int r;

	if (real == NULL && errno != ENOENT) {
		return save_failed(path, errno, err);
	}
	config_print(c, false, &text);
	if (text.failed) {
		return save_failed(path, ENOMEM, err);
	}
	r = replace_file(real != NULL ? real : path, &text);
	return r < 0 ? save_failed(path, -r, err) : 0;
}
