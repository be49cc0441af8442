-- What makes a collection and a change of images cost what changed, and not what there is.

-- Under row-level security an index on an expression is of no use: only a leak-proof function may be asked before the
-- tenant is known to be right, and lower() of a range is none. So the bounds stand in columns of their own.
ALTER TABLE asset_fact
    ADD COLUMN opened_at timestamptz GENERATED ALWAYS AS (lower(recorded)) STORED,
    ADD COLUMN closed_at timestamptz GENERATED ALWAYS AS (upper(recorded)) STORED,
    -- The golden image family that the asset names by itself.
    ADD COLUMN family_label text GENERATED ALWAYS AS (document #>> '{labels,ql-rf.io/image-family}') STORED;
DROP INDEX asset_fact_opened, asset_fact_closed;
CREATE INDEX asset_fact_opened ON asset_fact (org_id, opened_at);
CREATE INDEX asset_fact_closed ON asset_fact (org_id, closed_at) WHERE closed_at IS NOT NULL;
-- By what an asset may be linked to an image.
CREATE INDEX asset_fact_by_image_ref ON asset_fact (org_id, image_ref)
    WHERE upper_inf(recorded) AND image_ref IS NOT NULL;
CREATE INDEX asset_fact_by_family_label ON asset_fact (org_id, family_label)
    WHERE upper_inf(recorded) AND family_label IS NOT NULL;

ALTER TABLE asset_drift
    ADD COLUMN opened_at timestamptz GENERATED ALWAYS AS (lower(recorded)) STORED,
    ADD COLUMN closed_at timestamptz GENERATED ALWAYS AS (upper(recorded)) STORED;
DROP INDEX asset_drift_opened, asset_drift_closed;
CREATE INDEX asset_drift_opened ON asset_drift (org_id, opened_at);
CREATE INDEX asset_drift_closed ON asset_drift (org_id, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX asset_drift_by_family ON asset_drift (org_id, family_id) WHERE upper_inf(recorded);

-- The images that drift was last judged with throughout: compared with those of now, they tell what has to be judged
-- again. Nobody who changes an image has to remember to say what it touches.
CREATE TABLE judged_family (
    org_id     uuid NOT NULL REFERENCES org,
    family_id  uuid NOT NULL,
    -- Of all that a judgement takes from the family.
    digest     bytea NOT NULL,
    image_ids  uuid[] NOT NULL,
    PRIMARY KEY (org_id, family_id)
);
SELECT qlrf_protect('judged_family');
GRANT SELECT, INSERT, DELETE ON judged_family TO qlrf_app;

CREATE TABLE judged_rule (
    org_id    uuid NOT NULL REFERENCES org,
    rule_id   uuid NOT NULL,
    digest    bytea NOT NULL,
    -- Kept for when the rule is gone: the assets that it was about have to be judged again then.
    selector  jsonb NOT NULL,
    PRIMARY KEY (org_id, rule_id)
);
SELECT qlrf_protect('judged_rule');
GRANT SELECT, INSERT, DELETE ON judged_rule TO qlrf_app;

-- The first change of images that is not judged throughout yet. What was judged from then on was judged with images
-- that are in neither side of the comparison.
ALTER TABLE fact_clock ADD COLUMN images_since timestamptz;

-- What is recorded in a scope, asset by asset, so that a changed scope is compared by reading one row. It holds while
-- the digest stands. Random bytes: compressing them is work for nothing.
ALTER TABLE scope ADD COLUMN listing bytea, ALTER COLUMN listing SET STORAGE EXTERNAL;
-- Every collection touches each scope's row: with room on the page that touches no index.
ALTER TABLE scope SET (fillfactor = 50);
