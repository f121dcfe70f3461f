/* Events, notices and accepted commands. */
#include "app/reading.h"
#include "base/digest.h"

#define CHUNK 64 /* notices whose recipients are found at once */

/* ---- events and commands: straight from the index ---- */

struct log_list {
	struct refd__pager pager;
	refd_event_sink *events;
	refd_command_sink *commands;
	void *self;
	struct refd_range range; /* where the index does not know it */
	struct refd_str name;	 /* of commands */
	bool by_version;
	bool ended;
};

static bool room(struct log_list *list, const struct refd_position *position)
{
	if (!refd__pager_room(&list->pager)) {
		list->ended = true;
		return false;
	}
	refd__pager_note(&list->pager, position);
	return true;
}

static enum refd_status take_event(void *self, size_t read, enum refd_record record,
				   const void *state)
{
	struct log_list *list = self;
	const struct refd_event_state *event = state;
	struct refd_position position = { .id = event->id.uuid };

	(void)read;
	(void)record;
	if (!refd_range_holds(list->range, event->occurred_at))
		return REFD_OK;
	if (list->by_version)
		position.number = event->version;
	else
		position.time = event->occurred_at;
	return room(list, &position) ? list->events(list->self, event) : REFD_REFUSED;
}

/* "fixture.move" is called "fixture.move", and "fixture". */
static bool is_called(struct refd_str name, struct refd_str wanted)
{
	const struct refd_str begin = { name.ptr, wanted.len };

	return wanted.len == 0 || refd_str_equal(name, wanted) ||
	       (name.len > wanted.len && name.ptr[wanted.len] == '.' &&
		refd_str_equal(begin, wanted));
}

static enum refd_status take_command(void *self, size_t read, enum refd_record record,
				     const void *state)
{
	struct log_list *list = self;
	const struct refd_command_state *command = state;
	struct refd_position position = { .time = command->accepted_at, .id = command->id.uuid };

	(void)read;
	(void)record;
	if (!is_called(command->name, list->name))
		return REFD_OK;
	return room(list, &position) ? list->commands(list->self, command) : REFD_REFUSED;
}

static bool has_range(struct refd_range range)
{
	return range.from.us != 0 || range.to.us != 0;
}

static enum refd_status list_log(const struct refd_app *app, struct refd_read *read,
				 refd_row_sink *take, struct log_list *list,
				 const struct refd_page *page, struct refd_page_key *ret_next,
				 struct refd_error *err)
{
	const int64_t numbers[] = { read->record, read->index, list->range.from.us,
				    list->range.to.us, read->n_keys ? read->keys[0].number : 0 };
	struct refd__reading reading;
	struct refd__digest query;
	enum refd_status st = refd__check_list(read->record, list->range, 0, err);

	if (st == REFD_OK)
		st = refd__reading_begin(app, true, &reading, err);
	if (st != REFD_OK)
		return st;
	refd__digest_init(&query);
	refd__digest_add(&query, numbers, sizeof(numbers));
	if (read->n_keys > 0)
		refd__digest_add(&query, &read->keys[0].a, sizeof(read->keys[0].a));
	refd__digest_add(&query, list->name.ptr, list->name.len);
	st = refd__pager_init(&list->pager, &reading.arena, page, &query, err);
	if (st == REFD_OK) {
		read->after = list->pager.after;
		read->limit = refd__pager_ask(&list->pager,
					      (list->by_version && has_range(list->range)) ||
						      list->name.len > 0);
		st = refd__reading_run(&reading, read, 1, take, list, err);
	}
	if (list->ended)
		st = REFD_OK;
	if (st == REFD_OK)
		refd__pager_next(&list->pager, ret_next);
	refd__reading_end(&reading);
	return st;
}

enum refd_status refd_query_events(const struct refd_app *app, struct refd_ref aggregate,
				   struct refd_range range, const struct refd_page *page,
				   refd_event_sink *sink, void *self,
				   struct refd_page_key *ret_next, struct refd_error *err)
{
	struct refd_key key = { .a = aggregate.id, .number = aggregate.noun };
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_EVENT,
				  .index = REFD_INDEX_ALL,
				  .range = range };
	struct log_list list = { .events = sink, .self = self, .range = range };

	if (!refd_uuid_is_unset(aggregate.id)) {
		read.index = REFD_INDEX_AGGREGATE;
		read.keys = &key;
		read.n_keys = 1;
		read.range = (struct refd_range){ { 0 }, { 0 } };
		list.by_version = true;
	}
	return list_log(app, &read, take_event, &list, page, ret_next, err);
}

enum refd_status refd_query_commands(const struct refd_app *app,
				     const struct refd_command_filter *filter,
				     const struct refd_page *page, refd_command_sink *sink,
				     void *self, struct refd_page_key *ret_next,
				     struct refd_error *err)
{
	static const struct refd_command_filter all;
	struct log_list list = { .commands = sink, .self = self };
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_COMMAND,
				  .index = REFD_INDEX_ALL };

	if (filter == NULL)
		filter = &all;
	list.name = filter->name;
	list.range = read.range = filter->range;
	return list_log(app, &read, take_command, &list, page, ret_next, err);
}

/* ---- notices with their recipients ---- */

struct notice_list {
	struct refd__reading *reading;
	struct refd__pager pager;
	enum refd_notice_status status;
	bool by_due;
	refd_notice_sink *sink;
	void *self;
	struct refd_notice_state rows[CHUNK];
	size_t n_rows;
	struct refd_error *err;
	bool ended;
	struct refd_referee_state recipient; /* of the next row, where the store delivers it */
};

static enum refd_status collect(void *self, size_t read, enum refd_record record, const void *state)
{
	struct notice_list *list = self;

