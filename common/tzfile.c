/* tzfile.c - decodes TZif files (RFC 8536, versions 1 to 4) and looks up offsets. */
#include "tzfile.h"

#include "tzrule.h"
#include <errno.h>
#include <fcntl.h>

#define ZONEINFO "/usr/share/zoneinfo/"

enum {
	HEADER_SIZE = 44,
	TYPE_SIZE = 6,
	FILE_SIZE_MAX = 256 << 10,
	NAME_SIZE_MAX = 64,
	OFFSET_MAX = 26 * 3600, /* RFC 8536, section 3.2: at most 25:59:59 is wise */
	RULE_YEAR_FIRST = 1970,
	RULE_YEAR_LAST = 2100, /* up to it the rule's changes are worked out beforehand */
};

/* From this wall time on the clocks have that offset: what is passed twice belongs to what was
 * before, and so does what is skipped. */
struct wall {
	int64_t from;
	int32_t offset;
};

struct tz {
	size_t count;     /* of transitions */
	int64_t *times;   /* ascending */
	int32_t *offsets; /* offsets[i] holds from times[i] on */
	int32_t first;    /* before times[0] */
	bool has_rule;
	struct tzrule rule; /* after the last transition */
	struct wall *walls; /* ascending; the first holds since ever */
	size_t n_walls;
};

struct reader {
	const uint8_t *data;
	size_t left;
};

struct counts { /* in the order of the file */
	uint32_t is_ut, is_standard, leaps, times, types, letters;
};

static const uint8_t *take(struct reader *r, uint64_t size)
{
	const uint8_t *at = r->data;

	if (size > r->left) {
		return NULL;
	}
	r->data += size;
	r->left -= size;
	return at;
}

static int64_t big_endian(const uint8_t *p, size_t size)
{
	/* Begins with the sign, so that four bytes come out negative too. */
	uint64_t n = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++) {
		n = n << 8 | p[i];
	}
	return (int64_t)n;
}

static int read_header(struct reader *r, struct counts *ret, uint8_t *ret_version)
{
	const uint8_t *p = take(r, HEADER_SIZE);
	uint32_t n[6];

	if (p == NULL || memcmp(p, "TZif", 4) != 0) {
		return -EBADMSG;
	}
	for (size_t i = 0; i < ARRAY_SIZE(n); i++) {
		n[i] = (uint32_t)big_endian(p + 20 + 4 * i, 4);
		if (n[i] > FILE_SIZE_MAX) {
			return -EBADMSG;
		}
	}
	*ret = (struct counts){n[0], n[1], n[2], n[3], n[4], n[5]};
	*ret_version = p[4];
	/* Leap seconds ("right/..."): their times are no POSIX times. */
	return ret->types == 0 || ret->leaps != 0 ? -EBADMSG : 0;
}

static int copy_transitions(struct tz *tz, const struct counts *c, const uint8_t *times,
	const uint8_t *indices, const uint8_t *types, size_t time_size)
{
	tz->times = calloc(MAX(c->times, 1U), sizeof(*tz->times));
	tz->offsets = calloc(MAX(c->times, 1U), sizeof(*tz->offsets));
	if (tz->times == NULL || tz->offsets == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < c->times; i++) {
		int64_t offset;

		if (indices[i] >= c->types) {
			return -EBADMSG;
		}
		offset = big_endian(types + (size_t)TYPE_SIZE * indices[i], 4);
		tz->times[i] = big_endian(times + time_size * i, time_size);
		if (offset < -OFFSET_MAX || offset > OFFSET_MAX ||
			(i > 0 && tz->times[i] <= tz->times[i - 1])) {
			return -EBADMSG;
		}
		tz->offsets[i] = (int32_t)offset;
	}
	tz->first = (int32_t)big_endian(types, 4);
	tz->count = c->times;
	return tz->first < -OFFSET_MAX || tz->first > OFFSET_MAX ? -EBADMSG : 0;
}

