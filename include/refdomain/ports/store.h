/**
 * @file store.h Port: the storage an adapter provides. Five operations; everything else is composed
 * in the core.
 *
 * A store handle is shared between threads; a transaction belongs to one thread at a time. What a
 * store must promise is written at each operation; refdomain-contract has a case of that name for
 * every promise.
 * @since 0.1
 */
#ifndef REFDOMAIN_PORTS_STORE_H
#define REFDOMAIN_PORTS_STORE_H

#include <refdomain/error.h>
#include <refdomain/ports/records.h>

REFD_BEGIN_DECLS

/** An open transaction; each adapter defines its own. It belongs to one thread at a time, which
 * need not be the one that began it. */
struct refd_tx;

enum refd_tx_mode {
	REFD_TX_READ =
		1,    /**< one consistent snapshot from the first read on; commit is only an end */
	REFD_TX_WRITE /**< reads and one commit */
};

struct refd_begin {
	size_t struct_size;
	enum refd_tx_mode mode;
	int64_t deadline; /**< instant of the clock port's monotonic(), microseconds; 0: none. Every
			     call of the transaction ends within it, plus 250 ms */
	bool once; /**< READ: the caller makes one read call at most, so that a store can end the
		      transaction with it */
};

/* ---- guards ---- */

/** Lock classes in lock order. */
enum refd_guard_class {
	REFD_GUARD_COMMAND = 1, /**< a command id: who asks again waits for the try before, which
				   may still be at its commit */
	REFD_GUARD_RULES,	/**< who changes the rules: also keeps out every commit that ASSERTs
				       the rules. Those wait, and find them changed */
	REFD_GUARD_BOARD,
	REFD_GUARD_FIXTURE,
	REFD_GUARD_REFEREE,
	REFD_GUARD_TEAM,
	REFD_GUARD_VENUE
};

/** What else a FIXTURE guard takes, once that fixture is held: its slots' and assignments'
 * referees, its teams, its venue. */
enum refd_derivation {
	REFD_DERIVE_REFEREES = 1 << 0,
	REFD_DERIVE_TEAMS = 1 << 1,
	REFD_DERIVE_VENUE = 1 << 2
};

struct refd_guard {
	enum refd_guard_class guard_class;
	struct refd_uuid key; /**< the object; ignored for RULES and BOARD */
	uint32_t derive;      /**< FIXTURE only */
};

/* ---- reads ---- */

/** Orders of a range read. "time" of an availability or assignment is the kick-off of its fixture.
 */
enum refd_index {
	REFD_INDEX_ALL = 1, /**< parties: by (name bytes, id). fixtures: by (kick-off, id). events,
			       commands: by (occurred_at or accepted_at, id). notices: by
			       (created_at, id). assignments, availabilities: by (time, id) */
	REFD_INDEX_VENUE,   /**< fixtures of a venue, by (kick-off, id) */
	REFD_INDEX_TEAM,    /**< fixtures of a team, home or away, by (kick-off, id) */
	REFD_INDEX_STATUS,  /**< fixtures, assignments by (time, id); notices by (due, id);
			       key.number is the enum value */
	REFD_INDEX_FIXTURE, /**< slots, by role; availabilities and assignments, by (time, id);
			       claims of a fixture, by (kind, holder) */
	REFD_INDEX_REFEREE, /**< availabilities and assignments of a referee, by (time, id);
			       fixtures with the referee in a slot, by (kick-off, id) */
	REFD_INDEX_AGGREGATE, /**< events of (key.number = noun, key.a), by version */
	REFD_INDEX_RECIPIENT, /**< notices of a referee, by (created_at, id) */
	REFD_INDEX_STAGED     /**< assignments that are staged, or committed with a staged role, by
				 (time, id); no key */
};

/** How a find names a row. */
enum refd_find_by {
	REFD_BY_ID = 1, /**< key.a; SLOT: a = fixture, number = role; CLAIM: number = kind, a =
			   holder, day */
	REFD_BY_PAIR /**< AVAILABILITY, ASSIGNMENT: a = fixture, b = referee; NOTICE: a = event, b =
			recipient */
};

struct refd_key {
	struct refd_uuid a, b;
	int64_t number;
	int32_t day;
};

