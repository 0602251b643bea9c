/* authorizer.c - refuses every statement that is no look at the read contract. */
#include "authorizer.h"

#include "common/def.h"

static bool is_view(const char *name)
{
	return name != NULL && strncmp(name, "v_", 2) == 0;
}

static bool is_harmless(const char *function)
{
	static const char *const allowed[] = {"abs", "avg", "coalesce", "count", "group_concat",
		"ifnull", "iif", "instr", "json_extract", "json_group_array", "json_group_object",
		"length", "lower", "max", "min", "nullif", "round", "substr", "sum", "total"};

	if (strncmp(function, "bc_", 3) == 0) {
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) {
		if (strcmp(function, allowed[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* When a view is merged into a query that needs nothing but the row ids of one of its tables,
 * SQLite asks to read no column ("") of that table and names no view. What can be learned so is how
 * many rows it has. */
static bool is_counted(const char *table, const char *column)
{
	static const char *const below[] = {"files", "dirs", "roots", "servers", "evidence",
		"addresses", "tags", "scans", "problems", "settings_history", "status_history",
		"status_changes", "exemptions", "repositories", "audit"};

	for (size_t i = 0; column[0] == '\0' && i < ARRAY_SIZE(below); i++) {
		if (strcmp(table, below[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* first and second depend on the action; inside is the view (or trigger) that makes the access. */
static int authorize(void _unused_ *arg, int action, const char *first, const char *second,
	const char _unused_ *database, const char *inside)
{
	bool allowed = false;

	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_TRANSACTION:
		allowed = true;
		break;
	case SQLITE_READ:
		allowed = is_view(first) || is_view(inside) || is_counted(first, second) ||
			  strcmp(first, "json_each") == 0; /* a function of what it is given */
		break;
	case SQLITE_FUNCTION:
		allowed = second != NULL && is_harmless(second);
		break;
	default:
		break;
	}
	return allowed ? SQLITE_OK : SQLITE_DENY;
}

int authorizer_install(sqlite3 *handle)
{
	/* a table-valued function declares its columns when it is first used: as a statement */
	int rc = sqlite3_exec(handle, "SELECT value FROM json_each('[]')", NULL, NULL, NULL);

	return rc == SQLITE_OK ? sqlite3_set_authorizer(handle, authorize, NULL) : rc;
}
