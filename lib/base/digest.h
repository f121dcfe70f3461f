/* SHA-256 (FIPS 180-4), for request digests and page keys. */
#ifndef REFD_BASE_DIGEST_H
#define REFD_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define REFD__DIGEST_BYTES 32

struct refd__digest {
	uint32_t state[8];
	uint64_t count;	   /* bytes added */
	uint8_t block[64]; /* count % 64 of them wait */
};

void refd__digest_init(struct refd__digest *digest);
void refd__digest_add(struct refd__digest *digest, const void *bytes, size_t count);
/* Ends the digest: init it before it is used again. */
void refd__digest_done(struct refd__digest *digest, uint8_t ret[REFD__DIGEST_BYTES]);

#endif