/** Where a page ends: the last row seen. All-zero: start at the beginning. */
struct refd_position {
	struct refd_time time; /**< the time, for time orders */
	struct refd_str name;  /**< the name, for name orders; borrowed */
	int64_t number;	       /**< the version, for AGGREGATE */
	struct refd_uuid id;
};

enum refd_read_kind {
	REFD_READ_FIND = 1, /**< rows by key, in the order of the keys; a key without a row is
			       skipped. With keys given twice, rows come twice */
	REFD_READ_RANGE, /**< rows of an index: key by key in the order given, within a key in index
			    order */
	REFD_READ_FACTS, /**< what surrounds a fixture, see struct refd_facts_request; optional: a
			       store whose trips cost something answers in one what is otherwise
			       asked in several FIND and RANGE */
	REFD_READ_CARDS, /**< fixtures with names and addresses, see struct refd_fixture_card;
			    optional. By id, or by an index of fixtures */
	REFD_READ_PARENTS /**< as RANGE, of availabilities, assignments and notices; before each row
			     come the fixture (not of notices) and the referee it refers to, under
			     their own records; optional */
};

/**
 * What surrounds a fixture, for the rules of a change to it. Delivered under their own records, the
 * fixture first, then in
 * any order, rows may come more than once:
 *   the fixture, its slots, availabilities and assignments, its teams and its venue;
 *   `venue`, `referee`, and the referees of the slots;
 *   the fixtures of the two teams and of `venue` (unset: of the fixture's venue) whose kick-off is
 *   no more than fixture_window away from `kickoff`;
 *   the assignments of `referee` and of the referees of the slots whose kick-off is no more than
 *   referee_window away from `kickoff`, with their fixtures and those fixtures' venues.
 * Nothing at all if there is no such fixture but `venue` and `referee`.
 */
struct refd_facts_request {
	struct refd_fixture_id fixture;
	struct refd_referee_id referee; /**< unset: none but those of the slots */
	struct refd_venue_id venue;	/**< unset: the fixture's */
	struct refd_time kickoff;	/**< unset: the fixture's */
	int64_t fixture_window;		/**< microseconds */
	int64_t referee_window;		/**< microseconds */
};

/**
 * One read. RANGE: from <= time < to (time orders only), then after, then limit. An open limit is
 * 0. after and limit need at most one key. REFD_INDEX_ALL and STAGED take no key.
 */
struct refd_read {
	enum refd_read_kind kind;
	enum refd_record record;
	enum refd_find_by by;
	enum refd_index index;
	const struct refd_key *keys;
	size_t n_keys;
	struct refd_range range;
	struct refd_position after;
	size_t limit;
	const struct refd_facts_request *facts;
};

/** A fixture with the names and addresses people read; texts borrow the engine's row. Delivered as
 * record FIXTURE of a CARDS read. */
struct refd_card_referee {
	enum refd_role role;
	struct refd_referee_id id;
	struct refd_str name, club;
	int64_t version;
};
struct refd_fixture_card {
	struct refd_fixture_state fixture;
	struct refd_str home_name, home_club, away_name, away_club;
	struct refd_str venue_name, venue_street, venue_zip, venue_city, venue_phone, venue_email;
	struct refd_coordinates venue_coordinates;
	int64_t home_version, away_version, venue_version;
	struct refd_card_referee referees[REFD_ROLES]; /**< filled slots, by role */
	size_t n_referees;
};

/**
 * Receives a row: @p state is the record's state struct (CARDS: struct refd_fixture_card), borrowed
 * for the call. @p read is the index in the array of reads. A sink must not call the store. @return
 * OK to go on; anything else ends the whole read with that status.
 */
typedef enum refd_status refd_row_sink(void *self, size_t read, enum refd_record record,
				       const void *state);

/* ---- changes ---- */

enum refd_change_kind {
	REFD_CHANGE_ASSERT = 1, /**< the row has expected_version (0: no row), and nobody else
				   changes it before this commit; only RULES and BOARD */
	REFD_CHANGE_DELETE,	/**< of the row with the key of the state */
	REFD_CHANGE_UPDATE,	/**< every column but the key is set. A fixture that gets another
				   kick-off moves its slots, availabilities and assignments in every
				   index that is ordered by it */
	REFD_CHANGE_INSERT
};

