//! No event is ever skipped, seen twice, or seen before its change is committed.

use std::time::Duration;

use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::OrgId;
use qlrf_store::Store;
use qlrf_store::outbox::{self, Batch, Cursor, Event, Listener};
use qlrf_testkit::{Proxy, TestDb, poll};

const DEADLINE: Duration = Duration::from_secs(10);

fn event(subject: &str) -> NewEvent {
    NewEvent {
        event_type: EventType::AssetUpdated,
        subject: subject.into(),
        data: serde_json::json!({ "n": 1 }),
    }
}

async fn append(store: &Store, org: OrgId, subject: &str) {
    let mut tx = store.tenant(org).await.unwrap();
    outbox::append(&mut tx, event(subject), None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn read(store: &Store, org: OrgId, cursor: Cursor, limit: u32) -> (Vec<Event>, Cursor, bool) {
    let mut tx = store.tenant(org).await.unwrap();
    match outbox::read_after(&mut tx, cursor, limit).await.unwrap() {
        Batch::Events {
            events,
            next,
            held_back,
        } => (events, next, held_back.is_some()),
        Batch::Gone { .. } => panic!("nothing was pruned"),
    }
}

fn subjects(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.subject.as_str()).collect()
}

#[tokio::test]
async fn an_event_is_a_cloudevent() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let mut tx = db.store().tenant(org).await.unwrap();
    let id = outbox::append(&mut tx, event("assets/1"), Some("req-7"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let event = poll(DEADLINE, || async {
        read(db.store(), org, Cursor::START, 10).await.0.pop()
    })
    .await;
    let json = serde_json::to_value(&event).unwrap();
    let time = json["time"].as_str().unwrap();
    assert!(time.ends_with('Z') && time.contains('T'), "{time}");
    assert_eq!(
        json,
        serde_json::json!({
            "specversion": "1.0", "id": id.to_string(), "source": format!("/orgs/{org}"), "type": "asset.updated",
            "subject": "assets/1", "time": time, "datacontenttype": "application/json", "orgid": org.to_string(),
            "correlationid": "req-7", "data": { "n": 1 }
        })
    );
}

#[tokio::test]
async fn an_event_is_there_exactly_if_its_transaction_is() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let mut tx = db.store().tenant(org).await.unwrap();
    outbox::append(&mut tx, event("rolled back"), None).await.unwrap();
    drop(tx);
    append(db.store(), org, "committed").await;
    let events = poll(DEADLINE, || async {
        let (events, _, held_back) = read(db.store(), org, Cursor::START, 10).await;
        (!held_back && !events.is_empty()).then_some(events)
    })
    .await;
    assert_eq!(subjects(&events), ["committed"]);
}

/// The reason for the order by transaction: the one that begins first commits last.
#[tokio::test]
async fn a_transaction_that_commits_late_is_not_skipped() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let mut slow = db.store().tenant(org).await.unwrap();
    outbox::append(&mut slow, event("first"), None).await.unwrap();
    append(db.store(), org, "second").await;

    let (events, cursor, held_back) = read(db.store(), org, Cursor::START, 10).await;
    assert_eq!(
        subjects(&events),
        Vec::<&str>::new(),
        "the second event waits for the first"
    );
    assert!(held_back, "and the reader is told that something waits");

    // What a reader by id would do: it has seen the second event and goes on after it.
    let naive = "SELECT subject, id FROM outbox WHERE id > $1 ORDER BY id";
    let mut admin = db.admin().await;
    let seen: Vec<(String, i64)> = sqlx::query_as(naive)
        .bind(0_i64)
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(
        seen.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
        ["second"]
    );
    slow.commit().await.unwrap();
    let rest: Vec<(String, i64)> = sqlx::query_as(naive)
        .bind(seen[0].1)
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert!(rest.is_empty(), "the reader by id never sees the first event");

    let events = poll(DEADLINE, || async {
        let (events, _, _) = read(db.store(), org, cursor, 10).await;
        (events.len() == 2).then_some(events)
    })
    .await;
    assert_eq!(subjects(&events), ["first", "second"]);
}

