#include <refdomain/contract/contract.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kit.h"

typedef struct refd_contract__cases cases_of(void);

static cases_of *const groups[] = {
	refd_contract__version_cases, refd_contract__key_cases,	      refd_contract__find_cases,
	refd_contract__range_cases,   refd_contract__parents_cases,   refd_contract__card_cases,
	refd_contract__record_cases,  refd_contract__isolation_cases, refd_contract__guard_cases,
	refd_contract__process_cases, refd_contract__command_cases,   refd_contract__unit_cases,
	refd_contract__facts_cases,   refd_contract__answer_cases,
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static const struct refd_contract__case *case_at(size_t index)
{
	for (size_t i = 0; i < GROUPS; i++) {
		struct refd_contract__cases of = groups[i]();

		if (index < of.count)
			return &of.cases[index];
		index -= of.count;
	}
	return NULL;
}

size_t refd_contract_count(void)
{
	size_t count = 0;

	for (size_t i = 0; i < GROUPS; i++)
		count += groups[i]().count;
	return count;
}

const char *refd_contract_name(size_t index)
{
	const struct refd_contract__case *found = case_at(index);

	return found ? found->name : NULL;
}

bool refd_contract__failed(struct refd_contract__kit *kit)
{
	bool failed;

	pthread_mutex_lock(&kit->mutex);
	failed = kit->failed;
	pthread_mutex_unlock(&kit->mutex);
	return failed;
}

static void fail_with(struct refd_contract__kit *kit, const char *format, va_list args)
{
	pthread_mutex_lock(&kit->mutex);
	if (!kit->failed)
		vsnprintf(kit->detail, sizeof(kit->detail), format, args);
	kit->failed = true;
	pthread_cond_broadcast(&kit->changed);
	pthread_mutex_unlock(&kit->mutex);
}

void refd_contract__fail(struct refd_contract__kit *kit, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_with(kit, format, args);
	va_end(args);
}

void refd_contract__check(struct refd_contract__kit *kit, bool holds, const char *format, ...)
{
	va_list args;

	if (holds)
		return;
	va_start(args, format);
	fail_with(kit, format, args);
	va_end(args);
}

static bool kit_init(struct refd_contract__kit *kit, const struct refd_contract_adapter *adapter)
{
	pthread_condattr_t attr;
	bool ok;

	memset(kit, 0, sizeof(*kit));
	kit->adapter = adapter;
	kit->seed = UINT64_C(0x5eed);
	kit->patience = adapter->patience ? adapter->patience : 10 * REFD_SECOND;
	if (pthread_mutex_init(&kit->mutex, NULL) != 0)
		return false;
	ok = pthread_condattr_init(&attr) == 0;
	if (ok) {
		ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
		     pthread_cond_init(&kit->changed, &attr) == 0;
		pthread_condattr_destroy(&attr);
	}
	if (!ok)
		pthread_mutex_destroy(&kit->mutex);
	return ok;
}

static void kit_done(struct refd_contract__kit *kit)
{
	pthread_cond_destroy(&kit->changed);
	pthread_mutex_destroy(&kit->mutex);
}

/* Threads first: they may hold what others wait for, but never the other way round for long. */
static void leave_all(struct refd_contract__kit *kit)
{
	for (size_t i = 0; i < REFD_CONTRACT__ACTORS; i++)
		if (kit->actors[i].running)
			refd_contract__join(&kit->actors[i]);
	for (size_t i = 0; i < REFD_CONTRACT__ACTORS; i++)
		refd_contract__leave(&kit->actors[i]);
}

static void run_case(struct refd_contract__kit *kit, const struct refd_contract__case *run)
{
	const struct refd_contract_adapter *adapter = kit->adapter;
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status status = adapter->create(adapter->self, &err);

	if (status != REFD_OK) {
		refd_contract__fail(kit, "create answered %s: %s", refd_status_name(status),
				    err.message);
		return;
	}
	run->run(kit, run->arg);
	leave_all(kit);
	adapter->destroy(adapter->self);
}

/* What a store of the adapter reads itself; one that cannot be opened fails the cases. */
static unsigned natives(const struct refd_contract_adapter *adapter)
{
	struct refd_store store = { NULL, NULL };
	unsigned native = 0;

	if (adapter->create(adapter->self, NULL) != REFD_OK)
		return 0;
	if (adapter->open(adapter->self, &store, NULL) == REFD_OK) {
		if (store.ops->reads_native & (UINT32_C(1) << REFD_READ_CARDS))
			native |= REFD_CONTRACT__CARDS;
		if (store.ops->reads_native & (UINT32_C(1) << REFD_READ_FACTS))
			native |= REFD_CONTRACT__FACTS;
		if (store.ops->reads_native & (UINT32_C(1) << REFD_READ_PARENTS))
			native |= REFD_CONTRACT__PARENTS;
		adapter->close(adapter->self, &store);
	}
	adapter->destroy(adapter->self);
	return native;
}

static unsigned claims(const struct refd_contract_adapter *adapter)
{
	return (adapter->durable ? REFD_CONTRACT__DURABLE : 0U) |
	       (adapter->many_processes ? REFD_CONTRACT__PROCESSES : 0U) | natives(adapter);
}

static bool wanted(const struct refd_contract__case *run, unsigned claimed, const char *only)
{
	return (run->needs & ~claimed) == 0 && (!only || strstr(run->name, only));
}

size_t refd_contract_run(const struct refd_contract_adapter *adapter, const char *only,
			 refd_contract_report *report, void *report_self)
{
	const unsigned claimed = claims(adapter);
	size_t count = refd_contract_count(), failures = 0;
	struct refd_contract__kit kit;

	for (size_t i = 0; i < count; i++) {
		const struct refd_contract__case *run = case_at(i);

		if (!wanted(run, claimed, only))
			continue;
		if (!kit_init(&kit, adapter)) {
			report(report_self, run->name, false, "the system has no lock to give");
			failures++;
			continue;
		}
		run_case(&kit, run);
		report(report_self, run->name, !kit.failed, kit.failed ? kit.detail : NULL);
		failures += kit.failed;
		kit_done(&kit);
	}
	return failures;
}
