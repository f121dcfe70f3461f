"""A thin binding with python3-cffi: reads the headers as declarations.h has them, loads the library."""
import collections
import contextlib
import datetime
import os
import pathlib

import cffi

HERE = pathlib.Path(__file__).parent
ffi = cffi.FFI()
ffi.cdef((HERE / "declarations.h").read_text(encoding="utf-8"))
lib = ffi.dlopen(str(HERE / "librefdomain.so"))
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)
Fixture = collections.namedtuple("Fixture", "home away kickoff")


class Error(Exception):
    """A status that is not OK, by name, and why."""

    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status, self.message = status, message


def _new(kind, value=None, **members):
    struct = ffi.new(f"struct refd_{kind} *", value or members)
    if hasattr(struct, "struct_size"):
        struct.struct_size = ffi.sizeof(struct[0])
    return struct


def _must(function, *arguments):
    err = _new("error")
    status = function(*arguments, err)
    if status != lib.REFD_OK:
        raise Error(ffi.string(lib.refd_status_name(status)).decode(), ffi.string(err.message).decode())


class App(contextlib.AbstractContextManager):
    """The domain on an SQLite store, which is made if there is none. A kick-off is a datetime with zone."""

    def __init__(self, path):
        self._random = _new("random", lib.refd_system_random())  # the id source borrows it
        allocator, name = _new("allocator", lib.refd_allocator_libc()), ffi.new("char[]", os.fsencode(path))
        given = {"clock": lib.refd_system_clock(), "sleep": lib.refd_system_sleep(), "random": self._random[0]}
        sqlite, app = ffi.new("struct refd_sqlite **"), ffi.new("struct refd_app **")
        with contextlib.ExitStack() as opened:
            _must(lib.refd_sqlite_open, _new("sqlite_options", path=name, create=True, **given), allocator, sqlite)
            opened.callback(lib.refd_sqlite_close, sqlite[0])
            _must(lib.refd_app_create, _new(
                "ports", allocator=allocator[0], store=lib.refd_sqlite_store(sqlite[0]),
                ids=lib.refd_uuid7_source(self._random), codec=lib.refd_json_codec(), **given), app)
            opened.callback(lib.refd_app_destroy, app[0])
            self._app, self._opened = app[0], opened.pop_all()

    def close(self, *_):
        self._app = None
        self._opened.close()

    __exit__ = close

    def register_referee(self, name, club):
        return self._register("referee", name=name, club=club)

    def register_team(self, name, club):
        return self._register("team", name=name, club=club)

    def register_venue(self, name):
        return self._register("venue", name=name)

    def schedule(self, home, away, venue, kickoff):
        instant = {"us": (kickoff - EPOCH) // MICROSECOND}
        command = _new("schedule", home=home, away=away, venue=venue, kickoff=instant)
        return self._run("fixture", lib.refd_scheduling_schedule, command)

    def fixtures(self):
        found = []

        @ffi.callback("refd_fixture_sink", error=lib.REFD_BACKEND)
        def collect(_, card):
            names = (ffi.string(name.ptr, name.len).decode() for name in (card.home_name, card.away_name))
            found.append(Fixture(*names, EPOCH + card.fixture.kickoff.us * MICROSECOND))
            return lib.REFD_OK

        _must(lib.refd_query_fixtures, self._app, _new("fixture_filter"), ffi.NULL, collect, ffi.NULL, ffi.NULL)
        return found

    def _register(self, noun, **texts):
        kept = {member: ffi.from_buffer(words.encode()) for member, words in texts.items()}
        details = {member: {"ptr": words, "len": len(words)} for member, words in kept.items()}
        register = getattr(lib, f"refd_registry_register_{noun}")
        return self._run(noun, register, _new(f"{noun}_id")[0], _new(f"{noun}_details", details))

    def _run(self, noun, command, *arguments):
        made = _new("result")
        _must(command, self._app, ffi.NULL, *arguments, made)
        return _new(f"{noun}_id", uuid=made.items[0].object.id)[0]
