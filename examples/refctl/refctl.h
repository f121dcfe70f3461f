/** @file refctl.h What every command is given. */
#ifndef REFCTL_REFCTL_H
#define REFCTL_REFCTL_H

#include <refdomain/refdomain.h>

#include "args.h"

struct wiring;
struct report;

/** One run of refctl. A command answers a status and has said why in err. */
struct refctl {
	const struct args *args;
	bool json;
	bool csv;
	bool color; /**< of standard output */
	struct wiring *wiring;
	const struct refd_app *app; /**< NULL for commands without a store */
	struct refd_error err;
	struct report *report; /**< violations beyond those err has room for, and lines of a file */
};

#define COMMAND_LIST(XX)                                                                           \
	XX(db_init)                                                                                \
	XX(db_check)                                                                               \
	XX(db_backup)                                                                              \
	XX(db_purge)                                                                               \
	XX(db_stats)                                                                               \
	XX(rules_show)                                                                             \
	XX(rules_set)                                                                              \
	XX(referee_add)                                                                            \
	XX(referee_list)                                                                           \
	XX(referee_load)                                                                           \
	XX(referee_show)                                                                           \
	XX(referee_correct)                                                                        \
	XX(referee_set_club)                                                                       \
	XX(referee_retire)                                                                         \
	XX(team_add)                                                                               \
	XX(team_list)                                                                              \
	XX(team_show)                                                                              \
	XX(team_correct)                                                                           \
	XX(team_retire)                                                                            \
	XX(venue_add)                                                                              \
	XX(venue_list)                                                                             \
	XX(venue_show)                                                                             \
	XX(venue_correct)                                                                          \
	XX(venue_retire)                                                                           \
	XX(fixture_add)                                                                            \
	XX(fixture_list)                                                                           \
	XX(fixture_unstaffed)                                                                      \
	XX(fixture_show)                                                                           \
	XX(fixture_reschedule)                                                                     \
	XX(fixture_move)                                                                           \
	XX(fixture_cancel)                                                                         \
	XX(availability_declare)                                                                   \
	XX(availability_withdraw)                                                                  \
	XX(availability_list)                                                                      \
	XX(availability_lock)                                                                      \
	XX(availability_unlock)                                                                    \
	XX(availability_announce)                                                                  \
	XX(assignment_stage)                                                                       \
	XX(assignment_unstage)                                                                     \
	XX(assignment_replace)                                                                     \
	XX(assignment_remove)                                                                      \
	XX(assignment_list)                                                                        \
	XX(assignment_validate)                                                                    \
	XX(assignment_commit)                                                                      \
	XX(assignment_what_if)                                                                     \
	XX(notice_list)                                                                            \
	XX(notice_send)                                                                            \
	XX(notice_retry)                                                                           \
	XX(command_list)                                                                           \
	XX(event_list)                                                                             \
	XX(schedule_show)                                                                          \
	XX(import_file)                                                                            \
	XX(export_fixtures)                                                                        \
	XX(export_assignments)                                                                     \
	XX(report_season)                                                                          \
	XX(completion)                                                                             \
	XX(manual)

#define XX(name) enum refd_status cmd_##name(struct refctl *ctl);
COMMAND_LIST(XX)
#undef XX

#endif
