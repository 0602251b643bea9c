/* authorizer.h - what a reading connection may do: look at the views of the read contract, and
 * nothing else. */
#ifndef WEBD_AUTHORIZER_H
#define WEBD_AUTHORIZER_H

#include <sqlite3.h>

/* From now on only SELECT, transactions, the columns of v_* views (and what those views reach), the
 * number of rows of the tables below the views, and a list of harmless functions are let through.
 * This guards against mistakes and a broken parser, not against hostile SQL, which no request can
 * bring: a WITH table whose name begins with v_ cannot be told from a view. 0 or a SQLite error. */
int authorizer_install(sqlite3 *handle);

#endif
