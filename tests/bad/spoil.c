#include "input.h"

#include <limits.h>

#define BIT(name) (UINT32_C(1) << REFD_##name)

static uint64_t below(struct support_random *random, uint64_t bound)
{
	return support_random_below(random, bound);
}

static void must(struct input *input, uint32_t statuses, enum refd_rule rule, const char *field)
{
	assert_true(input->n_outcomes < SPOILS_MOST);
	input->outcomes[input->n_outcomes++] =
		(struct outcome){ .statuses = statuses, .rule = rule, .field = field };
}

static void must_name(struct input *input, uint32_t statuses, struct refd_uuid who)
{
	must(input, statuses, (enum refd_rule)0, NULL);
	input->outcomes[input->n_outcomes - 1].who = who;
}

static void must_say(struct input *input, enum refd_rule rule, const char *field)
{
	must(input, BIT(INVALID), rule, field);
	input->outcomes[input->n_outcomes - 1].collected = true;
}

/* ---- ids ---- */

static struct refd_uuid id_of_kind(const struct season *season, enum refd_noun noun)
{
	switch (noun) {
	case REFD_NOUN_REFEREE:
		return season->set.anna.uuid;
	case REFD_NOUN_TEAM:
		return season->set.team.uuid;
	case REFD_NOUN_VENUE:
		return season->set.hall.uuid;
	case REFD_NOUN_FIXTURE:
		return season->set.open.uuid;
	case REFD_NOUN_NOTICE:
		return season->set.notice.uuid;
	case REFD_NOUN_COMMAND:
		return season->accepted;
	case REFD_NOUN_RULES:
		return refd_the_rules.uuid;
	case REFD_NOUN_AVAILABILITY:
	case REFD_NOUN_ASSIGNMENT:
	case REFD_NOUN_BOARD:
	case REFD_NOUN_EVENT:
		break;
	}
	return refd_the_board.uuid;
}

static struct refd_uuid foreign_id(const struct season *season, enum refd_noun noun,
				   struct support_random *random)
{
	static const enum refd_noun nouns[] = { REFD_NOUN_REFEREE, REFD_NOUN_TEAM,
						REFD_NOUN_VENUE,   REFD_NOUN_FIXTURE,
						REFD_NOUN_NOTICE,  REFD_NOUN_COMMAND,
						REFD_NOUN_BOARD,   REFD_NOUN_RULES };
	enum refd_noun other;

	do
		other = nouns[below(random, sizeof(nouns) / sizeof(nouns[0]))];
	while (other == noun);
	return id_of_kind(season, other);
}

static struct refd_uuid unknown_id(const struct input *input, struct support_random *random)
{
	struct refd_uuid id;
	uint64_t halves[2];

	if (below(random, 2) == 0) { /* one bit from one that is known */
		id = input->ids[0];
		id.bytes[below(random, 8)] ^= (uint8_t)(1u << below(random, 8));
		return id;
	}
	halves[0] = support_random_next(random);
	halves[1] = support_random_next(random);
	memcpy(id.bytes, halves, sizeof(id.bytes));
	return id;
}

static struct refd_uuid bad_id(const struct input *input, const struct season *season,
			       enum refd_noun noun, struct support_random *random)
{
	switch (below(random, 4)) {
	case 0:
		return (struct refd_uuid){ { 0 } };
	case 1:
		return foreign_id(season, noun, random);
	default:
		return unknown_id(input, random);
	}
}

static void spoil_id(struct input *input, const struct argument *a, const struct season *season,
		     struct support_random *random)
{
	struct refd_uuid *id = &input->ids[a->at];

	do
		*id = bad_id(input, season, a->noun, random);
	while (a->kind == SET_ID && refd_uuid_is_unset(*id));
	if (!refd_uuid_is_unset(*id) && a->kind != PAIR_ID)
		must_name(input, BIT(NOT_FOUND), *id);
	else if (a->field != NULL)
		must(input, BIT(INVALID), REFD_RULE_REQUIRED, a->field);
	else
		must(input, BIT(NOT_FOUND), (enum refd_rule)0, NULL);
}

