#include "input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wiring.h"

/* The message is that of the first, as the library does it. */
static void collect(struct refctl *ctl, const struct refd_violation *violation)
{
	struct refd_error *err = &ctl->err;

	refd_error_add(err, violation);
	if (err->total == 1)
		refd_error_set(err, REFD_INVALID, "%s", err->violations[0].message);
	else
		refd_error_set(err, REFD_INVALID, "%s (and %u more)", err->violations[0].message,
			       (unsigned)err->total - 1);
}

static void malformed(struct refctl *ctl, enum option option, const char *message)
{
	struct refd_violation violation = { .rule = REFD_RULE_TEXT_MALFORMED };
	const char *name = option_table[option].name;

	snprintf(violation.field, sizeof(violation.field), "%s", name);
	snprintf(violation.message, sizeof(violation.message), "--%s %s", name, message);
	collect(ctl, &violation);
}

void input_correction(struct refctl *ctl)
{
	const struct command *c = ctl->args->command;
	struct refd_violation violation = { .rule = REFD_RULE_REQUIRED };

	for (size_t n = 0; command_option(c, n) != OPT_COMMAND_ID; n++)
		if (args_has(ctl->args, command_option(c, n)))
			return;
	snprintf(violation.message, sizeof(violation.message),
		 "nothing to correct: see refctl %s %s --help", c->noun, c->verb);
	collect(ctl, &violation);
}

enum refd_status input_status(const struct refctl *ctl)
{
	return ctl->err.total > 0 ? REFD_INVALID : REFD_OK;
}

/* What the parsers answer is kept in ctl->err; input_status() asks for it. */
static void collected(enum refd_status status)
{
	(void)status;
}

void input_id(struct refctl *ctl, enum option option, struct refd_uuid *ret)
{
	const char *text = args_value(ctl->args, option);

	if (text)
		collected(refd_uuid_parse(refd_str_of(text), option_table[option].name, ret,
					  &ctl->err));
}

void input_object(struct refctl *ctl, const char *noun, struct refd_uuid *ret)
{
	collected(refd_uuid_parse(refd_str_of(ctl->args->words[0]), noun, ret, &ctl->err));
}

void input_time(struct refctl *ctl, enum option option, struct refd_time *ret)
{
	const char *text = args_value(ctl->args, option);

	if (text)
		collected(refd_time_parse(refd_str_of(text), option_table[option].name, ret,
					  &ctl->err));
}

void input_age(struct refctl *ctl, enum option option, struct refd_time *ret)
{
	static const struct {
		char unit;
		int64_t length;
	} units[] = { { 'h', REFD_HOUR }, { 'd', REFD_DAY }, { 'w', 7 * REFD_DAY } };
	const char *text = args_value(ctl->args, option);
	char *end = NULL;
	long count;

	if (!text)
		return;
	errno = 0;
	count = strtol(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*text >= '0' && *text <= '9' && !errno && count > 0 && count < 100000 &&
		    end[0] == units[i].unit && !end[1]) {
			ret->us = wiring_now(ctl->wiring).us - count * units[i].length;
			return;
		}
	malformed(ctl, option, "must be a number of hours, days or weeks, as in 48h, 90d or 12w");
}

void input_range(struct refctl *ctl, struct refd_range *ret)
{
	input_time(ctl, OPT_FROM, &ret->from);
	input_time(ctl, OPT_TO, &ret->to);
}

void input_text(struct refctl *ctl, enum option option, struct refd_str *ret)
{
	const char *text = args_value(ctl->args, option);

	if (text)
		*ret = refd_str_of(text);
}

int word_value(const char *const *words, struct refd_str text)
{
	for (int i = 1; words[i]; i++)
		if (strlen(words[i]) == text.len && strncasecmp(words[i], text.ptr, text.len) == 0)
			return i;
	return 0;
}

/* The words of an argument with a bar between them, as they are told to people. */
static void list_words(const char *argument, char *ret, size_t size)
{
	struct refd_str word;
	bool literal;
	size_t len = 0;

	while ((argument = option_word(argument, &word, &literal)) != NULL && len < size)
		len += (size_t)snprintf(ret + len, size - len, "%s%.*s",
					len == 0    ? ""
					: *argument ? ", "
						    : " or ",
					(int)word.len, word.ptr);
}

int input_choice(struct refctl *ctl, enum option option)
{
	const char *text = args_value(ctl->args, option), *at = option_table[option].argument;
	char words[REFD_MESSAGE_BYTES + 1], message[REFD_MESSAGE_BYTES + 1];
	struct refd_str word;
	bool literal;

	if (!text)
		return 0;
	for (int value = 1; (at = option_word(at, &word, &literal)) != NULL; value++)
		if (literal && strlen(text) == word.len &&
		    strncasecmp(text, word.ptr, word.len) == 0)
			return value;
	list_words(option_table[option].argument, words, sizeof(words));
	snprintf(message, sizeof(message), "must be %.*s", (int)sizeof(message) - 10, words);
	malformed(ctl, option, message);
	return 0;
}

void input_role(struct refctl *ctl, enum refd_role *ret)
{
	int role = input_choice(ctl, OPT_ROLE);

	if (role)
		*ret = (enum refd_role)role;
}

void input_coordinates(struct refctl *ctl, struct refd_coordinates *ret)
{
	struct refd_str latitude = { 0 }, longitude = { 0 };

	input_text(ctl, OPT_LATITUDE, &latitude);
	input_text(ctl, OPT_LONGITUDE, &longitude);
	if (latitude.ptr || longitude.ptr)
		collected(refd_coordinates_parse(latitude, longitude, ret, &ctl->err));
}

void input_number(struct refctl *ctl, enum option option, long long *ret)
{
	const char *text = args_value(ctl->args, option), *range = option_table[option].range;
	char message[REFD_MESSAGE_BYTES + 1];
	char *end = NULL;
	long long least = strtoll(range, &end, 10), most = INT64_MAX, value;

	if (!text)
		return;
	if (end[strspn(end, ".")])
		most = strtoll(end + strspn(end, "."), NULL, 10);
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && value >= least && value <= most) {
		*ret = value;
		return;
	}
	snprintf(message, sizeof(message), "must be a whole number from %lld to %lld", least, most);
	malformed(ctl, option, message);
}

void input_page(struct refctl *ctl, struct refd_page *ret)
{
	const char *after = args_value(ctl->args, OPT_AFTER);
	long long limit = 0;

	*ret = (struct refd_page){ 0 };
	input_number(ctl, OPT_LIMIT, &limit);
	ret->limit = (size_t)limit;
	if (after && strlen(after) > REFD_PAGE_KEY_BYTES)
		malformed(ctl, OPT_AFTER, "is no page key");
	else if (after)
		strcpy(ret->after.text, after);
}

struct refd_command input_command(struct refctl *ctl)
{
	struct refd_command meta = { .struct_size = sizeof(meta) };
	const char *actor = args_value(ctl->args, OPT_ACTOR);
	long long version = 0;

	if (!actor)
		actor = getenv("USER");
	meta.actor = refd_str_of(actor);
	input_id(ctl, OPT_COMMAND_ID, &meta.id.uuid);
	input_number(ctl, OPT_EXPECTED_VERSION, &version);
	meta.expected_version = version;
	return meta;
}
