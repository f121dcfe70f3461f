#include "dto.h"

#include <stdio.h>
#include <string.h>

#include "output.h"

static json_t *party(struct refd_uuid id, struct refd_str name, struct refd_str club,
		     int64_t version)
{
	return json_pack("{s:o, s:o, s:o, s:I}", "id", json_id(id), "name", json_str(name), "club",
			 json_str(club), "version", (json_int_t)version);
}

json_t *referee_json(const struct refd_referee_state *referee)
{
	return party(referee->id.uuid, refd_name_str(&referee->name), refd_name_str(&referee->club),
		     referee->version);
}

json_t *team_json(const struct refd_team_state *team)
{
	return party(team->id.uuid, refd_name_str(&team->name), refd_name_str(&team->club),
		     team->version);
}

json_t *venue_json(const struct refd_venue_state *venue)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "id", json_id(venue->id.uuid),
			 "name", json_str(refd_name_str(&venue->name)), "street",
			 json_str(refd_line_str(&venue->street)), "zip",
			 json_str(refd_line_str(&venue->zip)), "city",
			 json_str(refd_line_str(&venue->city)), "telephone",
			 json_optional(refd_phone_str(&venue->phone)), "email",
			 json_optional(refd_email_str(&venue->email)), "version",
			 (json_int_t)venue->version);
}

static json_t *card_venue(const struct refd_fixture_card *card)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "id", json_id(card->fixture.venue.uuid),
		"name", json_str(card->venue_name), "street", json_str(card->venue_street), "zip",
		json_str(card->venue_zip), "city", json_str(card->venue_city), "telephone",
		json_optional(card->venue_phone), "email", json_optional(card->venue_email),
		"version", (json_int_t)card->venue_version);
}

const struct refd_card_referee *card_referee(const struct refd_fixture_card *card,
					     enum refd_role role)
{
	for (size_t i = 0; i < card->n_referees; i++)
		if (card->referees[i].role == role)
			return &card->referees[i];
	return NULL;
}

static json_t *card_slot(const struct refd_fixture_card *card, enum refd_role role)
{
	const struct refd_card_referee *referee = card_referee(card, role);

	return referee ? party(referee->id.uuid, referee->name, referee->club, referee->version)
		       : json_null();
}

json_t *fixture_json(const struct refd_fixture_card *card)
{
	const struct refd_fixture_state *f = &card->fixture;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "id", json_id(f->id.uuid),
			 "team_home",
			 party(f->home.uuid, card->home_name, card->home_club, card->home_version),
			 "team_away",
			 party(f->away.uuid, card->away_name, card->away_club, card->away_version),
			 "venue", card_venue(card), "date", json_time(f->kickoff), "status",
			 json_word(refd_fixture_status_words[f->status]), "first_referee",
			 card_slot(card, REFD_ROLE_FIRST), "second_referee",
			 card_slot(card, REFD_ROLE_SECOND), "version", (json_int_t)f->version);
}

json_t *availability_json(const struct refd_availability_state *availability)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I}", "id", json_id(availability->id.uuid),
			 "fixture_id", json_id(availability->fixture.uuid), "referee_id",
			 json_id(availability->referee.uuid), "declared_at",
			 json_time(availability->declared_at), "version",
			 (json_int_t)availability->version);
}

json_t *assignment_json(const struct refd_assignment_state *assignment)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I}", "status",
			 json_word(refd_assignment_status_words[assignment->status]),
			 "referee_role", json_word(refd_role_word(assignment->role)), "fixture_id",
			 json_id(assignment->fixture.uuid), "referee_id",
			 json_id(assignment->referee.uuid), "version",
			 (json_int_t)assignment->version);
}

