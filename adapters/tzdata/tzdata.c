#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zone.h"

#define FILE_MOST (256 * 1024) /* the largest zone file has 3.5 KiB */

struct refd_tzdata {
	struct refd_allocator allocator;
	pthread_mutex_t mutex;		 /* of the list; a zone never changes once it is in it */
	struct refd_tzdata__zone *zones; /* all that were asked for */
	char directory[];
};

static const char default_directory[] = "/usr/share/zoneinfo";

enum refd_status refd_tzdata_create(const struct refd_allocator *allocator, const char *directory,
				    struct refd_tzdata **ret, struct refd_error *err)
{
	const char *path = directory ? directory : default_directory;
	size_t length = strlen(path);
	struct refd_tzdata *tzdata =
		allocator->alloc(allocator->self, sizeof(*tzdata) + length + 1);

	if (!tzdata)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	tzdata->allocator = *allocator;
	tzdata->zones = NULL;
	memcpy(tzdata->directory, path, length + 1);
	if (pthread_mutex_init(&tzdata->mutex, NULL) != 0) {
		allocator->free(allocator->self, tzdata);
		return refd_error_set(err, REFD_NO_MEMORY, "no mutex");
	}
	*ret = tzdata;
	return REFD_OK;
}

void refd_tzdata_destroy(struct refd_tzdata *tzdata)
{
	struct refd_allocator allocator;

	if (!tzdata)
		return;
	allocator = tzdata->allocator;
	while (tzdata->zones) {
		struct refd_tzdata__zone *next = tzdata->zones->next;

		allocator.free(allocator.self, tzdata->zones);
		tzdata->zones = next;
	}
	pthread_mutex_destroy(&tzdata->mutex);
	allocator.free(allocator.self, tzdata);
}

/* Letters, digits and "_+-", with single slashes between parts: no name leaves the directory. */
static bool is_zone_name(struct refd_str zone)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_+-";
	bool part = false; /* the present part has a character */

	if (zone.len > REFD_ZONE_BYTES)
		return false;
	for (size_t i = 0; i < zone.len; i++) {
		if (zone.ptr[i] == '/' && part)
			part = false;
		else if (zone.ptr[i] && strchr(allowed, zone.ptr[i]))
			part = true;
		else
			return false;
	}
	return part;
}

static enum refd_status no_zone(struct refd_str zone, struct refd_error *err)
{
	return refd_error_set(err, REFD_NOT_FOUND, "no time zone %.*s",
			      (int)(zone.len < REFD_ZONE_BYTES ? zone.len : REFD_ZONE_BYTES),
			      zone.len ? zone.ptr : "");
}

static enum refd_status unreadable(const char *path, int reason, struct refd_error *err)
{
	char text[96] = "";

	(void)strerror_r(reason, text, sizeof(text));
	return refd_error_set(err, REFD_UNAVAILABLE, "%s: %s", path, text);
}

static enum refd_status read_all(int fd, const char *path, uint8_t *bytes, size_t size, size_t *ret,
				 struct refd_error *err)
{
	size_t count = 0;

	while (count < size) {
		ssize_t got = read(fd, bytes + count, size - count);

		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			return unreadable(path, errno, err);
		if (got > 0)
			count += (size_t)got;
	}
	*ret = count;
	return REFD_OK;
}

/* Bytes of the file in memory of the allocator. @return OK; UNAVAILABLE; CORRUPT; NO_MEMORY */
static enum refd_status read_file(struct refd_tzdata *tzdata, int fd, const char *path,
				  struct refd_tzdata__zone **ret, struct refd_error *err)
{
	const struct refd_allocator *allocator = &tzdata->allocator;
	enum refd_status status;
	struct stat info;
	uint8_t *bytes;
	size_t count = 0;

	if (fstat(fd, &info) != 0)
		return unreadable(path, errno, err);
	if (S_ISDIR(info.st_mode))
		return refd_error_set(err, REFD_NOT_FOUND, "%s is a directory", path);
	if (!S_ISREG(info.st_mode) || info.st_size <= 0 || info.st_size > FILE_MOST)
		return refd_error_set(err, REFD_CORRUPT, "%s is not a time zone file", path);
	bytes = allocator->alloc(allocator->self, (size_t)info.st_size);
	if (!bytes)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	status = read_all(fd, path, bytes, (size_t)info.st_size, &count, err);
	if (status == REFD_OK)
		status = refd_tzdata__tzif_parse(allocator, bytes, count, path, ret, err);
	allocator->free(allocator->self, bytes);
	return status;
}

static enum refd_status cannot_open(struct refd_tzdata *tzdata, struct refd_str zone,
				    const char *path, struct refd_error *err)
{
	int reason = errno;

	if (reason != ENOENT && reason != ENOTDIR && reason != ENAMETOOLONG)
		return unreadable(path, reason, err);
	if (access(tzdata->directory, X_OK) != 0)
		return refd_error_set(err, REFD_UNAVAILABLE, "no time zone data in %s",
				      tzdata->directory);
	return no_zone(zone, err);
}

