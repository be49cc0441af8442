//! Collections and imports at the same time: who waits for whom, and what neither misses.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use qlrf_store::LOCK_TIMEOUT;
use qlrf_testkit::{TestDb, poll};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};

use crate::host::{Estate, advisory, import_as};

const EARLY: &str = "2026-01-02T00:00:00Z";
/// What only feed imports and what collections of new packages hold, see `qlrf_store::content`.
const CONTENT_LOCK: i64 = 0x716c_7266_0001;

fn broken_openssl() -> [Value; 1] {
    [advisory("CVE-2026-0001", "openssl", None, EARLY)]
}

/// A connection that holds what `statement` locks until it is closed.
pub async fn hold(db: &TestDb, statement: &str) -> PgConnection {
    let mut blocker = db.admin().await;
    let statement = format!("BEGIN; {statement}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut blocker)
        .await
        .unwrap();
    blocker
}

/// Until as many others wait for a lock; `of` names what they are, as the database's view of activity does.
pub async fn waiting(db: &TestDb, of: &str) {
    poll(Duration::from_secs(60), || async {
        let found: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                 AND wait_event_type = 'Lock' AND (application_name LIKE $1 OR query LIKE $1))",
        )
        .bind(format!("%{of}%"))
        .fetch_one(&mut db.admin().await)
        .await
        .unwrap();
        found.then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_collection_goes_on_while_scores_are_written() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    estate.import_records(&broken_openssl()).await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let scores = |score: &str| {
        let text = format!("cve,epss,percentile\nCVE-2026-0001,{score},0.5\n");
        std::fs::write(file.path(), text).unwrap();
        import_as(estate.db.store(), "epss", file.path(), "epss")
    };
    scores("0.25").await.unwrap();
    let blocker = hold(&estate.db, "SELECT FROM epss FOR UPDATE").await;
    let beside = async {
        waiting(&estate.db, "import feed").await;
        estate.runs(&[("openssl", "3.0.1-1"), ("bash", "5.2-1")]).await;
        blocker.close().await.unwrap();
    };
    let (imported, ()) = tokio::join!(scores("0.5"), beside);
    imported.unwrap();
    let fleet = estate.fleet().await;
    let found = fleet.vulnerabilities.get("CVE-2026-0001").unwrap();
    assert_eq!(found.epss.as_ref().map(|epss| epss.score), Some(0.5));
}

#[tokio::test]
async fn a_collection_goes_on_while_packages_are_compared_with_advisories() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1"), ("bash", "5.2-1")]).await;
    let blocker = hold(&estate.db, "LOCK TABLE package_key IN ACCESS EXCLUSIVE MODE").await;
    let beside = async {
        waiting(&estate.db, "import feed").await;
        // A set that nobody had, of packages that are known.
        estate.runs(&[("openssl", "3.0.1-1")]).await;
        blocker.close().await.unwrap();
    };
    let records = broken_openssl();
    let (imported, ()) = tokio::join!(estate.import_records(&records), beside);
    imported.unwrap();
    assert_eq!(estate.found().await, ["CVE-2026-0001"]);
}

#[tokio::test]
async fn a_package_that_comes_after_the_comparison_is_compared_before_the_end() {
    let estate = Estate::new().await;
    estate.runs(&[("bash", "5.2-1")]).await;
    // The collection has stored its new package and cannot store the fact yet.
    let blocker = hold(&estate.db, "LOCK TABLE asset_fact IN SHARE MODE").await;
    let import = async {
        waiting(&estate.db, "asset_fact").await;
        let records = broken_openssl();
        let release = async {
            waiting(&estate.db, "import feed").await;
            blocker.close().await.unwrap();
        };
        tokio::join!(estate.import_records(&records), release).0
    };
    let (imported, ()) = tokio::join!(import, estate.runs(&[("openssl", "3.0.1-1")]));
    assert_eq!(imported.unwrap().opened, 1);
    assert_eq!(estate.found().await, ["CVE-2026-0001"]);
}

#[tokio::test]
async fn a_collection_waits_for_an_import_longer_than_for_other_things() {
    let estate = Estate::new().await;
    let blocker = hold(
        &estate.db,
        &format!("SELECT pg_advisory_xact_lock({CONTENT_LOCK})"),
    )
    .await;
    let release = async {
        waiting(&estate.db, "pg_advisory_xact_lock").await;
        // The time itself is what is asked about: nothing else tells that it would have given up.
        tokio::time::sleep(LOCK_TIMEOUT + Duration::from_secs(1)).await;
        blocker.close().await.unwrap();
    };
    tokio::join!(estate.runs(&[("openssl", "3.0.1-1")]), release);
    assert_eq!(estate.fleet().await.len(), 1);
}
