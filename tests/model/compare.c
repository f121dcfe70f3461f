#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What differs; of a status also from what to what. */
static bool differ(struct difference *ret, const char *what, const char *one, const char *other)
{
	bool status = strcmp(what, "status") == 0;

	snprintf(ret->kind, sizeof(ret->kind), "%s%s%s%s%s", what, status ? " " : "",
		 status ? one : "", status ? " " : "", status ? other : "");
	snprintf(ret->one, sizeof(ret->one), "%s", one);
	snprintf(ret->other, sizeof(ret->other), "%s", other);
	return true;
}

static bool holds(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool broken_differ(const struct pm_answer *model, const struct pm_answer *library,
			  struct difference *ret)
{
	for (size_t i = 0; i < library->n_broken; i++)
		if (!holds(model->broken, model->n_broken, library->broken[i]))
			return differ(ret, "rule", "-", library->broken[i]);
	if (library->any_rules)
		return false; /* more than the error keeps */
	for (size_t i = 0; i < model->n_broken; i++)
		if (!holds(library->broken, library->n_broken, model->broken[i]))
			return differ(ret, "rule", model->broken[i], "-");
	return false;
}

static bool has_violation(const struct pm_answer *answer, const struct pm_violation *wanted)
{
	for (size_t i = 0; i < answer->n_violations; i++)
		if (memcmp(&answer->violations[i], wanted, sizeof(*wanted)) == 0)
			return true;
	return false;
}

/* Those of @p a that @p b has not; @p model_has: @p a is the model's. */
static bool one_sided_violation(const struct pm_answer *a, const struct pm_answer *b,
				bool model_has, struct difference *ret)
{
	char text[80];

	for (size_t i = 0; i < a->n_violations; i++) {
		const struct pm_violation *v = &a->violations[i];

		if (has_violation(b, v))
			continue;
		snprintf(text, sizeof(text), "%s fixture=%d referee=%d role=%d",
			 v->rule <= REFD_ENGINE_RULES ? pm_engine_rule_names[v->rule] : "?",
			 v->fixture, v->referee, v->role);
		return model_has ? differ(ret, "violation", text, "-")
				 : differ(ret, "violation", "-", text);
	}
	return false;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool events_differ(struct pm_answer *model, struct pm_answer *library,
			  struct difference *ret)
{
	qsort(model->events, model->n_events, PM_EVENT_TEXT, compare_texts);
	qsort(library->events, library->n_events, PM_EVENT_TEXT, compare_texts);
	for (size_t i = 0; i < model->n_events || i < library->n_events; i++) {
		const char *mine = i < model->n_events ? model->events[i] : "-";
		const char *theirs = i < library->n_events ? library->events[i] : "-";

		if (strcmp(mine, theirs) != 0)
			return differ(ret, "event", mine, theirs);
	}
	return false;
}

bool answers_differ(struct pm_answer *model, struct pm_answer *library, struct difference *ret)
{
	char mine[32], theirs[32];

	if (strcmp(model->status, library->status) != 0)
		return differ(ret, "status", model->status, library->status);
	if (!model->any_rules && broken_differ(model, library, ret))
		return true;
	if (one_sided_violation(model, library, true, ret) ||
	    one_sided_violation(library, model, false, ret))
		return true;
	snprintf(mine, sizeof(mine), "%ld", model->affected);
	snprintf(theirs, sizeof(theirs), "%ld", library->affected);
	if (model->affected >= 0 && strcmp(model->status, "OK") == 0 && strcmp(mine, theirs) != 0)
		return differ(ret, "affected", mine, theirs);
	return events_differ(model, library, ret);
}

bool lines_differ(const char *what, const char *one, const char *other, struct difference *ret)
{
	const char *a = one, *b = other;

	if (strcmp(one, other) == 0)
		return false;
	while (*a && *a == *b)
		a++, b++;
	while (a > one && a[-1] != '\n')
		a--, b--;
	differ(ret, what, a, b);
	ret->one[strcspn(ret->one, "\n")] = '\0';
	ret->other[strcspn(ret->other, "\n")] = '\0';
	return true;
}

#define PRINT(...) used += (size_t)snprintf(text + used, size - used, __VA_ARGS__)

static size_t print_party(const struct pm_party *party, const char *noun, int id, char *text,
			  size_t size)
{
	size_t used = 0;

	if (party->there)
		PRINT("%s %d v%ld retired=%d name=%d club=%d phone=%d email=%d street=%d "
		      "place=%d\n",
		      noun, id, party->version, party->retired, party->name, party->club,
		      party->phone, party->email, party->street, party->place);
	return used;
}

static size_t print_fixture(const struct pm_model *model, int f, char *text, size_t size)
{
	const struct pm_fixture *fixture = &model->fixtures[f];
	size_t used = 0;

	if (fixture->there)
		PRINT("fixture %d v%ld cancelled=%d locked=%d home=%d away=%d venue=%d "
		      "kickoff=%ld hand_out=%ld first=%d second=%d\n",
		      f, fixture->version, fixture->cancelled, fixture->locked, fixture->home,
		      fixture->away, fixture->venue, fixture->kickoff, fixture->hand_out,
		      fixture->slots[1], fixture->slots[2]);
	for (int r = 1; r <= PM_REFEREES; r++) {
		const struct pm_assignment *assignment = &model->assignments[f][r];

		if (model->availabilities[f][r].there)
			PRINT("availability %d/%d declared_at=%ld\n", f, r,
			      model->availabilities[f][r].declared_at);
		if (assignment->there)
			PRINT("assignment %d/%d v%ld committed=%d role=%d staged_role=%d "
			      "replaces=%d overridden=%x\n",
			      f, r, assignment->version, assignment->committed, assignment->role,
			      assignment->staged_role, assignment->replaces,
			      assignment->overridden);
	}
	return used;
}

static void print_model(const struct pm_model *model, char *text, size_t size)
{
	const struct pm_rules *rules = &model->rules;
	size_t used = 0;

	PRINT("now %ld\n", model->now);
	PRINT("board v%ld locked=%d hand_out=%ld\n", model->board_version, model->board_locked,
	      model->board_hand_out);
	PRINT("rules v%ld %d %d %d %d %d %d %d %d %d %d %d\n", rules->version, rules->exclusivity,
	      rules->zone, rules->match_duration, rules->travel_speed, rules->travel_gap,
	      rules->require_future_kickoff, rules->require_availability, rules->withdrawal_cutoff,
	      rules->neutral_referees, rules->on_change, rules->availability_on_change);
	for (int i = 0; i <= PM_REFEREES; i++)
		used += print_party(&model->referees[i], "referee", i, text + used, size - used);
	for (int i = 0; i <= PM_TEAMS; i++)
		used += print_party(&model->teams[i], "team", i, text + used, size - used);
	for (int i = 0; i <= PM_VENUES; i++)
		used += print_party(&model->venues[i], "venue", i, text + used, size - used);
	for (int i = 0; i <= PM_FIXTURES; i++)
		used += print_fixture(model, i, text + used, size - used);
}

bool states_differ(const struct pm_model *model, struct side *side, struct difference *ret)
{
	static char mine[65536], theirs[65536];
	static struct pm_model read;

	side_state(side, &read);
	print_model(model, mine, sizeof(mine));
	print_model(&read, theirs, sizeof(theirs));
	return lines_differ("state", mine, theirs, ret);
}
