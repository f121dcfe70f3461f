#include "plain_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct pm_place pm_places[PM_PLACES + 1] = {
	{ 0, 0 },
	{ 50082600, 8240000 },
	{ 50110900, 8682100 },
	{ 52520000, 13405000 },
	{ -33868800, 151209300 },
};

const int pm_zone_offsets[PM_ZONES] = { 0, 9 * 60, -8 * 60 };

const char *const pm_engine_rule_names[] = {
	"",
	"FIXTURE_NOT_PLAYABLE",
	"ROLE_TAKEN",
	"REFEREE_TWICE",
	"REFEREE_DOUBLE_BOOKED",
	"REFEREE_RETIRED",
	"REFEREE_NOT_AVAILABLE",
	"REFEREE_TOO_CLOSE",
	"CLUB_NOT_NEUTRAL",
};

static const char *const role_words[] = { "-", "first", "second" };

/* ---- answers ---- */

static void event(struct pm_answer *answer, const char *format, ...)
{
	va_list list;

	if (answer->n_events == PM_EVENTS_MOST)
		return;
	va_start(list, format);
	vsnprintf(answer->events[answer->n_events++], PM_EVENT_TEXT, format, list);
	va_end(list);
}

static int rank(const char *status)
{
	static const char *const ranks[] = { "OK", "LATE", "LOCKED", "REFUSED" };

	for (int i = 0; i < 4; i++)
		if (strcmp(status, ranks[i]) == 0)
			return i;
	return 4;
}

/* A rule is broken. A refusal outweighs a lock, and a lock a cut-off. */
static void broken(struct pm_answer *answer, const char *status, const char *rule)
{
	if (rank(status) > rank(answer->status))
		answer->status = status;
	for (size_t i = 0; i < answer->n_broken; i++)
		if (strcmp(answer->broken[i], rule) == 0)
			return;
	if (answer->n_broken < PM_BROKEN_MOST)
		answer->broken[answer->n_broken++] = rule;
}

static void invalid(struct pm_answer *answer, const char *rule)
{
	broken(answer, "INVALID", rule);
}

static void refuse(struct pm_answer *answer, const char *rule)
{
	broken(answer, "REFUSED", rule);
}

static bool fine(const struct pm_answer *answer)
{
	return strcmp(answer->status, "OK") == 0;
}

static void not_found(struct pm_answer *answer)
{
	if (fine(answer))
		answer->status = "NOT_FOUND";
}

/* ---- texts ---- */

static void check_line(struct pm_answer *answer, int text)
{
	if (text == PM_TEXT_TOO_LONG)
		invalid(answer, "TEXT_TOO_LONG");
	if (text == PM_TEXT_CONTROL)
		invalid(answer, "TEXT_CONTROL");
	if (text == PM_TEXT_NOT_UTF8)
		invalid(answer, "TEXT_NOT_UTF8");
}

static void check_name(struct pm_answer *answer, int text)
{
	if (text == 0 || text == PM_TEXT_BLANK)
		invalid(answer, "TEXT_BLANK");
	check_line(answer, text);
}

static void check_contact(struct pm_answer *answer, int text)
{
	if (text == PM_TEXT_MALFORMED)
		invalid(answer, "TEXT_MALFORMED");
}

/* ---- who is there ---- */

static struct pm_party *party(struct pm_party *parties, int most, int id)
{
	return id >= 1 && id <= most && parties[id].there ? &parties[id] : NULL;
}

static struct pm_party *referee(struct pm_model *model, int id)
{
	return party(model->referees, PM_REFEREES, id);
}

static struct pm_party *team(struct pm_model *model, int id)
{
	return party(model->teams, PM_TEAMS, id);
}

static struct pm_party *venue(struct pm_model *model, int id)
{
	return party(model->venues, PM_VENUES, id);
}

static struct pm_fixture *fixture(struct pm_model *model, int id)
{
	return id >= 1 && id <= PM_FIXTURES && model->fixtures[id].there ? &model->fixtures[id]
									 : NULL;
}

static void check_version(struct pm_answer *answer, enum pm_expected expected)
{
	if (fine(answer) && expected == PM_STALE)
		answer->status = "CONFLICT";
}

/* ---- registry ---- */

static void check_party(const struct pm_command *command, bool has_contact, bool is_venue,
			struct pm_answer *answer)
{
	check_name(answer, command->name);
	if (is_venue)
		check_line(answer, command->street);
	else
		check_name(answer, command->club);
	if (has_contact) {
		check_contact(answer, command->phone);
		check_contact(answer, command->email);
	}
	if (is_venue && command->place == PM_PLACE_BAD)
		invalid(answer, "OUT_OF_RANGE");
}

static void set_party(struct pm_party *party, const struct pm_command *command, bool is_venue)
{
	party->name = command->name;
	party->club = is_venue ? 0 : command->club;
	party->phone = command->phone;
	party->email = command->email;
	party->street = is_venue ? command->street : 0;
	party->place = is_venue ? command->place : 0;
	party->version++;
}

static void tell_party(const char *noun, const char *name, int id, const struct pm_party *party,
		       struct pm_answer *answer)
{
	event(answer, "%s %d v%ld %s name=%d club=%d phone=%d email=%d street=%d place=%d", noun,
	      id, party->version, name, party->name, party->club, party->phone, party->email,
	      party->street, party->place);
}

struct registry {
	const char *noun, *created, *corrected, *retired;
	struct pm_party *parties;
	int most, id;
	bool has_contact, is_venue;
};

static void run_register(const struct registry *registry, const struct pm_command *command,
			 struct pm_answer *answer)
{
	struct pm_party *party = &registry->parties[registry->id];

	check_party(command, registry->has_contact, registry->is_venue, answer);
	if (fine(answer) && party->there)
		answer->status = "ALREADY_EXISTS";
	if (!fine(answer))
		return;
	party->there = true;
	set_party(party, command, registry->is_venue);
	tell_party(registry->noun, registry->created, registry->id, party, answer);
}

static void run_correct(const struct registry *registry, const struct pm_command *command,
			struct pm_answer *answer)
{
	struct pm_party *found = party(registry->parties, registry->most, registry->id);

