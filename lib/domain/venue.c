#include <refdomain/domain/venue.h>

#include <assert.h>

#include "domain/aggregates.h"
#include "domain/violations.h"

#define LATITUDE_MAX  90000000
#define LONGITUDE_MAX 180000000

static struct refd_ref ref_of(const struct refd_venue_state *state)
{
	return (struct refd_ref){ REFD_NOUN_VENUE, state->id.uuid };
}

static enum refd_status check_degrees(int32_t degrees, int32_t max, const char *field,
				      struct refd_error *err)
{
	if (degrees >= -max && degrees <= max)
		return REFD_OK;
	return refd__invalid(err, field, REFD_RULE_OUT_OF_RANGE, degrees, max,
			     "%s must be between -%d and %d degrees", field, max / 1000000,
			     max / 1000000);
}

static enum refd_status parse_address(const struct refd_venue_details *details,
				      struct refd_venue_state *state, struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (refd_line_parse(details->street, "venue.street", &state->street, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_line_parse(details->zip, "venue.zip", &state->zip, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_line_parse(details->city, "venue.city", &state->city, err) != REFD_OK)
		st = REFD_INVALID;
	return st;
}

static enum refd_status parse_details(const struct refd_venue_details *details,
				      struct refd_venue_state *state, struct refd_error *err)
{
	const struct refd_coordinates *at = &details->coordinates;
	enum refd_status st = REFD_OK;

	if (refd_name_parse(details->name, "venue.name", &state->name, err) != REFD_OK)
		st = REFD_INVALID;
	if (parse_address(details, state, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_phone_parse(details->phone, "venue.phone", &state->phone, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_email_parse(details->email, "venue.email", &state->email, err) != REFD_OK)
		st = REFD_INVALID;
	/* what is not set is all zero, as it comes back from a store */
	memset(&state->coordinates, 0, sizeof(state->coordinates));
	state->coordinates.set = at->set;
	state->coordinates.latitude = at->set ? at->latitude : 0;
	state->coordinates.longitude = at->set ? at->longitude : 0;
	if (at->set && check_degrees(at->latitude, LATITUDE_MAX, "venue.latitude", err) != REFD_OK)
		st = REFD_INVALID;
	if (at->set &&
	    check_degrees(at->longitude, LONGITUDE_MAX, "venue.longitude", err) != REFD_OK)
		st = REFD_INVALID;
	return st;
}

static enum refd_status require_active(const struct refd_venue *venue, struct refd_error *err)
{
	const struct refd_ref self = ref_of(&venue->state);

	if (venue->state.status == REFD_PARTY_ACTIVE)
		return REFD_OK;
	refd__refused(err, self, REFD_RULE_RETIRED, self, "venue %s is retired",
		      venue->state.name.utf8);
	return REFD_REFUSED;
}

/* The event that tells the whole of @p state. */
static struct refd__event_node *tell(struct refd__tracker *tracker, enum refd_event_type type,
				     const struct refd_venue_state *state, struct refd_error *err)
{
	struct refd__arena *arena = tracker->arena;
	struct refd__event_node *node =
		refd__tracker_next(tracker, type, ref_of(state), state->version, err);
	struct refd_event_venue *told;

	if (!node)
		return NULL;
	told = &node->event.payload.venue_created;
	told->venue_id = state->id;
	told->coordinates = state->coordinates;
	if (!refd__arena_str(arena, refd_name_str(&state->name), &told->name) ||
	    !refd__arena_str(arena, refd_line_str(&state->street), &told->street) ||
	    !refd__arena_str(arena, refd_line_str(&state->zip), &told->zip) ||
	    !refd__arena_str(arena, refd_line_str(&state->city), &told->city) ||
	    !refd__arena_str(arena, refd_phone_str(&state->phone), &told->phone) ||
	    !refd__arena_str(arena, refd_email_str(&state->email), &told->email)) {
		refd__out_of_memory(err);
		return NULL;
	}
	return node;
}

static enum refd_status settle(struct refd_venue *venue, const struct refd_venue_state *changed,
			       struct refd__event_node *node)
{
	venue->state = *changed;
	refd__fate_change(&venue->fate, venue->stored_version);
	refd__tracker_record(venue->tracker, node);
	return REFD_OK;
}

enum refd_status refd__venue_make(struct refd__tracker *tracker, struct refd_venue_id id,
				  const struct refd_venue_details *details, struct refd_venue **ret,
				  struct refd_error *err)
{
	struct refd_venue_state state = { .id = id, .status = REFD_PARTY_ACTIVE, .version = 1 };
	struct refd__event_node *node;
	struct refd_venue *venue;
	enum refd_status st;

	assert(!refd_uuid_is_unset(id.uuid));
	st = parse_details(details, &state, err);
	if (st != REFD_OK)
		return st;
	venue = refd__arena_zero(tracker->arena, 1, sizeof(*venue));
	if (!venue)
		return refd__out_of_memory(err);
	node = tell(tracker, REFD_EVENT_VENUE_CREATED, &state, err);
	if (!node)
		return REFD_NO_MEMORY;
	venue->tracker = tracker;
	venue->fate = REFD__NEW;
	*ret = venue;
	return settle(venue, &state, node);
}

struct refd_venue *refd__venue_restore(struct refd__tracker *tracker,
				       const struct refd_venue_state *state)
{
	struct refd_venue *venue = refd__arena_zero(tracker->arena, 1, sizeof(*venue));

	if (!venue)
		return NULL;
	venue->state = *state;
	venue->tracker = tracker;
	venue->stored_version = state->version;
	venue->fate = REFD__CLEAN;
	return venue;
}

const struct refd_venue_state *refd_venue_state(const struct refd_venue *venue)
{
	return &venue->state;
}

enum refd_status refd_venue_correct(struct refd_venue *venue,
				    const struct refd_venue_details *details,
				    struct refd_error *err)
{
	struct refd_venue_state changed = venue->state;
	struct refd__event_node *node;
	enum refd_status st = parse_details(details, &changed, err);
	enum refd_status active = require_active(venue, err);

	if (st == REFD_OK)
		st = active;
	if (st != REFD_OK)
		return st;
	changed.version++;
	node = tell(venue->tracker, REFD_EVENT_VENUE_CORRECTED, &changed, err);
	return node ? settle(venue, &changed, node) : REFD_NO_MEMORY;
}

enum refd_status refd_venue_retire(struct refd_venue *venue, struct refd_error *err)
{
	struct refd_venue_state changed = venue->state;
	struct refd__event_node *node;
	enum refd_status st = require_active(venue, err);

	if (st != REFD_OK)
		return st;
	changed.status = REFD_PARTY_RETIRED;
	changed.version++;
	node = refd__tracker_next(venue->tracker, REFD_EVENT_VENUE_RETIRED, ref_of(&changed),
				  changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.venue_retired.venue_id = changed.id;
	return settle(venue, &changed, node);
}
