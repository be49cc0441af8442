-- What people say there is: sites, environments and projects, each version with who said it and when. Which assets belong
-- to one is told by the word that they carry, and by nothing here.
CREATE TABLE estate_part (
    org_id    uuid NOT NULL REFERENCES org,
    kind      text NOT NULL CHECK (kind IN ('site', 'environment', 'project')),
    id        uuid NOT NULL,
    recorded  tstzrange NOT NULL,
    author    text NOT NULL,
    document  jsonb NOT NULL,
    -- The word that assets carry.
    name      text NOT NULL GENERATED ALWAYS AS (document ->> 'name') STORED,
    PRIMARY KEY (org_id, id, recorded)
);
CREATE UNIQUE INDEX estate_part_current ON estate_part (org_id, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX estate_part_name ON estate_part (org_id, kind, name) WHERE upper_inf(recorded);
SELECT qlrf_protect('estate_part');
GRANT SELECT, INSERT, UPDATE (recorded) ON estate_part TO qlrf_app;

-- Two sites that stand in for each other: a row for each of the two, so that one index keeps a site in one pair at a time.
CREATE TABLE site_pair (
    org_id        uuid NOT NULL REFERENCES org,
    recorded      tstzrange NOT NULL,
    site_id       uuid NOT NULL,
    partner_id    uuid NOT NULL,
    role          text NOT NULL CHECK (role IN ('primary', 'secondary')),
    partner_role  text NOT NULL GENERATED ALWAYS AS (CASE role WHEN 'primary' THEN 'secondary' ELSE 'primary' END) STORED,
    author        text NOT NULL,
    CHECK (site_id <> partner_id),
    PRIMARY KEY (org_id, site_id, partner_id, role, recorded),
    -- The row of the other side, with the other role, from and until the same moments. Looked at when the transaction
    -- commits, as the two rows need each other.
    CONSTRAINT site_pair_both FOREIGN KEY (org_id, partner_id, site_id, partner_role, recorded)
        REFERENCES site_pair (org_id, site_id, partner_id, role, recorded) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX site_pair_current ON site_pair (org_id, site_id) WHERE upper_inf(recorded);
SELECT qlrf_protect('site_pair');
GRANT SELECT, INSERT, UPDATE (recorded) ON site_pair TO qlrf_app;
