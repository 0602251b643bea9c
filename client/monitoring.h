/* monitoring.h - the state of all servers as a monitoring plugin tells it: an exit code and a line
 * (Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data").
 * Pure. */
#ifndef CLIENT_MONITORING_H
#define CLIENT_MONITORING_H

#include "common/buf.h"
#include "common/err.h"
#include "proto/status.h"

enum monitoring { MONITORING_OK, MONITORING_WARNING, MONITORING_CRITICAL, MONITORING_UNKNOWN };
extern const char *const monitoring_names[]; /* "OK" ...; by exit code */

struct monitoring_rules {
	unsigned critical, warning; /* 1 << enum status */
	int64_t scan_age_s;         /* older evidence is unknown; 0: any age will do */
};
struct monitoring_facts {
	int64_t servers[_STATUS_MAX]; /* how many have which status */
	int64_t scan_age_s;           /* since the last good scan of the directories; -1: never */
};

/* "red,yellow" -> bits; "none" is no bit. -EINVAL with a sentence that names the words there are.
 */
int monitoring_statuses(const char *text, unsigned *ret, struct err *err);
/* Critical before warning before unknown: the worst that is sure. Nothing to judge is unknown. */
enum monitoring monitoring_judge(
	const struct monitoring_rules *r, const struct monitoring_facts *f);
/* "3 of 42 servers without a good backup (2 red, 1 unknown)" */
void monitoring_sentence(
	const struct monitoring_rules *r, const struct monitoring_facts *f, struct buf *out);
/* "green=39;;;0;42 yellow=0;;;0;42 ...": a status that alerts has its threshold, 0. */
void monitoring_perfdata(
	const struct monitoring_rules *r, const struct monitoring_facts *f, struct buf *out);

#endif
