/* setup_link.c - makes a token, prints it behind "#", where no log of a server or proxy gets it,
 * and forgets it. */
#include "webd/setup_link.h"

#include "proto/client.h"
#include "proto/iface.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>

enum {
	TOKEN_BYTES = 32,
	TOKEN_SIZE = 44, /* 43 characters of base64url */
	ASK_MS = 20 * 1000,
	VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};

struct setup_link {
	struct event_base *base;
	const char *socket_path;
	char address[SETUP_ADDRESS_SIZE];
	char token[TOKEN_SIZE]; /* "": there is none */
	struct client *client;  /* NULL: nothing is asked now */
	bool again;             /* asked for while it was being asked */
};

int setup_link_new(struct event_base *base, const char *socket_path, const char *address,
	struct setup_link **ret)
{
	struct setup_link *s = calloc(1, sizeof(*s));

	if (s == NULL || sodium_init() < 0) {
		free(s);
		return -ENOMEM;
	}
	s->base = base;
	s->socket_path = socket_path;
	snprintf(s->address, sizeof(s->address), "%s", address);
	*ret = s;
	return 0;
}

void setup_link_free(struct setup_link *s)
{
	if (s != NULL) {
		client_cancel(s->client);
		explicit_bzero(s, sizeof(*s));
		free(s);
	}
}

/* Standard output is the terminal, or the journal. */
static void print_link(struct setup_link *s)
{
	uint8_t secret[TOKEN_BYTES];

	randombytes_buf(secret, sizeof(secret));
	sodium_bin2base64(s->token, sizeof(s->token), secret, sizeof(secret), VARIANT);
	sodium_memzero(secret, sizeof(secret));
	printf("webd: nobody has an account yet; make the first one here, once: "
	       "%s#/first?token=%s\n",
		s->address, s->token);
	fflush(stdout);
}

static void on_reply(const cJSON *parameters, const struct err *err, bool last, void *arg)
{
	struct setup_link *s = arg;
	struct who_am_i_out who = {0};
	struct err why = {0};

	if (!last) {
		return;
	}
	s->client = NULL;
	if (err == NULL && field_decode(&who_am_i_out_table, parameters, &who, &why) == 0) {
		if (who.has_accounts) {
			explicit_bzero(s->token, sizeof(s->token));
		} else if (s->token[0] == '\0') {
			print_link(s);
		}
		field_done(&who_am_i_out_table, &who);
	}
	if (s->again) {
		s->again = false;
		setup_link_look(s);
	}
}

/* If scannerd cannot be reached, webd looks again when it can. */
void setup_link_look(struct setup_link *s)
{
	char name[128];
	struct err err = {0};

	if (s->client != NULL) {
		s->again = true;
		return;
	}
	snprintf(name, sizeof(name), "%s.%s", scanner_interface.name,
		scanner_interface.methods[SCANNER_WHO_AM_I].name);
	if (client_call(s->base, s->socket_path, name, NULL, false, ASK_MS, on_reply, s, &s->client,
		    &err) < 0) {
		s->client = NULL;
	}
}

bool setup_link_is(const struct setup_link *s, const char *token)
{
	return token != NULL && s->token[0] != '\0' && strlen(token) == TOKEN_SIZE - 1 &&
	       sodium_memcmp(token, s->token, TOKEN_SIZE - 1) == 0;
}
