//! Whether the database itself keeps tenants apart.

use qlrf_testkit::TestDb;

#[tokio::test]
async fn a_fresh_database_is_migrated_and_answers() {
    let db = TestDb::new().await;
    db.store().ping().await.unwrap();
    let org = db.org("acme").await;
    let tx = db.store().tenant(org).await.unwrap();
    tx.commit().await.unwrap();
}
