-- What feeds cover since when, how their runs went, and the right to tell every tenant of a new snapshot.

-- Ecosystems with their release that some advisory was ever filed under: a package of any other was not judged.
CREATE TABLE feed_ecosystem (
    ecosystem  text PRIMARY KEY,
    since      timestamptz NOT NULL
);
INSERT INTO feed_ecosystem (ecosystem, since)
SELECT f.ecosystem, min(s.imported_at)
FROM advisory_affected f JOIN advisory a ON a.id = f.advisory_id JOIN feed_snapshot s ON s.id = a.snapshot_id
GROUP BY f.ecosystem;
GRANT SELECT ON feed_ecosystem TO qlrf_app;
GRANT SELECT, INSERT ON feed_ecosystem TO qlrf_system;

-- The last run of each feed and source. A run that is `running` and was not seen for a while was killed.
CREATE TABLE feed_run (
    feed          text NOT NULL,
    source        text NOT NULL,
    requested_by  text NOT NULL,
    state         text NOT NULL CHECK (state IN ('running', 'imported', 'unchanged', 'failed')),
    started_at    timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,
    ended_at      timestamptz,
    bytes         bigint NOT NULL DEFAULT 0,
    total_bytes   bigint,
    records       bigint NOT NULL DEFAULT 0,
    code          text,
    detail        text,
    PRIMARY KEY (feed, source)
);
GRANT SELECT ON feed_run TO qlrf_app;
GRANT SELECT, INSERT, UPDATE ON feed_run TO qlrf_system;

GRANT INSERT ON outbox TO qlrf_system;
