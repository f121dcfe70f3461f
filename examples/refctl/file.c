#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <refdomain/error.h>

static enum refd_status failed(const char *path, struct refd_error *err)
{
	enum refd_status st = REFD_UNAVAILABLE;

	if (errno == ENOENT || errno == ENOTDIR)
		st = REFD_NOT_FOUND;
	else if (errno == EISDIR)
		st = REFD_INVALID;
	else if (errno == EACCES)
		st = REFD_DENIED;
	return refd_error_set(err, st, "%s: %s", path, strerror(errno));
}

static enum refd_status read_all(FILE *from, const char *path, struct refd_str *ret,
				 struct refd_error *err)
{
	size_t len = 0, room = 0, got = 0;
	char *bytes = NULL;

	do {
		if (len == room) {
			char *more = realloc(bytes, room = room ? room * 2 : 65536);

			if (!more) {
				free(bytes);
				return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
			}
			bytes = more;
		}
		got = fread(bytes + len, 1, room - len, from);
		len += got;
	} while (got > 0);
	if (ferror(from)) {
		free(bytes);
		return failed(path, err);
	}
	*ret = (struct refd_str){ bytes, len };
	return REFD_OK;
}

enum refd_status file_read(const char *path, struct refd_str *ret, struct refd_error *err)
{
	FILE *from = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	enum refd_status st;

	if (!from)
		return failed(path, err);
	st = read_all(from, path, ret, err);
	if (from != stdin)
		fclose(from);
	return st;
}
