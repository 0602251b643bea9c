/* tls.c - OpenSSL's contexts: one for each pair that was in force, freed by its last connection. */
#include "webd/tls.h"

#include "common/log.h"
#include "common/timefmt.h"
#include "webd/certificate.h"
#include <errno.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http_struct.h>
#include <openssl/err.h>
#include <strings.h>

enum { DAY_S = 86400, WARN_DAYS = 14 };

/* Forward secrecy and authenticated encryption; those of TLS 1.3 have nothing else. */
static const char ciphers_1_2[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct tls {
	char *chain_path, *key_path;
	SSL_CTX *context;
	int64_t expires;
	struct certificate_stamp chain_seen, key_seen; /* when they were read last, well or not */
	int64_t warned;                                /* that it ends; TIME_NONE: never */
};

/* RFC 7301: without a protocol in common there is no connection. Who does not ask speaks HTTP/1. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
	const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char ours[] = "http/1.1";

	(void)ssl;
	(void)arg;
	for (unsigned at = 0; at < in_len && in[at] < in_len - at; at += 1U + in[at]) {
		if (in[at] == sizeof(ours) - 1 && memcmp(in + at + 1, ours, in[at]) == 0) {
			*out = in + at + 1;
			*out_len = in[at];
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *new_context(const struct certificate *c)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (context == NULL ||
		SSL_CTX_use_cert_and_key(context, c->leaf, c->key, c->chain, 1) != 1 ||
		SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
		SSL_CTX_set_cipher_list(context, ciphers_1_2) != 1) {
		SSL_CTX_free(context);
		return NULL;
	}
	SSL_CTX_set_options(context,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	/* Tickets are kept by the clients; buffers of an idle connection by nobody. */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
	return context;
}

static void note_dates(const struct tls *t, const struct certificate *c, int64_t now)
{
	char when[TIME_ISO_SIZE];

	if (c->begins > now) {
		log_warning("the certificate in %s is not valid before %s", t->chain_path,
			time_iso(c->begins, when));
	}
	if (c->key_is_public) {
		log_warning(
			"everybody on this machine can read the private key in %s", t->key_path);
	}
}

static void warn_of_end(struct tls *t, int64_t now)
{
	char when[TIME_ISO_SIZE];

	if (t->expires - now >= WARN_DAYS * DAY_S ||
		(t->warned != TIME_NONE && now - t->warned < DAY_S)) {
		return;
	}
	t->warned = now;
	log_warning("the certificate in %s %s on %s", t->chain_path,
		t->expires <= now ? "has expired" : "expires", time_iso(t->expires, when));
}

/* The files are looked at before they are read: what changes meanwhile differs next time. */
static int load(struct tls *t, struct err *err)
{
	struct certificate c;
	SSL_CTX *context;
	int64_t now = time_now();
	int rc;

	t->chain_seen = certificate_look(t->chain_path);
	t->key_seen = certificate_look(t->key_path);
	rc = certificate_read(t->chain_path, t->key_path, &c, err);
	if (rc < 0) {
		return rc;
	}
	context = new_context(&c);
	if (context == NULL) {
		const char *reason = ERR_reason_error_string(ERR_peek_last_error());

		rc = err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"%s: OpenSSL does not take this certificate: %s", t->chain_path,
			reason != NULL ? reason : "no reason given");
		ERR_clear_error();
	} else {
		SSL_CTX_free(t->context);
		t->context = context;
		t->expires = c.expires;
		t->warned = TIME_NONE;
		note_dates(t, &c, now);
		warn_of_end(t, now);
	}
	certificate_done(&c);
	return rc;
}

int tls_new(const char *chain_path, const char *key_path, struct tls **ret, struct err *err)
{
	struct tls *t = calloc(1, sizeof(*t));
	int rc = 0;

	if (t != NULL) {
		t->chain_path = strdup(chain_path);
		t->key_path = strdup(key_path);
	}
	if (t == NULL || t->chain_path == NULL || t->key_path == NULL) {
		rc = err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	} else {
		rc = load(t, err);
	}
	if (rc < 0) {
		tls_free(t);
		return rc;
	}
	*ret = t;
	return 0;
}

void tls_free(struct tls *t)
{
	if (t == NULL) {
		return;
	}
	SSL_CTX_free(t->context);
	free(t->chain_path);
	free(t->key_path);
	free(t);
}

void tls_reload(struct tls *t)
{
	char when[TIME_ISO_SIZE];
	struct err err;

	if (load(t, &err) < 0) {
		log_error("the certificate in force stays: %s", err.message);
	} else {
		log_info("the certificate in %s is in force, until %s", t->chain_path,
			time_iso(t->expires, when));
	}
}

static bool is_seen(const char *path, const struct certificate_stamp *seen)
{
	struct certificate_stamp now = certificate_look(path);

	return now.device == seen->device && now.inode == seen->inode && now.bytes == seen->bytes &&
	       now.modified_ns == seen->modified_ns;
}

void tls_look(struct tls *t, int64_t now)
{
	if (!is_seen(t->chain_path, &t->chain_seen) || !is_seen(t->key_path, &t->key_seen)) {
		tls_reload(t);
	}
	warn_of_end(t, now);
}

int64_t tls_expires(const struct tls *t)
{
	return t->expires;
}

/* bufferevent_openssl needs SSL_write() to take all or nothing: no partial writes here. */
struct bufferevent *tls_bufferevent(struct tls *t, struct event_base *base)
{
	SSL *ssl = SSL_new(t->context);

	return ssl != NULL ? bufferevent_openssl_socket_new(base, -1, ssl,
				     BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE)
			   : NULL;
}

static bool says(const struct evkeyvalq *headers, const char *word)
{
	const char *said = evhttp_find_header(headers, "Connection");

	return said != NULL && strncasecmp(said, word, strlen(word)) == 0;
}

/* As evhttp decides it. */
static bool ends_connection(struct evhttp_request *req)
{
	const struct evkeyvalq *asked = evhttp_request_get_input_headers(req);

	return says(asked, "close") || says(evhttp_request_get_output_headers(req), "close") ||
	       (req->major == 1 && req->minor == 0 && !says(asked, "keep-alive"));
}

void tls_answered(struct evhttp_request *req)
{
	struct bufferevent *bev =
		evhttp_connection_get_bufferevent(evhttp_request_get_connection(req));
	SSL *ssl = bufferevent_openssl_get_ssl(bev);

	if (ssl != NULL && ends_connection(req)) {
		SSL_shutdown(ssl);
		ERR_clear_error();
	}
}
