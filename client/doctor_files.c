/* doctor_files.c - checks of files: configuration, state directory, database, disk, socket. */
#include "client/doctor.h"

#include "client/list.h"
#include "common/timefmt.h"
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <libgen.h>
#include <pwd.h>

#define INSTALLED_STATE "/var/lib/backup-checker"

/* SCHEMA_VERSION: the Makefile counts the scripts of the schema. */

enum {
	DISK_ERROR_MB = 50,
	DISK_WARNING_MB = 500,
	INODES_LEAST = 1000,
	MEGABYTE = 1000 * 1000,
	MODE_STATE = 0750,
	MODE_DATABASE = 0640,
	MODE_SOCKET = 0660,
	MODE_ACCOUNTS = 0600,
	CHECK_MS = 10000,
	CHECK_STEPS = 100000, /* of SQLite's machine, some milliseconds */
};

const char doctor_as_root[] = "run this as root to see more";
static const char replace_database[] =
	"restore it from a backup, or stop scannerd, move it and its -wal away and start scannerd "
	"again: scans fill a new one, but exemptions, servers added by hand and the audit log are "
	"lost";

void doctor_configuration(struct doctor *d)
{
	const char *path = d->in->config;
	struct err err = {0};

	if (access(path, R_OK) < 0 && errno == EACCES) {
		doctor_say(d, DOCTOR_WARNING, doctor_as_root, "%s may not be read by you", path);
		return;
	}
	if (config_load(path, &d->config, &err) < 0) {
		doctor_say(d, DOCTOR_ERROR,
			"mend the file, or name another with --config; backup-checker config check "
			"judges it",
			"%s: %s%s%s", path, err.field, err.field[0] != '\0' ? ": " : "",
			err.message);
		return;
	}
	d->has_config = true;
	if (d->config.directories_to_scan.n == 0) {
		doctor_say(d, DOCTOR_WARNING, "add what holds backups to directories_to_scan",
			"%s names no directories: no backup can be found", path);
	}
	if (d->config.subnets_to_scan.n == 0) {
		doctor_say(d, DOCTOR_WARNING, "add your networks to subnets_to_scan",
			"%s names no networks: only servers added by hand are known", path);
	}
	doctor_say(d, DOCTOR_OK, NULL, "%s is valid (directories: %zu, subnets: %zu)", path,
		d->config.directories_to_scan.n, d->config.subnets_to_scan.n);
}

bool doctor_judge_mode(struct doctor *d, const char *path, const struct stat *st, mode_t allowed)
{
	mode_t extra = st->st_mode & 0777 & ~allowed;
	char advice[512];

	if (extra == 0) {
		return true;
	}
	snprintf(advice, sizeof(advice), "chmod %04o %s", (unsigned)allowed, path);
	doctor_say(d, (extra & 0022) != 0 ? DOCTOR_ERROR : DOCTOR_WARNING, advice,
		"%s has the mode %04o: %s may %s it", path, (unsigned)(st->st_mode & 07777),
		(extra & 0007) != 0 ? "everybody" : "its group",
		(extra & 0022) != 0 ? "write" : "read");
	return false;
}

static const char *user_name(uid_t uid)
{
	static char number[32];
	const struct passwd *user = getpwuid(uid);

	snprintf(number, sizeof(number), "%lu", (unsigned long)uid);
	return user != NULL ? user->pw_name : number;
}

static const char *group_name(gid_t gid)
{
	static char number[32];
	const struct group *group = getgrgid(gid);

	snprintf(number, sizeof(number), "%lu", (unsigned long)gid);
	return group != NULL ? group->gr_name : number;
}

/* stat(2), and what is said if it fails. */
static bool look(struct doctor *d, const char *path, const char *missing, struct stat *ret)
{
	if (stat(path, ret) == 0) {
		return true;
	}
	if (errno == EACCES) {
		doctor_say(d, DOCTOR_WARNING, doctor_as_root, "%s may not be seen by you", path);
	} else {
		doctor_say(d, DOCTOR_ERROR, missing, "%s: %s", path, strerror(errno));
	}
	return false;
}

/* By hand it may belong to anybody; where systemd starts scannerd, only to that user. */
static bool judge_owner(struct doctor *d, const char *path, const struct stat *st)
{
	char user[64], advice[512];
	const struct passwd *known;

	if (strcmp(path, INSTALLED_STATE) != 0 || !doctor_scannerd_user(user, sizeof(user))) {
		return true;
	}
	known = getpwnam(user);
	if (known == NULL || known->pw_uid == st->st_uid) {
		return true;
	}
	snprintf(advice, sizeof(advice), "chown -R %s %s", user, path);
	doctor_say(d, DOCTOR_ERROR, advice, "%s belongs to %s, but scannerd runs as %s", path,
		user_name(st->st_uid), user);
	return false;
}

static char *state_of(const struct doctor *d, char *copy, size_t size)
{
	snprintf(copy, size, "%s", d->in->database);
	return dirname(copy);
}

void doctor_state(struct doctor *d)
{
	char copy[4096];
	const char *path = state_of(d, copy, sizeof(copy));
	struct stat st;

	if (!look(d, path, "start scannerd, which makes it, or name its database with --database",
		    &st)) {
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		doctor_say(d, DOCTOR_ERROR, NULL, "%s is not a directory", path);
	} else if (judge_owner(d, path, &st) && doctor_judge_mode(d, path, &st, MODE_STATE)) {
		doctor_say(d, DOCTOR_OK, NULL, "%s belongs to %s, mode %04o", path,
			user_name(st.st_uid), (unsigned)(st.st_mode & 07777));
	}
}

