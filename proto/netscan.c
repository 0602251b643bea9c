/* netscan.c - org.backupchecker.netscan as data, and its records to and from JSON. */
#include "netscan.h"

#include "common/addr.h"
#include "common/config.h"
#include "common/own_networks.h"
#include <errno.h>

enum {
	TARGETS_MAX = 4096,
	ADDRESS_BYTES = ADDR_TEXT_SIZE,
	HOSTNAME_BYTES = 253,
	MAC_BYTES = 17,
	NAME_BYTES = 256, /* vendors, operating systems */
	SERVICE_BYTES = 64,
	PORTS_MAX = 4096, /* of one host; keeps a record below WIRE_MESSAGE_MAX */
	WORDS_BYTES = 1024,
	RATE_MAX = 1000000,
	SECONDS_MAX = 31 * 86400,
	HOSTS_MAX = INT32_MAX,
};

static int check_target(const void *value, struct err *err)
{
	struct target target;
	return target_parse(value, &target, err);
}

static int check_prefix(const void *value, struct err *err)
{
	struct prefix prefix;
	return prefix_parse(value, &prefix, err);
}

static int check_ports(const void *value, struct err *err)
{
	return ports_check(value, err);
}

static int check_address(const void *value, struct err *err)
{
	struct addr addr;
	if (addr_parse(value, &addr) < 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "it is no address");
	}
	return 0;
}

#define OPTIONAL_TEXT(S, member, text, bytes) \
	FIELD_ROW_STRING(                     \
		S, member, text, .flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = (bytes))

static const struct field request_fields[] = {
	FIELD_ROW_STRINGS(struct netscan_request, targets, "Prefixes, addresses or names.",
		.flags = FIELD_REQUIRED, .max = TARGETS_MAX, .check = check_target),
	FIELD_ROW_STRINGS(struct netscan_request, exclude, "Prefixes that are left out.",
		.max = TARGETS_MAX, .check = check_prefix),
	FIELD_ROW_STRINGS(struct netscan_request, within,
		"Prefixes; every address, also of a name, has to lie in one of them.",
		.flags = FIELD_REQUIRED, .max = TARGETS_MAX, .check = check_prefix),
	FIELD_ROW_STRING(struct netscan_request, ports, "\"22,80,8000-8100\" or \"top:100\".",
		.flags = FIELD_REQUIRED, .min = 1, .max = 1024, .check = check_ports),
	FIELD_ROW_BOOL(struct netscan_request, detect_os, "Guess the operating systems."),
	FIELD_ROW_INT(struct netscan_request, max_rate, "Packets a second; 0: nmap decides.",
		.max = RATE_MAX),
	FIELD_ROW_INT(struct netscan_request, host_timeout_s, "Seconds for one host.", .min = 1,
		.max = SECONDS_MAX, .otherwise = 300),
	FIELD_ROW_INT(struct netscan_request, scan_timeout_s, "Seconds for the whole scan.",
		.min = 1, .max = SECONDS_MAX, .otherwise = 6 * 3600),
};
FIELD_TABLE(netscan_request_table, "Request", "What to scan, and how.", struct netscan_request,
	request_fields);

static const struct field port_fields[] = {
	FIELD_ROW_INT(struct netscan_port, port, "Its number.", .flags = FIELD_REQUIRED, .min = 0,
		.max = 65535),
	FIELD_ROW_STRING(struct netscan_port, protocol, "\"tcp\".", .flags = FIELD_REQUIRED,
		.min = 1, .max = 8),
	OPTIONAL_TEXT(
		struct netscan_port, service, "The service that usually has it.", SERVICE_BYTES),
};
static FIELD_TABLE(port_table, "Port", "An open port.", struct netscan_port, port_fields);

