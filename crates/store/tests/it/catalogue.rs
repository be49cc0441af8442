//! Walks the catalogue: no table without row-level security, no right that nobody reviewed.

use qlrf_testkit::{SHARED_TABLES, TestDb, schema_text};

const TENANT_POLICY: &str = "= (NULLIF(current_setting('qlrf.org'::text, true), ''::text))::uuid)";

#[derive(sqlx::FromRow)]
struct Table {
    name: String,
    enabled: bool,
    forced: bool,
    policies: Vec<String>,
    /// The bare column that the tenant policy compares is the first of some index, or no tenant reads the table.
    indexed: bool,
}

async fn tables(connection: &mut sqlx::PgConnection) -> Vec<Table> {
    let tables = sqlx::query_as(
        "SELECT c.relname::text AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
                ARRAY(SELECT p.polname || ' ' || p.polcmd::text || ' ' || p.polpermissive || ' '
                             || array_to_string(p.polroles::regrole[], ',') || ' '
                             || pg_get_expr(p.polqual, c.oid)
                             || COALESCE(' check ' || pg_get_expr(p.polwithcheck, c.oid), '')
                      FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY p.polname) AS policies,
                NOT has_table_privilege('qlrf_app', c.oid, 'SELECT') OR
                EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                        JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'tenant'
                        WHERE i.indrelid = c.oid AND i.indpred IS NULL
                          AND starts_with(pg_get_expr(p.polqual, c.oid), '(' || a.attname || ' =')) AS indexed
         FROM pg_class c
         WHERE c.relkind IN ('r', 'p', 'f', 'm') AND c.relnamespace NOT IN
               (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))",
    );
    tables.fetch_all(connection).await.unwrap()
}

fn problems(tables: &[Table]) -> Vec<String> {
    let mut problems = Vec::new();
    for table in tables
        .iter()
        .filter(|table| !SHARED_TABLES.iter().any(|(name, _)| *name == table.name))
    {
        let name = &table.name;
        if !table.enabled || !table.forced {
            problems.push(format!("{name}: row-level security is not enabled and forced"));
        }
        let [system, tenant] = table.policies.as_slice() else {
            problems.push(format!(
                "{name}: expected the policies system and tenant, found {:?}",
                table.policies
            ));
            continue;
        };
        if system != "system * true qlrf_system true" {
            problems.push(format!("{name}: {system}"));
        }
        let words: Vec<_> = tenant.splitn(6, ' ').collect();
        let bare_column = matches!(words[4], "(org_id" | "(id");
        if words[..4] != ["tenant", "*", "true", "qlrf_app"] || !bare_column || words[5] != TENANT_POLICY {
            problems.push(format!("{name}: {tenant}"));
        }
        if !table.indexed {
            problems.push(format!(
                "{name}: no index begins with the column that the tenant policy compares"
            ));
        }
    }
    problems
}

#[tokio::test]
async fn every_table_is_protected_or_listed_as_shared() {
    let db = TestDb::new().await;
    let tables = tables(&mut db.admin().await).await;
    assert!(tables.len() > 10, "the catalogue was read");
    assert_eq!(problems(&tables), Vec::<String>::new());
}

#[tokio::test]
async fn a_table_that_was_forgotten_is_found() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    sqlx::raw_sql(
        "CREATE TABLE bare (org_id uuid);
         CREATE TABLE unforced (org_id uuid PRIMARY KEY); SELECT qlrf_protect('unforced');
         ALTER TABLE unforced NO FORCE ROW LEVEL SECURITY;
         CREATE TABLE open (org_id uuid PRIMARY KEY); SELECT qlrf_protect('open');
         CREATE POLICY extra ON open TO qlrf_app USING (true);
         CREATE TABLE slow (id int PRIMARY KEY, org_id uuid); GRANT SELECT ON slow TO qlrf_app; SELECT qlrf_protect('slow');",
    )
    .execute(&mut admin)
    .await
    .unwrap();
    let problems = problems(&tables(&mut admin).await).join("\n");
    for name in ["bare:", "unforced:", "open:", "slow:"] {
        assert!(problems.contains(name), "{name} is missing in\n{problems}");
    }
}

#[tokio::test]
async fn the_application_roles_hold_no_power_of_their_own() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let powers: Vec<String> = sqlx::query_scalar(
        "SELECT rolname::text FROM pg_roles WHERE rolname IN ('qlrf_app', 'qlrf_system')
           AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication)",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(powers, Vec::<String>::new());
    let owned: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM pg_class WHERE relowner IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'qlrf\\_%'))
              + (SELECT count(*) FROM pg_proc WHERE proowner IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'qlrf\\_%'))
              + (SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'qlrf\\_%')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(owned, 0, "the roles own nothing and are members of nothing");
    let may_create: bool = sqlx::query_scalar(
        "SELECT has_schema_privilege('qlrf_app', 'public', 'CREATE') OR has_schema_privilege('qlrf_system', 'public', 'CREATE')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert!(!may_create);
    // A function that runs with its owner's rights would be a way around the policies.
    let definers: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(definers, 0);
}

/// Tables, rights and policies, reviewed as text. After a new migration: `INSTA_UPDATE=always cargo nextest run -p
/// qlrf-store schema`, and read the difference.
#[tokio::test]
async fn an_empty_database_is_brought_to_the_checked_in_schema() {
    let db = TestDb::empty().await;
    qlrf_store::Store::open(db.options()).await.unwrap().close().await;
    let text = schema_text(&mut db.admin().await).await.unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("schema", text));
}

/// Facts, drift and events point to these without a foreign key, which would be a look-up for each row: no role can take
/// away or rename what they point to.
#[tokio::test]
async fn what_facts_point_to_cannot_go_away() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let rights: Vec<String> = sqlx::query_scalar(
        "SELECT role || ' ' || target
         FROM unnest(ARRAY['qlrf_app', 'qlrf_system']) AS r (role), unnest(ARRAY['org', 'asset', 'package_set']) AS t (target)
         WHERE has_table_privilege(role, target, 'DELETE') OR has_table_privilege(role, target, 'TRUNCATE')
            OR has_column_privilege(role, target, 'id', 'UPDATE')",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(rights, Vec::<String>::new());
}

/// Of one asset one fact holds now, and one judgement: the database refuses a second one.
#[tokio::test]
async fn a_second_row_that_holds_now_is_refused() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let ids = "00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002";
    let drift = format!(
        "INSERT INTO asset_drift (org_id, asset_id, state, severity, recorded) VALUES ('{ids}', 'current', 'none'"
    );
    let fact = format!(
        "INSERT INTO asset_fact (org_id, asset_id, fact_hash, name, platform, state, criticality, exposure, simulated, document,
             recorded) VALUES ('{ids}', '', 'x', 'aws', 'running', 'low', 'internal', false, '{{}}'"
    );
    for insert in [drift, fact] {
        let mut put = async |range: &str| {
            let sql = format!("{insert}, '{range}')");
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await
        };
        put("[2026-01-01,2026-01-02)").await.unwrap();
        put("[2026-01-02,)").await.unwrap();
        let refused = put("[2026-01-03,)").await.unwrap_err();
        let code = refused.as_database_error().and_then(|error| error.code());
        assert_eq!(code.as_deref(), Some("23505"), "{refused}");
    }
}
