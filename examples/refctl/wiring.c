#include "wiring.h"

#include <stdlib.h>
#include <string.h>

#include <refdomain/adapters/json.h>
#include <refdomain/adapters/memory.h>
#ifdef WITH_POSTGRES
#include <refdomain/adapters/postgres.h>
#endif
#include <refdomain/adapters/spool.h>
#include <refdomain/adapters/sqlite.h>

struct wiring {
	char *store_name;
	char *shown_name; /* without a password */
	struct refd_allocator allocator;
	struct refd_clock clock;
	struct refd_time now; /* what the fixed clock shows */
	struct refd_clock system;
	struct refd_random random;
	struct refd_memory *memory;
	struct refd_sqlite *sqlite;
	struct refd_postgres *postgres;
	struct refd_tzdata *tzdata;
	struct refd_spool *spool;
	struct refd_app *app;
};

/* The wall clock of --now stands still; deadlines go on with the system's. */
static struct refd_time fixed_now(void *self)
{
	return ((const struct wiring *)self)->now;
}

static int64_t running_monotonic(void *self)
{
	const struct refd_clock *system = &((struct wiring *)self)->system;

	return system->ops->monotonic(system->self);
}

static const struct refd_clock_ops fixed_clock = { .struct_size = sizeof(fixed_clock),
						   .now = fixed_now,
						   .monotonic = running_monotonic };

static enum refd_status open_sqlite(struct wiring *w, const char *path, bool create,
				    struct refd_store *ret, struct refd_error *err)
{
	struct refd_sqlite_options options = { .struct_size = sizeof(options),
					       .path = path,
					       .create = create,
					       .clock = w->clock,
					       .sleep = refd_system_sleep(),
					       .random = w->random };
	enum refd_status st = refd_sqlite_open(&options, &w->allocator, &w->sqlite, err);

	if (st == REFD_OK)
		*ret = refd_sqlite_store(w->sqlite);
	else if (st == REFD_NOT_FOUND)
		refd_error_set(err, st,
			       create ? "%s: there is no such folder"
				      : "%s: there is no store, refctl db init makes one",
			       path);
	else if (st == REFD_DENIED)
		refd_error_set(err, st,
			       "%s: the file has to be readable, and its folder writable for what "
			       "SQLite keeps beside it",
			       path);
	return st;
}

#ifdef WITH_POSTGRES
/* What follows '#' is ours, the schema; the rest is libpq's. */
static enum refd_status open_postgres(struct wiring *w, bool create, struct refd_store *ret,
				      struct refd_error *err)
{
	const char *schema = strchr(w->store_name, '#');
	char *url = strdup(w->store_name);
	struct refd_postgres_options options = { .struct_size = sizeof(options),
						 .url = url,
						 .schema = schema ? schema + 1 : NULL,
						 .create = create,
						 .clock = w->clock,
						 .sleep = refd_system_sleep() };
	enum refd_status st;

	if (!url)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	url[strcspn(url, "#")] = '\0';
	st = refd_postgres_open(&options, &w->allocator, &w->postgres, err);
	free(url);
	if (st == REFD_OK)
		*ret = refd_postgres_store(w->postgres);
	return st;
}
#else
static enum refd_status open_postgres(struct wiring *w, bool create, struct refd_store *ret,
				      struct refd_error *err)
{
	(void)w;
	(void)create;
	(void)ret;
	return refd_error_set(err, REFD_UNSUPPORTED, "this refctl was built without PostgreSQL");
}
#endif

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0 && text[strlen(with)];
}

static enum refd_status open_store(struct wiring *w, const struct wiring_options *options,
				   struct refd_store *ret, struct refd_error *err)
{
	static const char sqlite[] = "sqlite:";
	enum refd_status st;

	if (begins(w->store_name, sqlite))
		return open_sqlite(w, w->store_name + strlen(sqlite), options->create, ret, err);
	if (begins(w->store_name, "postgresql://") || begins(w->store_name, "postgres://"))
		return open_postgres(w, options->create, ret, err);
	if (strcmp(w->store_name, "memory:") != 0)
		return refd_error_set(
			err, REFD_INVALID,
			"--db %s: must be sqlite:PATH, postgresql://..., or memory: for a "
			"trial run",
			w->shown_name);
	st = refd_memory_create(&w->allocator, &w->clock, &w->memory, err);
	if (st == REFD_OK)
		*ret = refd_memory_store(w->memory);
	return st;
}

static enum refd_status open_spool(struct wiring *w, const struct wiring_options *options,
				   struct refd_notifier *ret, struct refd_error *err)
{
	struct refd_spool_options spool = { .struct_size = sizeof(spool),
					    .directory = options->spool,
					    .format = options->eml ? REFD_SPOOL_EML
								   : REFD_SPOOL_JSON };
	enum refd_status st;

	if (!options->spool)
		return REFD_OK;
	st = refd_spool_create(&w->allocator, &spool, &w->spool, err);
	if (st == REFD_OK)
		*ret = refd_spool_notifier(w->spool);
	return st;
}

