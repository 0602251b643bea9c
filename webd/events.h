/* events.h - one Monitor call to scannerd, kept alive, feeds every browser (server-sent events) and
 * whoever waits for a scan's end. */
#ifndef WEBD_EVENTS_H
#define WEBD_EVENTS_H

#include "proto/iface.h"
#include "webd/exchange.h"
#include "webd/watches.h"

struct events;

/* -errno. Connects in the background, again and again. people(arg) is called when accounts,
 * sessions or API tokens have changed, and when scannerd has come or gone; before anybody else
 * hears of it. */
int events_new(struct web *web, const char *socket_path, void (*people)(void *arg), void *arg,
	struct events **ret);
void events_free(struct events *e);
/* Ends every browser's subscription and every wait. */
void events_stop(struct events *e);
bool events_connected(const struct events *e);

/* GET /api/events: takes the exchange over. */
void events_serve(struct exchange *x);
/* Calls ended(arg) once: when the scan has ended, when it is no longer known to run, or after
 * timeout_s. NULL when out of memory. Never calls from inside. */
struct watch *events_watch(
	struct events *e, int64_t scan, int timeout_s, void (*ended)(void *arg), void *arg);
/* The running scan of a kind ("directories", "servers"); 0: none that we know of. */
int64_t events_running(const struct events *e, const char *kind);

#endif
