/* The insides of the disk. */
#ifndef REFD_TESTS_DISK_PARTS_H
#define REFD_TESTS_DISK_PARTS_H

#include <sqlite3.h>

#include "disk.h"

#define DISK_SECTOR    512
#define DISK_NAME_MAX  64
#define DISK_NAMES     16 /* files at one time */
#define DISK_BINDINGS  8  /* of one name between two syncs of the directory */
#define DISK_SHM_LOCKS 8
#define DISK_SHM_MAX   64 /* regions */

struct disk_bytes {
	unsigned char *at;
	size_t size, room;
};

/* A write or a truncation since the last sync. */
struct disk_pending {
	bool truncates;
	size_t at, size;
	size_t data; /* of a write, in `written` */
};

struct disk_file;

struct disk_inode {
	unsigned links;		  /* bindings and open files */
	struct disk_bytes now;	  /* what readers see */
	struct disk_bytes synced; /* what survives for certain */
	struct disk_pending *pending;
	size_t n_pending, room_pending;
	struct disk_bytes written; /* data of the pending writes */
	struct disk_file *files;   /* open ones */
	unsigned char *shm[DISK_SHM_MAX];
	int shm_size, n_shm;
};

/* A name and what it stood for since the directory was synced: the first is durable, the last is
 * what is seen now. NULL: no file. */
struct disk_entry {
	char name[DISK_NAME_MAX];
	struct disk_inode *bindings[DISK_BINDINGS];
	size_t n_bindings;
};

struct disk {
	sqlite3_vfs vfs;
	struct disk_entry entries[DISK_NAMES];
	size_t n_entries;
	uint64_t operations, writes;
	disk_watch *watch;
	void *watch_self;
	enum disk_fault fault;
	uint64_t countdown; /* to the fault; 0: none */
	bool for_good, failing, lies, on;
	uint64_t failed;
	struct support_random random; /* of xRandomness */
	int64_t time;		      /* of xCurrentTime, ms */
};

/* An open file, as SQLite keeps it. */
struct disk_file {
	sqlite3_file base;
	struct disk *disk;
	struct disk_inode *inode;
	struct disk_file *next; /* open on the same inode */
	int level;		/* of the lock */
	bool syncs_directory; /* with its first sync, as the unix VFS does for journals that it was
				 to make, whether they were there or not */
	bool maps;	      /* shared memory */
	unsigned shared, exclusive; /* locks of it, as bits */
};

struct disk_inode *disk_find(struct disk *disk, const char *name);
/* In the directory if it has a name. */
struct disk_inode *disk_make(struct disk *disk, const char *name);
void disk_remove(struct disk *disk, const char *name);
void disk_unlink(struct disk_inode *inode); /* one link less */
void disk_write(struct disk_inode *inode, const void *from, size_t size, size_t at);
void disk_truncate(struct disk_inode *inode, size_t size);
void disk_sync(struct disk_inode *inode);
void disk_sync_directory(struct disk *disk);

/* The methods of an open disk: vfs.c. */
void disk_vfs_init(struct disk *disk, const char *name);

#endif
