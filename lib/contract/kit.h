/*
 * What a case of the kit is written in. A case is a straight line: the first failure is kept, every
 * later step does nothing, and the runner ends what is still open. A step that is not under test
 * fails the case unless it answers OK.
 */
#ifndef REFD_CONTRACT_KIT_H
#define REFD_CONTRACT_KIT_H

#include <pthread.h>

#include <refdomain/app/app.h>
#include <refdomain/contract/contract.h>
#include <refdomain/ports/indexes.h>

#define REFD_CONTRACT__DETAIL 400
#define REFD_CONTRACT__ACTORS 6

struct refd_contract__kit;
struct refd_contract__actor;
struct refd_contract__block;

enum {
	REFD_CONTRACT__DURABLE = 1 << 0,
	REFD_CONTRACT__PROCESSES = 1 << 1,
	REFD_CONTRACT__CARDS = 1 << 2, /* the store reads CARDS itself */
	REFD_CONTRACT__FACTS = 1 << 3, /* and FACTS */
	REFD_CONTRACT__PARENTS = 1 << 4
};

struct refd_contract__case {
	const char *name;
	void (*run)(struct refd_contract__kit *kit, int arg);
	int arg;
	unsigned needs; /* what the adapter or its store must claim */
};

struct refd_contract__cases {
	const struct refd_contract__case *cases;
	size_t count;
};

struct refd_contract__cases refd_contract__version_cases(void);
struct refd_contract__cases refd_contract__key_cases(void);
struct refd_contract__cases refd_contract__answer_cases(void);
struct refd_contract__cases refd_contract__find_cases(void);
struct refd_contract__cases refd_contract__range_cases(void);
struct refd_contract__cases refd_contract__parents_cases(void);
struct refd_contract__cases refd_contract__card_cases(void);
struct refd_contract__cases refd_contract__facts_cases(void);
struct refd_contract__cases refd_contract__isolation_cases(void);
struct refd_contract__cases refd_contract__guard_cases(void);
struct refd_contract__cases refd_contract__record_cases(void);
struct refd_contract__cases refd_contract__process_cases(void);
struct refd_contract__cases refd_contract__command_cases(void);
struct refd_contract__cases refd_contract__unit_cases(void);

/* ---- rows ---- */

struct refd_contract__row {
	size_t read;
	enum refd_record record;
	void *state;
};

/* Copies of what a read delivered. */
struct refd_contract__rows {
	size_t count, room;
	size_t shown; /* of these, what a case looks at */
	struct refd_contract__row *rows;
};

/* ---- actors: one handle, at most one transaction, maybe a thread of its own ---- */

typedef void refd_contract__task(struct refd_contract__actor *actor);

struct refd_contract__actor {
	struct refd_contract__kit *kit;
	struct refd_store store;
	bool open;
	struct refd_app *app; /* over the handle, NULL if there is none */
	bool borrowed;	      /* the handle is another actor's */
	struct refd_tx *tx;
	struct refd_error err;		 /* of the last step */
	struct refd_contract__rows rows; /* of the last read */
	struct refd_change *changes;	 /* gathered for the next commit */
	size_t n_changes, room;
	struct refd_contract__block *blocks;
	/* the thread; guarded by the kit's mutex */
	pthread_t thread;
	refd_contract__task *task;
	bool running, done;
	int stage; /* what the task says it has reached */
	/* for the task */
	enum refd_status status;
	int64_t number;
};

struct refd_contract__kit {
	const struct refd_contract_adapter *adapter;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool failed;
	char detail[REFD_CONTRACT__DETAIL];
	uint64_t seed;
	int64_t patience; /* microseconds to wait for a lock that must come free */
	void *shared;	  /* what the threads of a case work on */
	struct refd_contract__actor actors[REFD_CONTRACT__ACTORS];
};

/* ---- failing ---- */

bool refd_contract__failed(struct refd_contract__kit *kit);
void refd_contract__fail(struct refd_contract__kit *kit, const char *format, ...) REFD_PRINTF(2, 3);
void refd_contract__check(struct refd_contract__kit *kit, bool holds, const char *format, ...)
	REFD_PRINTF(3, 4);

/* ---- steps of an actor ---- */

/* Opens the handle of actor number `number`; the first call for it in a case. */
struct refd_contract__actor *refd_contract__actor(struct refd_contract__kit *kit, size_t number);
/* Ends the transaction, joins the thread and closes the handle. Takes an actor that is not open. */
void refd_contract__leave(struct refd_contract__actor *actor);

/* Memory that lives as long as the actor's handle, zeroed; NULL (and the case fails) if there is
 * none. */
void *refd_contract__alloc(struct refd_contract__actor *actor, size_t size);

/* Start a transaction: the raw answer; the case does not fail. */
enum refd_status refd_contract__try_begin(struct refd_contract__actor *actor,
					  enum refd_tx_mode mode, int64_t deadline);
/* Start a transaction without a deadline. */
void refd_contract__begin(struct refd_contract__actor *actor, enum refd_tx_mode mode);
/* Start one to read in one call. */
void refd_contract__begin_once(struct refd_contract__actor *actor);
/* Begin to write and hold the guards: the raw answer of the first call that is not OK; then the
 * transaction is over. */
