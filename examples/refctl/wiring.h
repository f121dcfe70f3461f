/** @file wiring.h Which adapters refctl runs on: the one file that knows them. */
#ifndef REFCTL_WIRING_H
#define REFCTL_WIRING_H

#include <refdomain/adapters/tzdata.h>
#include <refdomain/refdomain.h>

struct wiring;

struct wiring_options {
	const char *store; /**< "sqlite:PATH", "postgresql://...", with "#SCHEMA" unless the schema
			      is refdomain, or "memory:" for a store that is gone afterwards */
	bool create;	   /**< make the store if there is none */
	struct refd_time now; /**< unset: the system's clock */
	const char *spool;    /**< where notices are written; NULL: nowhere */
	bool eml;	      /**< as .eml files rather than JSON lines */
};

/** @return OK; NOT_FOUND (no such store); what the adapters answer */
enum refd_status wiring_open(const struct wiring_options *options, struct wiring **ret,
			     struct refd_error *err);
/** Takes NULL. */
void wiring_close(struct wiring *wiring);

const struct refd_app *wiring_app(const struct wiring *wiring);
/** As given, but for a password. */
const char *wiring_store_name(const struct wiring *wiring);
/** Let the engine check what it holds. @return OK; CORRUPT; ... */
enum refd_status wiring_check(struct wiring *wiring, struct refd_error *err);
/** Copy the store to @p path. @return OK; ALREADY_EXISTS (unless @p replace); UNSUPPORTED (the
 * message names what to do instead); as refd_sqlite_backup() */
enum refd_status wiring_backup(struct wiring *wiring, const char *path, bool replace,
			       struct refd_error *err);
/** What the commands take for the present. */
struct refd_time wiring_now(const struct wiring *wiring);
/** What the engine counts, as "bytes.file". */
typedef void wiring_figure(void *self, const char *name, int64_t value);
enum refd_status wiring_figures(struct wiring *wiring, wiring_figure *figure, void *self,
				struct refd_error *err);
struct refd_tzdata *wiring_tzdata(const struct wiring *wiring);

#endif
