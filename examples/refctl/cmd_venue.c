#include "dto.h"
#include "input.h"
#include "list.h"

static const char *const columns[] = { "ID",	    "NAME",   "STREET",	 "ZIP",
				       "CITY",	    "PHONE",  "EMAIL",	 "LATITUDE",
				       "LONGITUDE", "STATUS", "VERSION", NULL };

static void put_degrees(struct output *out, const struct refd_coordinates *at, int32_t degrees)
{
	char text[16];

	output_word(out, at->set ? refd_degrees_format(degrees, text) : NULL);
}

static void put(struct output *out, const struct refd_venue_state *venue)
{
	if (out->json) {
		output_object(out, venue_json(venue));
		return;
	}
	output_row(out);
	output_id(out, venue->id.uuid);
	output_str(out, refd_name_str(&venue->name));
	output_str(out, refd_line_str(&venue->street));
	output_str(out, refd_line_str(&venue->zip));
	output_str(out, refd_line_str(&venue->city));
	output_str(out, refd_phone_str(&venue->phone));
	output_str(out, refd_email_str(&venue->email));
	put_degrees(out, &venue->coordinates, venue->coordinates.latitude);
	put_degrees(out, &venue->coordinates, venue->coordinates.longitude);
	output_status(out, refd_party_status_words[venue->status]);
	output_number(out, venue->version);
}

static enum refd_status put_row(void *self, const struct refd_venue_state *venue)
{
	put(self, venue);
	return REFD_OK;
}

static enum refd_status show(struct refctl *ctl, struct refd_venue_id id)
{
	struct refd_venue_state venue;
	struct output out;
	enum refd_status st = refd_query_venue(ctl->app, id, &venue, &ctl->err);

	if (st != REFD_OK)
		return st;
	output_begin(&out, ctl, true, columns);
	put(&out, &venue);
	return output_end(&out, ctl, st);
}

static void input_details(struct refctl *ctl, struct refd_venue_details *details)
{
	input_text(ctl, OPT_NAME, &details->name);
	input_text(ctl, OPT_STREET, &details->street);
	input_text(ctl, OPT_ZIP, &details->zip);
	input_text(ctl, OPT_CITY, &details->city);
	input_text(ctl, OPT_PHONE, &details->phone);
	input_text(ctl, OPT_EMAIL, &details->email);
	input_coordinates(ctl, &details->coordinates);
}

enum refd_status cmd_venue_add(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_venue_id id = { 0 };
	struct refd_venue_details details = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_id(ctl, OPT_ID, &id.uuid);
	input_details(ctl, &details);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_registry_register_venue(ctl->app, &meta, id, &details, &result,
						  &ctl->err);
	if (st != REFD_OK)
		return st;
	id.uuid = result.items[0].object.id;
	return show(ctl, id);
}

enum refd_status cmd_venue_list(struct refctl *ctl)
{
	struct list list;
	int status = input_choice(ctl, OPT_PARTY_STATUS);
	enum refd_status st;

	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_venues(ctl->app, (enum refd_party_status)status, &list.page,
				       put_row, &list.out, &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}

enum refd_status cmd_venue_show(struct refctl *ctl)
{
	struct refd_venue_id id = { 0 };

	input_object(ctl, "venue", &id.uuid);
	return input_status(ctl) == REFD_OK ? show(ctl, id) : REFD_INVALID;
}

/* What is not given stays; the version read keeps somebody else's correction from being undone. */
enum refd_status cmd_venue_correct(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_venue_id id = { 0 };
	struct refd_venue_state now;
	struct refd_venue_details details;
	struct refd_result result;
	enum refd_status st;

	input_object(ctl, "venue", &id.uuid);
	input_correction(ctl);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_query_venue(ctl->app, id, &now, &ctl->err);
	if (st != REFD_OK)
		return st;
	details = (struct refd_venue_details){
		refd_name_str(&now.name), refd_line_str(&now.street), refd_line_str(&now.zip),
		refd_line_str(&now.city), refd_phone_str(&now.phone), refd_email_str(&now.email),
		now.coordinates
	};
	input_details(ctl, &details);
	st = input_status(ctl);
	if (meta.expected_version == 0)
		meta.expected_version = now.version;
	if (st == REFD_OK)
		st = refd_registry_correct_venue(ctl->app, &meta, id, &details, &result, &ctl->err);
	return st == REFD_OK ? show(ctl, id) : st;
}

enum refd_status cmd_venue_retire(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_venue_id id = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_object(ctl, "venue", &id.uuid);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_registry_retire_venue(ctl->app, &meta, id, &result, &ctl->err);
	return st == REFD_OK ? show(ctl, id) : st;
}
