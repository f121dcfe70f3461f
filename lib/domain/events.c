#include <refdomain/domain/event.h>

struct entry {
	enum refd_event_type type;
	const char *name;
	int32_t schema;
};

static const struct entry entries[] = {
#define XX(number, type, name, schema, member) { REFD_EVENT_##type, (name), (schema) },
	REFD_EVENT_MAP(XX)
#undef XX
};

static const struct entry *find(enum refd_event_type type)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (entries[i].type == type)
			return &entries[i];
	return NULL;
}

const char *refd_event_name(enum refd_event_type type)
{
	const struct entry *entry = find(type);

	return entry ? entry->name : NULL;
}

int32_t refd_event_schema(enum refd_event_type type)
{
	const struct entry *entry = find(type);

	return entry ? entry->schema : 0;
}

enum refd_event_type refd_event_type_from_name(struct refd_str name, int32_t schema)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (entries[i].schema == schema &&
		    refd_str_equal(name, refd_str_of(entries[i].name)))
			return entries[i].type;
	return REFD_EVENT_FOREIGN;
}
