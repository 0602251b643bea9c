/* assets.c - answers with what the build of webd/ui left in its table. */
#include "webd/assets.h"

#include "common/embed.h"
#include "webd/exchange.h"
#include <errno.h>
#include <strings.h>
#include <sys/random.h>
#include <zlib.h>

/* table.inc has a row ASSET(symbol, file, path, type, tag, immutable, size) for each file, sorted
 * by path; UI_DIR is the directory that holds it, the files, and the page. */
#define ASSET(symbol, file, ...) EMBED(symbol, UI_DIR "/" file);
#include "table.inc"
#undef ASSET
EMBED(ui_page, UI_DIR "/index.html");

static const struct asset table[] = {
#define ASSET(symbol, file, path, type, tag, immutable, size) \
	{path, type, tag, immutable, size, symbol, symbol##_end},
#include "table.inc"
#undef ASSET
};

enum { NONCE_BYTES = 16, GZIP_WINDOW = 16 + MAX_WBITS };
static const char nonce_mark[] = "{{nonce}}";

#define PAGE_POLICY                                                                           \
	"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' " \
	"data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "  \
	"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "    \
	"trusted-types 'none'"

size_t assets_all(const struct asset **ret_rows)
{
	*ret_rows = table;
	return ARRAY_SIZE(table);
}

static int compare_path(const void *path, const void *row)
{
	return strcmp(path, ((const struct asset *)row)->path);
}

const struct asset *assets_find(const char *path)
{
	return bsearch(path, table, ARRAY_SIZE(table), sizeof(table[0]), compare_path);
}

/* --- headers that are lists --- */

/* The next element of a comma-separated list, without blanks around it; false at the end. */
static bool next_element(const char **list, const char **ret, size_t *ret_len)
{
	const char *p = *list + strspn(*list, ", \t");
	size_t len = strcspn(p, ",");

	*list = p + len;
	while (len > 0 && (p[len - 1] == ' ' || p[len - 1] == '\t')) {
		len--;
	}
	*ret = p;
	*ret_len = len;
	return len > 0;
}

/* "gzip;q=0.000" refuses it: a weight without any digit but 0. */
static bool is_refused(const char *parameters, size_t len)
{
	const char *q = memmem(parameters, len, "q=", 2);

	if (q == NULL) {
		return false;
	}
	q += 2;
	return strspn(q, "0.") > 0 && strspn(q, "0.") == strspn(q, "0.123456789");
}

bool assets_gzip_accepted(const char *accept_encoding)
{
	const char *element;
	size_t len;
	bool any = false;

	while (accept_encoding != NULL && next_element(&accept_encoding, &element, &len)) {
		size_t name = strcspn(element, ";, \t");
		bool accepted = !is_refused(element + name, len - MIN(len, name));

		if (name == 4 && strncasecmp(element, "gzip", 4) == 0) {
			return accepted;
		}
		any = any || (name == 1 && *element == '*' && accepted);
	}
	return any;
}

bool assets_tag_matches(const char *if_none_match, const char *tag)
{
	const char *element;
	size_t len;

	while (if_none_match != NULL && next_element(&if_none_match, &element, &len)) {
		if (len == 1 && *element == '*') {
			return true;
		}
		if (len > 2 && strncmp(element, "W/", 2) == 0) { /* the comparison is weak */
			element += 2;
			len -= 2;
		}
		if (len == strlen(tag) && memcmp(element, tag, len) == 0) {
			return true;
		}
	}
	return false;
}

/* --- files --- */

int assets_inflate(const struct asset *a, struct buf *out)
{
	_free_ unsigned char *plain = malloc(a->size + 1);
	z_stream z = {
		.next_in = (z_const Bytef *)(uintptr_t)a->gzip,
		.avail_in = (uInt)(a->gzip_end - a->gzip),
		.next_out = plain,
		.avail_out = (uInt)a->size + 1, /* one more: the end is seen in one call */
	};
	int rc;

	if (plain == NULL || inflateInit2(&z, GZIP_WINDOW) != Z_OK) {
		return -ENOMEM;
	}
	rc = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	if (rc != Z_STREAM_END || z.total_out != a->size) {
		return -EIO;
	}
	buf_add(out, plain, a->size);
	return out->failed ? -ENOMEM : 0;
}

static const char *asked(const struct exchange *x, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(x->req), name);
}

static void refuse(struct exchange *x, enum err_code code, const char *message)
{
	struct err err;

	err_set(&err, 0, code, NULL, "%s", message);
	exchange_error(x, &err);
}

static void serve_plain(const struct asset *a, struct exchange *x)
{
	_buf_ struct buf plain = BUF_INIT;

	if (assets_inflate(a, &plain) < 0) {
		refuse(x, ERR_INTERNAL, "the file cannot be unpacked");
		return;
	}
	exchange_reply(x, 200, a->content_type, plain.data, plain.len);
}

static void serve(const struct asset *a, struct exchange *x)
{
	if (a == NULL) {
		refuse(x, ERR_NOT_FOUND, "there is nothing at this address");
		return;
	}
	exchange_header(x, "Cache-Control",
		a->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	exchange_header(x, "ETag", a->tag);
	exchange_header(x, "Vary", "Origin, Accept-Encoding");
	if (assets_tag_matches(asked(x, "If-None-Match"), a->tag)) {
		exchange_empty(x, 304);
	} else if (assets_gzip_accepted(asked(x, "Accept-Encoding"))) {
		exchange_header(x, "Content-Encoding", "gzip");
		exchange_reply(x, 200, a->content_type, a->gzip, (size_t)(a->gzip_end - a->gzip));
	} else {
		serve_plain(a, x);
	}
}

void assets_file(struct exchange *x)
{
	serve(assets_find(x->request.path), x);
}

void assets_favicon(struct exchange *x)
{
	serve(assets_find("/favicon.svg"), x);
}

/* --- pages --- */

void assets_print_page(const char *nonce, struct buf *out)
{
	const char *mark = strstr(ui_page, nonce_mark);

	if (mark == NULL) {
		buf_adds(out, ui_page);
		return;
	}
	buf_add(out, ui_page, (size_t)(mark - ui_page));
	buf_adds(out, nonce);
	buf_adds(out, mark + strlen(nonce_mark));
}

static bool make_nonce(char nonce[2 * NONCE_BYTES + 1])
{
	unsigned char bytes[NONCE_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
	}
	return true;
}

void assets_page(struct exchange *x)
{
	_buf_ struct buf page = BUF_INIT;
	char nonce[2 * NONCE_BYTES + 1], policy[512];

	if (!make_nonce(nonce)) {
		refuse(x, ERR_INTERNAL, "the system gives no random numbers");
		return;
	}
	snprintf(policy, sizeof(policy), PAGE_POLICY, nonce);
	assets_print_page(nonce, &page);
	if (page.failed) {
		refuse(x, ERR_INTERNAL, "out of memory");
		return;
	}
	exchange_header(x, "Content-Security-Policy", policy);
	exchange_reply(x, 200, "text/html; charset=utf-8", page.data, page.len);
}
