-- Container images, by the digest of their manifest. What stands behind a digest never changes, so that it is read once:
-- nothing here has time, and what is listed in which registry stands in `resource`.
CREATE TABLE container_image (
    org_id          uuid NOT NULL REFERENCES org,
    digest          bytea NOT NULL,
    -- JSON as it was read; a label may hold what jsonb cannot.
    content         bytea NOT NULL,
    -- Of package databases, which version of their reader looked; NULL: none did.
    reader          smallint,
    read_at         timestamptz,
    os              jsonb,
    -- NULL with a code: what is installed could not be told.
    package_set_id  integer REFERENCES package_set,
    code            text,
    detail          text,
    PRIMARY KEY (org_id, digest),
    CHECK (reader IS NULL OR (package_set_id IS NULL) <> (code IS NULL))
);
SELECT qlrf_protect('container_image');
GRANT SELECT, INSERT, UPDATE ON container_image TO qlrf_app;

-- What a layer does to package databases, for the next image on top of it. Compressed already; bounded in sum, the longest
-- unused goes first.
CREATE TABLE container_layer (
    org_id   uuid NOT NULL REFERENCES org,
    digest   bytea NOT NULL,
    reader   smallint NOT NULL,
    content  bytea NOT NULL,
    bytes    integer NOT NULL,
    used_on  date NOT NULL,
    PRIMARY KEY (org_id, digest)
);
ALTER TABLE container_layer ALTER COLUMN content SET STORAGE EXTERNAL;
SELECT qlrf_protect('container_layer');
GRANT SELECT, INSERT, UPDATE, DELETE ON container_layer TO qlrf_app;

-- Which resource is, holds or runs the image of which digest, as of now: what connects a workload of one connector with the
-- registry of another. The facts hold the same, with time.
CREATE TABLE image_digest (
    org_id       uuid NOT NULL REFERENCES org,
    digest       bytea NOT NULL,
    role         text NOT NULL CHECK (role IN ('is', 'holds', 'runs')),
    resource_id  uuid NOT NULL,
    PRIMARY KEY (org_id, digest, role, resource_id)
);
SELECT qlrf_protect('image_digest');
GRANT SELECT, INSERT, DELETE ON image_digest TO qlrf_app;
CREATE INDEX image_digest_by_resource ON image_digest (org_id, resource_id);

INSERT INTO image_digest (org_id, digest, role, resource_id)
    SELECT DISTINCT r.org_id, decode(substr(i.image->>'digest', 8), 'hex'), 'runs', r.id
    FROM resource r, jsonb_array_elements(r.document->'facts'->'images') AS i (image)
    WHERE r.kind = 'workload' AND r.closed_at IS NULL AND i.image->>'digest' ~ '^sha256:[0-9a-f]{64}$';
