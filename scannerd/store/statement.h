/* statement.h - what a person says of a server, judged. */
#ifndef SCANNERD_STORE_STATEMENT_H
#define SCANNERD_STORE_STATEMENT_H

#include "proto/iface.h"
#include "scannerd/store/summary.h"

enum { STATEMENT_WORDS_MAX = 64, STATEMENT_WORD_BYTES = 253, STATEMENT_NOTE_BYTES = 4096 };

struct statement {            /* borrows from the server_in it was read from */
	const char *hostname; /* NULL: none given */
	bool has_address;
	char address[ADDR_TEXT_SIZE]; /* canonical */
	uint8_t key[ADDRESS_KEY_SIZE];
	size_t key_len;
	const struct strv *aliases, *tags;
	const char *note; /* never NULL */
};

/* -EINVAL, or -E2BIG, with the field and a sentence. */
int statement_read(const struct server_in *in, struct statement *ret, struct err *err);
/* -EINVAL if there is neither a name nor an address. */
int statement_check_named(const struct statement *s, struct err *err);

#endif
