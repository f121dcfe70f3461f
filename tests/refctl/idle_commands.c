/* The functions of the table of commands, for tests of the table alone: what they do is no matter.
 */
#include "commands.h"

#define XX(name)                                                                                   \
	enum refd_status cmd_##name(struct refctl *ctl)                                            \
	{                                                                                          \
		(void)ctl;                                                                         \
		return REFD_MISUSE;                                                                \
	}
COMMAND_LIST(XX)
#undef XX
