/* vault.c - opens accounts.db and brings its schema up to this version, forward only. */
#include "scannerd/store/vault.h"

#include "common/embed.h"
#include "scannerd/store/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

EMBED(sql_accounts_0001, "scannerd/store/sql/accounts_0001.sql");

/* The position is the version that the script leads to, less one. */
static const char *const migrations[] = {sql_accounts_0001};

enum { CACHE_KIB = 512, FILE_MODE = 0600 };

/* Before SQLite opens it: it gives its log and the log's index the mode of the file. */
static int create_private(const char *path, struct err *err)
{
	_close_ int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);

	if (fd < 0 && (errno != EEXIST || chmod(path, FILE_MODE) < 0)) {
		return err_set(
			err, -errno, ERR_DATABASE, NULL, "creating %s: %s", path, strerror(errno));
	}
	return 0;
}

static int bring_up(struct store *s, int64_t version)
{
	_transaction_ struct transaction t = {0};
	char pragma[64];
	int r = transaction_begin(s, &t);

	for (size_t i = (size_t)version; r == 0 && i < ARRAY_SIZE(migrations); i++) {
		r = db_script(s->db, migrations[i]);
	}
	if (r < 0) {
		return r;
	}
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%zu", ARRAY_SIZE(migrations));
	r = db_script(s->db, pragma);
	return r < 0 ? r : transaction_commit(&t);
}

static int migrate_accounts(struct store *s, const char *path, struct err *err)
{
	int64_t version = 0;
	int r = db_int(s->db, &version, "PRAGMA user_version", "");

	if (r < 0) {
		return db_fail(s->db, r, err, "reading the accounts");
	}
	if (version < 0 || version > (int64_t)ARRAY_SIZE(migrations)) {
		return err_set(err, -EPROTO, ERR_DATABASE, NULL,
			"%s was written by a newer version (schema %lld, this one knows %zu): "
			"install that version again, or move the file away and make the accounts "
			"anew",
			path, (long long)version, ARRAY_SIZE(migrations));
	}
	if (version < (int64_t)ARRAY_SIZE(migrations)) {
		r = bring_up(s, version);
	}
	return r < 0 ? db_fail(s->db, r, err, "preparing the accounts") : 0;
}

static int open_accounts(struct store *s, struct err *err)
{
	_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/accounts.db", s->state_dir) < 0) {
		path = NULL;
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	r = create_private(path, err);
	if (r == 0) {
		r = db_open(path, DB_WRITER, CACHE_KIB, &s->db, err);
	}
	if (r < 0) {
		return r;
	}
	checkpoint_init(s);
	return migrate_accounts(s, path, err);
}

int vault_new(const char *state_dir, struct store **ret, struct err *err)
{
	_cleanup_(store_freep) struct store *s = NULL;
	int r = store_prepare(state_dir, &s, err);

	if (r == 0) {
		r = open_accounts(s, err);
	}
	if (r == 0) {
		r = store_start(s, err);
	}
	if (r == 0) {
		*ret = steal(s);
	}
	return r;
}
