/* duration.c - spans of time as people write them in settings: "90s", "15m", "36h", "365d", "2w".
 */
#include "field.h"

#include <errno.h>

static const struct {
	char letter;
	int64_t seconds;
} units[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

int duration_parse(const char *text, int64_t *ret_seconds)
{
	int64_t number = 0;
	const char *p = text;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(number, 10, &number) ||
			__builtin_add_overflow(number, *p - '0', &number)) {
			return -EINVAL;
		}
	}
	if (p == text) {
		return -EINVAL;
	}
	if (*p == '\0' && number == 0) {
		*ret_seconds = 0;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (*p == units[i].letter && p[1] == '\0') {
			if (__builtin_mul_overflow(number, units[i].seconds, &number)) {
				return -EINVAL;
			}
			*ret_seconds = number;
			return 0;
		}
	}
	return -EINVAL;
}

void duration_format(int64_t seconds, char *out, size_t size)
{
	if (seconds == 0) {
		snprintf(out, size, "0");
		return;
	}
	size_t i = 0;
	while (seconds % units[i].seconds != 0) {
		i++;
	}
	snprintf(out, size, "%lld%c", (long long)(seconds / units[i].seconds), units[i].letter);
}
