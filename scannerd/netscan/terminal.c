/* terminal.c - opens a pseudo terminal without needing its name; where there is none, only progress
 * is lost. */
#include "terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

void terminal_open(struct terminal *ret)
{
	struct terminal t = {-1, -1};
	t.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (t.master >= 0 && unlockpt(t.master) == 0) {
		t.slave = ioctl(t.master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	}
	if (t.slave < 0) {
		terminal_done(&t);
	}
	*ret = t;
}

void terminal_take(const struct terminal *t)
{
	if (t->slave >= 0) {
		(void)ioctl(t->slave, TIOCSCTTY, 0);
	}
}

void terminal_done(struct terminal *t)
{
	closep(&t->slave);
	closep(&t->master);
	*t = (struct terminal){-1, -1};
}
