/* probe_scannerd.c - the probe in scannerd's place. */
#include "scannerd/confine.h"
#include "tests/system/probe.h"

const enum probe_daemon probe_daemon = PROBE_SCANNERD;

int probe_confine(int argc _unused_, char **argv _unused_)
{
	const struct daemon_options installed = {
		.config_path = "/etc/backup-checker/config.json",
		.state_dir = "/var/lib/backup-checker",
		.socket_path = "/run/backup-checker/scannerd.sock",
	};
	struct err err;

	return confine(&installed, &err);
}
