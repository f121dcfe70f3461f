//! A thin binding with bindgen, which reads the headers as they are.
#[allow(non_camel_case_types, non_upper_case_globals, dead_code)]
mod c {
    include!("bindings.rs");
}
use c::{refd_fixture_id as FixtureId, refd_referee_id as RefereeId};
use c::{refd_team_id as TeamId, refd_venue_id as VenueId, *};
use std::ffi::{c_void, CStr, CString};
use std::mem::{size_of_val, zeroed};
use std::ptr::{null, null_mut};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub type Result<T> = std::result::Result<T, Error>;

/// The name of a status that is not OK, and why.
#[derive(Debug)]
pub struct Error(pub String, pub String);

impl std::error::Error for Error {}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(out, "{}: {}", self.0, self.1)
    }
}

pub struct Fixture {
    pub home: String,
    pub away: String,
    pub kickoff: SystemTime,
}

/// The domain on an SQLite store, which is made if there is none.
pub struct App {
    app: *mut refd_app,
    sqlite: *mut refd_sqlite,
    random: Box<refd_random>, // the id source borrows it
}

impl Drop for App {
    fn drop(&mut self) {
        unsafe {
            refd_app_destroy(self.app);
            refd_sqlite_close(self.sqlite);
        }
    }
}

/// Runs a command and returns the id of what it made.
macro_rules! run {
    ($function:ident($app:expr, $($argument:expr),*) -> $id:ident) => {
        unsafe {
            let mut made: refd_result = zeroed();
            must(|err| $function($app, null(), $($argument,)* &mut made, err))?;
            Ok($id { uuid: made.items[0].object.id })
        }
    };
}

impl App {
    pub fn open(path: &str) -> Result<App> {
        let path = CString::new(path).expect("a path without NUL");
        unsafe {
            let random = Box::new(refd_system_random());
            let mut opened = App { app: null_mut(), sqlite: null_mut(), random };
            let allocator = refd_allocator_libc();
            let mut options: refd_sqlite_options = zeroed();
            options.struct_size = size_of_val(&options) as _;
            options.path = path.as_ptr();
            options.create = true;
            options.clock = refd_system_clock();
            options.sleep = refd_system_sleep();
            must(|err| refd_sqlite_open(&options, &allocator, &mut opened.sqlite, err))?;
            let mut ports: refd_ports = zeroed();
            ports.struct_size = size_of_val(&ports) as _;
            ports.allocator = allocator;
            ports.store = refd_sqlite_store(opened.sqlite);
            ports.clock = options.clock;
            ports.sleep = options.sleep;
            ports.ids = refd_uuid7_source(&*opened.random);
            ports.codec = refd_json_codec();
            must(|err| refd_app_create(&ports, &mut opened.app, err))?;
            Ok(opened)
        }
    }

    pub fn register_referee(&self, name: &str, club: &str) -> Result<RefereeId> {
        let (name, club) = (text(name), text(club));
        let details = refd_referee_details { name, club, ..unsafe { zeroed() } };
        run!(refd_registry_register_referee(self.app, zeroed(), &details) -> RefereeId)
    }

    pub fn register_team(&self, name: &str, club: &str) -> Result<TeamId> {
        let details = refd_team_details { name: text(name), club: text(club) };
        run!(refd_registry_register_team(self.app, zeroed(), &details) -> TeamId)
    }

    pub fn register_venue(&self, name: &str) -> Result<VenueId> {
        let details = refd_venue_details { name: text(name), ..unsafe { zeroed() } };
        run!(refd_registry_register_venue(self.app, zeroed(), &details) -> VenueId)
    }

    pub fn schedule(
        &self,
        home: TeamId,
        away: TeamId,
        venue: VenueId,
        kickoff: SystemTime,
    ) -> Result<FixtureId> {
        let since = kickoff.duration_since(UNIX_EPOCH).unwrap_or_default(); // 0, unset, is refused
        let kickoff = refd_time { us: since.as_micros() as _ };
        let details = refd_schedule { id: unsafe { zeroed() }, home, away, venue, kickoff };
        run!(refd_scheduling_schedule(self.app, &details) -> FixtureId)
    }

    pub fn fixtures(&self) -> Result<Vec<Fixture>> {
        let mut found = Vec::new();
        let (app, all) = (self.app, unsafe { zeroed() });
        let into: *mut Vec<Fixture> = &mut found;
        must(|err| unsafe {
            refd_query_fixtures(app, &all, null(), Some(collect), into.cast(), null_mut(), err)
        })?;
        Ok(found)
    }
}

/// Must not panic: C is its caller.
unsafe extern "C" fn collect(found: *mut c_void, card: *const refd_fixture_card) -> refd_status {
    let card = &*card;
    let since = Duration::from_micros(card.fixture.kickoff.us.max(0) as _);
    let [home, away] = [card.home_name, card.away_name].map(|name| {
        let bytes = std::slice::from_raw_parts(name.ptr.cast(), name.len as _);
        String::from_utf8_lossy(bytes).into()
    });
    (*found.cast::<Vec<Fixture>>()).push(Fixture { home, away, kickoff: UNIX_EPOCH + since });
    refd_status_REFD_OK
}

/// Borrows the text.
fn text(words: &str) -> refd_str {
    refd_str { ptr: words.as_ptr().cast(), len: words.len() as _ }
}

fn must(call: impl FnOnce(&mut refd_error) -> refd_status) -> Result<()> {
    unsafe {
        let mut err: refd_error = zeroed();
        err.struct_size = size_of_val(&err) as _;
        let status = call(&mut err);
        if status == refd_status_REFD_OK {
            return Ok(());
        }
        let words = |text| CStr::from_ptr(text).to_string_lossy().into();
        Err(Error(words(refd_status_name(status)), words(err.message.as_ptr())))
    }
}
