/* counts.c - tells backups from what lies beside them, by the ending, the name and the size. */
#include "counts.h"

#include "scannerd/match/names.h"

static const char *const temporary_directories[] = {
	"tmp",
	"temp",
	".tmp",
	".temp",
	"_tmp",
	"_temp",
	".rsync-partial",
	".rsync-tmp",
	".~tmp~",
	".partial",
	".incomplete",
	"incomplete",
	"partial",
	"inprogress",
	"in-progress",
	"in_progress",
	".in-progress",
	".inprogress",
	"lock.exclusive",
	"locks",
	"@eadir",
	"@tmp",
	"#recycle",
	"@recycle",
	"$recycle.bin",
	".recycle",
	".trash",
	".trashes",
	".trash-1000",
	"lost+found",
};

/* What a compressor makes of nothing, by its ending. */
static const struct {
	const char *ending;
	int64_t min, max;
} empty_sizes[] = {
	{"gz", 20, 31},
	{"tgz", 20, 31},
	{"bz2", 14, 14},
	{"tbz", 14, 14},
	{"tbz2", 14, 14},
	{"xz", 32, 32},
	{"txz", 32, 32},
	{"zst", 9, 13},
	{"tzst", 9, 13},
	{"lz4", 11, 15},
	{"zip", 22, 22},
};

static bool equals(const char *word, const unsigned char *s, size_t len)
{
	return (unsigned char)word[0] == s[0] && strlen(word) == len && memcmp(word, s, len) == 0;
}

/* The dot before the last ending of the first len bytes; len if there is none. A leading dot is
 * none. */
static size_t last_dot(const struct text *t, size_t len)
{
	for (size_t i = len; i > 1; i--) {
		if (t->s[i - 1] == '.') {
			return i - 1;
		}
	}
	return len;
}

/* A number, or numbers of a date: backup.log.1, LOG.012024.z, web01.log-20240131. */
static bool is_number(const struct text *t, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		if (!text_bit(t->digit, i) && t->s[i] != '-' && t->s[i] != '_') {
			return false;
		}
	}
	return begin < end && text_bit(t->digit, end - 1);
}

/* Where the number behind the words of an ending begins: "log-20240131". */
static size_t before_number(const struct text *t, size_t begin, size_t end)
{
	size_t at = end;
	while (at > begin &&
		(text_bit(t->digit, at - 1) || t->s[at - 1] == '-' || t->s[at - 1] == '_')) {
		at--;
	}
	return at > begin && text_bit(t->digit, end - 1) && !text_bit(t->digit, at) ? at : end;
}

/* A number behind an ending is the turn of a log or of a temporary file. x.tar.001 is a part of x,
 * and so may be x.part.001. */
static enum verdict_reason of_numbered(enum verdict_reason reason)
{
	return reason == VERDICT_LOG || reason == VERDICT_TEMPORARY ? reason : VERDICT_COUNTS;
}

static enum verdict_reason by_ending(const struct text *t)
{
	size_t len = t->len;
	bool numbered = false;
	for (unsigned depth = 0; depth < 4; depth++) {
		size_t dot = last_dot(t, len);
		if (dot == len) {
			break;
		}
		const struct names_entry *e =
			names_find(NAMES_ENDING, t->s + dot + 1, len - dot - 1);
		if (e == NULL && is_number(t, dot + 1, len)) {
			numbered = true;
			len = dot;
			continue;
		}
		if (e == NULL) {
			size_t end = before_number(t, dot + 1, len);
			e = end != len ? names_find(NAMES_ENDING, t->s + dot + 1, end - dot - 1)
				       : NULL;
			return e != NULL && e->reason == VERDICT_LOG ? VERDICT_LOG : VERDICT_COUNTS;
		}
		if (e->reason != VERDICT_COUNTS) {
			enum verdict_reason reason = (enum verdict_reason)e->reason;
			return numbered ? of_numbered(reason) : reason;
		}
		len = dot;
	}
	return VERDICT_COUNTS;
}

static bool is_text_ending(const unsigned char *s, size_t len)
{
	static const char *const texts[] = {
		"txt", "json", "xml", "yaml", "yml", "csv", "html", "htm", "md", NULL};
	for (const char *const *text = texts; len >= 2 && len <= 4 && *text != NULL; text++) {
		if ((unsigned char)(*text)[0] == s[0] && equals(*text, s, len)) {
			return true;
		}
	}
	return false;
}

/* web01-manifest.json, web01_log_20240131.txt, web01-incomplete, web01.tar.gz_sha256. */
static enum verdict_reason by_words_at_end(const struct text *t)
{
	static const char last[] = "tnlvmdesg1256"; /* of the lists' words: most files stop here */
	if (t->len == 0 || memchr(last, t->s[t->len - 1], sizeof(last) - 1) == NULL) {
		return VERDICT_COUNTS;
	}
	size_t dot = last_dot(t, t->len), end = t->len;
	enum names_list list = NAMES_BARE_LAST_WORD;
	if (dot != t->len && is_text_ending(t->s + dot + 1, t->len - dot - 1)) {
		list = NAMES_TEXT_LAST_WORD;
		end = before_number(t, 0, dot);
		while (end > 0 && !text_bit(t->token, end - 1)) {
			end--;
		}
	}
	size_t begin = end;
	while (begin > 0 && text_bit(t->token, begin - 1)) {
		begin--;
	}
	const struct names_entry *e = begin > 0 && t->s[begin - 1] != '.'
					      ? names_find(list, t->s + begin, end - begin)
					      : NULL;
	return e != NULL ? (enum verdict_reason)e->reason : VERDICT_COUNTS;
}

