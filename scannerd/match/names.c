/* names.c - the endings and names of what lies beside backups, and looking one up. */
#include "names.h"

#include <assert.h>
#include <pthread.h>

/* Endings, and what they say. VERDICT_COUNTS: a wrapper; the ending before it decides. */
struct list {
	enum verdict_reason reason;
	const char *words; /* between blanks */
};

static const struct list ending_lists[] = {
	{VERDICT_PARTIAL,
		"part partial filepart crdownload opdownload incomplete inprogress in-progress "
		"in_progress unfinished uploading upload download dlpart aria2 lftp-pget-status "
		"!ut !qb !sync bc! pending failed aborted interrupted broken corrupt corrupted "
		"damaged checkpoint"},
	{VERDICT_TEMPORARY,
		"tmp temp tmp_didx tmp_fidx vbm_tmp vbk_tmp vib_tmp swp swo lock lck pid writing"},
	{VERDICT_SIDECAR,
		"md5 md5sum md5sums sha sha1 sha1sum sha1sums sha224 sha256 sha256sum sha256sums "
		"sha384 sha512 sha512sum sha512sums b2 b2sum b3 b3sum blake2 blake2b blake3 crc "
		"crc32 sfv sum sums checksum checksums hash hashes xxh xxh64 xxh128 xxhash rmd160 "
		"par2 sig asc sign signature minisig p7s manifest mf vbm vsm vacm vblobm vstore "
		"vsource vslice vindex sigtar meta metadata notes protected nfo snar catalog "
		"filelist lst list contents toc done ok success ready flag marker status state "
		"stamp timestamp lastrun"},
	{VERDICT_LOG, "log logs err error errors stderr stdout"},
	{VERDICT_COUNTS,
		"gz z bz2 xz zst lz4 lzo gpg pgp age aes enc blob txt json xml yaml yml csv html "
		"htm old copy"},
};

/* Whole names, or names up to their first dot, that are never backups. */
static const struct list stem_lists[] = {
	{VERDICT_LOG, "log xferlog xfererr smblog restorelog syslog maillog messages dmesg amdump"},
	{VERDICT_SIDECAR,
		"md5sums md5sum sha1sums sha1sum sha256sums sha256sum sha512sums sha512sum b2sums "
		"checksum checksums manifest metadata readme"},
	{VERDICT_TEMPORARY, "tmp temp lock newfilelist"},
};

/* What tools and desktops leave in every directory. */
static const struct list whole_name_lists[] = {
	{VERDICT_SIDECAR,
		"thumbs.db desktop.ini .ds_store .nomedia .gitkeep .keep cachedir.tag "
		"backup.info archive.info backup_manifest xtrabackup_info xtrabackup_checkpoints "
		"mediaid globalcatalog backupglobalcatalog backupspecs.xml index.json.blob "
		"backups backups.old backupinfo"},
};

/* The last word of a text file, a date behind it left aside: web01-manifest.json,
 * web01_log_20240131.txt. */
static const struct list last_word_lists[] = {
	{VERDICT_SIDECAR,
		"md5 md5sum md5sums sha1 sha1sum sha256 sha256sum sha256sums sha512 sha512sum "
		"checksum checksums manifest metadata meta filelist"},
	{VERDICT_LOG, "log logs report status errors"},
};

/* The last word of a name without an ending, of any kind of file. */
static const struct list last_word_partial_lists[] = {
	{VERDICT_PARTIAL, "partial incomplete inprogress unfinished uploading filepart"},
	{VERDICT_SIDECAR, "md5 md5sum sha1 sha256 sha256sum sha512 sha512sum checksum checksums"},
};

enum { INDEX_SLOTS = 1024, WORDS_MAX = 255 };

/* The lists are asked about every file: open addressing; a slot has the place of its word + 1. */
struct list_index {
	const struct list *lists;
	size_t n_lists, n;
	struct names_entry words[WORDS_MAX];
	uint8_t slots[INDEX_SLOTS];
};

#define LIST_INDEX(l)                                  \
	{                                              \
		.lists = (l), .n_lists = ARRAY_SIZE(l) \
	}
static struct list_index indices[_NAMES_MAX] = {
	[NAMES_ENDING] = LIST_INDEX(ending_lists),
	[NAMES_STEM] = LIST_INDEX(stem_lists),
	[NAMES_WHOLE] = LIST_INDEX(whole_name_lists),
	[NAMES_TEXT_LAST_WORD] = LIST_INDEX(last_word_lists),
	[NAMES_BARE_LAST_WORD] = LIST_INDEX(last_word_partial_lists),
};
static pthread_once_t indices_once = PTHREAD_ONCE_INIT;

static unsigned text_slot(const unsigned char *s, size_t len)
{
	return (s[0] * 31u + s[len - 1] * 7u + s[len / 2] * 131u + (unsigned)len * 17u) %
	       INDEX_SLOTS;
}

static void index_word(struct list_index *x, const char *word, size_t len, enum verdict_reason why)
{
	unsigned at = text_slot((const unsigned char *)word, len);
	assert(x->n < WORDS_MAX);
	x->words[x->n++] = (struct names_entry){word, (uint16_t)len, (uint16_t)why};
	while (x->slots[at] != 0) {
		at = (at + 1) % INDEX_SLOTS;
	}
	x->slots[at] = (uint8_t)x->n;
}

static void index_lists(void)
{
	_Static_assert(WORDS_MAX <= UINT8_MAX, "a slot holds the place of a word");
	for (size_t i = 0; i < ARRAY_SIZE(indices); i++) {
		struct list_index *x = &indices[i];
		for (size_t k = 0; k < x->n_lists; k++) {
			const char *p = x->lists[k].words;
			for (size_t len; *p != '\0'; p += len + strspn(p + len, " ")) {
				len = strcspn(p, " ");
				index_word(x, p, len, x->lists[k].reason);
			}
		}
	}
}

const struct names_entry *names_find(enum names_list list, const unsigned char *s, size_t len)
{
	const struct list_index *x = &indices[list];
	pthread_once(&indices_once, index_lists);
	if (len == 0) {
		return NULL;
	}
	for (unsigned at = text_slot(s, len); x->slots[at] != 0; at = (at + 1) % INDEX_SLOTS) {
		const struct names_entry *e = &x->words[x->slots[at] - 1];
		if (e->len == len && memcmp(e->text, s, len) == 0) {
			return e;
		}
	}
	return NULL;
}
