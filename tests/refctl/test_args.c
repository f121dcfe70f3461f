#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "args.h"
#include "exit_code.h"

static const enum option name[] = { OPT_NAME, OPTIONS };
static const enum option more[] = { OPT_OVERRIDE, OPT_LATITUDE, OPTIONS };
static const enum option status[] = { OPT_NOTICE_STATUS, OPTIONS };

static const struct command commands[] = {
	{ .noun = "referee", .verb = "add", .argument = "", .required = name, .optional = more },
	{ .noun = "referee", .verb = "show", .argument = "REFEREE" },
	{ .noun = "notice", .verb = "list", .argument = "", .optional = status },
	{ .noun = "schedule", .argument = "REFEREE" },
	{ .noun = "rules", .verb = "set", .argument = "KEY=VALUE..." },
	{ .noun = NULL }
};

#define ARGV(...)                                                                                  \
	(char *[])                                                                                 \
	{                                                                                          \
		"refctl", __VA_ARGS__, NULL                                                        \
	}

static enum refd_status parse(char **argv, struct args *args, struct refd_error *err)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	refd_error_clear(err);
	return args_parse(argc, argv, commands, args, err);
}

static void assert_refused(char **argv, const char *message)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;

	assert_int_equal(parse(argv, &args, &err), REFD_INVALID);
	assert_non_null(strstr(err.message, message));
	args_done(&args);
}

static void args__values_stand_apart_or_behind_an_equals_sign(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;

	(void)state;
	assert_int_equal(
		parse(ARGV("--json", "referee", "--latitude", "-13.5", "add", "--name=a=b"), &args,
		      &err),
		REFD_OK);
	assert_string_equal(args.command->verb, "add");
	assert_string_equal(args_value(&args, OPT_NAME), "a=b");
	assert_string_equal(args_value(&args, OPT_LATITUDE), "-13.5");
	assert_true(args_has(&args, OPT_JSON));
	assert_false(args_has(&args, OPT_ACTOR));
	args_done(&args);
}

/* --status is an option of several commands, with other words each time. */
static void args__an_option_is_the_one_of_its_command(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;

	(void)state;
	assert_int_equal(parse(ARGV("--status", "sent", "notice", "list"), &args, &err), REFD_OK);
	assert_string_equal(args_value(&args, OPT_NOTICE_STATUS), "sent");
	assert_false(args_has(&args, OPT_PARTY_STATUS));
	args_done(&args);
	assert_refused(ARGV("referee", "add", "--name", "x", "--status", "sent"),
		       "--status does not belong to referee add");
}

static void args__some_options_come_more_than_once(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;

	(void)state;
	assert_int_equal(
		parse(ARGV("referee", "add", "--name", "n", "--override", "1", "--override=2"),
		      &args, &err),
		REFD_OK);
	assert_string_equal(args_nth(&args, OPT_OVERRIDE, 0), "1");
	assert_string_equal(args_nth(&args, OPT_OVERRIDE, 1), "2");
	assert_null(args_nth(&args, OPT_OVERRIDE, 2));
	args_done(&args);
}

static void args__positionals_are_what_is_left(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;

	(void)state;
	assert_int_equal(parse(ARGV("rules", "set", "a=1", "--", "--b=2"), &args, &err), REFD_OK);
	assert_int_equal(args.n_words, 2);
	assert_string_equal(args.words[1], "--b=2");
	args_done(&args);
	assert_int_equal(parse(ARGV("schedule", "x"), &args, &err), REFD_OK);
	assert_int_equal(args.n_words, 1);
	assert_null(args.command->verb);
	args_done(&args);
}

static void args__what_is_wrong_is_named(void **state)
{
	(void)state;
	assert_refused(ARGV("referee", "add", "--nmae", "x"),
		       "unknown option --nmae: see refctl --help");
	assert_refused(ARGV("referee", "add", "--nam", "x"), "unknown option --nam");
	assert_refused(ARGV("-x", "referee", "add"), "unknown option -x: see refctl --help");
	assert_refused(ARGV("referee", "add", "--name"), "--name needs a value");
	assert_refused(ARGV("referee", "add", "--name", "x", "--name", "y"),
		       "--name is given twice");
	assert_refused(ARGV("--json", "--json", "referee", "add"), "--json is given twice");
	assert_refused(ARGV("--json=1", "referee", "add"), "--json takes no value");
	assert_refused(ARGV("referee", "add"), "--name TEXT is missing");
	assert_refused(ARGV("referee", "show", "x", "--name", "y"), "--name does not belong");
	assert_refused(ARGV("referee", "show"), "REFEREE is missing");
	assert_refused(ARGV("referee", "show", "x", "y"), "unexpected argument y");
	assert_refused(ARGV("referee", "fly"), "referee cannot fly");
	assert_refused(ARGV("referee"), "referee needs a verb");
	assert_refused(ARGV("umpire", "show"), "unknown noun umpire");
	assert_refused(ARGV("--json"), "nothing to do");
}

static void args__help_needs_no_more(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;

	(void)state;
	assert_int_equal(parse(ARGV("--help"), &args, &err), REFD_OK);
	args_done(&args);
	assert_int_equal(parse(ARGV("referee", "--help"), &args, &err), REFD_OK);
	assert_string_equal(args.noun, "referee");
	args_done(&args);
	assert_int_equal(parse(ARGV("referee", "add", "--help"), &args, &err), REFD_OK);
	assert_string_equal(args.verb, "add");
	args_done(&args);
	assert_refused(ARGV("umpire", "--help"), "unknown noun umpire");
}

static void exit_code__every_status_has_its_class(void **state)
{
	static const struct {
		enum refd_status status;
		int code;
	} classes[] = { { REFD_OK, 0 },	      { REFD_REFUSED, 1 },	  { REFD_LOCKED, 1 },
			{ REFD_LATE, 1 },     { REFD_INVALID, 2 },	  { REFD_NOT_FOUND, 3 },
			{ REFD_CONFLICT, 4 }, { REFD_ALREADY_EXISTS, 4 }, { REFD_UNAVAILABLE, 5 },
			{ REFD_UNKNOWN, 5 },  { REFD_NO_MEMORY, 5 },	  { REFD_CORRUPT, 6 },
			{ REFD_DENIED, 7 },   { REFD_UNSUPPORTED, 8 },	  { REFD_BACKEND, 9 },
			{ REFD_MISUSE, 9 } };

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		assert_int_equal(exit_code(classes[i].status), classes[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(args__values_stand_apart_or_behind_an_equals_sign),
		cmocka_unit_test(args__an_option_is_the_one_of_its_command),
		cmocka_unit_test(args__some_options_come_more_than_once),
		cmocka_unit_test(args__positionals_are_what_is_left),
		cmocka_unit_test(args__what_is_wrong_is_named),
		cmocka_unit_test(args__help_needs_no_more),
		cmocka_unit_test(exit_code__every_status_has_its_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
