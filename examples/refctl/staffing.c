#include "staffing.h"

#include <stdlib.h>
#include <string.h>

#include "dto.h"

#define WEEK (7 * REFD_DAY)

/* The array with room for one more, its last item zeroed; NULL: out of memory, nothing changed. */
static void *one_more(void *items, size_t count, size_t size)
{
	char *grown = items;

	/* rooms are powers of two */
	if ((count & (count - 1)) == 0)
		grown = realloc(items, (count ? count * 2 : 1) * size);
	if (grown)
		memset(grown + count * size, 0, size);
	return grown;
}

static char *copy(struct refd_str text)
{
	return strndup(text.len ? text.ptr : "", text.len);
}

static struct refd_time monday_of(struct refd_time time)
{
	/* 1970-01-05 was a Monday; times before 1970 count down */
	int64_t since = (time.us - 4 * REFD_DAY) % WEEK;

	return (struct refd_time){ time.us - (since < 0 ? since + WEEK : since) };
}

static struct staffing_week *week_of(struct staffing *staffing, struct refd_time kickoff)
{
	const struct refd_time monday = monday_of(kickoff);
	const size_t n = staffing->n_weeks;
	struct staffing_week *weeks;

	if (n > 0 && staffing->weeks[n - 1].monday.us == monday.us)
		return &staffing->weeks[n - 1];
	weeks = one_more(staffing->weeks, n, sizeof(*weeks));
	if (!weeks)
		return NULL;
	staffing->weeks = weeks;
	staffing->n_weeks++;
	weeks[n].monday = monday;
	return &weeks[n];
}

static void count(struct staffing_week *week, const struct refd_fixture_card *card)
{
	if (card->fixture.status == REFD_FIXTURE_CANCELLED)
		week->cancelled++;
	else if (card->n_referees == REFD_ROLES)
		week->full++;
	else if (card->n_referees > 0)
		week->partly++;
	else
		week->open++;
}

static bool keep_open(struct staffing *staffing, const struct refd_fixture_card *card)
{
	struct staffing_open *open =
		one_more(staffing->open, staffing->n_open, sizeof(*staffing->open));

	if (!open)
		return false;
	staffing->open = open;
	open += staffing->n_open++;
	open->kickoff = card->fixture.kickoff;
	open->home = copy(card->home_name);
	open->away = copy(card->away_name);
	open->venue = copy(card->venue_name);
	open->first = !card_referee(card, REFD_ROLE_FIRST);
	open->second = !card_referee(card, REFD_ROLE_SECOND);
	staffing->open_slots += (size_t)open->first + open->second;
	return open->home && open->away && open->venue;
}

static enum refd_status take_fixture(void *self, const struct refd_fixture_card *card)
{
	struct staffing *staffing = self;
	struct staffing_week *week = week_of(staffing, card->fixture.kickoff);

	if (!week)
		return REFD_NO_MEMORY;
	count(week, card);
	count(&staffing->sum, card);
	if (refd_time_is_unset(staffing->first))
		staffing->first = card->fixture.kickoff;
	staffing->last = card->fixture.kickoff;
	if (card->fixture.status == REFD_FIXTURE_SCHEDULED && card->n_referees < REFD_ROLES &&
	    !keep_open(staffing, card))
		return REFD_NO_MEMORY;
	return REFD_OK;
}

static enum refd_status take_load(void *self, const struct refd_referee_state *referee,
				  const struct refd_load *load)
{
	struct staffing *staffing = self;
	struct staffing_load *loads;

	if (referee->status == REFD_PARTY_RETIRED && refd_time_is_unset(load->last))
		return REFD_OK; /* nothing to do any more */
	loads = one_more(staffing->loads, staffing->n_loads, sizeof(*staffing->loads));
	if (!loads)
		return REFD_NO_MEMORY;
	staffing->loads = loads;
	loads += staffing->n_loads++;
	loads->name = copy(refd_name_str(&referee->name));
	loads->club = copy(refd_name_str(&referee->club));
	loads->load = *load;
	return loads->name && loads->club ? REFD_OK : REFD_NO_MEMORY;
}

/* Who stays equal looks the same in every column. */
static int compare_loads(const void *a, const void *b)
{
	const struct staffing_load *one = a, *other = b;
	const int64_t numbers[][2] = {
		{ (int64_t)staffing_load_matches(other), (int64_t)staffing_load_matches(one) },
		{ strcmp(one->name, other->name), 0 },
		{ strcmp(one->club, other->club), 0 },
		{ (int64_t)other->load.matches[0], (int64_t)one->load.matches[0] },
		{ one->load.metres, other->load.metres },
		{ one->load.last.us, other->load.last.us },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i][0] != numbers[i][1])
			return numbers[i][0] < numbers[i][1] ? -1 : 1;
	return 0;
}

enum refd_status staffing_read(struct refctl *ctl, struct refd_range range, struct staffing *ret)
{
	const struct refd_fixture_filter filter = { .range = range };
	enum refd_status st;

	*ret = (struct staffing){ .weeks = NULL };
	st = refd_query_fixtures(ctl->app, &filter, NULL, take_fixture, ret, NULL, &ctl->err);
	if (st == REFD_OK)
		st = refd_query_loads(ctl->app, (enum refd_party_status)0, range, NULL, take_load,
				      ret, NULL, &ctl->err);
	if (st == REFD_OK && ret->n_loads > 0)
		qsort(ret->loads, ret->n_loads, sizeof(*ret->loads), compare_loads);
	return st;
}

void staffing_done(struct staffing *staffing)
{
	for (size_t i = 0; i < staffing->n_open; i++) {
		free(staffing->open[i].home);
		free(staffing->open[i].away);
		free(staffing->open[i].venue);
	}
	for (size_t i = 0; i < staffing->n_loads; i++) {
		free(staffing->loads[i].name);
		free(staffing->loads[i].club);
	}
	free(staffing->weeks);
	free(staffing->open);
	free(staffing->loads);
	*staffing = (struct staffing){ .weeks = NULL };
}

size_t staffing_matches(const struct staffing_week *week)
{
	return week->full + week->partly + week->open;
}

size_t staffing_load_matches(const struct staffing_load *load)
{
	return load->load.matches[0] + load->load.matches[1];
}
