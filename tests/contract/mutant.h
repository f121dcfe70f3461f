/* A store around the memory store that breaks one promise. */
#ifndef REFD_TESTS_MUTANT_H
#define REFD_TESTS_MUTANT_H

#include "adapters.h"

enum mutation {
	MUTANT_NONE,
	/* change sets */
	MUTANT_UPDATE_UNCHECKED,  /* updates take whatever version is there */
	MUTANT_DELETE_UNCHECKED,  /* deletes too */
	MUTANT_UPDATE_OF_NOTHING, /* an update of no row is no error */
	MUTANT_DELETE_OF_NOTHING, /* a delete of no row is no error */
	MUTANT_DELETE_TWICE,	  /* nor is a second one in the same set */
	MUTANT_ERROR_UNNAMED,	  /* errors do not name the row */
	MUTANT_FIELD_KEPT,	  /* updates of record `arg` leave out a column */
	MUTANT_EVENT_KEPT,	  /* updates of events are left out */
	MUTANT_ASSERT_IGNORED,
	MUTANT_ASSERT_REFUSED, /* asserts break always */
	MUTANT_DELETE_IGNORED,
	MUTANT_LOGS_KEPT,	   /* events, notices and commands are never deleted */
	MUTANT_HALF_COMMIT,	   /* the changes of a failing set that fit are made */
	MUTANT_FAILURE_STAYS,	   /* after a failing commit the handle is dead */
	MUTANT_EMPTY_REFUSED,	   /* an empty set is refused */
	MUTANT_UNIQUE_IGNORED,	   /* the unique key `name` is not enforced */
	MUTANT_RULE_UNNAMED,	   /* unique keys are told without their rule (0), or without the
				      field (1) */
	MUTANT_FIRST_NAMED,	   /* errors name the first row of a set */
	MUTANT_CONSTRAINT_UNNAMED, /* unique keys and references are not named */
	MUTANT_CLAIM_WIDE,	   /* claims are unique by holder and day alone */
	MUTANT_FOREIGN_IGNORED,	   /* foreign keys are not enforced */
	MUTANT_PARENTS_FIRST,	   /* deletes are made in reverse order */
	MUTANT_INSERTS_FIRST,	   /* inserts come before deletes */
	MUTANT_SET_CUT,		   /* changes after the thousandth are left out */
	MUTANT_SET_CHUNKED,	   /* a thousand changes are a commit */
	MUTANT_NOT_COPIED,	   /* payloads stay the caller's memory */
	MUTANT_COMMAND_LOST,	   /* accepted commands are not remembered */
	/* reads */
	MUTANT_COMMAND_FOUND,	/* a command that is not there is found */
	MUTANT_FIELD_LOST,	/* the last field of record `arg` comes back changed */
	MUTANT_TEXT_CUT,	/* texts come back with 255 bytes at most */
	MUTANT_SLICE_CUT,	/* long texts come back with `arg` bytes at most */
	MUTANT_NUMBER_NARROW,	/* versions come back as doubles */
	MUTANT_TIME_UNSIGNED,	/* times before 1970 are not stored */
	MUTANT_KEYS_REVERSED,	/* finds answer in another order */
	MUTANT_KEYS_ONCE,	/* a key given twice is answered once */
	MUTANT_KEYS_MUST_EXIST, /* a key without a row is an error */
	MUTANT_NO_KEYS_ALL,	/* no keys mean all rows */
	MUTANT_KEYS_CUT,	/* keys after the thousandth are not answered */
	MUTANT_PAIR_HALF,	/* a pair is found by half */
	MUTANT_READ_UNNUMBERED, /* all rows are said to answer read 0 */
	MUTANT_READS_SORTED,	/* the reads of a call are run from the last to the first (0), or
				   record by record (1) */
	MUTANT_SINK_IGNORED,	/* the sink's answer is not looked at */
	MUTANT_AFTER_IGNORED,
	MUTANT_AFTER_TIES, /* after skips the rows of the same time or name */
	MUTANT_LIMIT_IGNORED,
	MUTANT_FROM_EXCLUSIVE,
	MUTANT_TO_INCLUSIVE,
	MUTANT_FIRST_KEY_ONLY, /* further keys of a range read are ignored */
	MUTANT_ORDER_REVERSED,
	MUTANT_NAMES_FOLDED, /* names are ordered without regard to case */
	MUTANT_CARDS,	     /* reads CARDS itself, with the mutation `arg` in these reads alone and
				the flaw `name` in every card */
	MUTANT_PARENTS,	     /* reads PARENTS itself, without parents of record `arg`, or with the
				flaw `name` */
	MUTANT_FACTS,	     /* reads FACTS itself, without rows of record `arg` (fixtures: but the
				one asked for), or with the flaw `name` */
	/* transactions */
	MUTANT_STALE_READ,     /* a fixture read once is never read again */
	MUTANT_NO_SNAPSHOT,    /* each read call sees another state */
	MUTANT_ONCE_TORN,      /* so does each read of a transaction with one call */
	MUTANT_ONE_BY_ONE,     /* each change is a commit of its own */
	MUTANT_READER_REFUSED, /* no reads while a writer is at work */
	MUTANT_HANDLE_ALONE,   /* a handle serves one transaction at a time */
	MUTANT_NO_GUARD,       /* writers do not keep each other out */
	MUTANT_DEADLINE_IGNORED,
	MUTANT_NO_WAIT,	       /* a lock that is held is an error at once */
	MUTANT_LOCK_KEPT,      /* rollback (0), commit (1), failing commit (2) keep it, or the end
				  of a transaction with one read call (3) */
	MUTANT_GUARDS_LIMITED, /* no more than a thousand guards */
};

/* The adapter around the memory store. Both stay valid until mutant_done(). */
bool mutant_make(struct refd_contract_adapter *ret, enum mutation mutation, int arg,
		 const char *name);
void mutant_done(struct refd_contract_adapter *adapter);

#endif
