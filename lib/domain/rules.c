#include <refdomain/domain/rules.h>

#include <inttypes.h>
#include <stdio.h>

#include "domain/aggregates.h"
#include "domain/layouts.h"
#include "domain/violations.h"

/* Numbers and their inclusive bounds. */
static const struct bounds {
	size_t offset;
	int32_t min, max;
} bounds[] = {
	{ offsetof(struct refd_rules, match_duration), 1, 1440 },
	{ offsetof(struct refd_rules, travel_speed), 1, 1000 },
	{ offsetof(struct refd_rules, travel_gap), 0, 1440 },
	{ offsetof(struct refd_rules, withdrawal_cutoff), 0, 525600 },
};

struct refd_rules refd_rules_default(void)
{
	return (struct refd_rules){
		.id = refd_the_rules,
		.exclusivity = REFD_EXCLUSIVITY_DAY,
		.day_zone = { 3, "UTC" },
		.match_duration = 120,
		.travel_speed = 70,
		.travel_gap = 60,
		.require_future_kickoff = true,
		.require_availability = true,
		.withdrawal_cutoff = 1440,
		.on_change = REFD_ON_CHANGE_KEEP_VALID,
		.availability_on_change = REFD_AVAILABILITY_DROP,
	};
}

static enum refd_status check_number(const char *path, const struct refd_field *field,
				     int64_t value, struct refd_error *err)
{
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		const struct bounds *b = &bounds[i];

		if (b->offset != field->offset || (value >= b->min && value <= b->max))
			continue;
		return refd__invalid(
			err, path, REFD_RULE_OUT_OF_RANGE, value, value < b->min ? b->min : b->max,
			"%s must be between %" PRId32 " and %" PRId32, path, b->min, b->max);
	}
	return REFD_OK;
}

static size_t count_words(const char *const *words)
{
	size_t n = 0;

	while (words[n + 1])
		n++;
	return n;
}

static enum refd_status check_word(const char *path, const struct refd_field *field, int64_t value,
				   struct refd_error *err)
{
	const size_t n = count_words(field->words);

	if (value >= 1 && value <= (int64_t)n)
		return REFD_OK;
	return refd__invalid(err, path, REFD_RULE_OUT_OF_RANGE, value, (int64_t)n,
			     "%s is none of its words", path);
}

static bool is_zone_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '+' || c == '-' || c == '/';
}

/* The form of an IANA name. Dots are not among its characters, so that no name can lead out of a
 * directory of zones. */
static enum refd_status check_zone(const char *path, struct refd_str zone, struct refd_error *err)
{
	size_t good = 0;

	if (zone.len == 0)
		return refd__invalid(err, path, REFD_RULE_TEXT_BLANK, 0, 0, NULL);
	if (zone.len > REFD_ZONE_BYTES)
		return refd__invalid(err, path, REFD_RULE_TEXT_TOO_LONG, (int64_t)zone.len,
				     REFD_ZONE_BYTES, NULL);
	while (good < zone.len && is_zone_char(zone.ptr[good]) && zone.ptr[0] != '/')
		good++;
	if (good == zone.len && zone.ptr[zone.len - 1] != '/')
		return REFD_OK;
	return refd__invalid(err, path, REFD_RULE_TEXT_MALFORMED, (int64_t)good, 0,
			     "%s is not a time zone name", path);
}

static enum refd_status check_field(const struct refd_rules *rules, const struct refd_field *field,
				    struct refd_error *err)
{
	const char *at = (const char *)rules + field->offset;
	char path[REFD_FIELD_BYTES + 1];
	int32_t number;

	snprintf(path, sizeof(path), "rules.%s", field->name);
	if (field->type == REFD_FIELD_TEXT)
		return check_zone(
			path, (struct refd_str){ rules->day_zone.utf8, rules->day_zone.len }, err);
	if (field->type != REFD_FIELD_INT32 && field->type != REFD_FIELD_WORD)
		return REFD_OK;
	memcpy(&number, at, sizeof(number));
	return field->type == REFD_FIELD_WORD ? check_word(path, field, number, err)
					      : check_number(path, field, number, err);
}

enum refd_status refd_rules_check(const struct refd_rules *rules, struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	for (size_t i = 0; i < refd__rules_body_layout.count; i++)
		if (check_field(rules, &refd__rules_body_layout.fields[i], err) != REFD_OK)
			st = REFD_INVALID;
	return st;
}

