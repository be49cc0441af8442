//! One holder at a time, and a former holder's writes are refused.

use std::time::Duration;

use qlrf_core::id::OrgId;
use qlrf_store::{Store, lease};
use qlrf_testkit::{TestDb, poll};

const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(30);

async fn acquire(store: &Store, org: OrgId, owner: &str, ttl: Duration) -> Option<i64> {
    let mut tx = store.tenant(org).await.unwrap();
    let epoch = lease::acquire(&mut tx, "sync/c1", owner, ttl).await.unwrap();
    tx.commit().await.unwrap();
    epoch
}

#[tokio::test]
async fn of_many_that_ask_at_once_one_gets_it() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let asked: Vec<_> = (0..12)
        .map(|n| {
            let store = db.store().clone();
            tokio::spawn(async move { acquire(&store, org, &format!("worker-{n}"), LONG).await })
        })
        .collect();
    let mut granted = 0;
    for answer in asked {
        granted += usize::from(answer.await.unwrap().is_some());
    }
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn a_lease_is_of_one_tenant() {
    let db = TestDb::new().await;
    let (a, b) = (db.org("a").await, db.org("b").await);
    assert_eq!(acquire(db.store(), a, "w", LONG).await, Some(1));
    assert_eq!(acquire(db.store(), b, "w", LONG).await, Some(1));
    assert_eq!(acquire(db.store(), a, "w", LONG).await, None);
}

#[tokio::test]
async fn the_epoch_grows_and_a_former_holder_is_refused() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let first = acquire(db.store(), org, "one", SHORT).await.unwrap();
    let second = poll(Duration::from_secs(5), || acquire(db.store(), org, "two", LONG)).await;
    assert!(second > first);
    let mut tx = db.store().tenant(org).await.unwrap();
    assert!(!lease::confirm(&mut tx, "sync/c1", first).await.unwrap());
    assert!(!lease::renew(&mut tx, "sync/c1", first, LONG).await.unwrap());
    assert!(!lease::release(&mut tx, "sync/c1", first).await.unwrap());
    assert!(lease::confirm(&mut tx, "sync/c1", second).await.unwrap());
    assert!(lease::renew(&mut tx, "sync/c1", second, LONG).await.unwrap());
    assert!(lease::release(&mut tx, "sync/c1", second).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(acquire(db.store(), org, "three", LONG).await, Some(second + 1));
}

#[tokio::test]
async fn nobody_takes_over_while_a_holder_writes() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    // Over at once, so that only the writer's lock stands in the way.
    let epoch = acquire(db.store(), org, "one", Duration::from_micros(1))
        .await
        .unwrap();
    let mut writing = db.store().tenant(org).await.unwrap();
    assert!(lease::confirm(&mut writing, "sync/c1", epoch).await.unwrap());
    let store = db.store().clone();
    let taking = tokio::spawn(async move { acquire(&store, org, "two", LONG).await });
    poll(Duration::from_secs(5), || async {
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())",
        )
        .fetch_one(&mut db.admin().await)
        .await
        .unwrap();
        waits.then_some(())
    })
    .await;
    assert!(!taking.is_finished());
    writing.commit().await.unwrap();
    assert_eq!(taking.await.unwrap(), Some(epoch + 1));
}
