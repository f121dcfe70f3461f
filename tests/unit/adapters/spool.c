/* Notices as files: complete, once, durable, and no way for a name to leave its place. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include <refdomain/adapters/spool.h>

#include "support.h"

/* ---- system calls that fail when told to ---- */

static uint64_t calls, fail_at; /* counts from 1; 0: never */
static int fail_with;
static bool linked;	     /* a file got its name */
static char trace[512];	     /* a letter for each call that did its work */
static const char *intruder; /* what another process writes just before that */

static void note(char letter)
{
	size_t length = strlen(trace);

	assert_true(length + 1 < sizeof(trace));
	if (length == 0 || trace[length - 1] != letter)
		trace[length] = letter;
}

static bool fails(void)
{
	if (++calls != fail_at)
		return false;
	errno = fail_with;
	return true;
}

/* The linker sends the adapter's calls here. */
int __wrap_openat(int directory, const char *path, int flags, mode_t mode);
int __wrap_openat64(int directory, const char *path, int flags, mode_t mode);
int __wrap_fsync(int fd);
int __wrap_linkat(int from, const char *name, int to, const char *new_name, int flags);
int __wrap_close(int fd);
ssize_t __wrap_write(int fd, const void *bytes, size_t count);
int __real_openat(int directory, const char *path, int flags, mode_t mode);
int __real_fsync(int fd);
int __real_linkat(int from, const char *name, int to, const char *new_name, int flags);
int __real_close(int fd);
ssize_t __real_write(int fd, const void *bytes, size_t count);

int __wrap_openat(int directory, const char *path, int flags, mode_t mode)
{
	note('o');
	return fails() ? -1 : __real_openat(directory, path, flags, mode);
}

/* The name of openat() where file offsets are made 64 bits wide. */
int __wrap_openat64(int directory, const char *path, int flags, mode_t mode)
{
	return __wrap_openat(directory, path, flags, mode);
}

int __wrap_fsync(int fd)
{
	struct stat info;

	assert_int_equal(fstat(fd, &info), 0);
	note(S_ISDIR(info.st_mode) ? 'd' : 's');
	return fails() ? -1 : __real_fsync(fd);
}

int __wrap_linkat(int from, const char *name, int to, const char *new_name, int flags)
{
	int fd, answer;

	if (fails())
		return -1;
	if (intruder) {
		fd = __real_openat(to, new_name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(fd >= 0);
		assert_int_equal(__real_write(fd, intruder, strlen(intruder)), strlen(intruder));
		__real_close(fd);
	}
	note('l');
	answer = __real_linkat(from, name, to, new_name, flags);
	linked = answer == 0;
	return answer;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t count)
{
	note('w');
	/* never all at once */
	return fails() ? -1 : __real_write(fd, bytes, count > 100 ? 100 : count);
}

/* Closes in any case; the directory's own close is of no account. */
int __wrap_close(int fd)
{
	struct stat info;
	bool file = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);

	(void)__real_close(fd);
	return file && fails() ? -1 : 0;
}

/* ---- a directory and a spool ---- */

struct place {
	char directory[64];
	struct refd_spool *spool;
};

static struct refd_timezone no_zones;

static void place_open(struct place *place, enum refd_spool_format format,
		       struct refd_timezone timezone, const char *zone)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_spool_options options = { .struct_size = sizeof(options),
					      .directory = place->directory,
					      .format = format,
					      .sender = "referees@example.org",
					      .timezone = timezone,
					      .zone = zone };

	memset(trace, 0, sizeof(trace));
	strcpy(place->directory, "/tmp/refd-spool-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	support_assert_status(refd_spool_create(&allocator, &options, &place->spool, NULL),
			      REFD_OK);
}

/* Names in the directory, those with a leading dot only if hidden. */
static size_t count_files(const struct place *place, bool hidden)
{
	DIR *directory = opendir(place->directory);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory))) {
		bool dots = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;

		count += !dots && (entry->d_name[0] == '.') == hidden;
	}
	closedir(directory);
	return count;
}

static void place_close(struct place *place)
{
	DIR *directory = opendir(place->directory);
	struct dirent *entry;
	char path[512];

	refd_spool_destroy(place->spool);
	while (directory && (entry = readdir(directory))) {
		snprintf(path, sizeof(path), "%s/%s", place->directory, entry->d_name);
		unlink(path);
	}
	if (directory)
		closedir(directory);
	rmdir(place->directory);
}

static char *read_file(const struct place *place, const char *key, const char *suffix)
{
	static char content[65536];
	char path[512];
	size_t count;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.%s", place->directory, key, suffix);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	count = fread(content, 1, sizeof(content) - 1, file);
	fclose(file);
	content[count] = '\0';
	assert_int_equal(strlen(content), count);
	return content;
}

