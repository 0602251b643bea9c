/* exemptions.c - says and takes back that a server needs no backup. */
#include "scannerd/store/exemptions.h"

#include "common/tzfile.h"
#include "scannerd/store/history.h"
#include "scannerd/store/inside.h"
#include <errno.h>

static int check_server(struct store *s, int64_t server, struct err *err)
{
	int64_t n = 0;
	int r = db_int(s->db, &n, "SELECT count(*) FROM servers WHERE id = ?", "i", server);

	if (r < 0) {
		return db_fail(s->db, r, err, "looking for the server");
	}
	return n > 0 ? 0
		     : err_set(err, -ENOENT, ERR_NOT_FOUND, "id", "there is no server %lld",
			       (long long)server);
}

static int write_exemption(
	struct store *s, const struct exemption_in *in, int64_t until, int64_t now, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db,
			"REPLACE INTO exemptions (server, reason, author, since, until)"
			" VALUES (?, ?, ?, ?, ?)",
			"issiI", in->id, in->reason, in->author != NULL ? in->author : "", now,
			until);
	}
	if (r == 0) {
		r = store_status_record(s, now, 0, err);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_exemption_set(
	struct store *s, const struct exemption_in *in, int64_t now, struct err *err)
{
	int64_t until = TIME_NONE;
	int r = check_server(s, in->id, err);

	if (r < 0) {
		return r;
	}
	r = write_exemption(s, in, until, now, err);
	return r < 0 ? db_fail(s->db, r, err, "storing the exemption") : 0;
}

int store_exemption_end(struct store *s, int64_t server, int64_t now, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r = check_server(s, server, err);

	if (r < 0) {
		return r;
	}
	r = transaction_begin(s, &t);
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM exemptions WHERE server = ?", "i", server);
	}
	if (r == 0 && db_changes(s->db) == 0) {
		return err_set(err, -ENOENT, ERR_NOT_FOUND, "id", "this server is not exempt");
	}
	if (r == 0) {
		r = store_status_record(s, now, 0, err);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	return r < 0 ? db_fail(s->db, r, err, "ending the exemption") : 0;
}
