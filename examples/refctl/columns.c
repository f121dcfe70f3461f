#include "columns.h"

#include <stdio.h>
#include <string.h>

#include "civil.h"

static const char *const names[FIELDS] = {
#define XX(symbol, name) [FIELD_##symbol] = name,
	FIELD_MAP(XX)
#undef XX
};

const char *field_name(enum field field)
{
	return names[field];
}

/* @return the column from 1 whose header is @p name; 0 if there is none */
static size_t find_header(const struct csv_record *header, struct refd_str name)
{
	for (size_t i = 0; i < header->count; i++)
		if (refd_str_equal(trimmed(header->fields[i].text), name))
			return i + 1;
	return 0;
}

static enum refd_status check_header(struct refctl *ctl, const struct csv_record *header)
{
	for (size_t i = 0; i < header->count; i++) {
		struct refd_str name = trimmed(header->fields[i].text);

		if (name.len > 0 && find_header(header, name) != i + 1)
			return refd_error_set(
				&ctl->err, REFD_INVALID,
				"line %zu, column %zu: the header %.*s is there twice",
				header->line, i + 1, (int)name.len, name.ptr);
	}
	return REFD_OK;
}

/* One FIELD=HEADER. */
static enum refd_status bind_given(struct refctl *ctl, const struct csv_record *header,
				   uint64_t fields, struct refd_str pair, struct columns *ret)
{
	const char *equals = pair.len ? memchr(pair.ptr, '=', pair.len) : NULL;
	size_t len = equals ? (size_t)(equals - pair.ptr) : pair.len;
	struct refd_str name = { equals ? equals + 1 : "", equals ? pair.len - len - 1 : 0 };
	size_t f = 0;

	while (f < FIELDS && (!(fields >> f & 1) || strlen(names[f]) != len ||
			      strncmp(names[f], pair.ptr, len) != 0))
		f++;
	if (!equals || name.len == 0)
		f = FIELDS;
	if (f == FIELDS)
		return refd_error_set(&ctl->err, REFD_INVALID, "--column %.*s: %s", (int)pair.len,
				      pair.ptr,
				      equals && name.len ? "this kind of file has no such field"
							 : "is not FIELD=HEADER");
	if (ret->at[f])
		return refd_error_set(&ctl->err, REFD_INVALID, "--column gives %s twice", names[f]);
	ret->at[f] = find_header(header, trimmed(name));
	if (!ret->at[f])
		return refd_error_set(&ctl->err, REFD_INVALID, "the file has no column %.*s",
				      (int)name.len, name.ptr);
	return REFD_OK;
}

static enum refd_status bind_all_given(struct refctl *ctl, const struct csv_record *header,
				       uint64_t fields, struct columns *ret)
{
	enum refd_status st = REFD_OK;
	const char *list;

	for (size_t n = 0; st == REFD_OK && (list = args_nth(ctl->args, OPT_COLUMN, n)); n++) {
		while (st == REFD_OK && *list) {
			size_t len = strcspn(list, ",");

			st = bind_given(ctl, header, fields, (struct refd_str){ list, len }, ret);
			list += len + (list[len] == ',');
		}
	}
	return st;
}

/* All of them at once: one look at the file is enough to say where they are. */
static enum refd_status check_required(struct refctl *ctl, uint64_t required,
				       const struct columns *bound)
{
	char missing[REFD_MESSAGE_BYTES + 1] = "", hint[REFD_MESSAGE_BYTES + 1] = "";
	size_t missing_len = 0, hint_len = 0;

	for (size_t f = 0; f < FIELDS; f++) {
		struct refd_violation violation = { .rule = REFD_RULE_REQUIRED };

		if (!(required >> f & 1) || bound->at[f])
			continue;
		snprintf(violation.field, sizeof(violation.field), "%s", names[f]);
		snprintf(violation.message, sizeof(violation.message), "the file has no column %s",
			 names[f]);
		refd_error_add(&ctl->err, &violation);
		missing_len +=
			(size_t)snprintf(missing + missing_len, sizeof(missing) - missing_len,
					 "%s%s", missing_len ? ", " : "", names[f]);
		hint_len += (size_t)snprintf(hint + hint_len, sizeof(hint) - hint_len,
					     "%s%s=HEADER", hint_len ? "," : "", names[f]);
	}
	if (missing_len == 0)
		return REFD_OK;
	return refd_error_set(&ctl->err, REFD_INVALID,
			      "the file has no column %s: give --column %s", missing, hint);
}

static enum refd_status check_bound(struct refctl *ctl, bool timed, uint64_t required,
				    const struct columns *bound)
{
	enum refd_status st = check_required(ctl, required, bound);

	if (st != REFD_OK || !timed)
		return st;
	if (bound->at[FIELD_KICKOFF] && (bound->at[FIELD_DATE] || bound->at[FIELD_TIME]))
		return refd_error_set(&ctl->err, REFD_INVALID,
				      "--column gives kickoff beside date or time");
	if (!bound->at[FIELD_KICKOFF] && !(bound->at[FIELD_DATE] && bound->at[FIELD_TIME]))
		return refd_error_set(&ctl->err, REFD_INVALID,
				      "give --column kickoff=HEADER, or date=HEADER,time=HEADER");
	return REFD_OK;
}

enum refd_status columns_bind(struct refctl *ctl, const struct csv_record *header, uint64_t fields,
			      uint64_t required, struct columns *ret)
{
	const uint64_t when = F(DATE) | F(TIME) | F(KICKOFF);
	enum refd_status st = check_header(ctl, header);
	bool timed = fields & F(KICKOFF);

	*ret = (struct columns){ 0 };
	if (st == REFD_OK)
		st = bind_all_given(ctl, header, fields, ret);
	if (st != REFD_OK)
		return st;
	if (ret->at[FIELD_KICKOFF])
		fields &= ~when | F(KICKOFF);
	else if (ret->at[FIELD_DATE] || ret->at[FIELD_TIME] ||
		 !find_header(header, refd_str_of(names[FIELD_KICKOFF])))
		fields &= ~F(KICKOFF);
	else
		fields &= ~when | F(KICKOFF);
	for (size_t f = 0; f < FIELDS; f++)
		if (!ret->at[f] && (fields >> f & 1))
			ret->at[f] = find_header(header, refd_str_of(names[f]));
	return check_bound(ctl, timed, required, ret);
}
