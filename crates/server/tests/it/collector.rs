//! Collections that are cut off, and workers that take over from one another.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use qlrf_connectors::grant::Grants;
use qlrf_core::id::OrgId;
use qlrf_core::time::now;
use qlrf_server::app::sync::{self, Lease};
use qlrf_store::{Error, Result, connector, sync as syncs};
use qlrf_testkit::{TestDb, poll};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::inventory::{Estate, assert_consistent, believed, complete, count, hosts, report};

type Ran = Result<Option<syncs::Sync>>;

/// How a collection of the simulated estate ends: one of its scopes is out of reach.
const ENDED: &str = "partial";

/// More than one batch, so that a collection can stop between two of them.
fn estate_of_day(day: i32) -> Value {
    json!({ "assets": 2_100, "seed": 7, "as_of": "2026-06-01", "day": day })
}

async fn queue(estate: &Estate) {
    let mut tx = estate.tx().await;
    syncs::queue(&mut tx, estate.connector, "test", false, now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

pub async fn collect_now(estate: &Estate) {
    queue(estate).await;
    assert_eq!(run(estate).await.unwrap().unwrap().outcome, ENDED);
}

pub async fn set_config(estate: &Estate, config: &Value) {
    let mut tx = estate.tx().await;
    let version = connector::find(&mut tx, estate.connector)
        .await
        .unwrap()
        .unwrap()
        .version;
    let change = connector::Change {
        config: Some(config),
        ..Default::default()
    };
    assert!(
        connector::change(&mut tx, estate.connector, version, &change)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

async fn run(estate: &Estate) -> Ran {
    sync::run_next(
        &estate.store,
        &Grants::default(),
        estate.org,
        estate.connector,
        "worker",
    )
    .await
}

/// What time does to the lease of a worker that is gone.
async fn expire_leases(admin: &mut PgConnection) {
    sqlx::query("UPDATE lease SET expires_at = '-infinity'")
        .execute(admin)
        .await
        .unwrap();
}

async fn outcomes(admin: &mut PgConnection, org: OrgId) -> Vec<(String, String)> {
    sqlx::query_as("SELECT outcome, requested_by FROM sync WHERE org_id = $1 ORDER BY queued_at, id")
        .bind(org.as_uuid())
        .fetch_all(admin)
        .await
        .unwrap()
}

/// Lets a future go on for so many steps, then drops it; counts the steps of one that ends before.
async fn cut_off<F: Future>(future: F, steps: usize) -> (usize, Option<F::Output>) {
    let mut future: Pin<Box<F>> = Box::pin(future);
    let mut done = 0;
    std::future::poll_fn(move |context| {
        if done == steps {
            return Poll::Ready((done, None));
        }
        done += 1;
        future.as_mut().poll(context).map(|output| (done, Some(output)))
    })
    .await
}

/// Wherever a collection is cut off, first load or change, its repetition ends where an undisturbed one does.
#[tokio::test]
async fn a_collection_that_was_cut_off_is_run_again_and_ends_like_an_undisturbed_one() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let undisturbed =
        Estate::of_kind(db.store(), db.org("undisturbed").await, "sim", &estate_of_day(0)).await;
    queue(&undisturbed).await;
    let (first_steps, done) = cut_off(run(&undisturbed), usize::MAX).await;
    assert_eq!(done.unwrap().unwrap().unwrap().outcome, ENDED);
    let first = believed(&mut admin, undisturbed.org).await;
    set_config(&undisturbed, &estate_of_day(45)).await;
    queue(&undisturbed).await;
    let (second_steps, done) = cut_off(run(&undisturbed), usize::MAX).await;
    assert_eq!(done.unwrap().unwrap().unwrap().outcome, ENDED);
    let second = believed(&mut admin, undisturbed.org).await;
    assert_ne!(first, second);

    let mut interrupted = 0;
    for (seed, of_first, of_second) in [(1, 0.2, 0.5), (2, 0.7, 0.15)] {
        let org = db.org(&format!("cut-{seed}")).await;
        let estate = Estate::of_kind(db.store(), org, "sim", &estate_of_day(0)).await;
        let days = [
            (0, first_steps, of_first, &first),
            (45, second_steps, of_second, &second),
        ];
        for (day, steps, share, expected) in days {
            set_config(&estate, &estate_of_day(day)).await;
            queue(&estate).await;
            let steps = ((steps as f64 * share) as usize).max(1);
            let (_, done) = cut_off(run(&estate), steps).await;
            assert_consistent(&mut admin).await;
            // How many steps a collection takes depends on what else the machine does; one may have come through.
            if done.is_none() {
                expire_leases(&mut admin).await;
                let again = run(&estate).await.unwrap().expect("it is queued again by itself");
                assert_eq!(again.outcome, ENDED, "{:?}", again.detail);
                assert_consistent(&mut admin).await;
            }
            let same = believed(&mut admin, estate.org).await == *expected;
            assert!(same, "seed {seed}, day {day}: another end");
        }
        let all = outcomes(&mut admin, estate.org).await;
        let of = |outcome: &str| all.iter().filter(|(o, _)| o == outcome).count();
        assert_eq!(
            (of(ENDED), of(ENDED) + of("interrupted")),
            (2, all.len()),
            "{all:?}"
        );
        interrupted += of("interrupted");
    }
    assert!(interrupted > 0, "no collection was cut off while it ran");
}

#[tokio::test]
async fn two_workers_never_run_one_connector_at_a_time() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let estate = Estate::of_kind(
        db.store(),
        org,
        "sim",
        &json!({"assets": 20, "as_of": "2026-06-01"}),
    )
    .await;
    for _ in 0..8 {
        queue(&estate).await;
        let worker = |name: &'static str| {
            let estate = estate.clone();
            tokio::spawn(async move {
                sync::run_next(&estate.store, &Grants::default(), org, estate.connector, name)
                    .await
                    .unwrap()
            })
        };
        let workers = ["a", "b", "c", "d"].map(worker);
        let mut ran = 0;
        for worker in workers {
            ran += usize::from(worker.await.unwrap().is_some());
        }
        assert_eq!(ran, 1);
    }
    let all = outcomes(&mut db.admin().await, org).await;
    assert!(
        all.len() == 8 && all.iter().all(|(outcome, _)| outcome == ENDED),
        "{all:?}"
    );
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_cannot_commit() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let estate = Estate::new(&db, "acme").await;
    estate.collect(vec![complete("a", hosts(0..5))]).await;
    let before = believed(&mut admin, estate.org).await;

    let stale = estate.lease().await;
    let mut ingest = estate.begin(&stale, true).await;
    report(&mut ingest, complete("a", hosts(3..8))).await.unwrap();
    expire_leases(&mut admin).await;
    let fresh = Lease::take(&estate.store, estate.org, estate.connector, "other")
        .await
        .unwrap();
    assert!(fresh.is_some(), "an expired lease can be taken over");
    let refused = ingest.finish().await;
    assert!(matches!(refused, Err(Error::Fenced(_))), "{refused:?}");
    assert_eq!(believed(&mut admin, estate.org).await, before);
    // A whole batch of a scope that is new is written before the end.
    let mut ingest = estate.begin(&stale, true).await;
    assert!(
        report(&mut ingest, complete("b", hosts(10..2_010)))
            .await
            .is_err()
    );
    assert_eq!(believed(&mut admin, estate.org).await, before);
    // Giving back what is lost takes nothing from the successor.
    stale.give_back(&estate.store, estate.org).await.unwrap();
    let third = Lease::take(&estate.store, estate.org, estate.connector, "third")
        .await
        .unwrap();
    assert!(third.is_none());
}

/// The first worker sleeps through its lease after it has started; the second takes over; then the first wakes up.
#[tokio::test]
async fn a_worker_that_was_replaced_leaves_the_record_of_its_sync_to_its_successor() {
    let db = TestDb::new().await;
    let (mut admin, mut blocker) = (db.admin().await, db.admin().await);
    let org = db.org("acme").await;
    let estate = Estate::of_kind(
        db.store(),
        org,
        "sim",
        &json!({"assets": 30, "as_of": "2026-06-01"}),
    )
    .await;
    // The first collection also registers images; the second has nothing left but its own facts to write.
    collect_now(&estate).await;
    queue(&estate).await;
    sqlx::raw_sql("BEGIN; LOCK TABLE scope IN ACCESS EXCLUSIVE MODE")
        .execute(&mut blocker)
        .await
        .unwrap();
    let mut first = Box::pin(run(&estate));
    tokio::select! {
        ran = &mut first => panic!("it did not wait for the ledger: {ran:?}"),
        () = poll(Duration::from_secs(60), || async {
            let mut own = db.admin().await;
            (count(&mut own, "sync WHERE outcome = 'running'").await == 1).then_some(())
        }) => {}
    }
    sqlx::raw_sql("COMMIT").execute(&mut blocker).await.unwrap();
    expire_leases(&mut admin).await;
    let second = sync::run_next(&estate.store, &Grants::default(), org, estate.connector, "second")
        .await
        .unwrap();
    assert_eq!(second.expect("it is queued again").outcome, ENDED);
    let settled = believed(&mut admin, org).await;

    let woken = first.await;
    assert!(matches!(woken, Err(Error::Fenced(_))), "{woken:?}");
    let mut all = outcomes(&mut admin, org).await;
    all.sort();
    let expected = [("interrupted", "test"), (ENDED, "recovery"), (ENDED, "test")];
    assert_eq!(
        all,
        expected.map(|(outcome, by)| (outcome.to_owned(), by.to_owned()))
    );
    assert_eq!(count(&mut admin, "connector WHERE failures > 0").await, 0);
    assert_eq!(believed(&mut admin, org).await, settled);
    assert_consistent(&mut admin).await;
}

/// Somebody cancelled it, and the worker died before it saw that.
#[tokio::test]
async fn a_cancelled_collection_of_a_dead_worker_is_not_run_again_and_the_schedule_goes_on() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let estate = Estate::of_kind(db.store(), db.org("a").await, "sim", &estate_of_day(0)).await;
    sqlx::query("UPDATE connector SET interval_s = 600, next_sync_at = NULL")
        .execute(&mut admin)
        .await
        .unwrap();
    queue(&estate).await;
    let began = poll(Duration::from_secs(30), || async {
        let mut tx = estate.tx().await;
        let newest = syncs::list(&mut tx, estate.connector, None, None, 1)
            .await
            .unwrap();
        (newest[0].outcome == "running").then_some(())
    });
    // The worker is dropped where it is.
    tokio::select! {
        _ = run(&estate) => panic!("it ended before anybody could cancel it"),
        () = began => {}
    }
    let mut tx = estate.tx().await;
    let stopped = syncs::cancel(&mut tx, estate.connector, "person:ada", now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(stopped.is_some());
    expire_leases(&mut admin).await;
    assert_eq!(run(&estate).await.unwrap(), None, "nothing waits");
    let expected = [("cancelled".to_owned(), "test".to_owned())];
    assert_eq!(outcomes(&mut admin, estate.org).await, expected);
    let (is_due,): (bool,) = sqlx::query_as("SELECT next_sync_at > now() FROM connector")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert!(is_due);
}
