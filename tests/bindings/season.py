"""The first steps of a season from Python: the headers as python3-cffi reads them, the library through
dlopen. usage: season.py DECLARATIONS LIBRARY"""
import sys
import time

import cffi

ffi = cffi.FFI()
ffi.cdef(open(sys.argv[1], encoding="utf-8").read())
lib = ffi.dlopen(sys.argv[2])
kept = []  # what C borrows must outlive the call
err = ffi.new("struct refd_error *", {"struct_size": ffi.sizeof("struct refd_error")})
made = ffi.new("struct refd_result *")


def text(words):
    kept.append(ffi.new("char[]", words.encode()))
    return {"ptr": kept[-1], "len": len(words.encode())}


def must(status):
    if status != lib.REFD_OK:
        sys.exit("%s: %s" % (ffi.string(lib.refd_status_name(status)).decode(), ffi.string(err.message).decode()))
    return {"bytes": bytes(made.items[0].object.id.bytes)}


random = ffi.new("struct refd_random *", lib.refd_system_random())
allocator = ffi.new("struct refd_allocator *", lib.refd_allocator_libc())
path = ffi.new("char[]", b"referees.db")
options = ffi.new("struct refd_sqlite_options *", {
    "struct_size": ffi.sizeof("struct refd_sqlite_options"), "path": path, "create": True,
    "clock": lib.refd_system_clock(), "sleep": lib.refd_system_sleep()})
sqlite = ffi.new("struct refd_sqlite **")
must(lib.refd_sqlite_open(options, allocator, sqlite, err))
ports = ffi.new("struct refd_ports *", {
    "struct_size": ffi.sizeof("struct refd_ports"), "allocator": allocator[0], "clock": options.clock,
    "ids": lib.refd_uuid7_source(random), "codec": lib.refd_json_codec(),
    "store": lib.refd_sqlite_store(sqlite[0])})
app = ffi.new("struct refd_app **")
must(lib.refd_app_create(ports, app, err))


def register(noun, **details):
    details = ffi.new("struct refd_%s_details *" % noun, details)
    unset = ffi.new("struct refd_%s_id *" % noun)[0]
    return {"uuid": must(getattr(lib, "refd_registry_register_" + noun)(app[0], ffi.NULL, unset, details, made, err))}


@ffi.callback("refd_fixture_sink")
def show(_, card):
    print(*(ffi.string(name.ptr, name.len).decode() for name in (card.home_name, card.away_name)), sep=" - ")
    return lib.REFD_OK


register("referee", name=text("Ilse Ott"), club=text("VC Gera"))
match = ffi.new("struct refd_schedule *", {
    "home": register("team", name=text("Halle I"), club=text("VC Halle")),
    "away": register("team", name=text("Jena I"), club=text("VV Jena")),
    "venue": register("venue", name=text("Sporthalle Nord")),
    "kickoff": {"us": int((time.time() + 7 * 86400) * 1000000)}})
must(lib.refd_scheduling_schedule(app[0], ffi.NULL, match, made, err))
everything = ffi.new("struct refd_fixture_filter *")
must(lib.refd_query_fixtures(app[0], everything, ffi.NULL, show, ffi.NULL, ffi.NULL, err))
lib.refd_app_destroy(app[0])
lib.refd_sqlite_close(sqlite[0])
