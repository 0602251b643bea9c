/* probe_netscan.c - the probe in netscan's place. */
#include "scannerd/netscan/caps.h"
#include "tests/system/probe.h"

const enum probe_daemon probe_daemon = PROBE_NETSCAN;

int probe_confine(int argc _unused_, char **argv _unused_)
{
	struct err err;
	bool raw;

	return caps_drop(&raw, &err);
}
