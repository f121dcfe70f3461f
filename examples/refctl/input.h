/**
 * @file input.h Options as values.
 *
 * Each reader leaves its target alone when the option is not given. Malformed values are collected
 * in ctl->err, so that one run names all of them; input_status() tells whether there were any.
 */
#ifndef REFCTL_INPUT_H
#define REFCTL_INPUT_H

#include "refctl.h"

void input_id(struct refctl *ctl, enum option option, struct refd_uuid *ret);
/** The one positional argument. */
void input_object(struct refctl *ctl, const char *noun, struct refd_uuid *ret);
void input_time(struct refctl *ctl, enum option option, struct refd_time *ret);
/** The instant as long before the present as an age of hours, days or weeks ("90d"). */
void input_age(struct refctl *ctl, enum option option, struct refd_time *ret);
void input_range(struct refctl *ctl, struct refd_range *ret);
void input_text(struct refctl *ctl, enum option option, struct refd_str *ret);
void input_role(struct refctl *ctl, enum refd_role *ret);
/** An option whose argument is a choice of words. @return which of them, from 1; 0 if not given */
int input_choice(struct refctl *ctl, enum option option);
/** A whole number of the range in the table. */
void input_number(struct refctl *ctl, enum option option, long long *ret);
void input_coordinates(struct refctl *ctl, struct refd_coordinates *ret);
/** Of what stands before --command-id in the list of a verb, something has to be given. */
void input_correction(struct refctl *ctl);
/** --limit and --after. */
void input_page(struct refctl *ctl, struct refd_page *ret);
/** --command-id, --expected-version and --actor. */
struct refd_command input_command(struct refctl *ctl);

/** The value of @p text among @p words, compared without case; 0 if it is none of them. */
int word_value(const char *const *words, struct refd_str text);

/** @return OK; INVALID if anything read so far was malformed */
enum refd_status input_status(const struct refctl *ctl);

#endif
