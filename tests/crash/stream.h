/* A season as a stream of commands over the public API: command n of a seed is the same in every
 * process. */
#ifndef REFD_TESTS_STREAM_H
#define REFD_TESTS_STREAM_H

#include <refdomain/refdomain.h>

#include "named_store.h"

/* The application layer on one store. Time stands at the command at hand. */
struct stream {
	uint64_t seed;
	uint32_t process; /* ids drawn by two processes differ, also for the same command */
	uint32_t drawn;
	bool hot; /* all is about a few days and referees, so that commands meet */
	struct refd_time now;
	struct named_store store;
	struct refd_app *app;
};

/* Zeroed memory with seed and process set. stream_close() also after a failure. */
enum refd_status stream_open(struct stream *stream, const char *store,
			     enum refd_sqlite_durability durability, struct refd_error *err);
void stream_close(struct stream *stream);

/* The id command n is given under. */
struct refd_command_id stream_command(uint64_t n);

/* Gives command n under that id. A command that was accepted before is OK and ret->repeated. */
enum refd_status stream_run(struct stream *stream, uint64_t n, struct refd_command_id id,
			    struct refd_result *ret, struct refd_error *err);

/* As stream_run(), but tells what command n answered before it is committed: the fault. */
typedef void stream_answer(void *self, enum refd_status status, const struct refd_result *result);
enum refd_status stream_run_hasty(struct stream *stream, uint64_t n, stream_answer *answer,
				  void *self, struct refd_error *err);

/* Whether a season can answer so. */
bool stream_expects(enum refd_status status);

#endif
