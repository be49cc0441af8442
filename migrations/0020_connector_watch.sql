-- What a watch, which hears of changes between two collections, last told of itself. It is true for as long as somebody
-- holds the lease `watch/<connector>`.
CREATE TABLE connector_watch (
    org_id        uuid NOT NULL REFERENCES org,
    connector_id  uuid NOT NULL,
    -- `partial`: not all of what is collected may be watched; `refused`: nothing of it.
    state         text NOT NULL CHECK (state IN ('watching', 'partial', 'refused', 'failing')),
    since         timestamptz NOT NULL,
    -- What is not watched, one sentence each.
    gaps          text[] NOT NULL DEFAULT '{}',
    -- The last failure, be it over.
    error         text,
    failed_at     timestamptz,
    PRIMARY KEY (org_id, connector_id),
    FOREIGN KEY (org_id, connector_id) REFERENCES connector ON DELETE CASCADE
);
SELECT qlrf_protect('connector_watch');
GRANT SELECT, INSERT, UPDATE, DELETE ON connector_watch TO qlrf_app;
