#include "exit_code.h"

#include <stdio.h>

int exit_code(enum refd_status status)
{
	switch (status) {
	case REFD_OK:
		return 0;
	case REFD_REFUSED:
	case REFD_LOCKED:
	case REFD_LATE:
		return 1;
	case REFD_INVALID:
		return 2;
	case REFD_NOT_FOUND:
		return 3;
	case REFD_CONFLICT:
	case REFD_ALREADY_EXISTS:
		return 4;
	case REFD_UNAVAILABLE:
	case REFD_UNKNOWN:
	case REFD_NO_MEMORY:
		return 5;
	case REFD_CORRUPT:
		return 6;
	case REFD_DENIED:
		return 7;
	case REFD_UNSUPPORTED:
		return 8;
	case REFD_BACKEND:
	case REFD_MISUSE:
		return 9;
	}
	return 9;
}

bool exit_code_names(int code, char *ret, size_t size)
{
	static const enum refd_status statuses[] = {
#define XX(number, name, text) REFD_##name,
		REFD_STATUS_MAP(XX)
#undef XX
	};
	size_t len = 0;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]) && len < size; i++)
		if (exit_code(statuses[i]) == code)
			len += (size_t)snprintf(ret + len, size - len, "%s%s", len ? ", " : "",
						refd_status_name(statuses[i]));
	return len > 0;
}
