// needs: webd proto common
/* test_tls.c - when a pair of certificate and key is read again, and what is said about its end. */
#include "common/def.h"
#include "common/log.h"
#include "common/timefmt.h"
#include "webd/certificate.h"
#include "webd/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { HOUR_S = 3600, DAY_S = 86400, PATH_SIZE = 64, LOG_SIZE = 4096 };

struct world {
	char folder[PATH_SIZE], chain[PATH_SIZE + 8], key[PATH_SIZE + 8], log[PATH_SIZE + 8];
	int log_fd, stderr_fd;
};

/* At a time of its own: the clock of file systems may stand still for milliseconds. */
static void write_pem(const char *path, X509 *certificate, EVP_PKEY *key)
{
	static time_t modified = 1000;
	const struct timespec then = {.tv_sec = modified++};
	const struct timespec times[] = {then, then};
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	if (certificate != NULL) {
		assert_int_equal(PEM_write_X509(f, certificate), 1);
	}
	if (key != NULL) {
		assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
	}
	assert_int_equal(fclose(f), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static X509 *make(EVP_PKEY *key, int64_t from_s, int64_t to_s)
{
	X509 *c = X509_new();

	assert_non_null(c);
	X509_set_version(c, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
	X509_gmtime_adj(X509_getm_notBefore(c), (long)from_s);
	X509_gmtime_adj(X509_getm_notAfter(c), (long)to_s);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
		(const unsigned char *)"webd", -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(c));
	X509_set_pubkey(c, key);
	assert_true(X509_sign(c, key, EVP_sha256()) > 0);
	return c;
}

/* A pair that holds from so many seconds after now to so many. */
static void put_pair(const struct world *w, int64_t from_s, int64_t to_s)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *c = make(key, from_s, to_s);

	write_pem(w->chain, c, NULL);
	write_pem(w->key, NULL, key);
	assert_int_equal(chmod(w->key, 0600), 0);
	X509_free(c);
	EVP_PKEY_free(key);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	snprintf(w->folder, sizeof(w->folder), "/tmp/bc-tls-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->chain, sizeof(w->chain), "%s/c.pem", w->folder);
	snprintf(w->key, sizeof(w->key), "%s/k.pem", w->folder);
	snprintf(w->log, sizeof(w->log), "%s/log", w->folder);
	w->stderr_fd = dup(STDERR_FILENO);
	w->log_fd = open(w->log, O_RDWR | O_CREAT | O_APPEND, 0600);
	assert_true(w->stderr_fd >= 0 && w->log_fd >= 0);
	dup2(w->log_fd, STDERR_FILENO);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	dup2(w->stderr_fd, STDERR_FILENO);
	close(w->stderr_fd);
	close(w->log_fd);
	unlink(w->chain);
	unlink(w->key);
	unlink(w->log);
	rmdir(w->folder);
	free(w);
	return 0;
}

/* How often the log says it; the log is empty afterwards. */
static int said(const struct world *w, const char *what)
{
	char text[LOG_SIZE + 1];
	ssize_t n = pread(w->log_fd, text, LOG_SIZE, 0);
	int count = 0;

	assert_true(n >= 0);
	text[n] = '\0';
	for (const char *at = text; (at = strstr(at, what)) != NULL; at++) {
		count++;
	}
	assert_int_equal(ftruncate(w->log_fd, 0), 0);
	return count;
}

static struct tls *start(const struct world *w)
{
	struct tls *t = NULL;
	struct err err;

	assert_int_equal(tls_new(w->chain, w->key, &t, &err), 0);
	return t;
}

static void a_pair_that_has_not_changed_is_not_read_again(void **state)
{
	struct world *w = *state;
	int64_t now = time_now();

	put_pair(w, 0, 90 * DAY_S);
	struct tls *t = start(w);
	for (int hour = 1; hour < 50; hour++) {
		tls_look(t, now + hour * HOUR_S);
	}
	assert_int_equal(said(w, "webd"), 0);
	tls_free(t);
}

static void a_renewal_is_found_without_being_told(void **state)
{
	struct world *w = *state;
	int64_t now = time_now();

	put_pair(w, 0, 30 * DAY_S);
	struct tls *t = start(w);
	assert_in_range(tls_expires(t) - now, 30 * DAY_S - 5, 30 * DAY_S + 60);
	put_pair(w, 0, 90 * DAY_S);
	tls_look(t, now + HOUR_S);
	assert_in_range(tls_expires(t) - now, 90 * DAY_S - 5, 90 * DAY_S + 60);
	assert_int_equal(said(w, "is in force"), 1);
	tls_free(t);
}

static void a_bad_renewal_is_said_once_and_its_completion_counts(void **state)
{
	struct world *w = *state;
	int64_t now = time_now();
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *c = make(key, 0, 60 * DAY_S);

	put_pair(w, 0, 30 * DAY_S);
	struct tls *t = start(w);
	write_pem(w->chain, c, NULL); /* and its key only later */
	for (int hour = 1; hour < 5; hour++) {
		tls_look(t, now + hour * HOUR_S);
	}
	assert_in_range(tls_expires(t) - now, 30 * DAY_S - 5, 30 * DAY_S + 60);
	assert_int_equal(said(w, "the certificate in force stays"), 1);
	write_pem(w->key, NULL, key);
	tls_look(t, now + 6 * HOUR_S);
	assert_in_range(tls_expires(t) - now, 60 * DAY_S - 5, 60 * DAY_S + 60);
	assert_int_equal(said(w, "is in force"), 1);
	X509_free(c);
	EVP_PKEY_free(key);
	tls_free(t);
}

static void files_that_are_gone_leave_the_pair_in_force(void **state)
{
	struct world *w = *state;
	int64_t now = time_now();

	put_pair(w, 0, 30 * DAY_S);
	struct tls *t = start(w);
	unlink(w->chain);
	unlink(w->key);
	tls_look(t, now + HOUR_S);
	tls_look(t, now + 2 * HOUR_S);
	assert_int_equal(said(w, "No such file"), 1);
	put_pair(w, 0, 40 * DAY_S);
	tls_look(t, now + 3 * HOUR_S);
	assert_in_range(tls_expires(t) - now, 40 * DAY_S - 5, 40 * DAY_S + 60);
	tls_free(t);
}

static void the_end_is_announced_once_a_day_in_the_last_fourteen(void **state)
{
	struct world *w = *state;
	int64_t now = time_now();

	put_pair(w, 0, 20 * DAY_S);
	struct tls *t = start(w);
	assert_int_equal(said(w, "expires on"), 0);
	for (int hour = 1; hour < 5 * 24; hour++) { /* until 15 days before it */
		tls_look(t, now + hour * HOUR_S);
	}
	assert_int_equal(said(w, "expires on"), 0);
	for (int hour = 7 * 24; hour < 10 * 24; hour++) {
		tls_look(t, now + hour * HOUR_S);
	}
	assert_int_equal(said(w, "expires on"), 3);
	tls_look(t, now + 21 * DAY_S);
	assert_int_equal(said(w, "has expired on"), 1);
	tls_free(t);
}

static void dates_and_modes_are_judged_at_the_start(void **state)
{
	static const struct {
		int64_t from_s, to_s;
		mode_t mode;
		const char *sentence; /* NULL: none */
	} cases[] = {
		{0, 20 * DAY_S, 0600, NULL},
		{0, 20 * DAY_S, 0640, NULL},
		{0, 20 * DAY_S, 0604, "everybody on this machine can read the private key"},
		{0, 13 * DAY_S, 0600, "expires on"},
		{-DAY_S, -60, 0600, "has expired on"},
		{DAY_S, 20 * DAY_S, 0600, "is not valid before"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put_pair(w, cases[i].from_s, cases[i].to_s);
		chmod(w->key, cases[i].mode);
		tls_free(start(w));
		assert_int_equal(said(w, cases[i].sentence != NULL ? cases[i].sentence : "webd"),
			cases[i].sentence != NULL);
	}
}

static void append(const char *path, X509 *c, int times)
{
	FILE *f = fopen(path, "a");

	assert_non_null(f);
	for (int i = 0; i < times; i++) {
		PEM_write_X509(f, c);
	}
	assert_int_equal(fclose(f), 0);
}

static void a_chain_has_an_end(void **state)
{
	static const struct {
		int issuers;
		int rc;
	} cases[] = {
		{0, 0}, {2, 0}, {CERTIFICATE_CHAIN_MAX, 0}, {CERTIFICATE_CHAIN_MAX + 1, -EINVAL}};
	struct world *w = *state;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *c = make(key, 0, DAY_S);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct certificate got = {0};
		struct err err;

		put_pair(w, 0, DAY_S);
		append(w->chain, c, cases[i].issuers);
		assert_int_equal(certificate_read(w->chain, w->key, &got, &err), cases[i].rc);
		assert_int_equal(sk_X509_num(got.chain), cases[i].rc == 0 ? cases[i].issuers : -1);
		certificate_done(&got);
	}
	X509_free(c);
	EVP_PKEY_free(key);
}

static void both_may_be_in_one_file_in_any_order(void **state)
{
	struct world *w = *state;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *c = make(key, 0, DAY_S);
	struct certificate got = {0};
	struct err err;

	write_pem(w->chain, c, key);
	assert_int_equal(certificate_read(w->chain, w->chain, &got, &err), 0);
	certificate_done(&got);
	write_pem(w->chain, NULL, key);
	append(w->chain, c, 2);
	assert_int_equal(certificate_read(w->chain, w->chain, &got, &err), 0);
	assert_int_equal(sk_X509_num(got.chain), 1);
	certificate_done(&got);
	X509_free(c);
	EVP_PKEY_free(key);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pair_that_has_not_changed_is_not_read_again),
		TEST(a_renewal_is_found_without_being_told),
		TEST(a_bad_renewal_is_said_once_and_its_completion_counts),
		TEST(files_that_are_gone_leave_the_pair_in_force),
		TEST(the_end_is_announced_once_a_day_in_the_last_fourteen),
		TEST(dates_and_modes_are_judged_at_the_start),
		TEST(a_chain_has_an_end),
		TEST(both_may_be_in_one_file_in_any_order),
	};

	log_init("webd", LOG_LEVEL_INFO);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
