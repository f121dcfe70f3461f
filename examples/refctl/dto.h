/** @file dto.h Objects as JSON: the shapes of the HTTP interface, plus `version`. NULL when out of
 * memory. */
#ifndef REFCTL_DTO_H
#define REFCTL_DTO_H

#include <jansson.h>

#include <refdomain/refdomain.h>

json_t *referee_json(const struct refd_referee_state *referee);
json_t *team_json(const struct refd_team_state *team);
json_t *venue_json(const struct refd_venue_state *venue);
json_t *fixture_json(const struct refd_fixture_card *card);
json_t *availability_json(const struct refd_availability_state *availability);
json_t *assignment_json(const struct refd_assignment_state *assignment);
json_t *rules_json(const struct refd_rules *rules);
/** An object of a command's answer. */
struct command_item {
	enum refd_noun noun;
	struct refd_uuid id;
	int64_t version;
};
/** @return how many of REFD_RESULT_MAX there are */
size_t command_items(const struct refd_command_state *command, struct command_item *ret);

json_t *command_json(const struct refd_command_state *command);
json_t *event_json(const struct refd_event_state *event);
json_t *notice_json(const struct refd_notice_state *notice,
		    const struct refd_referee_state *recipient);

/** A rule as people write it in KEY=VALUE; "" for fields that are none. @return @p text, 64 bytes
 */
const char *rules_value(const struct refd_rules *rules, const struct refd_field *field, char *text);

/** The referee of @p card in @p role, or NULL. */
const struct refd_card_referee *card_referee(const struct refd_fixture_card *card,
					     enum refd_role role);

#endif
