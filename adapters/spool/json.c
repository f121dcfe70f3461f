/* A notice as one line of JSON. */
#include <stdio.h>
#include <string.h>

#include "spool.h"

static void put_string(struct refd_spool__out *out, const char *bytes, size_t count)
{
	refd_spool__puts(out, "\"");
	for (size_t i = 0; i < count; i++) {
		unsigned char c = (unsigned char)bytes[i];
		char escaped[8] = { '\\', (char)c };

		if (c == '"' || c == '\\') {
			refd_spool__put(out, escaped, 2);
		} else if (c < 0x20) {
			snprintf(escaped, sizeof(escaped), "\\u%04x", c);
			refd_spool__put(out, escaped, 6);
		} else {
			refd_spool__put(out, bytes + i, 1);
		}
	}
	refd_spool__puts(out, "\"");
}

/* The names of members are ours and need no escaping; each comes with what stands before it. */
static void put_text(struct refd_spool__out *out, const char *member, struct refd_str text)
{
	refd_spool__puts(out, member);
	if (text.len)
		put_string(out, text.ptr, text.len);
	else
		refd_spool__puts(out, "null");
}

static void put_word(struct refd_spool__out *out, const char *member, const char *word)
{
	put_text(out, member, refd_str_of(word));
}

static void put_id(struct refd_spool__out *out, const char *member, struct refd_uuid id)
{
	char text[REFD_UUID_TEXT + 1];

	put_word(out, member, refd_uuid_is_unset(id) ? NULL : refd_uuid_format(id, text));
}

static void put_time(struct refd_spool__out *out, const char *member, struct refd_time time)
{
	char text[REFD_TIME_TEXT + 1];

	put_word(out, member, refd_time_is_unset(time) ? NULL : refd_time_format(time, text));
}

static void put_bool(struct refd_spool__out *out, const char *member, bool value)
{
	refd_spool__puts(out, member);
	refd_spool__puts(out, value ? "true" : "false");
}

static void put_fixture(struct refd_spool__out *out, const struct refd_message *message)
{
	const struct refd_notice_state *notice = message->notice;

	put_id(out, ",\"fixture\":{\"id\":", notice->fixture.uuid);
	put_time(out, ",\"date\":", notice->kickoff);
	put_id(out, ",\"team_home\":{\"id\":", notice->home.uuid);
	put_text(out, ",\"name\":", message->home_name);
	put_id(out, "},\"team_away\":{\"id\":", notice->away.uuid);
	put_text(out, ",\"name\":", message->away_name);
	put_id(out, "},\"venue\":{\"id\":", notice->venue.uuid);
	put_text(out, ",\"name\":", message->venue_name);
	put_text(out, ",\"street\":", message->venue_street);
	put_text(out, ",\"zip\":", message->venue_zip);
	put_text(out, ",\"city\":", message->venue_city);
	refd_spool__puts(out, "}}");
}

void refd_spool__write_json(struct refd_spool__out *out, const struct refd_message *message,
			    const struct refd_spool__text *subject,
			    const struct refd_spool__text *body)
{
	const struct refd_notice_state *notice = message->notice;

	put_word(out, "{\"key\":", message->key);
	put_word(out, ",\"kind\":", refd_notice_kind_words[notice->kind]);
	put_time(out, ",\"created_at\":", notice->created_at);
	put_id(out, ",\"recipient\":{\"id\":", notice->recipient.uuid);
	put_text(out, ",\"name\":", message->recipient_name);
	put_text(out, ",\"email\":", message->recipient_email);
	put_text(out, ",\"phone\":", message->recipient_phone);
	put_word(out, "},\"role\":", notice->role ? refd_role_word(notice->role) : NULL);
	put_bool(out, ",\"released\":", notice->released);
	put_bool(out, ",\"availability_dropped\":", notice->availability_dropped);
	put_fixture(out, message);
	put_time(out, ",\"previous_date\":", notice->previous_kickoff);
	put_id(out, ",\"previous_venue\":{\"id\":", notice->previous_venue.uuid);
	put_text(out, ",\"name\":", message->previous_venue_name);
	refd_spool__puts(out, "},\"subject\":");
	put_string(out, subject->bytes, subject->used);
	refd_spool__puts(out, ",\"text\":");
	put_string(out, body->bytes, body->used);
	refd_spool__puts(out, "}\n");
}
