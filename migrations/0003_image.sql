-- Golden images: families, versions with their contract, coordinates, explicit link rules, and drift against them.

CREATE TABLE image_family (
    org_id      uuid NOT NULL REFERENCES org,
    id          uuid NOT NULL,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
);
SELECT qlrf_protect('image_family');
GRANT SELECT, INSERT ON image_family TO qlrf_app;

CREATE TABLE image_version (
    org_id           uuid NOT NULL REFERENCES org,
    id               uuid NOT NULL,
    family_id        uuid NOT NULL,
    version          text NOT NULL,
    status           text NOT NULL CHECK (status IN ('draft', 'testing', 'production', 'deprecated', 'retired')),
    contract_form    text NOT NULL,
    contract_digest  bytea NOT NULL,
    -- The model that every form is read into, canonical, and the text exactly as it was sent.
    contract         jsonb NOT NULL,
    contract_text    text NOT NULL,
    -- Everything the image holds, from an SBOM; NULL when none was attached.
    package_set_id   integer REFERENCES package_set,
    simulated        boolean NOT NULL DEFAULT false,
    created_at       timestamptz NOT NULL,
    published_at     timestamptz,
    deprecated_at    timestamptz,
    retired_at       timestamptz,
    revoked_at       timestamptz,
    revoked_reason   text,
    row_version      bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, family_id, version),
    FOREIGN KEY (org_id, family_id) REFERENCES image_family
);
SELECT qlrf_protect('image_version');
GRANT SELECT, INSERT, UPDATE ON image_version TO qlrf_app;

CREATE TABLE image_coordinate (
    org_id     uuid NOT NULL REFERENCES org,
    image_id   uuid NOT NULL,
    platform   text NOT NULL,
    region     text NOT NULL DEFAULT '',
    reference  text NOT NULL,
    PRIMARY KEY (org_id, image_id, platform, region, reference),
    FOREIGN KEY (org_id, image_id) REFERENCES image_version
);
SELECT qlrf_protect('image_coordinate');
GRANT SELECT, INSERT, DELETE ON image_coordinate TO qlrf_app;

CREATE TABLE link_rule (
    org_id    uuid NOT NULL REFERENCES org,
    id        uuid NOT NULL,
    position  integer NOT NULL,
    name      text NOT NULL,
    selector  jsonb NOT NULL,
    family    text NOT NULL,
    version   text,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
);
SELECT qlrf_protect('link_rule');
GRANT SELECT, INSERT, UPDATE, DELETE ON link_rule TO qlrf_app;

CREATE TABLE asset_drift (
    org_id      uuid NOT NULL REFERENCES org,
    asset_id    uuid NOT NULL,
    recorded    tstzrange NOT NULL,
    state            text NOT NULL CHECK (state IN ('current', 'outdated', 'ahead', 'unmanaged', 'unknown')),
    -- Of the differences by themselves; the age of the lag is added by the reader, who knows what time it is.
    severity         text NOT NULL CHECK (severity IN ('none', 'low', 'medium', 'high', 'critical')),
    versions_behind  integer,
    superseded_at    timestamptz,
    family_id   uuid,
    -- The version that the asset runs, and the one it should run.
    image_id    uuid,
    target_id   uuid,
    -- How the link was made, for the person who asks why.
    proof       text,
    missing     integer NOT NULL DEFAULT 0,
    forbidden   integer NOT NULL DEFAULT 0,
    extra       integer NOT NULL DEFAULT 0,
    older       integer NOT NULL DEFAULT 0,
    newer       integer NOT NULL DEFAULT 0,
    settings    integer NOT NULL DEFAULT 0,
    unknowns    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, asset_id, recorded),
    FOREIGN KEY (org_id, asset_id) REFERENCES asset
);
CREATE UNIQUE INDEX asset_drift_current ON asset_drift (org_id, asset_id) WHERE upper_inf(recorded);
CREATE INDEX asset_drift_opened ON asset_drift (org_id, lower(recorded));
CREATE INDEX asset_drift_closed ON asset_drift (org_id, upper(recorded)) WHERE NOT upper_inf(recorded);
SELECT qlrf_protect('asset_drift');
GRANT SELECT, INSERT, UPDATE (recorded) ON asset_drift TO qlrf_app;
