/** @file event_codec.h Port: events to stored text and back. @since 0.1 */
#ifndef REFDOMAIN_PORTS_EVENT_CODEC_H
#define REFDOMAIN_PORTS_EVENT_CODEC_H

#include <refdomain/domain/event.h>
#include <refdomain/error.h>

REFD_BEGIN_DECLS

/** Takes pieces of the encoded payload in order; borrowed for the call. @return OK; NO_MEMORY */
typedef enum refd_status refd_codec_write_fn(void *self, const char *bytes, size_t count);

/** Write the payload of @p event. FOREIGN writes its payload unchanged. @return OK; what @p write
 * returned; UNSUPPORTED. Any thread. */
typedef enum refd_status refd_codec_encode_fn(void *self, const struct refd_event *event,
					      refd_codec_write_fn *write, void *write_self,
					      struct refd_error *err);

/** Receives the decoded event, borrowed for the call. Its status is returned by decode. */
typedef enum refd_status refd_codec_event_fn(void *self, const struct refd_event *event);

/**
 * Read the payload of an event of stored name @p name and @p schema; unknown ones become FOREIGN.
 * aggregate and version are left to the caller.
 * @return OK; CORRUPT (a known name whose payload does not fit); NO_MEMORY; what @p sink returned.
 * Any thread.
 */
typedef enum refd_status refd_codec_decode_fn(void *self, struct refd_str name, int32_t schema,
					      struct refd_str payload, refd_codec_event_fn *sink,
					      void *sink_self, struct refd_error *err);

struct refd_event_codec_ops {
	size_t struct_size;
	refd_codec_encode_fn *encode; /**< required */
	refd_codec_decode_fn *decode; /**< required */
};

struct refd_event_codec {
	const struct refd_event_codec_ops *ops;
	void *self;
};

REFD_END_DECLS

#endif