/* ---- a notice ---- */

static const struct refd_time kickoff = { INT64_C(1728754200000000) };	/* Sat 12 Oct 2024 17:30 */
static const struct refd_time previous = { INT64_C(1704067140000000) }; /* Sun 31 Dec 2023 23:59 */
static const struct refd_time created = { INT64_C(1709164800000000) };	/* Thu 29 Feb 2024 00:00 */

struct sample {
	struct refd_notice_state notice;
	struct refd_message message;
};

static void sample_make(struct sample *sample, enum refd_notice_kind kind)
{
	struct refd_notice_state *notice = &sample->notice;
	struct refd_message *message = &sample->message;
	char event[REFD_UUID_TEXT + 1], recipient[REFD_UUID_TEXT + 1];

	memset(sample, 0, sizeof(*sample));
	notice->id.uuid = support_uuid(1);
	notice->event.uuid = support_uuid(2);
	notice->recipient.uuid = support_uuid(3);
	notice->kind = kind;
	notice->fixture.uuid = support_uuid(4);
	notice->role = REFD_ROLE_SECOND;
	notice->home.uuid = support_uuid(5);
	notice->away.uuid = support_uuid(6);
	notice->venue.uuid = support_uuid(7);
	notice->kickoff = kickoff;
	notice->created_at = created;
	message->notice = notice;
	snprintf(message->key, sizeof(message->key), "%s.%s",
		 refd_uuid_format(notice->event.uuid, event),
		 refd_uuid_format(notice->recipient.uuid, recipient));
	message->recipient_name = refd_str_of("Ana Ref");
	message->recipient_email = refd_str_of("ana@example.org");
	message->recipient_phone = refd_str_of("+49 1");
	message->home_name = refd_str_of("Home VC");
	message->away_name = refd_str_of("Away VC");
	message->venue_name = refd_str_of("Halle Nord");
	message->venue_street = refd_str_of("Weg 1");
	message->venue_zip = refd_str_of("65183");
	message->venue_city = refd_str_of("Wiesbaden");
	if (kind == REFD_NOTICE_FIXTURE_REDATED)
		notice->previous_kickoff = previous;
	if (kind == REFD_NOTICE_FIXTURE_MOVED) {
		notice->previous_venue.uuid = support_uuid(8);
		message->previous_venue_name = refd_str_of("Halle Sued");
	}
}

static enum refd_status send(const struct place *place, const struct sample *sample,
			     struct refd_error *err)
{
	struct refd_notifier port = refd_spool_notifier(place->spool);

	return port.ops->send(port.self, &sample->message, err);
}

static const char *sent(const struct place *place, const struct sample *sample, const char *suffix)
{
	struct refd_error err = REFD_ERROR_INIT;

	if (send(place, sample, &err) != REFD_OK)
		fail_msg("%s", err.message);
	return read_file(place, sample->message.key, suffix);
}

/* ---- content ---- */

#define END "\nMatch:    Home VC - Away VC\nKick-off: Sat 12 Oct 2024, 17:30 (UTC)\n"
#define AT  "Venue:    Halle Nord, Weg 1, 65183 Wiesbaden\n"

