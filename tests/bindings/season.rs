// The first steps of a season from Rust: the headers as bindgen reads them.
#![allow(non_camel_case_types, non_upper_case_globals, dead_code)]
mod c {
    include!("bindings.rs");
}
use c::*;
use std::ffi::{c_void, CStr, CString};
use std::mem::{size_of, zeroed};
use std::ptr::{null, null_mut};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn text(words: &'static str) -> refd_str {
    refd_str { ptr: words.as_ptr().cast(), len: words.len() as _ }
}

unsafe fn slice(text: &refd_str) -> &str {
    std::str::from_utf8(std::slice::from_raw_parts(text.ptr.cast(), text.len as usize)).unwrap()
}

unsafe fn must(status: refd_status, err: &refd_error) {
    if status != refd_status_REFD_OK {
        panic!("{:?}: {:?}", CStr::from_ptr(refd_status_name(status)), CStr::from_ptr(err.message.as_ptr()));
    }
}

unsafe extern "C" fn show(_: *mut c_void, card: *const refd_fixture_card) -> refd_status {
    println!("{} - {}", slice(&(*card).home_name), slice(&(*card).away_name));
    refd_status_REFD_OK
}

fn main() {
    unsafe {
        let mut err = refd_error { struct_size: size_of::<refd_error>() as _, ..zeroed() };
        let random = refd_system_random();
        let allocator = refd_allocator_libc();
        let path = CString::new("referees.db").unwrap();
        let options = refd_sqlite_options {
            struct_size: size_of::<refd_sqlite_options>() as _,
            path: path.as_ptr(),
            create: true,
            clock: refd_system_clock(),
            sleep: refd_system_sleep(),
            ..zeroed()
        };
        let mut sqlite = null_mut();
        must(refd_sqlite_open(&options, &allocator, &mut sqlite, &mut err), &err);
        let ports = refd_ports {
            struct_size: size_of::<refd_ports>() as _,
            allocator,
            store: refd_sqlite_store(sqlite),
            clock: options.clock,
            ids: refd_uuid7_source(&random),
            codec: refd_json_codec(),
            ..zeroed()
        };
        let mut app = null_mut();
        must(refd_app_create(&ports, &mut app, &mut err), &err);

        let mut made: refd_result = zeroed();
        let ilse = refd_referee_details { name: text("Ilse Ott"), club: text("VC Gera"), ..zeroed() };
        let halle = refd_team_details { name: text("Halle I"), club: text("VC Halle") };
        let jena = refd_team_details { name: text("Jena I"), club: text("VV Jena") };
        let hall = refd_venue_details { name: text("Sporthalle Nord"), ..zeroed() };
        let mut game: refd_schedule = zeroed();
        must(refd_registry_register_referee(app, null(), zeroed(), &ilse, &mut made, &mut err), &err);
        must(refd_registry_register_team(app, null(), game.home, &halle, &mut made, &mut err), &err);
        game.home.uuid = made.items[0].object.id;
        must(refd_registry_register_team(app, null(), game.away, &jena, &mut made, &mut err), &err);
        game.away.uuid = made.items[0].object.id;
        must(refd_registry_register_venue(app, null(), game.venue, &hall, &mut made, &mut err), &err);
        game.venue.uuid = made.items[0].object.id;
        let kickoff = SystemTime::now() + Duration::from_secs(7 * 86400);
        game.kickoff.us = kickoff.duration_since(UNIX_EPOCH).unwrap().as_micros() as i64;
        must(refd_scheduling_schedule(app, null(), &game, &mut made, &mut err), &err);
        must(refd_query_fixtures(app, &zeroed(), null(), Some(show), null_mut(), null_mut(), &mut err), &err);
        refd_app_destroy(app);
        refd_sqlite_close(sqlite);
    }
}
