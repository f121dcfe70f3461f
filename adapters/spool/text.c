/* What a notice says, in English. */
#include <stdio.h>
#include <string.h>

#include "spool.h"

static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void add(struct refd_spool__text *text, const char *bytes, size_t count)
{
	if (count > sizeof(text->bytes) - text->used) {
		text->full = true;
		return;
	}
	memcpy(text->bytes + text->used, bytes, count);
	text->used += count;
}

static void say(struct refd_spool__text *text, const char *words)
{
	add(text, words, strlen(words));
}

void refd_spool__name(struct refd_spool__text *text, struct refd_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		bool control = (unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f;

		add(text, control ? " " : name.ptr + i, 1);
	}
}

/* The printed form of the time in UTC: "2024-10-12T17:30:00Z". */
struct printed {
	char text[REFD_TIME_TEXT + 1];
	const char *day, *month;
};

static struct printed print(struct refd_time time)
{
	struct printed printed;
	int32_t day = refd_time_utc_day(time);
	int month;

	refd_time_format(time, printed.text);
	month = (printed.text[5] - '0') * 10 + printed.text[6] - '0';
	printed.month = months[month - 1];
	printed.day = days[((day + 4) % 7 + 7) % 7]; /* 1970-01-01 was a Thursday */
	return printed;
}

char *refd_spool__mail_date(struct refd_time time, char *text)
{
	struct printed printed = print(time);

	snprintf(text, 32, "%s, %.2s %s %.4s %.8s +0000", printed.day, printed.text + 8,
		 printed.month, printed.text, printed.text + 11);
	return text;
}

/* Without the zone's offset people still get the right instant, in UTC. */
static void say_time(const struct refd_spool *spool, struct refd_spool__text *text,
		     struct refd_time time)
{
	const struct refd_timezone *port = &spool->timezone;
	struct printed printed;
	int32_t offset = 0;
	bool local = spool->zone[0] && port->ops &&
		     port->ops->offset(port->self, refd_str_of(spool->zone), time, &offset, NULL) ==
			     REFD_OK;
	char words[128];

	time.us += local ? offset * REFD_SECOND : 0;
	printed = print(time);
	snprintf(words, sizeof(words), "%s %.2s %s %.4s, %.5s (%s)", printed.day, printed.text + 8,
		 printed.month, printed.text, printed.text + 11, local ? spool->zone : "UTC");
	say(text, words);
}

void refd_spool__subject(const struct refd_message *message, struct refd_spool__text *text)
{
	static const char *const news[] = {
		[REFD_NOTICE_ASSIGNED] = "You are assigned",
		[REFD_NOTICE_ROLE_CHANGED] = "Your role has changed",
		[REFD_NOTICE_RELEASED] = "You are released",
		[REFD_NOTICE_REPLACED] = "You are replaced",
		[REFD_NOTICE_FIXTURE_REDATED] = "New date",
		[REFD_NOTICE_FIXTURE_MOVED] = "New venue",
		[REFD_NOTICE_FIXTURE_CANCELLED] = "Cancelled",
	};

	say(text, news[message->notice->kind]);
	say(text, ": ");
	refd_spool__name(text, message->home_name);
	say(text, " - ");
	refd_spool__name(text, message->away_name);
}

static void say_role(struct refd_spool__text *text, const char *before, enum refd_role role)
{
	const char *word = refd_role_word(role);

	say(text, before);
	say(text, word ? word : "a");
	say(text, " referee.\n");
}

/* What a changed fixture means for the recipient. */
static void say_consequence(struct refd_spool__text *text, const struct refd_notice_state *notice)
{
	if (!notice->role)
		say(text, "You are told because you declared availability.\n");
	else if (notice->released)
		say_role(text, "You are released from your role as ", notice->role);
	else
		say_role(text, "You keep your role as ", notice->role);
}

static void say_news(struct refd_spool__text *text, const struct refd_notice_state *notice)
{
	switch (notice->kind) {
	case REFD_NOTICE_ASSIGNED:
		say_role(text, "you are assigned to this match as ", notice->role);
		break;
	case REFD_NOTICE_ROLE_CHANGED:
		say_role(text, "your role in this match has changed: you are now ", notice->role);
		break;
	case REFD_NOTICE_RELEASED:
		say_role(text, "you are released from this match, where you were ", notice->role);
		break;
	case REFD_NOTICE_REPLACED:
		say_role(text, "another referee takes your place in this match as ", notice->role);
		break;
	case REFD_NOTICE_FIXTURE_REDATED:
		say(text, "this match has a new date.\n");
		say_consequence(text, notice);
		break;
	case REFD_NOTICE_FIXTURE_MOVED:
		say(text, "this match has a new venue.\n");
		say_consequence(text, notice);
		break;
	case REFD_NOTICE_FIXTURE_CANCELLED:
		say(text, "this match is cancelled.\n");
		say_consequence(text, notice);
		break;
	}
	if (notice->availability_dropped)
		say(text, "Your availability for it no longer counts.\n");
}

static void say_venue(struct refd_spool__text *text, const struct refd_message *message)
{
	say(text, "Venue:    ");
	refd_spool__name(text, message->venue_name);
	if (message->venue_street.len) {
		say(text, ", ");
		refd_spool__name(text, message->venue_street);
	}
	if (message->venue_zip.len || message->venue_city.len)
		say(text, ", ");
	refd_spool__name(text, message->venue_zip);
	if (message->venue_zip.len && message->venue_city.len)
		say(text, " ");
	refd_spool__name(text, message->venue_city);
	say(text, "\n");
	if (message->previous_venue_name.len) {
		say(text, "Before:   ");
		refd_spool__name(text, message->previous_venue_name);
		say(text, "\n");
	}
}

void refd_spool__body(const struct refd_spool *spool, const struct refd_message *message,
		      struct refd_spool__text *text)
{
	const struct refd_notice_state *notice = message->notice;

	say(text, "Dear ");
	refd_spool__name(text, message->recipient_name);
	say(text, ",\n\n");
	say_news(text, notice);
	say(text, "\nMatch:    ");
	refd_spool__name(text, message->home_name);
	say(text, " - ");
	refd_spool__name(text, message->away_name);
	say(text, "\nKick-off: ");
	say_time(spool, text, notice->kickoff);
	if (!refd_time_is_unset(notice->previous_kickoff)) {
		say(text, "\nBefore:   ");
		say_time(spool, text, notice->previous_kickoff);
	}
	say(text, "\n");
	say_venue(text, message);
}