	if (!found)
		not_found(answer);
	check_version(answer, command->expected);
	if (!fine(answer))
		return;
	if (found->retired)
		refuse(answer, "RETIRED");
	check_party(command, registry->has_contact, registry->is_venue, answer);
	if (!fine(answer))
		return;
	set_party(found, command, registry->is_venue);
	tell_party(registry->noun, registry->corrected, registry->id, found, answer);
}

static void run_retire(const struct registry *registry, const struct pm_command *command,
		       struct pm_answer *answer)
{
	struct pm_party *found = party(registry->parties, registry->most, registry->id);

	if (!found)
		not_found(answer);
	check_version(answer, command->expected);
	if (fine(answer) && found->retired)
		refuse(answer, "RETIRED");
	if (!fine(answer))
		return;
	found->retired = true;
	found->version++;
	event(answer, "%s %d v%ld %s", registry->noun, registry->id, found->version,
	      registry->retired);
}

static void run_change_club(struct pm_model *model, const struct pm_command *command,
			    struct pm_answer *answer)
{
	struct pm_party *found = referee(model, command->referee);
	int previous;

	if (!found)
		not_found(answer);
	check_version(answer, command->expected);
	if (!fine(answer))
		return;
	if (found->retired)
		refuse(answer, "RETIRED");
	check_name(answer, command->club);
	if (!fine(answer))
		return;
	previous = found->club;
	found->club = command->club;
	found->version++;
	event(answer, "referee %d v%ld RefereeClubChanged club=%d previous=%d", command->referee,
	      found->version, found->club, previous);
}

/* ---- time and places ---- */

/* Whole days from 1970 in the zone. */
static long day_of(long time, int zone)
{
	long local = time + pm_zone_offsets[zone];

	return local >= 0 ? local / 1440 : (local - 1439) / 1440;
}

static bool same_time(long a, long b, const struct pm_rules *rules)
{
	long distance = a > b ? a - b : b - a;

	if (rules->exclusivity == PM_DAY)
		return day_of(a, rules->zone) == day_of(b, rules->zone);
	return distance < rules->match_duration;
}

static long travel(const struct pm_model *model, int a, int b)
{
	const double radian = 0.017453292519943295, radius = 6371.0088;
	int from = model->venues[a].place, to = model->venues[b].place;
	double lat1, lat2, up, across, half, km;

	if (a == b)
		return 0;
	if (!from || !to)
		return model->rules.travel_gap;
	lat1 = pm_places[from].latitude / 1e6 * radian;
	lat2 = pm_places[to].latitude / 1e6 * radian;
	up = sin((lat2 - lat1) / 2);
	across = sin((pm_places[to].longitude - pm_places[from].longitude) / 1e6 * radian / 2);
	half = up * up + cos(lat1) * cos(lat2) * across * across;
	km = 2 * radius * asin(sqrt(half));
	return (long)ceil(km / model->rules.travel_speed * 60);
}

/* Whether another scheduled fixture holds that venue or one of these teams then. 0 is no venue or
 * team. */
static void check_slots(const struct pm_model *model, int self, int venue_id, int home, int away,
			long kickoff, struct pm_answer *answer)
{
	for (int f = 1; f <= PM_FIXTURES; f++) {
		const struct pm_fixture *other = &model->fixtures[f];

		if (f == self || !other->there || other->cancelled ||
		    !same_time(kickoff, other->kickoff, &model->rules))
			continue;
		if (venue_id && other->venue == venue_id)
			refuse(answer, "VENUE_TAKEN");
		if (home && (other->home == home || other->away == home))
			refuse(answer, "TEAM_TAKEN");
		if (away && (other->home == away || other->away == away))
			refuse(answer, "TEAM_TAKEN");
	}
}

static void check_future(const struct pm_model *model, long kickoff, struct pm_answer *answer)
{
	if (model->rules.require_future_kickoff && kickoff <= model->now)
		refuse(answer, "KICKOFF_NOT_FUTURE");
}

static void check_time(long time, struct pm_answer *answer)
{
	if (time == 0)
		invalid(answer, "REQUIRED");
	if (time == PM_NEVER)
		invalid(answer, "OUT_OF_RANGE");
}

/* ---- the rule engine ---- */

/* One referee on one fixture, as it is or as it would be. */
struct seat {
	int fixture, referee, role;
	bool subject;
	unsigned overridden;
	bool available;
};

enum { SEATS_MOST = PM_FIXTURES * PM_REFEREES };

struct seats {
	struct seat seats[SEATS_MOST];
	int count;
};

static void violated(struct pm_answer *answer, const struct seat *seat, int rule)
{
	struct pm_violation violation = { rule, seat->fixture, seat->referee, seat->role };

	if (seat->overridden & 1U << rule)
		return;
	if (answer->n_violations < PM_VIOLATIONS_MOST)
		answer->violations[answer->n_violations++] = violation;
}

static void judge_pair(const struct pm_model *model, const struct seat *seat,
		       const struct seat *other, struct pm_answer *answer)
{
	const struct pm_fixture *mine = &model->fixtures[seat->fixture];
	const struct pm_fixture *theirs = &model->fixtures[other->fixture];
	long distance = mine->kickoff > theirs->kickoff ? mine->kickoff - theirs->kickoff
							: theirs->kickoff - mine->kickoff;
	long apart = distance - model->rules.match_duration;

	if (seat->fixture == other->fixture) {
		if (seat->referee == other->referee)
			violated(answer, seat, PM_REFEREE_TWICE);
		else if (seat->role == other->role)
			violated(answer, seat, PM_ROLE_TAKEN);
		return;
	}
	if (seat->referee != other->referee || theirs->cancelled)
		return;
	if (apart < 0)
		violated(answer, seat, PM_REFEREE_DOUBLE_BOOKED);
	else if (apart < travel(model, mine->venue, theirs->venue))
		violated(answer, seat, PM_REFEREE_TOO_CLOSE);
}

