// needs: scannerd/match proto common
/* test_counts.c - what lies beside backups never counts, and backups that look like it do. */
#include "scannerd/match/counts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct count_case {
	const char *name;
	enum verdict_reason reason;
};

static void check(const struct count_case *cases, size_t n, int64_t size)
{
	size_t wrong = 0;
	for (size_t i = 0; i < n; i++) {
		static struct text t;
		text_set(&t, cases[i].name, strlen(cases[i].name));
		enum verdict_reason got = counts_judge(&t, size, false);
		if (got != cases[i].reason) {
			print_error("%s: got %s\n", cases[i].name, verdict_reason_name(got));
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void company_of_backups_does_not_count(void **state _unused_)
{
	static const struct count_case cases[] = {
		{"x.tar.gz.sha256", VERDICT_SIDECAR},
		{"x.MD5", VERDICT_SIDECAR},
		{"SHA256SUMS", VERDICT_SIDECAR},
		{"x.tar.sig", VERDICT_SIDECAR},
		{"x.vbm", VERDICT_SIDECAR},
		{"x.manifest.gpg", VERDICT_SIDECAR},
		{"manifest.json", VERDICT_SIDECAR},
		{"Thumbs.db", VERDICT_SIDECAR},
		{"checksums.txt", VERDICT_SIDECAR},
		{"x.vma.zst.notes", VERDICT_SIDECAR},
		{"x.log", VERDICT_LOG},
		{"x.log.gz", VERDICT_LOG},
		{"x.log.1", VERDICT_LOG},
		{"x.log.2.gz", VERDICT_LOG},
		{"LOG.012024.z", VERDICT_LOG},
		{"XferLOG.0.z", VERDICT_LOG},
		{"LOG", VERDICT_LOG},
		{"x.part", VERDICT_PARTIAL},
		{"x.filepart", VERDICT_PARTIAL},
		{"x.partial", VERDICT_PARTIAL},
		{"x.tar.gz.crdownload", VERDICT_PARTIAL},
		{"x.inprogress", VERDICT_PARTIAL},
		{".x.tar.gz.Ab12Cd", VERDICT_PARTIAL},
		{"x.tmp", VERDICT_TEMPORARY},
		{"x.TMP", VERDICT_TEMPORARY},
		{"x~", VERDICT_TEMPORARY},
		{"~$x.doc", VERDICT_TEMPORARY},
		{".nfs0000001", VERDICT_TEMPORARY},
		{"x.lock", VERDICT_TEMPORARY},
		{"tmp.web01", VERDICT_TEMPORARY},
		{"tmp-web01.tar", VERDICT_TEMPORARY},
		{"x.tar.tmp.gz", VERDICT_TEMPORARY},
		{"x.tar.gz.asc", VERDICT_SIDECAR},
		{"x.tar.gz.done", VERDICT_SIDECAR},
		{"x.md5.txt", VERDICT_SIDECAR},
		{"x-manifest.json", VERDICT_SIDECAR},
		{"x_manifest_20240131-030000.json", VERDICT_SIDECAR},
		{"x.tar.gz_sha256", VERDICT_SIDECAR},
		{"backup.manifest.copy", VERDICT_SIDECAR},
		{"index.json.blob", VERDICT_SIDECAR},
		{"coll.metadata.json.gz", VERDICT_SIDECAR},
		{"._x.tar.gz", VERDICT_SIDECAR},
		{"x.log-20240131", VERDICT_LOG},
		{"x.log-20240131.gz", VERDICT_LOG},
		{"x.log.2024-01-31", VERDICT_LOG},
		{"x.log.txt", VERDICT_LOG},
		{"x_log_20240131.txt", VERDICT_LOG},
		{"x.log.old", VERDICT_LOG},
		{"client.log.blob", VERDICT_LOG},
		{"messages-20240131.gz", VERDICT_LOG},
		{"syslog.1", VERDICT_LOG},
		{"SmbLOG.0.z", VERDICT_LOG},
		{"x.1a2b3c4d.partial", VERDICT_PARTIAL},
		{"x.tar.gz.ocTransferId12.part", VERDICT_PARTIAL},
		{"x-incomplete", VERDICT_PARTIAL},
		{"x.tar.gz.failed", VERDICT_PARTIAL},
		{".in.x.tar.gz.", VERDICT_PARTIAL},
		{"vzdump-qemu-100-2024_01_31-03_00_00.vma.dat", VERDICT_PARTIAL},
		{"metadata.partial", VERDICT_PARTIAL},
		{"x.tmp.12345", VERDICT_TEMPORARY},
		{".#x.tar", VERDICT_TEMPORARY},
		{".~lock.x.ods#", VERDICT_TEMPORARY},
		{".syncthing.x.tar.gz.tmp", VERDICT_TEMPORARY},
		{"drive-scsi0.img.tmp_fidx", VERDICT_TEMPORARY},
		{"LOCK", VERDICT_TEMPORARY},
		{"lock.roster", VERDICT_TEMPORARY},
	};
	check(cases, ARRAY_SIZE(cases), 1 << 20);
}

static void backups_that_look_like_it_count(void **state _unused_)
{
	static const struct count_case cases[] = {
		{"x.tar.gz", VERDICT_COUNTS},
		{"x.part1.rar", VERDICT_COUNTS},
		{"x.part001.zip", VERDICT_COUNTS},
		{"x.tar.001", VERDICT_COUNTS},
		{"x_LOG_20240131.trn", VERDICT_COUNTS},
		{"logserver.tar", VERDICT_COUNTS},
		{"blog.tar", VERDICT_COUNTS},
		{"notes.cfg", VERDICT_COUNTS},
		{"x_notes.cfg", VERDICT_COUNTS},
		{"partial-x.tar", VERDICT_COUNTS},
		{"tmpserver.tar", VERDICT_COUNTS},
		{".config.backup", VERDICT_COUNTS},
		{"x.txt", VERDICT_COUNTS},
		{"0", VERDICT_COUNTS},
		{".log", VERDICT_COUNTS},
		{"x.", VERDICT_COUNTS},
		{".", VERDICT_COUNTS},
		{"", VERDICT_COUNTS},
		{"MachineID.plist", VERDICT_COUNTS},
		{"x.dlist.zip.aes", VERDICT_COUNTS},
		{"x.md5.7", VERDICT_COUNTS},
		{"log_20240131.trn", VERDICT_COUNTS},
		{"log1.tar.gz", VERDICT_COUNTS},
		{"x.vma.dat", VERDICT_COUNTS},
		{"x.json", VERDICT_COUNTS},
		{"x.html", VERDICT_COUNTS},
		{"catalog.tar.gz", VERDICT_COUNTS},
		{"md5-x.tar", VERDICT_COUNTS},
		{"x-part2.tar", VERDICT_COUNTS},
		{"x_status.db", VERDICT_COUNTS},
	};
	check(cases, ARRAY_SIZE(cases), 1 << 20);
}

static void archives_of_nothing_do_not_count(void **state _unused_)
{
	static const struct {
		const char *name;
		int64_t size;
		enum verdict_reason reason;
	} cases[] = {
		{"x.tar", 0, VERDICT_EMPTY},
		{"x.sha256", 0, VERDICT_EMPTY},
		{"x.gz", 19, VERDICT_COUNTS},
		{"x.gz", 20, VERDICT_EMPTY_ARCHIVE},
		{"x.gz", 31, VERDICT_EMPTY_ARCHIVE},
		{"x.gz", 32, VERDICT_COUNTS},
		{"x.TGZ", 20, VERDICT_EMPTY_ARCHIVE},
		{"x.bz2", 14, VERDICT_EMPTY_ARCHIVE},
		{"x.bz2", 15, VERDICT_COUNTS},
		{"x.xz", 32, VERDICT_EMPTY_ARCHIVE},
		{"x.xz", 33, VERDICT_COUNTS},
		{"x.conf", 20, VERDICT_COUNTS},
		{"gz", 20, VERDICT_COUNTS},
		{"x.gz", -1, VERDICT_COUNTS},
		{"x.tar", 1, VERDICT_COUNTS},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		static struct text t;
		text_set(&t, cases[i].name, strlen(cases[i].name));
		if (counts_judge(&t, cases[i].size, false) != cases[i].reason) {
			fail_msg("%s of %lld bytes", cases[i].name, (long long)cases[i].size);
		}
	}
}

static void temporary_directories_are_known(void **state _unused_)
{
	static const struct {
		const char *name;
		bool temporary;
	} cases[] = {
		{"tmp", true},
		{"TMP", true},
		{".rsync-partial", true},
		{"2024-01-31.inProgress", true},
		{"vzdump-1.tmp", true},
		{"locks", true},
		{"@eaDir", true},
		{"#recycle", true},
		{"x-incomplete", true},
		{"web01.failed", true},
		{"blocks", false},
		{"tmpserver", false},
		{"tmp2", false},
		{"web01", false},
		{"part", false},
		{"log", false},
		{"", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		static struct text t;
		text_set(&t, cases[i].name, strlen(cases[i].name));
		if (counts_temporary_directory(&t) != cases[i].temporary) {
			fail_msg("%s", cases[i].name);
		}
		assert_int_equal(counts_judge(&t, 5, true), VERDICT_TEMPORARY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(company_of_backups_does_not_count),
		cmocka_unit_test(backups_that_look_like_it_count),
		cmocka_unit_test(archives_of_nothing_do_not_count),
		cmocka_unit_test(temporary_directories_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