static const struct {
	enum refd_notice_kind kind;
	enum refd_role role;
	bool released, dropped;
	const char *word, *subject, *text;
} cases[] = {
	{ REFD_NOTICE_ASSIGNED, REFD_ROLE_FIRST, false, false, "assigned",
	  "You are assigned: Home VC - Away VC",
	  "Dear Ana Ref,\n\nyou are assigned to this match as first referee.\n" END AT },
	{ REFD_NOTICE_ROLE_CHANGED, REFD_ROLE_SECOND, false, false, "role_changed",
	  "Your role has changed: Home VC - Away VC",
	  "Dear Ana Ref,\n\nyour role in this match has changed: you are now second referee.\n" END
		  AT },
	{ REFD_NOTICE_RELEASED, REFD_ROLE_SECOND, true, false, "released",
	  "You are released: Home VC - Away VC",
	  "Dear Ana Ref,\n\nyou are released from this match, where you were second referee.\n" END
		  AT },
	{ REFD_NOTICE_REPLACED, REFD_ROLE_FIRST, true, false, "replaced",
	  "You are replaced: Home VC - Away VC",
	  "Dear Ana Ref,\n\nanother referee takes your place in this match as first "
	  "referee.\n" END AT },
	{ REFD_NOTICE_FIXTURE_REDATED, REFD_ROLE_SECOND, false, false, "fixture_redated",
	  "New date: Home VC - Away VC",
	  "Dear Ana Ref,\n\nthis match has a new date.\nYou keep your role as second "
	  "referee.\n" END "Before:   Sun 31 Dec 2023, 23:59 (UTC)\n" AT },
	{ REFD_NOTICE_FIXTURE_REDATED, REFD_ROLE_SECOND, true, true, "fixture_redated",
	  "New date: Home VC - Away VC",
	  "Dear Ana Ref,\n\nthis match has a new date.\nYou are released from your role as second "
	  "referee.\nYour availability for it no longer counts.\n" END
	  "Before:   Sun 31 Dec 2023, 23:59 (UTC)\n" AT },
	{ REFD_NOTICE_FIXTURE_MOVED, 0, false, false, "fixture_moved",
	  "New venue: Home VC - Away VC",
	  "Dear Ana Ref,\n\nthis match has a new venue.\nYou are told because you declared "
	  "availability.\n" END AT "Before:   Halle Sued\n" },
	{ REFD_NOTICE_FIXTURE_CANCELLED, REFD_ROLE_FIRST, true, true, "fixture_cancelled",
	  "Cancelled: Home VC - Away VC",
	  "Dear Ana Ref,\n\nthis match is cancelled.\nYou are released from your role as first "
	  "referee.\nYour availability for it no longer counts.\n" END AT },
};

static void sample_of_case(struct sample *sample, size_t i)
{
	sample_make(sample, cases[i].kind);
	sample->notice.role = cases[i].role;
	sample->notice.released = cases[i].released;
	sample->notice.availability_dropped = cases[i].dropped;
}

static const char *member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	assert_non_null(value);
	return json_is_null(value) ? "(null)" : json_string_value(value);
}

static void assert_common(const json_t *tree)
{
	const json_t *recipient = json_object_get(tree, "recipient");
	const json_t *fixture = json_object_get(tree, "fixture");
	const json_t *venue = json_object_get(fixture, "venue");

	assert_string_equal(member(tree, "created_at"), "2024-02-29T00:00:00Z");
	assert_string_equal(member(recipient, "id"), "00000000-0000-0000-0000-000000000003");
	assert_string_equal(member(recipient, "name"), "Ana Ref");
	assert_string_equal(member(recipient, "email"), "ana@example.org");
	assert_string_equal(member(recipient, "phone"), "+49 1");
	assert_string_equal(member(fixture, "id"), "00000000-0000-0000-0000-000000000004");
	assert_string_equal(member(fixture, "date"), "2024-10-12T17:30:00Z");
	assert_string_equal(member(json_object_get(fixture, "team_home"), "name"), "Home VC");
	assert_string_equal(member(json_object_get(fixture, "team_away"), "name"), "Away VC");
	assert_string_equal(member(venue, "id"), "00000000-0000-0000-0000-000000000007");
	assert_string_equal(member(venue, "name"), "Halle Nord");
	assert_string_equal(member(venue, "street"), "Weg 1");
	assert_string_equal(member(venue, "zip"), "65183");
	assert_string_equal(member(venue, "city"), "Wiesbaden");
}

static void json__says_everything_about_every_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool moved = cases[i].kind == REFD_NOTICE_FIXTURE_MOVED;
		bool redated = cases[i].kind == REFD_NOTICE_FIXTURE_REDATED;
		struct sample sample;
		struct place place;
		const char *content;
		json_t *tree;

		place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
		sample_of_case(&sample, i);
		content = sent(&place, &sample, "json");
		assert_ptr_equal(strchr(content, '\n'), content + strlen(content) - 1);
		tree = json_loads(content, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(tree);
		assert_common(tree);
		assert_string_equal(member(tree, "key"), sample.message.key);
		assert_string_equal(member(tree, "kind"), cases[i].word);
		assert_string_equal(member(tree, "subject"), cases[i].subject);
		assert_string_equal(member(tree, "text"), cases[i].text);
		assert_string_equal(member(tree, "role"),
				    cases[i].role ? refd_role_word(cases[i].role) : "(null)");
		assert_int_equal(json_is_true(json_object_get(tree, "released")),
				 cases[i].released);
		assert_int_equal(json_is_true(json_object_get(tree, "availability_dropped")),
				 cases[i].dropped);
		assert_string_equal(member(tree, "previous_date"),
				    redated ? "2023-12-31T23:59:00Z" : "(null)");
		assert_string_equal(member(json_object_get(tree, "previous_venue"), "name"),
				    moved ? "Halle Sued" : "(null)");
		json_decref(tree);
		place_close(&place);
	}
}

