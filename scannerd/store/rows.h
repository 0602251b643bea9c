/* rows.h - columns of a row of accounts.db as values of ours. */
#ifndef SCANNERD_STORE_ROWS_H
#define SCANNERD_STORE_ROWS_H

#include "common/db.h"
#include "proto/accounts_iface.h"

/* A copy; "" for NULL; NULL without memory. */
static inline char *row_text(sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return strdup(text != NULL ? text : "");
}

/* Of a role that this version does not know: none. */
static inline enum role row_role(sqlite3_stmt *st, int column)
{
	int64_t role = sqlite3_column_int64(st, column);

	return role > ROLE_NONE && role < _ROLES ? (enum role)role : ROLE_NONE;
}

#endif
