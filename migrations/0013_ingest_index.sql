-- A changed asset touches few pages. After a checkpoint the first change of a page logs the whole page, so what a sync
-- costs the database is the number of distinct pages that it touches, and an index by asset is another page for nearly
-- every asset.

-- No role may delete or rename what these pointed to: each was a look-up and a row lock for each row that is written,
-- and proved what cannot be otherwise.
ALTER TABLE asset_fact
    DROP CONSTRAINT asset_fact_org_id_fkey,
    DROP CONSTRAINT asset_fact_org_id_asset_id_fkey,
    DROP CONSTRAINT asset_fact_package_set_id_fkey;
ALTER TABLE asset_drift
    DROP CONSTRAINT asset_drift_org_id_fkey,
    DROP CONSTRAINT asset_drift_org_id_asset_id_fkey;
ALTER TABLE outbox DROP CONSTRAINT outbox_org_id_fkey;

-- One index by asset in place of two: it finds the history of an asset and the row that holds now, and lets no second
-- one hold.
ALTER TABLE asset_fact
    DROP CONSTRAINT asset_fact_pkey,
    ADD CONSTRAINT asset_fact_by_asset UNIQUE NULLS NOT DISTINCT (org_id, asset_id, closed_at);
ALTER TABLE asset_drift
    DROP CONSTRAINT asset_drift_pkey,
    ADD CONSTRAINT asset_drift_by_asset UNIQUE NULLS NOT DISTINCT (org_id, asset_id, closed_at);
DROP INDEX asset_fact_current, asset_drift_current;

-- By the same column, which the planner may ask before the tenant is known to be right.
DROP INDEX asset_fact_opened, asset_fact_by_image_ref, asset_fact_by_family_label, asset_drift_by_family;
CREATE INDEX asset_fact_opened ON asset_fact (org_id, opened_at) WHERE closed_at IS NULL;
CREATE INDEX asset_fact_by_image_ref ON asset_fact (org_id, image_ref)
    WHERE closed_at IS NULL AND image_ref IS NOT NULL;
CREATE INDEX asset_fact_by_family_label ON asset_fact (org_id, family_label)
    WHERE closed_at IS NULL AND family_label IS NOT NULL;
CREATE INDEX asset_drift_by_family ON asset_drift (org_id, family_id) WHERE closed_at IS NULL;
