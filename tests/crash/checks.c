#include "checks.h"

const char checks_tables[] =
	"CREATE TEMPORARY TABLE asked (command_id {id} PRIMARY KEY, status TEXT, affected INTEGER);"
	"CREATE TEMPORARY TABLE asked_item"
	" (command_id {id}, noun TEXT, object_id {id}, version INTEGER);";

#define AGGREGATE                                                                                  \
	"aggregate (noun, id, version) AS ("                                                       \
	" SELECT 'referee', id, version FROM referee"                                              \
	" UNION ALL SELECT 'team', id, version FROM team"                                          \
	" UNION ALL SELECT 'venue', id, version FROM venue"                                        \
	" UNION ALL SELECT 'fixture', id, version FROM fixture"                                    \
	" UNION ALL SELECT 'availability', id, version FROM availability"                          \
	" UNION ALL SELECT 'assignment', id, version FROM assignment"                              \
	" UNION ALL SELECT 'board', id, version FROM board"                                        \
	" UNION ALL SELECT 'rules', id, version FROM rules)"

#define HISTORY                                                                                    \
	"history (noun, id, events, first, last) AS ("                                             \
	" SELECT aggregatetype, aggregateid, count(*), min(version), max(version)"                 \
	" FROM event GROUP BY aggregatetype, aggregateid)"

/* The events of a type ('': of any) a command of that name leaves: at least, at most; NULL: as many
 * as it affected. */
#define PROMISE                                                                                    \
	"promise (name, type, least, most) AS (VALUES"                                             \
	" ('referee.register', 'RefereeCreated', 1, 1),"                                           \
	" ('referee.correct', 'RefereeCorrected', 1, 1),"                                          \
	" ('referee.change_club', 'RefereeClubChanged', 1, 1),"                                    \
	" ('referee.retire', 'RefereeRetired', 1, 1),"                                             \
	" ('team.register', 'TeamCreated', 1, 1),"                                                 \
	" ('team.correct', 'TeamCorrected', 1, 1),"                                                \
	" ('team.retire', 'TeamRetired', 1, 1),"                                                   \
	" ('venue.register', 'VenueCreated', 1, 1),"                                               \
	" ('venue.correct', 'VenueCorrected', 1, 1),"                                              \
	" ('venue.retire', 'VenueRetired', 1, 1),"                                                 \
	" ('fixture.schedule', 'FixtureCreated', 1, 1),"                                           \
	" ('fixture.reschedule', 'FixtureDateChanged', 0, 1),"                                     \
	" ('fixture.move', 'FixtureVenueChanged', 0, 1),"                                          \
	" ('fixture.cancel', 'FixtureCancelled', 1, 1),"                                           \
	" ('availability.declare', 'AvailabilityDeclared', 1, 1),"                                 \
	" ('availability.withdraw', 'AvailabilityWithdrawn', 1, 1),"                               \
	" ('availability.lock', 'AvailabilitiesLocked', NULL, NULL),"                              \
	" ('availability.unlock', 'AvailabilitiesUnlocked', NULL, NULL),"                          \
	" ('availability.announce', 'HandOutAnnounced', NULL, NULL),"                              \
	" ('assignment.stage', '', 0, 1),"                                                         \
	" ('assignment.stage_many', '', 0, NULL),"                                                 \
	" ('assignment.unstage', 'AssignmentRemoved', 1, 1),"                                      \
	" ('assignment.commit', 'RefereeAssigned', NULL, NULL),"                                   \
	" ('assignment.replace', 'AssignmentRefereeChanged', 1, 1),"                               \
	" ('assignment.remove', 'RefereeUnassigned', 1, 1),"                                       \
	" ('rules.set', 'RulesChanged', 0, 1),"                                                    \
	" ('notice.retry', '', 0, 0),"                                                             \
	" ('unit', '', NULL, NULL))"

