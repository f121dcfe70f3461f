#include "dto.h"
#include "input.h"
#include "output.h"

#include <string.h>

static enum refd_status show(struct refctl *ctl)
{
	static const char *const columns[] = { "RULE", "VALUE", NULL };
	struct refd_rules rules;
	struct output out;
	enum refd_status st = refd_rule_book_get(ctl->app, &rules, &ctl->err);

	if (st != REFD_OK)
		return st;
	if (ctl->json)
		return output_json(ctl, rules_json(&rules));
	output_begin(&out, ctl, false, columns);
	for (size_t i = 0; i < refd_rules_layout.count; i++) {
		const struct refd_field *field = &refd_rules_layout.fields[i];
		char text[64];
		const char *value = rules_value(&rules, field, text);

		if (!*value)
			continue;
		output_row(&out);
		output_word(&out, field->name);
		output_word(&out, value);
	}
	output_row(&out);
	output_word(&out, "version");
	output_number(&out, rules.version);
	return output_end(&out, ctl, st);
}

enum refd_status cmd_rules_show(struct refctl *ctl)
{
	return show(ctl);
}

/* Whether a word before this one sets the same rule. */
static bool given_before(const struct args *args, size_t at)
{
	size_t key = strcspn(args->words[at], "=");

	for (size_t i = 0; i < at; i++)
		if (strncmp(args->words[i], args->words[at], key + 1) == 0)
			return true;
	return false;
}

enum refd_status cmd_rules_set(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_rules rules;
	struct refd_result result;
	enum refd_status st = input_status(ctl);

	if (st == REFD_OK)
		st = refd_rule_book_get(ctl->app, &rules, &ctl->err);
	for (size_t i = 0; i < ctl->args->n_words && (st == REFD_OK || st == REFD_INVALID); i++) {
		const char *word = ctl->args->words[i];
		size_t key = strcspn(word, "=");
		enum refd_status set;

		if (!word[key])
			return refd_error_set(&ctl->err, REFD_INVALID, "%s is not KEY=VALUE", word);
		if (given_before(ctl->args, i))
			return refd_error_set(&ctl->err, REFD_INVALID, "%.*s is given twice",
					      (int)key, word);
		set = refd_rules_set(&rules, (struct refd_str){ word, key },
				     refd_str_of(word + key + 1), &ctl->err);
		st = st == REFD_OK ? set : st;
	}
	/* the rules were read before: nobody else's change may be undone */
	if (meta.expected_version == 0)
		meta.expected_version = rules.version;
	if (st == REFD_OK)
		st = refd_rule_book_set(ctl->app, &meta, &rules, &result, &ctl->err);
	return st == REFD_OK ? show(ctl) : st;
}