/* ---- texts ---- */

struct text {
	const char *bytes;
	size_t len;
	enum refd_rule rule;
};

#define TEXT(literal, rule)                                                                        \
	{                                                                                          \
		literal, sizeof(literal) - 1, REFD_RULE_##rule                                     \
	}

static const struct text anywhere[] = {
	TEXT("\xff", TEXT_NOT_UTF8),
	TEXT("A\xc0\x80", TEXT_NOT_UTF8),		 /* over-long */
	TEXT("A\xe0\x80\xafZ", TEXT_NOT_UTF8),		 /* likewise */
	TEXT("\xed\xa0\x80\xed\xb0\x80", TEXT_NOT_UTF8), /* surrogates */
	TEXT("A\xed\xbf\xbf", TEXT_NOT_UTF8),
	TEXT("A\xf4\x90\x80\x80", TEXT_NOT_UTF8), /* above U+10FFFF */
	TEXT("A\xe2\x82", TEXT_NOT_UTF8),	  /* cut */
	TEXT("A\xf0\x9f\x8f", TEXT_NOT_UTF8),
	TEXT("\x80", TEXT_NOT_UTF8),
	TEXT("J\xfcrgen", TEXT_NOT_UTF8), /* Latin-1 */
	TEXT("A\0B", TEXT_CONTROL),
	TEXT("A\nB", TEXT_CONTROL),
	TEXT("\x1b[31m1", TEXT_CONTROL),
	TEXT("1\x7f", TEXT_CONTROL),
	TEXT("A\xc2\x85", TEXT_CONTROL),
};
static const struct text blanks[] = { TEXT("", TEXT_BLANK), TEXT(" ", TEXT_BLANK),
				      TEXT("\xc2\xa0\xe3\x80\x80", TEXT_BLANK) };
static const struct text phones[] = { TEXT("12", TEXT_MALFORMED), TEXT("none", TEXT_MALFORMED),
				      TEXT("+()-./ ", TEXT_MALFORMED),
				      TEXT("030 12x", TEXT_MALFORMED) };
static const struct text emails[] = {
	TEXT("a", TEXT_MALFORMED),	   TEXT("a@", TEXT_MALFORMED),
	TEXT("@b.org", TEXT_MALFORMED),	   TEXT("a@@b.org", TEXT_MALFORMED),
	TEXT("a b@c.org", TEXT_MALFORMED), TEXT("a@b..org", TEXT_MALFORMED),
	TEXT("a@-b.org", TEXT_MALFORMED)
};

#undef TEXT

/* Longer than anything may be, a little or absurdly. */
static struct text too_long(size_t limit, struct support_random *random)
{
	static char digits[100000];
	const size_t lens[] = { limit + 1, limit + 1 + below(random, 1000), sizeof(digits) };

	memset(digits, '1', sizeof(digits));
	return (struct text){ digits, lens[below(random, 40) == 0 ? 2 : below(random, 2)],
			      REFD_RULE_TEXT_TOO_LONG };
}

#define PICK(list) list[below(random, sizeof(list) / sizeof(list[0]))]

static struct text bad_text(enum kind kind, struct support_random *random)
{
	const size_t limit = kind == PHONE   ? REFD_PHONE_BYTES
			     : kind == EMAIL ? REFD_EMAIL_BYTES
					     : REFD_NAME_MAX;

	switch (below(random, 4)) {
	case 0:
		return too_long(limit, random);
	case 1:
		if (kind == NAME)
			return PICK(blanks);
		if (kind == PHONE)
			return PICK(phones);
		if (kind == EMAIL)
			return PICK(emails);
		break;
	default:
		break;
	}
	return PICK(anywhere);
}

static enum refd_rule put_bad_text(enum kind kind, struct refd_str *ret,
				   struct support_random *random)
{
	const struct text text = bad_text(kind, random);

	*ret = (struct refd_str){ text.bytes, text.len };
	return text.rule;
}

/* ---- times and numbers ---- */

