#include "errors.h"

#include <errno.h>

#include <lmdb.h>

static enum refd_status status_of(int code)
{
	switch (code) {
	case MDB_MAP_FULL:     /* room may be made, or the store opened with a larger map */
	case MDB_MAP_RESIZED:  /* another process did that */
	case MDB_READERS_FULL: /* a reader may end */
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
	case EIO:
	case EAGAIN:
	case EBUSY:
	case EINTR:
	case EMFILE:
	case ENFILE:
		return REFD_UNAVAILABLE;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_INCOMPATIBLE:
		return REFD_CORRUPT;
	case ENOENT:
	case ENOTDIR:
		return REFD_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return REFD_DENIED;
	case ENOMEM:
		return REFD_NO_MEMORY;
	default:
		return REFD_BACKEND;
	}
}

enum refd_status lmdb_store__failed(int code, const char *what, struct refd_error *err)
{
	(void)refd_error_set(err, status_of(code), "%s: %s", what, mdb_strerror(code));
	if (err)
		err->native = code;
	return status_of(code);
}

/* LMDB writes the pages, syncs them, and then writes the page that makes them count. What is full
 * is met before that; after any other failure of the system nobody can tell. */
enum refd_status lmdb_store__commit_failed(int code, struct refd_error *err)
{
	enum refd_status status = lmdb_store__failed(code, "commit", err);
	const bool own = code < 0 && code != MDB_PANIC; /* not errno */

	if (own || code == ENOSPC || code == EDQUOT || code == ENOMEM)
		return status;
	if (err)
		err->status = REFD_UNKNOWN;
	return REFD_UNKNOWN;
}
