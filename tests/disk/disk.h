/* A disk in memory under SQLite: a VFS that keeps apart what was written and what was synced, fails
 * where it is told to, and can lose its power at any operation. One thread at a time. */
#ifndef REFD_TESTS_DISK_H
#define REFD_TESTS_DISK_H

#include "support.h"

struct disk;

/* The contents of all files at one moment, as if all of it were synced. */
struct disk_image;

/* Made with the VFS of that name (borrowed), which is the default one if `standard`. No SQLite
 * database may be open on it when it is destroyed. */
struct disk *disk_create(const char *name, bool standard);
void disk_destroy(struct disk *disk);
/* From now on SQLite takes this disk where none is named. */
void disk_make_standard(struct disk *disk);
const char *disk_name(const struct disk *disk);

/* What SQLite asks the disk for that is not on it, time and random bytes, begins anew. */
void disk_seed(struct disk *disk, uint64_t seed);

/* ---- snapshots ---- */

struct disk_image *disk_snapshot(const struct disk *disk);
void disk_image_free(struct disk_image *image);
/* Connections may stay open on the disk if they are idle, and on a WAL: they find what has changed
 * as if another process had written it. */
void disk_restore(struct disk *disk, const struct disk_image *image);
/* A number that stands for the contents of all files. */
uint64_t disk_hash(const struct disk *disk);

/* ---- operations ---- */

/* Operations so far: opening, deleting, looking for and measuring files, reading, writing,
 * truncating, syncing, taking locks, mapping shared memory. */
uint64_t disk_operations(const struct disk *disk);
uint64_t disk_writes(const struct disk *disk);

/* Told before each operation, also of a disk without power, and before a lock is given back, which
 * cannot fail. May change other disks only. */
typedef void disk_watch(void *self, struct disk *disk);
void disk_set_watch(struct disk *disk, disk_watch *watch, void *self);

enum disk_fault {
	DISK_IO_ERROR = 1, /* counts every operation, each fails with a code of its own */
	DISK_FULL	   /* counts writes */
};

/* The nth operation from now on fails (1: the next one); with `for_good` every one behind it as
 * well. 0: none. */
void disk_fail(struct disk *disk, enum disk_fault fault, uint64_t nth, bool for_good);
/* How many have failed since then. */
uint64_t disk_failed(const struct disk *disk);

/* A disk that lies answers a sync and has done nothing. */
void disk_let_lie(struct disk *disk, bool lies);

/* ---- power ---- */

/*
 * What may be left of `from` if its power were cut now becomes the contents of `to`, on which no
 * file may be open; they may be one disk. What was synced is there. Of every write since the last
 * sync of its file each sector is there, is not, or is torn; a file that was made, deleted or
 * replaced since the last sync of its directory is the old or the new one. How bad it is differs
 * from seed to seed.
 */
void disk_leave(const struct disk *from, struct disk *to, struct support_random *random);
/* Without power every operation fails and nothing is changed. */
void disk_set_power(struct disk *disk, bool on);

#endif