static int64_t far_time(struct support_random *random)
{
	const int64_t far[] = { REFD_TIME_MIN - 1, REFD_TIME_MAX + 1, INT64_MIN, INT64_MAX,
				INT64_MIN + 1 };

	return PICK(far);
}

static void spoil_kickoff(struct input *input, struct support_random *random)
{
	const struct refd_time early[] = { LEAGUE_START, { REFD_TIME_MIN }, { -1 }, { 1 } };

	switch (below(random, 3)) {
	case 0:
		input->time.us = 0;
		must(input, BIT(INVALID), REFD_RULE_REQUIRED, "fixture.kickoff");
		break;
	case 1:
		input->time.us = far_time(random);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "fixture.kickoff");
		break;
	default:
		input->time = PICK(early);
		must(input, BIT(REFUSED), REFD_RULE_KICKOFF_NOT_FUTURE, NULL);
	}
}

static void spoil_hand_out(struct input *input, struct support_random *random)
{
	const bool unset = below(random, 2) == 0;

	input->time.us = unset ? 0 : far_time(random);
	must(input, BIT(INVALID), unset ? REFD_RULE_REQUIRED : REFD_RULE_OUT_OF_RANGE, "hand_out");
}

static int bad_number(int most, struct support_random *random)
{
	const int numbers[] = { 0, most + 1, -1, INT_MAX, INT_MIN, most + 1000 };

	return PICK(numbers);
}

static void spoil_role(struct input *input, int *role, struct support_random *random)
{
	*role = bad_number(REFD_ROLES, random);
	must(input, BIT(INVALID), *role == 0 ? REFD_RULE_REQUIRED : REFD_RULE_OUT_OF_RANGE, "role");
}

static void spoil_place(struct input *input, struct support_random *random)
{
	const int32_t latitudes[] = { 90000001, -90000001, INT32_MAX, INT32_MIN };
	const int32_t longitudes[] = { 180000001, -180000001, INT32_MAX, INT32_MIN };
	const bool latitude = below(random, 2) == 0;

	if (latitude)
		input->coordinates.latitude = PICK(latitudes);
	else
		input->coordinates.longitude = PICK(longitudes);
	must_say(input, REFD_RULE_OUT_OF_RANGE, latitude ? "venue.latitude" : "venue.longitude");
}

static void reverse(struct refd_range *range, struct support_random *random)
{
	range->from = league_time(1 + (int)below(random, 100), 0);
	range->to.us = below(random, 4) == 0 ? INT64_MIN : range->from.us - 1;
}

static void spoil_range(struct input *input, struct support_random *random)
{
	reverse(&input->range, random);
	must(input, BIT(INVALID), REFD_RULE_RANGE_REVERSED, "range");
}

/* The target is the fixture at ids[0], the range or the board. */
static void spoil_target(struct input *input, struct support_random *random)
{
	const unsigned how = (unsigned)below(random, 4);

	if (how == 0) {
		input->ids[0] = (struct refd_uuid){ { 0 } };
	} else if (how == 1) {
		input->board = true;
	} else if (how == 2) {
		input->range.to = league_time(9, 0);
	} else {
		input->ids[0] = (struct refd_uuid){ { 0 } };
		reverse(&input->range, random);
		must(input, BIT(INVALID), REFD_RULE_RANGE_REVERSED, "target.range");
		return;
	}
	must(input, BIT(INVALID), REFD_RULE_REQUIRED, "target");
}

/* ---- pages ---- */

static void damage(struct refd_page_key *key, struct support_random *random)
{
	const size_t len = strlen(key->text);
	char *at = &key->text[below(random, len)];

	switch (below(random, 5)) {
	case 0: /* one character */
		*at = *at == 'A' ? 'B' : 'A';
		break;
	case 1: /* no end */
		memset(key->text, 'x', sizeof(key->text));
		break;
	case 2: /* cut */
		key->text[1 + below(random, len - 1)] = '\0';
		break;
	case 3: /* more of it */
		key->text[len] = 'A';
		key->text[len + 1] = '\0';
		break;
	default: /* noise */
		for (size_t i = 0; i < sizeof(key->text); i++)
			key->text[i] = (char)(1 + below(random, 255));
		key->text[1 + below(random, REFD_PAGE_KEY_BYTES)] = '\0';
	}
}

