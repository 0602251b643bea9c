/* judge.c - the pass after a change: files, evidence, repositories and statuses in one transaction.
 */
#include "scannerd/store/judge.h"

#include "scannerd/store/history.h"
#include "scannerd/store/pass.h"

struct judge {
	const struct judging *what;
	struct pass pass;
	struct rematch rematch; /* of what->delta */
	struct counting counting;
};

static void judge_done(struct judge *j)
{
	pass_done(&j->pass);
	rematch_done(&j->rematch);
	counting_done(&j->counting);
}

static int look(void *arg, struct pass_file *f)
{
	struct judge *j = arg;
	int write = j->what->delta != NULL ? rematch_look(&j->rematch, f) : 0;
	int r = write < 0 ? write : counting_look(&j->counting, f);

	return r < 0 ? r : write;
}

static int read_files(struct judge *j)
{
	bool rematches = j->what->delta != NULL;
	int r = rematches ? rematch_init(&j->rematch, &j->pass, j->what->delta) : 0;
	int more = 1;

	if (r == 0) {
		r = counting_init(&j->counting, &j->pass, j->what->cfg);
	}
	while (r == 0 && more == 1) {
		more = pass_read(&j->pass);
		r = more < 0 ? more : rematches ? rematch_write(&j->rematch) : 0;
	}
	return r;
}

static int judge_all(struct store *s, struct judge *j, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = read_files(j);
	}
	if (r == 0) {
		r = counting_write(&j->counting);
	}
	if (r == 0) {
		r = repositories_rebuild(s);
	}
	if (r == 0 && j->rematch.changed > 0) {
		r = store_touch(s, "files");
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	if (r == 0) {
		r = store_status_record(s, j->what->now, j->what->scan, err);
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_judge(struct store *s, const struct judging *what, struct judged *ret, struct err *err)
{
	_cleanup_(judge_done) struct judge j = {.what = what};
	int r;

	j.pass = (struct pass){.store = s,
		.matcher = what->matcher,
		.names = what->delta != NULL,
		.look = look,
		.arg = &j};
	r = judge_all(s, &j, err);
	if (r < 0) {
		return db_fail(s->db, r, err, "judging files and servers");
	}
	*ret = (struct judged){.changed = j.rematch.changed, .future = j.counting.future};
	return 0;
}
