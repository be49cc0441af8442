-- Plans: what is to be changed, on which frozen targets. A plan is written once: the roles that the program works as may
-- not change or remove one, and the database itself checks that the text is what its digest says.
CREATE TABLE plan (
    org_id      uuid NOT NULL REFERENCES org,
    -- In the order in which they were made.
    id          uuid NOT NULL,
    -- SHA-256 of the document.
    digest      bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    -- Canonical JSON, kept as text to the byte: it is what is hashed and signed.
    document    text NOT NULL CHECK (octet_length(document) <= 4194304),
    kind        text NOT NULL GENERATED ALWAYS AS (document::jsonb ->> 'kind') STORED,
    author      text NOT NULL GENERATED ALWAYS AS (document::jsonb ->> 'author') STORED,
    parent_id   uuid GENERATED ALWAYS AS ((document::jsonb #>> '{parent,id}')::uuid) STORED,
    -- What a list shows, so that a page of plans does not read megabytes of steps.
    title       text NOT NULL GENERATED ALWAYS AS (document::jsonb ->> 'title') STORED,
    targets     bigint NOT NULL GENERATED ALWAYS AS ((document::jsonb #>> '{targets,total}')::bigint) STORED,
    simulated   bigint NOT NULL GENERATED ALWAYS AS ((document::jsonb #>> '{blast,simulated}')::bigint) STORED,
    risk_score  bigint NOT NULL GENERATED ALWAYS AS ((document::jsonb #>> '{risk,score}')::bigint) STORED,
    risk_level  text NOT NULL GENERATED ALWAYS AS (document::jsonb #>> '{risk,level}') STORED,
    PRIMARY KEY (org_id, id),
    CONSTRAINT plan_digest CHECK (digest = sha256(convert_to(document, 'UTF8'))),
    -- A parent is a plan of the same organisation, and one that came before.
    CONSTRAINT plan_parent FOREIGN KEY (org_id, parent_id) REFERENCES plan
);
CREATE INDEX plan_by_parent ON plan (org_id, parent_id) WHERE parent_id IS NOT NULL;
SELECT qlrf_protect('plan');
GRANT SELECT, INSERT ON plan TO qlrf_app;

-- The targets of a plan in the order of their ids. The plan names the whole list by its digest.
CREATE TABLE plan_target (
    org_id    uuid NOT NULL,
    plan_id   uuid NOT NULL,
    asset_id  uuid NOT NULL,
    -- Canonical JSON.
    document  text NOT NULL,
    PRIMARY KEY (org_id, plan_id, asset_id),
    FOREIGN KEY (org_id, plan_id) REFERENCES plan
);
CREATE INDEX plan_target_by_asset ON plan_target (org_id, asset_id, plan_id);
SELECT qlrf_protect('plan_target');
GRANT SELECT, INSERT ON plan_target TO qlrf_app;
