/* Zone files, RFC 8536 versions 1 to 4. */
#include <string.h>

#include "zone.h"

#define HEADER_BYTES 44
#define OFFSET_MOST  (26 * 3600)

struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

/* One of the two blocks of data: the first has times of 4, the second of 8 bytes. */
struct block {
	uint8_t version;
	struct counts counts;
	const uint8_t *data;
	size_t size;
};

static uint32_t u32_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static int32_t i32_at(const uint8_t *bytes)
{
	uint32_t value = u32_at(bytes);

	return value <= INT32_MAX ? (int32_t)value : -(int32_t)(UINT32_MAX - value) - 1;
}

static int64_t time_at(const uint8_t *bytes, size_t width)
{
	uint64_t value = (uint64_t)u32_at(bytes) << 32;

	if (width == 4)
		return i32_at(bytes);
	value |= u32_at(bytes + 4);
	return value <= INT64_MAX ? (int64_t)value : -(int64_t)(UINT64_MAX - value) - 1;
}

/* Find the block at *bytes and step over it. */
static bool take_block(const uint8_t **bytes, size_t *left, size_t width, struct block *ret)
{
	const uint8_t *header = *bytes;
	struct counts *counts = &ret->counts;

	if (*left < HEADER_BYTES || memcmp(header, "TZif", 4) != 0)
		return false;
	ret->version = header[4];
	counts->isut = u32_at(header + 20);
	counts->isstd = u32_at(header + 24);
	counts->leap = u32_at(header + 28);
	counts->time = u32_at(header + 32);
	counts->type = u32_at(header + 36);
	counts->chars = u32_at(header + 40);
	/* No sum below can overflow. */
	if (counts->isut > 256 || counts->isstd > 256 || counts->leap > 65536 ||
	    counts->time > 65536 || counts->type > 256 || counts->chars > 65536)
		return false;
	ret->data = header + HEADER_BYTES;
	ret->size = counts->time * (width + 1) + counts->type * 6 + counts->chars +
		    counts->leap * (width + 4) + counts->isstd + counts->isut;
	if (*left - HEADER_BYTES < ret->size)
		return false;
	*bytes += HEADER_BYTES + ret->size;
	*left -= HEADER_BYTES + ret->size;
	return true;
}

static struct refd_tzdata__zone *zone_make(const struct refd_allocator *allocator,
					   const struct counts *counts)
{
	size_t size = sizeof(struct refd_tzdata__zone) + counts->time * (sizeof(int64_t) + 1) +
		      counts->type * sizeof(int32_t);
	struct refd_tzdata__zone *zone = allocator->alloc(allocator->self, size);

	if (!zone)
		return NULL;
	memset(zone, 0, size);
	zone->n_times = counts->time;
	zone->n_offsets = counts->type;
	zone->times = (int64_t *)(void *)(zone + 1);
	zone->offsets = (int32_t *)(void *)(zone->times + counts->time);
	zone->indexes = (uint8_t *)(zone->offsets + counts->type);
	return zone;
}

static bool read_block(const struct block *block, size_t width, struct refd_tzdata__zone *zone)
{
	const uint8_t *indexes = block->data + zone->n_times * width;
	const uint8_t *types = indexes + zone->n_times;

	for (size_t i = 0; i < zone->n_times; i++) {
		zone->times[i] = time_at(block->data + i * width, width);
		zone->indexes[i] = indexes[i];
		if (indexes[i] >= zone->n_offsets || (i && zone->times[i] <= zone->times[i - 1]))
			return false;
	}
	for (size_t i = 0; i < zone->n_offsets; i++) {
		zone->offsets[i] = i32_at(types + i * 6);
		if (zone->offsets[i] < -OFFSET_MOST || zone->offsets[i] > OFFSET_MOST)
			return false;
	}
	return true;
}

/* The text between two newlines; empty: what the last transition says stays. */
static bool read_footer(const uint8_t *bytes, size_t left, struct refd_tzdata__zone *zone)
{
	const uint8_t *end;
	size_t length;

	if (left < 2 || bytes[0] != '\n')
		return false;
	end = memchr(bytes + 1, '\n', left - 1);
	if (!end)
		return false;
	length = (size_t)(end - bytes) - 1;
	if (length == 0)
		return true;
	zone->has_rule = refd_tzdata__rule_parse((const char *)bytes + 1, length, &zone->rule);
	return zone->has_rule;
}

enum refd_status refd_tzdata__tzif_parse(const struct refd_allocator *allocator,
					 const uint8_t *bytes, size_t count, const char *path,
					 struct refd_tzdata__zone **ret, struct refd_error *err)
{
	size_t width = 4;
	struct block block;
	struct refd_tzdata__zone *zone = NULL;
	bool sound = take_block(&bytes, &count, width, &block);

	if (sound && block.version >= '2') {
		width = 8;
		sound = take_block(&bytes, &count, width, &block);
	}
	if (!sound || block.counts.type == 0)
		return refd_error_set(err, REFD_CORRUPT, "%s is not a time zone file", path);
	if (block.counts.leap)
		return refd_error_set(err, REFD_UNSUPPORTED, "%s counts leap seconds", path);
	zone = zone_make(allocator, &block.counts);
	if (!zone)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	if (!read_block(&block, width, zone) || (width == 8 && !read_footer(bytes, count, zone))) {
		allocator->free(allocator->self, zone);
		return refd_error_set(err, REFD_CORRUPT, "%s is damaged", path);
	}
	*ret = zone;
	return REFD_OK;
}

int32_t refd_tzdata__zone_offset(const struct refd_tzdata__zone *zone, int64_t time)
{
	size_t low = 0, high = zone->n_times; /* transitions at or before time */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->times[middle] <= time)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == zone->n_times && zone->has_rule)
		return refd_tzdata__rule_offset(&zone->rule, time);
	return zone->offsets[low ? zone->indexes[low - 1] : 0];
}
