//! From what a connector lists to facts, through the real sink.

use std::collections::{BTreeMap, BTreeSet};

use qlrf_core::asset::{AssetKind, AssetState, FAMILY_LABEL};
use qlrf_core::digest::Digest;
use qlrf_core::normalise::{FIELD_BYTES_MAX, LINK_BYTES_MAX, NATIVE_ID_BYTES_MAX};
use qlrf_core::time::Timestamp;
use qlrf_server::app::ingest::Tally;
use qlrf_testkit::TestDb;
use sqlx::PgConnection;

use crate::inventory::{
    Estate, assert_consistent, believed, complete, count, host, hosts, partial, report, rows_of, running,
};

const WRITTEN_ONLY_ON_CHANGE: &[&str] = &[
    "asset",
    "asset_fact",
    "asset_drift",
    "package",
    "package_set",
    "package_key",
];

/// Ids of the assets that are believed to exist now.
async fn present(admin: &mut PgConnection, estate: &Estate) -> BTreeSet<String> {
    let rows = believed(admin, estate.org).await;
    rows.into_iter().map(|(id, _)| id).collect()
}

fn names(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// (added, changed, unchanged, removed, held back)
fn figures(tally: &Tally) -> (i32, i32, i32, i32, i32) {
    (
        tally.added,
        tally.changed,
        tally.unchanged,
        tally.removed,
        tally.held_back,
    )
}

#[tokio::test]
async fn an_unchanged_collection_writes_the_ledger_and_one_event() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    let listing = || {
        let mut all = hosts(0..40);
        all.push(running(
            host("with-software"),
            &[("bash", "5.2-1"), ("zlib1g", "1:1.3-1")],
        ));
        vec![complete("a", all), complete("b", hosts(100..120))]
    };
    let first = estate.collect(listing()).await;
    assert_eq!(figures(&first), (61, 0, 0, 0, 0));
    assert_consistent(&mut admin).await;
    let mut before = Vec::new();
    for table in WRITTEN_ONLY_ON_CHANGE {
        before.push(rows_of(&mut admin, table).await);
    }
    let events = count(&mut admin, "outbox").await;
    assert_eq!(events, 62, "one for each asset and one for the collection");

    let mut shuffled = listing();
    shuffled.reverse();
    shuffled[1].assets.reverse();
    let second = estate.collect(shuffled).await;
    assert_eq!(figures(&second), (0, 0, 61, 0, 0));
    for (table, before) in WRITTEN_ONLY_ON_CHANGE.iter().zip(before) {
        assert_eq!(rows_of(&mut admin, table).await, before, "{table}");
    }
    assert_eq!(count(&mut admin, "outbox").await, events + 1);
    assert_eq!(
        count(
            &mut admin,
            "coverage WHERE completed_at = attempted_at AND completed_at = (SELECT at FROM fact_clock)"
        )
        .await,
        2,
        "the ledger says that both scopes were seen again"
    );
}

#[tokio::test]
async fn one_change_closes_one_fact_and_opens_the_next_at_the_same_moment() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    estate.collect(vec![complete("a", hosts(0..30))]).await;
    let mut changed = hosts(0..30);
    changed[7].state = AssetState::Stopped;
    let tally = estate.collect(vec![complete("a", changed)]).await;
    assert_eq!(figures(&tally), (0, 1, 29, 0, 0));
    let facts: Vec<(String, Option<Timestamp>, Timestamp)> = sqlx::query_as(
        "SELECT f.state, upper(recorded), lower(recorded) FROM asset_fact f JOIN asset a ON a.id = f.asset_id
         WHERE a.native_id = 'h00007' ORDER BY lower(recorded)",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(facts.len(), 2);
    assert_eq!((&facts[0].0[..], &facts[1].0[..]), ("running", "stopped"));
    assert_eq!(facts[0].1, Some(facts[1].2), "no gap and no overlap");
    assert_eq!(facts[1].1, None);
    assert_eq!(count(&mut admin, "asset_fact").await, 31);
    assert_eq!(
        count(&mut admin, "outbox WHERE type LIKE '%asset.updated%'").await,
        1
    );
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn only_a_complete_scope_proves_that_an_asset_is_gone() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    let both = || vec![complete("a", hosts(0..10)), complete("b", hosts(10..20))];
    estate.collect(both()).await;
    let all = present(&mut admin, &estate).await;

    // Not reported at all, then in part: nothing is concluded.
    let tally = estate.collect(vec![complete("a", hosts(0..10))]).await;
    assert_eq!(figures(&tally), (0, 0, 10, 0, 0));
    let tally = estate
        .collect(vec![complete("a", hosts(0..10)), partial("b", hosts(10..19))])
        .await;
    // One is missing: too few for the guard to step in.
    assert_eq!((tally.partial_scopes, tally.removed, tally.held_back), (1, 0, 0));
    assert_eq!(tally.code.as_deref(), Some("permission_missing"));
    assert_eq!(present(&mut admin, &estate).await, all);

    let tally = estate
        .collect(vec![complete("a", hosts(0..10)), complete("b", hosts(10..19))])
        .await;
    assert_eq!(figures(&tally), (0, 0, 19, 1, 0));
    assert!(!present(&mut admin, &estate).await.contains("h00019"));
    assert_eq!(
        count(&mut admin, "outbox WHERE type LIKE '%asset.removed%'").await,
        1
    );
    assert_consistent(&mut admin).await;
}

