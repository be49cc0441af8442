//! Whether the database itself keeps tenants apart, whatever the code above does.

use std::time::Duration;

use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::OrgId;
use qlrf_store::outbox::{self, Batch, Cursor};
use qlrf_store::{Store, lease};
use qlrf_testkit::{TestDb, poll};
use sqlx::{ConnectOptions, PgConnection, Row};

const TTL: Duration = Duration::from_secs(600);

fn event(subject: &str) -> NewEvent {
    NewEvent {
        event_type: EventType::AssetUpdated,
        subject: subject.into(),
        data: serde_json::json!({}),
    }
}

/// The subjects that a tenant sees, also those of transactions that just ended.
async fn subjects(store: &Store, org: OrgId) -> Vec<String> {
    poll(Duration::from_secs(5), || async {
        let mut tx = store.tenant(org).await.unwrap();
        match outbox::read_after(&mut tx, Cursor::START, 100).await.unwrap() {
            Batch::Events {
                held_back: Some(_), ..
            } => None,
            Batch::Events { events, .. } => Some(events.into_iter().map(|event| event.subject).collect()),
            Batch::Gone { .. } => panic!("nothing was pruned"),
        }
    })
    .await
}

#[tokio::test]
async fn a_tenant_sees_and_changes_its_own_rows_only() {
    let db = TestDb::new().await;
    let (a, b) = (db.org("a").await, db.org("b").await);
    for (org, subject) in [(a, "of a"), (b, "of b")] {
        let mut tx = db.store().tenant(org).await.unwrap();
        outbox::append(&mut tx, event(subject), None).await.unwrap();
        assert_eq!(lease::acquire(&mut tx, "n", "w", TTL).await.unwrap(), Some(1));
        tx.commit().await.unwrap();
    }
    assert_eq!(subjects(db.store(), a).await, ["of a"]);
    assert_eq!(subjects(db.store(), b).await, ["of b"]);
    let mut tx = db.store().tenant(b).await.unwrap();
    assert!(lease::release(&mut tx, "n", 1).await.unwrap());
    tx.commit().await.unwrap();
    let held: Vec<bool> = sqlx::query_scalar("SELECT expires_at > now() FROM lease WHERE org_id = $1")
        .bind(a.as_uuid())
        .fetch_all(&mut db.admin().await)
        .await
        .unwrap();
    assert_eq!(held, [true], "releasing in one tenant leaves the other's lease");
}

