/* What surrounds a fixture: the reads it is made of, one after the other. */
#include "reads.h"

struct facts {
	struct refd_memory__tables *tables;
	const struct refd_facts_request *request;
	size_t number; /* of the read */
	refd_row_sink *sink;
	void *sink_self;
	struct refd_error *err;
	struct refd_fixture_state fixture; /* id unset: there is none */
	struct refd_uuid referees[REFD_ROLES + 1];
	size_t n_referees;
};

static enum refd_status pass_on(void *self, size_t read, enum refd_record record, const void *state)
{
	struct facts *facts = self;

	(void)read;
	return facts->sink(facts->sink_self, facts->number, record, state);
}

static enum refd_status find(struct facts *facts, enum refd_record record, struct refd_uuid id,
			     refd_row_sink *sink)
{
	const struct refd_key key = { .a = id };
	const struct refd_read read = { .kind = REFD_READ_FIND,
					.record = record,
					.by = REFD_BY_ID,
					.keys = &key,
					.n_keys = 1 };

	if (refd_uuid_is_unset(id))
		return REFD_OK;
	return refd_memory__read(facts->tables, &read, 0, sink, facts, facts->err);
}

static enum refd_status range(struct facts *facts, enum refd_record record, enum refd_index index,
			      struct refd_uuid id, struct refd_range range, refd_row_sink *sink)
{
	const struct refd_key key = { .a = id };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = record,
					.index = index,
					.keys = &key,
					.n_keys = 1,
					.range = range };

	return refd_memory__read(facts->tables, &read, 0, sink, facts, facts->err);
}

static enum refd_status take_fixture(void *self, size_t read, enum refd_record record,
				     const void *state)
{
	struct facts *facts = self;

	facts->fixture = *(const struct refd_fixture_state *)state;
	return pass_on(self, read, record, state);
}

static enum refd_status take_slot(void *self, size_t read, enum refd_record record,
				  const void *state)
{
	struct facts *facts = self;

	facts->referees[facts->n_referees++] =
		((const struct refd_slot_state *)state)->referee.uuid;
	return pass_on(self, read, record, state);
}

static enum refd_status take_venue_of(void *self, size_t read, enum refd_record record,
				      const void *state)
{
	enum refd_status status = pass_on(self, read, record, state);

	return status == REFD_OK
		       ? find(self, REFD_RECORD_VENUE,
			      ((const struct refd_fixture_state *)state)->venue.uuid, pass_on)
		       : status;
}

static enum refd_status take_engagement(void *self, size_t read, enum refd_record record,
					const void *state)
{
	enum refd_status status = pass_on(self, read, record, state);

	return status == REFD_OK ? find(self, REFD_RECORD_FIXTURE,
					((const struct refd_assignment_state *)state)->fixture.uuid,
					take_venue_of)
				 : status;
}

/* An end at 0 would be an open one; no kick-off is at 0. */
static struct refd_range within(struct refd_time kickoff, int64_t window)
{
	int64_t from = kickoff.us - window, to = kickoff.us + window + 1;

	return (struct refd_range){ { from ? from : 1 }, { to ? to : 1 } };
}

static enum refd_status children(struct facts *facts)
{
	const struct refd_uuid id = facts->request->fixture.uuid;
	const struct refd_range always = { { 0 }, { 0 } };
	enum refd_status status =
		range(facts, REFD_RECORD_SLOT, REFD_INDEX_FIXTURE, id, always, take_slot);

	if (status == REFD_OK)
		status = range(facts, REFD_RECORD_AVAILABILITY, REFD_INDEX_FIXTURE, id, always,
			       pass_on);
	if (status == REFD_OK)
		status = range(facts, REFD_RECORD_ASSIGNMENT, REFD_INDEX_FIXTURE, id, always,
			       pass_on);
	return status;
}

static enum refd_status rivals(struct facts *facts, struct refd_time kickoff)
{
	const struct refd_fixture_state *fixture = &facts->fixture;
	const struct refd_range window = within(kickoff, facts->request->fixture_window);
	const struct refd_uuid venue = refd_uuid_is_unset(facts->request->venue.uuid)
					       ? fixture->venue.uuid
					       : facts->request->venue.uuid;
	enum refd_status status =
		range(facts, REFD_RECORD_FIXTURE, REFD_INDEX_VENUE, venue, window, pass_on);

	if (status == REFD_OK)
		status = range(facts, REFD_RECORD_FIXTURE, REFD_INDEX_TEAM, fixture->home.uuid,
			       window, pass_on);
	if (status == REFD_OK)
		status = range(facts, REFD_RECORD_FIXTURE, REFD_INDEX_TEAM, fixture->away.uuid,
			       window, pass_on);
	return status;
}

static enum refd_status referees(struct facts *facts, struct refd_time kickoff)
{
	const struct refd_range window = within(kickoff, facts->request->referee_window);
	enum refd_status status = REFD_OK;

	for (size_t i = 0; i < facts->n_referees && status == REFD_OK; i++) {
		status = find(facts, REFD_RECORD_REFEREE, facts->referees[i], pass_on);
		if (status == REFD_OK)
			status = range(facts, REFD_RECORD_ASSIGNMENT, REFD_INDEX_REFEREE,
				       facts->referees[i], window, take_engagement);
	}
	return status;
}

static enum refd_status parties(struct facts *facts)
{
	const struct refd_fixture_state *fixture = &facts->fixture;
	enum refd_status status = find(facts, REFD_RECORD_TEAM, fixture->home.uuid, pass_on);

	if (status == REFD_OK)
		status = find(facts, REFD_RECORD_TEAM, fixture->away.uuid, pass_on);
	if (status == REFD_OK)
		status = find(facts, REFD_RECORD_VENUE, fixture->venue.uuid, pass_on);
	return status;
}

static enum refd_status surroundings(struct facts *facts)
{
	struct refd_time kickoff = refd_time_is_unset(facts->request->kickoff)
					   ? facts->fixture.kickoff
					   : facts->request->kickoff;
	enum refd_status status = children(facts);

	if (status == REFD_OK)
		status = parties(facts);
	if (status == REFD_OK)
		status = rivals(facts, kickoff);
	if (!refd_uuid_is_unset(facts->request->referee.uuid))
		facts->referees[facts->n_referees++] = facts->request->referee.uuid;
	return status == REFD_OK ? referees(facts, kickoff) : status;
}

enum refd_status refd_memory__facts(struct refd_memory__tables *tables,
				    const struct refd_facts_request *request, size_t number,
				    refd_row_sink *sink, void *sink_self, struct refd_error *err)
{
	struct facts facts = { .tables = tables,
			       .request = request,
			       .number = number,
			       .sink = sink,
			       .sink_self = sink_self,
			       .err = err };
	enum refd_status status =
		find(&facts, REFD_RECORD_FIXTURE, request->fixture.uuid, take_fixture);

	if (status == REFD_OK)
		status = find(&facts, REFD_RECORD_VENUE, request->venue.uuid, pass_on);
	if (status != REFD_OK)
		return status;
	return refd_uuid_is_unset(facts.fixture.id.uuid)
		       ? find(&facts, REFD_RECORD_REFEREE, request->referee.uuid, pass_on)
		       : surroundings(&facts);
}
