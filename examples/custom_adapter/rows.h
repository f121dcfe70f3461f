/* Rows as bytes, written and read by their layout. */
#ifndef LMDB_STORE_ROWS_H
#define LMDB_STORE_ROWS_H

#include <refdomain/ports/records.h>

/* Room for any state. */
union lmdb_store__state {
#define XX(number, name, state, layout) struct state name;
	REFD_RECORD_MAP(XX)
#undef XX
};

/* @return how many bytes the row takes; 0 if a field has a value that cannot be stored */
size_t lmdb_store__row_size(enum refd_record record, const void *state);
void lmdb_store__row_write(enum refd_record record, const void *state, void *to);
/* Long texts borrow `from`. @return OK; CORRUPT */
enum refd_status lmdb_store__row_read(enum refd_record record, const void *from, size_t size,
				      void *ret_state, struct refd_error *err);

#endif