/// Complete {1..5}, partial with h1 changed, then complete as at first: the digest of the first must not hide that h1
/// changed back.
#[tokio::test]
async fn a_partial_listing_forgets_the_digest_of_the_complete_one() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    estate.collect(vec![complete("a", hosts(0..5))]).await;
    let first = believed(&mut admin, estate.org).await;
    let mut changed = hosts(1..2);
    changed[0].state = AssetState::Stopped;
    changed.push(host("new"));
    let tally = estate.collect(vec![partial("a", changed)]).await;
    assert_eq!(figures(&tally), (1, 1, 0, 0, 0));
    let tally = estate.collect(vec![complete("a", hosts(0..5))]).await;
    assert_eq!(figures(&tally), (0, 1, 4, 1, 0));
    assert_eq!(believed(&mut admin, estate.org).await, first);
    assert_consistent(&mut admin).await;
}

/// By scope, as the ledger reads: last attempted and last complete, in collections that were begun before.
async fn ledger(admin: &mut PgConnection, moments: &[Timestamp]) -> BTreeMap<String, (usize, Option<usize>)> {
    let rows: Vec<(String, Timestamp, Option<Timestamp>)> =
        sqlx::query_as("SELECT account, attempted_at, completed_at FROM coverage")
            .fetch_all(admin)
            .await
            .unwrap();
    let number = |at: Timestamp| moments.iter().position(|moment| *moment == at).unwrap();
    rows.into_iter()
        .map(|(account, attempted, completed)| (account, (number(attempted), completed.map(number))))
        .collect()
}

#[tokio::test]
async fn a_scope_keeps_the_moment_of_its_last_complete_listing() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    let (a, b, c) = (
        || complete("a", hosts(0..3)),
        || complete("b", hosts(10..13)),
        || complete("c", hosts(20..23)),
    );
    let collections = [
        vec![a(), b(), c()],
        vec![a(), b(), c()],
        // One is listed in part, one not at all.
        vec![a(), partial("b", hosts(10..11))],
        vec![a(), partial("b", hosts(10..11))],
        vec![a(), b(), complete("c", hosts(20..24))],
        vec![a(), b(), c()],
    ];
    let expected: [[(usize, Option<usize>); 3]; 6] = [
        [(0, Some(0)), (0, Some(0)), (0, Some(0))],
        [(1, Some(1)), (1, Some(1)), (1, Some(1))],
        [(2, Some(2)), (2, Some(1)), (1, Some(1))],
        [(3, Some(3)), (3, Some(1)), (1, Some(1))],
        [(4, Some(4)), (4, Some(4)), (4, Some(4))],
        [(5, Some(5)), (5, Some(5)), (5, Some(5))],
    ];
    let mut moments = Vec::new();
    for (n, (collection, expected)) in collections.into_iter().zip(expected).enumerate() {
        estate.collect(collection).await;
        let at = sqlx::query_scalar("SELECT at FROM fact_clock")
            .fetch_one(&mut admin)
            .await
            .unwrap();
        moments.push(at);
        let found: Vec<_> = ledger(&mut admin, &moments).await.into_values().collect();
        assert_eq!(found, expected, "after collection {n}");
    }
}

