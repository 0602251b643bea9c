/* minimums.c - keeps and finds the smallest size that counts for a server. */
#include "minimums.h"

#include <errno.h>

static int minimum_compare(const void *left, const void *right)
{
	const struct minimum *a = left, *b = right;
	return (a->server > b->server) - (a->server < b->server);
}

int minimums_build(struct minimums *m, const struct match_server *servers, size_t n)
{
	*m = (struct minimums){.v = calloc(n + 1, sizeof(*m->v)), .n = n};
	if (m->v == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		m->v[i] = (struct minimum){servers[i].id, MAX(servers[i].minimum_size, 0)};
		m->any |= servers[i].minimum_size > 0;
	}
	qsort(m->v, n, sizeof(*m->v), minimum_compare);
	return 0;
}

void minimums_done(struct minimums *m)
{
	free(m->v);
	*m = (struct minimums){0};
}

int64_t minimums_of(const struct minimums *m, int64_t server)
{
	if (!m->any) {
		return 0;
	}
	const struct minimum key = {.server = server};
	const struct minimum *found = bsearch(&key, m->v, m->n, sizeof(key), minimum_compare);
	return found != NULL ? found->size : 0;
}

bool minimums_agree(const struct minimums *a, const struct minimums *b)
{
	size_t i = 0, k = 0;
	while ((a->any || b->any) && i < a->n && k < b->n) {
		if (a->v[i].server == b->v[k].server) {
			if (a->v[i++].size != b->v[k++].size) {
				return false;
			}
		} else if (a->v[i].server < b->v[k].server) {
			i++;
		} else {
			k++;
		}
	}
	return true;
}
