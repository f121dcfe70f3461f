/* One ladder from SQLite's result codes to statuses: the extended code decides before the primary
 * one. */
#include "sqlite_parts.h"

static enum refd_status status_of(int code)
{
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return REFD_ALREADY_EXISTS;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return REFD_NOT_FOUND;
	case SQLITE_IOERR_NOMEM:
		return REFD_NO_MEMORY;
	default:
		break;
	}
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_PROTOCOL:
	case SQLITE_INTERRUPT:
		return REFD_UNAVAILABLE;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return REFD_CORRUPT;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return REFD_DENIED;
	case SQLITE_NOMEM:
		return REFD_NO_MEMORY;
	default:
		return REFD_BACKEND;
	}
}

/* The connection's message tells of its last failure, which need not be this one. */
static const char *message_of(sqlite3 *db, int code)
{
	if ((code & 0xff) == SQLITE_INTERRUPT)
		return "the deadline has passed"; /* nothing else interrupts */
	if (db == NULL || (sqlite3_errcode(db) & 0xff) != (code & 0xff))
		return sqlite3_errstr(code);
	return sqlite3_errmsg(db);
}

enum refd_status refd_sqlite__failed(sqlite3 *db, int code, const char *path,
				     struct refd_error *err)
{
	int extended = db != NULL && sqlite3_errcode(db) == (code & 0xff)
			       ? sqlite3_extended_errcode(db)
			       : code;
	const char *message = message_of(db, code);
	enum refd_status status;

	if ((extended & 0xff) != (code & 0xff))
		extended = code;
	status = status_of(extended);
	(void)refd_error_set(err, status, "%s: %s", path, message);
	if (err != NULL)
		err->native = extended;
	return status;
}
