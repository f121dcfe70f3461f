/* The linked library is of the version its .pc file says. */
#include <refdomain/refdomain.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	char compiled[32];

	snprintf(compiled, sizeof(compiled), "%d.%d.%d", REFD_VERSION_MAJOR, REFD_VERSION_MINOR,
		 REFD_VERSION_PATCH);
	return argc != 2 || strcmp(argv[1], refd_version()) != 0 || strcmp(argv[1], compiled) != 0;
}