static void judge_seat(const struct pm_model *model, const struct seats *seats,
		       const struct seat *seat, struct pm_answer *answer)
{
	const struct pm_rules *rules = &model->rules;
	const struct pm_fixture *match = &model->fixtures[seat->fixture];
	const struct pm_party *judged = &model->referees[seat->referee];

	if (match->cancelled || (rules->require_future_kickoff && match->kickoff <= model->now))
		violated(answer, seat, PM_FIXTURE_NOT_PLAYABLE);
	for (int i = 0; i < seats->count; i++)
		if (&seats->seats[i] != seat)
			judge_pair(model, seat, &seats->seats[i], answer);
	if (judged->retired)
		violated(answer, seat, PM_REFEREE_RETIRED);
	if (rules->require_availability && !seat->available)
		violated(answer, seat, PM_REFEREE_NOT_AVAILABLE);
	if (rules->neutral_referees && (judged->club == model->teams[match->home].club ||
					judged->club == model->teams[match->away].club))
		violated(answer, seat, PM_CLUB_NOT_NEUTRAL);
}

static void judge(const struct pm_model *model, const struct seats *seats, struct pm_answer *answer)
{
	for (int i = 0; i < seats->count; i++)
		if (seats->seats[i].subject)
			judge_seat(model, seats, &seats->seats[i], answer);
}

/* Which assignments are about to be committed. */
struct choice {
	bool on[PM_FIXTURES + 1][PM_REFEREES + 1];
};

static int wanted_role(const struct pm_assignment *assignment)
{
	if (!assignment->there)
		return 0;
	return assignment->committed ? assignment->staged_role : assignment->role;
}

/* Whether a chosen assignment replaces the committed one of that referee, who stays put. */
static bool is_replaced(const struct pm_model *model, struct choice *choice, int f, int r)
{
	const struct pm_assignment *held = &model->assignments[f][r];

	if (held->staged_role)
		return false; /* who is to change the role is not to go */
	for (int other = 1; other <= PM_REFEREES; other++) {
		const struct pm_assignment *assignment = &model->assignments[f][other];

		if (other != r && choice->on[f][other] && wanted_role(assignment) == held->role &&
		    assignment->replaces == r)
			return true;
	}
	return false;
}

/* The assignments as if the chosen ones were committed. */
static void seat_all(const struct pm_model *model, struct choice *choice, struct seats *seats)
{
	seats->count = 0;
	for (int f = 1; f <= PM_FIXTURES; f++) {
		for (int r = 1; r <= PM_REFEREES; r++) {
			const struct pm_assignment *assignment = &model->assignments[f][r];
			struct seat seat = { f,
					     r,
					     0,
					     choice->on[f][r],
					     assignment->overridden,
					     model->availabilities[f][r].there };

			if (!assignment->there)
				continue;
			if (choice->on[f][r])
				seat.role = wanted_role(assignment);
			else if (assignment->committed && !is_replaced(model, choice, f, r))
				seat.role = assignment->role;
			if (seat.role)
				seats->seats[seats->count++] = seat;
		}
	}
}

static void add_overrides(const struct pm_command *command, struct seats *seats)
{
	for (int i = 0; i < seats->count; i++)
		for (int k = 0; k < command->n_overrides; k++)
			if (command->overrides[k].fixture == seats->seats[i].fixture &&
			    command->overrides[k].referee == seats->seats[i].referee)
				seats->seats[i].overridden |= 1U << command->overrides[k].rule;
}

/* ---- assignments ---- */

static void tell_assignment(const struct pm_model *model, int f, int r, const char *name,
			    const char *more, struct pm_answer *answer)
{
	event(answer, "assignment %d/%d v%ld %s %s", f, r, model->assignments[f][r].version, name,
	      more);
}

static void tell_staged(const struct pm_model *model, int f, int r, const char *name, int previous,
			struct pm_answer *answer)
{
	const struct pm_assignment *assignment = &model->assignments[f][r];
	char more[80];

	snprintf(more, sizeof(more), "role=%s previous=%s replaces=%d",
		 role_words[wanted_role(assignment)], role_words[previous], assignment->replaces);
	tell_assignment(model, f, r, name, more, answer);
}

/* End a committed assignment and empty the slot. */
static void unassign(struct pm_model *model, int f, int r, const char *reason,
		     struct pm_answer *answer)
{
	struct pm_assignment *assignment = &model->assignments[f][r];
	char more[80];

	snprintf(more, sizeof(more), "role=%s reason=%s", role_words[assignment->role], reason);
	assignment->version++;
	tell_assignment(model, f, r, "RefereeUnassigned", more, answer);
	if (model->fixtures[f].slots[assignment->role] == r)
		model->fixtures[f].slots[assignment->role] = 0;
	memset(assignment, 0, sizeof(*assignment));
}

static void run_stage(struct pm_model *model, const struct pm_command *command,
		      struct pm_answer *answer)
{
	const struct pm_fixture *match = fixture(model, command->fixture);
	struct pm_assignment *assignment;
	int holder, previous;

	if (command->role < 1 || command->role > PM_ROLES)
		invalid(answer, command->role == 0 ? "REQUIRED" : "OUT_OF_RANGE");
	if (!match || !referee(model, command->referee))
		not_found(answer);
	if (!fine(answer))
		return;
	assignment = &model->assignments[command->fixture][command->referee];
	holder = match->slots[command->role];
	if (assignment->there && assignment->committed && assignment->role == command->role) {
		refuse(answer, "ALREADY_COMMITTED");
		return;
	}
	if (!assignment->there) {
		assignment->there = true;
		assignment->version = 1;
		assignment->role = command->role;
		assignment->replaces = holder;
		tell_staged(model, command->fixture, command->referee, "AssignmentCreated", 0,
			    answer);
		return;
	}
	if (wanted_role(assignment) == command->role && assignment->replaces == holder)
		return;
	previous = assignment->role;
	if (assignment->committed)
		assignment->staged_role = command->role;
	else
		assignment->role = command->role;
	assignment->replaces = holder;
	assignment->version++;
	tell_staged(model, command->fixture, command->referee, "AssignmentRoleChanged", previous,
		    answer);
}

/* Drop what is staged; a row that was never committed goes. */
static void unstage(struct pm_model *model, int f, int r, struct pm_answer *answer)
{
	struct pm_assignment *assignment = &model->assignments[f][r];
	char more[80];

	snprintf(more, sizeof(more), "role=%s", role_words[wanted_role(assignment)]);
	assignment->version++;
	tell_assignment(model, f, r, "AssignmentRemoved", more, answer);
	assignment->staged_role = 0;
	assignment->replaces = 0;
	if (!assignment->committed)
		memset(assignment, 0, sizeof(*assignment));
}

