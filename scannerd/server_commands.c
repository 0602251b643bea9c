/* server_commands.c - the methods about servers that a person adds, changes, merges or exempts, and
 * what the audit log says of them. */
#include "scannerd/server_commands.h"

#include "common/timefmt.h"
#include "scannerd/call.h"
#include "scannerd/monitors.h"
#include "scannerd/refresh.h"
#include "scannerd/store/exemptions.h"
#include "scannerd/store/server_name.h"
#include "scannerd/store/server_said.h"
#include "scannerd/store/servers.h"

/* Values for the audit log; without memory there are none. */
static char *json_string(const char *text)
{
	_buf_ struct buf out = BUF_INIT;
	struct jsonw w = JSONW(&out);

	jsonw_str(&w, text);
	return buf_steal(&out);
}

/* For the audit log; before a server is gone, and after it has come. */
static void name_subject(struct store *s, struct call *c, int64_t server)
{
	store_server_name(s, server, c->subject, sizeof(c->subject));
}

/* --- servers kept by hand --- */

void servers_add(struct store *s, struct call *c)
{
	store_server_add(s, &c->in.server, time_now(), &c->out.server_id.id, &c->err);
	name_subject(s, c, c->out.server_id.id);
	c->after = store_server_said(s, c->out.server_id.id);
	refresh_stale(c->daemon);
}

void servers_update(struct store *s, struct call *c)
{
	int64_t id = c->in.server.id;

	name_subject(s, c, id);
	c->before = store_server_said(s, id);
	store_server_update(s, &c->in.server, time_now(), &c->err);
	c->after = store_server_said(s, id);
	said_keep_changes(&c->before, &c->after);
	refresh_stale(c->daemon);
}

void servers_remove(struct store *s, struct call *c)
{
	int64_t id = c->in.server_id.id;

	name_subject(s, c, id);
	c->before = store_server_said(s, id);
	store_server_remove(s, id, &c->err);
	refresh_stale(c->daemon);
}

void servers_merge(struct store *s, struct call *c)
{
	name_subject(s, c, c->in.merge.other);
	c->before = json_string(c->subject);
	name_subject(s, c, c->in.merge.id);
	c->after = json_string(c->subject);
	store_servers_merge(s, c->in.merge.id, c->in.merge.other, &c->err);
	refresh_stale(c->daemon);
}

void servers_add_alias(struct store *s, struct call *c)
{
	name_subject(s, c, c->in.alias.id);
	c->after = json_string(c->in.alias.alias);
	store_server_add_alias(s, c->in.alias.id, c->in.alias.alias, &c->err);
	refresh_stale(c->daemon);
}

/* --- servers that need no backup --- */

void servers_exempt(struct store *s, struct call *c)
{
	int64_t id = c->in.exemption.id;

	name_subject(s, c, id);
	c->before = store_exemption_said(s, id);
	store_exemption_set(s, &c->in.exemption, time_now(), &c->err);
	c->after = store_exemption_said(s, id);
}

void servers_expect(struct store *s, struct call *c)
{
	int64_t id = c->in.server_id.id;

	name_subject(s, c, id);
	c->before = store_exemption_said(s, id);
	store_exemption_end(s, id, time_now(), &c->err);
}

void servers_exemptions_changed(struct call *c)
{
	static const char *const what[] = {"servers", NULL};

	monitors_changed(c->daemon, what);
	refresh_exemptions(c->daemon);
}

void servers_changed(struct call *c)
{
	static const char *const what[] = {"servers", NULL};

	monitors_changed(c->daemon, what);
	refresh_request(c->daemon);
}
