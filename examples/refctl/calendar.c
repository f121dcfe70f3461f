#include "calendar.h"

#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "dto.h"
#include "ics.h"
#include "output.h"

struct calendar {
	const struct calendar_options *options;
	struct ics ics;
};

/* What is told of an appointment. */
struct entry {
	const struct refd_fixture_card *card;
	const struct refd_appointment *it;
	enum refd_appointment_status status;
};

static void put_uid(struct ics *ics, const struct entry *entry)
{
	char referee[REFD_UUID_TEXT + 1], text[REFD_UUID_TEXT + 1];
	struct refd_uuid id;
	uuid_t bytes;

	refd_uuid_format(entry->it->referee.uuid, referee);
	uuid_generate_sha1(bytes, entry->card->fixture.id.uuid.bytes, referee, strlen(referee));
	memcpy(id.bytes, bytes, sizeof(id.bytes));
	ics_line(ics, "UID", refd_uuid_format(id, text));
}

static void put_number(struct ics *ics, const char *name, int64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	ics_line(ics, name, text);
}

static void put_times(struct ics *ics, const struct entry *entry)
{
	const struct refd_appointment *it = entry->it;

	/* no clock is asked: a calendar of what did not change is the same calendar */
	ics_time_line(ics, "DTSTAMP", it->changed);
	ics_time_line(ics, "DTSTART", entry->card->fixture.kickoff);
	ics_time_line(ics, "DTEND", it->ends);
	if (!refd_time_is_unset(it->since))
		ics_time_line(ics, "CREATED", it->since);
	if (!refd_time_is_unset(it->changed))
		ics_time_line(ics, "LAST-MODIFIED", it->changed);
	put_number(ics, "SEQUENCE", it->revision > 0 ? it->revision - 1 : 0);
}

static void put_status(struct ics *ics, const struct entry *entry)
{
	switch (entry->status) {
	case REFD_APPOINTMENT_STAGED:
		ics_line(ics, "STATUS", "TENTATIVE");
		break;
	case REFD_APPOINTMENT_COMMITTED:
		ics_line(ics, "STATUS", "CONFIRMED");
		break;
	case REFD_APPOINTMENT_ENDED:
		ics_line(ics, "STATUS", "CANCELLED");
		ics_line(ics, "TRANSP", "TRANSPARENT"); /* the time is free again */
		break;
	}
}

static const char *role_name(enum refd_role role)
{
	return role == REFD_ROLE_FIRST ? "first referee" : "second referee";
}

static void put_summary(struct ics *ics, const struct entry *entry, bool named)
{
	ics_plain(ics, "SUMMARY:");
	ics_text(ics, entry->card->home_name);
	ics_plain(ics, " - ");
	ics_text(ics, entry->card->away_name);
	ics_plain(ics, " (");
	ics_plain(ics, role_name(entry->it->role));
	if (named) {
		ics_plain(ics, ": ");
		ics_text(ics, entry->it->name);
	}
	ics_plain(ics, ")");
	ics_end_line(ics);
}

/* Who holds the other role. Who is planned for it is not told: SEQUENCE does not count that. */
static bool find_partner(const struct entry *entry, enum refd_role role, struct refd_str *ret_name,
			 struct refd_str *ret_club)
{
	const struct refd_card_referee *referee = card_referee(entry->card, role);

	if (referee && !refd_uuid_equal(referee->id.uuid, entry->it->referee.uuid)) {
		*ret_name = referee->name;
		*ret_club = referee->club;
		return true;
	}
	return false;
}

static void put_partner(struct ics *ics, const struct entry *entry)
{
	const enum refd_role role =
		entry->it->role == REFD_ROLE_FIRST ? REFD_ROLE_SECOND : REFD_ROLE_FIRST;
	struct refd_str name, club;

	ics_plain(ics, "\\nPartner: ");
	if (find_partner(entry, role, &name, &club)) {
		ics_text(ics, name);
		ics_plain(ics, "\\, ");
		ics_text(ics, club);
	} else {
		ics_plain(ics, "none yet");
	}
	ics_plain(ics, " (");
	ics_plain(ics, role_name(role));
	ics_plain(ics, ")");
}

static void put_description(struct ics *ics, const struct entry *entry)
{
	ics_plain(ics, "DESCRIPTION:Role: ");
	ics_plain(ics, role_name(entry->it->role));
	if (entry->status != REFD_APPOINTMENT_ENDED)
		put_partner(ics, entry);
	if (entry->status == REFD_APPOINTMENT_STAGED)
		ics_plain(ics, "\\nPlanned\\, not confirmed yet.");
	else if (entry->card->fixture.status == REFD_FIXTURE_CANCELLED)
		ics_plain(ics, "\\nThe match is cancelled.");
	else if (entry->status == REFD_APPOINTMENT_ENDED)
		ics_plain(ics, "\\nNo longer assigned.");
	ics_end_line(ics);
}

