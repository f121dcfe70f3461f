//! The first steps of a season from Rust.
mod refdomain;
use std::time::{Duration, SystemTime};

fn main() -> refdomain::Result<()> {
    let app = refdomain::App::open("referees.db")?;
    app.register_referee("Ilse Ott", "VC Gera")?;
    let halle = app.register_team("Halle I", "VC Halle")?;
    let jena = app.register_team("Jena I", "VV Jena")?;
    let nord = app.register_venue("Sporthalle Nord")?;
    let now = SystemTime::now();
    let week = now + Duration::from_secs(7 * 86400);
    if let Err(refusal) = app.schedule(halle, halle, nord, week) {
        println!("{refusal}");
    }
    app.schedule(halle, jena, nord, week)?;
    for f in app.fixtures()? {
        let until = f.kickoff.duration_since(now).unwrap();
        println!("{} - {} in {:.0} days", f.home, f.away, until.as_secs_f64() / 86400.0);
    }
    Ok(())
}
