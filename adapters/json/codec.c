#include "json.h"

static const struct refd_event_codec_ops ops = {
	.struct_size = sizeof(ops),
	.encode = refd_json__encode,
	.decode = refd_json__decode,
};

struct refd_event_codec refd_json_codec(void)
{
	struct refd_event_codec codec = { &ops, NULL };

	return codec;
}

struct refd_event_codec refd_json_codec_with(const struct refd_allocator *allocator)
{
	struct refd_event_codec codec = { &ops, (void *)allocator };

	return codec;
}
