-- By what its owner recognises a session, and how runs of feeds went before the last one.

-- As the browser names itself, and when a request last came with it, to some minutes.
ALTER TABLE session ADD COLUMN user_agent text;
ALTER TABLE session ADD COLUMN used_at timestamptz;
GRANT UPDATE (used_at) ON session TO qlrf_system;

-- Every run, and not the last one of each source alone; the oldest go in time.
ALTER TABLE feed_run DROP CONSTRAINT feed_run_pkey;
ALTER TABLE feed_run ADD PRIMARY KEY (feed, source, started_at);
CREATE INDEX feed_run_by_start ON feed_run (feed, started_at DESC);
-- Matches that an import opened and closed; absent where it imported nothing.
ALTER TABLE feed_run ADD COLUMN opened bigint;
ALTER TABLE feed_run ADD COLUMN closed bigint;
GRANT DELETE ON feed_run TO qlrf_system;