static const struct field host_fields[] = {
	FIELD_ROW_STRING(struct netscan_host, address, "Its address.", .flags = FIELD_REQUIRED,
		.min = 1, .max = ADDRESS_BYTES, .check = check_address),
	OPTIONAL_TEXT(struct netscan_host, hostname, "What reverse DNS says.", HOSTNAME_BYTES),
	OPTIONAL_TEXT(struct netscan_host, mac, "Its MAC address.", MAC_BYTES),
	OPTIONAL_TEXT(struct netscan_host, vendor, "The MAC address's vendor.", NAME_BYTES),
	OPTIONAL_TEXT(
		struct netscan_host, os, "The best guess at its operating system.", NAME_BYTES),
	FIELD_ROW_INT(
		struct netscan_host, os_accuracy, "How sure the guess is, in percent.", .max = 100),
	FIELD_ROW_OBJECTS(struct netscan_host, ports, struct netscan_port, &port_table,
		"The open ports.", .max = PORTS_MAX),
	FIELD_ROW_BOOL(struct netscan_host, ports_scanned,
		"False: there was no time for its ports; ports and os say nothing.",
		.flags = FIELD_REQUIRED),
};
FIELD_TABLE(netscan_host_table, "Host", "A host that is up.", struct netscan_host, host_fields);

static const struct field progress_fields[] = {
	FIELD_ROW_STRING(struct netscan_progress, phase, "\"discovery\" or \"ports\".",
		.flags = FIELD_REQUIRED, .min = 1, .max = SERVICE_BYTES),
	FIELD_ROW_INT(struct netscan_progress, percent,
		"Of the whole scan; -1 while it is not known.", .min = -1, .max = 100,
		.otherwise = -1),
	FIELD_ROW_INT(struct netscan_progress, seconds_left,
		"An estimate; -1 while it is not known.", .min = -1, .max = HOSTS_MAX,
		.otherwise = -1),
	FIELD_ROW_INT(struct netscan_progress, hosts_up, "Hosts that answered.", .max = HOSTS_MAX),
	FIELD_ROW_INT(struct netscan_progress, hosts_done, "Addresses that are done with.",
		.max = HOSTS_MAX),
	FIELD_ROW_INT(struct netscan_progress, hosts_total, "Addresses in all.", .max = HOSTS_MAX),
	OPTIONAL_TEXT(struct netscan_progress, current, "What is being done.", NAME_BYTES),
};
FIELD_TABLE(netscan_progress_table, "Progress", "How far it is.", struct netscan_progress,
	progress_fields);

static const struct field finished_fields[] = {
	FIELD_ROW_BOOL(struct netscan_finished, complete, "Every target was scanned to the end.",
		.flags = FIELD_REQUIRED),
	FIELD_ROW_BOOL(struct netscan_finished, reduced, "Scanned without raw sockets.",
		.flags = FIELD_REQUIRED),
	OPTIONAL_TEXT(struct netscan_finished, reason, "Why it is reduced.", WORDS_BYTES),
	FIELD_ROW_INT(struct netscan_finished, hosts_up, "Hosts that answered.", .max = HOSTS_MAX),
	FIELD_ROW_INT(struct netscan_finished, hosts_total, "Addresses in all.", .max = HOSTS_MAX),
	FIELD_ROW_STRINGS(struct netscan_finished, resolved,
		"The addresses of the names among the targets.", .flags = FIELD_OMIT_EMPTY,
		.max = TARGETS_MAX, .check = check_address),
};
FIELD_TABLE(
	netscan_finished_table, "Finished", "The end.", struct netscan_finished, finished_fields);

static const struct field network_fields[] = {
	FIELD_ROW_STRING(struct netscan_network, interface, "What connects it.",
		.flags = FIELD_REQUIRED, .min = 1, .max = OWN_NETWORK_INTERFACE_SIZE - 1),
	FIELD_ROW_STRING(struct netscan_network, network, "Its prefix.", .flags = FIELD_REQUIRED,
		.min = 1, .max = PREFIX_TEXT_SIZE, .check = check_prefix),
};
FIELD_TABLE(netscan_network_table, "Network", "A network of this machine's.",
	struct netscan_network, network_fields);

static const struct field networks_fields[] = {
	FIELD_ROW_OBJECTS(struct netscan_networks, networks, struct netscan_network,
		&netscan_network_table, "The networks, without those behind routers.",
		.flags = FIELD_REQUIRED, .max = OWN_NETWORKS_MAX),
};
FIELD_TABLE(netscan_networks_table, "Networks", "The networks that this machine is connected to.",
	struct netscan_networks, networks_fields);

