/* password.c - refuses passwords that are tried first: by length, by name, by a list of words and
 * by pattern. */
#include "scannerd/password.h"

#include "common/utf8.h"
#include <ctype.h>
#include <errno.h>
#include <strings.h>

enum { PIECE_MAX = 4 /* "abcdabcdabcd" is four characters, not twelve */ };

/* --- names --- */

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._@+-", c) != NULL);
}

int account_name_check(const char *name, struct err *err)
{
	static const char *const reserved[] = {"root", "anonymous", "nobody", "schedule", "file"};
	size_t len = strlen(name);

	if (len == 0 || len > ACCOUNT_NAME_BYTES_MAX) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "name",
			"a name has 1 to %d characters", (int)ACCOUNT_NAME_BYTES_MAX);
	}
	for (size_t i = 0; i < len; i++) {
		if (!is_name_character(name[i]) || (i == 0 && strchr("._@+-", name[0]) != NULL)) {
			return err_set(err, -EINVAL, ERR_INVALID_VALUE, "name",
				"a name has letters a-z, digits and . _ @ + - and begins with a "
				"letter or digit");
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		if (strcasecmp(name, reserved[i]) == 0) {
			return err_set(err, -EINVAL, ERR_INVALID_VALUE, "name",
				"\"%s\" stands for somebody else in the audit log", reserved[i]);
		}
	}
	return 0;
}

/* --- passwords --- */

/* What is left of the common ones without the digits and signs around them. Those that are shorter
 * than ten characters matter because people lengthen them. */
static const char *const common_words[] = {"aaaaaa", "abc", "abcd", "abcdef", "abcdefg", "abcdefgh",
	"abcdefghij", "access", "account", "admin", "administrator", "alexander", "amanda",
	"andrea", "andrew", "angel", "anthony", "apple", "arsenal", "asdf", "asdfasdf", "asdfgh",
	"asdfghjkl", "ashley", "austin", "backup", "backupadmin", "backupbackup", "backupchecker",
	"backups", "badboy", "bailey", "banana", "barcelona", "baseball", "basketball", "batman",
	"beautiful", "berlin", "bitcoin", "blink", "bond", "buster", "butterfly", "changeit",
	"changeme", "changethis", "charlie", "cheese", "chelsea", "chocolate", "christian",
	"computer", "cookie", "corvette", "dallas", "daniel", "database", "debian", "default",
	"defaultpassword", "demo", "diamond", "dragon", "eagle", "easy", "elephant", "enter",
	"family", "ferrari", "flower", "football", "forever", "freedom", "friends", "gandalf",
	"george", "ginger", "google", "guest", "guitar", "hallo", "hallowelt", "hammer", "hannah",
	"harley", "heaven", "hello", "helloworld", "hockey", "hottie", "hunter", "iloveu",
	"iloveyou", "internet", "jennifer", "jessica", "jesus", "jordan", "joshua", "justin",
	"killer", "kitten", "klaster", "letmein", "linux", "liverpool", "login", "love", "lovely",
	"loveme", "lovers", "maggie", "manager", "manchester", "master", "matrix", "matthew",
	"maverick", "mercedes", "michael", "michelle", "monkey", "monster", "mustang", "mypass",
	"mypassword", "mysql", "newpassword", "nicole", "ninja", "nothing", "operator", "oracle",
	"orange", "pass", "passphrase", "password", "passwordpassword", "passwort", "passw",
	"passwd", "patrick", "peanut", "pepper", "pokemon", "postgres", "princess", "private",
	"public", "purple", "qazwsx", "qazwsxedc", "qwer", "qwert", "qwerty", "qwertyqwerty",
	"qwertyui", "qwertyuiop", "qwertz", "qwertzuiop", "ranger", "remember", "richard", "robert",
	"root", "rootroot", "samsung", "samantha", "sample", "secret", "security", "server",
	"shadow", "silver", "soccer", "sommer", "starwars", "summer", "sunshine", "super",
	"superman", "superuser", "support", "sysadmin", "system", "taylor", "temp", "temporary",
	"test", "tester", "testing", "testtest", "thomas", "thunder", "tigger", "toor", "trustno",
	"ubuntu", "user", "username", "vagrant", "welcome", "welcomehome", "whatever", "william",
	"willkommen", "winter", "wordpass", "yankees", "zaq", "zaqwsx", "zxcvbn", "zxcvbnm"};

/* The letter that a sign stands for: p4$$w0rd is password. */
static char plain(char c)
{
	static const char signs[] = "0134578@$!", letters[] = "oieastbasi";
	const char *at = c != '\0' ? strchr(signs, c) : NULL;

	return at != NULL ? letters[at - signs] : (char)tolower((unsigned char)c);
}

/* The middle of the password from its first to its last letter; translated: also with signs read as
 * letters. */
static void core_of(const char *password, bool translated, char out[PASSWORD_BYTES_MAX + 1])
{
	size_t len = strlen(password), begin = 0, n = 0;

	while (len > 0 && !isalpha((unsigned char)password[len - 1])) {
		len--;
	}
	while (begin < len && !isalpha((unsigned char)password[begin])) {
		begin++;
	}
	for (size_t i = begin; i < len; i++) {
		out[n++] =
			translated ? plain(password[i]) : (char)tolower((unsigned char)password[i]);
	}
	out[n] = '\0';
}

static bool is_common(const char *core)
{
	for (size_t i = 0; i < ARRAY_SIZE(common_words); i++) {
		if (strcmp(core, common_words[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool repeats(const char *password, size_t len)
{
	for (size_t piece = 1; piece <= PIECE_MAX && piece < len; piece++) {
		if (memcmp(password, password + piece, len - piece) == 0) {
			return true;
		}
	}
	return false;
}

/* "1234567890", "abcdefghij", "9876543210": each a neighbour of the one before. */
static bool is_row(const char *password, size_t len, int step)
{
	for (size_t i = 1; i < len; i++) {
		bool wraps = password[i - 1] == '9' && password[i] == '0' && step == 1;

		if (password[i] - password[i - 1] != step && !wraps) {
			return false;
		}
	}
	return true;
}

int password_check(const char *password, const char *name, const char *field, struct err *err)
{
	char core[PASSWORD_BYTES_MAX + 1], translated[PASSWORD_BYTES_MAX + 1];
	size_t len = strlen(password);

	if (len < PASSWORD_BYTES_MIN || len > PASSWORD_BYTES_MAX) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, field,
			"a password has %d to %d bytes", (int)PASSWORD_BYTES_MIN,
			(int)PASSWORD_BYTES_MAX);
	}
	if (!utf8_is_valid(password, len)) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, field, "a password is valid UTF-8");
	}
	core_of(password, false, core);
	core_of(password, true, translated);
	if (strcasecmp(password, name) == 0 || strcasecmp(core, name) == 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, field,
			"it is the name of the account: choose another password");
	}
	if (core[0] == '\0' ? is_row(password, len, 1) || is_row(password, len, -1)
			    : is_common(core) || is_common(translated)) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, field,
			"it is among the first that are tried: choose another password");
	}
	if (repeats(password, len) || is_row(password, len, 1) || is_row(password, len, -1)) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, field,
			"it repeats itself or counts up: choose another password");
	}
	return 0;
}
