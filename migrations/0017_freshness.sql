-- How old what is known may be, and how old it was at any moment: budgets, and the ledger of coverage with its past.

-- Older than the first is stale, older than the second is not known any more. What the organisation sets stands under the
-- nil id; a connector may have its own. A view of the past is told by the budgets of then.
CREATE TABLE freshness (
    org_id         uuid NOT NULL REFERENCES org,
    connector_id   uuid NOT NULL,
    recorded       tstzrange NOT NULL,
    stale_hours    integer NOT NULL CHECK (stale_hours BETWEEN 1 AND 8760),
    unknown_hours  integer NOT NULL CHECK (unknown_hours BETWEEN 2 AND 17520 AND unknown_hours > stale_hours),
    PRIMARY KEY (org_id, connector_id, recorded)
);
CREATE UNIQUE INDEX freshness_current ON freshness (org_id, connector_id) WHERE upper_inf(recorded);
SELECT qlrf_protect('freshness');
GRANT SELECT, INSERT, UPDATE (recorded) ON freshness TO qlrf_app;

-- When a connector's collections ended. Those that follow each other within an hour, the shortest budget there is, are
-- one run: whatever was listed throughout was fresh throughout. Outlives its connector, as facts do.
CREATE TABLE listing_run (
    org_id        uuid NOT NULL REFERENCES org,
    connector_id  uuid NOT NULL,
    first_at      timestamptz NOT NULL,
    last_at       timestamptz NOT NULL CHECK (last_at >= first_at),
    PRIMARY KEY (org_id, connector_id, first_at)
);
SELECT qlrf_protect('listing_run');
GRANT SELECT, INSERT, UPDATE (last_at) ON listing_run TO qlrf_app;

-- When a scope was not listed completely, while others of its connector may have been. A scope without one here was
-- complete whenever its connector's collections ended.
CREATE TABLE scope_gap (
    org_id        uuid NOT NULL REFERENCES org,
    scope_id      bigint NOT NULL,
    connector_id  uuid NOT NULL,
    opened_at     timestamptz NOT NULL,
    closed_at     timestamptz,
    -- The last complete listing before it; NULL: there never was one.
    completed_at  timestamptz,
    -- It was listed completely, and taken in later than it was seen: nothing else confirms it.
    complete      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, scope_id, opened_at)
);
CREATE UNIQUE INDEX scope_gap_open ON scope_gap (org_id, connector_id, scope_id) WHERE closed_at IS NULL;
SELECT qlrf_protect('scope_gap');
GRANT SELECT, INSERT, UPDATE (closed_at) ON scope_gap TO qlrf_app;
-- The last collection did not come across it any more.
ALTER TABLE scope ADD COLUMN unlisted boolean NOT NULL DEFAULT false;
CREATE INDEX scope_unconfirmed ON scope (org_id, connector_id) WHERE NOT confirmed;

-- What is known of the time before: collections that ended, and scopes that are incomplete now.
INSERT INTO listing_run (org_id, connector_id, first_at, last_at)
    SELECT org_id, connector_id, ended_at, ended_at FROM sync WHERE outcome IN ('complete', 'partial') AND ended_at IS NOT NULL
    UNION SELECT org_id, id, confirmed_at, confirmed_at FROM connector WHERE confirmed_at IS NOT NULL;
INSERT INTO scope_gap (org_id, scope_id, connector_id, opened_at, completed_at, complete)
    SELECT org_id, id, connector_id, attempted_at, completed_at, code IS NULL AND completed_at IS NOT NULL
    FROM scope WHERE NOT confirmed;

-- The view of the fleet follows an asset into another scope.
ALTER TABLE asset ADD COLUMN moved_at timestamptz;
CREATE INDEX asset_moved ON asset (org_id, moved_at) WHERE moved_at IS NOT NULL;
GRANT UPDATE (moved_at) ON asset TO qlrf_app;

-- What a collection asked of its provider; NULL in collections of before: not counted.
ALTER TABLE sync ADD COLUMN requests bigint;

CREATE OR REPLACE VIEW coverage WITH (security_invoker = true) AS
    SELECT s.org_id, s.id, s.connector_id, s.account, s.region, s.kind, s.assets, s.code, s.detail,
           CASE WHEN s.confirmed THEN greatest(c.confirmed_at, s.attempted_at) ELSE s.attempted_at END AS attempted_at,
           CASE WHEN s.confirmed THEN c.confirmed_at ELSE s.completed_at END AS completed_at,
           s.resources,
           CASE WHEN s.confirmed THEN 'complete' WHEN s.completed_at IS NULL THEN 'never'
                WHEN s.unlisted THEN 'unlisted' WHEN s.code IS NULL THEN 'complete' ELSE 'partial' END AS state
    FROM scope s JOIN connector c ON c.org_id = s.org_id AND c.id = s.connector_id;
