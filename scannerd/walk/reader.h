/* reader.h - one thread's way through one directory: entries, times and sizes, the digest, the handing on. */
#ifndef SCANNERD_WALK_READER_H
#define SCANNERD_WALK_READER_H

#include "scannerd/walk/tour.h"

struct reader;
struct reader *reader_new(struct walk *w, struct crew_member *m);
void reader_free(struct reader *r);
/* Reads the directory, pushes those below it, hands it on if it is new or changed. Takes the node's first reference. */
void reader_visit(struct reader *r, struct node *n);

#endif
