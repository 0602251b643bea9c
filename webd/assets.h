/* assets.h - the files that the browser gets, embedded in the binary. */
#ifndef WEBD_ASSETS_H
#define WEBD_ASSETS_H

#include "webd/exchange.h"

struct asset {
	const char *content_type;
	const char *policy; /* Content-Security-Policy; NULL: nothing may run */
	const char *data;
	const char *end;
};
extern const struct asset index_page, index_script, index_style, favicon;

void asset_serve(const struct asset *a, struct exchange *x);

#endif
