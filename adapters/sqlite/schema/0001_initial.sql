-- Ids are 16-byte UUIDs, instants microseconds since 1970-01-01T00:00:00Z, enums words, texts UTF-8 compared bytewise.

CREATE TABLE rules (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	exclusivity TEXT NOT NULL CHECK (exclusivity IN ('day', 'overlap')),
	day_zone TEXT NOT NULL CHECK (day_zone <> ''),
	match_duration INTEGER NOT NULL CHECK (match_duration BETWEEN 1 AND 1440),
	travel_speed INTEGER NOT NULL CHECK (travel_speed BETWEEN 1 AND 1000),
	travel_gap INTEGER NOT NULL CHECK (travel_gap BETWEEN 0 AND 1440),
	require_future_kickoff INTEGER NOT NULL CHECK (require_future_kickoff IN (0, 1)),
	require_availability INTEGER NOT NULL CHECK (require_availability IN (0, 1)),
	withdrawal_cutoff INTEGER NOT NULL CHECK (withdrawal_cutoff BETWEEN 0 AND 525600),
	neutral_referees INTEGER NOT NULL CHECK (neutral_referees IN (0, 1)),
	on_change TEXT NOT NULL CHECK (on_change IN ('keep_valid', 'drop_all', 'keep_all')),
	availability_on_change TEXT NOT NULL CHECK (availability_on_change IN ('drop', 'keep')),
	version INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE board (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	availability_locked INTEGER NOT NULL CHECK (availability_locked IN (0, 1)),
	hand_out INTEGER,
	version INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE referee (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	name TEXT NOT NULL CHECK (name <> ''),
	club TEXT NOT NULL CHECK (club <> ''),
	phone TEXT,
	email TEXT,
	status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
	version INTEGER NOT NULL CHECK (version > 0)
) STRICT;
CREATE INDEX referee_by_name ON referee (name, id);

CREATE TABLE team (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	name TEXT NOT NULL CHECK (name <> ''),
	club TEXT NOT NULL CHECK (club <> ''),
	status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
	version INTEGER NOT NULL CHECK (version > 0)
) STRICT;
CREATE INDEX team_by_name ON team (name, id);

CREATE TABLE venue (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	name TEXT NOT NULL CHECK (name <> ''),
	street TEXT,
	zip TEXT,
	city TEXT,
	phone TEXT,
	email TEXT,
	latitude INTEGER CHECK (latitude BETWEEN -90000000 AND 90000000),
	longitude INTEGER CHECK (longitude BETWEEN -180000000 AND 180000000),
	status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
	version INTEGER NOT NULL CHECK (version > 0),
	CHECK ((latitude IS NULL) = (longitude IS NULL))
) STRICT;
CREATE INDEX venue_by_name ON venue (name, id);

CREATE TABLE fixture (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	home_id BLOB NOT NULL REFERENCES team (id),
	away_id BLOB NOT NULL REFERENCES team (id) CHECK (away_id <> home_id),
	venue_id BLOB NOT NULL REFERENCES venue (id),
	kickoff INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('scheduled', 'cancelled')),
	availability_locked INTEGER NOT NULL CHECK (availability_locked IN (0, 1)),
	hand_out INTEGER,
	version INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX fixture_by_kickoff ON fixture (kickoff, id);
CREATE INDEX fixture_by_venue ON fixture (venue_id, kickoff, id);
CREATE INDEX fixture_by_home ON fixture (home_id, kickoff, id);
CREATE INDEX fixture_by_away ON fixture (away_id, kickoff, id);
CREATE INDEX fixture_by_status ON fixture (status, kickoff, id);

CREATE TABLE slot (
	fixture_id BLOB NOT NULL REFERENCES fixture (id),
	role TEXT NOT NULL CHECK (role IN ('first', 'second')),
	referee_id BLOB NOT NULL REFERENCES referee (id),
	PRIMARY KEY (fixture_id, role),
	UNIQUE (fixture_id, referee_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX slot_by_referee ON slot (referee_id);

CREATE TABLE availability (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	fixture_id BLOB NOT NULL REFERENCES fixture (id),
	referee_id BLOB NOT NULL REFERENCES referee (id),
	declared_at INTEGER NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	kickoff INTEGER NOT NULL,
	UNIQUE (fixture_id, referee_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX availability_by_referee ON availability (referee_id, kickoff, id);

CREATE TABLE assignment (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	fixture_id BLOB NOT NULL REFERENCES fixture (id),
	referee_id BLOB NOT NULL REFERENCES referee (id),
	role TEXT NOT NULL CHECK (role IN ('first', 'second')),
	status TEXT NOT NULL CHECK (status IN ('staged', 'pending', 'committed')),
	staged_role TEXT CHECK (staged_role IN ('first', 'second')),
	replaces BLOB,
	overridden INTEGER NOT NULL CHECK (overridden >= 0),
	version INTEGER NOT NULL CHECK (version > 0),
	kickoff INTEGER NOT NULL,
	UNIQUE (fixture_id, referee_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_by_referee ON assignment (referee_id, kickoff, id);
CREATE INDEX assignment_by_status ON assignment (status, kickoff, id);
CREATE INDEX assignment_staged ON assignment (kickoff, id) WHERE status = 'staged' OR (status = 'committed' AND staged_role IS NOT NULL);

-- Availabilities and assignments are read in the order of their fixtures' kick-offs: they keep a copy.
CREATE TRIGGER fixture_redated AFTER UPDATE OF kickoff ON fixture WHEN old.kickoff <> new.kickoff
BEGIN
	UPDATE availability SET kickoff = new.kickoff WHERE fixture_id = new.id;
	UPDATE assignment SET kickoff = new.kickoff WHERE fixture_id = new.id;
END;

CREATE TABLE claim (
	kind TEXT NOT NULL CHECK (kind IN ('venue', 'team')),
	holder BLOB NOT NULL CHECK (length(holder) = 16),
	day INTEGER NOT NULL,
	fixture_id BLOB NOT NULL REFERENCES fixture (id),
	PRIMARY KEY (kind, holder, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_by_fixture ON claim (fixture_id, kind, holder);

CREATE TABLE event (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	aggregatetype TEXT NOT NULL,
	aggregateid BLOB NOT NULL CHECK (length(aggregateid) = 16),
	version INTEGER NOT NULL CHECK (version > 0),
	type TEXT NOT NULL,
	schema_version INTEGER NOT NULL CHECK (schema_version > 0),
	occurred_at INTEGER NOT NULL,
	actor TEXT,
	command_id BLOB NOT NULL CHECK (length(command_id) = 16),
	correlation_id BLOB,
	causation_id BLOB,
	traceparent TEXT,
	payload TEXT NOT NULL,
	published INTEGER NOT NULL CHECK (published IN (0, 1)),
	UNIQUE (aggregatetype, aggregateid, version)
) STRICT;
CREATE INDEX event_by_time ON event (occurred_at, id);

CREATE TABLE notice (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	event_id BLOB NOT NULL REFERENCES event (id),
	recipient_id BLOB NOT NULL REFERENCES referee (id),
	kind TEXT NOT NULL CHECK (kind IN ('assigned', 'role_changed', 'released', 'replaced', 'fixture_redated', 'fixture_moved', 'fixture_cancelled')),
	fixture_id BLOB NOT NULL CHECK (length(fixture_id) = 16),
	role TEXT CHECK (role IN ('first', 'second')),
	released INTEGER NOT NULL CHECK (released IN (0, 1)),
	availability_dropped INTEGER NOT NULL CHECK (availability_dropped IN (0, 1)),
	home_id BLOB NOT NULL,
	away_id BLOB NOT NULL,
	venue_id BLOB NOT NULL,
	kickoff INTEGER NOT NULL,
	previous_venue_id BLOB,
	previous_kickoff INTEGER,
	created_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('ready', 'leased', 'sent', 'dead')),
	due INTEGER NOT NULL,
	attempts INTEGER NOT NULL CHECK (attempts >= 0),
	last_error TEXT,
	version INTEGER NOT NULL CHECK (version > 0),
	UNIQUE (event_id, recipient_id)
) STRICT;
CREATE INDEX notice_by_time ON notice (created_at, id);
CREATE INDEX notice_by_status ON notice (status, due, id);
CREATE INDEX notice_by_recipient ON notice (recipient_id, created_at, id);

CREATE TABLE command (
	id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
	request BLOB NOT NULL CHECK (length(request) = 32),
	name TEXT NOT NULL,
	actor TEXT,
	accepted_at INTEGER NOT NULL,
	affected INTEGER NOT NULL,
	noun1 TEXT, noun2 TEXT, noun3 TEXT, noun4 TEXT,
	id1 BLOB, id2 BLOB, id3 BLOB, id4 BLOB,
	version1 INTEGER NOT NULL, version2 INTEGER NOT NULL, version3 INTEGER NOT NULL, version4 INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX command_by_time ON command (accepted_at, id);