/* The assignment the command is about, or NULL with NOT_FOUND. */
static struct pm_assignment *find_assignment(struct pm_model *model,
					     const struct pm_command *command,
					     struct pm_answer *answer)
{
	struct pm_assignment *assignment = NULL;

	if (fixture(model, command->fixture) && referee(model, command->referee))
		assignment = &model->assignments[command->fixture][command->referee];
	if (!assignment || !assignment->there) {
		not_found(answer);
		return NULL;
	}
	return assignment;
}

static void run_unstage(struct pm_model *model, const struct pm_command *command,
			struct pm_answer *answer)
{
	const struct pm_assignment *assignment = find_assignment(model, command, answer);

	if (!assignment)
		return;
	if (!wanted_role(assignment))
		refuse(answer, "NOT_STAGED");
	else
		unstage(model, command->fixture, command->referee, answer);
}

static void run_remove(struct pm_model *model, const struct pm_command *command,
		       struct pm_answer *answer)
{
	const struct pm_assignment *assignment = find_assignment(model, command, answer);

	if (!assignment)
		return;
	if (!assignment->committed)
		refuse(answer, "NOT_COMMITTED");
	else
		unassign(model, command->fixture, command->referee, "removed", answer);
}

/* ---- overrides ---- */

static void check_reasons(const struct pm_command *command, struct pm_answer *answer)
{
	for (int i = 0; i < command->n_overrides; i++) {
		int rule = command->overrides[i].rule;

		check_name(answer, command->overrides[i].reason);
		if (rule != PM_REFEREE_NOT_AVAILABLE && rule != PM_REFEREE_TOO_CLOSE &&
		    rule != PM_CLUB_NOT_NEUTRAL)
			refuse(answer, "OVERRIDE_NOT_ALLOWED");
	}
}

static void check_overrides(const struct pm_command *command, const struct choice *choice,
			    struct pm_answer *answer)
{
	check_reasons(command, answer);
	if (!fine(answer))
		return;
	for (int i = 0; i < command->n_overrides; i++) {
		const struct pm_override *override = &command->overrides[i];

		if (override->fixture >= 1 && override->fixture <= PM_FIXTURES &&
		    override->referee >= 1 && override->referee <= PM_REFEREES &&
		    choice->on[override->fixture][override->referee])
			continue;
		answer->any_rules = true;
		invalid(answer, "an override for nothing");
	}
}

static void record_overrides(struct pm_model *model, const struct pm_command *command, int f, int r,
			     struct pm_answer *answer)
{
	struct pm_assignment *assignment = &model->assignments[f][r];
	char more[80];

	for (int i = 0; i < command->n_overrides; i++) {
		const struct pm_override *override = &command->overrides[i];

		if (override->fixture != f || override->referee != r)
			continue;
		assignment->overridden |= 1U << override->rule;
		assignment->version++;
		snprintf(more, sizeof(more), "rules=%s reason=%d",
			 pm_engine_rule_names[override->rule], override->reason);
		event(answer, "assignment %d/%d v%ld RuleOverridden %s", f, r, assignment->version,
		      more);
	}
}

/* ---- validate and commit ---- */

static long choose_staged(const struct pm_model *model, struct choice *choice)
{
	long count = 0;

	memset(choice, 0, sizeof(*choice));
	for (int f = 1; f <= PM_FIXTURES; f++) {
		for (int r = 1; r <= PM_REFEREES; r++) {
			choice->on[f][r] = wanted_role(&model->assignments[f][r]) != 0;
			count += choice->on[f][r];
		}
	}
	return count;
}

static void judge_chosen(const struct pm_model *model, const struct pm_command *command,
			 struct choice *choice, struct pm_answer *answer)
{
	struct seats seats;

	seat_all(model, choice, &seats);
	add_overrides(command, &seats);
	judge(model, &seats, answer);
}

static void refuse_violations(struct pm_answer *answer)
{
	for (size_t i = 0; i < answer->n_violations; i++)
		refuse(answer, pm_engine_rule_names[answer->violations[i].rule]);
}

static void run_validate(struct pm_model *model, const struct pm_command *command,
			 struct pm_answer *answer)
{
	struct choice staged;

	choose_staged(model, &staged);
	check_overrides(command, &staged, answer);
	if (!fine(answer))
		return;
	judge_chosen(model, command, &staged, answer);
	refuse_violations(answer);
}

/* Leave out what breaks a rule, until what is left breaks none: the others may have counted on what
 * was left out. */
static void choose_valid(const struct pm_model *model, const struct pm_command *command,
			 struct choice *choice, struct pm_answer *answer)
{
	size_t before = 0, after = answer->n_violations;

	while (after > before) {
		for (size_t i = before; i < after; i++)
			choice->on[answer->violations[i].fixture][answer->violations[i].referee] =
				false;
		judge_chosen(model, command, choice, answer);
		before = after;
		after = answer->n_violations;
	}
}

/* First who goes, then who comes, so that two can swap. */
static void release_replaced(struct pm_model *model, struct choice *choice,
			     struct pm_answer *answer)
{
	for (int f = 1; f <= PM_FIXTURES; f++) {
		for (int r = 1; r <= PM_REFEREES; r++) {
			const struct pm_assignment *assignment = &model->assignments[f][r];

			if (!assignment->there || !assignment->committed)
				continue;
			if (choice->on[f][r])
				model->fixtures[f].slots[assignment->role] = 0;
			else if (is_replaced(model, choice, f, r))
				unassign(model, f, r, "replaced", answer);
		}
	}
}

static void commit_one(struct pm_model *model, const struct pm_command *command, int f, int r,
		       struct pm_answer *answer)
{
	struct pm_assignment *assignment = &model->assignments[f][r];
	int role = wanted_role(assignment);
	int previous = assignment->committed ? assignment->role : 0;
	char more[80];

	record_overrides(model, command, f, r, answer);
	assignment->committed = true;
	assignment->role = role;
	assignment->staged_role = 0;
	assignment->replaces = 0;
	assignment->version++;
	model->fixtures[f].slots[role] = r;
	snprintf(more, sizeof(more), "role=%s previous=%s", role_words[role], role_words[previous]);
	tell_assignment(model, f, r, "RefereeAssigned", more, answer);
}

