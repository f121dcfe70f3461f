#include "list.h"

#include <stdio.h>

#include "input.h"

enum refd_status list_begin(struct list *list, struct refctl *ctl, const char *const *columns)
{
	list->next = (struct refd_page_key){ 0 };
	input_page(ctl, &list->page);
	output_begin(&list->out, ctl, false, columns);
	return input_status(ctl);
}

enum refd_status list_end(struct list *list, struct refctl *ctl, enum refd_status status)
{
	status = output_end(&list->out, ctl, status);
	if (status == REFD_OK && list->next.text[0])
		fprintf(stderr, "next: %s\n", list->next.text);
	return status;
}
