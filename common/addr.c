/* addr.c - parses and prints addresses, prefixes, host names, targets and MAC addresses, strictly.
 */
#include "addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

enum { HOSTNAME_MAX = 253, LABEL_MAX = 63, MAC_BYTES = 6 };

/* ctype.h depends on the locale; names and addresses do not. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int hex_value(char c)
{
	if (is_digit(c)) {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static uint8_t family_bits(uint8_t family)
{
	return family == 4 ? 32 : 128;
}

/* inet_pton() refuses leading zeros in some C libraries only, and 010.0.0.1 means 8.0.0.1 to
 * others. */
static bool has_leading_zero(const char *text)
{
	bool at_start = true;

	for (const char *p = text; *p != '\0'; p++) {
		if (at_start && *p == '0' && is_digit(p[1])) {
			return true;
		}
		at_start = !is_digit(*p);
	}
	return false;
}

static int parse_v4(const char *text, struct addr *ret)
{
	struct addr a = {.family = 4};

	if (has_leading_zero(text) || inet_pton(AF_INET, text, a.bytes) != 1) {
		return -EINVAL;
	}
	*ret = a;
	return 0;
}

static struct addr from_v6(const uint8_t bytes[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct addr a = {0};

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		a.family = 4;
		memcpy(a.bytes, bytes + sizeof(mapped), 4);
	} else {
		a.family = 6;
		memcpy(a.bytes, bytes, 16);
	}
	return a;
}

static int parse_v6(const char *text, struct addr *ret)
{
	uint8_t bytes[16];
	const char *last = strrchr(text, ':') + 1;

	if (strchr(last, '.') != NULL && has_leading_zero(last)) {
		return -EINVAL;
	}
	if (inet_pton(AF_INET6, text, bytes) != 1) {
		return -EINVAL;
	}
	*ret = from_v6(bytes);
	return 0;
}

int addr_parse(const char *text, struct addr *ret)
{
	if (strnlen(text, ADDR_TEXT_SIZE) == ADDR_TEXT_SIZE) {
		return -EINVAL;
	}
	return strchr(text, ':') != NULL ? parse_v6(text, ret) : parse_v4(text, ret);
}

struct addr addr_from_sockaddr(const struct sockaddr *sa)
{
	struct addr a = {0};

	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		a.family = 4;
		memcpy(a.bytes, &in.sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		a = from_v6(in6.sin6_addr.s6_addr);
	}
	return a;
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952, section 4.2). */
static void longest_zero_run(const unsigned groups[8], int *ret_start, int *ret_length)
{
	int start = -1, length = 1;

	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && groups[i + n] == 0) {
			n++;
		}
		if (n > length) {
			start = i;
			length = n;
		}
		i += n;
	}
	*ret_start = start;
	*ret_length = length;
}

/* Not inet_ntop(): that one writes ::1:2 as "::0.1.0.2". */
static void format_v6(const struct addr *a, char *out)
{
	unsigned groups[8];
	int run, run_length;
	size_t len = 0;

	for (int i = 0; i < 8; i++) {
		groups[i] = (unsigned)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
	}
	longest_zero_run(groups, &run, &run_length);
	for (int i = 0; i < 8; i++) {
		if (i == run) {
			len += (size_t)snprintf(out + len, ADDR_TEXT_SIZE - len, "::");
			i += run_length - 1;
			continue;
		}
		len += (size_t)snprintf(out + len, ADDR_TEXT_SIZE - len, "%s%x",
			i == 0 || (run >= 0 && i == run + run_length) ? "" : ":", groups[i]);
	}
}

