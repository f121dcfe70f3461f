#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <refdomain/error.h>

static enum refd_status failed(const char *path, struct refd_error *err)
{
	enum refd_status st = REFD_UNAVAILABLE;

	if (errno == ENOENT || errno == ENOTDIR)
		st = REFD_NOT_FOUND;
	else if (errno == EISDIR)
		st = REFD_INVALID;
	else if (errno == EACCES || errno == EROFS)
		st = REFD_DENIED;
	else if (errno == ENOMEM)
		st = REFD_NO_MEMORY;
	return refd_error_set(err, st, "%s: %s", path, strerror(errno));
}

static enum refd_status read_all(FILE *from, const char *path, struct refd_str *ret,
				 struct refd_error *err)
{
	size_t len = 0, room = 0, got = 0;
	char *bytes = NULL;
	enum refd_status st = REFD_OK;

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
	} while (got > 0 && len <= FILE_MOST);
	if (ferror(from))
		st = failed(path, err);
	else if (len > FILE_MOST)
		st = refd_error_set(err, REFD_INVALID, "%s: larger than %d MiB", path,
				    FILE_MOST >> 20);
	else
		*ret = (struct refd_str){ bytes, len };
	if (st != REFD_OK)
		free(bytes);
	return st;
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

/* Write and close. @return 0, or an errno */
static int put(FILE *file, struct refd_str text)
{
	int error = fwrite(text.ptr, 1, text.len, file) == text.len ? 0 : errno;

	if (fclose(file) != 0 && !error)
		error = errno;
	return error;
}

/* Beside the file of that name, then in its place. @param mode its mode, 0 if there is none yet */
static int replace(const char *path, mode_t mode, struct refd_str text)
{
	const size_t size = strlen(path) + sizeof(".new-4294967295");
	char *beside = malloc(size);
	FILE *file = NULL;
	int error = ENOMEM;

	if (!beside)
		goto out;
	snprintf(beside, size, "%s.new-%u", path, (unsigned)getpid());
	file = fopen(beside, "wbx");
	error = file ? put(file, text) : errno;
	if (!error && mode && chmod(beside, mode) != 0)
		error = errno;
	if (!error && rename(beside, path) != 0)
		error = errno;
	if (file && error)
		unlink(beside);
out:
	free(beside);
	return error;
}

enum refd_status file_write(const char *path, struct refd_str text, struct refd_error *err)
{
	struct stat old = { .st_mode = 0 };
	const bool there = stat(path, &old) == 0;
	char *real = there ? realpath(path, NULL) : NULL; /* a link stays one */
	int error = EACCES;

	if (!there || S_ISREG(old.st_mode))
		error = replace(real ? real : path, old.st_mode & 07777, text);
	free(real);
	if (error == EACCES && there) {
		FILE *file = fopen(path, "wb");

		error = file ? put(file, text) : errno;
	}
	errno = error;
	return error ? failed(path, err) : REFD_OK;
}