/* ---- reading a mail as a mail program does ---- */

/* ASCII lines ending in CR LF; 76 characters at most in the body and where words are encoded. */
static void assert_lines(const char *mail)
{
	const char *body = strstr(mail, "\r\n\r\n");
	const char *end;

	assert_non_null(body);
	for (const char *line = mail; *line; line = end + 2) {
		bool encoded;

		end = strstr(line, "\r\n");
		assert_non_null(end);
		encoded = line > body || (strstr(line, "=?") && strstr(line, "=?") < end);
		assert_true(end - line <= (encoded ? 76 : 998));
		for (const char *at = line; at < end; at++)
			assert_true((*at >= ' ' && *at <= '~') || *at == '\t');
	}
}

static int digit_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	return c ? (int)(strchr(digits, c) - digits) : -1;
}

/* Decode the words of an unfolded value in place; blanks between words do not count. */
static void decode_words(char *value)
{
	char *to = value;
	char *from = value;

	while (*from) {
		char *end;

		if (strncmp(from, "=?UTF-8?B?", 10) != 0) {
			*to++ = *from++;
			continue;
		}
		end = strstr(from, "?=");
		assert_non_null(end);
		assert_true(end + 2 - from <= 75);
		for (from += 10; from < end; from += 4) {
			int bits = digit_of(from[0]) << 18 | digit_of(from[1]) << 12 |
				   (from[2] == '=' ? 0 : digit_of(from[2]) << 6) |
				   (from[3] == '=' ? 0 : digit_of(from[3]));

			*to++ = (char)(bits >> 16);
			if (from[2] != '=')
				*to++ = (char)(bits >> 8 & 255);
			if (from[3] != '=')
				*to++ = (char)(bits & 255);
		}
		from = end + 2;
		if (strncmp(from, " =?", 3) == 0)
			from++;
	}
	*to = '\0';
}

/* The value of a header field, unfolded and decoded; it must be there once. */
static const char *header(const char *mail, const char *name, char *ret)
{
	const char *end = strstr(mail, "\r\n\r\n");
	const char *found = NULL;
	char *to = ret;

	assert_non_null(end);
	for (const char *line = mail; line < end; line = strstr(line, "\r\n") + 2) {
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') {
			assert_null(found);
			found = line + strlen(name) + 1;
		}
	}
	assert_non_null(found);
	while (strncmp(found, "\r\n", 2) != 0 || found[2] == ' ') {
		if (*found != '\r' && *found != '\n')
			*to++ = *found;
		found++;
	}
	*to = '\0';
	decode_words(ret);
	return ret;
}

static size_t count_headers(const char *mail)
{
	const char *end = strstr(mail, "\r\n\r\n");
	size_t count = 0;

	for (const char *line = mail; line < end; line = strstr(line, "\r\n") + 2)
		count += line[0] != ' ';
	return count;
}