char *addr_format(const struct addr *a, char *out)
{
	if (a->family == 4) {
		snprintf(out, ADDR_TEXT_SIZE, "%u.%u.%u.%u", a->bytes[0], a->bytes[1], a->bytes[2],
			a->bytes[3]);
	} else if (a->family == 6) {
		format_v6(a, out);
	} else {
		out[0] = '\0';
	}
	return out;
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family) {
		return a->family < b->family ? -1 : 1;
	}
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static void clear_host_bits(struct addr *a, unsigned bits)
{
	for (unsigned i = 0; i < sizeof(a->bytes); i++) {
		unsigned kept = bits > 8 * i ? MIN(bits - 8 * i, 8U) : 0;

		a->bytes[i] &= (uint8_t)(0xff00U >> kept);
	}
}

/* The number behind the slash: digits only, no sign, no leading zero; -1 if it is none. */
static int parse_bits(const char *text)
{
	int bits = 0;

	if (text[0] == '\0' || strlen(text) > 3 || (text[0] == '0' && text[1] != '\0')) {
		return -1;
	}
	for (const char *p = text; *p != '\0'; p++) {
		if (!is_digit(*p)) {
			return -1;
		}
		bits = bits * 10 + (*p - '0');
	}
	return bits;
}

static int refuse_prefix(const char *text, struct err *err)
{
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
		"\"%.64s\" is neither an address nor a network such as 10.0.0.0/24", text);
}

/* text is "ADDRESS/BITS" with ADDRESS parsed already; slash points at the "/". */
static int apply_bits(
	const char *text, const char *slash, struct addr a, struct prefix *ret, struct err *err)
{
	unsigned most = family_bits(a.family);
	int bits = parse_bits(slash + 1);
	struct prefix p = {.addr = a};
	char right[PREFIX_TEXT_SIZE];

	if (a.family == 4 && memchr(text, ':', (size_t)(slash - text)) != NULL) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"\"%.64s\" is an IPv4 network in IPv6 clothes; write it like 10.0.0.0/24",
			text);
	}
	if (bits < 0 || (unsigned)bits > most) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"a prefix of an IPv%u network is between 0 and %u, not %.16s", a.family,
			most, slash[1] != '\0' ? slash + 1 : "empty");
	}
	p.bits = (uint8_t)bits;
	clear_host_bits(&p.addr, p.bits);
	if (addr_compare(&p.addr, &a) != 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"%.64s has bits set behind the prefix; the network is %s", text,
			prefix_format(&p, right));
	}
	*ret = p;
	return 0;
}

int prefix_parse(const char *text, struct prefix *ret, struct err *err)
{
	char address[ADDR_TEXT_SIZE];
	const char *slash;
	size_t length;
	struct addr a;

	if (strnlen(text, 2 * PREFIX_TEXT_SIZE) == 2 * PREFIX_TEXT_SIZE) {
		return refuse_prefix(text, err);
	}
	slash = strchrnul(text, '/');
	length = (size_t)(slash - text);
	if (length >= sizeof(address)) {
		return refuse_prefix(text, err);
	}
	memcpy(address, text, length);
	address[length] = '\0';
	if (addr_parse(address, &a) < 0) {
		return refuse_prefix(text, err);
	}
	if (*slash == '/') {
		return apply_bits(text, slash, a, ret, err);
	}
	*ret = (struct prefix){.addr = a, .bits = family_bits(a.family)};
	return 0;
}

char *prefix_format(const struct prefix *p, char *out)
{
	size_t len;

	addr_format(&p->addr, out);
	len = strlen(out);
	snprintf(out + len, PREFIX_TEXT_SIZE - len, "/%u", p->bits);
	return out;
}

bool prefix_contains(const struct prefix *outer, const struct prefix *inner)
{
	return inner->bits >= outer->bits && prefix_contains_addr(outer, &inner->addr);
}

bool prefix_contains_addr(const struct prefix *p, const struct addr *a)
{
	struct addr network = *a;

	clear_host_bits(&network, p->bits);
	return addr_compare(&network, &p->addr) == 0;
}

uint64_t prefix_count(const struct prefix *p)
{
	unsigned host_bits = (unsigned)family_bits(p->addr.family) - p->bits;

	return host_bits >= 64 ? UINT64_MAX : UINT64_C(1) << host_bits;
}

