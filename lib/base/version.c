#include <refdomain/version.h>

#define STRING(x)   #x
#define EXPANDED(x) STRING(x)

const char *refd_version(void)
{
	return EXPANDED(REFD_VERSION_MAJOR) "." EXPANDED(REFD_VERSION_MINOR) "." EXPANDED(
		REFD_VERSION_PATCH);
}
