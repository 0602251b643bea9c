/* password.h - what a name and a password must be to be taken. */
#ifndef SCANNERD_PASSWORD_H
#define SCANNERD_PASSWORD_H

#include "common/err.h"

enum { PASSWORD_BYTES_MIN = 10, PASSWORD_BYTES_MAX = 256, ACCOUNT_NAME_BYTES_MAX = 64 };

/* Letters, digits and ._@+- of ASCII, beginning with a letter or digit; none of the words by which
 * the audit log names others than accounts. -EINVAL with a sentence, field "name". */
int account_name_check(const char *name, struct err *err);
/* Length; not the name; not a word that everybody tries first, with whatever digits and signs
 * around it or in the place of its letters; not one short piece over and over, nor a row of
 * neighbours. -EINVAL with a sentence that never repeats the password. */
int password_check(const char *password, const char *name, const char *field, struct err *err);

#endif
