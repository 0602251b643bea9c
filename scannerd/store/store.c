/* store.c - opens and closes the database: its directory, its lock, its file modes, and what a
 * start has to tidy. */
#include "scannerd/store/store.h"

#include "scannerd/store/inside.h"
#include "scannerd/store/pass.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

enum { CACHE_KIB = 8192, DIRECTORY_MODE = 02750, FILE_MODE = 0640 };

struct db *store_db(struct store *s)
{
	return s->db;
}

/* setgid: the log and its index are created by SQLite and must get the readers' group, too. Where a
 * sandbox forbids that bit, give_group() sets the group of the files themselves. */
static int prepare_directory(const char *path, gid_t group, struct err *err)
{
	struct stat st;

	if (mkdir(path, 0750) < 0 && errno != EEXIST) {
		return err_set(err, -errno, ERR_DATABASE, NULL,
			"creating the state directory %s: %s", path, strerror(errno));
	}
	if (stat(path, &st) < 0) {
		return err_set(err, -errno, ERR_DATABASE, NULL,
			"looking at the state directory %s: %s", path, strerror(errno));
	}
	if (!S_ISDIR(st.st_mode)) {
		return err_set(err, -ENOTDIR, ERR_DATABASE, NULL,
			"the state directory %s is not a directory", path);
	}
	if (group != (gid_t)-1 && st.st_gid != group) {
		(void)!chown(path, (uid_t)-1, group);
	}
	if ((st.st_mode & 07777) != DIRECTORY_MODE && chmod(path, DIRECTORY_MODE) < 0) {
		(void)chmod(path, DIRECTORY_MODE & 0777);
	}
	if (access(path, W_OK | X_OK) < 0) {
		return err_set(err, -errno, ERR_DATABASE, NULL,
			"the state directory %s cannot be written: %s", path, strerror(errno));
	}
	return 0;
}

static int refuse_second(int fd, const char *state_dir, struct err *err)
{
	char pid[16] = "";
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);

	pid[n > 0 ? (size_t)n : 0] = '\0';
	pid[strspn(pid, "0123456789")] = '\0';
	return err_set(err, -EWOULDBLOCK, ERR_BUSY, NULL,
		"another scannerd (process %s) uses the state directory %s",
		pid[0] != '\0' ? pid : "unknown", state_dir);
}

/* The lock belongs to the open file, so that no other close() in this process drops it. */
static int take_lock(const char *state_dir, int *ret_fd, struct err *err)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	_free_ char *path = NULL;
	_close_ int fd = -1;

	if (asprintf(&path, "%s/lock", state_dir) < 0) {
		path = NULL;
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0) {
		return err_set(err, -errno, ERR_DATABASE, NULL, "opening the lock %s: %s", path,
			strerror(errno));
	}
	if (fcntl(fd, F_OFD_SETLK, &whole) < 0) {
		if (errno == EAGAIN || errno == EACCES) {
			return refuse_second(fd, state_dir, err);
		}
		return err_set(
			err, -errno, ERR_DATABASE, NULL, "locking %s: %s", path, strerror(errno));
	}
	/* Only for the sentence above; on a full disk it stays empty. */
	if (ftruncate(fd, 0) == 0) {
		(void)!dprintf(fd, "%d\n", (int)getpid());
	}
	*ret_fd = steal_fd(fd);
	return 0;
}

/* By path and never opened: closing a descriptor of the database would drop SQLite's POSIX locks.
 */
static void give_group(const char *path, gid_t group)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		_free_ char *file = NULL;

		if (asprintf(&file, "%s%s", path, suffixes[i]) < 0) {
			file = NULL;
			return;
		}
		if (group != (gid_t)-1) {
			(void)!lchown(file, (uid_t)-1, group);
		}
		(void)chmod(file, FILE_MODE);
	}
}

/* A scan that was running when the program ended is neither a success nor a failure. */
static int interrupt_scans(struct store *s)
{
	int64_t running;
	int r = db_int(s->db, &running, "SELECT count(*) FROM scans WHERE state = 'running'", "");

	if (r < 0 || running == 0) {
		return r;
	}
	return db_run(s->db,
		"UPDATE scans SET state = 'interrupted', finished = ?, message = 'the scanner "
		"ended before"
		" the scan did' WHERE state = 'running'",
		"i", time_now());
}

