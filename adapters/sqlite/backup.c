/* A copy of the store in a file of its own: written beside its place under another name, read back,
 * synced, and only then given its name. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_parts.h"

#define SUFFIX_BYTES 32 /* of the name it is written under */

struct backup {
	struct refd_sqlite *store;
	const char *path; /* where the copy goes */
	char *temporary;
	int fd;
	struct refd_error *err;
};

static enum refd_status failed(const struct backup *backup, int reason)
{
	enum refd_status st = REFD_UNAVAILABLE;

	if (reason == ENOENT || reason == ENOTDIR)
		st = REFD_NOT_FOUND;
	else if (reason == EACCES || reason == EPERM || reason == EROFS)
		st = REFD_DENIED;
	return refd_error_set(backup->err, st, "%s: %s", backup->path, strerror(reason));
}

/* Only a backup is ever replaced: never the store itself, whatever its path is called. */
static enum refd_status check_place(const struct backup *backup, bool replace)
{
	struct stat place, own;

	if (backup->store->vfs != NULL)
		return refd_error_set(backup->err, REFD_UNSUPPORTED,
				      "a store on a VFS of its own has no files to copy");
	if (stat(backup->path, &place) != 0)
		return errno == ENOENT ? REFD_OK : failed(backup, errno);
	if (S_ISDIR(place.st_mode))
		return refd_error_set(backup->err, REFD_INVALID, "%s is a directory", backup->path);
	if (stat(backup->store->path, &own) == 0 && own.st_dev == place.st_dev &&
	    own.st_ino == place.st_ino)
		return refd_error_set(backup->err, REFD_INVALID, "%s is the store itself",
				      backup->path);
	return replace ? REFD_OK
		       : refd_error_set(backup->err, REFD_ALREADY_EXISTS, "%s is there already",
					backup->path);
}

/* Whoever may not read the store may not read its copy. */
static enum refd_status make_file(struct backup *backup)
{
	struct stat own;
	mode_t mode = S_IRUSR | S_IWUSR;

	if (stat(backup->store->path, &own) == 0)
		mode |= own.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
	(void)unlink(backup->temporary); /* of a process of that number that died */
	backup->fd = open(backup->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	return backup->fd >= 0 ? REFD_OK : failed(backup, errno);
}

/* In one READ transaction: writers go on meanwhile. */
static enum refd_status copy(const struct backup *backup)
{
	struct sq_connection *c = NULL;
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = refd_sqlite__take_own(backup->store, &c, backup->err);
	int code;

	if (st != REFD_OK)
		return st;
	code = sqlite3_prepare_v2(c->db, "VACUUM INTO ?1", -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(stmt, 1, backup->temporary, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code != SQLITE_DONE)
		st = refd_sqlite__failed(c->db, code, backup->path, backup->err);
	sqlite3_finalize(stmt);
	refd_sqlite__give(c);
	return st;
}

static enum refd_status read_back(const struct backup *backup)
{
	struct refd_sqlite_options options = backup->store->options;
	struct refd_sqlite *found = NULL;
	enum refd_status st;

	options.path = backup->temporary;
	options.create = options.read_only = false;
	options.trace = NULL;
	st = refd_sqlite_open(&options, &backup->store->allocator, &found, backup->err);
	if (st == REFD_OK)
		st = refd_sqlite_check(found, backup->err);
	refd_sqlite_close(found);
	return st;
}

/* A name lasts once its directory is synced. The temporary path has a '/' in any case. */
static int sync_directory(const struct backup *backup)
{
	char *slash = strrchr(backup->temporary, '/');
	const char after = slash[1];
	int directory, done;

	slash[1] = '\0';
	directory = open(backup->temporary, O_RDONLY | O_CLOEXEC);
	slash[1] = after;
	if (directory < 0)
		return -1;
	done = fsync(directory);
	(void)close(directory);
	return done;
}

static enum refd_status give_name(const struct backup *backup)
{
	if (fsync(backup->fd) != 0 || rename(backup->temporary, backup->path) != 0 ||
	    sync_directory(backup) != 0)
		return failed(backup, errno);
	return REFD_OK;
}

enum refd_status refd_sqlite_backup(struct refd_sqlite *store, const char *path, bool replace,
				    struct refd_error *err)
{
	struct backup backup = { .store = store, .path = path, .fd = -1, .err = err };
	const size_t size = strlen(path) + SUFFIX_BYTES;
	enum refd_status st = refd_sqlite__require_own(store, err);

	if (st == REFD_OK)
		st = check_place(&backup, replace);
	if (st != REFD_OK)
		return st;
	backup.temporary = store->allocator.alloc(store->allocator.self, size);
	if (backup.temporary == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a backup");
	/* never a URI */
	snprintf(backup.temporary, size, "%s%s.%ld.partial", *path == '/' ? "" : "./", path,
		 (long)getpid());
	st = make_file(&backup);
	if (st == REFD_OK)
		st = copy(&backup);
	if (st == REFD_OK)
		st = read_back(&backup);
	if (st == REFD_OK)
		st = give_name(&backup);
	if (backup.fd >= 0) {
		(void)unlink(backup.temporary); /* not there any more, if it has its name */
		(void)close(backup.fd);
	}
	store->allocator.free(store->allocator.self, backup.temporary);
	return st;
}
