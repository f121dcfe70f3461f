/* Whether this is the process that opened the store: the locks SQLite took are that one's alone. */
#include <sys/mman.h>
#include <unistd.h>

#include "sqlite_parts.h"

/*
 * The system clears the page in a child, so that a look at it tells the two apart. Asking for the
 * process id instead is a system call in each step of a transaction; it is what is left where there
 * are no such pages.
 */
static char *make_mark(size_t size)
{
#ifdef MADV_WIPEONFORK
	char *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	if (madvise(page, size, MADV_WIPEONFORK) == 0) {
		*page = 1;
		return page;
	}
	(void)munmap(page, size);
#else
	(void)size;
#endif
	return NULL;
}

void refd_sqlite__process_init(struct refd_sqlite *store)
{
	store->process = getpid();
	store->mark_size = (size_t)sysconf(_SC_PAGESIZE);
	store->mark = make_mark(store->mark_size);
}

void refd_sqlite__process_done(struct refd_sqlite *store)
{
	if (store->mark != NULL)
		(void)munmap(store->mark, store->mark_size);
}

bool refd_sqlite__is_own(const struct refd_sqlite *store)
{
	return store->mark != NULL ? *store->mark != 0 : getpid() == store->process;
}

enum refd_status refd_sqlite__require_own(const struct refd_sqlite *store, struct refd_error *err)
{
	if (refd_sqlite__is_own(store))
		return REFD_OK;
	return refd_error_set(err, REFD_MISUSE,
			      "%s: the handle is of the process before fork(), open one here",
			      store->path);
}