static const char *body(const char *mail, char *ret)
{
	const char *from = strstr(mail, "\r\n\r\n") + 4;
	char *to = ret;

	while (*from) {
		unsigned int code;

		if (strncmp(from, "=\r\n", 3) == 0) {
			from += 3;
		} else if (*from == '=') {
			assert_int_equal(sscanf(from + 1, "%2X", &code), 1);
			*to++ = (char)code;
			from += 3;
		} else if (*from == '\r') {
			assert_true(to == ret || to[-1] != ' ' || from[-1] == '0');
			from++;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return ret;
}

static void eml__says_everything_about_every_kind(void **state)
{
	static char text[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample sample;
		struct place place;
		const char *mail;

		place_open(&place, REFD_SPOOL_EML, no_zones, NULL);
		sample_of_case(&sample, i);
		mail = sent(&place, &sample, "eml");
		assert_lines(mail);
		assert_int_equal(count_headers(mail), 9);
		assert_string_equal(header(mail, "Date", text), " Thu, 29 Feb 2024 00:00:00 +0000");
		assert_string_equal(header(mail, "From", text), " <referees@example.org>");
		assert_string_equal(header(mail, "To", text), " Ana Ref <ana@example.org>");
		assert_string_equal(header(mail, "Subject", text) + 1, cases[i].subject);
		assert_string_equal(header(mail, "Message-ID", text),
				    " <00000000-0000-0000-0000-000000000002."
				    "00000000-0000-0000-0000-000000000003@example.org>");
		assert_string_equal(header(mail, "Content-Transfer-Encoding", text),
				    " quoted-printable");
		assert_string_equal(header(mail, "Content-Type", text),
				    " text/plain; charset=utf-8");
		assert_string_equal(body(mail, text), cases[i].text);
		place_close(&place);
	}
}

/* 120 code points of four bytes: the longest names the domain takes. */
static void fill_long(char *text)
{
	for (size_t i = 0; i < 120; i++)
		memcpy(text + 4 * i, "\xf0\x9f\x8f\x90", 4);
	text[480] = '\0';
}

static void eml__names_of_every_script_and_length_come_back(void **state)
{
	static char text[65536], name[481], wanted[2048];
	struct sample sample;
	struct place place;
	const char *mail;

	(void)state;
	fill_long(name);
	place_open(&place, REFD_SPOOL_EML, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_FIXTURE_MOVED);
	sample.message.recipient_name = refd_str_of(name);
	sample.message.home_name = refd_str_of(name);
	sample.message.away_name = refd_str_of("Z\xc3\xbcrich, \"=?UTF-8?Q?x?=\" = ");
	sample.message.venue_name = refd_str_of(name);
	sample.message.venue_street = refd_str_of(name);
	sample.message.venue_zip = refd_str_of(name);
	sample.message.venue_city = refd_str_of(name);
	sample.message.previous_venue_name = refd_str_of(name);
	mail = sent(&place, &sample, "eml");
	assert_lines(mail);
	assert_int_equal(count_headers(mail), 9);
	snprintf(wanted, sizeof(wanted), " %s <ana@example.org>", name);
	assert_string_equal(header(mail, "To", text), wanted);
	snprintf(wanted, sizeof(wanted),
		 " New venue: %s - Z\xc3\xbcrich, \"=?UTF-8?Q?x?=\" = ", name);
	assert_string_equal(header(mail, "Subject", text), wanted);
	snprintf(wanted, sizeof(wanted), "Match:    %s - Z\xc3\xbcrich, \"=?UTF-8?Q?x?=\" = \n",
		 name);
	assert_non_null(strstr(body(mail, text), wanted));
	snprintf(wanted, sizeof(wanted), "Venue:    %s, %s, %s %s\n", name, name, name, name);
	assert_non_null(strstr(text, wanted));
	place_close(&place);
}

static void eml__a_word_never_splits_a_code_point(void **state)
{
	static char name[481];
	struct sample sample;
	struct place place;

	(void)state;
	fill_long(name);
	for (size_t shift = 0; shift < 4; shift++) {
		char shifted[512] = "abc";
		const char *mail, *word;

		place_open(&place, REFD_SPOOL_EML, no_zones, NULL);
		sample_make(&sample, REFD_NOTICE_ASSIGNED);
		memcpy(shifted + shift, name, 481);
		sample.message.recipient_name = refd_str_of(shifted);
		mail = sent(&place, &sample, "eml");
		for (word = strstr(mail, "=?UTF-8?B?"); word;
		     word = strstr(word + 1, "=?UTF-8?B?")) {
			char copy[80] = "";
			size_t length = (size_t)(strstr(word, "?=") + 2 - word);

			assert_true(length < sizeof(copy));
			memcpy(copy, word, length);
			decode_words(copy);
			assert_true(refd_utf8_valid(refd_str_of(copy)));
		}
		place_close(&place);
	}
}

static void eml__names_cannot_add_headers(void **state)
{
	static const char *const attacks[] = {
		"Ana\r\nBcc: all@example.org",
		"Ana\nBcc: all@example.org\n\nbody",
		"Ana\r\n\r\nbody",
		"Ana\rBcc: all@example.org",
		"Ana\x01\x1f\x7f",
		"Ana\" <all@example.org>, \"",
		"=?UTF-8?B?DQpCY2M6?=",
		"Ana <all@example.org>,",
		"(comment",
		" ",
		"",
	};
	static char text[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		struct sample sample;
		struct place place;
		const char *mail;

		place_open(&place, REFD_SPOOL_EML, no_zones, NULL);
		sample_make(&sample, REFD_NOTICE_ASSIGNED);
		sample.message.recipient_name = refd_str_of(attacks[i]);
		sample.message.home_name = refd_str_of(attacks[i]);
		sample.message.venue_name = refd_str_of(attacks[i]);
		mail = sent(&place, &sample, "eml");
		assert_lines(mail);
		assert_int_equal(count_headers(mail), 9);
		assert_null(strstr(mail, "\nBcc"));
		assert_int_equal(strncmp(strstr(mail, "\r\n <ana@example.org>\r\n"), "\r\n <", 4),
				 0);
		header(mail, "To", text);
		assert_null(strpbrk(text, "\r\n\x01\x1f\x7f"));
		/* the body has no more lines than it should */
		body(mail, text);
		assert_non_null(strstr(text, "\nKick-off: Sat 12 Oct 2024, 17:30 (UTC)\nVenue: "));
		assert_null(strpbrk(text, "\r\x01\x1f\x7f"));
		place_close(&place);
	}
}

static void eml__without_an_address_is_invalid(void **state)
{
	static const char *const bad[] = {
		"",
		"ana",
		"@example.org",
		"ana@",
		"a b@example.org",
		"a@b\r\nBcc: c@d",
		"a@b\nc",
		"a@b>,<c@d",
		"\"a\"@example.org",
		"a@b,c@d",
		"ana@example.org\t",
	};
	struct sample sample;
	struct place place;

	(void)state;
	place_open(&place, REFD_SPOOL_EML, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sample.message.recipient_email = refd_str_of(bad[i]);
		support_assert_status(send(&place, &sample, NULL), REFD_INVALID);
	}
	sample.message.recipient_email.ptr = "a\0b@example.org";
	sample.message.recipient_email.len = 15;
	support_assert_status(send(&place, &sample, NULL), REFD_INVALID);
	assert_int_equal(count_files(&place, false), 0);
	sample.message.recipient_email = refd_str_of("j\xc3\xb6rg@example.org");
	support_assert_status(send(&place, &sample, NULL), REFD_OK);
	assert_int_equal(count_files(&place, false), 1);
	place_close(&place);
}

static void json__needs_no_address_and_escapes(void **state)
{
	struct sample sample;
	struct place place;
	json_t *tree;

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	sample.message.recipient_email = refd_str_of("");
	sample.message.recipient_name = refd_str_of("A \"B\" \\ \r\n\t\x01 \xc3\xa9");
	tree = json_loads(sent(&place, &sample, "json"), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(tree);
	assert_string_equal(member(json_object_get(tree, "recipient"), "name"),
			    "A \"B\" \\ \r\n\t\x01 \xc3\xa9");
	assert_string_equal(member(json_object_get(tree, "recipient"), "email"), "(null)");
	json_decref(tree);
	place_close(&place);
}

/* ---- local time ---- */

static enum refd_status two_hours(void *self, struct refd_str zone, struct refd_time time,
				  int32_t *ret, struct refd_error *err)
{
	(void)self;
	(void)time;
	(void)err;
	assert_true(refd_str_equal(zone, refd_str_of("Europe/Berlin")));
	*ret = 7200;
	return REFD_OK;
}

static enum refd_status no_such_zone(void *self, struct refd_str zone, struct refd_time time,
				     int32_t *ret, struct refd_error *err)
{
	(void)self;
	(void)zone;
	(void)time;
	(void)ret;
	return refd_error_set(err, REFD_NOT_FOUND, "no");
}

static void text__kickoff_is_local_where_a_zone_is_given(void **state)
{
	static const struct refd_timezone_ops good = { sizeof(good), two_hours };
	static const struct refd_timezone_ops bad = { sizeof(bad), no_such_zone };
	struct refd_timezone port = { &good, NULL };
	struct sample sample;
	struct place place;

	(void)state;
	sample_make(&sample, REFD_NOTICE_FIXTURE_REDATED);
	place_open(&place, REFD_SPOOL_JSON, port, "Europe/Berlin");
	assert_non_null(strstr(sent(&place, &sample, "json"),
			       "Kick-off: Sat 12 Oct 2024, 19:30 (Europe/Berlin)\\u000a"));
	assert_non_null(strstr(sent(&place, &sample, "json"),
			       "Before:   Mon 01 Jan 2024, 01:59 (Europe/Berlin)"));
	assert_non_null(strstr(sent(&place, &sample, "json"), "\"date\":\"2024-10-12T17:30:00Z\""));
	place_close(&place);
	port.ops = &bad;
	place_open(&place, REFD_SPOOL_JSON, port, "Europe/Atlantis");
	assert_non_null(
		strstr(sent(&place, &sample, "json"), "Kick-off: Sat 12 Oct 2024, 17:30 (UTC)"));
	place_close(&place);
	place_open(&place, REFD_SPOOL_JSON, no_zones, "Europe/Berlin");
	assert_non_null(
		strstr(sent(&place, &sample, "json"), "Kick-off: Sat 12 Oct 2024, 17:30 (UTC)"));
	place_close(&place);
}

/* ---- once, and whole ---- */

static void send__is_durable_before_it_is_visible(void **state)
{
	struct sample sample;
	struct place place;

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	memset(trace, 0, sizeof(trace));
	support_assert_status(send(&place, &sample, NULL), REFD_OK);
	assert_string_equal(trace, "owsld"); /* open, write, sync, link, sync the directory */
	memset(trace, 0, sizeof(trace));
	support_assert_status(send(&place, &sample, NULL), REFD_OK);
	assert_string_equal(trace, "d"); /* the first try may have died before that */
	place_close(&place);
}

static void send__twice_changes_nothing(void **state)
{
	struct sample sample;
	struct place place;
	char *first;

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	first = strdup(sent(&place, &sample, "json"));
	sample.message.home_name = refd_str_of("Another Name");
	assert_string_equal(sent(&place, &sample, "json"), first);
	assert_int_equal(count_files(&place, false), 1);
	assert_int_equal(count_files(&place, true), 0);
	free(first);
	place_close(&place);
}

static void touch(const struct place *place, const char *name)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", place->directory, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	fputs("half of a no", file);
	fclose(file);
}

static void send__remains_of_a_crash_do_not_matter(void **state)
{
	struct sample sample;
	struct place place;
	char name[256];

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	for (int i = 0; i < 3; i++) { /* even those with the names that come next */
		snprintf(name, sizeof(name), ".%s.%ld.%d.tmp", sample.message.key, (long)getpid(),
			 i);
		touch(&place, name);
	}
	assert_string_equal(strrchr(sent(&place, &sample, "json"), '}'), "}\n");
	assert_int_equal(count_files(&place, false), 1);
	assert_int_equal(count_files(&place, true), 3);
	place_close(&place);
}

/* Another process may have sent the notice between the look and the link. */
static void send__a_file_that_appears_meanwhile_is_kept(void **state)
{
	struct sample sample;
	struct place place;

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	intruder = "theirs";
	assert_string_equal(sent(&place, &sample, "json"), "theirs");
	intruder = NULL;
	assert_int_equal(count_files(&place, false), 1);
	assert_int_equal(count_files(&place, true), 0);
	place_close(&place);
}

static void send__every_failing_call_is_unavailable_and_can_be_repeated(void **state)
{
	static const int problems[] = { ENOSPC, EIO, EDQUOT };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		uint64_t n = 0;
		bool failed = true;

		while (failed) {
			struct refd_error err = REFD_ERROR_INIT;
			struct sample sample;
			struct place place;
			enum refd_status status;

			place_open(&place, i % 2 ? REFD_SPOOL_EML : REFD_SPOOL_JSON, no_zones,
				   NULL);
			sample_make(&sample, REFD_NOTICE_ASSIGNED);
			fail_with = problems[i / 2];
			calls = 0;
			linked = false;
			fail_at = ++n;
			status = send(&place, &sample, &err);
			failed = calls >= n;
			fail_at = 0;
			support_assert_status(status, failed ? REFD_UNAVAILABLE : REFD_OK);
			if (failed)
				assert_int_equal(err.native, problems[i / 2]);
			assert_int_equal(count_files(&place, true), 0);
			assert_int_equal(count_files(&place, false), linked);
			/* and then it works */
			assert_non_null(strstr(sent(&place, &sample, i % 2 ? "eml" : "json"),
					       i % 2 ? "Wiesbaden\r\n" : "\"}\n"));
			assert_int_equal(count_files(&place, false), 1);
			assert_int_equal(count_files(&place, true), 0);
			place_close(&place);
		}
		assert_true(n > 8); /* open, many writes, two syncs, close, link */
	}
}

static void send__interrupted_writes_go_on(void **state)
{
	struct sample sample;
	struct place place;

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	fail_with = EINTR;
	calls = 0;
	fail_at = 3;
	assert_string_equal(strrchr(sent(&place, &sample, "json"), '}'), "}\n");
	fail_at = 0;
	place_close(&place);
}

static void send__without_a_directory_is_unavailable(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct sample sample;
	struct place place;

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	rmdir(place.directory);
	support_assert_status(send(&place, &sample, &err), REFD_UNAVAILABLE);
	assert_non_null(strstr(err.message, place.directory));
	assert_int_equal(mkdir(place.directory, 0700), 0);
	support_assert_status(send(&place, &sample, NULL), REFD_OK);
	place_close(&place);
}

static void send__a_key_that_is_no_file_name_is_invalid(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", "../a", "/etc/a", "a/b", ".a", "A", "a\n"
	};
	struct sample sample;
	struct place place;

	(void)state;
	place_open(&place, REFD_SPOOL_JSON, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		strcpy(sample.message.key, bad[i]);
		support_assert_status(send(&place, &sample, NULL), REFD_INVALID);
	}
	sample_make(&sample, (enum refd_notice_kind)8);
	support_assert_status(send(&place, &sample, NULL), REFD_UNSUPPORTED);
	sample_make(&sample, (enum refd_notice_kind)0);
	support_assert_status(send(&place, &sample, NULL), REFD_UNSUPPORTED);
	assert_int_equal(count_files(&place, false), 0);
	place_close(&place);
}

