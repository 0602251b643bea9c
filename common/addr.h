/* addr.h - IPv4 and IPv6 addresses, prefixes (CIDR, RFC 4632 / RFC 4291) and scan targets, parsed
 * and printed canonically. */
#ifndef COMMON_ADDR_H
#define COMMON_ADDR_H

#include "def.h"
#include "err.h"
#include <sys/socket.h>

struct addr {
	uint8_t family;    /* 4 or 6; 0: none */
	uint8_t bytes[16]; /* network order; 4 or 16 of them */
};

struct prefix {
	struct addr addr; /* host bits zero */
	uint8_t bits;     /* 0..32 or 0..128 */
};

enum { ADDR_TEXT_SIZE = 48, PREFIX_TEXT_SIZE = 52 };

/* Strict: four decimal numbers without leading zeros, or RFC 4291 IPv6 without a zone;
 * ::ffff:1.2.3.4 becomes IPv4. */
int addr_parse(const char *text, struct addr *ret);
/* One end of a connection; family 0 for what is neither IPv4 nor IPv6. Mapped IPv4 becomes IPv4. */
struct addr addr_from_sockaddr(const struct sockaddr *sa);
/* Canonical text (RFC 5952). Returns out. */
char *addr_format(const struct addr *a, char *out);
int addr_compare(const struct addr *a, const struct addr *b); /* by family, then bytes */

/* "10.0.0.0/24", "10.0.0.5" (a /32), "fd00::/120". Host bits that are set are an error that shows
 * the right network. -EINVAL with a sentence. */
int prefix_parse(const char *text, struct prefix *ret, struct err *err);
char *prefix_format(const struct prefix *p, char *out); /* always with /bits */
bool prefix_contains(const struct prefix *outer, const struct prefix *inner);
bool prefix_contains_addr(const struct prefix *p, const struct addr *a);
/* Number of addresses, saturating at UINT64_MAX. */
uint64_t prefix_count(const struct prefix *p);

/* A host name by RFC 1123: labels of letters, digits, inner hyphens (and '_'), 63 bytes each, 253
 * in all; must not start with '-'. The last label has a letter or '_' and is no hexadecimal number:
 * 127.1, 0x7f.1 and 10.0.0.1-50 mean addresses to others. */
bool hostname_is_valid(const char *name);

/* What stands in subnets_to_scan: a prefix, an address or a name. Anything else is -EINVAL with a
 * sentence. */
struct target {
	bool is_name;
	struct prefix prefix; /* unless is_name */
	char name[254];
};
int target_parse(const char *text, struct target *ret, struct err *err);

/* "aa:bb:cc:dd:ee:ff" from any of aa:bb.., AA-BB.., aabb.ccdd.eeff, aabbccddeeff. out holds 18
 * bytes. */
int mac_parse(const char *text, char *out);

#endif