/* The length of the label that name begins with, 0 if it is none; *ret_letter: is there a letter in
 * it? */
static size_t label_length(const char *name, bool *ret_letter)
{
	bool letter = false;
	size_t n = 0;

	for (; is_letter(name[n]) || is_digit(name[n]) || name[n] == '-' || name[n] == '_'; n++) {
		letter = letter || is_letter(name[n]) || name[n] == '_';
	}
	if (n == 0 || n > LABEL_MAX || name[0] == '-' || name[n - 1] == '-') {
		return 0;
	}
	*ret_letter = letter;
	return n;
}

/* "0x7f": the resolver would read it as a number. */
static bool is_hex_number(const char *label)
{
	return label[0] == '0' && (label[1] == 'x' || label[1] == 'X') &&
	       label[2 + strspn(label + 2, "0123456789abcdefABCDEF")] == '\0';
}

bool hostname_is_valid(const char *name)
{
	if (strnlen(name, HOSTNAME_MAX + 1) > HOSTNAME_MAX) {
		return false;
	}
	for (const char *p = name;; p++) {
		bool letter;
		size_t n = label_length(p, &letter);

		if (n == 0) {
			return false;
		}
		if (p[n] == '\0') {
			return letter && !is_hex_number(p);
		}
		if (p[n] != '.') {
			return false;
		}
		p += n;
	}
}

/* Does text begin with an address that ends at its end or at a slash? Then its faults are those of
 * a network. */
static bool begins_with_address(const char *text)
{
	char address[ADDR_TEXT_SIZE];
	size_t length = strcspn(text, "/");
	struct addr a;

	if (length >= sizeof(address)) {
		return false;
	}
	memcpy(address, text, length);
	address[length] = '\0';
	return addr_parse(address, &a) == 0;
}

int target_parse(const char *text, struct target *ret, struct err *err)
{
	struct target t = {0};
	int r;

	if (strnlen(text, HOSTNAME_MAX + 1) <= HOSTNAME_MAX && begins_with_address(text)) {
		r = prefix_parse(text, &t.prefix, err);
		if (r < 0) {
			return r;
		}
	} else if (hostname_is_valid(text)) {
		t.is_name = true;
		snprintf(t.name, sizeof(t.name), "%s", text);
	} else {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"\"%.64s\" is neither an address, nor a network such as 10.0.0.0/24, nor a "
			"host name",
			text);
	}
	*ret = t;
	return 0;
}

/* Where the digits stand in each way of writing a MAC address; '.' stands for a separator. */
static bool mac_matches(const char *text, const char *shape)
{
	if (strnlen(text, 18) != strlen(shape)) {
		return false;
	}
	for (size_t i = 0; shape[i] != '\0'; i++) {
		if (shape[i] == 'x' ? hex_value(text[i]) < 0 : text[i] != shape[i]) {
			return false;
		}
	}
	return true;
}

int mac_parse(const char *text, char *out)
{
	static const char *const shapes[] = {
		"xx:xx:xx:xx:xx:xx", "xx-xx-xx-xx-xx-xx", "xxxx.xxxx.xxxx", "xxxxxxxxxxxx"};
	char digits[2 * MAC_BYTES] = "";
	size_t shape = 0, n = 0;

	while (shape < ARRAY_SIZE(shapes) && !mac_matches(text, shapes[shape])) {
		shape++;
	}
	if (shape == ARRAY_SIZE(shapes)) {
		return -EINVAL;
	}
	for (const char *p = text; *p != '\0'; p++) {
		if (hex_value(*p) >= 0) {
			digits[n++] = "0123456789abcdef"[hex_value(*p)];
		}
	}
	for (size_t i = 0; i < MAC_BYTES; i++) {
		snprintf(out + 3 * i, 4, "%c%c%s", digits[2 * i], digits[2 * i + 1],
			i + 1 < MAC_BYTES ? ":" : "");
	}
	return 0;
}