static void run_commit(struct pm_model *model, const struct pm_command *command,
		       struct pm_answer *answer)
{
	struct choice staged;

	choose_staged(model, &staged);
	check_overrides(command, &staged, answer);
	if (!fine(answer))
		return;
	judge_chosen(model, command, &staged, answer);
	if (command->valid_only)
		choose_valid(model, command, &staged, answer);
	else
		refuse_violations(answer);
	if (!fine(answer))
		return;
	answer->affected = 0;
	release_replaced(model, &staged, answer);
	for (int f = 1; f <= PM_FIXTURES; f++) {
		for (int r = 1; r <= PM_REFEREES; r++) {
			if (!staged.on[f][r])
				continue;
			commit_one(model, command, f, r, answer);
			answer->affected++;
		}
	}
}

/* ---- replace ---- */

/* As if the new referee held the place of the old one, and nothing staged counted. */
static void seat_replacement(const struct pm_model *model, const struct pm_command *command,
			     struct seats *seats)
{
	static struct choice none;
	const struct pm_assignment *old = &model->assignments[command->fixture][command->referee];
	struct seat seat = { command->fixture, command->new_referee, old->role, true, 0, false };

	seat_all(model, &none, seats);
	for (int i = 0; i < seats->count; i++)
		if (seats->seats[i].fixture == command->fixture &&
		    seats->seats[i].referee == command->referee)
			seats->seats[i--] = seats->seats[--seats->count];
	seat.available = model->availabilities[command->fixture][command->new_referee].there;
	seats->seats[seats->count++] = seat;
}

static void check_replacement(struct pm_model *model, const struct pm_command *command,
			      struct pm_answer *answer)
{
	const struct pm_assignment *old = &model->assignments[command->fixture][command->referee];
	struct seats seats;

	check_line(answer, command->reason);
	if (!fine(answer))
		return;
	if (!old->committed)
		refuse(answer, "NOT_COMMITTED");
	if (command->referee == command->new_referee)
		refuse(answer, "REFEREE_UNCHANGED");
	if (fine(answer))
		check_reasons(command, answer);
	if (!fine(answer))
		return;
	seat_replacement(model, command, &seats);
	add_overrides(command, &seats);
	judge(model, &seats, answer);
	refuse_violations(answer);
	answer->n_violations = 0; /* there is no sink for them */
}

static void run_replace(struct pm_model *model, const struct pm_command *command,
			struct pm_answer *answer)
{
	int f = command->fixture, from = command->referee, to = command->new_referee;
	struct pm_assignment *old, *new;
	char more[80];

	if (!find_assignment(model, command, answer) || !referee(model, to))
		not_found(answer);
	if (fine(answer))
		check_replacement(model, command, answer);
	if (!fine(answer))
		return;
	old = &model->assignments[f][from];
	new = &model->assignments[f][to];
	if (new->there)
		unstage(model, f, to, answer);
	*new = *old;
	memset(old, 0, sizeof(*old));
	new->staged_role = new->replaces = 0;
	new->overridden = 0;
	model->fixtures[f].slots[new->role] = to;
	new->version++;
	snprintf(more, sizeof(more), "previous=%d role=%s reason=%d", from, role_words[new->role],
		 command->reason);
	tell_assignment(model, f, to, "AssignmentRefereeChanged", more, answer);
	new->version++;
	snprintf(more, sizeof(more), "role=%s previous=-", role_words[new->role]);
	tell_assignment(model, f, to, "RefereeAssigned", more, answer);
	record_overrides(model, command, f, to, answer);
}

/* ---- availabilities ---- */

static void withdraw(struct pm_model *model, int f, int r, const char *reason,
		     struct pm_answer *answer)
{
	event(answer, "availability %d/%d v2 AvailabilityWithdrawn reason=%s", f, r, reason);
	memset(&model->availabilities[f][r], 0, sizeof(model->availabilities[f][r]));
}

/* Whether availabilities of the fixture may change. */
static void check_open(const struct pm_model *model, const struct pm_fixture *match,
		       struct pm_answer *answer)
{
	if (match->cancelled)
		refuse(answer, "FIXTURE_CANCELLED");
	if (match->kickoff <= model->now)
		refuse(answer, "FIXTURE_PAST");
	if (match->locked || model->board_locked)
		broken(answer, "LOCKED", "AVAILABILITY_LOCKED");
}

static void run_declare(struct pm_model *model, const struct pm_command *command,
			struct pm_answer *answer)
{
	const struct pm_fixture *match = fixture(model, command->fixture);
	const struct pm_party *who = referee(model, command->referee);
	struct pm_availability *availability;

	if (!match || !who) {
		not_found(answer);
		return;
	}
	availability = &model->availabilities[command->fixture][command->referee];
	check_open(model, match, answer);
	if (who->retired)
		refuse(answer, "RETIRED");
	if (availability->there)
		refuse(answer, "ALREADY_DECLARED");
	if (!fine(answer))
		return;
	availability->there = true;
	availability->declared_at = model->now;
	event(answer, "availability %d/%d v1 AvailabilityDeclared", command->fixture,
	      command->referee);
}

static void run_withdraw(struct pm_model *model, const struct pm_command *command,
			 struct pm_answer *answer)
{
	const struct pm_fixture *match = fixture(model, command->fixture);
	long hand_out;

	if (!match || !referee(model, command->referee)) {
		not_found(answer);
		return;
	}
	check_open(model, match, answer);
	hand_out = match->hand_out ? match->hand_out : model->board_hand_out;
	if (hand_out && model->now >= hand_out - model->rules.withdrawal_cutoff)
		broken(answer, "LATE", "AFTER_CUTOFF");
	if (!model->availabilities[command->fixture][command->referee].there)
		refuse(answer, "NOT_DECLARED");
	if (model->assignments[command->fixture][command->referee].there)
		refuse(answer, "REFEREE_ASSIGNED");
	if (fine(answer))
		withdraw(model, command->fixture, command->referee, "requested", answer);
}

/* ---- locks and announcements ---- */

