-- A collection that finds its scopes complete says so once, and not in the row of each of them.

-- When the scopes that are marked `confirmed` were last listed completely.
ALTER TABLE connector ADD COLUMN confirmed_at timestamptz;
ALTER TABLE scope ADD COLUMN confirmed boolean NOT NULL DEFAULT false;

-- The ledger as it reads.
CREATE VIEW coverage WITH (security_invoker = true) AS
    SELECT s.org_id, s.id, s.connector_id, s.account, s.region, s.kind, s.assets, s.code, s.detail,
           CASE WHEN s.confirmed THEN greatest(c.confirmed_at, s.attempted_at) ELSE s.attempted_at END AS attempted_at,
           CASE WHEN s.confirmed THEN c.confirmed_at ELSE s.completed_at END AS completed_at
    FROM scope s JOIN connector c ON c.org_id = s.org_id AND c.id = s.connector_id;
GRANT SELECT ON coverage TO qlrf_app;
