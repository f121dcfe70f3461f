/* The contract kit over the adapter: kit [PART-OF-A-NAME] */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <refdomain/contract/contract.h>
#include <refdomain/ports/system.h>

#include "lmdb_store.h"

/* LMDB takes one handle per process: the kit's handles share it. */
struct bench {
	char directory[256];
	struct lmdb_store *store;
	size_t handles;
};

static enum refd_status open_directory(struct bench *bench, bool create, struct refd_error *err)
{
	const struct refd_allocator allocator = refd_allocator_libc();
	const struct lmdb_store_options options = { .path = bench->directory,
						    .create = create,
						    .clock = refd_system_clock() };

	return lmdb_store_open(&options, &allocator, &bench->store, err);
}

static enum refd_status create_store(void *self, struct refd_error *err)
{
	const char *tmpdir = getenv("TMPDIR");
	struct bench *bench = self;
	enum refd_status status;

	snprintf(bench->directory, sizeof(bench->directory), "%s/lmdb-kit-XXXXXX",
		 tmpdir ? tmpdir : "/tmp");
	if (!mkdtemp(bench->directory))
		return refd_error_set(err, REFD_UNAVAILABLE, "no temporary directory");
	status = open_directory(bench, true, err);
	if (status == REFD_OK)
		lmdb_store_close(bench->store);
	return status;
}

static enum refd_status open_handle(void *self, struct refd_store *ret, struct refd_error *err)
{
	struct bench *bench = self;
	enum refd_status status = bench->handles == 0 ? open_directory(bench, false, err) : REFD_OK;

	if (status != REFD_OK)
		return status;
	bench->handles++;
	*ret = lmdb_store_port(bench->store);
	return REFD_OK;
}

static void close_handle(void *self, struct refd_store *store)
{
	struct bench *bench = self;

	(void)store;
	if (--bench->handles == 0)
		lmdb_store_close(bench->store);
}

static void destroy_store(void *self)
{
	static const char *const files[] = { "data.mdb", "lock.mdb", "turn" };
	struct bench *bench = self;
	char path[300];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", bench->directory, files[i]);
		unlink(path);
	}
	rmdir(bench->directory);
}

static void report(void *self, const char *name, bool passed, const char *detail)
{
	size_t *cases = self;

	*cases += 1;
	if (!passed)
		printf("FAILED %s: %s\n", name, detail);
}

int main(int argc, char **argv)
{
	struct bench bench = { .store = NULL };
	const struct refd_contract_adapter adapter = {
		.struct_size = sizeof(adapter),
		.name = "lmdb",
		.self = &bench,
		.create = create_store,
		.open = open_handle,
		.close = close_handle,
		.destroy = destroy_store,
		.durable = true,
		.many_processes = true,
	};
	size_t cases = 0;
	size_t failed = refd_contract_run(&adapter, argc > 1 ? argv[1] : NULL, report, &cases);

	printf("%zu passed, %zu failed\n", cases - failed, failed);
	return failed == 0 && cases > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
