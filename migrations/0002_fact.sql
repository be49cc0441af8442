-- Facts have time: `recorded` is the range in which the fabric believed a row. A change closes the row and opens another;
-- nothing is overwritten, so every question can be asked as of any moment.

-- The clock that orders facts. Writers of one tenant take its row first, so that `recorded` bounds follow commit order
-- and a reader that has seen time T has seen everything up to T.
CREATE TABLE fact_clock (
    org_id     uuid PRIMARY KEY REFERENCES org,
    at         timestamptz NOT NULL,
    -- When images, coordinates or link rules last changed, and up to which of those changes drift was judged again.
    images_at  timestamptz,
    judged_at  timestamptz
);
SELECT qlrf_protect('fact_clock');
GRANT SELECT, INSERT, UPDATE ON fact_clock TO qlrf_app;
GRANT SELECT ON fact_clock TO qlrf_system;

-- Shared content, addressed by what it is. A row is reachable only by somebody who already holds the content or a fact
-- that points to it; no tenant is named here.
CREATE TABLE package (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest          bytea NOT NULL UNIQUE,
    ecosystem       text NOT NULL,
    name            text NOT NULL,
    version         text NOT NULL,
    arch            text NOT NULL,
    source_name     text NOT NULL,
    source_version  text NOT NULL,
    licenses        jsonb NOT NULL
);
GRANT SELECT, INSERT ON package TO qlrf_app, qlrf_system;

-- The names under which advisories may speak of a package: its own, its source's, normalised as its ecosystem does.
CREATE TABLE package_key (
    ecosystem   text NOT NULL,
    name        text NOT NULL,
    package_id  integer NOT NULL REFERENCES package,
    PRIMARY KEY (ecosystem, name, package_id)
);
GRANT SELECT, INSERT ON package_key TO qlrf_app, qlrf_system;

CREATE TABLE package_set (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest       bytea NOT NULL UNIQUE,
    package_ids  integer[] NOT NULL
);
GRANT SELECT, INSERT ON package_set TO qlrf_app, qlrf_system;

CREATE TABLE connector (
    org_id        uuid NOT NULL REFERENCES org,
    id            uuid NOT NULL,
    name          text NOT NULL,
    kind          text NOT NULL,
    config        jsonb NOT NULL,
    simulated     boolean NOT NULL,
    enabled       boolean NOT NULL DEFAULT true,
    -- NULL: synced by hand only.
    interval_s    integer CHECK (interval_s >= 60),
    next_sync_at  timestamptz,
    -- Failed syncs in a row; each doubles the wait before the next.
    failures      integer NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    version       bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
);
SELECT qlrf_protect('connector');
GRANT SELECT, INSERT, UPDATE, DELETE ON connector TO qlrf_app;
GRANT SELECT, INSERT, UPDATE (next_sync_at) ON connector TO qlrf_system;
CREATE INDEX connector_due ON connector (next_sync_at) WHERE enabled;

-- Collections: the queue of those to run and the history of those that ran. One that is `running` without anybody
-- holding its lease was killed on the way; it is marked so and queued again.
CREATE TABLE sync (
    org_id            uuid NOT NULL REFERENCES org,
    id                uuid NOT NULL,
    connector_id      uuid NOT NULL,
    -- Who asked for it: an actor, or the schedule.
    requested_by      text NOT NULL,
    confirm_removals  boolean NOT NULL DEFAULT false,
    queued_at         timestamptz NOT NULL,
    started_at        timestamptz,
    ended_at          timestamptz,
    outcome           text NOT NULL DEFAULT 'queued'
                      CHECK (outcome IN ('queued', 'running', 'complete', 'partial', 'failed', 'interrupted')),
    scopes            integer NOT NULL DEFAULT 0,
    partial_scopes    integer NOT NULL DEFAULT 0,
    added             integer NOT NULL DEFAULT 0,
    changed           integer NOT NULL DEFAULT 0,
    unchanged         integer NOT NULL DEFAULT 0,
    removed           integer NOT NULL DEFAULT 0,
    -- Missing from complete scopes, but so many at once that a person must confirm the removal.
    held_back         integer NOT NULL DEFAULT 0,
    -- Observations that could only be taken in part, such as a name that was cut; `detail` names the first.
    problems          integer NOT NULL DEFAULT 0,
    code              text,
    detail            text,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, connector_id) REFERENCES connector ON DELETE CASCADE
);
CREATE UNIQUE INDEX sync_queued ON sync (org_id, connector_id) WHERE outcome = 'queued';
CREATE INDEX sync_open ON sync (queued_at) WHERE outcome IN ('queued', 'running');
CREATE INDEX sync_by_connector ON sync (org_id, connector_id, queued_at DESC);
SELECT qlrf_protect('sync');
GRANT SELECT, INSERT, UPDATE ON sync TO qlrf_app;
GRANT SELECT, INSERT, UPDATE ON sync TO qlrf_system;

