/* "KEY=VALUE" and what it does to a rule set: refused it changes nothing, taken it is a valid set.
 */
#include <string.h>

#include <refdomain/domain/rules.h>

#include "fuzz.h"

unsigned long fuzz_taken;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	const uint8_t *equals = count > 0 ? memchr(bytes, '=', count) : NULL;
	struct refd_rules rules = refd_rules_default(), before = rules;
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_str key, value;
	enum refd_status st;

	if (equals == NULL)
		return 0;
	key = (struct refd_str){ (const char *)bytes, (size_t)(equals - bytes) };
	value = (struct refd_str){ (const char *)equals + 1, count - key.len - 1 };
	st = refd_rules_set(&rules, key, value, &err);
	if (st == REFD_OK) {
		fuzz_taken++;
		CHECK(refd_rules_check(&rules, NULL) == REFD_OK);
		CHECK(refd_rules_set(&rules, key, value, NULL) == REFD_OK);
	} else {
		CHECK(st == REFD_INVALID && err.total > 0);
		CHECK(memcmp(&rules, &before, sizeof(rules)) == 0);
	}
	return 0;
}
