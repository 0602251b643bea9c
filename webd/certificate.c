/* certificate.c - reads PEM files with OpenSSL and says in a sentence what is wrong with them. */
#include "webd/certificate.h"

#include "common/buf.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK /* not to wait for a FIFO */ };

static void free_bio(BIO **bio)
{
	BIO_free(*bio);
}

/* What was read may be a key. */
static void forget_text(struct buf *b)
{
	if (b->data != NULL) {
		explicit_bzero(b->data, b->cap);
	}
	buf_done(b);
}

static int refuse(struct err *err, const char *path, const char *reason)
{
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "%s: %s", path, reason);
}

static int cannot_read(struct err *err, const char *path, int error)
{
	return err_set(
		err, -error, ERR_UNAVAILABLE, NULL, "%s cannot be read: %s", path, strerror(error));
}

/* What OpenSSL found wrong, in its words. */
static int refuse_ssl(struct err *err, const char *path, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	int rc = err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "%s: %s (%s)", path, what,
		reason != NULL ? reason : "no reason given");

	ERR_clear_error();
	return rc;
}

/* The whole file, read once into memory that does not move: a copy would stay behind. */
static int read_file(const char *path, struct buf *out, struct stat *ret_st, struct err *err)
{
	_close_ int fd = open(path, OPEN_FLAGS);
	ssize_t n;

	if (fd < 0 || fstat(fd, ret_st) < 0) {
		return cannot_read(err, path, errno);
	}
	if (!S_ISREG(ret_st->st_mode)) {
		return refuse(err, path, "that is not a file");
	}
	if (ret_st->st_size > CERTIFICATE_FILE_MAX) {
		return refuse(err, path, "that is too large for a certificate or a key");
	}
	if (buf_reserve(out, CERTIFICATE_FILE_MAX) < 0) {
		return cannot_read(err, path, ENOMEM);
	}
	while ((n = read(fd, out->data + out->len, CERTIFICATE_FILE_MAX - out->len)) > 0) {
		out->len += (size_t)n;
	}
	return n < 0 ? cannot_read(err, path, errno) : 0;
}

/* Else OpenSSL would ask on the terminal. */
static int no_passphrase(char *out, int size, int writing, void *asked)
{
	(void)out;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

static int64_t seconds_of(const ASN1_TIME *t)
{
	struct tm tm = {0};

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static int read_issuers(struct certificate *c, BIO *bio, const char *path, struct err *err)
{
	X509 *next;
	unsigned long reason;

	while ((next = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (sk_X509_num(c->chain) == CERTIFICATE_CHAIN_MAX ||
			sk_X509_push(c->chain, next) == 0) {
			X509_free(next);
			return refuse(err, path, "there are too many certificates in it");
		}
	}
	reason = ERR_peek_last_error();
	if (ERR_GET_LIB(reason) != ERR_LIB_PEM || ERR_GET_REASON(reason) != PEM_R_NO_START_LINE) {
		return refuse_ssl(err, path, "a certificate in it is broken");
	}
	ERR_clear_error(); /* the end of the file */
	return 0;
}

static int read_chain(struct certificate *c, const char *path, struct err *err)
{
	_cleanup_(forget_text) struct buf text = BUF_INIT;
	_cleanup_(free_bio) BIO *bio = NULL;
	struct stat st;
	int rc = read_file(path, &text, &st, err);

	if (rc < 0) {
		return rc;
	}
	bio = BIO_new_mem_buf(text.data, (int)text.len);
	c->chain = sk_X509_new_null();
	if (bio == NULL || c->chain == NULL) {
		return cannot_read(err, path, ENOMEM);
	}
	c->leaf = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (c->leaf == NULL) {
		return refuse_ssl(err, path, "it holds no certificate in PEM form");
	}
	c->begins = seconds_of(X509_get0_notBefore(c->leaf));
	c->expires = seconds_of(X509_get0_notAfter(c->leaf));
	return read_issuers(c, bio, path, err);
}

static int read_key(struct certificate *c, const char *path, struct err *err)
{
	_cleanup_(forget_text) struct buf text = BUF_INIT;
	_cleanup_(free_bio) BIO *bio = NULL;
	bool asked = false;
	struct stat st;
	int rc = read_file(path, &text, &st, err);

	if (rc < 0) {
		return rc;
	}
	bio = BIO_new_mem_buf(text.data, (int)text.len);
	if (bio == NULL) {
		return cannot_read(err, path, ENOMEM);
	}
	c->key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	if (asked) {
		ERR_clear_error();
		return refuse(err, path,
			"the key is protected by a passphrase; webd needs one "
			"without");
	}
	if (c->key == NULL) {
		return refuse_ssl(err, path, "it holds no private key in PEM form");
	}
	c->key_is_public = (st.st_mode & S_IROTH) != 0;
	return 0;
}

int certificate_read(
	const char *chain_path, const char *key_path, struct certificate *ret, struct err *err)
{
	struct certificate c = {0};
	int rc;

	ERR_clear_error();
	rc = read_chain(&c, chain_path, err);
	if (rc == 0) {
		rc = read_key(&c, key_path, err);
	}
	if (rc == 0 && X509_check_private_key(c.leaf, c.key) != 1) {
		ERR_clear_error();
		rc = err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"the key in %s does not belong to the first certificate in %s", key_path,
			chain_path);
	}
	if (rc < 0) {
		certificate_done(&c);
		return rc;
	}
	*ret = c;
	return 0;
}

void certificate_done(struct certificate *c)
{
	X509_free(c->leaf);
	sk_X509_pop_free(c->chain, X509_free);
	EVP_PKEY_free(c->key);
	*c = (struct certificate){0};
}

struct certificate_stamp certificate_look(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		return (struct certificate_stamp){0};
	}
	return (struct certificate_stamp){
		.device = st.st_dev,
		.inode = st.st_ino,
		.bytes = (uint64_t)st.st_size,
		.modified_ns = st.st_mtim.tv_sec * NSEC_PER_SEC + st.st_mtim.tv_nsec,
	};
}