/* The one target: 1 fixture, 2 range, 3 board. */
static int check_target(const struct pm_command *command, struct pm_answer *answer)
{
	int targets = (command->fixture != 0) + command->has_range + command->board;

	if (targets != 1) {
		answer->any_rules = true;
		invalid(answer, "targets");
	} else if (command->has_range && command->from && command->to &&
		   command->to < command->from) {
		invalid(answer, "RANGE_REVERSED");
	}
	if (command->fixture)
		return 1;
	return command->has_range ? 2 : 3;
}

static bool in_range(const struct pm_command *command, const struct pm_fixture *match)
{
	return match->there && !match->cancelled &&
	       (!command->from || match->kickoff >= command->from) &&
	       (!command->to || match->kickoff < command->to);
}

static bool any_in_range(const struct pm_model *model, const struct pm_command *command)
{
	for (int f = 1; f <= PM_FIXTURES; f++)
		if (in_range(command, &model->fixtures[f]))
			return true;
	return false;
}

static void set_lock(struct pm_model *model, int f, bool locked, struct pm_answer *answer)
{
	struct pm_fixture *match = &model->fixtures[f];

	match->locked = locked;
	match->version++;
	event(answer, "fixture %d v%ld %s scope=fixture", f, match->version,
	      locked ? "AvailabilitiesLocked" : "AvailabilitiesUnlocked");
	answer->affected++;
}

static void lock_board(struct pm_model *model, bool locked, struct pm_answer *answer)
{
	if (model->board_locked == locked) {
		refuse(answer, locked ? "AVAILABILITY_LOCKED" : "AVAILABILITY_NOT_LOCKED");
		return;
	}
	model->board_locked = locked;
	model->board_version++;
	event(answer, "board v%ld %s scope=board", model->board_version,
	      locked ? "AvailabilitiesLocked" : "AvailabilitiesUnlocked");
	answer->affected = 1;
}

static void run_lock(struct pm_model *model, const struct pm_command *command,
		     struct pm_answer *answer)
{
	bool locked = command->kind == PM_LOCK;
	const char *already = locked ? "AVAILABILITY_LOCKED" : "AVAILABILITY_NOT_LOCKED";
	int target = check_target(command, answer);
	const struct pm_fixture *match = fixture(model, command->fixture);

	if (target == 1 && !match)
		not_found(answer);
	if (!fine(answer))
		return;
	answer->affected = 0;
	if (target == 3) {
		lock_board(model, locked, answer);
		return;
	}
	if (target == 1) {
		if (match->cancelled)
			refuse(answer, "FIXTURE_CANCELLED");
		if (match->locked == locked)
			refuse(answer, already);
		if (fine(answer))
			set_lock(model, command->fixture, locked, answer);
		return;
	}
	if (!any_in_range(model, command))
		not_found(answer);
	for (int f = 1; f <= PM_FIXTURES; f++)
		if (in_range(command, &model->fixtures[f]) && model->fixtures[f].locked != locked)
			set_lock(model, f, locked, answer);
	if (fine(answer) && answer->affected == 0)
		refuse(answer, already);
}

static void announce(struct pm_model *model, int f, long hand_out, struct pm_answer *answer)
{
	struct pm_fixture *match = &model->fixtures[f];

	match->hand_out = hand_out;
	match->version++;
	event(answer, "fixture %d v%ld HandOutAnnounced scope=fixture hand_out=%ld", f,
	      match->version, hand_out);
	answer->affected++;
}

static void run_announce(struct pm_model *model, const struct pm_command *command,
			 struct pm_answer *answer)
{
	int target = check_target(command, answer);
	const struct pm_fixture *match = fixture(model, command->fixture);

	if (fine(answer))
		check_time(command->time, answer);
	if (target == 1 && !match)
		not_found(answer);
	if (fine(answer) && target == 1 && match->cancelled)
		refuse(answer, "FIXTURE_CANCELLED");
	if (target == 2 && !any_in_range(model, command))
		not_found(answer);
	if (!fine(answer))
		return;
	answer->affected = 0;
	if (target == 1)
		announce(model, command->fixture, command->time, answer);
	for (int f = 1; target == 2 && f <= PM_FIXTURES; f++)
		if (in_range(command, &model->fixtures[f]))
			announce(model, f, command->time, answer);
	if (target != 3)
		return;
	model->board_hand_out = command->time;
	model->board_version++;
	event(answer, "board v%ld HandOutAnnounced scope=board hand_out=%ld", model->board_version,
	      command->time);
	answer->affected = 1;
}

/* ---- fixtures ---- */

static void check_retired(const struct pm_party *party, struct pm_answer *answer)
{
	if (party->retired)
		refuse(answer, "RETIRED");
}

static void check_schedule(struct pm_model *model, const struct pm_command *command,
			   struct pm_answer *answer)
{
	if (command->home == command->away)
		refuse(answer, "SAME_TEAM");
	check_future(model, command->time, answer);
	check_retired(team(model, command->home), answer);
	check_retired(team(model, command->away), answer);
	check_retired(venue(model, command->venue), answer);
	check_slots(model, command->fixture, command->venue, command->home, command->away,
		    command->time, answer);
}

static void run_schedule(struct pm_model *model, const struct pm_command *command,
			 struct pm_answer *answer)
{
	struct pm_fixture *match = &model->fixtures[command->fixture];

	if (!command->home || !command->away || !command->venue)
		invalid(answer, "REQUIRED");
	check_time(command->time, answer);
	if (!team(model, command->home) || !team(model, command->away) ||
	    !venue(model, command->venue))
		not_found(answer);
	if (fine(answer) && match->there)
		answer->status = "ALREADY_EXISTS";
	if (!fine(answer))
		return;
	check_schedule(model, command, answer);
	if (!fine(answer))
		return;
	memset(match, 0, sizeof(*match));
	match->there = true;
	match->home = command->home;
	match->away = command->away;
	match->venue = command->venue;
	match->kickoff = command->time;
	match->version = 1;
	event(answer, "fixture %d v1 FixtureCreated home=%d away=%d venue=%d date=%ld",
	      command->fixture, match->home, match->away, match->venue, match->kickoff);
}

