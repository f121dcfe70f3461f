#include "shim.h"

#include <sqlite3.h>

#include "support.h"

struct shim shim;

struct shim_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs *plain;

static bool fails(bool is_write)
{
	if (shim.full && !is_write)
		return false;
	shim.calls++;
	if (shim.fail_at == 0 || shim.calls < shim.fail_at ||
	    (shim.calls > shim.fail_at && !shim.persistent))
		return false;
	shim.failed++;
	return true;
}

void shim_arm(uint64_t fail_at, bool persistent, bool full)
{
	shim = (struct shim){ .fail_at = fail_at, .persistent = persistent, .full = full };
}

void shim_disarm(void)
{
	shim.fail_at = 0;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct shim_file *)file)->real;
}

#define REAL(file, method, ...) real_of(file)->pMethods->method(real_of(file), __VA_ARGS__)

static int file_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	return fails(false) ? SQLITE_IOERR_READ : REAL(file, xRead, to, n, at);
}

/* Half of what was to be written has arrived. */
static int file_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	if (!fails(true))
		return REAL(file, xWrite, from, n, at);
	(void)REAL(file, xWrite, from, n / 2, at);
	return shim.full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return fails(false) ? SQLITE_IOERR_TRUNCATE : REAL(file, xTruncate, size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	(void)file;
	(void)flags;
	return fails(false) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return fails(false) ? SQLITE_IOERR_FSTAT : REAL(file, xFileSize, size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return fails(false) ? SQLITE_IOERR_LOCK : REAL(file, xLock, level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return REAL(file, xUnlock, level);
}

static int file_reserved(sqlite3_file *file, int *ret)
{
	return fails(false) ? SQLITE_IOERR_CHECKRESERVEDLOCK : REAL(file, xCheckReservedLock, ret);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	return REAL(file, xFileControl, op, arg);
}

static int file_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_device(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
	return fails(false) ? SQLITE_IOERR_SHMMAP : REAL(file, xShmMap, page, size, extend, ret);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	if ((flags & SQLITE_SHM_LOCK) && fails(false))
		return SQLITE_IOERR_SHMLOCK;
	return REAL(file, xShmLock, offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int delete)
{
	return REAL(file, xShmUnmap, delete);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, /* without mapped reads, which cannot fail here */
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_device,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		    int *ret_flags)
{
	struct shim_file *made = (struct shim_file *)file;
	int code;

	(void)vfs;
	made->base.pMethods = NULL;
	made->real = (sqlite3_file *)(void *)(made + 1);
	made->real->pMethods = NULL;
	if (fails(false))
		return SQLITE_CANTOPEN;
	code = plain->xOpen(plain, name, made->real, flags, ret_flags);
	if (made->real->pMethods != NULL)
		made->base.pMethods = &methods;
	return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	(void)sync;
	return fails(false) ? SQLITE_IOERR_DELETE : plain->xDelete(plain, name, 0);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
	(void)vfs;
	return fails(false) ? SQLITE_IOERR_ACCESS : plain->xAccess(plain, name, flags, ret);
}

void shim_register(void)
{
	static sqlite3_vfs vfs;

	plain = sqlite3_vfs_find(NULL);
	assert_non_null(plain);
	vfs = *plain; /* time, randomness and names are the default's */
	vfs.iVersion = 2;
	vfs.pNext = NULL;
	vfs.zName = SHIM_NAME;
	vfs.szOsFile = (int)sizeof(struct shim_file) + plain->szOsFile;
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	vfs.xAccess = vfs_access;
	assert_int_equal(sqlite3_vfs_register(&vfs, 0), SQLITE_OK);
}
