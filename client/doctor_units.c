/* doctor_units.c - checks of systemd's units, and what they tell of the installation. */
#include "client/doctor.h"

#include "client/spawn.h"
#include <errno.h>

#define WEBD_SOCKET "backup-checker-webd.socket"

enum { ANSWER_MS = 10000, TEXT_SIZE = 8192, RESTARTS_MANY = 3 };

struct unit {
	char id[128], load[32], active[32];
	char listen[128]; /* "127.0.0.1:8080", or a path */
	long restarts;
};

static void take_line(struct unit *u, const char *line, size_t len)
{
	const struct {
		const char *key;
		char *to;
		size_t size;
	} texts[] = {
		{"Id=", u->id, sizeof(u->id)}, {"LoadState=", u->load, sizeof(u->load)},
		{"ActiveState=", u->active, sizeof(u->active)},
		{"Listen=", u->listen, sizeof(u->listen)}, /* of several, the last */
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		size_t key = strlen(texts[i].key);

		if (len > key && memcmp(line, texts[i].key, key) == 0) {
			snprintf(texts[i].to, texts[i].size, "%.*s", (int)(len - key), line + key);
		}
	}
	u->listen[strcspn(u->listen, " ")] = '\0'; /* " (Stream)" */
	if (len > 10 && memcmp(line, "NRestarts=", 10) == 0) {
		u->restarts = strtol(line + 10, NULL, 10);
	}
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* systemd does not notice when somebody removes the file of a socket that it listens at. */
static bool is_without_file(const struct unit *u)
{
	return strcmp(u->active, "active") == 0 && u->listen[0] == '/' &&
	       access(u->listen, F_OK) < 0 && errno == ENOENT;
}

/* True if the unit is installed. A service that waits behind its socket is as it should be. */
static bool judge_unit(struct doctor *d, const struct unit *u)
{
	char advice[512];

	if (strcmp(u->load, "loaded") != 0) {
		return false;
	}
	if (strcmp(u->active, "failed") == 0) {
		snprintf(advice, sizeof(advice), "journalctl -u %s says why", u->id);
		doctor_say(d, DOCTOR_ERROR, advice, "%s has failed", u->id);
	} else if (ends_with(u->id, ".socket") && strcmp(u->active, "active") != 0) {
		snprintf(advice, sizeof(advice), "systemctl enable --now %s", u->id);
		doctor_say(d, DOCTOR_ERROR, advice, "%s is %s", u->id, u->active);
	} else if (is_without_file(u)) {
		snprintf(advice, sizeof(advice), "systemctl restart %s", u->id);
		doctor_say(d, DOCTOR_ERROR, advice, "%s is active, but %s is missing", u->id,
			u->listen);
	} else if (u->restarts >= RESTARTS_MANY) {
		snprintf(advice, sizeof(advice),
			"journalctl -u %s says why; systemctl reset-failed %s begins to count anew",
			u->id, u->id);
		doctor_say(d, DOCTOR_WARNING, advice, "%s was restarted %ld times", u->id,
			u->restarts);
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "%s is %s", u->id, u->active);
		if (strcmp(u->id, WEBD_SOCKET) == 0) {
			snprintf(d->web_address, sizeof(d->web_address), "%s", u->listen);
		}
	}
	return true;
}

void doctor_judge_units(struct doctor *d, const char *text)
{
	struct unit u = {0};
	bool any = false;

	for (const char *line = text; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		if (len == 0) {
			any = judge_unit(d, &u) || any;
			u = (struct unit){0};
		}
		take_line(&u, line, len);
		line += len + (line[len] == '\n' ? 1 : 0);
	}
	any = judge_unit(d, &u) || any;
	if (!any) {
		doctor_say(d, DOCTOR_OK, NULL,
			"systemd has no units of ours: the daemons are started by hand");
	}
}

void doctor_units(struct doctor *d)
{
	static const char *const ask[] = {"systemctl", "show", "--no-pager",
		"--property=Id,LoadState,ActiveState,NRestarts,Listen", WEBD_SOCKET,
		"backup-checker-webd.service", "backup-checker-scannerd.socket",
		"backup-checker-scannerd.service", "backup-checker-netscan.socket", NULL};
	char text[TEXT_SIZE];
	int code;

	if (access("/run/systemd/system", F_OK) < 0) {
		doctor_say(d, DOCTOR_OK, NULL,
			"systemd does not run here: the daemons are started by hand");
		return;
	}
	code = spawn_read(ask, text, sizeof(text), ANSWER_MS);
	if (code != 0) {
		doctor_say(d, DOCTOR_WARNING, NULL, "systemctl cannot tell of our units");
		return;
	}
	doctor_judge_units(d, text);
}

bool doctor_scannerd_user(char *out, size_t size)
{
	static const char *const ask[] = {"systemctl", "show", "--value", "--property=User",
		"backup-checker-scannerd.service", NULL};
	char text[TEXT_SIZE];

	if (access("/run/systemd/system", F_OK) < 0 ||
		spawn_read(ask, text, sizeof(text), ANSWER_MS) != 0) {
		return false;
	}
	text[strcspn(text, "\n")] = '\0';
	snprintf(out, size, "%s", text);
	return text[0] != '\0' && strlen(text) < size;
}
