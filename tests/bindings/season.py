"""The first steps of a season from Python."""
from datetime import datetime, timedelta, timezone

import refdomain

with refdomain.App("referees.db") as app:
    app.register_referee("Ilse Ott", "VC Gera")
    halle = app.register_team("Halle I", "VC Halle")
    jena = app.register_team("Jena I", "VV Jena")
    nord = app.register_venue("Sporthalle Nord")
    now = datetime.now(timezone.utc)
    week = now + timedelta(days=7)
    try:
        app.schedule(halle, halle, nord, week)
    except refdomain.Error as refusal:
        print(refusal)
    app.schedule(halle, jena, nord, week)
    for fixture in app.fixtures():
        print(f"{fixture.home} - {fixture.away} in {(fixture.kickoff - now).days} days")
