/* summary.h - the columns of `servers` that repeat its addresses, for quick reading. */
#ifndef SCANNERD_STORE_SUMMARY_H
#define SCANNERD_STORE_SUMMARY_H

#include "common/addr.h"
#include "scannerd/store/inside.h"

enum { ADDRESS_KEY_SIZE = 17 };

/* The key of `addresses`: family and bytes. Returns its length. */
size_t address_key(const struct addr *a, uint8_t ret[ADDRESS_KEY_SIZE]);

/* Writes the summary of one server after its addresses or its name changed. */
int store_server_refresh(struct store *s, int64_t server);

#endif
