#include <refdomain/status.h>

const char *refd_status_name(enum refd_status status)
{
	switch (status) {
#define XX(number, name, text)                                                                     \
	case REFD_##name:                                                                          \
		return #name;
		REFD_STATUS_MAP(XX)
#undef XX
	}
	return "?";
}

const char *refd_status_text(enum refd_status status)
{
	switch (status) {
#define XX(number, name, text)                                                                     \
	case REFD_##name:                                                                          \
		return text;
		REFD_STATUS_MAP(XX)
#undef XX
	}
	return "no such status";
}