/* What a changed fixture means for each of its referees; the text goes into the event. */
static void find_outcomes(const struct pm_model *model, int f, bool release[PM_ROLES + 1],
			  char *text, size_t size)
{
	static struct pm_answer found;
	struct choice none;
	struct seats seats;
	size_t used = 0;

	memset(&none, 0, sizeof(none));
	memset(&found, 0, sizeof(found));
	seat_all(model, &none, &seats);
	for (int i = 0; i < seats.count; i++)
		seats.seats[i].subject = seats.seats[i].fixture == f;
	judge(model, &seats, &found);
	for (int role = 1; role <= PM_ROLES; role++) {
		int holder = model->fixtures[f].slots[role];
		unsigned rules = 0;

		release[role] = false;
		if (!holder)
			continue;
		for (size_t i = 0; i < found.n_violations; i++)
			if (found.violations[i].referee == holder)
				rules |= 1U << found.violations[i].rule;
		release[role] = model->rules.on_change == PM_DROP_ALL ||
				(model->rules.on_change == PM_KEEP_VALID && rules);
		used += (size_t)snprintf(text + used, size - used, " %d:%s:%s:%x", holder,
					 role_words[role], release[role] ? "released" : "kept",
					 rules);
	}
}

static void finish_change(struct pm_model *model, int f, const bool release[PM_ROLES + 1],
			  struct pm_answer *answer)
{
	for (int role = 1; role <= PM_ROLES; role++)
		if (release[role])
			unassign(model, f, model->fixtures[f].slots[role], "fixture_changed",
				 answer);
}

static void run_reschedule(struct pm_model *model, const struct pm_command *command,
			   struct pm_answer *answer)
{
	struct pm_fixture *match = fixture(model, command->fixture);
	bool release[PM_ROLES + 1];
	char outcomes[160] = "";
	long previous;

	if (!match)
		not_found(answer);
	check_version(answer, command->expected);
	if (!fine(answer))
		return;
	if (match->cancelled)
		refuse(answer, "FIXTURE_CANCELLED");
	else if (command->time == match->kickoff)
		return;
	check_time(command->time, answer);
	if (!fine(answer) && rank(answer->status) == 4)
		return;
	check_future(model, command->time, answer);
	if (!match->cancelled)
		check_slots(model, command->fixture, match->venue, match->home, match->away,
			    command->time, answer);
	if (!fine(answer))
		return;
	previous = match->kickoff;
	match->kickoff = command->time;
	match->version++;
	for (int r = 1; r <= PM_REFEREES; r++)
		if (model->availabilities[command->fixture][r].there &&
		    model->rules.availability_on_change == PM_DROP &&
		    day_of(previous, model->rules.zone) !=
			    day_of(match->kickoff, model->rules.zone))
			withdraw(model, command->fixture, r, "fixture_redated", answer);
	find_outcomes(model, command->fixture, release, outcomes, sizeof(outcomes));
	event(answer, "fixture %d v%ld FixtureDateChanged date=%ld previous=%ld outcomes=%s",
	      command->fixture, match->version, match->kickoff, previous, outcomes);
	finish_change(model, command->fixture, release, answer);
}

static void run_move(struct pm_model *model, const struct pm_command *command,
		     struct pm_answer *answer)
{
	struct pm_fixture *match = fixture(model, command->fixture);
	bool release[PM_ROLES + 1];
	char outcomes[160] = "";
	int previous;

	if (!match)
		not_found(answer);
	check_version(answer, command->expected);
	if (!venue(model, command->venue))
		not_found(answer);
	if (!fine(answer))
		return;
	if (match->cancelled)
		refuse(answer, "FIXTURE_CANCELLED");
	else if (command->venue == match->venue)
		return;
	check_retired(venue(model, command->venue), answer);
	if (!match->cancelled)
		check_slots(model, command->fixture, command->venue, 0, 0, match->kickoff, answer);
	if (!fine(answer))
		return;
	previous = match->venue;
	match->venue = command->venue;
	match->version++;
	find_outcomes(model, command->fixture, release, outcomes, sizeof(outcomes));
	event(answer, "fixture %d v%ld FixtureVenueChanged venue=%d previous=%d outcomes=%s",
	      command->fixture, match->version, match->venue, previous, outcomes);
	finish_change(model, command->fixture, release, answer);
}

static void run_cancel(struct pm_model *model, const struct pm_command *command,
		       struct pm_answer *answer)
{
	struct pm_fixture *match = fixture(model, command->fixture);
	char released[80] = "";
	size_t used = 0;

	if (!match)
		not_found(answer);
	check_version(answer, command->expected);
	if (fine(answer) && match->cancelled)
		refuse(answer, "FIXTURE_CANCELLED");
	if (!fine(answer))
		return;
	for (int role = 1; role <= PM_ROLES; role++)
		if (match->slots[role])
			used += (size_t)snprintf(released + used, sizeof(released) - used, " %d:%s",
						 match->slots[role], role_words[role]);
	match->cancelled = true;
	match->version++;
	event(answer, "fixture %d v%ld FixtureCancelled released=%s", command->fixture,
	      match->version, released);
	for (int role = 1; role <= PM_ROLES; role++)
		if (match->slots[role])
			unassign(model, command->fixture, match->slots[role], "fixture_cancelled",
				 answer);
	for (int r = 1; r <= PM_REFEREES; r++)
		if (model->availabilities[command->fixture][r].there)
			withdraw(model, command->fixture, r, "fixture_cancelled", answer);
}

/* ---- the rule set ---- */

static void check_range(int value, int low, int high, struct pm_answer *answer)
{
	if (value < low || value > high)
		invalid(answer, "OUT_OF_RANGE");
}

static void check_rules(const struct pm_rules *rules, struct pm_answer *answer)
{
	check_range(rules->exclusivity, PM_DAY, PM_OVERLAP, answer);
	check_range(rules->match_duration, 1, 1440, answer);
	check_range(rules->travel_speed, 1, 1000, answer);
	check_range(rules->travel_gap, 0, 1440, answer);
	check_range(rules->withdrawal_cutoff, 0, 525600, answer);
	check_range(rules->on_change, PM_KEEP_VALID, PM_KEEP_ALL, answer);
	check_range(rules->availability_on_change, PM_DROP, PM_KEEP, answer);
	if (rules->zone == PM_ZONE_BAD) {
		answer->any_rules = true;
		invalid(answer, "zone");
	}
}

