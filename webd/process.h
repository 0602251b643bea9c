/* process.h - what this process uses, by the names that Prometheus' client libraries give it. */
#ifndef WEBD_PROCESS_H
#define WEBD_PROCESS_H

#include "common/buf.h"

/* Appends process_cpu_seconds_total, process_start_time_seconds (started: seconds since 1970),
 * process_resident_memory_bytes ... What the kernel does not tell is left out. */
void process_print(int64_t started, struct buf *out);

#endif
