//! How much watches ask for: of collections, and of the installation.

use std::sync::Arc;
use std::time::Duration;

use qlrf_server::app::watch;
use qlrf_server::roles::{Start, Stop};
use qlrf_testkit::poll;
use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::net::TcpListener;

use super::{Estate, QUICK, SEEN_MAX, is_watched};
use crate::support::TestServer;

/// As the page of the connector says.
const WATCHED_MAX: i64 = 500;
const REST: time::Duration = time::Duration::seconds(3);

/// What the watch asked for, the oldest first: when, and how long each took.
async fn asked_for(estate: &Estate, connector: &str) -> Vec<(OffsetDateTime, time::Duration)> {
    let page: Value = estate.admin.get(&format!("{connector}/syncs")).await.ok();
    let at = |sync: &Value, key: &str| OffsetDateTime::parse(sync[key].as_str()?, &Rfc3339).ok();
    let syncs = page["items"].as_array().unwrap().iter().rev();
    let by_watch = syncs.filter(|sync| sync["requested_by"] == "watch");
    let times = |sync| {
        Some((
            at(sync, "queued_at")?,
            at(sync, "ended_at")? - at(sync, "started_at")?,
        ))
    };
    by_watch.filter_map(times).collect()
}

async fn change_until_collected(estate: &Estate, times: usize) -> Vec<(OffsetDateTime, time::Duration)> {
    let connector = estate.add().await;
    estate.until(&connector, is_watched).await;
    for count in 0..times {
        let name = format!("web{count}");
        estate.deploy(&name).await;
        estate.until_seen(&name).await;
        estate.until(&connector, is_watched).await;
    }
    let asked = asked_for(estate, &connector).await;
    assert!(asked.len() > times, "{asked:?}");
    asked
}

#[tokio::test]
async fn a_watch_leaves_its_rest_between_two_collections() {
    let test = "a_watch_leaves_its_rest_between_two_collections";
    let tempo = watch::Tempo {
        rest: REST.unsigned_abs(),
        ..QUICK
    };
    let Some(estate) = Estate::start(test, tempo).await else {
        return;
    };
    for pair in change_until_collected(&estate, 2).await.windows(2) {
        let (before, after) = (pair[0].0, pair[1].0);
        assert!(after - before >= REST, "{before} {after}");
    }
}

/// Each was asked for when the one before it had long ended: of the time, a quarter goes into collections at most.
#[tokio::test]
async fn long_collections_are_asked_for_more_seldom() {
    let tempo = watch::Tempo {
        rest: Duration::ZERO,
        ..QUICK
    };
    let Some(estate) = Estate::start("long_collections_are_asked_for_more_seldom", tempo).await else {
        return;
    };
    for three in change_until_collected(&estate, 4).await.windows(3) {
        // When the second was asked for, the first was the newest that had taken its time.
        let (took, rest) = (three[0].1, three[2].0 - three[1].0);
        assert!(rest >= took * 4, "after one of {took} the rest was {rest}");
    }
}

/// Nothing listens where they are: it is enough that somebody holds them.
async fn add_many(connection: &mut PgConnection, org: uuid::Uuid) {
    let config = json!({"cluster": "k1", "server": "http://127.0.0.1:1", "token": "env:NONE"});
    let insert = sqlx::query(
        "INSERT INTO connector (org_id, id, kind, name, config, simulated, interval_s, created_at)
         SELECT $1, gen_random_uuid(), 'kubernetes', 'k' || at, $2, false, 86400, now() + at * interval '1 second'
         FROM generate_series(1, $3) AS at",
    );
    let insert = insert.bind(org).bind(config).bind(WATCHED_MAX + 1);
    insert.execute(connection).await.unwrap();
}

async fn epoch(connection: &mut PgConnection, name: &str) -> i64 {
    let epoch = sqlx::query_scalar(
        "SELECT COALESCE(max(l.epoch) FILTER (WHERE l.expires_at > clock_timestamp()), 0)
         FROM connector c LEFT JOIN lease l ON l.name = 'watch/' || c.id WHERE c.name = $1",
    );
    epoch.bind(name).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn of_an_installation_the_oldest_500_are_watched() {
    let server = TestServer::start().await;
    let mut connection = server.db.admin().await;
    add_many(&mut connection, server.first.org.as_uuid()).await;
    let (sender, stop) = Stop::new();
    let start = Start {
        app: server.app.clone(),
        listener: Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap()),
        stop,
    };
    // They fail, and do not try again while this runs.
    let tempo = watch::Tempo {
        back_off: SEEN_MAX,
        ..QUICK
    };
    let running = tokio::spawn(watch::run(start, tempo));
    let held = "SELECT count(*) FROM lease WHERE name LIKE 'watch/%' AND expires_at > clock_timestamp()";
    poll(SEEN_MAX, || async {
        let mut connection = server.db.admin().await;
        let held: i64 = sqlx::query_scalar(held).fetch_one(&mut connection).await.unwrap();
        (held >= WATCHED_MAX).then_some(())
    })
    .await;
    // Who is watched anew was seen in a later look, which would have found the newest one as well.
    change(&mut connection, "version = version + 1", "k1").await;
    poll(SEEN_MAX, || async {
        (epoch(&mut server.db.admin().await, "k1").await > 1).then_some(())
    })
    .await;
    assert_eq!(epoch(&mut connection, "k501").await, 0);
    change(&mut connection, "enabled = false", "k1").await;
    poll(SEEN_MAX, || async {
        (epoch(&mut server.db.admin().await, "k501").await == 1).then_some(())
    })
    .await;
    assert_eq!(epoch(&mut connection, "k1").await, 0);
    sender.send(true).unwrap();
    running.await.unwrap().unwrap();
}

async fn change(connection: &mut PgConnection, what: &str, name: &str) {
    let update = sqlx::AssertSqlSafe(format!("UPDATE connector SET {what} WHERE name = $1"));
    let done = sqlx::query(update).bind(name).execute(connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}
