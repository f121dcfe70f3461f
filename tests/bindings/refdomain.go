// Package refdomain is a thin binding with cgo, which reads the headers as they are.
package refdomain

// #cgo pkg-config: refdomain-sqlite refdomain-json
// #include <refdomain/adapters/json.h>
// #include <refdomain/adapters/sqlite.h>
// #include <refdomain/refdomain.h>
// #include <stdlib.h>
// enum refd_status refdomainCollect(void *self, struct refd_fixture_card *card);
import "C"

import (
	"runtime/cgo"
	"time"
	"unsafe"
)

type (
	FixtureID C.struct_refd_fixture_id
	RefereeID C.struct_refd_referee_id
	TeamID    C.struct_refd_team_id
	VenueID   C.struct_refd_venue_id
)

// Error is the name of a status that is not OK, and why.
type Error struct{ Status, Message string }

func (e *Error) Error() string { return e.Status + ": " + e.Message }

type Fixture struct {
	Home, Away string
	Kickoff    time.Time
}

// App is the domain on an SQLite store.
type App struct {
	app    *C.struct_refd_app
	sqlite *C.struct_refd_sqlite
	random *C.struct_refd_random // the id source borrows it, so it is C memory
}

// Must panics on an error; for short programs.
func Must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// Open opens the store, which is made if there is none.
func Open(path string) (*App, error) {
	a := &App{random: (*C.struct_refd_random)(C.malloc(C.sizeof_struct_refd_random))}
	*a.random = C.refd_system_random()
	allocator := C.refd_allocator_libc()
	options := C.struct_refd_sqlite_options{struct_size: C.sizeof_struct_refd_sqlite_options,
		path: C.CString(path), create: true, clock: C.refd_system_clock(), sleep: C.refd_system_sleep()}
	defer C.free(unsafe.Pointer(options.path))
	r := newReply()
	err := r.failure(C.refd_sqlite_open(&options, &allocator, &a.sqlite, &r.err))
	if err == nil {
		ports := C.struct_refd_ports{struct_size: C.sizeof_struct_refd_ports, allocator: allocator,
			store: C.refd_sqlite_store(a.sqlite), clock: options.clock, sleep: options.sleep,
			ids: C.refd_uuid7_source(a.random), codec: C.refd_json_codec()}
		err = r.failure(C.refd_app_create(&ports, &a.app, &r.err))
	}
	if err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) Close() {
	C.refd_app_destroy(a.app)
	C.refd_sqlite_close(a.sqlite)
	C.free(unsafe.Pointer(a.random))
	*a = App{}
}

func (a *App) RegisterReferee(name, club string) (RefereeID, error) {
	details := C.struct_refd_referee_details{name: text(name), club: text(club)}
	defer free(details.name, details.club)
	r := newReply()
	status := C.refd_registry_register_referee(a.app, nil, C.struct_refd_referee_id{}, &details, &r.made, &r.err)
	return RefereeID{r.made.items[0].object.id}, r.failure(status)
}

func (a *App) RegisterTeam(name, club string) (TeamID, error) {
	details := C.struct_refd_team_details{name: text(name), club: text(club)}
	defer free(details.name, details.club)
	r := newReply()
	status := C.refd_registry_register_team(a.app, nil, C.struct_refd_team_id{}, &details, &r.made, &r.err)
	return TeamID{r.made.items[0].object.id}, r.failure(status)
}

func (a *App) RegisterVenue(name string) (VenueID, error) {
	details := C.struct_refd_venue_details{name: text(name)}
	defer free(details.name)
	r := newReply()
	status := C.refd_registry_register_venue(a.app, nil, C.struct_refd_venue_id{}, &details, &r.made, &r.err)
	return VenueID{r.made.items[0].object.id}, r.failure(status)
}

func (a *App) Schedule(home, away TeamID, venue VenueID, kickoff time.Time) (FixtureID, error) {
	match := C.struct_refd_schedule{home: C.struct_refd_team_id(home), away: C.struct_refd_team_id(away),
		venue: C.struct_refd_venue_id(venue), kickoff: C.struct_refd_time{C.int64_t(kickoff.UnixMicro())}}
	r := newReply()
	status := C.refd_scheduling_schedule(a.app, nil, &match, &r.made, &r.err)
	return FixtureID{r.made.items[0].object.id}, r.failure(status)
}

func (a *App) Fixtures() ([]Fixture, error) {
	var found []Fixture
	self := cgo.NewHandle(&found)
	defer self.Delete()
	r := newReply()
	status := C.refd_query_fixtures(a.app, &C.struct_refd_fixture_filter{}, nil,
		(*C.refd_fixture_sink)(C.refdomainCollect), unsafe.Pointer(&self), nil, &r.err)
	return found, r.failure(status)
}

//export refdomainCollect
func refdomainCollect(self unsafe.Pointer, card *C.struct_refd_fixture_card) C.enum_refd_status {
	found := (*cgo.Handle)(self).Value().(*[]Fixture)
	*found = append(*found, Fixture{words(card.home_name), words(card.away_name),
		time.UnixMicro(int64(card.fixture.kickoff.us))})
	return C.REFD_OK
}

type reply struct {
	made C.struct_refd_result
	err  C.struct_refd_error
}

func newReply() *reply {
	return &reply{err: C.struct_refd_error{struct_size: C.sizeof_struct_refd_error}}
}

func (r *reply) failure(status C.enum_refd_status) error {
	if status == C.REFD_OK {
		return nil
	}
	return &Error{C.GoString(C.refd_status_name(status)), C.GoString(&r.err.message[0])}
}

func text(words string) C.struct_refd_str {
	return C.struct_refd_str{ptr: C.CString(words), len: C.size_t(len(words))}
}

func free(texts ...C.struct_refd_str) {
	for _, text := range texts {
		C.free(unsafe.Pointer(text.ptr))
	}
}

func words(text C.struct_refd_str) string { return C.GoStringN(text.ptr, C.int(text.len)) }
