/* Numbers as bytes, the highest first: so written they sort as they count. */
#ifndef LMDB_STORE_BYTES_H
#define LMDB_STORE_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void lmdb_store__put_number(unsigned char *to, size_t size, uint64_t number)
{
	for (size_t i = 0; i < size; i++)
		to[i] = (unsigned char)(number >> 8 * (size - 1 - i));
}

static inline uint64_t lmdb_store__get_number(const unsigned char *from, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | from[i];
	return number;
}

#endif
