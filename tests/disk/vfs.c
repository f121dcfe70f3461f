/* The disk as SQLite sees it. Locks and shared memory are those between the connections of this
 * process, as the unix VFS grants them between processes. */
#include "parts.h"

/* ---- operations that can fail ---- */

static void tell(struct disk *disk)
{
	if (disk->watch != NULL)
		disk->watch(disk->watch_self, disk);
}

/* Counts an operation. @return whether it fails */
static bool fails(struct disk *disk, bool writes)
{
	tell(disk);
	disk->operations++;
	disk->writes += writes;
	if (!disk->on)
		return true;
	if (disk->fault == DISK_FULL && !writes)
		return false;
	if (disk->countdown > 0 && --disk->countdown == 0)
		disk->failing = true;
	if (!disk->failing)
		return false;
	disk->failing = disk->for_good;
	disk->failed++;
	return true;
}

static struct disk_file *file_of(sqlite3_file *file)
{
	return (struct disk_file *)(void *)file;
}

static bool file_fails(sqlite3_file *file, bool writes)
{
	return fails(file_of(file)->disk, writes);
}

/* ---- contents ---- */

static int file_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	const struct disk_bytes *now = &file_of(file)->inode->now;
	size_t left;

	if (file_fails(file, false))
		return SQLITE_IOERR_READ;
	left = (size_t)at < now->size ? now->size - (size_t)at : 0;
	if (left >= (size_t)n) {
		memcpy(to, now->at + at, (size_t)n);
		return SQLITE_OK;
	}
	memset(to, 0, (size_t)n);
	if (left > 0)
		memcpy(to, now->at + at, left);
	return SQLITE_IOERR_SHORT_READ;
}

/* Of a write that fails half may have arrived. */
static int file_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	const struct disk *disk = file_of(file)->disk;

	if (!file_fails(file, true)) {
		disk_write(file_of(file)->inode, from, (size_t)n, (size_t)at);
		return SQLITE_OK;
	}
	if (disk->on)
		disk_write(file_of(file)->inode, from, (size_t)n / 2, (size_t)at);
	return disk->on && disk->fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	if (file_fails(file, false))
		return SQLITE_IOERR_TRUNCATE;
	disk_truncate(file_of(file)->inode, (size_t)size);
	return SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags)
{
	struct disk_file *file = file_of(base);

	(void)flags;
	if (file_fails(base, false))
		return SQLITE_IOERR_FSYNC;
	if (file->disk->lies)
		return SQLITE_OK;
	disk_sync(file->inode);
	if (file->syncs_directory) {
		if (file_fails(base, false))
			return SQLITE_IOERR_DIR_FSYNC;
		disk_sync_directory(file->disk);
		file->syncs_directory = false;
	}
	return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	if (file_fails(file, false))
		return SQLITE_IOERR_FSTAT;
	*size = (sqlite3_int64)file_of(file)->inode->now.size;
	return SQLITE_OK;
}

/* ---- locks ---- */

static int highest_of_others(const struct disk_file *file)
{
	const struct disk_file *other;
	int highest = SQLITE_LOCK_NONE;

	for (other = file->inode->files; other != NULL; other = other->next) {
		if (other != file && other->level > highest)
			highest = other->level;
	}
	return highest;
}

static int file_lock(sqlite3_file *base, int level)
{
	struct disk_file *file = file_of(base);
	int others;

	if (file->level >= level)
		return SQLITE_OK;
	if (file_fails(base, false)) /* others may have gone on meanwhile */
		return SQLITE_IOERR_LOCK;
	others = highest_of_others(file);
	if (level == SQLITE_LOCK_SHARED && others >= SQLITE_LOCK_PENDING)
		return SQLITE_BUSY;
	if (level >= SQLITE_LOCK_RESERVED && others >= SQLITE_LOCK_RESERVED)
		return SQLITE_BUSY;
	if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
		file->level = SQLITE_LOCK_PENDING;
		return SQLITE_BUSY;
	}
	file->level = level;
	return SQLITE_OK;
}

static int file_unlock(sqlite3_file *file, int level)
{
	tell(file_of(file)->disk);
	if (file_of(file)->level > level)
		file_of(file)->level = level;
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *file, int *ret)
{
	if (file_fails(file, false))
		return SQLITE_IOERR_CHECKRESERVEDLOCK;
	*ret = file_of(file)->level >= SQLITE_LOCK_RESERVED ||
	       highest_of_others(file_of(file)) >= SQLITE_LOCK_RESERVED;
	return SQLITE_OK;
}

/* ---- shared memory ---- */

static int file_shm_map(sqlite3_file *base, int page, int size, int extend, void volatile **ret)
{
	struct disk_file *file = file_of(base);
	struct disk_inode *inode = file->inode;

	if (file_fails(base, false))
		return SQLITE_IOERR_SHMMAP;
	file->maps = true;
	*ret = NULL;
	if (page >= inode->n_shm && !extend)
		return SQLITE_OK;
	if (page >= DISK_SHM_MAX)
		return SQLITE_FULL;
	inode->shm_size = size;
	for (; inode->n_shm <= page; inode->n_shm++) {
		inode->shm[inode->n_shm] = calloc(1, (size_t)size);
		assert_non_null(inode->shm[inode->n_shm]);
	}
	*ret = inode->shm[page];
	return SQLITE_OK;
}

