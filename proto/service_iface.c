/* service_iface.c - finding the method of a call, and the answers that every Varlink service owes
 * (org.varlink.service). */
#include "iface.h"

#include "common/jsonw.h"

static const char service_name[] = "org.varlink.service";
/* https://varlink.org/Service gives the interface; every service describes it in the same way. */
static const char service_description[] =
	"# What every Varlink service answers.\n"
	"interface org.varlink.service\n"
	"\n"
	"# Returns who the service is and which interfaces it has.\n"
	"method GetInfo() -> (vendor: string, product: string, version: string, url: string, "
	"interfaces: []string)\n"
	"\n"
	"# Returns the description of one of its interfaces.\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n"
	"\n"
	"# The service has no such interface.\n"
	"error InterfaceNotFound(interface: string)\n"
	"\n"
	"# The interface has no such method.\n"
	"error MethodNotFound(method: string)\n"
	"\n"
	"# The method is described but not implemented.\n"
	"error MethodNotImplemented(method: string)\n"
	"\n"
	"# A parameter is not acceptable.\n"
	"error InvalidParameter(parameter: string)\n"
	"\n"
	"# The caller may not do this.\n"
	"error PermissionDenied()\n"
	"\n"
	"# The method answers several times and has to be called with \"more\".\n"
	"error ExpectedMore()\n";

/* The length of the interface's part of a full method name. */
static size_t interface_length(const char *full_name)
{
	const char *dot = strrchr(full_name, '.');
	return dot != NULL ? (size_t)(dot - full_name) : 0;
}

static bool is_of(const char *full_name, const char *interface)
{
	size_t len = interface_length(full_name);
	return len == strlen(interface) && memcmp(full_name, interface, len) == 0;
}

ssize_t interface_find(const struct interface *i, const char *full_name)
{
	if (!is_of(full_name, i->name)) {
		return -1;
	}
	const char *name = full_name + interface_length(full_name) + 1;
	for (size_t m = 0; m < i->count; m++) {
		if (strcmp(i->methods[m].name, name) == 0) {
			return (ssize_t)m;
		}
	}
	return -1;
}

/* One of org.varlink.service's errors; key NULL: it has no parameter. */
static void add_error(struct buf *out, const char *name, const char *key, const char *value)
{
	_buf_ struct buf full = BUF_INIT;
	buf_printf(&full, "%s.%s", service_name, name);
	struct jsonw w = JSONW(out);
	jsonw_object(&w);
	jsonw_kstr(&w, "error", buf_cstr(&full));
	jsonw_kobject(&w, "parameters");
	if (key != NULL) {
		jsonw_kstr(&w, key, value);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	buf_addc(out, '\0');
	out->failed = out->failed || full.failed;
}

static void answer_info(const struct interface *i, struct buf *out)
{
	_buf_ struct buf parameters = BUF_INIT;
	struct jsonw w = JSONW(&parameters);
	jsonw_object(&w);
	jsonw_kstr(&w, "vendor", "backup-checker");
	jsonw_kstr(&w, "product", "backup-checker");
	jsonw_kstr(&w, "version", BACKUP_CHECKER_VERSION);
	jsonw_kstr(&w, "url", "");
	jsonw_karray(&w, "interfaces");
	jsonw_str(&w, service_name);
	jsonw_str(&w, i->name);
	jsonw_end(&w);
	jsonw_end(&w);
	wire_encode_reply(out, &parameters, false);
}

static void answer_description(
	const struct interface *i, const struct wire_call *call, struct buf *out)
{
	const char *wanted = json_get_string(call->parameters, "interface");
	if (wanted == NULL) {
		add_error(out, "InvalidParameter", "parameter", "interface");
		return;
	}

	_buf_ struct buf text = BUF_INIT;
	if (strcmp(wanted, service_name) == 0) {
		buf_adds(&text, service_description);
	} else if (strcmp(wanted, i->name) == 0) {
		interface_print(i, &text);
	} else {
		add_error(out, "InterfaceNotFound", "interface", wanted);
		return;
	}

	_buf_ struct buf parameters = BUF_INIT;
	struct jsonw w = JSONW(&parameters);
	jsonw_object(&w);
	jsonw_kstr(&w, "description", buf_cstr(&text));
	jsonw_end(&w);
	parameters.failed = parameters.failed || text.failed;
	wire_encode_reply(out, &parameters, false);
}

static void answer_service(const struct interface *i, const struct wire_call *call, struct buf *out)
{
	const char *name = call->method + sizeof(service_name);
	if (strcmp(name, "GetInfo") == 0) {
		answer_info(i, out);
	} else if (strcmp(name, "GetInterfaceDescription") == 0) {
		answer_description(i, call, out);
	} else {
		add_error(out, "MethodNotFound", "method", call->method);
	}
}

/* Everything but a call that i's own method can take. */
static bool answer(const struct interface *i, const struct wire_call *call, struct buf *out,
	size_t *ret_method)
{
	if (is_of(call->method, service_name)) {
		answer_service(i, call, out);
		return true;
	}
	if (!is_of(call->method, i->name)) {
		_free_ char *interface = strndup(call->method, interface_length(call->method));
		add_error(
			out, "InterfaceNotFound", "interface", interface != NULL ? interface : "");
		return true;
	}
	ssize_t method = interface_find(i, call->method);
	if (method < 0) {
		add_error(out, "MethodNotFound", "method", call->method);
		return true;
	}
	if (i->methods[method].more && !call->more) {
		add_error(out, "ExpectedMore", NULL, NULL);
		return true;
	}
	*ret_method = (size_t)method;
	return false;
}

bool interface_answer(const struct interface *i, const struct wire_call *call, struct buf *out,
	size_t *ret_method)
{
	_buf_ struct buf reply = BUF_INIT;
	if (!answer(i, call, &reply, ret_method)) {
		return false;
	}
	/* Nobody reads the answer to a one-way call; the next call's reader would take it for its
	 * own. */
	if (!call->oneway) {
		buf_add(out, reply.data, reply.len);
		out->failed = out->failed || reply.failed;
	}
	return true;
}
