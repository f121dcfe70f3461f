#include "postgres_server.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* postgres.sh VERB DIRECTORY [OWNER]. Its output goes to the file, so that nobody waits for the
 * server to close it. */
static bool script(const char *verb, const char *directory, const char *owner, const char *output)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		int out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (out < 0 || dup2(out, STDOUT_FILENO) < 0)
			_exit(126);
		execl("/bin/sh", "sh", POSTGRES_SH, verb, directory, owner, (char *)NULL);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static bool read_url(const char *path, char *url, size_t size)
{
	FILE *file = fopen(path, "r");
	bool got = file != NULL && fgets(url, (int)size, file) != NULL;

	if (got)
		url[strcspn(url, "\n")] = '\0';
	if (file != NULL)
		fclose(file);
	return got && url[0] != '\0';
}

bool postgres_start(struct postgres_server *server)
{
	char owner[24];
	char output[] = "/tmp/refd-url-XXXXXX";
	int fd = mkstemp(output);
	bool started;

	strcpy(server->directory, "/tmp/refd-pg-XXXXXX");
	snprintf(owner, sizeof(owner), "%ld", (long)getpid());
	started = fd >= 0 && mkdtemp(server->directory) != NULL &&
		  script("start", server->directory, owner, output) &&
		  read_url(output, server->url, sizeof(server->url));
	if (fd >= 0) {
		close(fd);
		unlink(output);
	}
	if (!started)
		fprintf(stderr, "no PostgreSQL server could be started in %s\n", server->directory);
	return started;
}

bool postgres_crash(const struct postgres_server *server)
{
	return script("crash", server->directory, NULL, "/dev/null");
}

bool postgres_resume(const struct postgres_server *server)
{
	return script("start", server->directory, NULL, "/dev/null");
}

void postgres_stop(struct postgres_server *server)
{
	if (server->directory[0] != '\0' && !script("stop", server->directory, NULL, "/dev/null"))
		fprintf(stderr, "%s: the server does not stop\n", server->directory);
	server->directory[0] = '\0';
}

const char *postgres_url(void)
{
	static struct postgres_server shared;
	const char *given = getenv("REFDOMAIN_TEST_POSTGRES");

	if (given != NULL && given[0] != '\0')
		return given;
	if (shared.url[0] == '\0' && !postgres_start(&shared))
		return NULL;
	return shared.url;
}

bool postgres_store(const char *url, const char *schema, char *ret, size_t size)
{
	int length;

	if (url == NULL)
		return false;
	length = snprintf(ret, size, "%s%capplication_name=%s#%s", url,
			  strchr(url, '?') != NULL ? '&' : '?', schema, schema);
	return length > 0 && (size_t)length < size;
}