static int file_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
	struct disk_file *file = file_of(base);
	const unsigned mask = (1U << (offset + n)) - (1U << offset);
	unsigned shared = 0, exclusive = 0;
	const struct disk_file *other;

	if (flags & SQLITE_SHM_UNLOCK) {
		tell(file->disk);
		file->shared &= ~mask;
		file->exclusive &= ~mask;
		return SQLITE_OK;
	}
	if (file_fails(base, false))
		return SQLITE_IOERR_SHMLOCK;
	for (other = file->inode->files; other != NULL; other = other->next) {
		shared |= other != file ? other->shared : 0;
		exclusive |= other != file ? other->exclusive : 0;
	}
	if ((exclusive & mask) || ((flags & SQLITE_SHM_EXCLUSIVE) && (shared & mask)))
		return SQLITE_BUSY;
	if (flags & SQLITE_SHM_EXCLUSIVE)
		file->exclusive |= mask;
	else
		file->shared |= mask;
	return SQLITE_OK;
}

static void file_shm_barrier(sqlite3_file *file)
{
	(void)file;
}

/* The last one to leave takes the memory along, so that the next one builds the index anew. */
static int file_shm_unmap(sqlite3_file *base, int delete)
{
	struct disk_file *file = file_of(base);
	struct disk_inode *inode = file->inode;
	const struct disk_file *other;

	(void)delete;
	file->maps = false;
	file->shared = file->exclusive = 0;
	for (other = inode->files; other != NULL; other = other->next) {
		if (other->maps)
			return SQLITE_OK;
	}
	while (inode->n_shm > 0)
		free(inode->shm[--inode->n_shm]);
	return SQLITE_OK;
}

/* ---- the rest of a file ---- */

static int file_close(sqlite3_file *base)
{
	struct disk_file *file = file_of(base);
	struct disk_file **at = &file->inode->files;

	(void)file_shm_unmap(base, 0);
	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	disk_unlink(file->inode);
	return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	(void)file;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *file)
{
	(void)file;
	return DISK_SECTOR;
}

/* As the unix VFS says of any disk: bytes beside those that are written are safe. */
static int file_device(sqlite3_file *file)
{
	(void)file;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, /* without mapped files */
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

/* ---- names ---- */

static struct disk *disk_of(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
		    int *ret_flags)
{
	struct disk *disk = disk_of(vfs);
	struct disk_file *file = file_of(base);
	struct disk_inode *inode;

	memset(file, 0, sizeof(*file));
	if (fails(disk, false))
		return SQLITE_CANTOPEN;
	inode = name != NULL ? disk_find(disk, name) : NULL;
	if (inode == NULL) {
		if (!(flags & SQLITE_OPEN_CREATE))
			return SQLITE_CANTOPEN;
		inode = disk_make(disk, name);
	}
	file->syncs_directory =
		(flags & SQLITE_OPEN_CREATE) &&
		(flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL));
	file->base.pMethods = &methods;
	file->disk = disk;
	file->inode = inode;
	file->next = inode->files;
	inode->files = file;
	inode->links++;
	if (ret_flags != NULL)
		*ret_flags = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	struct disk *disk = disk_of(vfs);

	if (fails(disk, false))
		return SQLITE_IOERR_DELETE;
	if (disk_find(disk, name) == NULL)
		return SQLITE_IOERR_DELETE_NOENT;
	disk_remove(disk, name);
	if (sync && !disk->lies) {
		if (fails(disk, false))
			return SQLITE_IOERR_DIR_FSYNC;
		disk_sync_directory(disk);
	}
	return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
	(void)flags;
	if (fails(disk_of(vfs), false))
		return SQLITE_IOERR_ACCESS;
	*ret = disk_find(disk_of(vfs), name) != NULL;
	return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
	(void)vfs;
	return snprintf(ret, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* ---- what has nothing to do with files ---- */

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *ret)
{
	int i;

	for (i = 0; i < size; i++)
		ret[i] = (char)support_random_next(&disk_of(vfs)->random);
	return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
	disk_of(vfs)->time += us / 1000;
	return us;
}

/* Of the Julian calendar, in milliseconds: some day in 2026. */
static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *ret)
{
	*ret = INT64_C(212655000000000) + disk_of(vfs)->time;
	return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *ret)
{
	(void)vfs;
	(void)size;
	(void)ret;
	return 0;
}

void disk_vfs_init(struct disk *disk, const char *name)
{
	const sqlite3_vfs *plain = sqlite3_vfs_find("unix");

	assert_non_null(plain);
	disk->vfs = (sqlite3_vfs){
		.iVersion = 2,
		.szOsFile = (int)sizeof(struct disk_file),
		.mxPathname = DISK_NAME_MAX - 1,
		.zName = name,
		.pAppData = disk,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_name,
		.xDlOpen = plain->xDlOpen,
		.xDlError = plain->xDlError,
		.xDlSym = plain->xDlSym,
		.xDlClose = plain->xDlClose,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xGetLastError = vfs_last_error,
		.xCurrentTimeInt64 = vfs_time,
	};
}
