#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "spool.h"

#define NAME_BYTES 128

static enum refd_status check_options(const struct refd_spool_options *options,
				      struct refd_error *err)
{
	if (!options->directory || !options->directory[0])
		return refd_error_set(err, REFD_INVALID, "the spool needs a directory");
	if (options->format != REFD_SPOOL_JSON && options->format != REFD_SPOOL_EML)
		return refd_error_set(err, REFD_INVALID, "the spool needs a format");
	if (options->sender && !refd_spool__is_address(refd_str_of(options->sender)))
		return refd_error_set(err, REFD_INVALID, "the sender is no e-mail address");
	if (options->zone && strlen(options->zone) > REFD_ZONE_BYTES)
		return refd_error_set(err, REFD_INVALID, "the zone is too long");
	return REFD_OK;
}

enum refd_status refd_spool_create(const struct refd_allocator *allocator,
				   const struct refd_spool_options *options,
				   struct refd_spool **ret, struct refd_error *err)
{
	enum refd_status status = check_options(options, err);
	struct refd_spool *spool;
	size_t size;

	if (status != REFD_OK)
		return status;
	size = sizeof(*spool) + strlen(options->directory) + 1;
	spool = allocator->alloc(allocator->self, size);
	if (!spool)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	memset(spool, 0, size);
	spool->allocator = *allocator;
	spool->format = options->format;
	spool->timezone = options->timezone;
	strcpy(spool->zone, options->zone ? options->zone : "");
	strcpy(spool->sender, options->sender ? options->sender : "noreply@localhost");
	strcpy(spool->directory, options->directory);
	atomic_init(&spool->drafts, 0);
	*ret = spool;
	return REFD_OK;
}

void refd_spool_destroy(struct refd_spool *spool)
{
	if (spool)
		spool->allocator.free(spool->allocator.self, spool);
}

static enum refd_status failed(const struct refd_spool *spool, int problem, struct refd_error *err)
{
	char reason[96] = "";

	(void)strerror_r(problem, reason, sizeof(reason));
	if (err)
		err->native = problem;
	return refd_error_set(err, REFD_UNAVAILABLE, "%s: %s", spool->directory, reason);
}

/* Keys are made of ids; anything else is no file name of ours. */
static bool is_key(const char *key)
{
	return key[0] && key[0] != '.' && strspn(key, "0123456789abcdef.-") == strlen(key);
}

/* A new file nobody else has. @return its descriptor, or -1 with errno */
static int open_draft(struct refd_spool *spool, int directory, const char *key, char *name)
{
	int fd;

	do {
		snprintf(name, NAME_BYTES, ".%s.%ld.%u.tmp", key, (long)getpid(),
			 atomic_fetch_add(&spool->drafts, 1));
		fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	} while (fd < 0 && errno == EEXIST);
	return fd;
}

/* Everything to disk before the file gets its name. @return 0, or errno */
static int fill(struct refd_spool *spool, int fd, const struct refd_message *message,
		const struct refd_spool__text *subject, const struct refd_spool__text *body)
{
	struct refd_spool__out out;

	out.fd = fd;
	out.problem = 0;
	out.used = 0;
	if (spool->format == REFD_SPOOL_EML)
		refd_spool__write_eml(&out, spool, message, subject, body);
	else
		refd_spool__write_json(&out, message, subject, body);
	refd_spool__flush(&out);
	if (!out.problem && fsync(fd) != 0)
		out.problem = errno;
	if (close(fd) != 0 && !out.problem)
		out.problem = errno;
	return out.problem;
}

/* A link, unlike a rename, never replaces a file that is there. @return 0, or errno */
static int publish(struct refd_spool *spool, int directory, const struct refd_message *message,
		   const struct refd_spool__text *subject, const struct refd_spool__text *body)
{
	char draft[NAME_BYTES], name[NAME_BYTES];
	int problem;
	int fd;

	snprintf(name, sizeof(name), "%s.%s", message->key,
		 spool->format == REFD_SPOOL_EML ? "eml" : "json");
	if (faccessat(directory, name, F_OK, 0) != 0) {
		fd = open_draft(spool, directory, message->key, draft);
		if (fd < 0)
			return errno;
		problem = fill(spool, fd, message, subject, body);
		if (!problem && linkat(directory, draft, directory, name, 0) != 0 &&
		    errno != EEXIST)
			problem = errno;
		(void)unlinkat(directory, draft, 0);
		if (problem)
			return problem;
	}
	return fsync(directory) == 0 ? 0 : errno;
}

static enum refd_status send(void *self, const struct refd_message *message, struct refd_error *err)
{
	struct refd_spool *spool = self;
	struct refd_spool__text subject = { .used = 0 }, body = { .used = 0 };
	int directory, problem;

	if (!is_key(message->key))
		return refd_error_set(err, REFD_INVALID, "the key of the notice is no file name");
	if (message->notice->kind < REFD_NOTICE_ASSIGNED ||
	    message->notice->kind > REFD_NOTICE_FIXTURE_CANCELLED)
		return refd_error_set(err, REFD_UNSUPPORTED, "a notice of kind %d",
				      (int)message->notice->kind);
	if (spool->format == REFD_SPOOL_EML && !refd_spool__is_address(message->recipient_email))
		return refd_error_set(err, REFD_INVALID, "the recipient has no e-mail address");
	refd_spool__subject(message, &subject);
	refd_spool__body(spool, message, &body);
	if (subject.full || body.full)
		return refd_error_set(err, REFD_INVALID, "the notice is too long");
	directory = open(spool->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return failed(spool, errno, err);
	problem = publish(spool, directory, message, &subject, &body);
	close(directory);
	return problem ? failed(spool, problem, err) : REFD_OK;
}

struct refd_notifier refd_spool_notifier(struct refd_spool *spool)
{
	static const struct refd_notifier_ops ops = {
		.struct_size = sizeof(ops),
		.send = send,
	};
	struct refd_notifier port = { &ops, spool };

	return port;
}