/**
 * One row to change. expected_version is compared for records with a VERSION field (an UPDATE
 * stores state->version); records without one (SLOT, CLAIM) need exactly one row to be there. EVENT
 * rows are never updated except `published`.
 */
struct refd_change {
	enum refd_change_kind kind;
	enum refd_record record;
	const void *state;
	int64_t expected_version;
};

struct refd_change_set {
	const struct refd_change *changes; /**< in the order to apply: asserts, deletes, inserts
					      of parties, updates, inserts; parents first */
	size_t count;
};

/* ---- operations ---- */

/**
 * Start a transaction. May be lazy: nothing need be sent before the first guard or read.
 * @return OK; UNAVAILABLE (deadline, store down); DENIED (write on a read-only store, access
 * refused); NO_MEMORY; CORRUPT; BACKEND; MISUSE (a handle of another process)
 */
typedef enum refd_status refd_store_begin_fn(void *self, const struct refd_begin *begin,
					     struct refd_tx **ret, struct refd_error *err);

/**
 * Hold @p guards (sorted by class, then key; no doubles) until the end of a WRITE transaction,
 * before any later read. Exclusive between transactions, processes included. A store that runs one
 * writer at a time need do nothing. May be called more than once.
 * @return OK; UNAVAILABLE; CONFLICT (deadlock broken by the engine); NO_MEMORY; BACKEND; MISUSE
 */
typedef enum refd_status refd_store_guard_fn(void *self, struct refd_tx *tx,
					     const struct refd_guard *guards, size_t count,
					     struct refd_error *err);

/**
 * Run @p reads in order, in one trip: the rows of one come before those of the next. Committed
 * changes of transactions that ended before this call in real time are seen by a WRITE transaction;
 * a READ transaction sees one snapshot. @return OK; the sink's status; UNAVAILABLE; CONFLICT (a
 * deadlock of guards that were asked for before); CORRUPT (a row that does not fit); DENIED (access
 * refused); NO_MEMORY; BACKEND; UNSUPPORTED (a read the store does not know); MISUSE (a second read
 * after `once`, a handle of another process)
 */
typedef enum refd_status refd_store_read_fn(void *self, struct refd_tx *tx,
					    const struct refd_read *reads, size_t count,
					    refd_row_sink *sink, void *sink_self,
					    struct refd_error *err);

/**
 * Apply the change set and commit, wholly or not at all. The transaction ends whatever is returned.
 * @return OK: durable as the store promises. CONFLICT: an expected version or row was not there.
 * ALREADY_EXISTS: a unique key is taken. NOT_FOUND: a reference to a row that is not there, or to
 * one that goes. What the error tells of these three, ports/broken.h says; its functions do it.
 * UNAVAILABLE, BACKEND, NO_MEMORY, DENIED, MISUSE: surely not committed. UNKNOWN: may or may not
 * be committed.
 */
typedef enum refd_status refd_store_commit_fn(void *self, struct refd_tx *tx,
					      const struct refd_change_set *changes,
					      struct refd_error *err);

/** End the transaction without effect. Takes NULL. Cannot fail. */
typedef void refd_store_rollback_fn(void *self, struct refd_tx *tx);

struct refd_store_ops {
	size_t struct_size;
	refd_store_begin_fn *begin; /**< required */
	refd_store_guard_fn *guard; /**< optional: NULL if a WRITE transaction is alone in the store
				       from begin to end */
	refd_store_read_fn *read;   /**< required */
	refd_store_commit_fn *commit;	  /**< required */
	refd_store_rollback_fn *rollback; /**< required */
	uint32_t reads_native; /**< set of 1 << enum refd_read_kind beyond FIND and RANGE that
				  read() understands; the core composes the others */
};

struct refd_store {
	const struct refd_store_ops *ops;
	void *self;
};

/*
 * Unique keys a store enforces, by constraint name:
 *   <table>.id for every record with an id; slot.fixture_id_role, slot.fixture_id_referee_id;
 * claim.kind_holder_day; availability.fixture_id_referee_id; assignment.fixture_id_referee_id;
 * event.aggregate_version; notice.event_id_recipient_id. Foreign keys: fixture -> team, venue;
 * slot, availability, assignment -> fixture, referee; claim -> fixture; notice -> event, referee.
 * ports/indexes.h has all of them, and the orders of the indexes, as data.
 */

REFD_END_DECLS

#endif
