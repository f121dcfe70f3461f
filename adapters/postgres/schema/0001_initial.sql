-- Instants are microseconds, enums words, names compare bytewise. @schema@ stands for the schema of the store.
-- Constraints bear the names of the store port.

CREATE TABLE @schema@.rules (
	id uuid CONSTRAINT "rules.id" PRIMARY KEY,
	exclusivity text NOT NULL CONSTRAINT "rules.exclusivity" CHECK (exclusivity IN ('day', 'overlap')),
	day_zone text COLLATE "C" NOT NULL CONSTRAINT "rules.day_zone" CHECK (octet_length(day_zone) BETWEEN 1 AND 63),
	match_duration integer NOT NULL CONSTRAINT "rules.match_duration" CHECK (match_duration BETWEEN 1 AND 1440),
	travel_speed integer NOT NULL CONSTRAINT "rules.travel_speed" CHECK (travel_speed BETWEEN 1 AND 1000),
	travel_gap integer NOT NULL CONSTRAINT "rules.travel_gap" CHECK (travel_gap BETWEEN 0 AND 1440),
	require_future_kickoff boolean NOT NULL,
	require_availability boolean NOT NULL,
	withdrawal_cutoff integer NOT NULL CONSTRAINT "rules.withdrawal_cutoff" CHECK (withdrawal_cutoff BETWEEN 0 AND 525600),
	neutral_referees boolean NOT NULL,
	on_change text NOT NULL CONSTRAINT "rules.on_change" CHECK (on_change IN ('keep_valid', 'drop_all', 'keep_all')),
	availability_on_change text NOT NULL CONSTRAINT "rules.availability_on_change" CHECK (availability_on_change IN ('drop', 'keep')),
	version bigint NOT NULL CONSTRAINT "rules.version" CHECK (version > 0)
);

CREATE TABLE @schema@.board (
	id uuid CONSTRAINT "board.id" PRIMARY KEY,
	availability_locked boolean NOT NULL,
	hand_out timestamptz,
	version bigint NOT NULL CONSTRAINT "board.version" CHECK (version > 0)
);

CREATE TABLE @schema@.referee (
	id uuid CONSTRAINT "referee.id" PRIMARY KEY,
	name text COLLATE "C" NOT NULL CONSTRAINT "referee.name" CHECK (octet_length(name) BETWEEN 1 AND 480),
	club text COLLATE "C" NOT NULL CONSTRAINT "referee.club" CHECK (octet_length(club) BETWEEN 1 AND 480),
	phone text COLLATE "C",
	email text COLLATE "C",
	status text NOT NULL CONSTRAINT "referee.status" CHECK (status IN ('active', 'retired')),
	version bigint NOT NULL CONSTRAINT "referee.version" CHECK (version > 0)
);
CREATE INDEX referee_by_name ON @schema@.referee (name, id);

CREATE TABLE @schema@.team (
	id uuid CONSTRAINT "team.id" PRIMARY KEY,
	name text COLLATE "C" NOT NULL CONSTRAINT "team.name" CHECK (octet_length(name) BETWEEN 1 AND 480),
	club text COLLATE "C" NOT NULL CONSTRAINT "team.club" CHECK (octet_length(club) BETWEEN 1 AND 480),
	status text NOT NULL CONSTRAINT "team.status" CHECK (status IN ('active', 'retired')),
	version bigint NOT NULL CONSTRAINT "team.version" CHECK (version > 0)
);
CREATE INDEX team_by_name ON @schema@.team (name, id);