#[tokio::test]
async fn an_asset_keeps_its_identity_when_it_moves_leaves_and_comes_back() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    let with = |a: &[&str], b: &[&str]| {
        let hosts = |ids: &[&str]| ids.iter().map(|id| host(id)).collect();
        vec![complete("a", hosts(a)), complete("b", hosts(b))]
    };
    estate.collect(with(&["x", "1", "2"], &["3"])).await;
    let identity = "SELECT id::text FROM asset WHERE native_id = 'x'";
    let id: String = sqlx::query_scalar(identity).fetch_one(&mut admin).await.unwrap();

    let moved = estate.collect(with(&["1", "2"], &["3", "x"])).await;
    assert_eq!(figures(&moved), (0, 0, 4, 0, 0), "moving is no change of facts");
    assert_eq!(count(&mut admin, "asset_fact").await, 4);

    let gone = estate.collect(with(&["1", "2"], &["3"])).await;
    assert_eq!(figures(&gone).3, 1, "it is missed where it was last");
    assert_eq!(present(&mut admin, &estate).await, names(&["1", "2", "3"]));
    assert_consistent(&mut admin).await;

    let back = estate.collect(with(&["1", "2", "x"], &["3"])).await;
    assert_eq!(figures(&back), (1, 0, 3, 0, 0));
    let again: String = sqlx::query_scalar(identity).fetch_one(&mut admin).await.unwrap();
    assert_eq!(again, id);
    assert_eq!(
        count(
            &mut admin,
            "asset_fact f JOIN asset a ON a.id = f.asset_id WHERE a.native_id = 'x'"
        )
        .await,
        2,
        "one fact until it left and one since it came back"
    );
    assert_consistent(&mut admin).await;
}

/// While a machine moves, two scopes may list it. Whichever stops listing it, it is there for as long as the other does.
#[tokio::test]
async fn an_asset_in_two_scopes_stays_while_either_lists_it() {
    let with = |a: &[&str], b: &[&str]| {
        let hosts = |ids: &[&str]| ids.iter().map(|id| host(id)).collect();
        vec![complete("a", hosts(a)), complete("b", hosts(b))]
    };
    /// What scope a and scope b list.
    type Listed = (&'static [&'static str], &'static [&'static str]);
    let cases: &[(&str, [Listed; 4])] = &[
        (
            "seen in a, for a moment also in b",
            [
                (&["x"], &["1"]),
                (&["x"], &["1", "x"]),
                (&["x"], &["1"]),
                (&["x"], &["1"]),
            ],
        ),
        (
            "in both from the start, then only in b",
            [
                (&["x", "1"], &["x"]),
                (&["x", "1"], &["x"]),
                (&["1"], &["x"]),
                (&["1"], &["x"]),
            ],
        ),
        (
            "in both from the start, then only in a",
            [
                (&["x"], &["1", "x"]),
                (&["x"], &["1", "x"]),
                (&["x"], &["1"]),
                (&["x"], &["1"]),
            ],
        ),
        (
            "appears in b, then leaves a",
            [
                (&["x", "1"], &[]),
                (&["x", "1"], &["x"]),
                (&["1"], &["x"]),
                (&["1"], &["x"]),
            ],
        ),
    ];
    for (case, steps) in cases {
        let db = TestDb::new().await;
        let estate = Estate::new(&db, "acme").await;
        let mut admin = db.admin().await;
        for (n, (a, b)) in steps.iter().enumerate() {
            estate.collect(with(a, b)).await;
            assert_eq!(
                present(&mut admin, &estate).await,
                names(&["1", "x"]),
                "{case}, step {n}"
            );
        }
        estate.collect(with(&["1"], &[])).await;
        assert_eq!(
            present(&mut admin, &estate).await,
            names(&["1"]),
            "{case}, at last"
        );
        assert_consistent(&mut admin).await;
    }
}

#[tokio::test]
async fn the_first_of_two_listings_of_one_id_counts() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    let twice = || {
        let mut second = host("x");
        second.name = "second".to_owned();
        // Another kind of thing may carry the same id.
        let mut node = host("x");
        node.kind = AssetKind::KubernetesNode;
        vec![complete("a", vec![host("x"), second, node])]
    };
    let tally = estate.collect(twice()).await;
    assert_eq!((tally.added, tally.problems), (2, 1));
    assert_eq!(tally.code.as_deref(), Some("asset_listed_twice"));
    let name: String = sqlx::query_scalar("SELECT min(name) FROM asset_fact")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(name, "name of x");
    let tally = estate.collect(twice()).await;
    assert_eq!((tally.added, tally.changed, tally.removed), (0, 0, 0));
    assert_consistent(&mut admin).await;
}

