/* How a layout table names the members of its struct. */
#ifndef REFD_DOMAIN_FIELDS_H
#define REFD_DOMAIN_FIELDS_H

#include <stddef.h>

#include <refdomain/layout.h>

#define REFD__MEMBER(state, member) (((struct state *)NULL)->member)

#define REFD__AT(state, member)                                                                    \
	.offset = (uint32_t)offsetof(struct state, member),                                        \
	.size = (uint32_t)sizeof(REFD__MEMBER(state, member))

/* Any type that needs nothing beside its place. */
#define REFD__FIELD(column, kind, state, member, bits)                                             \
	{                                                                                          \
		.name = (column), .type = REFD_FIELD_##kind, .flags = (bits),                      \
		REFD__AT(state, member)                                                            \
	}

#define REFD__TEXT(column, state, member, bits)                                                    \
	{                                                                                          \
		.name = (column), .type = REFD_FIELD_TEXT, .flags = (bits),                        \
		.offset = (uint32_t)offsetof(struct state, member),                                \
		.size = (uint32_t)sizeof(REFD__MEMBER(state, member).utf8) - 1                     \
	}

#define REFD__WORD(column, state, member, bits, table)                                             \
	{                                                                                          \
		.name = (column), .type = REFD_FIELD_WORD, .flags = (bits),                        \
		REFD__AT(state, member), .words = (table)                                          \
	}

/* A half of a pair of coordinates: both are there or none. */
#define REFD__DEGREES(column, state, member)                                                       \
	{                                                                                          \
		.name = (column), .type = REFD_FIELD_DEGREES, .flags = REFD_FIELD_OPTIONAL,        \
		REFD__AT(state, coordinates.member),                                               \
		.present = (uint32_t)offsetof(struct state, coordinates.set)                       \
	}

#define REFD__NESTED(column, kind, state, member, layout)                                          \
	{                                                                                          \
		.name = (column), .type = REFD_FIELD_##kind, REFD__AT(state, member),              \
		.element = (layout)                                                                \
	}

#define REFD__LAYOUT(table, state, columns)                                                        \
	{                                                                                          \
		.name = (table), .state_size = sizeof(struct state),                               \
		.count = sizeof(columns) / sizeof((columns)[0]), .fields = (columns)               \
	}

#endif
