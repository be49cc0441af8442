-- A collection that a person stopped: who asked for it is written at once, and whoever runs it looks there.
ALTER TABLE sync ADD COLUMN cancelled_by text;
ALTER TABLE sync DROP CONSTRAINT sync_outcome_check;
ALTER TABLE sync ADD CONSTRAINT sync_outcome_check
    CHECK (outcome IN ('queued', 'running', 'complete', 'partial', 'failed', 'interrupted', 'cancelled'));
