/* strv.c - the owned list of strings. */
#include "field.h"

#include <errno.h>

void strv_done(struct strv *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->v[i]);
	}
	free(v->v);
	*v = (struct strv){0};
}

/* Grows by one: lists are short, and a list that somebody built otherwise needs no capacity to be
 * kept. */
int strv_add(struct strv *v, const char *s)
{
	char **grown = reallocarray(v->v, v->n + 1, sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	v->v = grown;
	v->v[v->n] = strdup(s);
	if (v->v[v->n] == NULL) {
		return -ENOMEM;
	}
	v->n++;
	return 0;
}