/* Stops looking when it takes too long: a large database is not damaged for that. */
static int is_late(void *deadline_ms)
{
	return time_mono_ms() > *(const int64_t *)deadline_ms;
}

static bool is_sound(struct doctor *d)
{
	struct db *db = inventory_db(d->inventory);
	int64_t deadline_ms = time_mono_ms() + CHECK_MS;
	_stmt_ sqlite3_stmt *st = db_stmt(db, "PRAGMA quick_check(1)");
	const char *found = NULL;
	int rc = -EIO;

	if (st != NULL) {
		sqlite3_progress_handler(db_handle(db), CHECK_STEPS, is_late, &deadline_ms);
		rc = db_step(db, st);
		sqlite3_progress_handler(db_handle(db), 0, NULL, NULL);
		found = rc == 1 ? (const char *)sqlite3_column_text(st, 0) : NULL;
	}
	if (rc == -ECANCELED || (found != NULL && strcmp(found, "ok") == 0)) {
		return true;
	}
	doctor_say(d, DOCTOR_ERROR, replace_database, "%s is damaged: %s", d->in->database,
		found != NULL ? found : db_message(db));
	return false;
}

static void judge_schema(struct doctor *d)
{
	int64_t version;

	if (db_int(inventory_db(d->inventory), &version, "PRAGMA user_version", "") < 0) {
		doctor_say(d, DOCTOR_ERROR, NULL, "the version of its schema cannot be read: %s",
			db_message(inventory_db(d->inventory)));
	} else if (version < SCHEMA_VERSION) {
		doctor_say(d, DOCTOR_ERROR,
			"restart scannerd, so that the new version brings it up to date",
			"its schema is version %" PRId64 ", this program knows %d", version,
			SCHEMA_VERSION);
	} else if (version > SCHEMA_VERSION) {
		doctor_say(d, DOCTOR_ERROR, "upgrade this program, or use the one beside scannerd",
			"its schema is version %" PRId64 ", this program knows only %d", version,
			SCHEMA_VERSION);
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "schema version %d", SCHEMA_VERSION);
	}
}

/* What is in it may be read by scannerd alone, not even by webd. */
static void judge_accounts(struct doctor *d, const char *state)
{
	char path[4096 + sizeof("/accounts.db")];
	struct stat st;

	snprintf(path, sizeof(path), "%s/accounts.db", state);
	if (stat(path, &st) == 0) {
		doctor_judge_mode(d, path, &st, MODE_ACCOUNTS);
	}
}

void doctor_database(struct doctor *d)
{
	char copy[4096];
	const char *path = d->in->database, *state = state_of(d, copy, sizeof(copy));
	struct stat st, dir;
	struct err err = {0};

	if (!look(d, path, "start scannerd, which makes it, or name it with --database", &st)) {
		return;
	}
	doctor_judge_mode(d, path, &st, MODE_DATABASE);
	judge_accounts(d, state);
	if (stat(state, &dir) == 0 && dir.st_uid != st.st_uid) {
		doctor_say(d, DOCTOR_ERROR, "give both to the user that scannerd runs as",
			"it belongs to another user than its directory");
	}
	if (inventory_open(path, &d->inventory, &err) < 0) {
		doctor_say(d, err.code == ERR_PERMISSION_DENIED ? DOCTOR_WARNING : DOCTOR_ERROR,
			err.code == ERR_PERMISSION_DENIED ? doctor_as_root : replace_database, "%s",
			err.message);
		return;
	}
	if (is_sound(d)) {
		judge_schema(d);
	}
}

void doctor_judge_disk(
	struct doctor *d, const char *path, const struct statvfs *fs, int64_t database_bytes)
{
	int64_t free_bytes = (int64_t)(fs->f_bavail * fs->f_frsize);
	int64_t wanted = MAX((int64_t)DISK_WARNING_MB * MEGABYTE, database_bytes / 2);
	char size[16];

	list_size(free_bytes, size);
	if (free_bytes < (int64_t)DISK_ERROR_MB * MEGABYTE) {
		doctor_say(d, DOCTOR_ERROR, "free some space: scans cannot be stored soon",
			"%s has %s left", path, size);
	} else if (free_bytes < wanted) {
		doctor_say(d, DOCTOR_WARNING, "free some space before a scan needs it",
			"%s has %s left", path, size);
	} else if (fs->f_files > 0 && fs->f_favail < INODES_LEAST) {
		doctor_say(d, DOCTOR_WARNING, "remove files: new ones cannot be made soon",
			"%s has room for %lu more files only", path, (unsigned long)fs->f_favail);
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "%s has %s left", path, size);
	}
}

void doctor_disk(struct doctor *d)
{
	char copy[4096];
	const char *path = state_of(d, copy, sizeof(copy));
	struct statvfs fs;
	struct stat st;

	if (statvfs(path, &fs) == 0) {
		doctor_judge_disk(d, path, &fs, stat(d->in->database, &st) == 0 ? st.st_size : 0);
	} else if (errno != ENOENT) { /* that it is missing was said */
		doctor_say(d, DOCTOR_WARNING, NULL, "%s: %s", path, strerror(errno));
	}
}

void doctor_socket(struct doctor *d)
{
	const char *path = d->in->socket;
	struct stat st;

	if (!look(d, path, "start scannerd, or name its socket with --socket", &st)) {
		return;
	}
	if (!S_ISSOCK(st.st_mode)) {
		doctor_say(d, DOCTOR_ERROR, NULL, "%s is no socket", path);
	} else if (doctor_judge_mode(d, path, &st, MODE_SOCKET)) {
		doctor_say(d, DOCTOR_OK, NULL, "%s may be used by %s and the group %s", path,
			user_name(st.st_uid), group_name(st.st_gid));
	}
}
