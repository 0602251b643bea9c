/* assets.c - the start page, its script, its style and its icon. */
#include "webd/assets.h"

#include "common/embed.h"

EMBED(webd_index_html, "webd/pages/index.html");
EMBED(webd_index_js, "webd/pages/index.js");
EMBED(webd_index_css, "webd/pages/index.css");
EMBED(webd_favicon_svg, "webd/pages/favicon.svg");

static const char page_policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
	"require-trusted-types-for 'script'";

const struct asset index_page = {
	"text/html; charset=utf-8", page_policy, webd_index_html, webd_index_html_end};
const struct asset index_script = {
	"text/javascript; charset=utf-8", NULL, webd_index_js, webd_index_js_end};
const struct asset index_style = {
	"text/css; charset=utf-8", NULL, webd_index_css, webd_index_css_end};
const struct asset favicon = {"image/svg+xml", NULL, webd_favicon_svg, webd_favicon_svg_end};

void asset_serve(const struct asset *a, struct exchange *x)
{
	if (a->policy != NULL) {
		exchange_header(x, "Content-Security-Policy", a->policy);
	}
	exchange_reply(x, 200, a->content_type, a->data, (size_t)(a->end - a->data));
}