/* Scheduled fixtures that clash under the new day rule. */
static void check_clashes(const struct pm_model *model, const struct pm_rules *rules,
			  struct pm_answer *answer)
{
	for (int a = 1; a <= PM_FIXTURES; a++) {
		for (int b = a + 1; b <= PM_FIXTURES; b++) {
			const struct pm_fixture *one = &model->fixtures[a];
			const struct pm_fixture *two = &model->fixtures[b];

			if (!one->there || !two->there || one->cancelled || two->cancelled ||
			    !same_time(one->kickoff, two->kickoff, rules))
				continue;
			if (one->venue == two->venue)
				refuse(answer, "VENUE_TAKEN");
			if (one->home == two->home || one->home == two->away ||
			    one->away == two->home || one->away == two->away)
				refuse(answer, "TEAM_TAKEN");
		}
	}
}

static void run_set_rules(struct pm_model *model, const struct pm_command *command,
			  struct pm_answer *answer)
{
	struct pm_rules rules = command->rules;

	check_rules(&rules, answer);
	check_version(answer, command->expected);
	if (!fine(answer))
		return;
	if (rules.exclusivity == PM_DAY &&
	    (model->rules.exclusivity != PM_DAY || model->rules.zone != rules.zone))
		check_clashes(model, &rules, answer);
	if (!fine(answer))
		return;
	rules.version = model->rules.version + 1;
	model->rules = rules;
	event(answer, "rules v%ld RulesChanged", rules.version);
}

/* ---- all commands ---- */

static void run_registry(struct pm_model *model, const struct pm_command *command,
			 struct pm_answer *answer)
{
	const struct registry referees = { "referee",
					   "RefereeCreated",
					   "RefereeCorrected",
					   "RefereeRetired",
					   model->referees,
					   PM_REFEREES,
					   command->referee,
					   true,
					   false };
	const struct registry teams = { "team",	       "TeamCreated", "TeamCorrected",
					"TeamRetired", model->teams,  PM_TEAMS,
					command->team, false,	      false };
	const struct registry venues = { "venue",	 "VenueCreated", "VenueCorrected",
					 "VenueRetired", model->venues,	 PM_VENUES,
					 command->venue, true,		 true };
	const struct registry *registry = &teams;
	struct pm_command stripped = *command;

	if (command->kind <= PM_RETIRE_REFEREE)
		registry = &referees;
	else if (command->kind >= PM_REGISTER_VENUE)
		registry = &venues;
	if (!registry->has_contact)
		stripped.phone = stripped.email = 0;
	if (command->kind == PM_REGISTER_REFEREE || command->kind == PM_REGISTER_TEAM ||
	    command->kind == PM_REGISTER_VENUE)
		run_register(registry, &stripped, answer);
	else if (command->kind == PM_CORRECT_REFEREE || command->kind == PM_CORRECT_TEAM ||
		 command->kind == PM_CORRECT_VENUE)
		run_correct(registry, &stripped, answer);
	else
		run_retire(registry, &stripped, answer);
}

typedef void run_fn(struct pm_model *model, const struct pm_command *command,
		    struct pm_answer *answer);

static void run_advance(struct pm_model *model, const struct pm_command *command,
			struct pm_answer *answer)
{
	(void)answer;
	model->now += command->time;
}

void pm_run(struct pm_model *model, const struct pm_command *command, struct pm_answer *answer)
{
	static run_fn *const runs[PM_COMMANDS] = {
		[PM_ADVANCE] = run_advance,
		[PM_REGISTER_REFEREE] = run_registry,
		[PM_CORRECT_REFEREE] = run_registry,
		[PM_CHANGE_CLUB] = run_change_club,
		[PM_RETIRE_REFEREE] = run_registry,
		[PM_REGISTER_TEAM] = run_registry,
		[PM_CORRECT_TEAM] = run_registry,
		[PM_RETIRE_TEAM] = run_registry,
		[PM_REGISTER_VENUE] = run_registry,
		[PM_CORRECT_VENUE] = run_registry,
		[PM_RETIRE_VENUE] = run_registry,
		[PM_SCHEDULE] = run_schedule,
		[PM_RESCHEDULE] = run_reschedule,
		[PM_MOVE] = run_move,
		[PM_CANCEL] = run_cancel,
		[PM_DECLARE] = run_declare,
		[PM_WITHDRAW] = run_withdraw,
		[PM_LOCK] = run_lock,
		[PM_UNLOCK] = run_lock,
		[PM_ANNOUNCE] = run_announce,
		[PM_STAGE] = run_stage,
		[PM_UNSTAGE] = run_unstage,
		[PM_REPLACE] = run_replace,
		[PM_REMOVE] = run_remove,
		[PM_VALIDATE] = run_validate,
		[PM_COMMIT] = run_commit,
		[PM_SET_RULES] = run_set_rules,
	};

	answer->status = "OK";
	answer->n_broken = answer->n_violations = answer->n_events = 0;
	answer->any_rules = false;
	answer->affected = -1;
	runs[command->kind](model, command, answer);
}

void pm_init(struct pm_model *model, long now)
{
	const struct pm_rules rules = {
		.exclusivity = PM_DAY,
		.match_duration = 120,
		.travel_speed = 70,
		.travel_gap = 60,
		.require_future_kickoff = true,
		.require_availability = true,
		.withdrawal_cutoff = 1440,
		.on_change = PM_KEEP_VALID,
		.availability_on_change = PM_DROP,
	};

	memset(model, 0, sizeof(*model));
	model->now = now;
	model->rules = rules;
}

long pm_version(const struct pm_model *model, const struct pm_command *command)
{
	if (command->kind >= PM_CORRECT_REFEREE && command->kind <= PM_RETIRE_REFEREE)
		return command->referee <= PM_REFEREES ? model->referees[command->referee].version
						       : 0;
	if (command->kind == PM_CORRECT_TEAM || command->kind == PM_RETIRE_TEAM)
		return command->team <= PM_TEAMS ? model->teams[command->team].version : 0;
	if (command->kind == PM_CORRECT_VENUE || command->kind == PM_RETIRE_VENUE)
		return command->venue <= PM_VENUES ? model->venues[command->venue].version : 0;
	if (command->kind >= PM_RESCHEDULE && command->kind <= PM_CANCEL)
		return command->fixture <= PM_FIXTURES ? model->fixtures[command->fixture].version
						       : 0;
	return command->kind == PM_SET_RULES ? model->rules.version : 0;
}