#[tokio::test]
async fn a_mass_disappearance_waits_for_a_persons_word() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    estate
        .collect(vec![complete("a", hosts(0..10)), complete("b", hosts(10..20))])
        .await;
    let all = present(&mut admin, &estate).await;
    let shrunk = || vec![complete("a", hosts(0..10)), complete("b", hosts(10..12))];
    for _ in 0..3 {
        let tally = estate.collect(shrunk()).await;
        assert_eq!(
            (tally.removed, tally.held_back),
            (0, 8),
            "held back again on every sync"
        );
        assert_eq!(tally.code.as_deref(), Some("removals_held_back"));
        assert_eq!(present(&mut admin, &estate).await, all);
    }
    let tally = estate.collect_with(shrunk(), true).await.unwrap();
    assert_eq!((tally.removed, tally.held_back), (8, 0));
    assert_eq!(present(&mut admin, &estate).await.len(), 12);
    assert_consistent(&mut admin).await;
    let tally = estate.collect(shrunk()).await;
    assert_eq!(figures(&tally), (0, 0, 12, 0, 0));
}

#[tokio::test]
async fn the_guard_lets_a_fifth_go_and_small_numbers() {
    for (before, after, removed, held) in [(20, 16, 4, 0), (20, 15, 0, 5), (2, 0, 2, 0), (3, 0, 0, 3)] {
        let db = TestDb::new().await;
        let estate = Estate::new(&db, "acme").await;
        estate.collect(vec![complete("a", hosts(0..before))]).await;
        let tally = estate.collect(vec![complete("a", hosts(0..after))]).await;
        assert_eq!(
            (tally.removed, tally.held_back),
            (removed, held),
            "{before} to {after}"
        );
    }
}

#[tokio::test]
async fn an_asset_without_a_storable_id_is_refused_and_the_others_are_taken() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let longest = "i".repeat(NATIVE_ID_BYTES_MAX);
    let mut listed: Vec<_> = ["", "a\0b", &"i".repeat(NATIVE_ID_BYTES_MAX + 1), &longest, "good"]
        .map(host)
        .into();
    listed[4].name = "ok".to_owned();
    let tally = estate.collect(vec![complete("a", listed)]).await;
    assert_eq!((tally.added, tally.problems), (2, 3));
    assert_eq!(tally.code.as_deref(), Some("asset_refused"));
    assert_eq!(
        present(&mut db.admin().await, &estate).await,
        names(&[&longest, "good"])
    );
}