/// A session exactly as the pool makes it, for statements that no store operation would send.
async fn as_tenant(db: &TestDb, org: Option<OrgId>) -> PgConnection {
    let mut connection = db.options().connect().await.unwrap();
    let org = org.map_or(String::new(), |org| format!("; SET LOCAL qlrf.org = '{org}'"));
    let begin = format!("BEGIN; SET LOCAL ROLE qlrf_app{org}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(begin))
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

#[tokio::test]
async fn without_a_tenant_there_are_no_rows_and_no_writes() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let mut nobody = as_tenant(&db, None).await;
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM org")
        .fetch_one(&mut nobody)
        .await
        .unwrap();
    assert_eq!(seen, 0);
    let insert = sqlx::query("INSERT INTO lease VALUES ($1, 'n', 'w', 1, now())").bind(org.as_uuid());
    let error = insert
        .execute(&mut nobody)
        .await
        .unwrap_err()
        .into_database_error()
        .unwrap();
    assert_eq!(error.code().as_deref(), Some("42501"), "{error}");
    let error = sqlx::query("SELECT * FROM person")
        .fetch_all(&mut as_tenant(&db, Some(org)).await)
        .await;
    assert_eq!(
        error
            .unwrap_err()
            .into_database_error()
            .unwrap()
            .code()
            .as_deref(),
        Some("42501")
    );
}

#[tokio::test]
async fn a_row_cannot_be_written_for_or_moved_to_another_tenant() {
    let db = TestDb::new().await;
    let (a, b) = (db.org("a").await, db.org("b").await);
    let mut as_a = as_tenant(&db, Some(a)).await;
    sqlx::query("INSERT INTO lease VALUES ($1, 'n', 'w', 1, now())")
        .bind(a.as_uuid())
        .execute(&mut as_a)
        .await
        .unwrap();
    let moved = sqlx::query("UPDATE lease SET org_id = $1")
        .bind(b.as_uuid())
        .execute(&mut as_a)
        .await;
    assert_eq!(
        moved
            .unwrap_err()
            .into_database_error()
            .unwrap()
            .code()
            .as_deref(),
        Some("42501")
    );
    let mut as_a = as_tenant(&db, Some(a)).await;
    let other = sqlx::query("INSERT INTO lease VALUES ($1, 'n', 'w', 1, now())").bind(b.as_uuid());
    assert_eq!(
        other
            .execute(&mut as_a)
            .await
            .unwrap_err()
            .into_database_error()
            .unwrap()
            .code()
            .as_deref(),
        Some("42501")
    );
}

#[tokio::test]
async fn the_owner_of_the_tables_is_kept_out_too() {
    let db = TestDb::new().await;
    db.org("acme").await;
    let mut owner = db.options().connect().await.unwrap();
    let is_superuser: bool = sqlx::query_scalar("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    if is_superuser {
        eprintln!("skipped: the tests connect as a superuser, whom no policy binds");
        return;
    }
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM org")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test]
async fn connections_carry_nothing_from_one_tenant_to_the_next() {
    let db = TestDb::new().await;
    let (a, b) = (db.org("a").await, db.org("b").await);
    for round in 0..40 {
        let org = if round % 2 == 0 { a } else { b };
        let mut tx = db.store().tenant(org).await.unwrap();
        outbox::append(&mut tx, event(if round % 2 == 0 { "of a" } else { "of b" }), None)
            .await
            .unwrap();
        match round % 4 {
            // Rolled back by drop, and by a statement that failed.
            0 | 1 => drop(tx),
            _ if round % 8 == 2 => {
                assert!(outbox::append(&mut tx, event("bad\0text"), None).await.is_err());
            }
            _ => tx.commit().await.unwrap(),
        }
    }
    assert!(
        subjects(db.store(), a)
            .await
            .iter()
            .all(|subject| subject == "of a")
    );
    let of_b = subjects(db.store(), b).await;
    assert!(!of_b.is_empty() && of_b.iter().all(|subject| subject == "of b"));
}

#[tokio::test]
async fn cancelled_work_leaves_no_transaction_open() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    db.store().ping().await.unwrap();
    for after in 0..60_u64 {
        // Cancelled at every await in turn: opening, writing, committing.
        let work = async {
            let mut tx = db.store().tenant(org).await.unwrap();
            outbox::append(&mut tx, event("cancelled"), None).await.unwrap();
            std::future::pending::<()>().await;
        };
        let mut work = Box::pin(work);
        for _ in 0..after % 6 {
            let _ = futures::poll!(work.as_mut());
            tokio::task::yield_now().await;
        }
        let _ = tokio::time::timeout(Duration::from_micros(after * 37), work).await;
    }
    let mut admin = db.admin().await;
    let mut open = i64::MAX;
    let end = tokio::time::Instant::now() + Duration::from_secs(5);
    while open > 0 && tokio::time::Instant::now() < end {
        tokio::task::yield_now().await;
        let row = sqlx::query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        );
        open = row.fetch_one(&mut admin).await.unwrap().get(0);
    }
    assert_eq!(open, 0, "transactions that nobody will end");
    assert_eq!(subjects(db.store(), org).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_system_role_spans_tenants_and_gives_up_the_power_with_the_transaction() {
    let db = TestDb::new().await;
    let (a, b) = (db.org("a").await, db.org("b").await);
    for org in [a, b] {
        let mut tx = db.store().tenant(org).await.unwrap();
        outbox::append(&mut tx, event("old"), None).await.unwrap();
        tx.commit().await.unwrap();
    }
    let later = qlrf_core::time::now() + qlrf_core::time::Duration::hours(1);
    let pruned = poll(Duration::from_secs(5), || async {
        let mut tx = db.store().system("prune events").await.unwrap();
        let pruned = outbox::prune(&mut tx, later).await.unwrap();
        tx.commit().await.unwrap();
        (pruned > 0).then_some(pruned)
    })
    .await;
    assert!(pruned <= 2);
    let mut tx = db.store().tenant(a).await.unwrap();
    assert!(lease::acquire(&mut tx, "n", "w", TTL).await.unwrap().is_some());
}

#[tokio::test]
async fn a_tenants_query_uses_the_index_on_the_tenant() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    sqlx::raw_sql(
        "INSERT INTO org SELECT gen_random_uuid(), 'o' || n, 'o' FROM generate_series(1, 200) n;
         INSERT INTO outbox (org_id, event_id, at, type, subject, data)
             SELECT id, gen_random_uuid(), now(), 't', 's', '{}' FROM org, generate_series(1, 50); ANALYZE",
    )
    .execute(&mut db.admin().await)
    .await
    .unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT * FROM outbox WHERE (xid, id) > ('3', 5) ORDER BY xid, id LIMIT 10",
    )
    .fetch_all(&mut as_tenant(&db, Some(org)).await)
    .await
    .unwrap();
    let plan = plan.join("\n");
    assert!(
        plan.contains("Index Cond: ((org_id = (NULLIF(current_setting('qlrf.org'"),
        "{plan}"
    );
}
