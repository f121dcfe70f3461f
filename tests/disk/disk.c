/* Files and their directory: what was written, what was synced, and what a power cut leaves. */
#include "parts.h"

/* ---- bytes ---- */

static void reserve(struct disk_bytes *bytes, size_t size)
{
	size_t room = bytes->room;

	if (size <= room)
		return;
	while (room < size)
		room = room > 0 ? 2 * room : 4096;
	bytes->at = realloc(bytes->at, room);
	assert_non_null(bytes->at);
	bytes->room = room;
}

static void resize(struct disk_bytes *bytes, size_t size)
{
	reserve(bytes, size);
	if (size > bytes->size)
		memset(bytes->at + bytes->size, 0, size - bytes->size);
	bytes->size = size;
}

static void put(struct disk_bytes *bytes, const void *from, size_t size, size_t at)
{
	if (at + size > bytes->size)
		resize(bytes, at + size);
	if (size > 0)
		memcpy(bytes->at + at, from, size);
}

static void copy(struct disk_bytes *to, const struct disk_bytes *from)
{
	to->size = 0;
	put(to, from->at, from->size, 0);
}

/* ---- files ---- */

static void forget_pending(struct disk_inode *inode)
{
	inode->n_pending = 0;
	inode->written.size = 0;
}

static struct disk_pending *add_pending(struct disk_inode *inode)
{
	if (inode->n_pending == inode->room_pending) {
		inode->room_pending = inode->room_pending > 0 ? 2 * inode->room_pending : 16;
		inode->pending =
			realloc(inode->pending, inode->room_pending * sizeof(*inode->pending));
		assert_non_null(inode->pending);
	}
	return &inode->pending[inode->n_pending++];
}

void disk_write(struct disk_inode *inode, const void *from, size_t size, size_t at)
{
	struct disk_pending *pending = add_pending(inode);

	*pending = (struct disk_pending){ false, at, size, inode->written.size };
	put(&inode->written, from, size, inode->written.size);
	put(&inode->now, from, size, at);
}

void disk_truncate(struct disk_inode *inode, size_t size)
{
	*add_pending(inode) = (struct disk_pending){ true, size, 0, 0 };
	resize(&inode->now, size);
}

void disk_sync(struct disk_inode *inode)
{
	size_t i;

	for (i = 0; i < inode->n_pending; i++) {
		const struct disk_pending *p = &inode->pending[i];

		if (p->truncates)
			resize(&inode->synced, p->at);
		else
			put(&inode->synced, inode->written.at + p->data, p->size, p->at);
	}
	forget_pending(inode);
}

void disk_unlink(struct disk_inode *inode)
{
	int i;

	if (inode == NULL || --inode->links > 0)
		return;
	for (i = 0; i < inode->n_shm; i++)
		free(inode->shm[i]);
	free(inode->now.at);
	free(inode->synced.at);
	free(inode->written.at);
	free(inode->pending);
	free(inode);
}

/* ---- the directory ---- */

static struct disk_entry *entry_of(struct disk *disk, const char *name)
{
	size_t i;

	for (i = 0; i < disk->n_entries; i++) {
		if (strcmp(disk->entries[i].name, name) == 0)
			return &disk->entries[i];
	}
	return NULL;
}

static struct disk_inode *seen(const struct disk_entry *entry)
{
	return entry->bindings[entry->n_bindings - 1];
}

static void bind(struct disk *disk, const char *name, struct disk_inode *inode)
{
	struct disk_entry *entry = entry_of(disk, name);

	if (entry == NULL) {
		assert_true(disk->n_entries < DISK_NAMES && strlen(name) < DISK_NAME_MAX);
		entry = &disk->entries[disk->n_entries++];
		memset(entry, 0, sizeof(*entry));
		strcpy(entry->name, name);
		entry->n_bindings = 1; /* to nothing */
	}
	if (entry->n_bindings == DISK_BINDINGS)
		disk_sync_directory(disk); /* the system does that once in a while, too */
	entry = entry_of(disk, name);
	if (entry == NULL) { /* it was bound to nothing */
		bind(disk, name, inode);
		return;
	}
	entry->bindings[entry->n_bindings++] = inode;
	if (inode != NULL)
		inode->links++;
}

struct disk_inode *disk_find(struct disk *disk, const char *name)
{
	const struct disk_entry *entry = entry_of(disk, name);

	return entry != NULL ? seen(entry) : NULL;
}

struct disk_inode *disk_make(struct disk *disk, const char *name)
{
	struct disk_inode *inode = calloc(1, sizeof(*inode));

	assert_non_null(inode);
	if (name != NULL)
		bind(disk, name, inode);
	return inode;
}

void disk_remove(struct disk *disk, const char *name)
{
	bind(disk, name, NULL);
}

static void drop_entry(struct disk *disk, struct disk_entry *entry)
{
	size_t i;

	for (i = 0; i < entry->n_bindings; i++)
		disk_unlink(entry->bindings[i]);
	*entry = disk->entries[--disk->n_entries];
}

