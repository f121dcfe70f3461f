/** @file json.h Adapter: events as JSON objects. Link refdomain-json. @since 0.1 */
#ifndef REFDOMAIN_ADAPTERS_JSON_H
#define REFDOMAIN_ADAPTERS_JSON_H

#include <refdomain/alloc.h>
#include <refdomain/ports/event_codec.h>

REFD_BEGIN_DECLS

#define REFD_JSON_PAYLOAD_BYTES (1024 * 1024) /**< a longer payload is CORRUPT */

/**
 * One object per event: the members of refd_event_layout() in that order, compact. Unset optional
 * members are null, ids lower-case hyphenated, times RFC 3339 in UTC, enums their words, rule sets
 * arrays of rule names.
 *
 * Encoding takes no memory. Decoding ignores unknown members; a missing member, one of another type
 * or out of range, a member given twice and text after the object are CORRUPT, with the path of the
 * member in the message. Parsing takes memory from jansson's own allocator, which is never changed;
 * lists and objects of the decoded event come from the C library.
 * Any thread.
 */
REFD_API struct refd_event_codec refd_json_codec(void);

/** The same with lists and objects of decoded events from @p allocator, which is borrowed and must
 * outlive the codec and be callable from any thread that uses it. Any thread. */
REFD_API struct refd_event_codec refd_json_codec_with(const struct refd_allocator *allocator);

REFD_END_DECLS

#endif
