/* main.c - webd, the web server of backup-checker: this folder from the socket inwards.
 *
 *   settings       the command line, judged
 *   server         puts everything together; signals and the end
 *   listen         the sockets served on
 *   tls            connections that are encrypted
 *   certificate    and what with, read and judged
 *   confine        gives up what is not needed once they are open
 *   web.h          what the routes share
 *
 *   connections    caps and deadlines that evhttp lacks
 *   guard          judges a parsed request (pure)
 *   http           takes a request from evhttp to its route
 *   request        path, parameters and body, decoded once (pure)
 *   route_table    THE table: method, path, role, what answers
 *   routes         finds a request's row in it
 *   exchange       one request and its answer
 *   visitor        what a request says of who sends it (pure)
 *   access         asks scannerd whether it is true
 *   session        signing in and out
 *   setup_link     the link that makes the first account
 *
 *   forward        commands for scannerd, by the field tables of proto/
 *   scan           the answer to a started scan, and ?wait=
 *   configuration  GET and PUT /api/config
 *   events         server-sent events, fed by scannerd's Monitor
 *   watches        who waits for the end of a scan
 *   summary        /api/summary
 *   metrics        /metrics, of which
 *   exposition     is the format and
 *   process        what webd uses
 *   health         /api/health, /readyz, /healthz
 *   assets         the dashboard, which ui/ is the source of
 *   openapi        the API's description, printed from the tables: its paths
 *   components     the same: its schemas
 *   shape, shapes  the answers that are no lists, as tables
 *
 *   query          hands a request to the query threads
 *   stream         bytes from a query thread to the loop's thread
 *   pool, reader   the query threads and their connections
 *   authorizer     what such a connection may read: views
 *   functions      what SQL cannot say itself (fold: letters of either case)
 *   read*          the lists as tables; one engine for JSON, pages, CSV and XLSX
 *   cursor, order  where a page goes on, and kept orders
 *   sketch         what a search for files can skip
 */
#include "common/log.h"
#include "common/service.h"
#include "webd/openapi.h"
#include "webd/server.h"
#include <malloc.h>
#include <sysexits.h>

static int print(struct buf *out)
{
	bool ok = !out->failed && fwrite(out->data, 1, out->len, stdout) == out->len &&
		  fflush(stdout) == 0;

	return ok ? 0 : EX_IOERR;
}

int main(int argc, char **argv)
{
	_buf_ struct buf out = BUF_INIT;
	struct settings settings = {0};
	bool done = false;
	int rc;

	mallopt(M_ARENA_MAX, 2); /* else every query thread keeps a heap of its own */
	service_prepare();
	log_init("webd", LOG_LEVEL_INFO);
	rc = settings_take(&settings, argc, argv, &done);
	if (rc != 0 || done) {
		settings_done(&settings);
		return rc;
	}
	if (settings.print_openapi) {
		openapi_print(&out);
		rc = print(&out);
	} else if (settings.dump_config) {
		settings_print(&settings, &out);
		rc = print(&out);
	} else if (!settings.check_config) {
		rc = server_run(&settings);
	}
	settings_done(&settings);
	return rc;
}
