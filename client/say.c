/* say.c - sentences to standard error, and how errors become exit codes. */
#include "client/say.h"

#include "client/screen.h"
#include <errno.h>
#include <stdarg.h>
#include <sysexits.h>

static void _printf_(1, 0) say_list(const char *fmt, va_list ap)
{
	_buf_ struct buf raw = BUF_INIT, text = BUF_INIT;

	buf_vprintf(&raw, fmt, ap);
	screen_inert_text(&text, buf_cstr(&raw));
	fprintf(stderr, "backup-checker: %s\n", buf_cstr(&text));
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_list(fmt, ap);
	va_end(ap);
}

int say_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_list(fmt, ap);
	va_end(ap);
	return EX_USAGE;
}

int say_exit_code(enum err_code code)
{
	static const int codes[_ERR_MAX] = {
		[ERR_INVALID_VALUE] = EX_DATAERR,
		[ERR_INVALID_TYPE] = EX_DATAERR,
		[ERR_INVALID_JSON] = EX_DATAERR,
		[ERR_UNKNOWN_KEY] = EX_DATAERR,
		[ERR_MISSING_KEY] = EX_DATAERR,
		[ERR_TOO_LARGE] = EX_DATAERR,
		[ERR_OUTSIDE_LIMITS] = EX_NOPERM,
		[ERR_NOT_FOUND] = EX_NOINPUT,
		[ERR_EXISTS] = EX_CANTCREAT,
		[ERR_CONFLICT] = EX_TEMPFAIL,
		[ERR_SCAN_RUNNING] = EX_TEMPFAIL,
		[ERR_READ_ONLY] = EX_NOPERM,
		[ERR_FORBIDDEN] = EX_NOPERM,
		[ERR_UNAVAILABLE] = EX_UNAVAILABLE,
		[ERR_TIMEOUT] = EX_TEMPFAIL,
		[ERR_BUSY] = EX_TEMPFAIL,
		[ERR_NOT_SIGNED_IN] = EX_NOPERM,
		[ERR_PERMISSION_DENIED] = EX_NOPERM,
		[ERR_SIGN_IN_REFUSED] = EX_NOPERM,
		[ERR_CODE_NEEDED] = EX_NOPERM,
		[ERR_TOO_MANY_ATTEMPTS] = EX_TEMPFAIL,
		[ERR_DATABASE] = EX_IOERR,
	};

	return (size_t)code < ARRAY_SIZE(codes) && codes[code] != 0 ? codes[code] : EX_SOFTWARE;
}

int say_error(const char *what, const struct err *err)
{
	say("%s%s%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "", err->field,
		err->field[0] != '\0' ? ": " : "", err->message);
	return say_exit_code(err->code);
}

int say_output(const struct buf *text)
{
	if (text->failed) {
		say("out of memory");
		return EX_OSERR;
	}
	if ((text->len > 0 && fwrite(text->data, 1, text->len, stdout) != text->len) ||
		fflush(stdout) != 0) {
		say("cannot print: %s", strerror(errno));
		return EX_IOERR;
	}
	return EXIT_OK;
}

int say_data(const struct buf *json)
{
	_buf_ struct buf inert = BUF_INIT;

	if (!screen_of(stdout).terminal || json->failed) {
		return say_output(json);
	}
	screen_inert_lines(&inert, json->data, json->len);
	return say_output(&inert);
}
