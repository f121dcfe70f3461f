#include "post.h"

#define LEASE (60 * REFD_SECOND) /* the default */

const struct post_item *post_find(const struct post *post, const char *key)
{
	size_t i;

	for (i = 0; i < post->count; i++) {
		if (strcmp(post->items[i].key, key) == 0)
			return &post->items[i];
	}
	return NULL;
}

static struct post_item *item_of(struct post *post, const char *key)
{
	struct post_item *item = (struct post_item *)post_find(post, key);

	if (item != NULL || post->count == POST_MAX)
		return item;
	item = &post->items[post->count++];
	*item = (struct post_item){ .handed = 0 };
	snprintf(item->key, sizeof(item->key), "%s", key);
	return item;
}

/* Nobody else may have the notice while its lease lasts. */
static void hand_over(struct post *post, struct post_item *item)
{
	const int64_t leased = post->begun[post->crew->current];

	if (item->leased != 0 && post->crew->now < item->leased + LEASE)
		post->finding = "a notice was handed over by two at the same time";
	item->leased = leased;
	crew_sleep(post->crew, (int64_t)support_random_below(post->random, REFD_SECOND));
	if (item->leased == leased)
		item->leased = 0;
}

static enum refd_status send(void *self, const struct refd_message *message, struct refd_error *err)
{
	struct post *post = self;
	struct post_item *item = item_of(post, message->key);
	uint64_t chance;

	if (item == NULL)
		return refd_error_set(err, REFD_UNAVAILABLE, "the post is full");
	item->handed++;
	if (!post->sound) {
		hand_over(post, item);
		chance = support_random_below(post->random, 16);
		if (chance < 4)
			return refd_error_set(err, REFD_UNAVAILABLE, "the line is busy");
		if (chance == 4)
			return refd_error_set(err, REFD_DENIED, "mail box unknown");
	}
	item->taken++;
	return REFD_OK;
}

static const struct refd_notifier_ops ops = { sizeof(ops), send };

struct refd_notifier post_notifier(struct post *post)
{
	return (struct refd_notifier){ &ops, post };
}
