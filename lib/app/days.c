#include "app/work.h"

static bool is_utc(const struct refd_rules *rules)
{
	return refd_str_equal((struct refd_str){ rules->day_zone.utf8, rules->day_zone.len },
			      refd_str_of("UTC"));
}

enum refd_status refd__day(const struct refd_ports *ports, const struct refd_rules *rules,
			   struct refd_time time, int32_t *ret, struct refd_error *err)
{
	struct refd_str zone = { rules->day_zone.utf8, rules->day_zone.len };
	enum refd_status st = REFD_OK;
	int32_t offset = 0;

	if (!is_utc(rules)) {
		if (ports->timezone.ops == NULL)
			return refd_error_set(err, REFD_UNSUPPORTED,
					      "zone %s needs a timezone port",
					      rules->day_zone.utf8);
		st = ports->timezone.ops->offset(ports->timezone.self, zone, time, &offset, err);
		if (st == REFD_NOT_FOUND)
			return refd_error_set(err, REFD_UNAVAILABLE,
					      "the timezone port does not know %s",
					      rules->day_zone.utf8);
	}
	if (st == REFD_OK)
		*ret = refd_time_utc_day((struct refd_time){ time.us + offset * REFD_SECOND });
	return st;
}

enum refd_status refd__clash(struct refd_unit *unit, struct refd_time a, struct refd_time b,
			     bool *ret, struct refd_error *err)
{
	int64_t apart = a.us > b.us ? a.us - b.us : b.us - a.us;
	int32_t day_a = 0;
	int32_t day_b = 0;
	enum refd_status st = REFD_OK;

	if (unit->rules.exclusivity == REFD_EXCLUSIVITY_OVERLAP) {
		*ret = apart < unit->rules.match_duration * REFD_MINUTE;
		return REFD_OK;
	}
	st = refd__day(&unit->app->ports, &unit->rules, a, &day_a, err);
	if (st == REFD_OK)
		st = refd__day(&unit->app->ports, &unit->rules, b, &day_b, err);
	if (st == REFD_OK)
		*ret = day_a == day_b;
	return refd__unit_fail(unit, st);
}