void disk_sync_directory(struct disk *disk)
{
	size_t i = 0;

	while (i < disk->n_entries) {
		struct disk_entry *entry = &disk->entries[i];

		if (seen(entry) == NULL) {
			drop_entry(disk, entry);
			continue;
		}
		while (entry->n_bindings > 1) {
			disk_unlink(entry->bindings[0]);
			entry->n_bindings--;
			memmove(entry->bindings, entry->bindings + 1,
				entry->n_bindings * sizeof(entry->bindings[0]));
		}
		i++;
	}
}

/* ---- images ---- */

struct disk_image {
	size_t count;
	struct {
		char name[DISK_NAME_MAX];
		struct disk_bytes bytes;
		unsigned char *shm;
		int shm_size, n_shm;
	} files[DISK_NAMES];
};

static void keep_shm(struct disk_image *image, const struct disk_inode *inode)
{
	const size_t size = (size_t)inode->shm_size;
	int i;

	image->files[image->count].shm_size = inode->shm_size;
	image->files[image->count].n_shm = inode->n_shm;
	if (inode->n_shm == 0)
		return;
	image->files[image->count].shm = malloc((size_t)inode->n_shm * size);
	assert_non_null(image->files[image->count].shm);
	for (i = 0; i < inode->n_shm; i++)
		memcpy(image->files[image->count].shm + (size_t)i * size, inode->shm[i], size);
}

struct disk_image *disk_snapshot(const struct disk *disk)
{
	struct disk_image *image = calloc(1, sizeof(*image));
	size_t i;

	assert_non_null(image);
	for (i = 0; i < disk->n_entries; i++) {
		const struct disk_inode *inode = seen(&disk->entries[i]);

		if (inode == NULL)
			continue;
		strcpy(image->files[image->count].name, disk->entries[i].name);
		copy(&image->files[image->count].bytes, &inode->now);
		keep_shm(image, inode);
		image->count++;
	}
	return image;
}

void disk_image_free(struct disk_image *image)
{
	size_t i;

	for (i = 0; image != NULL && i < image->count; i++) {
		free(image->files[i].bytes.at);
		free(image->files[i].shm);
	}
	free(image);
}

/* Who has mapped the memory sees the index of then; whoever maps it first makes a new one. */
static void restore_shm(struct disk_inode *inode, const unsigned char *shm, int n_shm)
{
	const size_t size = (size_t)inode->shm_size;
	int i;

	for (i = 0; i < inode->n_shm; i++) {
		if (i < n_shm)
			memcpy(inode->shm[i], shm + (size_t)i * size, size);
		else
			memset(inode->shm[i], 0, size);
	}
}

static bool holds(const struct disk_image *image, const char *name)
{
	size_t i;

	for (i = 0; i < image->count; i++) {
		if (strcmp(image->files[i].name, name) == 0)
			return true;
	}
	return false;
}

void disk_restore(struct disk *disk, const struct disk_image *image)
{
	struct disk_inode *inode;
	size_t i;

	disk_sync_directory(disk);
	for (i = 0; i < disk->n_entries; i++) {
		if (seen(&disk->entries[i]) != NULL && !holds(image, disk->entries[i].name))
			disk_remove(disk, disk->entries[i].name);
	}
	for (i = 0; i < image->count; i++) {
		inode = disk_find(disk, image->files[i].name);
		if (inode == NULL)
			inode = disk_make(disk, image->files[i].name);
		forget_pending(inode);
		copy(&inode->now, &image->files[i].bytes);
		copy(&inode->synced, &image->files[i].bytes);
		restore_shm(inode, image->files[i].shm, image->files[i].n_shm);
	}
	disk_sync_directory(disk);
}

static uint64_t mix(uint64_t hash, const unsigned char *at, size_t size)
{
	uint64_t word;

	hash = (hash ^ size) * UINT64_C(0x9e3779b97f4a7c15);
	for (; size >= sizeof(word); at += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	for (; size > 0; size--)
		hash = (hash ^ *at++) * UINT64_C(1099511628211);
	return hash;
}

/* The order of the directory does not count. */
uint64_t disk_hash(const struct disk *disk)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < disk->n_entries; i++) {
		const struct disk_entry *entry = &disk->entries[i];
		const struct disk_inode *inode = seen(entry);

		if (inode != NULL)
			sum += mix(mix(0, (const unsigned char *)entry->name, strlen(entry->name)),
				   inode->now.at, inode->now.size);
	}
	return sum;
}

/* ---- power ---- */

/* How bad a cut is. */
enum severity {
	LOSES_ALL, /* nothing that was not synced is there */
	LOSES_NOTHING,
	LOSES_THE_END, /* in the order it was written, the last of it torn */
	LOSES_ANY,     /* sectors in any order */
	SEVERITIES
};

struct cut {
	struct support_random *random;
	enum severity severity;
};

static bool chance(struct cut *cut, uint64_t one_in)
{
	return support_random_below(cut->random, one_in) == 0;
}

