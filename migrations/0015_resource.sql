-- What an estate holds besides assets: images, scaling groups, certificates, volumes, addresses, workloads, clusters,
-- hypervisors. As with assets, facts have time and nothing is overwritten; unlike them, nothing is judged, so a resource
-- and its facts stand in one row.
CREATE TABLE resource (
    org_id        uuid NOT NULL REFERENCES org,
    -- Made from connector, kind and native id, so that a resource that comes back is the one it was.
    id            uuid NOT NULL,
    recorded      tstzrange NOT NULL,
    opened_at     timestamptz GENERATED ALWAYS AS (lower(recorded)) STORED,
    closed_at     timestamptz GENERATED ALWAYS AS (upper(recorded)) STORED,
    connector_id  uuid NOT NULL,
    scope_id      bigint NOT NULL,
    kind          text NOT NULL,
    native_id     text NOT NULL,
    fact_hash     bytea NOT NULL,
    name          text NOT NULL,
    simulated     boolean NOT NULL,
    document      jsonb NOT NULL,
    UNIQUE NULLS NOT DISTINCT (org_id, id, closed_at)
);
SELECT qlrf_protect('resource');
GRANT SELECT, INSERT, UPDATE (recorded) ON resource TO qlrf_app;
CREATE INDEX resource_by_scope ON resource (org_id, scope_id) WHERE closed_at IS NULL;
CREATE INDEX resource_by_native_id ON resource (org_id, connector_id, native_id) WHERE closed_at IS NULL;

-- Which asset or resource points to which, as of now: what is asked from the other end ("who runs on it?"). The facts hold
-- the same, with time, from this end.
CREATE TABLE relation (
    org_id        uuid NOT NULL REFERENCES org,
    connector_id  uuid NOT NULL,
    to_native_id  text NOT NULL,
    relation      text NOT NULL,
    from_id       uuid NOT NULL,
    PRIMARY KEY (org_id, connector_id, to_native_id, relation, from_id)
);
SELECT qlrf_protect('relation');
GRANT SELECT, INSERT, DELETE ON relation TO qlrf_app;
CREATE INDEX relation_by_origin ON relation (org_id, from_id);

-- Of the last complete listing, as `assets`.
ALTER TABLE scope ADD COLUMN resources integer NOT NULL DEFAULT 0;
ALTER TABLE sync
    ADD COLUMN resources_added integer NOT NULL DEFAULT 0,
    ADD COLUMN resources_changed integer NOT NULL DEFAULT 0,
    ADD COLUMN resources_removed integer NOT NULL DEFAULT 0;
CREATE OR REPLACE VIEW coverage WITH (security_invoker = true) AS
    SELECT s.org_id, s.id, s.connector_id, s.account, s.region, s.kind, s.assets, s.code, s.detail,
           CASE WHEN s.confirmed THEN greatest(c.confirmed_at, s.attempted_at) ELSE s.attempted_at END AS attempted_at,
           CASE WHEN s.confirmed THEN c.confirmed_at ELSE s.completed_at END AS completed_at,
           s.resources
    FROM scope s JOIN connector c ON c.org_id = s.org_id AND c.id = s.connector_id;
