-- What belongs to the whole installation: who runs it, when its feeds are fetched, what scores were in the past; and which
-- advisories each organisation was told of.

-- Feeds are shared by all organisations, so no role in one of them is enough to import them.
ALTER TABLE member ADD COLUMN installation boolean NOT NULL DEFAULT false;
REVOKE UPDATE ON member FROM qlrf_app;
GRANT UPDATE (role) ON member TO qlrf_app;
GRANT UPDATE (installation) ON member TO qlrf_system;
ALTER TABLE api_token ADD COLUMN installation boolean NOT NULL DEFAULT false;

-- Who imported what from where is not every tenant's business.
REVOKE SELECT ON feed_run FROM qlrf_app;
REVOKE SELECT ON feed_snapshot FROM qlrf_app;
GRANT SELECT (id, feed, digest, records, problems, newest, imported_at) ON feed_snapshot TO qlrf_app;

-- One row a feed. Whoever moves `next_at` forward has the turn.
CREATE TABLE feed_schedule (
    feed             text PRIMARY KEY,
    -- NULL: fetched by hand only.
    interval_s       integer CHECK (interval_s > 0),
    next_at          timestamptz,
    -- In a row; each doubles the wait.
    failures         integer NOT NULL DEFAULT 0,
    last_success_at  timestamptz,
    last_failure_at  timestamptz,
    code             text,
    detail           text
);
GRANT SELECT, INSERT, UPDATE ON feed_schedule TO qlrf_system;

-- When an organisation first had each advisory on an asset of its own; it is told of it in the same transaction.
CREATE TABLE discovery (
    org_id       uuid NOT NULL REFERENCES org,
    advisory_id  integer NOT NULL REFERENCES advisory,
    at           timestamptz NOT NULL,
    PRIMARY KEY (org_id, advisory_id)
);
SELECT qlrf_protect('discovery');
GRANT SELECT, INSERT ON discovery TO qlrf_app, qlrf_system;
-- An import counts the assets that it affects, in every organisation.
GRANT SELECT (org_id, asset_id, recorded, package_set_id, simulated) ON asset_fact TO qlrf_system;

-- The catalogue changes by a few entries a day: each keeps the time in which it was believed.
ALTER TABLE kev ADD COLUMN recorded tstzrange;
UPDATE kev k SET recorded = tstzrange(s.imported_at, NULL) FROM feed_snapshot s WHERE s.id = k.snapshot_id;
ALTER TABLE kev ALTER COLUMN recorded SET NOT NULL, DROP CONSTRAINT kev_pkey, ADD PRIMARY KEY (cve, recorded);
CREATE UNIQUE INDEX kev_current ON kev (cve) WHERE upper_inf(recorded);

-- Nearly every score changes every day. Only those of vulnerabilities that some package here ever had are kept.
ALTER TABLE epss ADD COLUMN since timestamptz NOT NULL DEFAULT now();
ALTER TABLE epss ALTER COLUMN since DROP DEFAULT;
CREATE TABLE epss_past (
    cve         text NOT NULL,
    recorded    tstzrange NOT NULL,
    score       real NOT NULL,
    percentile  real NOT NULL,
    PRIMARY KEY (cve, recorded)
);
GRANT SELECT ON epss_past TO qlrf_app;
GRANT SELECT, INSERT ON epss_past TO qlrf_system;

-- A session is named to its owner without its secret.
ALTER TABLE session ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX session_by_id ON session (id);

-- With the moments of the other steps, what status a version had when.
ALTER TABLE image_version ADD COLUMN testing_at timestamptz;