#define EFFECTS                                                                                    \
	"effect (id, events, least, most) AS ("                                                    \
	" SELECT c.id, count(e.id), coalesce(p.least, c.affected), coalesce(p.most, c.affected)"   \
	" FROM command c JOIN promise p ON p.name = c.name"                                        \
	" LEFT JOIN event e ON e.command_id = c.id AND (p.type = '' OR p.type = e.type)"           \
	" GROUP BY c.id, p.least, p.most, c.affected)"

/* Microseconds of a day; the rules of the seasons these questions are asked of stay on UTC. */
#define WANTED_CLAIMS                                                                              \
	"scheduled AS (SELECT id, home_id, away_id, venue_id, {us}(kickoff) / 86400000000 AS day"  \
	" FROM fixture WHERE status = 'scheduled'"                                                 \
	" AND NOT EXISTS (SELECT 1 FROM rules WHERE exclusivity <> 'day')),"                       \
	" wanted (kind, holder, day, fixture_id) AS ("                                             \
	" SELECT 'venue', venue_id, day, id FROM scheduled"                                        \
	" UNION ALL SELECT 'team', home_id, day, id FROM scheduled"                                \
	" UNION ALL SELECT 'team', away_id, day, id FROM scheduled),"                              \
	" found AS (SELECT kind, holder, day, fixture_id FROM claim)"

