/* transaction.c - a transaction of one's own, or a part of the one that the caller has open. */
#include "scannerd/store/inside.h"

int transaction_begin(struct store *s, struct transaction *ret)
{
	bool own = sqlite3_get_autocommit(db_handle(s->db)) != 0;
	int r = own ? checkpoint_room(s) : 0;

	if (r == 0 && own) {
		r = db_begin(s->db);
	}
	if (r < 0) {
		return r;
	}
	*ret = (struct transaction){.store = s, .own = own};
	return 0;
}

int transaction_commit(struct transaction *t)
{
	int r = t->own ? db_commit(t->store->db) : 0;

	if (r == 0) {
		t->own = false;
	}
	return r;
}

void transaction_end(struct transaction *t)
{
	if (t->own) {
		db_rollback(t->store->db);
		t->own = false;
	}
}
