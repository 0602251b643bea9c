/* fuzz_cron.c - any schedule: what is accepted has a next run that is later, and words. */
#include "common/cron.h"
#include "common/timefmt.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t now = 1795363811;
	char text[300], words[200];
	struct cron c;
	int64_t next;

	if (size >= sizeof(text) || memchr(data, '\0', size) != NULL) {
		return 0;
	}
	memcpy(text, data, size);
	text[size] = '\0';
	if (cron_parse(text, &c, NULL) < 0) {
		return 0;
	}
	next = cron_next(&c, "Europe/Berlin", now, now - 10);
	assert(next == TIME_NONE || next > now);
	assert(cron_words(&c, text, words, sizeof(words)) == words);
	return 0;
}
