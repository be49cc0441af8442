-- Named leases: one worker at a time does a thing for a tenant. `epoch` grows with every new holder, so that the writes of
-- one that lost its lease without noticing can be told apart and refused. Rows stay, because the epoch must not restart.
CREATE TABLE lease (
    org_id      uuid NOT NULL REFERENCES org,
    name        text NOT NULL,
    owner       text NOT NULL,
    epoch       bigint NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (org_id, name)
);
SELECT qlrf_protect('lease');
GRANT SELECT, INSERT, UPDATE ON lease TO qlrf_app;
GRANT SELECT ON lease TO qlrf_system;
