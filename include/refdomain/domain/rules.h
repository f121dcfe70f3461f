/** @file rules.h The rule set of a federation: data stored with a version, read by every unit with
 * its facts. @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_RULES_H
#define REFDOMAIN_DOMAIN_RULES_H

#include <refdomain/error.h>
#include <refdomain/layout.h>
#include <refdomain/text.h>
#include <refdomain/time.h>

REFD_BEGIN_DECLS

/** DAY: one fixture per venue and per team and day. OVERLAP: none at the same time (kick-off to
 * kick-off + match duration). */
enum refd_exclusivity { REFD_EXCLUSIVITY_DAY = 1, REFD_EXCLUSIVITY_OVERLAP };
/** What a re-date or move does to committed assignments. */
enum refd_on_change {
	REFD_ON_CHANGE_KEEP_VALID = 1,
	REFD_ON_CHANGE_DROP_ALL,
	REFD_ON_CHANGE_KEEP_ALL
};
/** What a re-date does to availabilities: DROP them when the day (in day_zone) changes, or KEEP
 * them. */
enum refd_availability_on_change { REFD_AVAILABILITY_DROP = 1, REFD_AVAILABILITY_KEEP };

/** An IANA zone name; "UTC" needs no timezone port. */
struct refd_zone_name {
	uint16_t len;
	char utf8[REFD_ZONE_BYTES + 1];
};

struct refd_rules {
	struct refd_rules_id id;	   /**< always refd_the_rules */
	enum refd_exclusivity exclusivity; /**< default DAY */
	struct refd_zone_name day_zone;	   /**< default "UTC" */
	int32_t match_duration;		   /**< minutes, 1 to 1440, default 120 */
	int32_t travel_speed; /**< km/h, 1 to 1000, default 70; used where both venues have
				 coordinates */
	int32_t travel_gap;   /**< minutes between two venues otherwise, 0 to 1440, default 60 */
	bool require_future_kickoff; /**< default true */
	bool require_availability;   /**< default true */
	int32_t withdrawal_cutoff;   /**< minutes before the hand-out, 0 to 525600, default 1440 */
	bool neutral_referees;	     /**< default false */
	enum refd_on_change on_change;				 /**< default KEEP_VALID */
	enum refd_availability_on_change availability_on_change; /**< default DROP */
	int64_t version; /**< 0: never changed, not stored yet */
};

extern REFD_API const struct refd_layout refd_rules_layout;

/** The defaults named above, version 0. Any thread. */
REFD_API struct refd_rules refd_rules_default(void);

/**
 * Set one rule from text, as in "match_duration=90": the key is a field name of the layout, bools
 * are true/false, enums their words. Violations are added to @p err under "rules.<key>". Whether
 * the zone exists is checked when the rules are stored.
 * @return OK; INVALID, @p rules untouched. Any thread.
 */
REFD_NODISCARD REFD_API enum refd_status refd_rules_set(struct refd_rules *rules,
							struct refd_str key, struct refd_str value,
							struct refd_error *err);

/** Check every range; all violations are added to @p err. @return OK, INVALID. Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_rules_check(const struct refd_rules *rules,
							  struct refd_error *err);

REFD_END_DECLS

#endif