/// Writers that overlap, commit in any order or roll back; a reader that goes from cursor to cursor meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_concurrent_writers_every_event_is_seen_once() {
    const WRITERS: usize = 8;
    const EACH: usize = 40;
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = db.store().clone();
            tokio::spawn(async move {
                for n in 0..EACH {
                    let mut tx = store.tenant(org).await.unwrap();
                    outbox::append(&mut tx, event(&format!("{writer}/{n}")), None)
                        .await
                        .unwrap();
                    for _ in 0..(writer * 7 + n * 3) % 11 {
                        tokio::task::yield_now().await;
                    }
                    outbox::append(&mut tx, event(&format!("{writer}/{n}+")), None)
                        .await
                        .unwrap();
                    if n % 5 == 4 {
                        drop(tx)
                    } else {
                        tx.commit().await.unwrap()
                    }
                }
            })
        })
        .collect();
    let (mut cursor, mut seen) = (Cursor::START, Vec::new());
    let expected = WRITERS * EACH * 4 / 5 * 2;
    let end = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let finished = writers.iter().all(|writer| writer.is_finished());
        let (events, next, held_back) = read(db.store(), org, cursor, 7).await;
        let idle = events.is_empty();
        seen.extend(events.into_iter().map(|event| event.subject));
        cursor = next;
        if (finished && idle && !held_back) || tokio::time::Instant::now() > end {
            break;
        }
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(seen.len(), distinct.len(), "an event was seen twice");
    assert_eq!(distinct.len(), expected, "events were skipped");
    for writer in 0..WRITERS {
        let own: Vec<_> = seen
            .iter()
            .filter(|subject| subject.starts_with(&format!("{writer}/")))
            .collect();
        let numbers: Vec<usize> = own
            .iter()
            .map(|s| {
                s.trim_end_matches('+')
                    .split('/')
                    .nth(1)
                    .unwrap()
                    .parse()
                    .unwrap()
            })
            .collect();
        assert!(numbers.is_sorted(), "the events of one writer come in its order");
    }
}

#[tokio::test]
async fn a_cursor_behind_retention_is_told_so() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    for n in 0..3 {
        append(db.store(), org, &n.to_string()).await;
    }
    let (events, _, _) = poll(DEADLINE, || async {
        let batch = read(db.store(), org, Cursor::START, 10).await;
        (batch.0.len() == 3).then_some(batch)
    })
    .await;
    sqlx::query("UPDATE outbox SET at = now() - interval '1 day' WHERE subject IN ('0', '1')")
        .execute(&mut db.admin().await)
        .await
        .unwrap();
    let pruned = poll(DEADLINE, || async {
        let mut tx = db.store().system("prune events").await.unwrap();
        let hour_ago = qlrf_core::time::now() - qlrf_core::time::Duration::hours(1);
        let pruned = outbox::prune(&mut tx, hour_ago).await.unwrap();
        tx.commit().await.unwrap();
        (pruned > 0).then_some(pruned)
    })
    .await;
    assert_eq!(pruned, 2);
    let mut tx = db.store().tenant(org).await.unwrap();
    for old in [Cursor::START, events[0].cursor] {
        let batch = outbox::read_after(&mut tx, old, 10).await.unwrap();
        assert_eq!(
            batch,
            Batch::Gone {
                resume: events[1].cursor
            }
        );
    }
    let resumed = outbox::read_after(&mut tx, events[1].cursor, 10).await.unwrap();
    assert!(matches!(resumed, Batch::Events { events, .. } if subjects(&events) == ["2"]));
    let foreign: Cursor = format!("{}-1", u64::MAX).parse().unwrap();
    assert!(matches!(
        outbox::read_after(&mut tx, foreign, 10).await.unwrap(),
        Batch::Gone { .. }
    ));
}

#[tokio::test]
async fn a_reader_from_now_on_sees_what_comes_and_nothing_else() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    append(db.store(), org, "before").await;
    poll(DEADLINE, || async {
        read(db.store(), org, Cursor::START, 10).await.0.pop()
    })
    .await;
    let mut tx = db.store().tenant(org).await.unwrap();
    let cursor = outbox::latest(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    append(db.store(), org, "after").await;
    let event = poll(DEADLINE, || async {
        read(db.store(), org, cursor, 10).await.0.pop()
    })
    .await;
    assert_eq!(event.subject, "after");
}

