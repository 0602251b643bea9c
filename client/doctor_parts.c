/* doctor_parts.c - checks of the programs that have to be there and run. */
#include "client/doctor.h"

#include "client/spawn.h"
#include <errno.h>
#include <sys/timex.h>

enum { ANSWER_MS = 10000, TEXT_SIZE = 8192 };

void doctor_scannerd(struct doctor *d)
{
	struct empty_parameters none = {0};
	struct err err = {0};

	if (install_call(d->in, SCANNER_GET_INFO, &none, &d->info, &err) < 0) {
		if (err.code == ERR_PERMISSION_DENIED) {
			doctor_say(d, DOCTOR_WARNING, doctor_as_root, "%s", err.message);
			return;
		}
		doctor_say(d, DOCTOR_ERROR,
			"start it (systemctl start backup-checker-scannerd); its journal says why "
			"if it does not stay",
			"%s", err.message);
		return;
	}
	d->has_info = true;
	if (strcmp(d->info.version, BACKUP_CHECKER_VERSION) != 0) {
		doctor_say(d, DOCTOR_WARNING, "restart scannerd after an upgrade",
			"it is version %s, this program is %s", d->info.version,
			BACKUP_CHECKER_VERSION);
		return;
	}
	doctor_say(d, DOCTOR_OK, NULL, "it answers, version %s", d->info.version);
}

void doctor_accounts(struct doctor *d)
{
	struct empty_parameters none = {0};
	struct who_am_i_out who;
	struct err err = {0};

	if (!d->has_info || install_call(d->in, SCANNER_WHO_AM_I, &none, &who, &err) < 0) {
		return; /* that it does not answer was said */
	}
	if (who.sign_in == SIGN_IN_PASSWORD && !who.has_accounts) {
		doctor_say(d, DOCTOR_WARNING,
			"open the one-time link that webd prints (journalctl -u "
			"backup-checker-webd), or: backup-checker user add NAME --role admin",
			"there is no account: nobody can sign in on the page");
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "people sign in %s",
			who.sign_in == SIGN_IN_PASSWORD ? "with a password"
							: "as webd is told to (limits.sign_in)");
	}
	field_done(&who_am_i_out_table, &who);
}

/* --- nmap and the rights to use it --- */

int doctor_nmap_version(const char *text, char *out, size_t size)
{
	static const char before[] = "Nmap version ";
	const char *at = strstr(text, before);
	size_t len;

	if (at == NULL) {
		return -EINVAL;
	}
	at += strlen(before);
	len = strspn(at, "0123456789.");
	if (len == 0 || len >= size) {
		return -EINVAL;
	}
	memcpy(out, at, len);
	out[len] = '\0';
	return 0;
}

void doctor_nmap(struct doctor *d)
{
	static const char *const ask[] = {"nmap", "--version", NULL};
	static const char install[] = "apt-get install nmap";
	char text[TEXT_SIZE], version[32];
	int code = spawn_read(ask, text, sizeof(text), ANSWER_MS);

	if (code == -ENOENT) {
		doctor_say(d, DOCTOR_ERROR, install, "nmap is not installed: no servers are found");
	} else if (code != 0 || doctor_nmap_version(text, version, sizeof(version)) < 0) {
		doctor_say(d, DOCTOR_ERROR, install, "nmap --version does not work");
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "version %s", version);
	}
}

void doctor_network(struct doctor *d)
{
	const char *reason = d->has_info ? d->info.network_reason : NULL;

	if (!d->has_info) {
		return;
	}
	if (d->info.reduced) {
		doctor_say(d, DOCTOR_WARNING,
			"start scannerd as root or with the packaged units, so that netscan has "
			"CAP_NET_RAW",
			"servers are scanned without raw sockets, so without systems and MAC "
			"addresses: %s",
			reason != NULL ? reason : "netscan says no more");
	} else if (reason != NULL) {
		doctor_say(d, DOCTOR_ERROR, "mend that, then: backup-checker scan servers --wait",
			"servers cannot be scanned: %s", reason);
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "netscan may use raw sockets");
	}
}

/* --- libevent --- */

/* The version of an installed Debian package; false: not installed, or no dpkg. */
static bool package_version(const char *package, char *out, size_t size)
{
	const char *const ask[] = {"dpkg-query", "-W", "-f", "${Version}", package, NULL};

	return spawn_read(ask, out, size, ANSWER_MS) == 0 && out[0] != '\0';
}

void doctor_libevent(struct doctor *d)
{
	/* Eight holes were closed in it; one lets a request end a server on a Unix socket. */
	static const char fixed[] = "2.1.12-stable-8+deb12u1";
	char version[128], none[16];
	const char *const compare[] = {"dpkg", "--compare-versions", version, "ge", fixed, NULL};

	if (package_version("libevent-2.1-7t64", version, sizeof(version))) {
		doctor_say(d, DOCTOR_OK, NULL, "version %s", version);
	} else if (!package_version("libevent-2.1-7", version, sizeof(version))) {
		doctor_say(d, DOCTOR_OK, NULL,
			"it is no Debian package here: that it is kept up to date is yours to "
			"see to");
	} else if (spawn_read(compare, none, sizeof(none), ANSWER_MS) != 0) {
		doctor_say(d, DOCTOR_ERROR, "apt-get install libevent-2.1-7",
			"version %s has known holes that version %s closes", version, fixed);
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "version %s", version);
	}
}

/* --- the clock --- */

void doctor_clock(struct doctor *d)
{
	struct timex t = {0};
	int64_t latest = 0;

	if (d->inventory != NULL &&
		db_int(inventory_db(d->inventory), &latest,
			"SELECT coalesce(max(started), 0) FROM v_scans", "") == 0 &&
		latest > d->now + 300) {
		doctor_say(d, DOCTOR_ERROR, "set the clock; ages of backups are wrong until then",
			"a scan is recorded in the future: the clock was set back, or is wrong");
		return;
	}
	if (adjtimex(&t) >= 0 && (t.status & STA_UNSYNC) != 0) {
		if (access("/run/systemd/container", F_OK) == 0) {
			doctor_say(d, DOCTOR_OK, NULL,
				"this is a container: setting the clock is up to the machine "
				"around it");
			return;
		}
		doctor_say(d, DOCTOR_WARNING, "install systemd-timesyncd or chrony",
			"the clock is not synchronised with a time server");
		return;
	}
	doctor_say(d, DOCTOR_OK, NULL, "it agrees with the scans");
}
