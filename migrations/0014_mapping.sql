-- Mapping rules: what turns tags, labels, accounts and names into site, environment, owner and the rest. One set for each
-- organisation; every version is kept, with who saved it and when.
CREATE TABLE mapping_rules (
    org_id    uuid NOT NULL REFERENCES org,
    version   integer NOT NULL CHECK (version > 0),
    recorded  tstzrange NOT NULL,
    author    text NOT NULL,
    -- As it was sent, with its comments.
    document  text NOT NULL,
    PRIMARY KEY (org_id, version)
);
CREATE UNIQUE INDEX mapping_rules_current ON mapping_rules (org_id) WHERE upper_inf(recorded);
SELECT qlrf_protect('mapping_rules');
GRANT SELECT, INSERT, UPDATE (recorded) ON mapping_rules TO qlrf_app;

-- Counts what asks for every stored asset to be mapped again, and up to where that is done. A collection that was under
-- way with other rules asks once more, so a worker that read the count before never says that it is through.
ALTER TABLE fact_clock
    ADD COLUMN mapping_wanted   bigint NOT NULL DEFAULT 0,
    ADD COLUMN mapping_applied  bigint NOT NULL DEFAULT 0;
