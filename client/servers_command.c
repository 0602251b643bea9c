/* servers_command.c - "servers": all of them with the status of their backups. */
#include "client/commands.h"
#include "client/inventory.h"
#include "client/list.h"
#include "client/monitoring.h"
#include "client/say.h"
#include <errno.h>

static const char *statuses, *policy, *tag;
static bool json, csv;

static const struct option_row rows[] = {
	{"status", "STATUS[,STATUS]", "Only servers of these: red, yellow, green, unknown, exempt.",
		&statuses, NULL, NULL},
	{"policy", "NAME", "Only servers judged by this policy; \"default\": by none.", &policy,
		NULL, NULL},
	{"tag", "TAG", "Only servers with this tag.", &tag, NULL, NULL},
	{"json", NULL, "Print JSON.", NULL, &json, NULL},
	{"csv", NULL, "Print CSV.", NULL, &csv, NULL},
};

static const struct list_column columns[] = {
	{"id", "ID", LIST_INT, false},
	{"backup_status", "STATUS", LIST_STATUS, false},
	{"hostname", "SERVER", LIST_TEXT, true},
	{"ip_address", "ADDRESS", LIST_TEXT, false, true},
	{"backup_time", "NEWEST BACKUP", LIST_TIME, false},
	{"backup_count", "BACKUPS", LIST_INT, false, true},
	{"backup_bytes", "SIZE", LIST_SIZE, false, true},
	{"reason", "REASON", LIST_TEXT, true},
	{"backup_path", NULL, LIST_BYTES, false},
	{"policy", NULL, LIST_TEXT, false},
	{"detected_os", NULL, LIST_TEXT, false},
	{"open_ports", NULL, LIST_TEXT, false},
	{"is_reachable", NULL, LIST_BOOL, false},
	{"last_scan", NULL, LIST_TIME, false},
	{"aliases", NULL, LIST_STRINGS, false},
	{"tags", NULL, LIST_STRINGS, false},
	{"exempt_reason", NULL, LIST_TEXT, false},
	{"exempt_until", NULL, LIST_TIME, false},
};

static int print_server(struct list *l, const struct server *s)
{
	const struct list_cell cells[ARRAY_SIZE(columns)] = {
		list_number(s->id),
		list_text(status_names[s->status]),
		list_text(s->hostname),
		list_text(s->address),
		list_number(s->backup_time),
		list_number(s->backup_count),
		list_number(s->backup_bytes),
		list_text(s->reason),
		list_bytes(s->backup_path, s->backup_path_len),
		list_text(s->policy),
		list_text(s->os),
		list_text(s->ports),
		list_number(s->reachable),
		list_number(s->last_seen),
		list_text(s->aliases),
		list_text(s->tags),
		list_text(s->exempt_reason),
		list_number(s->exempt_until),
	};

	return list_row(l, cells);
}

static int print(const struct servers *all)
{
	enum list_format format = json ? LIST_JSON : csv ? LIST_CSV : LIST_TABLE;
	_cleanup_(list_freep) struct list *l = NULL;
	struct screen screen = screen_of(stdout);
	int rc = list_new(columns, ARRAY_SIZE(columns), "servers", format, &screen, stdout, &l);

	for (size_t i = 0; rc == 0 && i < all->n; i++) {
		rc = print_server(l, &all->v[i]);
	}
	return list_finish(l, rc);
}

static int run(const struct install *in, int n _unused_, char *const *words _unused_)
{
	_cleanup_(inventory_closep) struct inventory *v = NULL;
	_cleanup_(servers_done) struct servers all = {0};
	struct server_filter filter = {.policy = policy, .tag = tag};
	struct err err = {0};

	if (json && csv) {
		return say_usage("--json and --csv exclude each other");
	}
	if (statuses != NULL && monitoring_statuses(statuses, &filter.statuses, &err) < 0) {
		return say_usage("--status: %s", err.message);
	}
	if (inventory_open(in->database, &v, &err) < 0 ||
		inventory_servers(v, &filter, &all, &err) < 0) {
		return say_error(NULL, &err);
	}
	return print(&all);
}

const struct command servers_command = {
	.name = "servers",
	.summary = "List the servers with the status of their backups, the most urgent first.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
	.run = run,
};
