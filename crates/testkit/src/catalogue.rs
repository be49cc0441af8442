//! The schema as the database itself knows it.

use sqlx::PgConnection;

/// Tables without a tenant, each with its reason. A new table is either protected or added here in review.
pub const SHARED_TABLES: &[(&str, &str)] = &[
    (
        "_sqlx_migrations",
        "which migrations ran; no application role reads it",
    ),
    ("person", "belongs to no tenant; only the system role sees it"),
    (
        "server_key",
        "secrets of the installation; only the system role sees them",
    ),
    ("package", "shared content, addressed by its digest"),
    (
        "package_key",
        "derived from shared content: the names that advisories use for it",
    ),
    ("package_set", "shared content, addressed by its digest"),
    ("feed_snapshot", "published by the world"),
    ("advisory", "published by the world"),
    ("advisory_affected", "published by the world"),
    ("kev", "published by the world"),
    ("epss", "published by the world"),
    ("epss_past", "published by the world"),
    (
        "feed_schedule",
        "feeds are the installation's; only the system role sees it",
    ),
    ("feed_ecosystem", "follows from published advisories"),
    (
        "feed_run",
        "feeds are the installation's, and so is who asked for one",
    ),
    (
        "package_match",
        "follows from shared content and published advisories",
    ),
];

/// Tables, columns, constraints, indexes, policies and grants as text, in an order that depends on names only.
pub async fn schema_text(connection: &mut PgConnection) -> sqlx::Result<String> {
    let lines: Vec<String> = sqlx::query_scalar(SCHEMA).fetch_all(connection).await?;
    Ok(lines.join("\n") + "\n")
}

/// Each part yields (table, part, position, line); the table's own name comes first.
const SCHEMA: &str = "
WITH tables AS (
    SELECT c.oid, c.relname::text AS name, c.relrowsecurity AS protected, c.relforcerowsecurity AS forced, c.relacl
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
), lines AS (
    SELECT name, 0 AS part, ''::text AS place,
           'table ' || name || CASE WHEN protected AND forced THEN ', protected' ELSE '' END AS line FROM tables
    UNION ALL
    SELECT t.name, 1, lpad(a.attnum::text, 4),
           '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
           || CASE WHEN a.attidentity <> '' THEN ' identity' ELSE '' END
           || COALESCE(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    UNION ALL
    -- Since version 18, NOT NULL is a constraint too; the column says it already.
    SELECT t.name, 2, c.conname, '  constraint ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
    FROM tables t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype <> 'n'
    UNION ALL
    SELECT t.name, 3, i.indexrelid::regclass::text, '  ' || pg_get_indexdef(i.indexrelid)
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid
    WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = t.oid)
    UNION ALL
    SELECT t.name, 4, p.polname::text, '  policy ' || p.polname || ' to ' ||
           (SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (p.polroles))
           || ' using ' || pg_get_expr(p.polqual, p.polrelid)
    FROM tables t JOIN pg_policy p ON p.polrelid = t.oid
    UNION ALL
    SELECT t.name, 5, g.grantee::regrole::text || ' ' || g.privilege_type,
           '  grant ' || lower(g.privilege_type) || ' to ' || g.grantee::regrole
    FROM tables t, aclexplode(t.relacl) g WHERE g.grantee::regrole::text LIKE 'qlrf\\_%'
    UNION ALL
    SELECT t.name, 6, g.grantee::regrole::text || ' ' || g.privilege_type || ' ' || a.attname,
           '  grant ' || lower(g.privilege_type) || ' (' || a.attname || ') to ' || g.grantee::regrole
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid, aclexplode(a.attacl) g
    WHERE g.grantee::regrole::text LIKE 'qlrf\\_%'
)
SELECT line FROM lines ORDER BY name COLLATE \"C\", part, place COLLATE \"C\"";