/* rsync's own temporary name: .web01.tar.gz.Ab12Cd, six characters no person would choose. */
static bool is_rsync_partial(const struct text *t)
{
	enum { RANDOM = 6 };
	if (t->len < RANDOM + 4 || t->s[0] != '.' || t->s[t->len - RANDOM - 1] != '.' ||
		memchr(t->s + 1, '.', t->len - RANDOM - 2) == NULL) {
		return false;
	}
	size_t begin = t->len - RANDOM, upper = 0, digits = 0, lower = 0;
	for (size_t i = begin; i < t->len; i++) {
		char c = t->raw[i];
		upper += c >= 'A' && c <= 'Z';
		lower += c >= 'a' && c <= 'z';
		digits += c >= '0' && c <= '9';
	}
	return upper + lower + digits == RANDOM && digits != RANDOM && (upper != 0 || digits != 0);
}

static bool starts_with(const struct text *t, const char *start)
{
	size_t len = strlen(start);
	return t->len >= len && memcmp(t->s, start, len) == 0;
}

static bool ends_with(const struct text *t, const char *end)
{
	size_t len = strlen(end);
	return t->len >= len && memcmp(t->s + t->len - len, end, len) == 0;
}

/* Names that programs give to what they have not finished. */
static enum verdict_reason by_start(const struct text *t)
{
	static const struct {
		const char *start, *end;
		enum verdict_reason reason;
	} rules[] = {
		{"~$", "", VERDICT_TEMPORARY}, /* Office's lock */
		{"#", "#", VERDICT_TEMPORARY}, /* Emacs */
		{".#", "", VERDICT_TEMPORARY},
		{".~lock.", "#", VERDICT_TEMPORARY}, /* LibreOffice */
		{"tmp-", "", VERDICT_TEMPORARY}, {"tmp_", "", VERDICT_TEMPORARY},
		{".nfs0", "", VERDICT_TEMPORARY}, {".fuse_hidden", "", VERDICT_TEMPORARY},
		{".goutputstream-", "", VERDICT_TEMPORARY}, {"~syncthing~", "", VERDICT_TEMPORARY},
		{".syncthing.", "", VERDICT_TEMPORARY}, {".in.", ".", VERDICT_PARTIAL}, /* lftp */
		{"vzdump-", ".dat", VERDICT_PARTIAL}, /* renamed when it is complete */
		{"._", "", VERDICT_SIDECAR},          /* macOS: attributes of the file so named */
		{"chunk_meta_data", "", VERDICT_SIDECAR}, /* Commvault */
	};
	static const char first[] = "~#.tvc";
	if (t->len == 0 || memchr(first, t->s[0], sizeof(first) - 1) == NULL) {
		return VERDICT_COUNTS;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].start[0] == (char)t->s[0] && starts_with(t, rules[i].start) &&
			ends_with(t, rules[i].end)) {
			return rules[i].reason;
		}
	}
	return VERDICT_COUNTS;
}

/* messages-20240131; but log_20240131.trn is a database's log. */
static const struct names_entry *dated_log(const struct text *t, size_t stem)
{
	size_t word = text_end(t->token, 0);
	const struct names_entry *e = word < stem ? names_find(NAMES_STEM, t->s, word) : NULL;
	bool is_log = e != NULL && e->reason == VERDICT_LOG && e->len > 3;
	return is_log && is_number(t, word, stem) ? e : NULL;
}

static enum verdict_reason by_name(const struct text *t)
{
	const struct names_entry *e = names_find(NAMES_WHOLE, t->s, t->len);
	if (e == NULL) {
		const unsigned char *dot = memchr(t->s, '.', t->len);
		size_t stem = dot != NULL ? (size_t)(dot - t->s) : t->len;
		e = names_find(NAMES_STEM, t->s, stem);
		e = e == NULL ? dated_log(t, stem) : e;
	}
	if (e != NULL) {
		return (enum verdict_reason)e->reason;
	}
	if (t->len != 0 && t->s[t->len - 1] == '~') {
		return VERDICT_TEMPORARY;
	}
	enum verdict_reason reason = by_start(t);
	if (reason == VERDICT_COUNTS && t->s[0] == '.' && is_rsync_partial(t)) {
		return VERDICT_PARTIAL;
	}
	return reason == VERDICT_COUNTS ? by_words_at_end(t) : reason;
}

static bool is_empty_archive(const struct text *t, int64_t size)
{
	if (size < 9 || size > 32) {
		return false;
	}
	size_t dot = last_dot(t, t->len);
	for (size_t i = 0; dot < t->len && i < ARRAY_SIZE(empty_sizes); i++) {
		if (equals(empty_sizes[i].ending, t->s + dot + 1, t->len - dot - 1)) {
			return size >= empty_sizes[i].min && size <= empty_sizes[i].max;
		}
	}
	return false;
}

enum verdict_reason counts_judge(const struct text *t, int64_t size, bool temporary)
{
	if (size == 0) {
		return VERDICT_EMPTY;
	}
	if (temporary) {
		return VERDICT_TEMPORARY;
	}
	enum verdict_reason reason = by_ending(t);
	if (reason == VERDICT_COUNTS) {
		reason = by_name(t);
	}
	if (reason == VERDICT_COUNTS && is_empty_archive(t, size)) {
		reason = VERDICT_EMPTY_ARCHIVE;
	}
	return reason;
}

bool counts_temporary_directory(const struct text *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(temporary_directories); i++) {
		if (equals(temporary_directories[i], t->s, t->len)) {
			return true;
		}
	}
	enum verdict_reason reason = by_ending(t);
	reason = reason == VERDICT_COUNTS ? by_words_at_end(t) : reason;
	return reason == VERDICT_PARTIAL || reason == VERDICT_TEMPORARY;
}
