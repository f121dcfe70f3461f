/* The league on a PostgreSQL store behind a proxy, with the use cases that are failed at every
 * point elsewhere, and a way back to the state they start from. */
#ifndef REFD_TESTS_POSTGRES_RIG_H
#define REFD_TESTS_POSTGRES_RIG_H

#include "probe.h"
#include "proxy.h"
#include "use_cases.h"

#define RIG_PRINT 4096

struct rig {
	struct league *league;
	struct stage_set set;
	struct proxy *proxy;
	struct probe *probe; /* past the proxy */
	char directory[64];  /* of the proxy's socket */
	char schema[40];
	char direct[400];      /* the store, past the proxy */
	char name[400];	       /* the store, through the proxy */
	uint64_t drawn;	       /* by the league when the set was ready */
	struct refd_app *once; /* the league's store with one try per command */
};

/* On the server of the run, or the one of that URL. */
void rig_open(struct rig *rig, const char *url);
void rig_close(struct rig *rig);
/* For a group of tests: one rig, on the server of the run. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* A command id that was not given before. */
struct refd_command rig_fresh_command(struct rig *rig);
/* Runs the use case by that app, under the id of that command. */
enum refd_status rig_run(struct rig *rig, const struct use_case *use_case, struct refd_app *app,
			 const struct refd_command *meta);

/* Everything stored is as it was when the set was ready. */
void rig_restore(struct rig *rig);
/* What a user can see, without ids that are drawn anew: the same for the same effect. */
void rig_print(struct rig *rig, char print[RIG_PRINT]);
/* Runs a query until it gets through: the next command meets a connection that works. */
void rig_connect(struct rig *rig);
/* Waits until the server has nothing left to do for the league. */
void rig_settle(struct rig *rig);
int64_t rig_number(struct rig *rig, const char *sql);

#endif