const char *rules_value(const struct refd_rules *rules, const struct refd_field *field, char *text)
{
	const char *member = (const char *)rules + field->offset;
	int32_t number = 0;

	text[0] = '\0';
	if (field->type == REFD_FIELD_BOOL)
		return *(const bool *)(const void *)member ? "true" : "false";
	if (field->type == REFD_FIELD_TEXT)
		return member + sizeof(uint16_t);
	if (field->type != REFD_FIELD_INT32 && field->type != REFD_FIELD_WORD)
		return text;
	memcpy(&number, member, sizeof(number));
	if (field->type == REFD_FIELD_WORD)
		return field->words[number];
	snprintf(text, 64, "%d", (int)number);
	return text;
}

json_t *rules_json(const struct refd_rules *rules)
{
	json_t *object = json_object();

	for (size_t i = 0; i < refd_rules_layout.count; i++) {
		const struct refd_field *field = &refd_rules_layout.fields[i];
		const char *member = (const char *)rules + field->offset;
		char text[64];
		const char *value = rules_value(rules, field, text);
		int32_t number = 0;

		if (field->type == REFD_FIELD_BOOL)
			json_object_set_new(object, field->name,
					    json_boolean(*(const bool *)(const void *)member));
		else if (field->type == REFD_FIELD_TEXT || field->type == REFD_FIELD_WORD)
			json_object_set_new(object, field->name, json_string(value));
		else if (field->type == REFD_FIELD_INT32) {
			memcpy(&number, member, sizeof(number));
			json_object_set_new(object, field->name, json_integer(number));
		}
	}
	if (json_object_set_new(object, "version", json_integer((json_int_t)rules->version)) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

size_t command_items(const struct refd_command_state *command, struct command_item *ret)
{
	const struct command_item items[REFD_RESULT_MAX] = {
		{ command->noun1, command->id1, command->version1 },
		{ command->noun2, command->id2, command->version2 },
		{ command->noun3, command->id3, command->version3 },
		{ command->noun4, command->id4, command->version4 },
	};
	size_t count = 0;

	while (count < REFD_RESULT_MAX && items[count].noun) {
		ret[count] = items[count];
		count++;
	}
	return count;
}

json_t *command_json(const struct refd_command_state *command)
{
	struct command_item items[REFD_RESULT_MAX];
	size_t count = command_items(command, items);
	json_t *results = json_array();

	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(results, json_pack("{s:s, s:o, s:I}", "type",
							     refd_noun_word(items[i].noun), "id",
							     json_id(items[i].id), "version",
							     (json_int_t)items[i].version)) != 0) {
			json_decref(results);
			return NULL;
		}
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o}", "id", json_id(command->id.uuid), "name",
			 json_str(command->name), "actor", json_optional(command->actor),
			 "accepted_at", json_time(command->accepted_at), "affected",
			 (json_int_t)command->affected, "results", results);
}

json_t *event_json(const struct refd_event_state *event)
{
	json_t *payload = json_loadb(event->payload.ptr, event->payload.len, JSON_DECODE_ANY, NULL);

	if (!payload)
		payload = json_str(event->payload);
	return json_pack("{s:o, s:o, s:{s:s, s:o}, s:I, s:o, s:o}", "id", json_id(event->id.uuid),
			 "type", json_str(event->type), "aggregate", "type",
			 refd_noun_word(event->aggregate_type), "id", json_id(event->aggregate_id),
			 "version", (json_int_t)event->version, "time",
			 json_time(event->occurred_at), "payload", payload);
}

json_t *notice_json(const struct refd_notice_state *notice,
		    const struct refd_referee_state *recipient)
{
	return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:I}", "id",
			 json_id(notice->id.uuid), "kind", refd_notice_kind_words[notice->kind],
			 "status", refd_notice_status_words[notice->status], "recipient_id",
			 json_id(notice->recipient.uuid), "recipient",
			 json_str(refd_name_str(&recipient->name)), "fixture_id",
			 json_id(notice->fixture.uuid), "role",
			 json_word(refd_role_word(notice->role)), "created_at",
			 json_time(notice->created_at), "due", json_time(notice->due), "attempts",
			 (int)notice->attempts, "last_error",
			 json_optional(refd_line_str(&notice->last_error)), "event_id",
			 json_id(notice->event.uuid), "version", (json_int_t)notice->version);
}
