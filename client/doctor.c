/* doctor.c - "doctor": runs every check and prints what they find. */
#include "client/doctor.h"

#include "client/commands.h"
#include "client/say.h"
#include "client/screen.h"
#include "common/timefmt.h"
#include <stdarg.h>

static bool json;

static const struct option_row rows[] = {
	{"json", NULL, "Print JSON.", NULL, &json, NULL},
};

const char *const doctor_level_names[] = {"ok", "warning", "error", NULL};

static const struct {
	const char *name;
	void (*run)(struct doctor *d);
} checks[] = {
	{"configuration", doctor_configuration},
	{"state", doctor_state},
	{"database", doctor_database},
	{"disk", doctor_disk},
	{"socket", doctor_socket},
	{"scannerd", doctor_scannerd},
	{"accounts", doctor_accounts},
	{"units", doctor_units},
	{"webd", doctor_web},
	{"nmap", doctor_nmap},
	{"network", doctor_network},
	{"libevent", doctor_libevent},
	{"clock", doctor_clock},
	{"directories", doctor_directories},
	{"scans", doctor_scans},
};
enum { NAME_COLUMNS = 13, LEVEL_COLUMNS = 7 };

void doctor_say(struct doctor *d, enum doctor_level level, const char *advice, const char *fmt, ...)
{
	_buf_ struct buf message = BUF_INIT;
	va_list ap;

	if (d->n == d->cap) {
		struct finding_row *v = reallocarray(d->findings, GROW(d->cap), sizeof(*v));

		if (v == NULL) {
			return;
		}
		d->findings = v;
		d->cap = GROW(d->cap);
	}
	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	buf_cstr(&message);
	d->findings[d->n++] = (struct finding_row){
		.check = d->check,
		.level = level,
		.message = buf_steal(&message),
		.advice = advice != NULL ? strdup(advice) : NULL,
	};
}

void doctor_done(struct doctor *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->findings[i].message);
		free(d->findings[i].advice);
	}
	free(d->findings);
	if (d->has_config) {
		config_done(&d->config);
	}
	if (d->has_info) {
		field_done(&info_out_table, &d->info);
	}
	inventory_close(d->inventory);
	*d = (struct doctor){0};
}

static size_t count(const struct doctor *d, enum doctor_level level)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		n += d->findings[i].level == level;
	}
	return n;
}

int doctor_exit_code(const struct doctor *d)
{
	if (count(d, DOCTOR_ERROR) > 0) {
		return 2;
	}
	return count(d, DOCTOR_WARNING) > 0 ? 1 : 0;
}

static void print_text(const struct doctor *d, struct buf *out)
{
	static const enum status colours[_DOCTOR_LEVELS] = {
		STATUS_GREEN, STATUS_YELLOW, STATUS_RED};
	struct screen screen = screen_of(stdout);

	for (size_t i = 0; i < d->n; i++) {
		const struct finding_row *f = &d->findings[i];

		screen_paint(&screen, colours[f->level], out);
		buf_printf(out, "%-*s", LEVEL_COLUMNS, doctor_level_names[f->level]);
		screen_plain(&screen, out);
		buf_printf(out, "  %-*s  ", NAME_COLUMNS, f->check);
		screen_inert_text(out, f->message != NULL ? f->message : "?");
		buf_addc(out, '\n');
		if (f->advice != NULL) {
			buf_printf(out, "%*s-> ", LEVEL_COLUMNS + NAME_COLUMNS + 4, "");
			screen_inert_text(out, f->advice);
			buf_addc(out, '\n');
		}
	}
	buf_printf(out, "%zu errors, %zu warnings\n", count(d, DOCTOR_ERROR),
		count(d, DOCTOR_WARNING));
}

static void print_json(const struct doctor *d, struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_karray(&w, "checks");
	for (size_t i = 0; i < d->n; i++) {
		const struct finding_row *f = &d->findings[i];

		jsonw_object(&w);
		jsonw_kstr(&w, "check", f->check);
		jsonw_kstr(&w, "level", doctor_level_names[f->level]);
		jsonw_key(&w, "message");
		jsonw_bytes(&w, f->message, f->message != NULL ? strlen(f->message) : 0);
		jsonw_kstr(&w, "advice", f->advice);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_kint(&w, "errors", (int64_t)count(d, DOCTOR_ERROR));
	jsonw_kint(&w, "warnings", (int64_t)count(d, DOCTOR_WARNING));
	jsonw_end(&w);
	buf_addc(out, '\n');
}

static int run(const struct install *in, int n _unused_, char *const *words _unused_)
{
	_cleanup_(doctor_done) struct doctor d = {.in = in, .now = time_now()};
	_buf_ struct buf out = BUF_INIT;
	int code;

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		d.check = checks[i].name;
		checks[i].run(&d);
	}
	(json ? print_json : print_text)(&d, &out);
	code = (json ? say_data : say_output)(&out);
	return code != EXIT_OK ? code : doctor_exit_code(&d);
}

const struct command doctor_command = {
	.name = "doctor",
	.summary = "Look for what is wrong with this installation, and say what to do.",
	.details = "The exit code is 0 if all is well, 1 with a warning, 2 with an error. As root "
		   "it sees most.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
	.run = run,
};