static enum refd_status open_app(struct wiring *w, const struct wiring_options *options,
				 struct refd_error *err)
{
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .allocator = w->allocator,
				    .clock = w->clock,
				    .random = w->random,
				    .ids = refd_uuid7_source(&w->random),
				    .sleep = refd_system_sleep(),
				    .codec = refd_json_codec() };
	enum refd_status st = open_store(w, options, &ports.store, err);

	if (st == REFD_OK)
		st = refd_tzdata_create(&w->allocator, NULL, &w->tzdata, err);
	if (st == REFD_OK)
		st = open_spool(w, options, &ports.notifier, err);
	if (st != REFD_OK)
		return st;
	ports.timezone = refd_tzdata_timezone(w->tzdata);
	return refd_app_create(&ports, &w->app, err);
}

/* What is between "user:" and "@", and what follows "password=". To be freed. */
static char *without_password(const char *name)
{
	char *text = strdup(name);
	char *authority = text ? strstr(text, "://") : NULL;
	char *at, *colon, *parameter;

	if (!authority)
		return text;
	authority += 3;
	at = authority + strcspn(authority, "/?#");
	while (at > authority && *at != '@')
		at--;
	colon = authority + strcspn(authority, ":@");
	if (*at == '@' && *colon == ':' && colon < at)
		memmove(colon, at, strlen(at) + 1);
	parameter = strstr(authority, "password=");
	if (parameter) {
		parameter += strlen("password=");
		at = parameter + strcspn(parameter, "&#");
		memmove(parameter, at, strlen(at) + 1);
	}
	return text;
}

enum refd_status wiring_open(const struct wiring_options *options, struct wiring **ret,
			     struct refd_error *err)
{
	struct wiring *w = calloc(1, sizeof(*w));
	enum refd_status st;

	if (!w)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	w->store_name = strdup(options->store);
	w->shown_name = without_password(options->store);
	w->allocator = refd_allocator_libc();
	w->system = refd_system_clock();
	w->random = refd_system_random();
	w->now = options->now;
	w->clock = w->system;
	if (!refd_time_is_unset(options->now))
		w->clock = (struct refd_clock){ &fixed_clock, w };
	st = w->store_name && w->shown_name ? open_app(w, options, err)
					    : refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	if (st == REFD_OK)
		*ret = w;
	else
		wiring_close(w);
	return st;
}

void wiring_close(struct wiring *wiring)
{
	if (!wiring)
		return;
	refd_app_destroy(wiring->app);
	refd_spool_destroy(wiring->spool);
	refd_memory_destroy(wiring->memory);
	refd_sqlite_close(wiring->sqlite);
#ifdef WITH_POSTGRES
	refd_postgres_close(wiring->postgres);
#endif
	refd_tzdata_destroy(wiring->tzdata);
	free(wiring->store_name);
	free(wiring->shown_name);
	free(wiring);
}

const struct refd_app *wiring_app(const struct wiring *wiring)
{
	return wiring->app;
}

const char *wiring_store_name(const struct wiring *wiring)
{
	return wiring->shown_name;
}

enum refd_status wiring_check(struct wiring *wiring, struct refd_error *err)
{
#ifdef WITH_POSTGRES
	if (wiring->postgres)
		return refd_postgres_check(wiring->postgres, err);
#endif
	return wiring->sqlite ? refd_sqlite_check(wiring->sqlite, err) : REFD_OK;
}

enum refd_status wiring_backup(struct wiring *wiring, const char *path, bool replace,
			       struct refd_error *err)
{
	const char *schema = strchr(wiring->shown_name, '#');

	if (wiring->sqlite)
		return refd_sqlite_backup(wiring->sqlite, path, replace, err);
	if (wiring->postgres)
		return refd_error_set(err, REFD_UNSUPPORTED,
				      "PostgreSQL makes its own backups: pg_dump --schema=%s "
				      "--format=custom --file=%s '%.*s'",
				      schema && schema[1] ? schema + 1 : "refdomain", path,
				      (int)strcspn(wiring->shown_name, "#"), wiring->shown_name);
	return refd_error_set(err, REFD_UNSUPPORTED,
			      "a trial store is gone afterwards, and so "
			      "has no backups");
}

struct refd_time wiring_now(const struct wiring *wiring)
{
	return wiring->clock.ops->now(wiring->clock.self);
}

enum refd_status wiring_figures(struct wiring *wiring, wiring_figure *figure, void *self,
				struct refd_error *err)
{
#ifdef WITH_POSTGRES
	if (wiring->postgres)
		return refd_postgres_stats(wiring->postgres, figure, self, err);
#endif
	return wiring->sqlite ? refd_sqlite_stats(wiring->sqlite, figure, self, err) : REFD_OK;
}

struct refd_tzdata *wiring_tzdata(const struct wiring *wiring)
{
	return wiring->tzdata;
}