#[tokio::test]
async fn a_commit_wakes_the_reader_of_its_tenant_also_when_an_older_transaction_ends_silently() {
    let db = TestDb::new().await;
    let (org, other) = (db.org("acme").await, db.org("other").await);
    let listener = Listener::start(db.store());
    let mut subscription = listener.subscribe(org);
    // Takes a transaction id and writes no event: nothing will tell of its end.
    let mut silent = db.store().tenant(other).await.unwrap();
    qlrf_store::lease::acquire(&mut silent, "n", "w", DEADLINE)
        .await
        .unwrap();
    append(db.store(), org, "one").await;
    let store = db.store().clone();
    let reader = tokio::spawn(async move { subscription.next(&store, Cursor::START, 10).await.unwrap() });
    silent.commit().await.unwrap();
    let batch = tokio::time::timeout(DEADLINE, reader)
        .await
        .expect("the reader is woken")
        .unwrap();
    assert!(matches!(batch, Batch::Events { events, .. } if subjects(&events) == ["one"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_survive_a_database_that_goes_away() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let proxy = Proxy::start(db.options()).await.unwrap();
    let cut = Store::connect(proxy.options());
    let listener = Listener::start(&cut);
    let mut subscription = listener.subscribe(org);
    append(db.store(), org, "before").await;
    let batch = subscription.next(&cut, Cursor::START, 10).await.unwrap();
    let Batch::Events { next: cursor, .. } = batch else {
        panic!("nothing was pruned")
    };

    proxy.cut();
    poll(DEADLINE, || async { cut.ping().await.is_err().then_some(()) }).await;
    // Committed by another process while this one is cut off: no hint will come.
    append(db.store(), org, "meanwhile").await;
    proxy.restore();
    let reconnected = tokio::time::timeout(DEADLINE, async {
        loop {
            if let Ok(batch) = subscription.next(&cut, cursor, 10).await {
                return batch;
            }
        }
    });
    let batch = reconnected.await.expect("the reader comes back");
    let Batch::Events {
        events, next: cursor, ..
    } = batch
    else {
        panic!("nothing was pruned")
    };
    assert_eq!(subjects(&events), ["meanwhile"]);

    append(db.store(), org, "again").await;
    let batch = tokio::time::timeout(DEADLINE, subscription.next(&cut, cursor, 10))
        .await
        .unwrap()
        .unwrap();
    assert!(matches!(batch, Batch::Events { events, .. } if subjects(&events) == ["again"]));
}

/// A process that dies between its commit and the hint leaves an event that nobody tells of.
#[tokio::test]
async fn an_event_that_nobody_told_of_is_found() {
    let db = TestDb::new().await;
    let org = db.org("acme").await;
    let listener = Listener::start(db.store());
    let mut subscription = listener.subscribe(org);
    append(db.store(), org, "told").await;
    let batch = subscription.next(db.store(), Cursor::START, 10).await.unwrap();
    let Batch::Events { next: cursor, .. } = batch else {
        panic!("nothing was pruned")
    };
    let store = db.store().clone();
    let reader = tokio::spawn(async move { subscription.next(&store, cursor, 10).await.unwrap() });
    sqlx::query(
        "INSERT INTO outbox (org_id, event_id, at, type, subject, data)
         VALUES ($1, gen_random_uuid(), now(), 'asset.updated', 'untold', '{}')",
    )
    .bind(org.as_uuid())
    .execute(&mut db.admin().await)
    .await
    .unwrap();
    let batch = tokio::time::timeout(DEADLINE, reader)
        .await
        .expect("the listener looks for itself")
        .unwrap();
    assert!(matches!(batch, Batch::Events { events, .. } if subjects(&events) == ["untold"]));
}

/// What one process commits is told to all others, once it is committed and not before.
#[tokio::test]
async fn other_processes_are_notified_of_a_commit_and_of_nothing_else() {
    let db = TestDb::new().await;
    let (org, other) = (db.org("acme").await, db.org("other").await);
    let mut channel =
        sqlx::postgres::PgListener::connect_with(&sqlx::PgPool::connect_with(db.options()).await.unwrap())
            .await
            .unwrap();
    channel.listen("qlrf_outbox").await.unwrap();
    let mut dropped = db.store().tenant(other).await.unwrap();
    outbox::append(&mut dropped, event("rolled back"), None)
        .await
        .unwrap();
    drop(dropped);
    append(db.store(), org, "committed").await;
    let told = tokio::time::timeout(DEADLINE, channel.recv()).await;
    let told = told.expect("the commit is told").unwrap();
    assert!(
        told.payload().starts_with(&format!("{org} ")),
        "{}",
        told.payload()
    );
}