static void send__a_notice_beyond_all_limits_is_invalid(void **state)
{
	static char name[10000];
	struct sample sample;
	struct place place;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	place_open(&place, REFD_SPOOL_EML, no_zones, NULL);
	sample_make(&sample, REFD_NOTICE_ASSIGNED);
	sample.message.venue_name = refd_str_of(name);
	support_assert_status(send(&place, &sample, NULL), REFD_INVALID);
	assert_int_equal(count_files(&place, false), 0);
	place_close(&place);
}

static enum refd_status create(const char *directory, enum refd_spool_format format,
			       const char *sender, const char *zone)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_spool_options options = { .struct_size = sizeof(options),
					      .directory = directory,
					      .format = format,
					      .sender = sender,
					      .zone = zone };
	struct refd_spool *spool = NULL;
	enum refd_status status = refd_spool_create(&allocator, &options, &spool, NULL);

	assert_int_equal(spool != NULL, status == REFD_OK);
	refd_spool_destroy(spool);
	return status;
}

static void create__checks_its_options(void **state)
{
	(void)state;
	support_assert_status(create("/tmp", REFD_SPOOL_JSON, NULL, NULL), REFD_OK);
	support_assert_status(create(NULL, REFD_SPOOL_JSON, NULL, NULL), REFD_INVALID);
	support_assert_status(create("", REFD_SPOOL_JSON, NULL, NULL), REFD_INVALID);
	support_assert_status(create("/tmp", 0, NULL, NULL), REFD_INVALID);
	support_assert_status(create("/tmp", (enum refd_spool_format)3, NULL, NULL), REFD_INVALID);
	support_assert_status(create("/tmp", REFD_SPOOL_EML, "a@b", NULL), REFD_OK);
	support_assert_status(create("/tmp", REFD_SPOOL_EML, "a@b\r\nBcc: c@d", NULL),
			      REFD_INVALID);
	support_assert_status(create("/tmp", REFD_SPOOL_EML, "me", NULL), REFD_INVALID);
	support_assert_status(
		create("/tmp", REFD_SPOOL_JSON, NULL,
		       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		       "aa"),
		REFD_INVALID);
}

