/* server_said.c - reads what people have said of a server, and finds what has changed of it. */
#include "scannerd/store/server_said.h"

#include "common/json.h"
#include "common/jsonw.h"

static char *text_of(struct store *s, const char *sql, int64_t id)
{
	struct db *db = store_db(s);
	_stmt_ sqlite3_stmt *st = db_stmt(db, sql);

	if (st == NULL || db_bind(st, "i", id) < 0 || db_step(db, st) != 1) {
		return NULL;
	}
	const char *text = (const char *)sqlite3_column_text(st, 0);

	return text != NULL ? strdup(text) : NULL;
}

char *store_server_said(struct store *s, int64_t id)
{
	return text_of(s,
		"SELECT json_object('hostname', hostname, 'ip_address', address, 'aliases',"
		" (SELECT json_group_array(alias) FROM aliases WHERE server = servers.id),"
		" 'tags', (SELECT json_group_array(tag) FROM tags WHERE server = servers.id),"
		" 'note', note) FROM servers WHERE id = ?",
		id);
}

char *store_exemption_said(struct store *s, int64_t id)
{
	return text_of(s,
		"SELECT json_object('reason', reason, 'author', author, 'until',"
		" coalesce(day, strftime('%Y-%m-%dT%H:%M:%SZ', until, 'unixepoch')))"
		" FROM exemptions WHERE server = ?",
		id);
}

static void replace(char **text, const cJSON *json)
{
	_buf_ struct buf out = BUF_INIT;
	struct jsonw w = JSONW(&out);
	char *fresh;

	jsonw_tree(&w, json);
	fresh = buf_steal(&out);
	if (fresh != NULL) {
		free(*text);
		*text = fresh;
	}
}

void said_keep_changes(char **before, char **after)
{
	_json_ cJSON *old = NULL;
	_json_ cJSON *new = NULL;
	cJSON *next;

	if (*before == NULL || *after == NULL ||
		json_parse(*before, strlen(*before), &old, NULL) < 0 ||
		json_parse(*after, strlen(*after), &new, NULL) < 0) {
		return;
	}
	for (cJSON *member = old->child; member != NULL; member = next) {
		next = member->next;
		if (cJSON_Compare(member, json_get(new, member->string), true)) {
			cJSON_DeleteItemFromObjectCaseSensitive(new, member->string);
			cJSON_Delete(cJSON_DetachItemViaPointer(old, member));
		}
	}
	replace(before, old);
	replace(after, new);
}
