-- How long a finding may stay open before it is late, as each organisation sets it; without a row the product's own
-- times hold. A view of the past is told by the times of then.
CREATE TABLE sla (
    org_id          uuid NOT NULL REFERENCES org,
    recorded        tstzrange NOT NULL,
    critical_hours  integer NOT NULL CHECK (critical_hours BETWEEN 1 AND 8760),
    high_days       integer NOT NULL CHECK (high_days BETWEEN 1 AND 3650),
    medium_days     integer NOT NULL CHECK (medium_days BETWEEN 1 AND 3650),
    low_days        integer NOT NULL CHECK (low_days BETWEEN 1 AND 3650),
    PRIMARY KEY (org_id, recorded)
);
CREATE UNIQUE INDEX sla_current ON sla (org_id) WHERE upper_inf(recorded);
SELECT qlrf_protect('sla');
GRANT SELECT, INSERT, UPDATE (recorded) ON sla TO qlrf_app;

-- Read with every list of vulnerabilities: the whole contract may name hundreds of packages.
ALTER TABLE image_version ADD COLUMN sla jsonb GENERATED ALWAYS AS (contract -> 'sla') STORED;
