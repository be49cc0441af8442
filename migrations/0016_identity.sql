-- One machine that several sources see is one asset. An asset that one source alone sees has nothing in these tables but
-- the identities that it claims.

-- The fact is put together from sightings.
ALTER TABLE asset_fact ADD COLUMN merged boolean NOT NULL DEFAULT false;

-- Who claims an identity now. It follows from what is seen, and goes with it.
CREATE TABLE asset_identity (
    org_id    uuid NOT NULL,
    kind      text NOT NULL,
    value     text NOT NULL,
    asset_id  uuid NOT NULL,
    PRIMARY KEY (org_id, kind, value, asset_id)
);
CREATE INDEX asset_identity_by_asset ON asset_identity (org_id, asset_id);
SELECT qlrf_protect('asset_identity');
GRANT SELECT, INSERT, DELETE ON asset_identity TO qlrf_app;

-- What one source says of a machine that is not its alone. The machine goes by the id of the first asset that it was
-- known as; what all its sources say together is the fact of that id.
CREATE TABLE sighting (
    org_id          uuid NOT NULL,
    recorded        tstzrange NOT NULL,
    asset_id        uuid NOT NULL,
    machine_id      uuid NOT NULL,
    -- As in asset, where lists read it: the machine stands under what its leading source calls it.
    connector_id    uuid NOT NULL,
    kind            text NOT NULL,
    native_id       text NOT NULL,
    leads           boolean NOT NULL,
    fact_hash       bytea NOT NULL,
    package_set_id  integer,
    -- The identities by which it belongs to the machine.
    proof           jsonb NOT NULL,
    document        jsonb NOT NULL,
    closed_at       timestamptz GENERATED ALWAYS AS (upper(recorded)) STORED,
    CONSTRAINT sighting_by_asset UNIQUE NULLS NOT DISTINCT (org_id, asset_id, closed_at)
);
CREATE INDEX sighting_by_machine ON sighting (org_id, machine_id, closed_at);
SELECT qlrf_protect('sighting');
GRANT SELECT, INSERT, UPDATE (recorded) ON sighting TO qlrf_app;

-- An identity that several sightings claim and that joins them not, with the reason.
CREATE TABLE identity_conflict (
    org_id  uuid NOT NULL,
    kind    text NOT NULL,
    value   text NOT NULL,
    reason  text NOT NULL,
    since   timestamptz NOT NULL,
    PRIMARY KEY (org_id, kind, value)
);
SELECT qlrf_protect('identity_conflict');
GRANT SELECT, INSERT, DELETE ON identity_conflict TO qlrf_app;

-- A person said that what one source sees is a machine of its own.
CREATE TABLE asset_split (
    org_id    uuid NOT NULL,
    asset_id  uuid NOT NULL,
    -- The machine that it was taken out of.
    machine_id  uuid NOT NULL,
    at        timestamptz NOT NULL,
    author    text NOT NULL,
    reason    text NOT NULL,
    -- When and by whom it was taken back.
    ended_at  timestamptz,
    ended_by  text,
    CONSTRAINT asset_split_by_asset UNIQUE NULLS NOT DISTINCT (org_id, asset_id, ended_at)
);
SELECT qlrf_protect('asset_split');
GRANT SELECT, INSERT, UPDATE (ended_at, ended_by) ON asset_split TO qlrf_app;

-- What each source says now, whether it is the only one or not.
CREATE VIEW seen WITH (security_invoker = true) AS
    SELECT org_id, asset_id, fact_hash, package_set_id, document FROM asset_fact WHERE closed_at IS NULL AND NOT merged
    UNION ALL
    SELECT org_id, asset_id, fact_hash, package_set_id, document FROM sighting WHERE closed_at IS NULL;
GRANT SELECT ON seen TO qlrf_app;
