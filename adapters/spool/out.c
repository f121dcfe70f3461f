#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "spool.h"

void refd_spool__flush(struct refd_spool__out *out)
{
	size_t done = 0;

	while (!out->problem && done < out->used) {
		ssize_t written = write(out->fd, out->buffer + done, out->used - done);

		if (written >= 0)
			done += (size_t)written;
		else if (errno != EINTR)
			out->problem = errno;
	}
	out->used = 0;
}

void refd_spool__put(struct refd_spool__out *out, const char *bytes, size_t count)
{
	while (count) {
		size_t piece = sizeof(out->buffer) - out->used;

		if (piece > count)
			piece = count;
		memcpy(out->buffer + out->used, bytes, piece);
		out->used += piece;
		bytes += piece;
		count -= piece;
		if (out->used == sizeof(out->buffer))
			refd_spool__flush(out);
	}
}

void refd_spool__puts(struct refd_spool__out *out, const char *text)
{
	refd_spool__put(out, text, strlen(text));
}
