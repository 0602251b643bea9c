/* accounts.h - what the methods about people do; rows of commands[] (call.h) name these. */
#ifndef SCANNERD_ACCOUNTS_H
#define SCANNERD_ACCOUNTS_H

struct call;
struct err;
struct store;

/* start: the loop's thread */
void accounts_first(struct call *c);
void accounts_act_as(struct call *c);
void accounts_change_password(struct call *c);
void accounts_begin_totp(struct call *c);
void accounts_end_totp(struct call *c);
void accounts_add(struct call *c);
void accounts_update(struct call *c);

/* check: the loop's thread */
int accounts_check_session(struct call *c, struct err *err);
int accounts_check_new_password(struct call *c, struct err *err);
int accounts_check_credential(struct call *c, struct err *err);
int accounts_check_list(struct call *c, struct err *err);
int accounts_check_end(struct call *c, struct err *err);
int accounts_check_token(struct call *c, struct err *err);

/* work: the vault's thread */
void accounts_first_work(struct store *s, struct call *c);
void accounts_sign_out_work(struct store *s, struct call *c);
void accounts_authenticate_work(struct store *s, struct call *c);
void accounts_who_work(struct store *s, struct call *c);
void accounts_sessions_work(struct store *s, struct call *c);
void accounts_end_session_work(struct store *s, struct call *c);
void accounts_end_others_work(struct store *s, struct call *c);
void accounts_change_password_work(struct store *s, struct call *c);
void accounts_begin_totp_work(struct store *s, struct call *c);
void accounts_confirm_totp_work(struct store *s, struct call *c);
void accounts_end_totp_work(struct store *s, struct call *c);
void accounts_list_work(struct store *s, struct call *c);
void accounts_add_work(struct store *s, struct call *c);
void accounts_update_work(struct store *s, struct call *c);
void accounts_remove_work(struct store *s, struct call *c);
void accounts_tokens_work(struct store *s, struct call *c);
void accounts_add_token_work(struct store *s, struct call *c);
void accounts_remove_token_work(struct store *s, struct call *c);

/* finish: the loop's thread; connections forget who is gone, monitors hear of it */
void accounts_changed(struct call *c);
void accounts_first_done(struct call *c);
void accounts_authenticated(struct call *c);
void accounts_session_ended(struct call *c);
void accounts_others_ended(struct call *c);
void accounts_account_changed(struct call *c);
void accounts_token_removed(struct call *c);

#endif