static void create__answers_when_memory_runs_out(void **state)
{
	struct refd_spool_options options = { .struct_size = sizeof(options),
					      .directory = "/tmp",
					      .format = REFD_SPOOL_JSON };
	struct refd_spool *spool = NULL;
	struct refd_allocator allocator;
	struct support_heap heap;

	(void)state;
	support_heap_init(&heap);
	heap.fail_at = 1;
	allocator = support_heap_allocator(&heap);
	support_assert_status(refd_spool_create(&allocator, &options, &spool, NULL),
			      REFD_NO_MEMORY);
	support_assert_status(refd_spool_create(&allocator, &options, &spool, NULL), REFD_OK);
	refd_spool_destroy(spool);
	refd_spool_destroy(NULL);
	support_heap_done(&heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json__says_everything_about_every_kind),
		cmocka_unit_test(json__needs_no_address_and_escapes),
		cmocka_unit_test(eml__says_everything_about_every_kind),
		cmocka_unit_test(eml__names_of_every_script_and_length_come_back),
		cmocka_unit_test(eml__a_word_never_splits_a_code_point),
		cmocka_unit_test(eml__names_cannot_add_headers),
		cmocka_unit_test(eml__without_an_address_is_invalid),
		cmocka_unit_test(text__kickoff_is_local_where_a_zone_is_given),
		cmocka_unit_test(send__is_durable_before_it_is_visible),
		cmocka_unit_test(send__twice_changes_nothing),
		cmocka_unit_test(send__remains_of_a_crash_do_not_matter),
		cmocka_unit_test(send__a_file_that_appears_meanwhile_is_kept),
		cmocka_unit_test(send__every_failing_call_is_unavailable_and_can_be_repeated),
		cmocka_unit_test(send__interrupted_writes_go_on),
		cmocka_unit_test(send__without_a_directory_is_unavailable),
		cmocka_unit_test(send__a_key_that_is_no_file_name_is_invalid),
		cmocka_unit_test(send__a_notice_beyond_all_limits_is_invalid),
		cmocka_unit_test(create__checks_its_options),
		cmocka_unit_test(create__answers_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
