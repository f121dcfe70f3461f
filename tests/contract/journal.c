#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <refdomain/adapters/memory.h>
#include <refdomain/ports/system.h>

struct journal_self {
	enum journal_fault fault;
	char path[64], lock[72];
};

struct handle {
	struct journal_self *owner;
	int fd;
	struct refd_memory *memory;
	struct refd_store inner;
	pthread_mutex_t mutex; /* one writer or replay at a time */
	off_t applied;	       /* bytes of the file that the memory store has */
	int commits;
	char *late; /* an entry that is not written yet */
	size_t late_size;
};

struct refd_tx {
	bool writes;
	struct refd_tx *inner;
};

/* An entry of the file: this, then per change one of the next, the state and its texts. */
struct entry {
	uint64_t sum;
	uint64_t size; /* of what follows */
	uint64_t count;
};
struct entry_change {
	enum refd_change_kind kind;
	enum refd_record record;
	int64_t expected;
};

static uint64_t sum_of(const char *bytes, size_t count)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < count; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	return sum;
}

static void pause_a_moment(void)
{
	struct timespec moment = { 0, 1000000 };

	nanosleep(&moment, NULL);
}

static bool is_slice(const struct refd_field *field)
{
	return field->type == REFD_FIELD_SLICE;
}

/* Copies `size` bytes to *at, or only counts them where there is nothing to copy to. */
static void put(char **at, size_t *total, const void *bytes, size_t size)
{
	if (*at && size > 0) {
		memcpy(*at, bytes, size);
		*at += size;
	}
	*total += size;
}

static size_t put_changes(char *at, const struct refd_change *changes, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		const struct refd_layout *layout = refd_record_layout(changes[i].record);
		struct entry_change head = { changes[i].kind, changes[i].record,
					     changes[i].expected_version };

		put(&at, &total, &head, sizeof(head));
		put(&at, &total, changes[i].state, layout->state_size);
		for (size_t f = 0; f < layout->count; f++)
			if (is_slice(&layout->fields[f])) {
				const struct refd_str *text =
					(const void *)((const char *)changes[i].state +
						       layout->fields[f].offset);

				put(&at, &total, text->ptr, text->len);
			}
	}
	return total;
}

static char *make_entry(const struct refd_change *changes, size_t count, size_t *ret_size)
{
	struct entry head = { .size = put_changes(NULL, changes, count), .count = count };
	char *bytes = malloc(sizeof(head) + head.size);

	if (!bytes)
		return NULL;
	put_changes(bytes + sizeof(head), changes, count);
	head.sum = sum_of(bytes + sizeof(head), head.size);
	memcpy(bytes, &head, sizeof(head));
	*ret_size = sizeof(head) + head.size;
	return bytes;
}

static enum refd_status commit_inner(struct handle *handle, const struct refd_change_set *set,
				     struct refd_error *err)
{
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_WRITE,
				    .deadline = 0 };
	struct refd_tx *tx;
	enum refd_status status = handle->inner.ops->begin(handle->inner.self, &begin, &tx, err);

	return status == REFD_OK ? handle->inner.ops->commit(handle->inner.self, tx, set, err)
				 : status;
}

/* The states are copied for alignment, and to point at their texts in the entry. */
static void replay(struct handle *handle, char *bytes, size_t count)
{
	struct refd_change *changes = calloc(count + 1, sizeof(*changes));
	struct refd_change_set set = { changes, count };

	for (size_t i = 0; changes && i < count; i++) {
		const struct refd_layout *layout;
		struct entry_change head;
		char *state;

		memcpy(&head, bytes, sizeof(head));
		layout = refd_record_layout(head.record);
		bytes += sizeof(head);
		state = malloc(layout->state_size);
		if (!state)
			abort();
		memcpy(state, bytes, layout->state_size);
		bytes += layout->state_size;
		for (size_t f = 0; f < layout->count; f++)
			if (is_slice(&layout->fields[f])) {
				struct refd_str *text = (void *)(state + layout->fields[f].offset);

				text->ptr = bytes;
				bytes += text->len;
			}
		changes[i] = (struct refd_change){ head.kind, head.record, state, head.expected };
	}
	(void)commit_inner(handle, &set, NULL);
	for (size_t i = 0; changes && i < count; i++)
		free((void *)changes[i].state);
	free(changes);
}

