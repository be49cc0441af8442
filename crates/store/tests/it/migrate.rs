//! Bringing a database to the schema of this version.

use qlrf_store::{Error, Store};
use qlrf_testkit::TestDb;

#[tokio::test]
async fn processes_that_start_at_once_migrate_once() {
    let db = TestDb::empty().await;
    let starts: Vec<_> = (0..6).map(|_| tokio::spawn(Store::open(db.options()))).collect();
    for start in starts {
        start.await.unwrap().unwrap().close().await;
    }
    let (runs, versions): (i64, i64) =
        sqlx::query_as("SELECT count(*), count(DISTINCT version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&mut db.admin().await)
            .await
            .unwrap();
    assert_eq!(runs, versions);
    assert!(runs > 0);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_untouched() {
    let db = TestDb::new().await;
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, '', 0)")
        .execute(&mut db.admin().await)
        .await
        .unwrap();
    let error = Store::open(db.options())
        .await
        .err()
        .expect("a newer schema is refused");
    assert!(
        matches!(error, Error::SchemaTooNew { found: 9999, .. }),
        "{error}"
    );
    let public = qlrf_core::error::Error::from(error);
    assert_eq!(public.code, "database_schema_too_new");
}

#[tokio::test]
async fn a_migration_that_fails_half_way_leaves_nothing() {
    let db = TestDb::empty().await;
    // Stands in the way of a table in the middle of the first migration.
    sqlx::query("CREATE TABLE audit (x int)")
        .execute(&mut db.admin().await)
        .await
        .unwrap();
    let error = Store::open(db.options())
        .await
        .err()
        .expect("the migration cannot run");
    assert!(matches!(error, Error::Migrate(_)), "{error}");
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            .fetch_all(&mut db.admin().await)
            .await
            .unwrap();
    assert_eq!(tables, ["_sqlx_migrations", "audit"]);
    sqlx::query("DROP TABLE audit")
        .execute(&mut db.admin().await)
        .await
        .unwrap();
    Store::open(db.options()).await.unwrap();
}