static enum refd_status load(struct refd_tzdata *tzdata, struct refd_str zone,
			     struct refd_tzdata__zone **ret, struct refd_error *err)
{
	char path[PATH_MAX];
	size_t length = strlen(tzdata->directory);
	enum refd_status status;
	int fd;

	if (length + 1 + zone.len + 1 > sizeof(path))
		return refd_error_set(err, REFD_UNAVAILABLE,
				      "the path of the time zones is too long");
	memcpy(path, tzdata->directory, length);
	path[length] = '/';
	memcpy(path + length + 1, zone.ptr, zone.len);
	path[length + 1 + zone.len] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return cannot_open(tzdata, zone, path, err);
	status = read_file(tzdata, fd, path, ret, err);
	close(fd);
	if (status == REFD_OK)
		memcpy((*ret)->name, zone.ptr, zone.len);
	return status;
}

static enum refd_status find(struct refd_tzdata *tzdata, struct refd_str name,
			     const struct refd_tzdata__zone **ret, struct refd_error *err)
{
	enum refd_status status = REFD_OK;
	struct refd_tzdata__zone *zone;

	if (!is_zone_name(name))
		return no_zone(name, err);
	pthread_mutex_lock(&tzdata->mutex);
	for (zone = tzdata->zones; zone; zone = zone->next)
		if (refd_str_equal(refd_str_of(zone->name), name))
			break;
	if (!zone) {
		status = load(tzdata, name, &zone, err);
		if (status == REFD_OK) {
			zone->next = tzdata->zones;
			tzdata->zones = zone;
		}
	}
	pthread_mutex_unlock(&tzdata->mutex);
	if (status == REFD_OK)
		*ret = zone;
	return status;
}

static bool is_utc(struct refd_str zone)
{
	return refd_str_equal(zone, refd_str_of("UTC"));
}

static enum refd_status offset(void *self, struct refd_str name, struct refd_time time,
			       int32_t *ret, struct refd_error *err)
{
	const struct refd_tzdata__zone *zone = NULL;
	int64_t seconds = time.us / REFD_SECOND - (time.us % REFD_SECOND < 0);
	enum refd_status status;

	if (is_utc(name)) {
		*ret = 0;
		return REFD_OK;
	}
	status = find(self, name, &zone, err);
	if (status == REFD_OK)
		*ret = refd_tzdata__zone_offset(zone, seconds);
	return status;
}

struct refd_timezone refd_tzdata_timezone(struct refd_tzdata *tzdata)
{
	static const struct refd_timezone_ops ops = {
		.struct_size = sizeof(ops),
		.offset = offset,
	};
	struct refd_timezone port = { &ops, tzdata };

	return port;
}

/* The first time at which clocks show @p local. False if they never do. */
static bool first_instant(const struct refd_tzdata__zone *zone, int64_t local, int64_t *ret)
{
	bool found = false;

	for (size_t i = 0; i < zone->n_offsets + 2; i++) {
		int32_t tried;

		if (i < zone->n_offsets)
			tried = zone->offsets[i];
		else
			tried = i == zone->n_offsets ? zone->rule.standard : zone->rule.daylight;
		if (refd_tzdata__zone_offset(zone, local - tried) != tried)
			continue;
		if (!found || local - tried < *ret)
			*ret = local - tried;
		found = true;
	}
	return found;
}

enum refd_status refd_tzdata_instant(struct refd_tzdata *tzdata, struct refd_str zone, int32_t year,
				     int32_t month, int32_t day, int32_t hour, int32_t minute,
				     int32_t second, int32_t microsecond, struct refd_time *ret,
				     struct refd_error *err)
{
	const struct refd_tzdata__zone *found = NULL;
	enum refd_status status = REFD_OK;
	int64_t local, seconds, us;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > refd_tzdata__days_in(year, month) || hour < 0 || hour > 23 || minute < 0 ||
	    minute > 59 || second < 0 || second > 59 || microsecond < 0 || microsecond > 999999)
		return refd_error_set(err, REFD_INVALID, "no such date or time of day");
	local = refd_tzdata__days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	seconds = local;
	if (!is_utc(zone))
		status = find(tzdata, zone, &found, err);
	if (status != REFD_OK)
		return status;
	if (found && !first_instant(found, local, &seconds))
		return refd_error_set(err, REFD_INVALID,
				      "clocks in %s skip %04d-%02d-%02d %02d:%02d:%02d",
				      found->name, year, month, day, hour, minute, second);
	us = seconds * REFD_SECOND + microsecond;
	if (us == 0 || us < REFD_TIME_MIN || us > REFD_TIME_MAX)
		return refd_error_set(err, REFD_INVALID, "the time is out of range");
	ret->us = us;
	return REFD_OK;
}