	(void)read;
	(void)record;
	if (list->n_rows == CHUNK)
		return refd__not_asked_for(list->err);
	list->rows[list->n_rows++] = *(const struct refd_notice_state *)state;
	return REFD_OK;
}

static struct refd_position position_of(const struct notice_list *list,
					const struct refd_notice_state *notice)
{
	return (struct refd_position){ .time = list->by_due ? notice->due : notice->created_at,
				       .id = notice->id.uuid };
}

static enum refd_status deliver_notice(struct notice_list *list,
				       const struct refd_notice_state *notice,
				       const struct refd_referee_state *recipient)
{
	const struct refd_position position = position_of(list, notice);

	if (list->status != (enum refd_notice_status)0 && notice->status != list->status)
		return REFD_OK;
	list->ended = !refd__pager_room(&list->pager);
	if (list->ended)
		return REFD_OK;
	refd__pager_note(&list->pager, &position);
	return list->sink(list->self, notice, recipient);
}

static enum refd_status take(void *self, size_t read, enum refd_record record, const void *state)
{
	struct notice_list *list = self;
	enum refd_status st;

	(void)read;
	if (record == REFD_RECORD_REFEREE) {
		list->recipient = *(const struct refd_referee_state *)state;
		return REFD_OK;
	}
	st = deliver_notice(list, state, &list->recipient);
	return st == REFD_OK && list->ended ? REFD_REFUSED : st; /* ends the read */
}

/* In one read, where the store delivers the recipients itself. */
static enum refd_status run_joined(struct notice_list *list, struct refd_read *read,
				   struct refd_error *err)
{
	const bool filtered = list->status != (enum refd_notice_status)0 && !list->by_due;
	enum refd_status st;

	read->kind = REFD_READ_PARENTS;
	read->limit = refd__pager_ask(&list->pager, filtered);
	st = refd__reading_run(list->reading, read, 1, take, list, err);
	return list->ended ? REFD_OK : st;
}

static enum refd_status deliver_chunk(struct notice_list *list, struct refd_error *err)
{
	struct refd_uuid ids[CHUNK];
	struct refd__finds finds;
	enum refd_status st;
	size_t i;

	refd__finds_init(&finds, list->reading);
	for (i = 0; i < list->n_rows; i++)
		ids[i] = list->rows[i].recipient.uuid;
	st = refd__finds_load(&finds, REFD_RECORD_REFEREE, ids, list->n_rows, err);
	for (i = 0; i < list->n_rows && st == REFD_OK && !list->ended; i++) {
		const struct refd_notice_state *notice = &list->rows[i];
		const struct refd_referee_state *recipient =
			refd__finds_get(&finds, REFD_RECORD_REFEREE, notice->recipient.uuid);

		if (recipient == NULL)
			return refd_error_object(err, REFD_CORRUPT, REFD_NOUN_NOTICE,
						 notice->id.uuid, "a notice lacks its recipient");
		st = deliver_notice(list, notice, recipient);
	}
	return st;
}

static enum refd_status run_notices(struct notice_list *list, struct refd_read *read,
				    const struct refd_page *page, struct refd_error *err)
{
	const int64_t numbers[] = { REFD_RECORD_NOTICE, read->index, list->status };
	struct refd__digest query;
	enum refd_status st;

	refd__digest_init(&query);
	refd__digest_add(&query, numbers, sizeof(numbers));
	if (read->n_keys > 0)
		refd__digest_add(&query, &read->keys[0].a, sizeof(read->keys[0].a));
	st = refd__pager_init(&list->pager, &list->reading->arena, page, &query, err);
	read->after = list->pager.after;
	if (st == REFD_OK && refd__reads(list->reading->app, REFD_READ_PARENTS))
		return run_joined(list, read, err);
	read->limit = CHUNK;
	while (st == REFD_OK && !list->ended) {
		list->n_rows = 0;
		st = refd__reading_run(list->reading, read, 1, collect, list, err);
		if (st != REFD_OK || list->n_rows == 0)
			break;
		st = deliver_chunk(list, err);
		read->after = position_of(list, &list->rows[list->n_rows - 1]);
		if (list->n_rows < CHUNK)
			break;
	}
	return st;
}

enum refd_status refd_query_notices(const struct refd_app *app, enum refd_notice_status status,
				    struct refd_referee_id recipient, const struct refd_page *page,
				    refd_notice_sink *sink, void *self,
				    struct refd_page_key *ret_next, struct refd_error *err)
{
	struct refd_key key = { .a = recipient.uuid, .number = status };
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_NOTICE,
				  .index = REFD_INDEX_ALL };
	struct notice_list list = { .status = status, .sink = sink, .self = self, .err = err };
	struct refd__reading reading;
	enum refd_status st = refd__check_list(REFD_RECORD_NOTICE,
					       (struct refd_range){ { 0 }, { 0 } }, status, err);

	if (st == REFD_OK)
		st = refd__reading_begin(app, refd__reads(app, REFD_READ_PARENTS), &reading, err);
	if (st != REFD_OK)
		return st;
	if (!refd_uuid_is_unset(recipient.uuid))
		read.index = REFD_INDEX_RECIPIENT;
	else if (status != (enum refd_notice_status)0)
		read.index = REFD_INDEX_STATUS;
	read.n_keys = read.index == REFD_INDEX_ALL ? 0 : 1;
	read.keys = read.n_keys > 0 ? &key : NULL;
	list.by_due = read.index == REFD_INDEX_STATUS;
	list.reading = &reading;
	st = run_notices(&list, &read, page, err);
	if (st == REFD_OK)
		refd__pager_next(&list.pager, ret_next);
	refd__reading_end(&reading);
	return st;
}