/* Of stores that were never purged: every version has its event, every event its command. */
const struct check checks[] = {
	{ "answered_lost", "SELECT a.command_id, 'answered with OK, not stored'"
			   " FROM asked a LEFT JOIN command c ON c.id = a.command_id"
			   " WHERE a.status = 'accepted' AND c.id IS NULL" },
	{ "answered_otherwise",
	  "SELECT i.command_id, 'an object of the answer is not in the stored one'"
	  " FROM asked_item i JOIN command c ON c.id = i.command_id"
	  " WHERE c.name <> 'unit' AND CASE"
	  "  WHEN c.noun1 = i.noun AND c.id1 = i.object_id AND c.version1 = i.version THEN 1"
	  "  WHEN c.noun2 = i.noun AND c.id2 = i.object_id AND c.version2 = i.version THEN 1"
	  "  WHEN c.noun3 = i.noun AND c.id3 = i.object_id AND c.version3 = i.version THEN 1"
	  "  WHEN c.noun4 = i.noun AND c.id4 = i.object_id AND c.version4 = i.version THEN 1"
	  "  ELSE 0 END = 0"
	  " UNION ALL SELECT c.id, 'another number of objects was answered'"
	  " FROM asked a JOIN command c ON c.id = a.command_id"
	  " WHERE a.status = 'accepted' AND c.name <> 'unit' AND a.affected <> c.affected" },
	{ "answered_version",
	  /* a unit may stage again what is staged, beside something that leaves an event */
	  "SELECT i.command_id, 'no event carries the version that was answered: ' || i.noun"
	  " FROM asked_item i LEFT JOIN command c ON c.id = i.command_id"
	  " LEFT JOIN event e ON e.aggregatetype = i.noun"
	  "  AND e.aggregateid = i.object_id AND e.version = i.version"
	  " WHERE e.id IS NULL OR (e.command_id <> i.command_id AND c.name <> 'unit'"
	  "  AND EXISTS (SELECT 1 FROM event o WHERE o.command_id = i.command_id))" },
	{ "never_asked", "SELECT c.id, 'stored, never asked for'"
			 " FROM command c LEFT JOIN asked a ON a.command_id = c.id"
			 " WHERE a.command_id IS NULL" },
	{ "refused_stored", "SELECT c.id, 'refused, but stored'"
			    " FROM command c JOIN asked a ON a.command_id = c.id"
			    " WHERE a.status = 'refused'" },
	{ "event_without_command", "SELECT e.id, e.type"
				   " FROM event e LEFT JOIN command c ON c.id = e.command_id"
				   " WHERE c.id IS NULL" },
	{ "effect_missing", "WITH " PROMISE ", " EFFECTS
			    " SELECT id, 'fewer events than its command makes' FROM effect"
			    " WHERE events < least"
			    " UNION ALL SELECT c.id, 'no such command: ' || c.name FROM command c"
			    " WHERE c.name NOT IN (SELECT name FROM promise)" },
	{ "effect_doubled",
	  "WITH " PROMISE ", " EFFECTS
	  " SELECT id, 'more events than its command makes' FROM effect"
	  " WHERE events > most"
	  " UNION ALL SELECT command_id, 'twice on one object: ' || type FROM event"
	  " GROUP BY command_id, type, aggregatetype, aggregateid HAVING count(*) > 1" },
	{ "aggregate_version",
	  "WITH " AGGREGATE ", " HISTORY
	  " SELECT a.id, 'version and events differ: ' || a.noun FROM aggregate a"
	  " LEFT JOIN history h ON h.noun = a.noun AND h.id = a.id"
	  " WHERE h.id IS NULL OR h.events <> a.version OR h.first <> 1 OR h.last <> a.version" },
	{ "ended_aggregate",
	  "WITH " AGGREGATE ", " HISTORY
	  " SELECT h.id, 'events, but neither a row nor an end: ' || h.noun FROM history h"
	  " JOIN event e ON e.aggregatetype = h.noun AND e.aggregateid = h.id"
	  "  AND e.version = h.last"
	  " LEFT JOIN aggregate a ON a.noun = h.noun AND a.id = h.id"
	  " WHERE a.id IS NULL AND (h.events <> h.last OR h.first <> 1 OR e.type NOT IN"
	  "  ('AvailabilityWithdrawn', 'AssignmentRemoved', 'RefereeUnassigned'))"
	  " UNION ALL SELECT a.id, 'a row after its end: ' || a.noun FROM aggregate a"
	  " JOIN event e ON e.aggregatetype = a.noun AND e.aggregateid = a.id"
	  "  AND e.version = a.version"
	  " WHERE e.type IN ('AvailabilityWithdrawn', 'RefereeUnassigned')" },
	{ "slots", "SELECT s.fixture_id, 'a slot without assignment: ' || s.role FROM slot s"
		   " LEFT JOIN assignment a ON a.fixture_id = s.fixture_id AND a.role = s.role"
		   "  AND a.referee_id = s.referee_id AND a.status = 'committed'"
		   " WHERE a.id IS NULL"
		   " UNION ALL SELECT a.id, 'an assignment without slot: ' || a.status"
		   " FROM assignment a LEFT JOIN slot s ON s.fixture_id = a.fixture_id"
		   "  AND s.role = a.role AND s.referee_id = a.referee_id"
		   " WHERE a.status = 'pending' OR (a.status = 'committed' AND s.role IS NULL)" },
	{ "claims", "WITH " WANTED_CLAIMS " SELECT w.fixture_id, 'claims nothing: ' || w.kind"
		    " FROM (SELECT * FROM wanted EXCEPT SELECT * FROM found) w"
		    " UNION ALL SELECT f.fixture_id, 'claims what it does not hold: ' || f.kind"
		    " FROM (SELECT * FROM found EXCEPT SELECT * FROM wanted) f" },
	{ "cancelled", "SELECT f.id, 'cancelled, with a slot' FROM fixture f"
		       " JOIN slot s ON s.fixture_id = f.id WHERE f.status = 'cancelled'"
		       " UNION ALL SELECT f.id, 'cancelled, with an availability' FROM fixture f"
		       " JOIN availability a ON a.fixture_id = f.id WHERE f.status = 'cancelled'" },
	{ "notices",
	  "SELECT n.id, 'of no event' FROM notice n LEFT JOIN event e ON e.id = n.event_id"
	  " WHERE e.id IS NULL"
	  " UNION ALL SELECT event_id, 'told twice' FROM notice"
	  " GROUP BY event_id, recipient_id HAVING count(*) > 1"
	  " UNION ALL SELECT n.id, 'of an event nobody is told: ' || e.type"
	  " FROM notice n JOIN event e ON e.id = n.event_id WHERE e.type NOT IN"
	  "  ('RefereeAssigned', 'RefereeUnassigned', 'AssignmentRefereeChanged',"
	  "   'FixtureDateChanged', 'FixtureVenueChanged', 'FixtureCancelled')"
	  " UNION ALL SELECT e.id, 'the wrong number is told: ' || e.type"
	  " FROM event e JOIN command c ON c.id = e.command_id"
	  " LEFT JOIN notice n ON n.event_id = e.id"
	  " WHERE e.type IN ('RefereeAssigned', 'RefereeUnassigned', 'AssignmentRefereeChanged')"
	  " GROUP BY e.id, e.type, c.name HAVING count(n.id) <> CASE"
	  "  WHEN e.type = 'RefereeUnassigned' AND c.name LIKE 'fixture.%' THEN 0 ELSE 1 END" },
};
const size_t n_checks = sizeof(checks) / sizeof(checks[0]);