/* A part of a sector has arrived; seldom something else. */
static void tear(struct cut *cut, struct disk_bytes *to, const unsigned char *from, size_t size,
		 size_t at)
{
	unsigned char sector[DISK_SECTOR];
	size_t arrived = (size_t)support_random_below(cut->random, size + 1);
	size_t i;

	memcpy(sector, from, size);
	if (chance(cut, 4)) {
		for (i = arrived; i < size; i++)
			sector[i] = (unsigned char)support_random_next(cut->random);
		arrived = size;
	}
	put(to, sector, arrived, at);
}

static void write_sectors(struct cut *cut, struct disk_bytes *to, const unsigned char *from,
			  size_t size, size_t at, bool last)
{
	const size_t end = last ? (size_t)support_random_below(cut->random, size + 1) : size;
	size_t done = 0;

	while (done < size) {
		const size_t room = DISK_SECTOR - (at + done) % DISK_SECTOR;
		const size_t n = size - done < room ? size - done : room;

		if (cut->severity == LOSES_ANY && chance(cut, 8))
			tear(cut, to, from + done, n, at + done);
		else if (cut->severity == LOSES_ANY ? chance(cut, 2) : done + n <= end)
			put(to, from + done, n, at + done);
		else if (cut->severity != LOSES_ANY && done < end)
			tear(cut, to, from + done, n, at + done);
		done += n;
	}
}

static void leave_bytes(struct cut *cut, const struct disk_inode *inode, struct disk_bytes *to)
{
	size_t count = inode->n_pending;
	size_t i;

	copy(to, &inode->synced);
	if (cut->severity == LOSES_ALL)
		return;
	if (cut->severity == LOSES_THE_END)
		count = (size_t)support_random_below(cut->random, count + 1);
	for (i = 0; i < count; i++) {
		const struct disk_pending *p = &inode->pending[i];

		if (p->truncates && (cut->severity != LOSES_ANY || chance(cut, 2)))
			resize(to, p->at);
		else if (!p->truncates)
			write_sectors(cut, to, inode->written.at + p->data, p->size, p->at,
				      cut->severity == LOSES_THE_END && i + 1 == count);
	}
}

static void leave_entry(struct cut *cut, const struct disk_entry *entry, struct disk_image *image)
{
	size_t chosen = (size_t)support_random_below(cut->random, entry->n_bindings);

	if (cut->severity == LOSES_ALL)
		chosen = 0;
	else if (cut->severity == LOSES_NOTHING)
		chosen = entry->n_bindings - 1;
	if (entry->bindings[chosen] == NULL)
		return;
	strcpy(image->files[image->count].name, entry->name);
	leave_bytes(cut, entry->bindings[chosen], &image->files[image->count].bytes);
	image->count++;
}

void disk_leave(const struct disk *from, struct disk *to, struct support_random *random)
{
	struct cut cut = { random, (enum severity)support_random_below(random, SEVERITIES) };
	struct disk_image *image = calloc(1, sizeof(*image));
	size_t i;

	assert_non_null(image);
	for (i = 0; i < from->n_entries; i++)
		leave_entry(&cut, &from->entries[i], image);
	disk_restore(to, image);
	disk_image_free(image);
}

void disk_set_power(struct disk *disk, bool on)
{
	disk->on = on;
}

/* ---- the disk ---- */

struct disk *disk_create(const char *name, bool standard)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	assert_non_null(disk);
	disk->on = true;
	disk_vfs_init(disk, name);
	assert_int_equal(sqlite3_vfs_register(&disk->vfs, standard), SQLITE_OK);
	return disk;
}

void disk_destroy(struct disk *disk)
{
	if (disk == NULL)
		return;
	assert_int_equal(sqlite3_vfs_unregister(&disk->vfs), SQLITE_OK);
	while (disk->n_entries > 0)
		drop_entry(disk, &disk->entries[0]);
	free(disk);
}

void disk_make_standard(struct disk *disk)
{
	assert_int_equal(sqlite3_vfs_register(&disk->vfs, 1), SQLITE_OK);
}

void disk_seed(struct disk *disk, uint64_t seed)
{
	disk->random.state = seed;
	disk->time = 0;
	sqlite3_randomness(0, NULL); /* what it has drawn in advance */
}

const char *disk_name(const struct disk *disk)
{
	return disk->vfs.zName;
}

uint64_t disk_operations(const struct disk *disk)
{
	return disk->operations;
}

uint64_t disk_writes(const struct disk *disk)
{
	return disk->writes;
}

void disk_set_watch(struct disk *disk, disk_watch *watch, void *self)
{
	disk->watch = watch;
	disk->watch_self = self;
}

void disk_fail(struct disk *disk, enum disk_fault fault, uint64_t nth, bool for_good)
{
	disk->fault = fault;
	disk->countdown = nth;
	disk->for_good = for_good;
	disk->failing = false;
	disk->failed = 0;
}

uint64_t disk_failed(const struct disk *disk)
{
	return disk->failed;
}

void disk_let_lie(struct disk *disk, bool lies)
{
	disk->lies = lies;
}
