// The first steps of a season from Go: the headers as cgo reads them.
package main

// #cgo pkg-config: refdomain-sqlite refdomain-json
// #include <refdomain/adapters/json.h>
// #include <refdomain/adapters/sqlite.h>
// #include <refdomain/refdomain.h>
// #include <stdlib.h>
// enum refd_status show(void *self, struct refd_fixture_card *card);
import "C"

import (
	"fmt"
	"os"
	"time"
	"unsafe"
)

var err = C.struct_refd_error{struct_size: C.sizeof_struct_refd_error}
var made C.struct_refd_result

func must(status C.enum_refd_status) C.struct_refd_uuid {
	if status != C.REFD_OK {
		fmt.Println(C.GoString(C.refd_status_name(status)), C.GoString(&err.message[0]))
		os.Exit(1)
	}
	return made.items[0].object.id
}

// C memory, never freed: the program is short.
func text(words string) C.struct_refd_str {
	return C.refd_str_of(C.CString(words))
}

//export show
func show(_ unsafe.Pointer, card *C.struct_refd_fixture_card) C.enum_refd_status {
	fmt.Printf("%s - %s\n", C.GoStringN(card.home_name.ptr, C.int(card.home_name.len)),
		C.GoStringN(card.away_name.ptr, C.int(card.away_name.len)))
	return C.REFD_OK
}

func main() {
	random := (*C.struct_refd_random)(C.malloc(C.sizeof_struct_refd_random))
	*random = C.refd_system_random()
	allocator := C.refd_allocator_libc()
	options := C.struct_refd_sqlite_options{struct_size: C.sizeof_struct_refd_sqlite_options,
		path: C.CString("referees.db"), create: true, clock: C.refd_system_clock(), sleep: C.refd_system_sleep()}
	var sqlite *C.struct_refd_sqlite
	must(C.refd_sqlite_open(&options, &allocator, &sqlite, &err))
	ports := C.struct_refd_ports{struct_size: C.sizeof_struct_refd_ports, allocator: allocator,
		store: C.refd_sqlite_store(sqlite), clock: options.clock, ids: C.refd_uuid7_source(random),
		codec: C.refd_json_codec()}
	var app *C.struct_refd_app
	must(C.refd_app_create(&ports, &app, &err))

	ilse := C.struct_refd_referee_details{name: text("Ilse Ott"), club: text("VC Gera")}
	halle := C.struct_refd_team_details{name: text("Halle I"), club: text("VC Halle")}
	jena := C.struct_refd_team_details{name: text("Jena I"), club: text("VV Jena")}
	hall := C.struct_refd_venue_details{name: text("Sporthalle Nord")}
	match := C.struct_refd_schedule{kickoff: C.struct_refd_time{C.int64_t(time.Now().AddDate(0, 0, 7).UnixMicro())}}
	must(C.refd_registry_register_referee(app, nil, C.struct_refd_referee_id{}, &ilse, &made, &err))
	match.home.uuid = must(C.refd_registry_register_team(app, nil, match.home, &halle, &made, &err))
	match.away.uuid = must(C.refd_registry_register_team(app, nil, match.away, &jena, &made, &err))
	match.venue.uuid = must(C.refd_registry_register_venue(app, nil, match.venue, &hall, &made, &err))
	must(C.refd_scheduling_schedule(app, nil, &match, &made, &err))
	must(C.refd_query_fixtures(app, &C.struct_refd_fixture_filter{}, nil, (*C.refd_fixture_sink)(C.show), nil, nil, &err))
	C.refd_app_destroy(app)
	C.refd_sqlite_close(sqlite)
}