/* Pairs of fixtures that are both to be played, the later second. Times in microseconds. */
#define PAIRS                                                                                      \
	"played AS (SELECT id, home_id, away_id, venue_id, {us}(kickoff) AS at,"                   \
	" {us}(kickoff) / 86400000000 AS day FROM fixture WHERE status = 'scheduled'),"            \
	" pair AS (SELECT f.id AS one, g.id AS two, g.at - f.at AS apart,  "                       \
	" CASE WHEN f.day = g.day THEN 1 ELSE 0 END AS same_day,"                                  \
	" CASE WHEN f.venue_id = g.venue_id THEN 1 ELSE 0 END AS same_venue,"                      \
	" CASE WHEN f.home_id IN (g.home_id, g.away_id) OR f.away_id IN (g.home_id, g.away_id)"    \
	"  THEN 1 ELSE 0 END AS same_team,"                                                        \
	" (SELECT exclusivity FROM rules) AS exclusivity"                                          \
	" FROM played f JOIN played g ON f.id <> g.id AND g.at >= f.at)"

#define CLASH                                                                                      \
	" ((exclusivity = 'overlap' AND apart < 7200000000)"                                       \
	"  OR (exclusivity = 'day' AND same_day = 1))"

const struct check rule_checks[] = {
	{ "double_booked", "WITH " PAIRS " SELECT p.one, 'somebody is there and at ' || p.two"
			   " FROM pair p JOIN slot a ON a.fixture_id = p.one"
			   " JOIN slot b ON b.fixture_id = p.two AND b.referee_id = a.referee_id"
			   " WHERE p.apart < 7200000000" },
	{ "too_close", "WITH " PAIRS " SELECT p.one, 'no time to travel to ' || p.two"
		       " FROM pair p JOIN slot a ON a.fixture_id = p.one"
		       " JOIN slot b ON b.fixture_id = p.two AND b.referee_id = a.referee_id"
		       " WHERE p.same_venue = 0 AND p.apart < 10800000000" },
	{ "venue_taken", "WITH " PAIRS " SELECT one, 'same hall as ' || two FROM pair"
			 " WHERE same_venue = 1 AND" CLASH },
	{ "team_taken", "WITH " PAIRS " SELECT one, 'same team as ' || two FROM pair"
			" WHERE same_team = 1 AND" CLASH },
	{ "not_available", "SELECT s.fixture_id, 'a referee who is not free: ' || s.role"
			   " FROM slot s LEFT JOIN availability a ON a.fixture_id = s.fixture_id"
			   "  AND a.referee_id = s.referee_id WHERE a.id IS NULL" },
	{ "kickoff_copied", "SELECT a.id, 'another kick-off than its fixture' FROM fixture f"
			    " JOIN assignment a ON a.fixture_id = f.id"
			    " WHERE a.kickoff <> f.kickoff"
			    " UNION ALL SELECT a.id, 'another kick-off than its fixture'"
			    " FROM fixture f JOIN availability a ON a.fixture_id = f.id"
			    " WHERE a.kickoff <> f.kickoff" },
};
const size_t n_rule_checks = sizeof(rule_checks) / sizeof(rule_checks[0]);
