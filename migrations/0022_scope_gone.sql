-- A scope of which its provider said that it is there no longer, and in which nothing is recorded: no part of the estate any
-- more. Its row stays, and tells of the past.
ALTER TABLE scope ADD COLUMN gone boolean NOT NULL DEFAULT false;

CREATE OR REPLACE VIEW coverage WITH (security_invoker = true) AS
    SELECT s.org_id, s.id, s.connector_id, s.account, s.region, s.kind, s.assets, s.code, s.detail,
           CASE WHEN s.confirmed THEN greatest(c.confirmed_at, s.attempted_at) ELSE s.attempted_at END AS attempted_at,
           CASE WHEN s.confirmed THEN c.confirmed_at ELSE s.completed_at END AS completed_at,
           s.resources,
           CASE WHEN s.gone THEN 'gone' WHEN s.confirmed THEN 'complete' WHEN s.completed_at IS NULL THEN 'never'
                WHEN s.unlisted THEN 'unlisted' WHEN s.code IS NULL THEN 'complete' ELSE 'partial' END AS state
    FROM scope s JOIN connector c ON c.org_id = s.org_id AND c.id = s.connector_id;