/* Bring the memory store up to date. A torn entry at the end is not there. */
static void catch_up(struct handle *handle)
{
	struct entry head;

	while (pread(handle->fd, &head, sizeof(head), handle->applied) == (ssize_t)sizeof(head)) {
		char *bytes = malloc(head.size + 1);
		off_t at = handle->applied + (off_t)sizeof(head);
		bool whole = bytes &&
			     pread(handle->fd, bytes, head.size, at) == (ssize_t)head.size &&
			     sum_of(bytes, head.size) == head.sum;

		if (whole)
			replay(handle, bytes, head.count);
		free(bytes);
		if (!whole)
			return;
		handle->applied = at + (off_t)head.size;
	}
}

static bool try_file_lock(struct handle *handle)
{
	int fd;

	if (handle->owner->fault == JOURNAL_NO_LOCK)
		return true;
	if (handle->owner->fault != JOURNAL_STALE_LOCK)
		return flock(handle->fd, LOCK_EX | LOCK_NB) == 0;
	fd = open(handle->owner->lock, O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static void unlock_file(struct handle *handle)
{
	if (handle->owner->fault == JOURNAL_STALE_LOCK)
		(void)unlink(handle->owner->lock);
	else
		(void)flock(handle->fd, LOCK_UN);
}

static bool lock_all(struct handle *handle, int64_t deadline)
{
	struct refd_clock clock = refd_system_clock();

	for (;;) {
		if (pthread_mutex_trylock(&handle->mutex) == 0) {
			if (try_file_lock(handle))
				return true;
			pthread_mutex_unlock(&handle->mutex);
		}
		if (deadline && clock.ops->monotonic(clock.self) >= deadline)
			return false;
		pause_a_moment();
	}
}

static void unlock_all(struct handle *handle)
{
	unlock_file(handle);
	pthread_mutex_unlock(&handle->mutex);
}

static enum refd_status journal_begin(void *self, const struct refd_begin *begin,
				      struct refd_tx **ret, struct refd_error *err)
{
	struct handle *handle = self;
	struct refd_tx *tx = calloc(1, sizeof(*tx));
	struct refd_begin inner = { .struct_size = sizeof(inner),
				    .mode = REFD_TX_READ,
				    .deadline = begin->deadline };
	enum refd_status status;

	if (!tx)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	tx->writes = begin->mode == REFD_TX_WRITE;
	if (tx->writes && !lock_all(handle, begin->deadline)) {
		free(tx);
		return refd_error_set(err, REFD_UNAVAILABLE, "another writer is at work");
	}
	if (!tx->writes)
		pthread_mutex_lock(&handle->mutex);
	catch_up(handle);
	if (!tx->writes)
		pthread_mutex_unlock(&handle->mutex);
	status = handle->inner.ops->begin(handle->inner.self, &inner, &tx->inner, err);
	if (status != REFD_OK) {
		if (tx->writes)
			unlock_all(handle);
		free(tx);
		return status;
	}
	*ret = tx;
	return REFD_OK;
}

static enum refd_status journal_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				     size_t count, refd_row_sink *sink, void *sink_self,
				     struct refd_error *err)
{
	struct handle *handle = self;

	return handle->inner.ops->read(handle->inner.self, tx->inner, reads, count, sink, sink_self,
				       err);
}

static void journal_rollback(void *self, struct refd_tx *tx)
{
	struct handle *handle = self;

	if (!tx)
		return;
	handle->inner.ops->rollback(handle->inner.self, tx->inner);
	if (tx->writes)
		unlock_all(handle);
	free(tx);
}

static bool write_entry(struct handle *handle, const struct refd_change *changes, size_t count)
{
	size_t size = 0;
	char *bytes = make_entry(changes, count, &size);
	bool written = bytes && ftruncate(handle->fd, handle->applied) == 0;

	if (handle->owner->fault == JOURNAL_LATE_WRITE) {
		char *now = handle->late;
		size_t now_size = handle->late_size;

		handle->late = bytes;
		handle->late_size = size;
		bytes = now;
		size = now_size;
		written = true;
	}
	if (handle->owner->fault == JOURNAL_NO_LOCK)
		pause_a_moment();
	written = written &&
		  (size == 0 || pwrite(handle->fd, bytes, size, handle->applied) == (ssize_t)size);
	if (written)
		handle->applied += (off_t)size;
	free(bytes);
	return written;
}

static bool append(struct handle *handle, const struct refd_change_set *set)
{
	size_t first = handle->owner->fault == JOURNAL_HALF_WRITE ? set->count / 2 : 0;

	handle->commits++;
	if (first == 0)
		return write_entry(handle, set->changes, set->count);
	if (!write_entry(handle, set->changes, first))
		return false;
	if (handle->commits == 2)
		(void)kill(getpid(), SIGKILL);
	return write_entry(handle, set->changes + first, set->count - first);
}

/* The memory store says whether the set fits; only then it is written. */
static enum refd_status journal_commit(void *self, struct refd_tx *tx,
				       const struct refd_change_set *changes,
				       struct refd_error *err)
{
	struct handle *handle = self;
	enum refd_status status = REFD_OK;

	handle->inner.ops->rollback(handle->inner.self, tx->inner);
	if (tx->writes) {
		if (changes && changes->count > 0) {
			status = commit_inner(handle, changes, err);
			if (status == REFD_OK && !append(handle, changes))
				status = refd_error_set(err, REFD_UNKNOWN, "the file: %s",
							strerror(errno));
		}
		unlock_all(handle);
	}
	free(tx);
	return status;
}

static enum refd_status create(void *self, struct refd_error *err)
{
	struct journal_self *journal = self;
	int fd;

	snprintf(journal->path, sizeof(journal->path), "/tmp/refdomain-journal-XXXXXX");
	fd = mkstemp(journal->path);
	if (fd < 0)
		return refd_error_set(err, REFD_UNAVAILABLE, "no file: %s", strerror(errno));
	close(fd);
	snprintf(journal->lock, sizeof(journal->lock), "%s.lock", journal->path);
	return REFD_OK;
}

static enum refd_status open_handle(void *self, struct refd_store *ret, struct refd_error *err)
{
	static const struct refd_store_ops ops = {
		.struct_size = sizeof(ops),
		.begin = journal_begin,
		.read = journal_read,
		.commit = journal_commit,
		.rollback = journal_rollback,
	};
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_clock clock = refd_system_clock();
	struct journal_self *journal = self;
	struct handle *handle = calloc(1, sizeof(*handle));

	if (!handle || refd_memory_create(&allocator, &clock, &handle->memory, err) != REFD_OK) {
		free(handle);
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	}
	handle->owner = journal;
	handle->inner = refd_memory_store(handle->memory);
	handle->fd = open(journal->path, O_RDWR | O_CLOEXEC);
	pthread_mutex_init(&handle->mutex, NULL);
	*ret = (struct refd_store){ &ops, handle };
	return handle->fd < 0 ? refd_error_set(err, REFD_UNAVAILABLE, "no file") : REFD_OK;
}

static void close_handle(void *self, struct refd_store *store)
{
	struct handle *handle = store->self;

	(void)self;
	pthread_mutex_destroy(&handle->mutex);
	refd_memory_destroy(handle->memory);
	close(handle->fd);
	free(handle->late);
	free(handle);
}

static void destroy(void *self)
{
	struct journal_self *journal = self;

	(void)unlink(journal->path);
	(void)unlink(journal->lock);
}

bool journal_adapter_make_faulty(struct refd_contract_adapter *ret, enum journal_fault fault)
{
	struct journal_self *self = calloc(1, sizeof(*self));

	*ret = (struct refd_contract_adapter){
		.struct_size = sizeof(*ret),
		.name = "journal",
		.self = self,
		.create = create,
		.open = open_handle,
		.close = close_handle,
		.destroy = destroy,
		.durable = true,
		.many_processes = true,
	};
	if (self)
		self->fault = fault;
	return self != NULL;
}

bool journal_adapter_make(struct refd_contract_adapter *ret)
{
	return journal_adapter_make_faulty(ret, JOURNAL_SOUND);
}

void journal_adapter_done(struct refd_contract_adapter *adapter)
{
	free(adapter->self);
}