/* Millionths of a degree, with the six places the RFC asks for. */
static void put_degrees(struct ics *ics, int32_t degrees)
{
	const long whole = labs(degrees);
	char text[32];

	snprintf(text, sizeof(text), "%s%ld.%06ld", degrees < 0 ? "-" : "", whole / 1000000,
		 whole % 1000000);
	ics_plain(ics, text);
}

static void put_place(struct ics *ics, const struct refd_fixture_card *card)
{
	const struct refd_coordinates *at = &card->venue_coordinates;

	ics_plain(ics, "LOCATION:");
	ics_text(ics, card->venue_name);
	if (card->venue_street.len) {
		ics_plain(ics, "\\, ");
		ics_text(ics, card->venue_street);
	}
	if (card->venue_zip.len || card->venue_city.len)
		ics_plain(ics, "\\, ");
	ics_text(ics, card->venue_zip);
	if (card->venue_zip.len && card->venue_city.len)
		ics_plain(ics, " ");
	ics_text(ics, card->venue_city);
	ics_end_line(ics);
	if (!at->set)
		return;
	ics_plain(ics, "GEO:");
	put_degrees(ics, at->latitude);
	ics_plain(ics, ";");
	put_degrees(ics, at->longitude);
	ics_end_line(ics);
}

static void put_event(struct calendar *calendar, const struct entry *entry)
{
	struct ics *ics = &calendar->ics;

	ics_line(ics, "BEGIN", "VEVENT");
	put_uid(ics, entry);
	put_times(ics, entry);
	put_status(ics, entry);
	put_summary(ics, entry, refd_uuid_is_unset(calendar->options->referee.uuid));
	put_description(ics, entry);
	put_place(ics, entry->card);
	ics_line(ics, "END", "VEVENT");
}

static enum refd_status take(void *self, const struct refd_fixture_card *card,
			     const struct refd_appointment *appointments, size_t count)
{
	struct calendar *calendar = self;
	const struct calendar_options *options = calendar->options;
	const bool everybody = refd_uuid_is_unset(options->referee.uuid);

	for (size_t i = 0; i < count; i++) {
		struct entry entry = { card, &appointments[i], appointments[i].status };

		if (!everybody && !refd_uuid_equal(entry.it->referee.uuid, options->referee.uuid))
			continue;
		if (options->committed_only && !entry.it->was_committed)
			continue;
		if (options->committed_only && entry.status == REFD_APPOINTMENT_STAGED)
			entry.status = REFD_APPOINTMENT_ENDED;
		put_event(calendar, &entry);
	}
	return REFD_OK;
}

static enum refd_status put_name(struct refctl *ctl, struct calendar *calendar)
{
	struct refd_referee_state referee;
	enum refd_status st;

	if (refd_uuid_is_unset(calendar->options->referee.uuid)) {
		ics_line(&calendar->ics, "X-WR-CALNAME", "Referees");
		return REFD_OK;
	}
	st = refd_query_referee(ctl->app, calendar->options->referee, &referee, &ctl->err);
	if (st == REFD_OK)
		ics_text_line(&calendar->ics, "X-WR-CALNAME", refd_name_str(&referee.name));
	return st;
}

static enum refd_status put_calendar(struct refctl *ctl, struct calendar *calendar)
{
	struct ics *ics = &calendar->ics;
	char product[64];
	enum refd_status st;

	snprintf(product, sizeof(product), "-//refdomain//refctl %s//EN", refd_version());
	ics_line(ics, "BEGIN", "VCALENDAR");
	ics_line(ics, "VERSION", "2.0");
	ics_line(ics, "PRODID", product);
	ics_line(ics, "CALSCALE", "GREGORIAN");
	ics_line(ics, "METHOD", "PUBLISH");
	st = put_name(ctl, calendar);
	if (st == REFD_OK)
		st = refd_query_appointments(ctl->app, calendar->options->referee,
					     calendar->options->range, NULL, take, calendar, NULL,
					     &ctl->err);
	ics_line(ics, "END", "VCALENDAR");
	return st;
}

enum refd_status calendar_write(struct refctl *ctl, const struct calendar_options *options)
{
	struct calendar calendar = { .options = options };
	char *text = NULL;
	size_t size = 0;
	enum refd_status st;

	calendar.ics.out = open_memstream(&text, &size);
	if (!calendar.ics.out)
		return refd_error_set(&ctl->err, REFD_NO_MEMORY, "out of memory");
	st = put_calendar(ctl, &calendar);
	if ((ferror(calendar.ics.out) | fclose(calendar.ics.out)) && st == REFD_OK)
		st = refd_error_set(&ctl->err, REFD_NO_MEMORY, "out of memory");
	if (st == REFD_OK)
		st = output_flush(ctl, fwrite(text, 1, size, stdout) != size);
	free(text);
	return st;
}
