/* find.c - which server a person means. */
#include "client/inventory.h"

#include "common/addr.h"
#include "common/buf.h"
#include "common/timefmt.h"
#include <errno.h>
#include <inttypes.h>

enum { NAMED_MAX = 5 /* of several that are meant */ };

/* ?1 the number, ?2 the name, ?3 the address as the database writes it. */
static const char exact_sql[] =
	"SELECT id, hostname, address FROM v_servers s WHERE id = ?1 OR hostname = ?2 COLLATE "
	"NOCASE OR address = ?3 OR EXISTS (SELECT 1 FROM json_each(s.aliases) WHERE value = ?2 "
	"COLLATE NOCASE) OR EXISTS (SELECT 1 FROM v_addresses a WHERE a.server = s.id AND "
	"a.address = ?3) ORDER BY id";
/* Its name without the domain. */
static const char short_sql[] =
	"SELECT id, hostname, address FROM v_servers WHERE substr(hostname, 1, length(?2) + 1) = "
	"?2 || '.' COLLATE NOCASE AND coalesce(?1, ?3) IS NULL ORDER BY id";

struct found {
	int64_t id;
	size_t n;
	struct buf names;
};

static void add_found(struct found *f, sqlite3_stmt *st)
{
	const char *hostname = (const char *)sqlite3_column_text(st, 1);
	const char *address = (const char *)sqlite3_column_text(st, 2);

	f->id = sqlite3_column_int64(st, 0);
	if (f->n++ < NAMED_MAX) {
		buf_printf(&f->names, "%s%" PRId64 " (%s%s%s)", f->n > 1 ? ", " : "", f->id,
			hostname != NULL ? hostname : "", address != NULL ? ", " : "",
			address != NULL ? address : "");
	}
}

static int look(struct db *db, const char *sql, int64_t id, const char *name, const char *address,
	struct found *f)
{
	_stmt_ sqlite3_stmt *st = db_stmt(db, sql);
	int rc = -EIO;

	if (st != NULL) {
		db_bind(st, "Iss", id, name, address);
		while ((rc = db_step(db, st)) == 1) {
			add_found(f, st);
		}
	}
	return rc;
}

static int64_t number_of(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits > 0 && digits < 19 && name[digits] == '\0' ? strtoll(name, NULL, 10)
								 : TIME_NONE;
}

int inventory_find(struct inventory *v, const char *name, int64_t *ret_id, struct err *err)
{
	char canonical[ADDR_TEXT_SIZE];
	struct addr a;
	const char *address = addr_parse(name, &a) == 0 ? addr_format(&a, canonical) : NULL;
	struct db *db = inventory_db(v);
	struct found f = {0};
	int rc = look(db, exact_sql, number_of(name), name, address, &f);

	if (rc == 0 && f.n == 0) {
		rc = look(db, short_sql, number_of(name), name, address, &f);
	}
	if (rc < 0) {
		rc = db_fail(db, rc, err, "looking for the server");
	} else if (f.n == 0) {
		rc = err_set(err, -ENOENT, ERR_NOT_FOUND, NULL,
			"no server has the number, name, alias or address \"%.200s\"", name);
	} else if (f.n > 1) {
		rc = err_set(err, -ENOTUNIQ, ERR_INVALID_VALUE, NULL,
			"\"%.100s\" may be %.300s%s: give its number", name, buf_cstr(&f.names),
			f.n > NAMED_MAX ? " or another" : "");
	} else {
		*ret_id = f.id;
	}
	buf_done(&f.names);
	return rc;
}
