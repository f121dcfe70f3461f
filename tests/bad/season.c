#include "input.h"

static struct refd_uuid retired(struct league *league, enum refd_noun noun)
{
	struct refd_result *ret = &league->result;
	struct refd_error *err = &league->err;
	struct refd_uuid id;

	if (noun == REFD_NOUN_REFEREE) {
		id = league_referee(league, "Retired").uuid;
		LEAGUE_EXPECT(league,
			      refd_registry_retire_referee(
				      league->app, NULL, (struct refd_referee_id){ id }, ret, err),
			      REFD_OK);
	} else if (noun == REFD_NOUN_TEAM) {
		id = league_team(league, "Retired").uuid;
		LEAGUE_EXPECT(league,
			      refd_registry_retire_team(league->app, NULL,
							(struct refd_team_id){ id }, ret, err),
			      REFD_OK);
	} else {
		id = league_venue(league, "Retired").uuid;
		LEAGUE_EXPECT(league,
			      refd_registry_retire_venue(league->app, NULL,
							 (struct refd_venue_id){ id }, ret, err),
			      REFD_OK);
	}
	return id;
}

/* Where the second page of each list starts. */
static void take_keys(struct league *league, struct season *season)
{
	int list = 0;

	for (size_t i = 0; i < n_verbs; i++) {
		struct input input = { .verb = &verbs[i], .page.limit = 1 };
		struct answer answer = { .delivered = 0 };
		const struct argument *a = verbs[i].arguments;

		while (a->kind != END && a->kind != PAGE)
			a++;
		if (a->kind == END)
			continue;
		assert_int_equal(a->at, list);
		verbs[i].fill(&input, season);
		LEAGUE_EXPECT(league, verbs[i].run(league, &input, &answer, &league->err), REFD_OK);
		assert_true(answer.next.text[0] != '\0');
		season->keys[list++] = answer.next;
	}
	assert_int_equal(list, KEYS);
}

void season_build(struct league *league, struct season *season)
{
	const struct refd_command accepted = { .struct_size = sizeof(accepted),
					       .id.uuid = support_uuid(UINT64_C(1) << 41) };
	struct refd_fixture_id id;

	memset(season, 0, sizeof(*season));
	use_case_prepare(league, &season->set);
	season->accepted = accepted.id.uuid;
	league->meta = &accepted;
	(void)league_referee(league, "Accepted");
	league->meta = NULL;
	season->retired_referee = retired(league, REFD_NOUN_REFEREE);
	season->retired_team = retired(league, REFD_NOUN_TEAM);
	season->retired_venue = retired(league, REFD_NOUN_VENUE);
	id = league_fixture(league, league_time(35, 0));
	season->cancelled = id.uuid;
	support_assert_status(try_cancel(league, id), REFD_OK);
	id = league_fixture(league, league_time(42, 0));
	season->locked = id.uuid;
	support_assert_status(try_lock(league, &(struct refd_lock_target){ .fixture = id }),
			      REFD_OK);
	id = league_fixture(league, league_time(49, 0)); /* a second one in anna's schedule */
	league_declare(league, id, season->set.anna);
	support_assert_status(try_unstage(league, season->set.staged, season->set.anna), REFD_OK);
	league_stage(league, id, season->set.anna, REFD_ROLE_FIRST);
	league_commit(league);
	league_stage(league, season->set.staged, season->set.anna, REFD_ROLE_FIRST);
	season->past = league_fixture(league, league_time(0, 60)).uuid;
	league->now.us += 2 * REFD_HOUR;
	take_keys(league, season);
}
