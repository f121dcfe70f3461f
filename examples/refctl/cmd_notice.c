#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dto.h"
#include "input.h"
#include "list.h"

static const char *const columns[] = { "ID",	     "CREATED AT", "KIND", "RECIPIENT",
				       "FIXTURE",    "STATUS",	   "DUE",  "ATTEMPTS",
				       "LAST ERROR", "VERSION",	   NULL };

static void put(struct output *out, const struct refd_notice_state *notice,
		const struct refd_referee_state *recipient)
{
	if (out->json) {
		output_object(out, notice_json(notice, recipient));
		return;
	}
	output_row(out);
	output_id(out, notice->id.uuid);
	output_time(out, notice->created_at);
	output_word(out, refd_notice_kind_words[notice->kind]);
	output_str(out, refd_name_str(&recipient->name));
	output_id(out, notice->fixture.uuid);
	output_status(out, refd_notice_status_words[notice->status]);
	output_time(out, notice->due);
	output_number(out, notice->attempts);
	output_str(out, refd_line_str(&notice->last_error));
	output_number(out, notice->version);
}

static enum refd_status put_row(void *self, const struct refd_notice_state *notice,
				const struct refd_referee_state *recipient)
{
	put(self, notice, recipient);
	return REFD_OK;
}

enum refd_status cmd_notice_list(struct refctl *ctl)
{
	struct refd_referee_id recipient = { 0 };
	struct list list;
	int status = input_choice(ctl, OPT_NOTICE_STATUS);
	enum refd_status st;

	input_id(ctl, OPT_REFEREE, &recipient.uuid);
	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_notices(ctl->app, (enum refd_notice_status)status, recipient,
					&list.page, put_row, &list.out, &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}

/* Everything that is due, in portions, unless --limit says how much. */
static enum refd_status send(struct refctl *ctl, size_t limit, struct refd_dispatched *sum)
{
	struct refd_dispatch options = { .struct_size = sizeof(options),
					 .limit = limit ? limit : 1000 };
	struct refd_dispatched now;
	enum refd_status st;

	do {
		now = (struct refd_dispatched){ 0 };
		st = refd_notifying_dispatch(ctl->app, &options, &now, &ctl->err);
		sum->sent += now.sent;
		sum->retried += now.retried;
		sum->dead += now.dead;
		sum->lost += now.lost;
	} while (st == REFD_OK && limit == 0 && now.sent + now.retried + now.dead > 0);
	return st;
}

/* Each notice would wait for its next attempt if the folder were not there: better said at once. */
static enum refd_status check_spool(struct refctl *ctl)
{
	const char *path = args_value(ctl->args, OPT_SPOOL);
	struct stat found;
	enum refd_status st = REFD_UNAVAILABLE;

	if (stat(path, &found) == 0 && !S_ISDIR(found.st_mode))
		return refd_error_set(&ctl->err, REFD_INVALID, "%s is no directory", path);
	if (access(path, W_OK | X_OK) == 0)
		return REFD_OK;
	if (errno == ENOENT || errno == ENOTDIR)
		st = REFD_NOT_FOUND;
	else if (errno == EACCES || errno == EROFS)
		st = REFD_DENIED;
	return refd_error_set(&ctl->err, st, "%s: %s", path, strerror(errno));
}

enum refd_status cmd_notice_send(struct refctl *ctl)
{
	struct refd_dispatched sum = { 0 };
	long long limit = 0;
	enum refd_status st;

	input_number(ctl, OPT_SEND_LIMIT, &limit);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = check_spool(ctl);
	if (st == REFD_OK)
		st = send(ctl, (size_t)limit, &sum);
	if (st != REFD_OK)
		return st;
	if (ctl->json)
		return output_json(ctl,
				   json_pack("{s:I, s:I, s:I, s:I}", "sent", (json_int_t)sum.sent,
					     "retried", (json_int_t)sum.retried, "dead",
					     (json_int_t)sum.dead, "lost", (json_int_t)sum.lost));
	printf("sent: %zu, to be tried again: %zu, given up: %zu, taken over: %zu\n", sum.sent,
	       sum.retried, sum.dead, sum.lost);
	return REFD_OK;
}

enum refd_status cmd_notice_retry(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_notice_id id = { 0 };
	struct refd_notice_state notice;
	struct refd_referee_state recipient;
	struct refd_result result;
	struct output out;
	enum refd_status st;

	input_object(ctl, "notice", &id.uuid);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_notifying_retry(ctl->app, &meta, id, &result, &ctl->err);
	if (st == REFD_OK)
		st = refd_query_notice(ctl->app, id, &notice, &ctl->err);
	if (st == REFD_OK)
		st = refd_query_referee(ctl->app, notice.recipient, &recipient, &ctl->err);
	if (st != REFD_OK)
		return st;
	output_begin(&out, ctl, true, columns);
	put(&out, &notice, &recipient);
	return output_end(&out, ctl, st);
}