static int read_block(struct reader *r, const struct counts *c, size_t time_size, struct tz *tz)
{
	const uint8_t *times = take(r, (uint64_t)c->times * time_size);
	const uint8_t *indices = take(r, c->times);
	const uint8_t *types = take(r, (uint64_t)c->types * TYPE_SIZE);

	if (times == NULL || indices == NULL || types == NULL || take(r, c->letters) == NULL ||
		take(r, c->is_standard) == NULL || take(r, c->is_ut) == NULL) {
		return -EBADMSG;
	}
	return tz == NULL ? 0 : copy_transitions(tz, c, times, indices, types, time_size);
}

/* "\nCET-1CEST,M3.5.0,M10.5.0/3\n"; an empty one means that no rule is known. */
static int read_footer(struct reader *r, struct tz *tz)
{
	char text[128];
	const uint8_t *end;
	size_t size;

	if (r->left < 2 || r->data[0] != '\n') {
		return -EBADMSG;
	}
	end = memchr(r->data + 1, '\n', r->left - 1);
	size = end != NULL ? (size_t)(end - r->data) - 1 : sizeof(text);
	if (size >= sizeof(text) || memchr(r->data + 1, '\0', size) != NULL) {
		return -EBADMSG;
	}
	if (size == 0) {
		return 0;
	}
	memcpy(text, r->data + 1, size);
	text[size] = '\0';
	tz->has_rule = true;
	return tzrule_parse(text, &tz->rule) < 0 ? -EBADMSG : 0;
}

/* The clocks change to offset at t. */
static void add_wall(struct tz *tz, int64_t t, int32_t offset)
{
	const struct wall *last = &tz->walls[tz->n_walls - 1];
	int64_t from;

	if (__builtin_add_overflow(t, MAX(last->offset, offset), &from)) {
		from = t;
	}
	tz->walls[tz->n_walls++] = (struct wall){MAX(from, last->from), offset};
}

static void add_rule_walls(struct tz *tz)
{
	int64_t after = tz->count != 0 ? tz->times[tz->count - 1] : INT64_MIN;

	for (int64_t year = RULE_YEAR_FIRST; year <= RULE_YEAR_LAST; year++) {
		int64_t start, end;

		if (!tzrule_changes(&tz->rule, year, &start, &end)) {
			return;
		}
		for (int turn = 0; turn < 2; turn++) {
			bool to_summer = (turn == 0) == (start < end);
			int64_t t = to_summer ? start : end;

			if (t > after) {
				add_wall(tz, t, to_summer ? tz->rule.summer : tz->rule.standard);
			}
		}
	}
}

static int build_walls(struct tz *tz)
{
	const size_t of_rule = 2 * (RULE_YEAR_LAST - RULE_YEAR_FIRST + 1);
	bool rule_only = tz->count == 0 && tz->has_rule;

	tz->walls = calloc(1 + tz->count + of_rule, sizeof(*tz->walls));
	if (tz->walls == NULL) {
		return -ENOMEM;
	}
	tz->walls[tz->n_walls++] =
		(struct wall){INT64_MIN, rule_only ? tz->rule.standard : tz->first};
	for (size_t i = 0; i < tz->count; i++) {
		add_wall(tz, tz->times[i], tz->offsets[i]);
	}
	if (tz->has_rule) {
		add_rule_walls(tz);
	}
	return 0;
}

int tz_decode(const uint8_t *data, size_t size, struct tz **ret)
{
	_cleanup_(tz_freep) struct tz *tz = calloc(1, sizeof(*tz));
	struct reader reader = {data, size};
	struct counts counts;
	uint8_t version;
	int r;

	if (tz == NULL) {
		return -ENOMEM;
	}
	r = read_header(&reader, &counts, &version);
	if (r == 0 && version == 0) {
		r = read_block(&reader, &counts, 4, tz);
	} else if (r == 0) {
		/* Version 2 repeats everything with 64-bit times behind the old block. */
		r = read_block(&reader, &counts, 4, NULL);
		r = r < 0 ? r : read_header(&reader, &counts, &version);
		r = r < 0 ? r : read_block(&reader, &counts, 8, tz);
		r = r < 0 ? r : read_footer(&reader, tz);
	}
	r = r < 0 ? r : build_walls(tz);
	if (r < 0) {
		return r;
	}
	*ret = steal(tz);
	return 0;
}