#[tokio::test]
async fn hostile_words_are_kept_or_counted() {
    let strange =
        "<script>alert(1)</script>\u{202e}gnp.exe\u{1b}[31m\u{7}\r\n'; DROP TABLE asset; -- \u{fffd}🦀";
    let huge = "ü".repeat(FIELD_BYTES_MAX);
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut kept = host("kept");
    kept.name = strange.to_owned();
    kept.labels.insert(strange.to_owned(), strange.to_owned());
    kept.site = Some(strange.to_owned());
    let kept = running(kept, &[(strange, strange)]);
    let mut cut = host("cut");
    cut.name = huge.clone();
    cut.labels.insert("nul\0key".to_owned(), "nul\0value".to_owned());
    cut.owner = Some("ow\0ner".to_owned());
    let cut = running(cut, &[("good", "1"), ("nul\0name", "1"), ("v", &"9".repeat(600))]);
    let listing = || vec![complete("a", vec![kept.clone(), cut.clone()])];
    let tally = estate.collect(listing()).await;
    assert_eq!(tally.added, 2);
    // name, owner, label key, label value, packages
    assert_eq!(
        (tally.problems, tally.code.as_deref()),
        (5, Some("asset_partly_taken"))
    );
    let again = estate.collect(listing()).await;
    assert_eq!(
        figures(&again),
        (0, 0, 2, 0, 0),
        "what was cut is cut the same way again"
    );

    let mut admin = db.admin().await;
    let (name, site, document): (String, String, serde_json::Value) = sqlx::query_as(
        "SELECT name, site, document FROM asset_fact f JOIN asset a ON a.id = f.asset_id WHERE native_id = 'kept'",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!((&name[..], &site[..]), (strange, strange));
    assert_eq!(document["labels"][strange], strange);
    let packages: Vec<String> = sqlx::query_scalar("SELECT name FROM package ORDER BY name")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(
        packages.iter().map(|n| &n[..]).collect::<BTreeSet<_>>(),
        BTreeSet::from(["good", strange])
    );
    let (name, owner): (String, String) =
        sqlx::query_as("SELECT name, owner FROM asset_fact WHERE length(name) > 1000")
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert!(name.len() <= FIELD_BYTES_MAX && huge.starts_with(&name));
    assert_eq!(owner, "ow\u{fffd}ner");
}

/// Both are part of an index key, which has 2.7 kB at most.
#[tokio::test]
async fn what_would_link_an_asset_is_taken_whole_or_left_out() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let linked = |id: &str, bytes: usize| {
        // Random enough that compressing it does not make it fit.
        let text: String = (0..bytes / 64 + 1)
            .map(|n| Digest::of(&[n as u8, 7]).to_string())
            .collect();
        let mut asset = host(id);
        asset.image_ref = Some(text[..bytes].to_owned());
        asset
            .labels
            .insert(FAMILY_LABEL.to_owned(), text[..bytes].to_owned());
        asset.labels.insert("other".to_owned(), text[..bytes].to_owned());
        asset
    };
    let listing = || {
        let assets = vec![linked("fits", LINK_BYTES_MAX), linked("huge", FIELD_BYTES_MAX)];
        vec![complete("a", assets)]
    };
    let tally = estate.collect(listing()).await;
    assert_eq!((tally.added, tally.problems), (2, 2));
    assert!(tally.detail.unwrap().contains("65536 bytes and was left out"));
    assert_eq!(figures(&estate.collect(listing()).await), (0, 0, 2, 0, 0));
    let kept: Vec<(Option<i32>, Option<i32>, i32)> = sqlx::query_as(
        "SELECT length(image_ref), length(family_label), length(document #>> '{labels,other}') FROM asset_fact
         ORDER BY 3",
    )
    .fetch_all(&mut db.admin().await)
    .await
    .unwrap();
    let (fits, huge) = (LINK_BYTES_MAX as i32, FIELD_BYTES_MAX as i32);
    assert_eq!(kept, [(Some(fits), Some(fits), fits), (None, None, huge)]);
}

/// One more than a scope may hold.
#[tokio::test]
async fn a_scope_without_end_is_refused_and_what_was_closed_before_stays() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, false).await;
    report(&mut ingest, complete("small", hosts(0..3))).await.unwrap();
    let mut endless = complete("endless", vec![host("same"); 250_001]);
    let refused = report(&mut ingest, endless).await.unwrap_err().to_string();
    assert!(refused.contains("250000"), "{refused}");
    endless = complete("endless", vec![host("one")]);
    let observed = |asset| qlrf_connectors::inventory::Observed { asset, files: None };
    use qlrf_connectors::inventory::Sink as _;
    ingest
        .assets(&endless.scope, endless.assets.into_iter().map(observed).collect())
        .await
        .unwrap();
    let rest = vec![host("same"); 250_000].into_iter().map(observed).collect();
    assert!(
        ingest.assets(&endless.scope, rest).await.is_err(),
        "counted over batches"
    );
    let tally = ingest.finish().await.unwrap();
    assert_eq!(tally.added, 3);
    assert_eq!(present(&mut db.admin().await, &estate).await.len(), 3);
}

/// The planner takes a table for as large as it was when last counted, and reads it from end to end until then.
#[tokio::test]
async fn a_first_load_counts_the_tables_that_it_fills() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    let mut admin = db.admin().await;
    let tally = estate
        .collect(vec![
            complete("a", hosts(0..2_000)),
            complete("b", hosts(2_000..2_010)),
        ])
        .await;
    assert_eq!(tally.added, 2_010);
    for table in ["asset", "asset_fact", "asset_drift", "outbox"] {
        let rows: f32 = sqlx::query_scalar("SELECT reltuples FROM pg_class WHERE oid = $1::regclass")
            .bind(table)
            .fetch_one(&mut admin)
            .await
            .unwrap();
        assert!(rows >= 2_000.0, "{table} counts as {rows} rows");
    }
}