CREATE TABLE @schema@.venue (
	id uuid CONSTRAINT "venue.id" PRIMARY KEY,
	name text COLLATE "C" NOT NULL CONSTRAINT "venue.name" CHECK (octet_length(name) BETWEEN 1 AND 480),
	street text COLLATE "C",
	zip text COLLATE "C",
	city text COLLATE "C",
	phone text COLLATE "C",
	email text COLLATE "C",
	latitude integer CONSTRAINT "venue.latitude" CHECK (latitude BETWEEN -90000000 AND 90000000),
	longitude integer CONSTRAINT "venue.longitude" CHECK (longitude BETWEEN -180000000 AND 180000000),
	status text NOT NULL CONSTRAINT "venue.status" CHECK (status IN ('active', 'retired')),
	version bigint NOT NULL CONSTRAINT "venue.version" CHECK (version > 0),
	CONSTRAINT "venue.coordinates" CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX venue_by_name ON @schema@.venue (name, id);

CREATE TABLE @schema@.fixture (
	id uuid CONSTRAINT "fixture.id" PRIMARY KEY,
	home_id uuid NOT NULL CONSTRAINT "fixture.home_id" REFERENCES @schema@.team (id),
	away_id uuid NOT NULL CONSTRAINT "fixture.away_id" REFERENCES @schema@.team (id),
	venue_id uuid NOT NULL CONSTRAINT "fixture.venue_id" REFERENCES @schema@.venue (id),
	kickoff timestamptz NOT NULL,
	status text NOT NULL CONSTRAINT "fixture.status" CHECK (status IN ('scheduled', 'cancelled')),
	availability_locked boolean NOT NULL,
	hand_out timestamptz,
	version bigint NOT NULL CONSTRAINT "fixture.version" CHECK (version > 0),
	CONSTRAINT "fixture.teams" CHECK (away_id <> home_id)
);
CREATE INDEX fixture_by_kickoff ON @schema@.fixture (kickoff, id);
CREATE INDEX fixture_by_venue ON @schema@.fixture (venue_id, kickoff, id);
CREATE INDEX fixture_by_home ON @schema@.fixture (home_id, kickoff, id);
CREATE INDEX fixture_by_away ON @schema@.fixture (away_id, kickoff, id);
CREATE INDEX fixture_by_status ON @schema@.fixture (status, kickoff, id);

CREATE TABLE @schema@.slot (
	fixture_id uuid NOT NULL CONSTRAINT "slot.fixture_id" REFERENCES @schema@.fixture (id),
	role text NOT NULL CONSTRAINT "slot.role" CHECK (role IN ('first', 'second')),
	referee_id uuid NOT NULL CONSTRAINT "slot.referee_id" REFERENCES @schema@.referee (id),
	CONSTRAINT "slot.fixture_id_role" PRIMARY KEY (fixture_id, role),
	CONSTRAINT "slot.fixture_id_referee_id" UNIQUE (fixture_id, referee_id)
);
CREATE INDEX slot_by_referee ON @schema@.slot (referee_id);

CREATE TABLE @schema@.availability (
	id uuid CONSTRAINT "availability.id" PRIMARY KEY,
	fixture_id uuid NOT NULL CONSTRAINT "availability.fixture_id" REFERENCES @schema@.fixture (id),
	referee_id uuid NOT NULL CONSTRAINT "availability.referee_id" REFERENCES @schema@.referee (id),
	declared_at timestamptz NOT NULL,
	version bigint NOT NULL CONSTRAINT "availability.version" CHECK (version > 0),
	kickoff timestamptz NOT NULL,
	CONSTRAINT "availability.fixture_id_referee_id" UNIQUE (fixture_id, referee_id)
);
CREATE INDEX availability_by_referee ON @schema@.availability (referee_id, kickoff, id);

CREATE TABLE @schema@.assignment (
	id uuid CONSTRAINT "assignment.id" PRIMARY KEY,
	fixture_id uuid NOT NULL CONSTRAINT "assignment.fixture_id" REFERENCES @schema@.fixture (id),
	referee_id uuid NOT NULL CONSTRAINT "assignment.referee_id" REFERENCES @schema@.referee (id),
	role text NOT NULL CONSTRAINT "assignment.role" CHECK (role IN ('first', 'second')),
	status text NOT NULL CONSTRAINT "assignment.status" CHECK (status IN ('staged', 'pending', 'committed')),
	staged_role text CONSTRAINT "assignment.staged_role" CHECK (staged_role IN ('first', 'second')),
	replaces uuid,
	overridden bigint NOT NULL CONSTRAINT "assignment.overridden" CHECK (overridden >= 0),
	version bigint NOT NULL CONSTRAINT "assignment.version" CHECK (version > 0),
	kickoff timestamptz NOT NULL,
	CONSTRAINT "assignment.fixture_id_referee_id" UNIQUE (fixture_id, referee_id)
);
CREATE INDEX assignment_by_referee ON @schema@.assignment (referee_id, kickoff, id);
CREATE INDEX assignment_by_status ON @schema@.assignment (status, kickoff, id);
CREATE INDEX assignment_staged ON @schema@.assignment (kickoff, id) WHERE status = 'staged' OR (status = 'committed' AND staged_role IS NOT NULL);

-- Availabilities and assignments are read in the order of their fixtures' kick-offs: they keep a copy.
CREATE FUNCTION @schema@.fixture_redated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE @schema@.availability SET kickoff = new.kickoff WHERE fixture_id = new.id;
	UPDATE @schema@.assignment SET kickoff = new.kickoff WHERE fixture_id = new.id;
	RETURN NULL;
END $$;
CREATE TRIGGER fixture_redated AFTER UPDATE OF kickoff ON @schema@.fixture
	FOR EACH ROW WHEN (old.kickoff <> new.kickoff) EXECUTE FUNCTION @schema@.fixture_redated();

CREATE TABLE @schema@.claim (
	kind text NOT NULL CONSTRAINT "claim.kind" CHECK (kind IN ('venue', 'team')),
	holder uuid NOT NULL,
	day integer NOT NULL,
	fixture_id uuid NOT NULL CONSTRAINT "claim.fixture_id" REFERENCES @schema@.fixture (id),
	CONSTRAINT "claim.kind_holder_day" PRIMARY KEY (kind, holder, day)
);
CREATE INDEX claim_by_fixture ON @schema@.claim (fixture_id, kind, holder);

CREATE TABLE @schema@.event (
	id uuid CONSTRAINT "event.id" PRIMARY KEY,
	aggregatetype text NOT NULL,
	aggregateid uuid NOT NULL,
	version bigint NOT NULL CONSTRAINT "event.version" CHECK (version > 0),
	type text COLLATE "C" NOT NULL,
	schema_version integer NOT NULL CONSTRAINT "event.schema_version" CHECK (schema_version > 0),
	occurred_at timestamptz NOT NULL,
	actor text COLLATE "C",
	command_id uuid NOT NULL,
	correlation_id uuid,
	causation_id uuid,
	traceparent text COLLATE "C",
	payload text COLLATE "C" NOT NULL,
	published boolean NOT NULL,
	CONSTRAINT "event.aggregate_version" UNIQUE (aggregateid, aggregatetype, version)
);
CREATE INDEX event_by_time ON @schema@.event (occurred_at, id);

CREATE TABLE @schema@.notice (
	id uuid CONSTRAINT "notice.id" PRIMARY KEY,
	event_id uuid NOT NULL CONSTRAINT "notice.event_id" REFERENCES @schema@.event (id),
	recipient_id uuid NOT NULL CONSTRAINT "notice.recipient_id" REFERENCES @schema@.referee (id),
	kind text NOT NULL CONSTRAINT "notice.kind" CHECK (kind IN ('assigned', 'role_changed', 'released', 'replaced', 'fixture_redated', 'fixture_moved', 'fixture_cancelled')),
	fixture_id uuid NOT NULL,
	role text CONSTRAINT "notice.role" CHECK (role IN ('first', 'second')),
	released boolean NOT NULL,
	availability_dropped boolean NOT NULL,
	home_id uuid NOT NULL,
	away_id uuid NOT NULL,
	venue_id uuid NOT NULL,
	kickoff timestamptz NOT NULL,
	previous_venue_id uuid,
	previous_kickoff timestamptz,
	created_at timestamptz NOT NULL,
	status text NOT NULL CONSTRAINT "notice.status" CHECK (status IN ('ready', 'leased', 'sent', 'dead')),
	due timestamptz NOT NULL,
	attempts integer NOT NULL CONSTRAINT "notice.attempts" CHECK (attempts >= 0),
	last_error text COLLATE "C",
	version bigint NOT NULL CONSTRAINT "notice.version" CHECK (version > 0),
	CONSTRAINT "notice.event_id_recipient_id" UNIQUE (event_id, recipient_id)
);
CREATE INDEX notice_by_time ON @schema@.notice (created_at, id);
CREATE INDEX notice_by_status ON @schema@.notice (status, due, id);
CREATE INDEX notice_by_recipient ON @schema@.notice (recipient_id, created_at, id);

CREATE TABLE @schema@.command (
	id uuid CONSTRAINT "command.id" PRIMARY KEY,
	request bytea NOT NULL CONSTRAINT "command.request" CHECK (octet_length(request) = 32),
	name text COLLATE "C" NOT NULL,
	actor text COLLATE "C",
	accepted_at timestamptz NOT NULL,
	affected bigint NOT NULL,
	noun1 text, noun2 text, noun3 text, noun4 text,
	id1 uuid, id2 uuid, id3 uuid, id4 uuid,
	version1 bigint NOT NULL, version2 bigint NOT NULL, version3 bigint NOT NULL, version4 bigint NOT NULL
);
CREATE INDEX command_by_time ON @schema@.command (accepted_at, id);

-- Called for a row that is not there at the version a change expects: ends the transaction, so that no half of a change
-- set can be committed. The message is the number of the row within the statement.
CREATE FUNCTION @schema@.stale(number bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'RD001', MESSAGE = number;
END $$;

-- Rules and board are under no guard. Modes: 0 nothing, 1 the row stays as it is until the commit, 2 it is about to be
-- changed. Each look comes after its lock, with a snapshot of its own.
CREATE FUNCTION @schema@.hold_singles(rules_lock bigint, board_lock bigint, rules_mode integer, rules_version bigint, board_mode integer, board_version bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF rules_mode = 2 THEN
		PERFORM pg_advisory_xact_lock(rules_lock);
	ELSIF rules_mode = 1 THEN
		PERFORM pg_advisory_xact_lock_shared(rules_lock);
	END IF;
	IF board_mode = 2 THEN
		PERFORM pg_advisory_xact_lock(board_lock);
	ELSIF board_mode = 1 THEN
		PERFORM pg_advisory_xact_lock_shared(board_lock);
	END IF;
	IF rules_mode = 1 AND rules_version <> coalesce((SELECT max(version) FROM @schema@.rules), 0) THEN
		PERFORM @schema@.stale(1);
	END IF;
	IF board_mode = 1 AND board_version <> coalesce((SELECT max(version) FROM @schema@.board), 0) THEN
		PERFORM @schema@.stale(2);
	END IF;
END $$;
