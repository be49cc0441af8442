-- Rules of organisations over plans. Every version is kept as it was saved; the newest holds. The shipped rules are in the
-- program.
CREATE TABLE policy_bundle (
    org_id    uuid NOT NULL REFERENCES org,
    version   integer NOT NULL CHECK (version > 0),
    saved_at  timestamptz NOT NULL,
    author    text NOT NULL,
    -- Canonical JSON: modules by path, and freezes.
    document  text NOT NULL CHECK (octet_length(document) <= 2097152),
    PRIMARY KEY (org_id, version)
);
SELECT qlrf_protect('policy_bundle');
GRANT SELECT, INSERT ON policy_bundle TO qlrf_app;

-- What was decided of a plan when it was made, and whenever somebody asked for it to be written down. Rows are added and
-- never changed: they name what the decision rests on by digests.
CREATE TABLE policy_decision (
    org_id          uuid NOT NULL,
    -- In the order in which they were made.
    id              uuid NOT NULL,
    at              timestamptz NOT NULL,
    actor           text NOT NULL,
    -- `created` or `checked`.
    asked           text NOT NULL CHECK (asked IN ('created', 'checked')),
    plan_id         uuid NOT NULL,
    plan_digest     bytea NOT NULL CHECK (octet_length(plan_digest) = 32),
    baseline        bytea NOT NULL CHECK (octet_length(baseline) = 32),
    bundle_version  integer,
    bundle          bytea CHECK (octet_length(bundle) = 32),
    input           bytea NOT NULL CHECK (octet_length(input) = 32),
    denials         jsonb NOT NULL CHECK (jsonb_typeof(denials) = 'array'),
    allowed         boolean NOT NULL GENERATED ALWAYS AS (jsonb_array_length(denials) = 0) STORED,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, plan_id) REFERENCES plan,
    FOREIGN KEY (org_id, bundle_version) REFERENCES policy_bundle
);
CREATE INDEX policy_decision_by_plan ON policy_decision (org_id, plan_id, id);
SELECT qlrf_protect('policy_decision');
GRANT SELECT, INSERT ON policy_decision TO qlrf_app;
