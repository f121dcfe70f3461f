#include "columns.h"

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
	if (!equals || f == FIELDS)
		return refd_error_set(
			&ctl->err, REFD_INVALID, "--column %.*s: %s", (int)pair.len, pair.ptr,
			equals ? "this kind of file has no such field" : "is not FIELD=HEADER");
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

static enum refd_status check_bound(struct refctl *ctl, bool timed, uint64_t required,
				    const struct columns *bound)
{
	for (size_t f = 0; f < FIELDS; f++)
		if ((required >> f & 1) && !bound->at[f])
			return refd_error_set(&ctl->err, REFD_INVALID,
					      "the file has no column %s: give --column %s=HEADER",
					      names[f], names[f]);
	if (!timed)
		return REFD_OK;
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
	uint64_t used = 0;

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
	for (size_t f = 0; f < FIELDS; f++) {
		if (!ret->at[f] && (fields >> f & 1))
			ret->at[f] = find_header(header, refd_str_of(names[f]));
		if (ret->at[f] && ret->at[f] <= 64)
			used |= UINT64_C(1) << (ret->at[f] - 1);
	}
	for (size_t i = 0; i < header->count && i < 64; i++)
		ret->ignored += !(used >> i & 1);
	return check_bound(ctl, timed, required, ret);
}