static void spoil_page(struct input *input, int list, const struct season *season,
		       struct support_random *random)
{
	const size_t limits[] = { 10001, SIZE_MAX, SIZE_MAX / 2 + 1, SIZE_MAX - 1 };
	const int other = (list + 1 + (int)below(random, KEYS - 1)) % KEYS;

	switch (below(random, 3)) {
	case 0:
		input->page.limit = PICK(limits);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "page.limit");
		return;
	case 1: /* of another query */
		input->page.after = season->keys[other];
		break;
	default:
		input->page.after = season->keys[list];
		damage(&input->page.after, random);
	}
	must(input, BIT(INVALID), REFD_RULE_PAGE_KEY_FOREIGN, "page.after");
}

/* ---- rows and overrides ---- */

static void spoil_stages(struct input *input, const struct season *season, bool judged,
			 struct support_random *random)
{
	struct refd_stage *row = &input->rows[below(random, ROWS)];
	int role;

	switch (below(random, judged ? 7 : 4)) {
	case 0:
		spoil_role(input, &role, random);
		row->role = (enum refd_role)role;
		break;
	case 1:
		row->fixture.uuid = bad_id(input, season, REFD_NOUN_FIXTURE, random);
		must_name(input, BIT(NOT_FOUND), row->fixture.uuid);
		break;
	case 2:
		row->referee.uuid = bad_id(input, season, REFD_NOUN_REFEREE, random);
		must_name(input, BIT(NOT_FOUND), row->referee.uuid);
		break;
	case 3:
		*row = (struct refd_stage){ season->set.assigned, season->set.anna,
					    REFD_ROLE_FIRST };
		must(input, BIT(REFUSED), REFD_RULE_ALREADY_COMMITTED, NULL);
		break;
	case 4: /* the same role twice */
		input->rows[0].role = input->rows[1].role;
		must(input, BIT(REFUSED), REFD_RULE_ROLE_TAKEN, NULL);
		break;
	case 5:
		row->fixture.uuid = season->cancelled;
		must(input, BIT(REFUSED), REFD_RULE_FIXTURE_NOT_PLAYABLE, NULL);
		break;
	default:
		row->referee.uuid = season->retired_referee;
		must(input, BIT(REFUSED), REFD_RULE_REFEREE_RETIRED, NULL);
	}
}

static void spoil_override(struct input *input, const struct season *season, bool staged,
			   struct support_random *random)
{
	const int rules[] = { 0,
			      REFD_RULE_ROLE_TAKEN,
			      REFD_RULE_REFEREE_RETIRED,
			      9,
			      REFD_RULE_TEXT_BLANK,
			      REFD_RULE_SAME_TEAM,
			      INT_MAX,
			      INT_MIN,
			      -1,
			      99 };
	enum refd_rule rule;

	switch (below(random, staged ? 3 : 2)) {
	case 0:
		input->override.rule = (enum refd_rule)PICK(rules);
		must(input, BIT(REFUSED), REFD_RULE_OVERRIDE_NOT_ALLOWED, NULL);
		break;
	case 1:
		rule = put_bad_text(NAME, &input->override.reason, random);
		must(input, BIT(INVALID), rule, "override.reason");
		break;
	default:
		input->override.referee.uuid = bad_id(input, season, REFD_NOUN_REFEREE, random);
		must(input, BIT(INVALID), REFD_RULE_NOT_STAGED, NULL);
	}
}

/* ---- rules and retention ---- */

