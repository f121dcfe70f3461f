#include "dto.h"
#include "input.h"
#include "list.h"

static const char *const columns[] = {
	"TIME", "ACTOR", "COMMAND", "ANSWER", "AFFECTED", "ID", NULL
};

/* The objects of the answer: "fixture 0198... version 3". */
static void list_results(const struct refd_command_state *command, char *ret, size_t size)
{
	struct command_item items[REFD_RESULT_MAX];
	size_t count = command_items(command, items), len = 0;

	*ret = '\0';
	for (size_t i = 0; i < count && len < size; i++) {
		char id[REFD_UUID_TEXT + 1];

		len += (size_t)snprintf(ret + len, size - len, "%s%s %s version %lld",
					i ? ", " : "", refd_noun_word(items[i].noun),
					refd_uuid_format(items[i].id, id),
					(long long)items[i].version);
	}
}

static enum refd_status put_row(void *self, const struct refd_command_state *command)
{
	struct output *out = self;
	char results[512];

	if (out->json) {
		output_object(out, command_json(command));
		return REFD_OK;
	}
	list_results(command, results, sizeof(results));
	output_row(out);
	output_time(out, command->accepted_at);
	output_str(out, command->actor);
	output_str(out, command->name);
	output_word(out, results);
	output_number(out, command->affected);
	output_id(out, command->id.uuid);
	return REFD_OK;
}

enum refd_status cmd_command_list(struct refctl *ctl)
{
	struct refd_command_filter filter = { 0 };
	struct refd_time before = { 0 };
	struct list list;
	enum refd_status st;

	input_text(ctl, OPT_COMMAND_KIND, &filter.name);
	input_range(ctl, &filter.range);
	input_age(ctl, OPT_AGE, &before);
	if (!refd_time_is_unset(before) &&
	    (refd_time_is_unset(filter.range.to) || before.us < filter.range.to.us))
		filter.range.to = before;
	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_commands(ctl->app, &filter, &list.page, put_row, &list.out,
					 &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}