void tz_free(struct tz *tz)
{
	if (tz == NULL) {
		return;
	}
	free(tz->times);
	free(tz->offsets);
	free(tz->walls);
	free(tz);
}

static bool name_is_valid(const char *name)
{
	size_t length = strnlen(name, NAME_SIZE_MAX + 1);

	return length <= NAME_SIZE_MAX && name[0] != '/' && strstr(name, "..") == NULL &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/") ==
		       length;
}

static int load_file(const char *path, struct tz **ret)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	_free_ uint8_t *data = NULL;
	size_t size = 0;

	if (fd < 0) {
		return errno == ENOMEM ? -ENOMEM : -ENOENT;
	}
	data = malloc(FILE_SIZE_MAX);
	if (data == NULL) {
		return -ENOMEM;
	}
	while (size < FILE_SIZE_MAX) {
		ssize_t n = read(fd, data + size, FILE_SIZE_MAX - size);

		if (n == 0) {
			return tz_decode(data, size, ret);
		}
		if (n < 0 && errno != EINTR) {
			return errno == EISDIR ? -ENOENT : -errno;
		}
		size += (size_t)MAX(n, 0);
	}
	return -EBADMSG;
}

static int make_utc(struct tz **ret)
{
	_cleanup_(tz_freep) struct tz *tz = calloc(1, sizeof(*tz));

	if (tz == NULL || build_walls(tz) < 0) {
		return -ENOMEM;
	}
	*ret = steal(tz);
	return 0;
}

int tz_load(const char *name, struct tz **ret)
{
	char path[sizeof(ZONEINFO) + NAME_SIZE_MAX];
	int r;

	if (strcmp(name, "UTC") == 0) {
		return make_utc(ret);
	}
	if (name[0] == '\0') {
		r = load_file("/etc/localtime", ret);
		return r < 0 && r != -ENOMEM ? make_utc(ret) : r;
	}
	if (!name_is_valid(name)) {
		return -EINVAL;
	}
	snprintf(path, sizeof(path), ZONEINFO "%s", name);
	return load_file(path, ret);
}

int tz_offset(const struct tz *tz, int64_t t)
{
	size_t low = 0, high = tz->count;

	if (tz->has_rule && (tz->count == 0 || t >= tz->times[tz->count - 1])) {
		return tzrule_offset(&tz->rule, t);
	}
	while (low < high) { /* the number of transitions up to t */
		size_t middle = low + (high - low) / 2;

		if (tz->times[middle] <= t) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low == 0 ? tz->first : tz->offsets[low - 1];
}

/* After the years that were worked out: of two offsets the larger one gives the earlier time. */
static int64_t from_local_by_rule(const struct tzrule *rule, int64_t local_s)
{
	int64_t early = local_s - MAX(rule->standard, rule->summer);

	return tzrule_offset(rule, early) == MAX(rule->standard, rule->summer)
		       ? early
		       : local_s - MIN(rule->standard, rule->summer);
}

int64_t tz_from_local(const struct tz *tz, int64_t local_s)
{
	const struct wall *wall = tz->walls;

	/* Halving without branches: nothing could foretell them. */
	for (size_t n = tz->n_walls; n > 1;) {
		size_t half = n / 2;

		wall = wall[half].from <= local_s ? wall + half : wall;
		n -= half;
	}
	if (wall == &tz->walls[tz->n_walls - 1] && tz->has_rule && tz->rule.has_summer) {
		return from_local_by_rule(&tz->rule, local_s);
	}
	return local_s - wall->offset;
}

bool tz_equal(const struct tz *a, const struct tz *b)
{
	if (a->n_walls != b->n_walls) {
		return false;
	}
	for (size_t i = 0; i < a->n_walls; i++) {
		if (a->walls[i].from != b->walls[i].from ||
			a->walls[i].offset != b->walls[i].offset) {
			return false;
		}
	}
	return true;
}
