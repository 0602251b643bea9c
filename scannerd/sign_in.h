/* sign_in.h - SignIn: from a name and a password to a session.
 *
 * A name that nobody has takes the same steps, the same work and the same answer as a wrong
 * password. Attempts wait by their source and by their name (delays.h); a source from which the
 * account has a session does not wait for the name, so that nobody keeps a person out by failing in
 * his name. */
#ifndef SCANNERD_SIGN_IN_H
#define SCANNERD_SIGN_IN_H

struct call;
void sign_in_start(struct call *c);

#endif