/* -?D+ and nothing else. Stops counting far above any bound. */
static bool read_number(struct refd_str text, int64_t *ret)
{
	const bool negative = text.len > 0 && text.ptr[0] == '-';
	int64_t value = 0;

	for (size_t i = negative; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		if (value < INT32_MAX)
			value = value * 10 + (text.ptr[i] - '0');
	}
	*ret = negative ? -value : value;
	return text.len > (negative ? 1 : 0);
}

static enum refd_status set_number(const char *path, const struct refd_field *field,
				   struct refd_str text, char *at, struct refd_error *err)
{
	int64_t value;
	int32_t number;
	enum refd_status st;

	if (!read_number(text, &value))
		return refd__invalid(err, path, REFD_RULE_TEXT_MALFORMED, 0, 0,
				     "%s must be a whole number", path);
	st = check_number(path, field, value, err);
	if (st != REFD_OK)
		return st;
	number = (int32_t)value;
	memcpy(at, &number, sizeof(number));
	return REFD_OK;
}

static enum refd_status set_bool(const char *path, struct refd_str text, char *at,
				 struct refd_error *err)
{
	const bool value = refd_str_equal(text, refd_str_of("true"));

	if (!value && !refd_str_equal(text, refd_str_of("false")))
		return refd__invalid(err, path, REFD_RULE_TEXT_MALFORMED, 0, 0,
				     "%s must be true or false", path);
	memcpy(at, &value, sizeof(value));
	return REFD_OK;
}

static enum refd_status set_word(const char *path, const struct refd_field *field,
				 struct refd_str text, char *at, struct refd_error *err)
{
	for (int32_t i = 1; field->words[i]; i++) {
		if (!refd_str_equal(text, refd_str_of(field->words[i])))
			continue;
		memcpy(at, &i, sizeof(i));
		return REFD_OK;
	}
	return refd__invalid(err, path, REFD_RULE_TEXT_MALFORMED, 0, 0, "%s must be %s%s%s%s%s",
			     path, field->words[1], field->words[3] ? ", " : " or ",
			     field->words[2], field->words[3] ? " or " : "",
			     field->words[3] ? field->words[3] : "");
}

static enum refd_status set_zone(const char *path, struct refd_str text, struct refd_rules *rules,
				 struct refd_error *err)
{
	struct refd_zone_name zone = { 0 };
	enum refd_status st = check_zone(path, text, err);

	if (st != REFD_OK)
		return st;
	zone.len = (uint16_t)text.len;
	memcpy(zone.utf8, text.ptr, text.len);
	rules->day_zone = zone;
	return REFD_OK;
}

/* The version is the store's business. */
static const struct refd_field *find_field(struct refd_str key)
{
	const struct refd_field *field = refd_layout_field(&refd__rules_body_layout, key);

	return field && (field->flags & REFD_FIELD_VERSION) == 0 ? field : NULL;
}

enum refd_status refd_rules_set(struct refd_rules *rules, struct refd_str key,
				struct refd_str value, struct refd_error *err)
{
	const struct refd_field *field = find_field(key);
	char path[REFD_FIELD_BYTES + 1];
	char *at;

	if (!field)
		return refd__invalid(err, "rules", REFD_RULE_TEXT_MALFORMED, 0, 0,
				     "there is no rule %.*s", (int)key.len, key.len ? key.ptr : "");
	snprintf(path, sizeof(path), "rules.%s", field->name);
	at = (char *)rules + field->offset;
	if (field->type == REFD_FIELD_TEXT)
		return set_zone(path, value, rules, err);
	if (field->type == REFD_FIELD_BOOL)
		return set_bool(path, value, at, err);
	if (field->type == REFD_FIELD_WORD)
		return set_word(path, field, value, at, err);
	return set_number(path, field, value, at, err);
}

enum refd_status refd__rules_changed(struct refd__tracker *tracker, const struct refd_rules *rules,
				     const struct refd_rules *previous, struct refd_error *err)
{
	const struct refd_ref self = { REFD_NOUN_RULES, refd_the_rules.uuid };
	struct refd__event_node *node =
		refd__tracker_next(tracker, REFD_EVENT_RULES_CHANGED, self, rules->version, err);
	struct refd_rules *told;

	if (!node)
		return REFD_NO_MEMORY;
	told = refd__arena_zero(tracker->arena, 2, sizeof(*told));
	if (!told)
		return refd__out_of_memory(err);
	told[0] = *rules;
	told[1] = *previous;
	node->event.payload.rules_changed = (struct refd_event_rules_changed){
		.rules = &told[0],
		.previous = &told[1],
	};
	refd__tracker_record(tracker, node);
	return REFD_OK;
}
