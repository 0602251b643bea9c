/* summary.c - what a server is called and how it was last seen, told from what a person said and
 * from its addresses. */
#include "scannerd/store/summary.h"

size_t address_key(const struct addr *a, uint8_t ret[ADDRESS_KEY_SIZE])
{
	size_t n = a->family == 4 ? 4 : 16;

	ret[0] = a->family;
	memcpy(ret + 1, a->bytes, n);
	return n + 1;
}

/* Each fact comes from the lowest address that has it; ports only from addresses that have some. */
int store_server_refresh(struct store *s, int64_t server)
{
	return db_run(s->db,
		"UPDATE servers SET"
		" hostname = coalesce(hostname_set,"
		"  (SELECT hostname FROM addresses WHERE server = ?1 AND hostname IS NOT NULL"
		"   ORDER BY key LIMIT 1),"
		"  (SELECT address FROM addresses WHERE server = ?1 ORDER BY key LIMIT 1), ''),"
		" address = (SELECT address FROM addresses WHERE server = ?1 ORDER BY key LIMIT 1),"
		" address_key = (SELECT min(key) FROM addresses WHERE server = ?1),"
		" os = (SELECT os FROM addresses WHERE server = ?1 AND os IS NOT NULL"
		"  ORDER BY key LIMIT 1),"
		" ports = coalesce((SELECT ports FROM addresses WHERE server = ?1 AND ports != ''"
		"  ORDER BY key LIMIT 1), ''),"
		" mac = (SELECT mac FROM addresses WHERE server = ?1 AND mac IS NOT NULL"
		"  ORDER BY key LIMIT 1),"
		" vendor = (SELECT vendor FROM addresses WHERE server = ?1 AND vendor IS NOT NULL"
		"  ORDER BY key LIMIT 1),"
		" (is_reachable, last_seen, last_scan) = (SELECT max(is_reachable), max(last_seen),"
		"  max(last_scan) FROM addresses WHERE server = ?1)"
		" WHERE id = ?1",
		"i", server);
}
