/**
 * @file sqlite.h Storage adapter on SQLite. Link refdomain-sqlite.
 *
 * One file, any number of threads on one handle and of processes on the file. Writers run one at a
 * time (BEGIN IMMEDIATE) and wait for each other up to the deadline of their transaction: those of
 * one handle in the order they came, beside those of other handles and processes by trying again
 * after a short jittered sleep. Who waits to write holds no connection. Readers see a snapshot and
 * wait for nobody, except for a connection when all are in use. WAL with synchronous FULL: what was
 * acknowledged survives power loss on hardware that keeps its promise about fsync.
 *
 * Deadlines: after it, a read or commit answers UNAVAILABLE, and a statement that is running is
 * ended; a commit refused that way has changed nothing. Only the writing of a COMMIT is never
 * broken off, so it takes as long as the disk takes. A wait ends by the clock port, and also when
 * the time that was left at its beginning has passed on the system's monotonic clock: a clock that
 * stands still holds nobody up for ever.
 *
 * A handle belongs to the process that opened it. In a child after fork() it answers MISUSE, and
 * rollback and close do nothing there; the child leaves it alone and neither opens the same file
 * while it carries one, see docs/operations.md.
 * @since 0.1
 */
#ifndef REFDOMAIN_ADAPTERS_SQLITE_H
#define REFDOMAIN_ADAPTERS_SQLITE_H

#include <refdomain/alloc.h>
#include <refdomain/ports/clock.h>
#include <refdomain/ports/random.h>
#include <refdomain/ports/sleep.h>
#include <refdomain/ports/store.h>

REFD_BEGIN_DECLS

struct refd_sqlite;

/** FULL loses nothing. NORMAL may lose the last commits on power loss, never consistency. OFF may
 * corrupt the file on power loss. */
enum refd_sqlite_durability { REFD_SQLITE_FULL = 1, REFD_SQLITE_NORMAL, REFD_SQLITE_OFF };

struct refd_sqlite_options {
	size_t struct_size;
	const char *path; /**< file, or ":memory:" (one transaction at a time); never a URI */
	bool create;	  /**< make the file and its schema if there is none */
	bool read_only;	  /**< WRITE transactions answer DENIED */
	enum refd_sqlite_durability durability; /**< 0: FULL */
	unsigned max_connections;  /**< transactions at one time, 1 to 64; 0: 8. More wait up to
				      their deadline */
	const char *vfs;	   /**< name of a registered VFS; NULL: the default */
	struct refd_clock clock;   /**< required: deadlines are instants of its monotonic() */
	struct refd_sleep sleep;   /**< required: waiting for the write lock */
	struct refd_random random; /**< optional: jitters the waits */
	void (*trace)(void *self, const char *sql); /**< optional: each statement run, with its
						       parameters written out; for measuring */
	void *trace_self;
};

/**
 * Open the file and bring its schema up to date. Options are copied, texts too; what ports point to
 * must outlive the store. What is checked: the application id and version in the header; the
 * checksum of every applied schema file against this build's; and the live schema (each object's
 * SQL, white space folded) against what these files make. A file that is corrupt, not ours, newer,
 * or altered is refused.
 * @return OK; NOT_FOUND (no file, and create is off, or no directory to make it in); INVALID (the
 * path is a directory); CORRUPT (path and reason in the message); DENIED; UNAVAILABLE (locked, disk
 * full, I/O); MISUSE (options); NO_MEMORY; BACKEND. Any thread.
 */
REFD_NODISCARD REFD_API enum refd_status refd_sqlite_open(const struct refd_sqlite_options *options,
							  const struct refd_allocator *allocator,
							  struct refd_sqlite **ret,
							  struct refd_error *err);

/** Takes NULL. Transactions must have ended. Does nothing in a child after fork(). */
REFD_API void refd_sqlite_close(struct refd_sqlite *sqlite);

/** The store port over @p sqlite, which must outlive it. Any thread. */
REFD_API struct refd_store refd_sqlite_store(struct refd_sqlite *sqlite);

/** Read every page and every reference; changes nothing. Takes as long as the file is large, and
 * waits for locks and a connection for five seconds. @return OK; CORRUPT (path and the first
 * finding); UNAVAILABLE; NO_MEMORY; MISUSE (after fork()). Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_sqlite_check(struct refd_sqlite *sqlite,
							   struct refd_error *err);

/**
 * Copy the store, as of one moment, into the file @p path. The copy is written beside it under
 * another name, opened, checked and synced, and only then given its name: at @p path there is
 * either what was there before or the whole copy. Readers and writers go on meanwhile. The copy is
 * readable for whom the store is.
 * @param replace a file that is there already goes, unless it is the store itself
 * @return OK; ALREADY_EXISTS (@p replace is off); NOT_FOUND (no such directory); INVALID (a
 * directory, or the store itself); DENIED; UNAVAILABLE (disk full, I/O, no connection within five
 * seconds); CORRUPT (the store or its copy); UNSUPPORTED (a store on a VFS of its own); NO_MEMORY;
 * BACKEND; MISUSE (after fork()). On any failure nothing is left behind. Any thread.
 */
REFD_NODISCARD REFD_API enum refd_status refd_sqlite_backup(struct refd_sqlite *sqlite,
							    const char *path, bool replace,
							    struct refd_error *err);

/** One figure: "rows.fixture", "bytes.file", "connections.open", ... Borrowed for the call. */
typedef void refd_sqlite_figure(void *self, const char *name, int64_t value);

/** Rows per table, size of the file, schema version, connections; what is of the file is of one
 * moment. @return OK; UNAVAILABLE; CORRUPT; NO_MEMORY; MISUSE (after fork()). Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_sqlite_stats(struct refd_sqlite *sqlite,
							   refd_sqlite_figure *figure, void *self,
							   struct refd_error *err);

/** Receives the text of a statement the adapter uses. @return OK to go on */
typedef enum refd_status refd_sqlite_statement(void *self, const char *sql);

/** Every statement the adapter can run, for tests of plans. @return OK; what @p statement returned.
 * Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_sqlite_statements(struct refd_sqlite *sqlite,
								refd_sqlite_statement *statement,
								void *self);

REFD_END_DECLS

#endif