static void spoil_zone(struct input *input, struct support_random *random)
{
	const char *const zones[] = { "Mars/Olympus", "",	 "../../etc/passwd",
				      "/UTC",	      "Europe/", "Europe/Berlin\n",
				      "utc+1 or so" };
	const char *zone = PICK(zones);
	struct refd_zone_name *to = &input->rules.day_zone;

	*to = (struct refd_zone_name){ .len = (uint16_t)strlen(zone) };
	memcpy(to->utf8, zone, strlen(zone));
	if (below(random, 8) == 0)
		to->len = (uint16_t)(below(random, 2) == 0 ? UINT16_MAX : REFD_ZONE_BYTES + 1);
	must(input, BIT(INVALID), (enum refd_rule)0, "rules.day_zone");
}

static void spoil_rules(struct input *input, struct support_random *random)
{
	struct refd_rules *rules = &input->rules;
	const struct {
		int32_t *number;
		int32_t most;
		bool zero;
		const char *field;
	} numbers[] = { { &rules->match_duration, 1440, false, "rules.match_duration" },
			{ &rules->travel_speed, 1000, false, "rules.travel_speed" },
			{ &rules->travel_gap, 1440, true, "rules.travel_gap" },
			{ &rules->withdrawal_cutoff, 525600, true, "rules.withdrawal_cutoff" } };
	const size_t which = below(random, 8);

	if (which < 4) {
		do
			*numbers[which].number = bad_number(numbers[which].most, random);
		while (numbers[which].zero && *numbers[which].number == 0);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, numbers[which].field);
	} else if (which == 4) {
		rules->exclusivity = (enum refd_exclusivity)bad_number(2, random);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "rules.exclusivity");
	} else if (which == 5) {
		rules->on_change = (enum refd_on_change)bad_number(3, random);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "rules.on_change");
	} else if (which == 6) {
		rules->availability_on_change =
			(enum refd_availability_on_change)bad_number(2, random);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "rules.availability_on_change");
	} else {
		spoil_zone(input, random);
	}
}

static void spoil_retention(struct input *input, struct support_random *random)
{
	struct refd_time *const times[] = { &input->purge.commands, &input->purge.notices,
					    &input->purge.events };
	const char *const fields[] = { "purge.commands", "purge.notices", "purge.events" };
	const int64_t young[] = { LEAGUE_START.us,
				  LEAGUE_START.us + REFD_DAY,
				  LEAGUE_START.us - REFD_DAY / 2,
				  REFD_TIME_MAX,
				  INT64_MAX,
				  INT64_MIN,
				  REFD_TIME_MIN - 1 };
	const size_t which = below(random, 4);

	if (which == 3) {
		input->purge = (struct refd_purge){ .dry_run = input->purge.dry_run };
		must(input, BIT(INVALID), REFD_RULE_REQUIRED, "purge");
	} else {
		times[which]->us = PICK(young);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, fields[which]);
	}
}

static void spoil_ports(struct input *input, struct support_random *random)
{
	struct refd_ports *ports = &input->ports;

	switch (below(random, 7)) {
	case 0:
		ports->struct_size = below(random, 2) == 0 ? 0 : 8;
		break;
	case 1:
		ports->allocator.alloc = NULL;
		break;
	case 2:
		ports->allocator.free = NULL;
		break;
	case 3:
		ports->store.ops = NULL;
		break;
	case 4:
		ports->clock.ops = NULL;
		break;
	case 5:
		ports->ids.ops = NULL;
		break;
	default:
		ports->codec.ops = NULL;
	}
	must(input, BIT(MISUSE), (enum refd_rule)0, NULL);
}

/* ---- what goes with a command ---- */

static void spoil_about(struct input *input, struct support_random *random)
{
	struct refd_command *meta = &input->meta;
	enum refd_rule rule;

	switch (below(random, 4)) {
	case 0:
		meta->struct_size = below(random, sizeof(*meta));
		must(input, BIT(MISUSE), (enum refd_rule)0, NULL);
		break;
	case 1:
		rule = put_bad_text(LINE, &meta->actor, random);
		must(input, BIT(INVALID), rule, "command.actor");
		break;
	case 2:
		rule = put_bad_text(LINE, &meta->traceparent, random);
		must(input, BIT(INVALID), rule, "command.traceparent");
		break;
	default:
		meta->expected_version =
			below(random, 2) == 0 ? -1 - (int64_t)below(random, 100) : INT64_MIN;
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "command.expected_version");
	}
}

