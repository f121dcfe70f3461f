#include <refdomain/rule.h>

#include <string.h>

struct rule_row {
	enum refd_rule rule;
	enum refd_severity severity;
	const char *name;
	const char *text;
};

static const struct rule_row rules[] = {
#define XX(number, name, severity, text)                                                           \
	{ REFD_RULE_##name, REFD_SEVERITY_##severity, #name, text },
	REFD_RULE_MAP(XX)
#undef XX
};

static const struct rule_row *find(enum refd_rule rule)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].rule == rule)
			return &rules[i];
	return NULL;
}

const char *refd_rule_name(enum refd_rule rule)
{
	const struct rule_row *row = find(rule);

	return row ? row->name : NULL;
}

enum refd_rule refd_rule_from_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strlen(rules[i].name) == len && memcmp(rules[i].name, name, len) == 0)
			return rules[i].rule;
	return (enum refd_rule)0;
}

const char *refd_rule_text(enum refd_rule rule)
{
	const struct rule_row *row = find(rule);

	return row ? row->text : NULL;
}

enum refd_severity refd_rule_severity(enum refd_rule rule)
{
	const struct rule_row *row = find(rule);

	return row ? row->severity : (enum refd_severity)0;
}

const char *refd_role_word(enum refd_role role)
{
	switch (role) {
#define XX(number, name, word)                                                                     \
	case REFD_ROLE_##name:                                                                     \
		return word;
		REFD_ROLE_MAP(XX)
#undef XX
	}
	return NULL;
}
