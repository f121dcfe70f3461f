/* What the parts of the spool know of each other. */
#ifndef REFD_SPOOL_SPOOL_H
#define REFD_SPOOL_SPOOL_H

#include <stdatomic.h>

#include <refdomain/adapters/spool.h>

struct refd_spool {
	struct refd_allocator allocator;
	enum refd_spool_format format;
	struct refd_timezone timezone;
	char zone[REFD_ZONE_BYTES + 1];
	char sender[REFD_EMAIL_BYTES + 1];
	atomic_uint drafts; /* files begun: tells their names apart */
	char directory[];
};

/* A file being written. After the first failure nothing more is written. */
struct refd_spool__out {
	int fd;
	int problem; /* errno of that failure, 0: none */
	size_t used;
	char buffer[4096];
};

void refd_spool__put(struct refd_spool__out *out, const char *bytes, size_t count);
void refd_spool__puts(struct refd_spool__out *out, const char *text);
void refd_spool__flush(struct refd_spool__out *out);

/* A text as people read it, lines ending with a newline. Control characters of names are blanks. */
struct refd_spool__text {
	size_t used;
	bool full; /* something did not fit */
	char bytes[8192];
};

void refd_spool__name(struct refd_spool__text *text, struct refd_str name);
void refd_spool__subject(const struct refd_message *message, struct refd_spool__text *text);
void refd_spool__body(const struct refd_spool *spool, const struct refd_message *message,
		      struct refd_spool__text *text);
/* "Sat, 12 Oct 2024 17:30:00 +0000" @return @p text, 32 bytes */
char *refd_spool__mail_date(struct refd_time time, char *text);

/* Write the whole notice. */
void refd_spool__write_json(struct refd_spool__out *out, const struct refd_message *message,
			    const struct refd_spool__text *subject,
			    const struct refd_spool__text *body);
void refd_spool__write_eml(struct refd_spool__out *out, const struct refd_spool *spool,
			   const struct refd_message *message,
			   const struct refd_spool__text *subject,
			   const struct refd_spool__text *body);
/* Whether an address can stand in a header line. */
bool refd_spool__is_address(struct refd_str address);

#endif
