/* certificate.h - a certificate with its chain and its private key, read from PEM files and judged.
 * Logs nothing. */
#ifndef WEBD_CERTIFICATE_H
#define WEBD_CERTIFICATE_H

#include "common/err.h"
#include <openssl/ssl.h>

enum { CERTIFICATE_FILE_MAX = 256 * 1024, CERTIFICATE_CHAIN_MAX = 10 };

/* Which file was read, and in which state: another one, or a changed one, differs. */
struct certificate_stamp {
	uint64_t device, inode, bytes;
	int64_t modified_ns;
};

struct certificate {
	X509 *leaf;
	STACK_OF(X509) * chain; /* without the leaf */
	EVP_PKEY *key;
	int64_t begins, expires; /* seconds since 1970 */
	bool key_is_public;      /* everybody on this machine may read its file */
};

/* Both files are regular ones of at most CERTIFICATE_FILE_MAX bytes; the key has no passphrase and
 * belongs to the first certificate. -errno with a sentence that names the file. */
int certificate_read(
	const char *chain_path, const char *key_path, struct certificate *ret, struct err *err);
void certificate_done(struct certificate *c);

/* All zero when there is no such file. */
struct certificate_stamp certificate_look(const char *path);

#endif
