/* The two halves of the codec. */
#ifndef REFD_JSON_JSON_H
#define REFD_JSON_JSON_H

#include <refdomain/adapters/json.h>

/* Operations of the codec port. self of decode: a struct refd_allocator, or NULL for the C library.
 */
enum refd_status refd_json__encode(void *self, const struct refd_event *event,
				   refd_codec_write_fn *write, void *write_self,
				   struct refd_error *err);
enum refd_status refd_json__decode(void *self, struct refd_str name, int32_t schema,
				   struct refd_str payload, refd_codec_event_fn *sink,
				   void *sink_self, struct refd_error *err);

#endif
