/* caller.c - decides by the kernel's word, by credentials, or by what webd claims. */
#include "scannerd/caller.h"

#include "common/utf8.h"
#include <errno.h>
#include <strings.h>

static void set_source(struct caller *c, const char *address)
{
	if (address != NULL && address[0] != '\0') {
		utf8_printable(address, strlen(address), c->source, sizeof(c->source));
	}
}

void caller_fresh(uid_t uid, struct caller *ret)
{
	bool own = uid == 0 || uid == geteuid();

	*ret = (struct caller){
		.kind = own ? CALLER_ROOT : CALLER_MEMBER,
		.role = ROLE_ADMIN,
	};
	snprintf(ret->name, sizeof(ret->name), "%s", own ? "root" : "anonymous");
	snprintf(ret->source, sizeof(ret->source), "socket");
}

void caller_drop(struct caller *c)
{
	struct caller nobody = {.kind = CALLER_NOBODY, .role = ROLE_NONE, .name = "nobody"};

	memcpy(nobody.source, c->source, sizeof(nobody.source));
	*c = nobody;
}

void caller_authenticated(const struct caller_out *found, const char *address, struct caller *ret)
{
	*ret = (struct caller){
		.kind = (enum caller_kind)found->kind,
		.role = (enum role)found->role,
		.account = found->account,
		.id = found->id,
		.expires = found->expires,
		.totp = found->totp,
		.source = "socket",
	};
	snprintf(ret->name, sizeof(ret->name), "%s", found->name);
	set_source(ret, address);
}

int caller_claim(
	const struct act_as_in *in, const struct limits *limits, struct caller *c, struct err *err)
{
	/* In the audit log these are others. */
	static const char *const reserved[] = {"root", "nobody", "schedule", "file"};
	char name[CALLER_NAME_SIZE];

	if (limits->sign_in != SIGN_IN_WEBD) {
		return err_set(err, -EPERM, ERR_PERMISSION_DENIED, NULL,
			"webd is not believed who asks: its --auth none or proxy needs "
			"\"sign_in\": \"webd\" in the limits of the configuration's file");
	}
	utf8_printable(in->name, strlen(in->name), name, sizeof(name));
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		if (strcasecmp(name, reserved[i]) == 0 || strncasecmp(name, "token:", 6) == 0) {
			return err_set(err, -EINVAL, ERR_INVALID_VALUE, "name",
				"\"%s\" stands for somebody else in the audit log", name);
		}
	}
	caller_drop(c);
	c->kind = CALLER_CLAIMED;
	c->role = (enum role)in->role;
	memcpy(c->name, name, sizeof(c->name));
	set_source(c, in->address);
	return 0;
}

enum role caller_role(const struct caller *c, const struct limits *limits, int64_t now)
{
	bool believed = limits->sign_in == SIGN_IN_WEBD;

	if ((c->kind == CALLER_MEMBER || c->kind == CALLER_CLAIMED) && !believed) {
		return ROLE_NONE;
	}
	if (c->kind == CALLER_NOBODY || (c->expires != 0 && c->expires <= now)) {
		return ROLE_NONE;
	}
	return c->role;
}

int caller_may(const struct caller *c, enum role needed, const struct limits *limits, int64_t now,
	struct err *err)
{
	enum role role = caller_role(c, limits, now);

	if (role >= needed) {
		return 0;
	}
	if (role == ROLE_NONE) {
		return err_set(err, -EACCES, ERR_NOT_SIGNED_IN, NULL,
			"nobody is signed in; this needs the role %s", role_names[needed]);
	}
	return err_set(err, -EPERM, ERR_PERMISSION_DENIED, NULL,
		"this needs the role %s; \"%.128s\" has the role %s", role_names[needed], c->name,
		role_names[role]);
}

int caller_is_person(const struct caller *c, struct err *err)
{
	return c->kind == CALLER_SESSION ? 0
					 : err_set(err, -EPERM, ERR_FORBIDDEN, NULL,
						   "this is for people who have signed in with a "
						   "name and a password");
}