/* One member is present in each reply. */
static const struct field record_fields[] = {
	FIELD_ROW_OBJECT(struct netscan_record, host, struct netscan_host, &netscan_host_table,
		"A host that is up.", .flags = FIELD_NULLABLE),
	FIELD_ROW_OBJECT(struct netscan_record, progress, struct netscan_progress,
		&netscan_progress_table, "How far it is.", .flags = FIELD_NULLABLE),
	FIELD_ROW_OBJECT(struct netscan_record, finished, struct netscan_finished,
		&netscan_finished_table, "The last reply.", .flags = FIELD_NULLABLE),
	OPTIONAL_TEXT(struct netscan_record, warning, "A target that was left out, and why.",
		WORDS_BYTES),
};
static FIELD_TABLE(
	record_table, "Record", "One of them in each reply.", struct netscan_record, record_fields);

static const struct method methods[] = {
	[NETSCAN_SCAN] = {"Scan",
		"Scans and answers with records as they come; closing the connection ends the "
		"scan.",
		&netscan_request_table, &record_table, true},
	[NETSCAN_LIST_NETWORKS] = {"ListNetworks",
		"Lists the networks that this machine is connected to, for suggestions.",
		&empty_table, &netscan_networks_table, false},
};
static const char *const errors[] = {"InvalidValue", "InvalidType", "UnknownKey", "MissingKey",
	"TooLarge", "OutsideLimits", "Unavailable", "Timeout", "Internal", NULL};

const struct interface netscan_interface = {
	.name = "org.backupchecker.netscan",
	.doc = "What netscan of backup-checker does for scannerd: one call on each "
	       "connection.",
	.methods = methods,
	.count = ARRAY_SIZE(methods),
	.errors = errors,
};

static void encode(
	const char *member, const struct field_table *table, const void *s, struct buf *out)
{
	struct jsonw w = JSONW(out);
	jsonw_object(&w);
	jsonw_key(&w, member);
	field_encode(table, s, &w);
	jsonw_end(&w);
}

void netscan_encode_host(const struct netscan_host *h, struct buf *out)
{
	encode("host", &netscan_host_table, h, out);
}

void netscan_encode_progress(const struct netscan_progress *p, struct buf *out)
{
	encode("progress", &netscan_progress_table, p, out);
}

void netscan_encode_finished(const struct netscan_finished *f, struct buf *out)
{
	encode("finished", &netscan_finished_table, f, out);
}

void netscan_encode_warning(const char *text, struct buf *out)
{
	struct jsonw w = JSONW(out);
	jsonw_object(&w);
	jsonw_kstr(&w, "warning", text);
	jsonw_end(&w);
}

static int decode_warning(const cJSON *value, char **ret, struct err *err)
{
	const char *text = cJSON_GetStringValue(value);
	if (text == NULL || strlen(text) > WORDS_BYTES) {
		return err_set(err, -EBADMSG, ERR_INVALID_VALUE, NULL,
			"it has to be a string of at most %d bytes", (int)WORDS_BYTES);
	}
	char *copy = strdup(text);
	if (copy == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	*ret = copy;
	return 0;
}

int netscan_record_decode(const cJSON *parameters, struct netscan_record *ret, struct err *err)
{
	const cJSON *member = parameters != NULL ? parameters->child : NULL;
	if (!cJSON_IsObject(parameters) || member == NULL || member->next != NULL) {
		return err_set(err, -EBADMSG, ERR_INVALID_VALUE, NULL,
			"a record has exactly one of host, progress, finished and warning");
	}

	struct netscan_record record = {0};
	int rc;
	if (strcmp(member->string, "host") == 0) {
		rc = field_decode(&netscan_host_table, member, &record.host, err);
		record.has_host = true;
	} else if (strcmp(member->string, "progress") == 0) {
		rc = field_decode(&netscan_progress_table, member, &record.progress, err);
		record.has_progress = true;
	} else if (strcmp(member->string, "finished") == 0) {
		rc = field_decode(&netscan_finished_table, member, &record.finished, err);
		record.has_finished = true;
	} else if (strcmp(member->string, "warning") == 0) {
		rc = decode_warning(member, &record.warning, err);
	} else {
		return err_set(
			err, -EBADMSG, ERR_UNKNOWN_KEY, member->string, "there is no such record");
	}
	if (rc < 0) {
		err_prefix(err, member->string, -1);
		return rc == -ENOMEM ? rc : -EBADMSG;
	}
	*ret = record;
	return 0;
}

void netscan_record_done(struct netscan_record *r)
{
	field_done(&record_table, r);
	*r = (struct netscan_record){0};
}
