/* editor.c - a temporary file, and a person's editor on it. */
#include "client/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

enum { WORDS_MAX = 16 };

extern char **environ;

static int fail(struct err *err, const char *doing, const char *path)
{
	int rc = -errno;

	return err_set(
		err, rc, ERR_UNAVAILABLE, NULL, "cannot %s %s: %s", doing, path, strerror(-rc));
}

static int write_all(int fd, const struct buf *text)
{
	for (size_t at = 0; at < text->len;) {
		ssize_t n = write(fd, text->data + at, text->len - at);

		if (n < 0 && errno != EINTR) {
			return -errno;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int editor_begin(struct editor *e, const char *suffix, const struct buf *text, struct err *err)
{
	const char *dir = getenv("TMPDIR");
	_close_ int fd = -1;
	int n;

	dir = dir != NULL && dir[0] == '/' ? dir : "/tmp";
	n = snprintf(e->path, sizeof(e->path), "%s/backup-checker-XXXXXX%s", dir, suffix);
	if (n < 0 || (size_t)n >= sizeof(e->path)) {
		e->path[0] = '\0';
		return err_set(err, -ENAMETOOLONG, ERR_INVALID_VALUE, NULL, "TMPDIR is too long");
	}
	fd = mkostemps(e->path, (int)strlen(suffix), O_CLOEXEC);
	if (fd < 0) {
		e->path[0] = '\0';
		return fail(err, "make a file in", dir);
	}
	if (write_all(fd, text) < 0) {
		int rc = fail(err, "write", e->path);

		editor_end(e);
		return rc;
	}
	return 0;
}

/* The words of "code --wait": split at blanks, as most programs do; no shell. */
static size_t split(char *text, char **words, size_t max)
{
	size_t n = 0;
	char *rest = text;

	while (n < max) {
		rest += strspn(rest, " \t");
		if (*rest == '\0') {
			break;
		}
		words[n++] = rest;
		rest += strcspn(rest, " \t");
		if (*rest != '\0') {
			*rest++ = '\0';
		}
	}
	return n;
}

/* Ctrl-C is the editor's while it runs, and must have its usual meaning there. */
static int spawn(char **argv, pid_t *ret)
{
	posix_spawnattr_t attributes;
	sigset_t set;
	int rc = posix_spawnattr_init(&attributes);

	if (rc != 0) {
		return -rc;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawnp(ret, argv[0], NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	return -rc;
}

/* -errno of starting it, else its wait status. */
static int run_words(char **argv)
{
	void (*on_int)(int) = signal(SIGINT, SIG_IGN);
	void (*on_quit)(int) = signal(SIGQUIT, SIG_IGN);
	int status = 0;
	pid_t pid;
	int rc = spawn(argv, &pid);

	while (rc == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	signal(SIGINT, on_int);
	signal(SIGQUIT, on_quit);
	return rc < 0 ? rc : status;
}

static int run_editor(const char *editor, const char *path, struct err *err)
{
	_free_ char *text = strdup(editor);
	char *words[WORDS_MAX + 2];
	size_t n = text != NULL ? split(text, words, WORDS_MAX) : 0;
	int status;

	if (n == 0) {
		return -ENOENT;
	}
	words[n] = (char *)(uintptr_t)path;
	words[n + 1] = NULL;
	status = run_words(words);
	if (status < 0) {
		return err_set(err, status, ERR_UNAVAILABLE, NULL,
			"cannot start the editor \"%.200s\": %s; set EDITOR", editor,
			strerror(-status));
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		return err_set(err, -ECANCELED, ERR_UNAVAILABLE, NULL,
			"the editor \"%.200s\" ended with a failure", editor);
	}
	return 0;
}

int editor_run(const struct editor *e, struct err *err)
{
	static const char *const variables[] = {"VISUAL", "EDITOR"};
	static const char *const usual[] = {"editor", "vi", "nano"};
	int rc = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *editor = getenv(variables[i]);

		if (editor != NULL && editor[strspn(editor, " \t")] != '\0') {
			return run_editor(editor, e->path, err);
		}
	}
	for (size_t i = 0; rc == -ENOENT && i < ARRAY_SIZE(usual); i++) {
		rc = run_editor(usual[i], e->path, err);
	}
	return rc;
}

int editor_read(const struct editor *e, size_t max, struct buf *text, struct err *err)
{
	_fclose_ FILE *f = fopen(e->path, "re");

	if (f == NULL) {
		return fail(err, "read", e->path);
	}
	buf_reset(text);
	while (text->len <= max && buf_reserve(text, 4096) == 0) {
		size_t n = fread(text->data + text->len, 1, 4096, f);

		text->len += n;
		if (n == 0) {
			break;
		}
	}
	if (ferror(f) || text->failed) {
		return fail(err, "read", e->path);
	}
	return text->len > max ? err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
					 "the text is longer than %zu bytes", max)
			       : 0;
}

void editor_end(struct editor *e)
{
	if (e->path[0] != '\0') {
		unlink(e->path);
		e->path[0] = '\0';
	}
}
