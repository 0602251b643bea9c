/* findings.c - keeps a machine's newest backups while the files are read, and tells what is odd
 * about the last one. */
#include "scannerd/store/evidence.h"

#include "proto/status.h"
#include "proto/verdict.h"

enum { FEWEST_TO_COMPARE = 3 }; /* earlier backups; fewer prove nothing */

static bool is_newer(const struct backup *a, const struct backup *b)
{
	return a->time != b->time ? a->time > b->time : a->id > b->id;
}

void evidence_add(struct evidence *e, const struct backup *b, int64_t match)
{
	size_t at = e->n;

	e->count++;
	e->bytes += b->size;
	if (at == SIZES_KEPT) {
		if (!is_newer(b, &e->newest[at - 1])) {
			return;
		}
		at--;
	} else {
		e->n++;
	}
	while (at > 0 && is_newer(b, &e->newest[at - 1])) {
		e->newest[at] = e->newest[at - 1];
		at--;
	}
	e->newest[at] = *b;
	if (at == 0) {
		e->match = match;
	}
}

static int compare_sizes(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Below that share of the median of the (up to ten) before it. */
static bool has_shrunk(const struct evidence *e, int64_t below_percent)
{
	int64_t sizes[SIZES_KEPT];
	size_t n = e->n - 1;

	if (n < FEWEST_TO_COMPARE) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		sizes[i] = e->newest[i + 1].size;
	}
	qsort(sizes, n, sizeof(sizes[0]), compare_sizes);
	return e->newest[0].size <
	       (int64_t)((double)sizes[(n - 1) / 2] * (double)below_percent / 100);
}

/* As large as the one before to the byte, while each of the earlier ones differed from its
 * neighbour: the same data twice, or a backup that stopped moving. */
static bool is_identical(const struct evidence *e)
{
	if (e->n < FEWEST_TO_COMPARE + 1 || e->newest[0].size != e->newest[1].size) {
		return false;
	}
	for (size_t i = 1; i + 1 < e->n; i++) {
		if (e->newest[i].size == e->newest[i + 1].size) {
			return false;
		}
	}
	return true;
}

unsigned evidence_findings(const struct evidence *e, int64_t shrunk_below_percent)
{
	struct verdict v;
	unsigned findings = 0;

	if (e->n == 0) {
		return 0;
	}
	verdict_unpack(e->match, 0, 0, &v);
	findings |= v.future ? FINDING_FUTURE : 0;
	findings |= v.drifted ? FINDING_DRIFT : 0;
	findings |= has_shrunk(e, shrunk_below_percent) ? FINDING_SHRUNK : 0;
	findings |= is_identical(e) ? FINDING_IDENTICAL : 0;
	return findings;
}
