/* session.c - reads calls, answers org.varlink.service, runs the scan. */
#include "session.h"

#include "common/own_networks.h"
#include "common/timefmt.h"
#include "proto/errors.h"
#include "proto/wire.h"
#include <errno.h>

enum {
	IDLE_MS = 60000,  /* for a whole call to come */
	FLUSH_MS = 30000, /* for the last replies to be read */
};

/* Waits until a message is there. Its length with the NUL, 0 at the end of the connection, -errno.
 */
static ssize_t wait_message(struct peer *peer)
{
	int64_t end = time_mono_ms() + IDLE_MS;
	for (;;) {
		ssize_t n = wire_find(peer->in.data, peer->in.len);
		if (n != 0 || peer->gone) {
			return n;
		}
		int64_t left = end - time_mono_ms();
		if (left <= 0) {
			return -ETIMEDOUT;
		}
		struct pollfd fd = peer_pollfd(peer);
		if (poll(&fd, 1, (int)left) < 0 && errno != EINTR) {
			return -errno;
		}
		peer_handle(peer, fd.revents);
	}
}

static void send_error(struct peer *peer, const struct err *err)
{
	error_encode(netscan_interface.name, err, &peer->out);
}

static void send_finished(struct peer *peer, const struct netscan_finished *f)
{
	_buf_ struct buf parameters = BUF_INIT;
	netscan_encode_finished(f, &parameters);
	wire_encode_reply(&peer->out, &parameters, false);
}

static void serve_scan(
	struct peer *peer, const struct wire_call *call, const struct scan_setup *setup)
{
	struct netscan_request request = {0};
	struct netscan_finished finished = {0};
	struct err err = {0};
	int rc = field_decode(&netscan_request_table, call->parameters, &request, &err);
	if (rc == 0) {
		rc = scan_run(setup, &request, peer, &finished, &err);
	}
	if (rc == 0) {
		send_finished(peer, &finished);
	} else if (!peer->gone) {
		send_error(peer, &err);
	}
	strv_done(&finished.resolved);
	field_done(&netscan_request_table, &request);
}

/* A machine without networks has none to tell of. */
static void print_networks(struct buf *out)
{
	_free_ struct own_network *v = NULL;
	struct jsonw w = JSONW(out);
	size_t n = 0;

	if (own_networks_read(&v, &n) < 0) {
		n = 0;
	}
	jsonw_object(&w);
	jsonw_karray(&w, "networks");
	for (size_t i = 0; i < n; i++) {
		char text[PREFIX_TEXT_SIZE];
		const struct netscan_network network = {
			.interface = v[i].interface,
			.network = prefix_format(&v[i].prefix, text),
		};

		field_encode(&netscan_network_table, &network, &w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
}

static void serve_networks(struct peer *peer, const struct wire_call *call)
{
	_buf_ struct buf parameters = BUF_INIT;
	struct empty_parameters none;
	struct err err = {0};

	if (field_decode(&empty_table, call->parameters, &none, &err) < 0) {
		send_error(peer, &err);
		return;
	}
	print_networks(&parameters);
	wire_encode_reply(&peer->out, &parameters, false);
}

/* Answers the first message. *ret_last: it was a call of ours. */
static int serve_message(
	struct peer *peer, size_t len, const struct scan_setup *setup, bool *ret_last)
{
	struct wire_call call = {0};
	int rc = wire_decode_call(peer->in.data, len - 1, &call, NULL);
	if (rc < 0) {
		return rc;
	}
	buf_consume(&peer->in, len);
	size_t method;
	*ret_last = !interface_answer(&netscan_interface, &call, &peer->out, &method);
	if (*ret_last && !call.oneway && method == NETSCAN_SCAN) {
		serve_scan(peer, &call, setup);
	} else if (*ret_last && !call.oneway) {
		serve_networks(peer, &call);
	}
	wire_call_done(&call);
	if (peer->out.failed) {
		return -ENOMEM;
	}
	peer_flush(peer, FLUSH_MS);
	return 0;
}

int session_serve(int fd, const struct scan_setup *setup)
{
	struct peer peer __attribute__((cleanup(peer_done))) = {.fd = -1};
	int rc = peer_init(&peer, fd);
	bool last = false;
	while (rc == 0 && !last && !peer.gone) {
		ssize_t n = wait_message(&peer);
		if (n == 0) {
			break;
		}
		rc = n < 0 ? (int)n : serve_message(&peer, (size_t)n, setup, &last);
	}
	return rc;
}
