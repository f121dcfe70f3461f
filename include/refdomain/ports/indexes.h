/**
 * @file indexes.h Which orders and unique keys a store keeps, and which rows refer to which: the
 * promises of store.h as data, for adapters over engines that have no tables of their own.
 *
 * An engine of ordered keys keeps one entry per index and row. The key of the entry is a struct
 * refd_index_key; its members are compared from top to bottom, numbers by value, ids and names
 * bytewise. Any thread.
 * @since 0.1
 */
#ifndef REFDOMAIN_PORTS_INDEXES_H
#define REFDOMAIN_PORTS_INDEXES_H

#include <refdomain/ports/store.h>

REFD_BEGIN_DECLS

/** A member of a state struct; size 0: none. */
struct refd_member {
	uint16_t offset;
	uint16_t size;
};

/** What a range read of an index is ordered by. 0: by number, or not at all. */
enum refd_order { REFD_ORDER_TIME = 1, REFD_ORDER_NAME };

/**
 * An index of a record. find and range together tell the indexes of a record apart, but for those
 * with the same pair: they are kept as one, each row with an entry for each (a fixture is at home
 * with one team and away at another).
 */
struct refd_store_index {
	enum refd_record record;
	enum refd_find_by find; /**< the FIND it serves; 0: none */
	enum refd_index range;	/**< the RANGE it serves; 0: none */
	const char *constraint; /**< unique under that name; NULL: unique by construction */
	bool staged;		/**< holds only what REFD_INDEX_STAGED names */
	enum refd_order by;
	struct refd_member a, number, name, order, id, tail; /**< where the key comes from */
	struct refd_member kickoff_of; /**< `order` is the kick-off of the fixture of that id, and
					  changes with it */
};

/** By record. The first of a record is its primary key and holds every row. Grows at the end of a
 * record. */
extern REFD_API const struct refd_store_index refd_store_indexes[];
extern REFD_API const size_t refd_store_n_indexes;

#define REFD_INDEXES_MAX 8 /**< more than one record has */

/** The indexes of @p record, the primary key first. @return the first of them, NULL if it is none
 */
REFD_API const struct refd_store_index *refd_record_indexes(enum refd_record record,
							    size_t *ret_count);

/**
 * The index that a FIND, RANGE or PARENTS goes by; NULL if there is no such read. The fixtures of a
 * referee (FIXTURE, REFEREE) are found by an index of slots: what is delivered is the slot's
 * fixture.
 */
REFD_API const struct refd_store_index *refd_read_index(const struct refd_read *read);

/** What an index does not use is zero. */
struct refd_index_key {
	struct refd_uuid a;
	int64_t number;
	struct refd_str name; /**< borrows the state, or the read */
	int64_t order;
	struct refd_uuid id;
	int64_t tail;
};

/** Whether the index has an entry for the row at all. */
REFD_API bool refd_index_holds(const struct refd_store_index *index, const void *state);

/** The key of a row. @p kickoff of the fixture it belongs to is needed by an index with kickoff_of.
 */
REFD_API struct refd_index_key refd_index_key_of(const struct refd_store_index *index,
						 const void *state, struct refd_time kickoff);

/** The key of the one row a FIND wants; @p index is refd_read_index() of it. */
REFD_API struct refd_index_key refd_index_key_wanted(const struct refd_store_index *index,
						     const struct refd_key *key);

/** A read of an index takes no key if neither `a` nor `number` is used. */
REFD_API bool refd_index_is_keyless(const struct refd_store_index *index);

/**
 * Where a RANGE or PARENTS starts for @p key (NULL if the index is keyless): no entry before it is
 * wanted. It ends before the first entry with another `a` or `number`, and if the index is one of
 * times and range.to is set, before the first with an `order` of range.to or more. Its tail is
 * INT64_MAX if the row of the same key has been seen already, else INT64_MIN.
 */
REFD_API struct refd_index_key refd_index_key_first(const struct refd_store_index *index,
						    const struct refd_read *read,
						    const struct refd_key *key);

/** A row that names another one. */
struct refd_reference {
	enum refd_record child;
	enum refd_record parent;
	const char *field;	   /**< of the child, as its layout calls it */
	struct refd_member member; /**< the parent's id in the child */
};

/** Every foreign key a store enforces. */
extern REFD_API const struct refd_reference refd_references[];
extern REFD_API const size_t refd_n_references;

REFD_END_DECLS

#endif
