-- Views of the control tower that people keep: an address of it by a name of theirs. A view is its author's alone until it is
-- shared; it holds a question and no answer.
CREATE TABLE saved_view (
    org_id      uuid NOT NULL REFERENCES org,
    id          uuid NOT NULL,
    author      text NOT NULL,
    name        text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    -- Path and query.
    address     text NOT NULL CHECK (address LIKE '/%' AND octet_length(address) <= 4096),
    shared      boolean NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT saved_view_name UNIQUE (org_id, author, name)
);
SELECT qlrf_protect('saved_view');
GRANT SELECT, INSERT, DELETE, UPDATE (address, shared, changed_at) ON saved_view TO qlrf_app;
GRANT SELECT (org_id, author, shared), DELETE ON saved_view TO qlrf_system;