static void spoil_version(struct input *input, struct support_random *random)
{
	const int64_t versions[] = { 99, INT64_MAX, 1000000 };

	input->meta.expected_version = PICK(versions);
	must(input, BIT(CONFLICT), (enum refd_rule)0, NULL);
}

static void tell(struct input *input, const char *kind, int at)
{
	const size_t len = strlen(input->told);

	snprintf(input->told + len, sizeof(input->told) - len, "%s%s %d", len > 0 ? ", " : "", kind,
		 at);
}

static const char *const kind_names[] = {
	"nothing",    "id",	  "id",	    "id",	 "new id",   "other id", "name",
	"line",	      "phone",	  "e-mail", "place",	 "kick-off", "hand-out", "role",
	"status",     "target",	  "range",  "page",	 "filter",   "rows",	 "rows",
	"override",   "override", "rules",  "retention", "ports",    "version",	 "version",
	"command id", "unit id",  "command"
};

void spoil(struct input *input, const struct argument *a, const struct season *season,
	   struct support_random *random)
{
	enum refd_rule rule;
	int role;

	tell(input, kind_names[a->kind], a->at);
	switch (a->kind) {
	case END:
		break;
	case ID:
	case SET_ID:
	case PAIR_ID:
		spoil_id(input, a, season, random);
		break;
	case NEW_ID:
		input->ids[a->at] = id_of_kind(season, a->noun);
		must_name(input, BIT(ALREADY_EXISTS), input->ids[a->at]);
		break;
	case OTHER:
		memcpy(&input->ids[a->at], (const char *)season + a->other,
		       sizeof(input->ids[a->at]));
		must(input, UINT32_C(1) << a->status, a->rule, NULL);
		break;
	case NAME:
	case LINE:
	case PHONE:
	case EMAIL:
		rule = put_bad_text(a->kind, &input->texts[a->at], random);
		must_say(input, rule, a->field);
		break;
	case PLACE:
		spoil_place(input, random);
		break;
	case KICKOFF:
		spoil_kickoff(input, random);
		break;
	case HAND_OUT:
		spoil_hand_out(input, random);
		break;
	case ROLE:
		spoil_role(input, &role, random);
		input->enumerator = role;
		break;
	case STATUS:
		do
			input->enumerator = bad_number(4, random);
		while (input->enumerator == 0);
		must(input, BIT(OK) | BIT(INVALID), (enum refd_rule)0, NULL);
		break;
	case TARGET:
		spoil_target(input, random);
		break;
	case RANGE:
		spoil_range(input, random);
		break;
	case PAGE:
		spoil_page(input, a->at, season, random);
		break;
	case BOTH:
		input->ids[0] = season->set.open.uuid;
		input->ids[1] = season->set.anna.uuid;
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "filter");
		break;
	case STAGES:
	case PROPOSALS:
		spoil_stages(input, season, a->kind == PROPOSALS, random);
		break;
	case OVERRIDE:
	case OVERRIDE_OF_REPLACEMENT:
		spoil_override(input, season, a->kind == OVERRIDE, random);
		break;
	case RULES:
		spoil_rules(input, random);
		break;
	case RETENTION:
		spoil_retention(input, random);
		break;
	case PORTS:
		spoil_ports(input, random);
		break;
	case VERSION:
		spoil_version(input, random);
		break;
	case NO_VERSION:
		input->meta.expected_version = 1 + (int64_t)below(random, 3);
		must(input, BIT(INVALID), REFD_RULE_OUT_OF_RANGE, "command.expected_version");
		break;
	case COMMAND_ID:
		input->meta.id.uuid = season->accepted;
		must(input, BIT(INVALID), REFD_RULE_COMMAND_REUSED, "command.id");
		break;
	case UNIT_ID:
		input->meta.id.uuid = season->accepted;
		must_name(input, BIT(ALREADY_EXISTS), season->accepted);
		break;
	case ABOUT:
		spoil_about(input, random);
		break;
	}
}