static int tidy(struct store *s, struct err *err)
{
	int r = files_load_next_dir(s);

	if (r == 0) {
		r = files_remove_staged(s);
	}
	if (r == 0) {
		r = interrupt_scans(s);
	}
	return r < 0 ? db_fail(s->db, r, err, "tidying the database") : 0;
}

static int open_database(struct store *s, gid_t group, struct err *err)
{
	_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/backup-checker.db", s->state_dir) < 0) {
		path = NULL;
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	r = db_open(path, DB_WRITER, CACHE_KIB, &s->db, err);
	if (r < 0) {
		return r;
	}
	checkpoint_init(s);
	r = feed_register(s->db, &s->feed);
	if (r == 0) {
		r = pass_register(s);
	}
	if (r < 0) {
		return db_fail(s->db, r, err, "opening the database");
	}
	r = migrate(s, path, err);
	if (r == 0) {
		give_group(path, group);
		r = tidy(s, err);
	}
	return r;
}

int store_prepare(const char *state_dir, struct store **ret, struct err *err)
{
	_cleanup_(store_freep) struct store *s = calloc(1, sizeof(*s));
	int r;

	if (s == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	s->lock_fd = -1;
	r = queue_init(&s->queue);
	s->state_dir = strdup(state_dir);
	if (r < 0 || s->state_dir == NULL) {
		return err_set(err, r < 0 ? r : -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	*ret = steal(s);
	return 0;
}

int store_start(struct store *s, struct err *err)
{
	int r = queue_start(s);

	return r < 0 ? err_set(err, r, ERR_INTERNAL, NULL, "starting a thread of the store's: %s",
			       strerror(-r))
		     : 0;
}

int store_new(const char *state_dir, gid_t group, struct store **ret, struct err *err)
{
	_cleanup_(store_freep) struct store *s = NULL;
	int r = store_prepare(state_dir, &s, err);

	if (r < 0) {
		return r;
	}
	r = prepare_directory(state_dir, group, err);
	if (r == 0) {
		r = take_lock(state_dir, &s->lock_fd, err);
	}
	if (r == 0) {
		r = open_database(s, group, err);
	}
	if (r == 0) {
		r = store_start(s, err);
	}
	if (r == 0) {
		*ret = steal(s);
	}
	return r;
}

void store_free(struct store *s)
{
	if (s == NULL) {
		return;
	}
	if (s->queue.running) {
		queue_stop(s);
		do { /* what is done has its entry in the audit log written, and so posts more */
			store_dispatch(s);
		} while (queue_run_rest(s));
		checkpoint_last(s);
	}
	db_close(s->db);
	queue_done(&s->queue);
	if (s->lock_fd >= 0) {
		close(s->lock_fd);
	}
	free(s->state_dir);
	free(s);
}

int store_touch(struct store *s, const char *what)
{
	return db_run(s->db,
		"INSERT INTO meta (key, value) VALUES ('version.' || ?, 1)"
		" ON CONFLICT (key) DO UPDATE SET value = value + 1",
		"s", what);
}

int store_secret(struct store *s, uint8_t ret_key[16])
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT value FROM meta WHERE key = 'secret'");
	uint8_t fresh[16];
	int r;

	if (st == NULL) {
		return -EIO;
	}
	r = db_step(s->db, st);
	if (r < 0) {
		return r;
	}
	if (r == 1 && sqlite3_column_bytes(st, 0) == 16) {
		memcpy(ret_key, sqlite3_column_blob(st, 0), 16);
		return 0;
	}
	sqlite3_reset(st);
	randombytes_buf(fresh, sizeof(fresh));
	r = db_run(s->db, "REPLACE INTO meta (key, value) VALUES ('secret', ?)", "b",
		(const void *)fresh, sizeof(fresh));
	if (r == 0) {
		memcpy(ret_key, fresh, sizeof(fresh));
	}
	return r;
}
