/* health.c - answers the questions of monitors and load balancers. */
#include "webd/health.h"

#include "common/jsonw.h"
#include "common/options.h"
#include "common/timefmt.h"
#include "webd/events.h"
#include "webd/query.h"

static void print(struct buf *out, const char *status, const char *database, bool scannerd,
	const char *message)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_kstr(&w, "status", status);
	jsonw_kstr(&w, "database", database);
	jsonw_kstr(&w, "scannerd", scannerd ? "connected" : "disconnected");
	jsonw_kstr(&w, "version", BACKUP_CHECKER_VERSION);
	jsonw_ktime(&w, "timestamp", time_now());
	if (message != NULL) {
		jsonw_kstr(&w, "message", message);
	}
	jsonw_end(&w);
}

static int print_healthy(struct db *db, const void *facts, struct buf *out, struct err *err)
{
	int64_t n;
	int rc = db_int(db, &n, "SELECT count(key) FROM v_versions", "");

	if (rc < 0) {
		return db_fail(db, rc, err, "reading the database");
	}
	print(out, "healthy", "connected", *(const bool *)facts, NULL);
	return 0;
}

static int print_unhealthy(const void *facts, const struct err *err, struct buf *out)
{
	print(out, "unhealthy", "disconnected", *(const bool *)facts, err->message);
	return 503;
}

void health_get(struct exchange *x)
{
	bool scannerd = events_connected(x->web->events);

	query_text(
		x, "application/json", print_healthy, print_unhealthy, &scannerd, sizeof(scannerd));
}

void health_alive(struct exchange *x)
{
	exchange_reply(x, 200, "text/plain; charset=utf-8", "ok\n", 3);
}