enum refd_status refd_contract__try_hold(struct refd_contract__actor *actor, int64_t deadline,
					 const struct refd_guard *guards, size_t count);
void refd_contract__rollback(struct refd_contract__actor *actor);

/* Gather a change; the state is copied. */
void refd_contract__insert(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state);
void refd_contract__update(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state, int64_t expected);
void refd_contract__delete(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state, int64_t expected);
void refd_contract__assert(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state, int64_t expected);
/* Commit what was gathered, in a transaction of its own if none is open: the raw answer. */
enum refd_status refd_contract__try_commit(struct refd_contract__actor *actor);
/* Commit; the answer must be `expected`. */
void refd_contract__commit(struct refd_contract__actor *actor, enum refd_status expected);

/* Read into actor->rows, in a READ transaction of its own if none is open: the raw answer. */
enum refd_status refd_contract__try_read(struct refd_contract__actor *actor,
					 const struct refd_read *reads, size_t count);
void refd_contract__read(struct refd_contract__actor *actor, const struct refd_read *read);
/* The row with the key of `like`; NULL if it is not there. Valid until the next read. */
const void *refd_contract__get(struct refd_contract__actor *actor, enum refd_record record,
			       const void *like);
/* Its checked version; -1 if it is not there. */
int64_t refd_contract__version(struct refd_contract__actor *actor, enum refd_record record,
			       const void *like);

/* ---- what the error of a commit tells ---- */

/* Status and object. */
void refd_contract__tells(struct refd_contract__actor *actor, enum refd_status status,
			  struct refd_ref object);
/* Commit; the last answer must be CONFLICT, of that row. */
void refd_contract__is_stale(struct refd_contract__actor *actor, enum refd_record record,
			     const void *row);
/* Commit; the row breaks that unique key. rule: 0 if it stands for none; of the rule, the field. */
void refd_contract__is_taken(struct refd_contract__actor *actor, enum refd_record record,
			     const void *row, const char *constraint, enum refd_rule rule,
			     const char *field);
/* Commit; the reference to that parent is broken. */
void refd_contract__is_orphaned(struct refd_contract__actor *actor,
				const struct refd_reference *reference, struct refd_uuid parent);

/* ---- threads ---- */

/* Let the actor run the task in its own thread. */
void refd_contract__start(struct refd_contract__actor *actor, refd_contract__task *task);
/* For the task: say what has been reached, for refd_contract__reached(). */
void refd_contract__stage(struct refd_contract__actor *actor, int stage);
/* Wait until the task has reached the stage or is done, at most `us` microseconds. */
bool refd_contract__reached(struct refd_contract__actor *actor, int stage, int64_t us);
/* Wait until the task is done; a task that hangs fails the case after 30 s, and the transactions of
 * all other actors are ended to free it. */
void refd_contract__join(struct refd_contract__actor *actor);
int64_t refd_contract__now(void);

#define REFD_CONTRACT__MOMENT INT64_C(60000)   /* given to what must not happen, to happen */
#define REFD_CONTRACT__SLACK  INT64_C(2000000) /* for a busy machine */

/* ---- making rows ---- */

/* Next random number of the case; the same in every run. */
uint64_t refd_contract__random(struct refd_contract__kit *kit);
uint64_t refd_contract__below(struct refd_contract__kit *kit, uint64_t bound);
struct refd_uuid refd_contract__uuid(struct refd_contract__kit *kit);

union refd_contract__state {
#define XX(number, name, state, layout) struct state name;
	REFD_RECORD_MAP(XX)
#undef XX
};

enum refd_contract__fill { REFD_CONTRACT__RANDOM, REFD_CONTRACT__FULL, REFD_CONTRACT__BARE };

/* A valid row of any record with random values in every field; optional fields are set, unset or
 * either. Ids that refer to other rows are random too. Its slices live with the actor. */
void refd_contract__fill(struct refd_contract__actor *actor, enum refd_record record,
			 enum refd_contract__fill fill, void *ret);
/* As fill, and a row for each parent it names, where there is none yet, is gathered or made first.
 */
void refd_contract__make(struct refd_contract__actor *actor, enum refd_record record,
			 enum refd_contract__fill fill, void *ret);
/* The state as the layout sees it; NULL if they are equal, else the field that differs. */
const char *refd_contract__difference(const struct refd_layout *layout, const void *a,
				      const void *b);
void refd_contract__set_version(enum refd_record record, void *state, int64_t version);
bool refd_contract__versioned(enum refd_record record);
struct refd_key refd_contract__key(enum refd_record record, const void *state);

/* A small stored world: two referees, two teams, a venue and two fixtures on it. */
struct refd_contract__world {
	struct refd_referee_state referees[3];
	struct refd_team_state teams[2];
	struct refd_venue_state venue;
	struct refd_fixture_state fixtures[2];
};
void refd_contract__world(struct refd_contract__actor *actor, struct refd_contract__world *ret);
void refd_contract__slot(struct refd_contract__actor *actor,
			 const struct refd_fixture_state *fixture, enum refd_role role,
			 const struct refd_referee_state *referee, struct refd_slot_state *ret);

#endif
