/* server_commands.h - what the methods about servers kept by hand and about exemptions do; rows of
 * commands[] (call.h) name these. */
#ifndef SCANNERD_SERVER_COMMANDS_H
#define SCANNERD_SERVER_COMMANDS_H

struct call;
struct store;

/* work: the store's thread */
void servers_add(struct store *s, struct call *c);
void servers_update(struct store *s, struct call *c);
void servers_remove(struct store *s, struct call *c);
void servers_merge(struct store *s, struct call *c);
void servers_add_alias(struct store *s, struct call *c);
void servers_exempt(struct store *s, struct call *c);
void servers_expect(struct store *s, struct call *c);

/* finish: the loop's thread; monitors hear of it, matches and statuses follow */
void servers_changed(struct call *c);
void servers_exemptions_changed(struct call *c);

#endif
