/* probe_webd.c - the probe in webd's place. */
#include "tests/system/probe.h"
#include "webd/confine.h"
#include <errno.h>

const enum probe_daemon probe_daemon = PROBE_WEBD;

int probe_confine(int argc, char **argv)
{
	static struct settings settings;
	struct err err;
	bool done = false;

	return settings_take(&settings, argc, argv, &done) != 0 || done ? -EINVAL
									: confine(&settings, &err);
}
