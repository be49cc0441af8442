-- Vulnerability feeds. What the world publishes belongs to no tenant; what it means for a tenant follows from its facts.

CREATE TABLE feed_snapshot (
    id           uuid PRIMARY KEY,
    feed         text NOT NULL,
    source       text NOT NULL,
    -- SHA-256 of the bytes as received: the same snapshot again is not imported again.
    digest       bytea NOT NULL,
    records      bigint NOT NULL,
    problems     bigint NOT NULL,
    -- The newest moment that the feed itself states (modified, score date, catalogue release).
    newest       timestamptz,
    imported_at  timestamptz NOT NULL
);
CREATE INDEX feed_snapshot_by_feed ON feed_snapshot (feed, imported_at DESC);

CREATE TABLE advisory (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    osv_id       text NOT NULL UNIQUE,
    digest       bytea NOT NULL,
    cves         text[] NOT NULL,
    summary      text NOT NULL,
    -- Base score and vector of the newest CVSS version that the record carries, and its own severity word.
    cvss_score   real,
    cvss_vector  text,
    severity     text,
    published    timestamptz,
    modified     timestamptz,
    withdrawn    timestamptz,
    -- The whole record as the fabric read it.
    document     jsonb NOT NULL,
    snapshot_id  uuid NOT NULL REFERENCES feed_snapshot
);
CREATE INDEX advisory_by_cve ON advisory USING gin (cves);

CREATE TABLE advisory_affected (
    advisory_id  integer NOT NULL REFERENCES advisory ON DELETE CASCADE,
    ecosystem    text NOT NULL,
    name         text NOT NULL,
    PRIMARY KEY (ecosystem, name, advisory_id)
);
CREATE INDEX advisory_affected_by_advisory ON advisory_affected (advisory_id);

CREATE TABLE kev (
    cve          text PRIMARY KEY,
    date_added   date NOT NULL,
    due_date     date,
    ransomware   boolean,
    name         text NOT NULL,
    snapshot_id  uuid NOT NULL REFERENCES feed_snapshot
);

CREATE TABLE epss (
    cve          text PRIMARY KEY,
    score        real NOT NULL,
    percentile   real NOT NULL
);

-- One row per distinct package version and advisory, however many assets run it. An asset has a finding exactly while
-- its fact, its set, the package in the set and this row hold together: it opens and closes with the fact itself.
CREATE TABLE package_match (
    package_id     integer NOT NULL REFERENCES package,
    advisory_id    integer NOT NULL REFERENCES advisory,
    recorded       tstzrange NOT NULL,
    fixed_version  text,
    -- For this package: a distribution may rate the same CVE otherwise than its finder did. NULL is unknown.
    severity       text CHECK (severity IN ('none', 'low', 'medium', 'high', 'critical')),
    PRIMARY KEY (package_id, advisory_id, recorded)
);
CREATE UNIQUE INDEX package_match_current ON package_match (package_id, advisory_id) WHERE upper_inf(recorded);
CREATE INDEX package_match_by_advisory ON package_match (advisory_id);

GRANT SELECT ON feed_snapshot, advisory, advisory_affected, kev, epss, package_match TO qlrf_app;
-- A fact and the findings that it proves commit together.
GRANT INSERT ON package_match TO qlrf_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON feed_snapshot, advisory, advisory_affected, kev, epss TO qlrf_system;
GRANT SELECT, INSERT, UPDATE (recorded) ON package_match TO qlrf_system;
