/* process.c - asks the kernel what this process uses, and prints it for Prometheus. */
#include "webd/process.h"

#include "webd/exposition.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { UNKNOWN = -1 };

struct memory {
	int64_t virtual_bytes, resident_bytes;
};

static struct memory memory_used(void)
{
	struct memory used = {UNKNOWN, UNKNOWN};
	long long pages, resident;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL) {
		return used;
	}
	if (fscanf(f, "%lld %lld", &pages, &resident) == 2) {
		used.virtual_bytes = pages * sysconf(_SC_PAGESIZE);
		used.resident_bytes = resident * sysconf(_SC_PAGESIZE);
	}
	fclose(f);
	return used;
}

/* Without the one that looks. */
static int64_t descriptors_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int64_t n = -1;

	if (dir == NULL) {
		return UNKNOWN;
	}
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		n += entry->d_name[0] != '.';
	}
	closedir(dir);
	return n;
}

static int64_t descriptors_most(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY
		       ? (int64_t)limit.rlim_cur
		       : UNKNOWN;
}

static void print_cpu(struct buf *out)
{
	static const struct family family = {"process_cpu_seconds_total", "counter",
		"Processor time that webd has used, in user and kernel mode."};
	struct timespec used;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0) {
		exposition_family(out, "", &family);
		buf_printf(
			out, "%s %lld.%09ld\n", family.name, (long long)used.tv_sec, used.tv_nsec);
	}
}

void process_print(int64_t started, struct buf *out)
{
	struct memory memory = memory_used();
	const struct {
		struct family family;
		int64_t value;
	} rows[] = {
		{{"process_start_time_seconds", "gauge", "When webd was started, since 1970."},
			started},
		{{"process_resident_memory_bytes", "gauge", "Memory of webd that is in RAM."},
			memory.resident_bytes},
		{{"process_virtual_memory_bytes", "gauge", "Address space of webd."},
			memory.virtual_bytes},
		{{"process_open_fds", "gauge", "Open descriptors of webd."}, descriptors_open()},
		{{"process_max_fds", "gauge", "How many it may have."}, descriptors_most()},
	};

	print_cpu(out);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].value != UNKNOWN) {
			exposition_family(out, "", &rows[i].family);
			buf_printf(out, "%s %lld\n", rows[i].family.name, (long long)rows[i].value);
		}
	}
}
