/* probe.h - stands in a daemon's place after a break-in and tries what it must never be able to do.
 */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

enum probe_daemon { PROBE_WEBD = 1, PROBE_SCANNERD = 2, PROBE_NETSCAN = 4 };

/* One of the probe_*.c: which daemon this is, and its own way of giving up rights, given the
 * command line of its unit. 0 or -errno. */
extern const enum probe_daemon probe_daemon;
int probe_confine(int argc, char **argv);

#endif