-- The coverage ledger: what was listed completely, and when.
CREATE TABLE scope (
    org_id        uuid NOT NULL REFERENCES org,
    id            bigint GENERATED ALWAYS AS IDENTITY,
    connector_id  uuid NOT NULL,
    account       text NOT NULL,
    region        text NOT NULL,
    kind          text NOT NULL,
    -- Of the last complete listing; an equal digest means that nothing in the scope changed.
    digest        bytea,
    assets        integer NOT NULL DEFAULT 0,
    attempted_at  timestamptz NOT NULL,
    completed_at  timestamptz,
    code          text,
    detail        text,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, connector_id, account, region, kind),
    FOREIGN KEY (org_id, connector_id) REFERENCES connector ON DELETE CASCADE
);
SELECT qlrf_protect('scope');
GRANT SELECT, INSERT, UPDATE ON scope TO qlrf_app;

-- The identity of an asset; what is known of it is in asset_fact.
CREATE TABLE asset (
    org_id        uuid NOT NULL REFERENCES org,
    id            uuid NOT NULL,
    connector_id  uuid NOT NULL,
    scope_id      bigint NOT NULL,
    kind          text NOT NULL,
    native_id     text NOT NULL,
    first_seen    timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, connector_id, kind, native_id)
);
CREATE INDEX asset_by_scope ON asset (org_id, scope_id);
SELECT qlrf_protect('asset');
GRANT SELECT, INSERT, UPDATE (scope_id) ON asset TO qlrf_app;

CREATE TABLE asset_fact (
    org_id            uuid NOT NULL REFERENCES org,
    asset_id          uuid NOT NULL,
    recorded          tstzrange NOT NULL,
    fact_hash         bytea NOT NULL,
    name              text NOT NULL,
    platform          text NOT NULL,
    account           text,
    region            text,
    site              text,
    env               text,
    project           text,
    workload          text,
    owner             text,
    image_ref         text,
    os_id             text,
    os_version        text,
    state             text NOT NULL,
    criticality       text NOT NULL,
    exposure          text NOT NULL,
    simulated         boolean NOT NULL,
    -- NULL: software not known. An empty set is a set of its own.
    package_set_id    integer REFERENCES package_set,
    -- Security updates that the asset's own package manager would install; NULL is unknown.
    pending_security  integer,
    document          jsonb NOT NULL,
    PRIMARY KEY (org_id, asset_id, recorded),
    FOREIGN KEY (org_id, asset_id) REFERENCES asset
);
CREATE UNIQUE INDEX asset_fact_current ON asset_fact (org_id, asset_id) WHERE upper_inf(recorded);
CREATE INDEX asset_fact_opened ON asset_fact (org_id, lower(recorded));
CREATE INDEX asset_fact_closed ON asset_fact (org_id, upper(recorded)) WHERE NOT upper_inf(recorded);
SELECT qlrf_protect('asset_fact');
GRANT SELECT, INSERT, UPDATE (recorded) ON asset_fact TO qlrf_app;
