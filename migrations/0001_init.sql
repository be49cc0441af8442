-- Roles, tenancy, identity, audit and outbox. Everything later stands on these.
--
-- Three roles, none of which can log in; the connecting user sets them per transaction:
--   the owner (whoever connects)  runs migrations; FORCE ROW LEVEL SECURITY keeps even it out of tenant rows
--   qlrf_app                      one tenant at a time, named by the setting qlrf.org
--   qlrf_system                   work that spans tenants (sign-in, scheduling, feeds), each use with a stated reason
-- The roles themselves are created by the migrations runner, because roles belong to the cluster and not to a database.

GRANT USAGE ON SCHEMA public TO qlrf_app, qlrf_system;

-- Puts a tenant table under row-level security. Typed equality on the bare column keeps the index usable.
CREATE FUNCTION qlrf_protect(target regclass, org_column text DEFAULT 'org_id') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant ON %s TO qlrf_app USING (%I = NULLIF(current_setting(''qlrf.org'', true), '''')::uuid)',
        target, org_column);
    EXECUTE format('CREATE POLICY system ON %s TO qlrf_system USING (true)', target);
END $$;

CREATE TABLE org (
    id          uuid PRIMARY KEY,
    slug        text NOT NULL UNIQUE,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
SELECT qlrf_protect('org', 'id');
GRANT SELECT, UPDATE (name) ON org TO qlrf_app;
GRANT SELECT, INSERT ON org TO qlrf_system;

-- A person; belongs to no tenant, so only the system role sees it.
CREATE TABLE person (
    id             uuid PRIMARY KEY,
    login          text NOT NULL UNIQUE,
    password_hash  text,
    created_at     timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON person TO qlrf_system;

CREATE TABLE member (
    org_id     uuid NOT NULL REFERENCES org,
    person_id  uuid NOT NULL REFERENCES person,
    login      text NOT NULL,
    role       text NOT NULL CHECK (role IN ('viewer', 'operator', 'engineer', 'admin')),
    added_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, person_id)
);
SELECT qlrf_protect('member');
GRANT SELECT, UPDATE, DELETE ON member TO qlrf_app;
GRANT SELECT, INSERT ON member TO qlrf_system;
-- A person signs in to one organisation; the index keeps that true when two requests add the same person at once.
CREATE UNIQUE INDEX member_person ON member (person_id);

-- Only hashes of secrets are stored: a stolen database signs nobody in.
CREATE TABLE session (
    secret_hash  bytea PRIMARY KEY,
    person_id    uuid NOT NULL REFERENCES person,
    org_id       uuid NOT NULL REFERENCES org,
    csrf_token   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
SELECT qlrf_protect('session');
GRANT SELECT, INSERT, DELETE ON session TO qlrf_system;

CREATE TABLE sign_in_link (
    secret_hash  bytea PRIMARY KEY,
    person_id    uuid NOT NULL REFERENCES person,
    org_id       uuid NOT NULL REFERENCES org,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz
);
SELECT qlrf_protect('sign_in_link');
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_link TO qlrf_system;

CREATE TABLE api_token (
    org_id        uuid NOT NULL REFERENCES org,
    id            uuid NOT NULL,
    name          text NOT NULL,
    secret_hash   bytea NOT NULL UNIQUE,
    role          text NOT NULL CHECK (role IN ('viewer', 'operator', 'engineer', 'admin')),
    -- Permission names that narrow the role; NULL leaves the role as it is.
    scopes        text[],
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    revoked_at    timestamptz,
    PRIMARY KEY (org_id, id)
);
SELECT qlrf_protect('api_token');
GRANT SELECT, INSERT, UPDATE ON api_token TO qlrf_app;
GRANT SELECT, INSERT, UPDATE ON api_token TO qlrf_system;

-- Append-only hash chain per tenant. A request writes one row before the work and one after it; a `begin` without its
-- `end` is a request whose outcome nobody knows, and stays visible as such.
CREATE TABLE audit (
    org_id      uuid NOT NULL REFERENCES org,
    seq         bigint NOT NULL,
    at          timestamptz NOT NULL,
    request_id  uuid NOT NULL,
    phase       text NOT NULL CHECK (phase IN ('begin', 'end')),
    actor       text NOT NULL,
    permission  text NOT NULL,
    method      text NOT NULL,
    path        text NOT NULL,
    status      int,
    prev_hash   bytea NOT NULL,
    hash        bytea NOT NULL,
    PRIMARY KEY (org_id, seq)
);
SELECT qlrf_protect('audit');
GRANT SELECT, INSERT ON audit TO qlrf_app;

-- Events commit together with the change they tell of. `xid` lets a reader stay behind transactions still in flight.
CREATE TABLE outbox (
    id        bigint GENERATED ALWAYS AS IDENTITY,
    org_id    uuid NOT NULL REFERENCES org,
    xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    event_id  uuid NOT NULL,
    at        timestamptz NOT NULL,
    type      text NOT NULL,
    subject   text NOT NULL,
    data      jsonb NOT NULL,
    -- What ties the event to the request or the run that caused it.
    correlation_id  text,
    PRIMARY KEY (org_id, xid, id)
);
SELECT qlrf_protect('outbox');
-- Retention deletes the oldest first.
CREATE INDEX outbox_by_time ON outbox (at);
GRANT SELECT, INSERT ON outbox TO qlrf_app;
GRANT SELECT, INSERT, DELETE ON outbox TO qlrf_system;

-- The newest position that retention has deleted: a reader that stands before it has missed events and is told so.
CREATE TABLE outbox_horizon (
    org_id  uuid PRIMARY KEY REFERENCES org,
    xid     xid8 NOT NULL,
    id      bigint NOT NULL
);
SELECT qlrf_protect('outbox_horizon');
GRANT SELECT ON outbox_horizon TO qlrf_app;
GRANT SELECT, INSERT, UPDATE ON outbox_horizon TO qlrf_system;

-- A POST repeated with the same key answers what it answered the first time.
-- A row without a status is a first attempt that has not
-- ended; when it stays so, the process died and nobody knows the outcome: never repeated silently.
CREATE TABLE idempotency_key (
    org_id        uuid NOT NULL REFERENCES org,
    key           text NOT NULL,
    request_id    uuid NOT NULL,
    request_hash  bytea NOT NULL,
    status        int,
    body          bytea,
    content_type  text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, key)
);
SELECT qlrf_protect('idempotency_key');
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO qlrf_app;
GRANT SELECT, DELETE ON idempotency_key TO qlrf_system;

-- Secrets of the installation itself, shared by all its processes; made by whichever process needs one first.
CREATE TABLE server_key (
    name        text PRIMARY KEY,
    key         bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON server_key TO qlrf_system;
