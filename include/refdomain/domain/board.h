/** @file board.h The availability board: one object per store, the lock and hand-out that cover
 * every fixture. @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_BOARD_H
#define REFDOMAIN_DOMAIN_BOARD_H

#include <refdomain/error.h>
#include <refdomain/layout.h>
#include <refdomain/time.h>

REFD_BEGIN_DECLS

struct refd_board_state {
	struct refd_board_id id;   /**< always refd_the_board */
	bool availability_locked;  /**< covers later fixtures too */
	struct refd_time hand_out; /**< unset: none announced */
	int64_t version;	   /**< 0: never changed, not stored yet */
};

extern REFD_API const struct refd_layout refd_board_layout;

struct refd_board;

/** The present state; borrowed, valid until the unit ends. */
REFD_API const struct refd_board_state *refd_board_state(const struct refd_board *board);

/** @return OK; REFUSED (AVAILABILITY_LOCKED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_board_lock(struct refd_board *board,
							 struct refd_error *err);
/** @return OK; REFUSED (AVAILABILITY_NOT_LOCKED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_board_unlock(struct refd_board *board,
							   struct refd_error *err);
/** @return OK; INVALID; NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_board_announce(struct refd_board *board,
							     struct refd_time hand_out,
							     struct refd_error *err);

REFD_END_DECLS

#endif
