/* gen.h - servers and backup file names for benchmarks: pure functions of a seed and an index. */
#ifndef TESTS_BENCH_GEN_H
#define TESTS_BENCH_GEN_H

#include "common/def.h"

enum { GEN_NAME_SIZE = 160 };

struct gen_server {
	char label[64], fqdn[128], ipv4[32];
};

struct gen_file {
	char name[GEN_NAME_SIZE];
	size_t len;
	int64_t server; /* index; -1: nobody's */
	int64_t mtime;
	int64_t size;
};

/* SplitMix64's finalizer (Steele, Lea, Flood 2014). */
static inline uint64_t gen_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline uint64_t gen_random(uint64_t seed, uint64_t index, uint64_t purpose)
{
	return gen_mix(gen_mix(seed ^ index * UINT64_C(0x2545f4914f6cdd1d)) + purpose);
}

/* Every label is unique: a role and the server's number within it. */
static inline void gen_server(uint32_t i, struct gen_server *ret)
{
	static const char *const roles[] = {"web", "db", "app", "mail", "ldap", "mon", "build",
		"proxy", "cache", "nfs", "vpn", "dns", "kube-node", "kube-master", "gitlab",
		"jenkins", "sap", "erp", "crm", "file", "print", "dc", "mssql", "pg-prod",
		"pg-test", "mysql", "oracle", "elastic", "kafka", "zk", "redis", "minio"};
	static const char *const sites[] = {"fra", "ber", "muc", "ham", "vie", "zrh", "ams", "lon"};
	const char *role = roles[i % ARRAY_SIZE(roles)];
	unsigned number = i / (unsigned)ARRAY_SIZE(roles) + 1;
	switch (i % 3) {
	case 0:
		snprintf(ret->label, sizeof(ret->label), "%s%02u", role, number);
		break;
	case 1:
		snprintf(ret->label, sizeof(ret->label), "%s-%02u", role, number);
		break;
	default:
		snprintf(ret->label, sizeof(ret->label), "srv-%s%03u", role, number);
		break;
	}
	const char *site = sites[gen_random(7, i, 1) % ARRAY_SIZE(sites)];
	snprintf(ret->fqdn, sizeof(ret->fqdn), "%s.%s.example.com", ret->label, site);
	snprintf(ret->ipv4, sizeof(ret->ipv4), "10.%u.%u.%u", i >> 16 & 255, i >> 8 & 255, i & 255);
}

static inline int gen_noise(uint64_t seed, uint64_t f, bool chunk, const char *ending, char *out)
{
	uint64_t r = gen_random(seed, f, 13);
	if (chunk) {
		return snprintf(out, GEN_NAME_SIZE, "chunk_%016llx%08x.blob", (unsigned long long)r,
			(unsigned)f);
	}
	return snprintf(out, GEN_NAME_SIZE, "full-set-%06u-part%03u.%s", (unsigned)(r & 0xfffff),
		(unsigned)(r >> 50) % 1000, ending);
}

/* File f of a tree of n servers: 80 % carry a server's name, FQDN or address, the rest is noise. */
static inline void gen_file(uint64_t seed, uint64_t f, uint32_t n, struct gen_file *ret)
{
	static const char *const endings[] = {"tar.gz", "tar.zst", "sql.gz", "dump", "vma.zst",
		"bak", "vbk", "tgz", "zip", "img.xz"};
	uint64_t r = gen_random(seed, f, 11), r2 = gen_random(seed, f, 12);
	const char *ending = endings[(r2 >> 20) % ARRAY_SIZE(endings)];
	unsigned kind = (unsigned)((r2 >> 32) % 20);
	uint32_t server = (uint32_t)(r % n);
	struct gen_server s;
	struct tm tm;
	ret->mtime =
		INT64_C(1767225600) - (int64_t)(r >> 32) % 1000 * 86400 - (int64_t)(r2 % 86400);
	time_t t = (time_t)ret->mtime;
	gmtime_r(&t, &tm);
	gen_server(server, &s);
	int y = tm.tm_year + 1900, m = tm.tm_mon + 1, d = tm.tm_mday, len;
	ret->server = server;
	if (kind < 7) {
		len = snprintf(
			ret->name, GEN_NAME_SIZE, "%s_%04d-%02d-%02d.%s", s.label, y, m, d, ending);
	} else if (kind < 10) {
		len = snprintf(ret->name, GEN_NAME_SIZE, "backup-%s-%04d%02d%02d-%02d%02d.%s",
			s.label, y, m, d, tm.tm_hour, tm.tm_min, ending);
	} else if (kind < 13) {
		len = snprintf(ret->name, GEN_NAME_SIZE, "%s_%04d-%02d-%02d_full.%s", s.fqdn, y, m,
			d, ending);
	} else if (kind < 15) {
		len = snprintf(
			ret->name, GEN_NAME_SIZE, "%s_%04d%02d%02d.%s", s.ipv4, y, m, d, ending);
	} else if (kind < 16) {
		len = snprintf(ret->name, GEN_NAME_SIZE,
			"vzdump-qemu-%u-%04d_%02d_%02d-%02d_%02d_%02d-%s.%s", 100 + server % 900, y,
			m, d, tm.tm_hour, tm.tm_min, tm.tm_sec, s.label, ending);
	} else {
		ret->server = -1;
		len = gen_noise(seed, f, kind < 18, ending, ret->name);
	}
	ret->len = (size_t)len;
	ret->size = (int64_t)(gen_random(seed, f, 14) >> (30 + gen_random(seed, f, 15) % 24));
}

#endif
