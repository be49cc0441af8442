//! The fleet view and the lists made from it: over time, after any change, page by page.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;
use qlrf_core::asset::{Asset, AssetState, Confidence, PendingUpdate, Software};
use qlrf_core::drift::DriftState;
use qlrf_core::package::PackageSet;
use qlrf_core::perm::Role;
use qlrf_core::time::{Duration, Timestamp, now};
use qlrf_engines::link::{FAMILY_LABEL, VERSION_LABEL};
use qlrf_server::app::drift::reconcile;
use qlrf_server::fleet::{Counts, Dimension, Filter, Fleet, Order, Row};
use qlrf_store::clock;
use qlrf_testkit::TestDb;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use roaring::RoaringBitmap;
use serde_json::{Value, json};

use crate::golden::{self, Golden};
use crate::inventory::{Estate, complete, host, hosts, package, partial, rows_of, running};
use crate::support::{TestClient, TestServer};

/// Everything that a view says, by asset ids instead of ordinals.
#[derive(Debug, PartialEq)]
struct Said {
    as_of: Timestamp,
    rows: BTreeMap<String, String>,
    order: Vec<String>,
    sets: BTreeMap<i32, (Vec<i32>, BTreeSet<String>)>,
    vulnerabilities: BTreeMap<String, (usize, usize, BTreeSet<String>)>,
    counts: BTreeMap<i32, Option<Counts>>,
    running_bash: BTreeSet<String>,
    simulated: BTreeSet<String>,
}

fn said(fleet: &Fleet) -> Said {
    let id = |ordinal: u32| {
        fleet
            .row(ordinal)
            .expect("only live assets are in a set")
            .id
            .to_string()
    };
    let ids = |set: &RoaringBitmap| set.iter().map(id).collect::<BTreeSet<_>>();
    let rows = fleet.iter().map(|(_, row)| {
        let words: Vec<_> = Dimension::ALL.iter().map(|d| fleet.word(row, *d)).collect();
        let rest = (
            &row.name,
            &row.native_id,
            &row.image_ref,
            row.package_set_id,
            row.pending_security,
        );
        let drift = (
            row.behind,
            row.image_id,
            row.target_id,
            row.differences,
            row.unknowns,
        );
        let times = (row.first_seen, row.fact_from, row.drift_from);
        (
            row.id.to_string(),
            format!("{words:?} {rest:?} {drift:?} {times:?}"),
        )
    });
    let rows: BTreeMap<_, _> = rows.collect();
    assert_eq!(rows.len(), fleet.len());
    assert_eq!(Filter::default().select(fleet, fleet.as_of), *fleet.live());
    assert_sets_are_those_of_the_rows(fleet);
    let page = fleet.page(fleet.live(), Order::BY_NAME, None, 10_000);
    assert_eq!(page.len(), rows.len());
    Said {
        as_of: fleet.as_of,
        order: page.iter().map(|(_, row)| row.id.to_string()).collect(),
        sets: fleet
            .sets
            .iter()
            .map(|(n, set)| (*n, (set.packages().to_vec(), ids(&set.assets))))
            .collect(),
        vulnerabilities: fleet
            .vulnerabilities
            .iter()
            .map(|v| {
                (
                    v.id.to_string(),
                    (v.matches.len(), v.advisories.len(), ids(&v.assets)),
                )
            })
            .collect(),
        counts: fleet
            .sets
            .keys()
            .map(|set| (*set, fleet.vulnerabilities.counts_of_set(*set)))
            .collect(),
        running_bash: ids(&fleet.running_package(&["bash".to_owned()])),
        simulated: ids(&fleet.simulated()),
        rows,
    }
}

/// Every set that a view counts with, made again from its rows.
fn assert_sets_are_those_of_the_rows(fleet: &Fleet) {
    fn sets<K: Ord>(fleet: &Fleet, keys: impl Fn(&Row) -> Vec<K>) -> BTreeMap<K, RoaringBitmap> {
        let mut sets = BTreeMap::<K, RoaringBitmap>::new();
        for (ordinal, row) in fleet.iter() {
            for key in keys(row) {
                sets.entry(key).or_default().insert(ordinal);
            }
        }
        sets
    }
    let live = fleet.live();
    for by in Dimension::ALL {
        let expected = sets(fleet, |row| row.all(by).collect());
        assert!(fleet.group_by(live, by).eq(expected.clone()), "{by:?}");
        let counts = expected
            .into_iter()
            .map(|(symbol, assets)| (symbol, assets.len()));
        assert!(fleet.count_by(live, by).eq(counts), "{by:?}");
    }
    assert!(
        fleet
            .by_image(live)
            .eq(sets(fleet, |row| Vec::from_iter(row.image_id)))
    );
    assert!(fleet.by_behind(live).eq(sets(fleet, |row| vec![row.behind])));
    assert!(
        fleet
            .by_updates(live)
            .eq(sets(fleet, |row| vec![row.pending_security]))
    );
    let severities = sets(fleet, |row| vec![row.severity]).into_iter();
    assert!(
        fleet
            .count_by_severity(live)
            .eq(severities.map(|(severity, assets)| (severity, assets.len())))
    );
    let with_software = sets(fleet, |row| Vec::from_iter(row.package_set_id.map(|_| ()))).remove(&());
    assert_eq!(*fleet.with_software(), with_software.unwrap_or_default());
    for state in DriftState::ALL {
        let expected = sets(fleet, |row| Vec::from_iter((row.drift == *state).then_some(()))).remove(&());
        assert_eq!(fleet.in_state(*state), expected.unwrap_or_default(), "{state:?}");
        assert_eq!(
            fleet.tally(live).of(*state),
            fleet.in_state(*state).len(),
            "{state:?}"
        );
    }
    let named: RoaringBitmap = fleet.texts().find("").map(|text| text.ordinal).collect();
    assert_eq!(named, *live);
}

async fn load(estate: &Estate, at: Option<Timestamp>) -> Fleet {
    let mut tx = estate.store.snapshot(estate.org).await.unwrap();
    Fleet::load(&mut tx, at).await.unwrap()
}

async fn follow(estate: &Estate, fleet: &Fleet) -> Fleet {
    let mut tx = estate.store.snapshot(estate.org).await.unwrap();
    fleet.follow(&mut tx).await.unwrap()
}

/// Names bash before 5.2-3 in Debian 12, as a feed would.
async fn publish_advisory(db: &TestDb) {
    let affected = json!({
        "id": "DSA-1", "modified": "2026-01-01T00:00:00Z", "aliases": ["CVE-2026-0001"],
        "affected": [{
            "package": {"ecosystem": "Debian:12", "name": "bash"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "5.2-3"}]}],
        }],
    });
    let advisory = qlrf_core::advisory::read_osv(affected.to_string().as_bytes()).unwrap();
    let document = serde_json::to_value(&advisory).unwrap();
    let (ecosystems, names): (Vec<_>, Vec<_>) =
        qlrf_engines::vuln::advisory_keys(&advisory).into_iter().unzip();
    sqlx::query(
        "WITH s AS (INSERT INTO feed_snapshot VALUES (gen_random_uuid(), 'osv', 'test', '', 1, 0, NULL, now()) RETURNING id),
              a AS (INSERT INTO advisory (osv_id, digest, cves, summary, document, snapshot_id)
                    SELECT 'DSA-1', '', '{CVE-2026-0001}', 'bash', $1, id FROM s RETURNING id)
         INSERT INTO advisory_affected SELECT id, k.* FROM a, unnest($2::text[], $3::text[]) AS k",
    )
    .bind(document)
    .bind(ecosystems)
    .bind(names)
    .execute(&mut db.admin().await)
    .await
    .unwrap();
}

/// A small estate that changes at random.
struct World {
    random: StdRng,
    scopes: BTreeMap<&'static str, BTreeMap<String, Asset>>,
    images: Vec<Golden>,
    made: usize,
}

impl World {
    fn new(seed: u64) -> World {
        let families = golden::images(json!({"assets": 1, "as_of": "2026-06-01"}));
        World {
            random: StdRng::seed_from_u64(seed),
            scopes: ["a", "b", "c"].map(|name| (name, BTreeMap::new())).into(),
            images: families.into_values().next().unwrap(),
            made: 0,
        }
    }

    fn scope(&mut self) -> &'static str {
        ["a", "b", "c"][self.random.random_range(0..3)]
    }

    fn vary(&mut self, asset: &mut Asset) {
        match self.random.random_range(0..7) {
            0 => asset.name = format!("n{}", self.random.random_range(0..5)),
            1 => asset.site = [None, Some("x"), Some("y")][self.random.random_range(0..3)].map(str::to_owned),
            2 => {
                let version = ["5.2-1", "5.2-2", "5.2-3"][self.random.random_range(0..3)];
                let more = ["zlib", "curl"][self.random.random_range(0..2)];
                *asset = running(asset.clone(), &[("bash", version), (more, "1")]);
            }
            3 => asset.software = None,
            4 => {
                let packages = std::sync::Arc::new(PackageSet::new(vec![package("curl", "1")]));
                asset.software = Some(Software {
                    confidence: Confidence::Inferred,
                    packages,
                });
            }
            5 => {
                let image = &self.images[self.random.random_range(0..self.images.len())];
                asset
                    .labels
                    .insert(FAMILY_LABEL.to_owned(), image.family.to_owned());
                asset
                    .labels
                    .insert(VERSION_LABEL.to_owned(), image.version.clone());
            }
            _ => {
                asset.state = AssetState::Stopped;
                let (name, arch) = ("bash".to_owned(), "amd64".to_owned());
                let (installed, candidate) = ("1".to_owned(), self.made.to_string());
                let update = PendingUpdate {
                    name,
                    arch,
                    installed,
                    candidate,
                    security: true,
                };
                asset.pending_updates = Some(vec![update]);
            }
        }
    }

    fn step(&mut self) {
        let from = self.scope();
        let some = self.scopes[from].keys().next().cloned();
        match (self.random.random_range(0..6), some) {
            (0 | 1, _) | (_, None) => {
                self.made += 1;
                // Few ids: some of them come back.
                let id = format!("h{}", self.random.random_range(0..12));
                if self.scopes.values().all(|scope| !scope.contains_key(&id)) {
                    self.scopes.get_mut(from).unwrap().insert(id.clone(), host(&id));
                }
            }
            (2, Some(id)) => drop(self.scopes.get_mut(from).unwrap().remove(&id)),
            (3, Some(id)) => {
                let asset = self.scopes.get_mut(from).unwrap().remove(&id).unwrap();
                let to = self.scope();
                self.scopes.get_mut(to).unwrap().insert(id, asset);
            }
            (_, Some(_)) => {
                let ids: Vec<_> = self.scopes[from].keys().cloned().collect();
                let id = &ids[self.random.random_range(0..ids.len())];
                let mut asset = self.scopes[from][id].clone();
                self.vary(&mut asset);
                self.scopes.get_mut(from).unwrap().insert(id.clone(), asset);
            }
        }
    }

    async fn collect(&mut self, estate: &Estate) {
        let mut listings = Vec::new();
        for (name, assets) in &self.scopes {
            let assets: Vec<_> = assets.values().cloned().collect();
            listings.push(match self.random.random_range(0..8) {
                0 => partial(name, assets.into_iter().take(1).collect()),
                1 => continue,
                _ => complete(name, assets),
            });
        }
        estate
            .collect_with(listings, self.random.random_bool(0.7))
            .await
            .unwrap();
    }
}

/// After any sequence of changes, a view that followed them says what a fresh one says.
#[tokio::test]
async fn a_view_that_follows_equals_one_that_is_loaded() {
    let db = TestDb::new().await;
    publish_advisory(&db).await;
    let (mut vulnerable, mut judged, mut gone) = (0, 0, 0);
    for seed in 0..3 {
        let estate = Estate::new(&db, &format!("seed-{seed}")).await;
        let mut world = World::new(seed);
        let mut fleet = load(&estate, None).await;
        let mut past = Vec::new();
        for step in 0..30 {
            for _ in 0..1 + step % 3 {
                world.step();
            }
            world.collect(&estate).await;
            if step % 9 == 4 {
                let image = &world.images[step / 9 % world.images.len()];
                golden::register(&estate, &[image]).await;
                reconcile(&estate.store, estate.org).await.unwrap();
            }
            let before = fleet.len();
            fleet = follow(&estate, &fleet).await;
            let followed = said(&fleet);
            assert_eq!(
                followed,
                said(&load(&estate, None).await),
                "seed {seed}, step {step}"
            );
            vulnerable += followed
                .vulnerabilities
                .values()
                .filter(|(_, _, assets)| !assets.is_empty())
                .count();
            judged += followed
                .rows
                .values()
                .filter(|row| row.contains("\"outdated\""))
                .count();
            gone += usize::from(fleet.len() < before);
            past.push(followed);
        }
        // And each of these moments is still told as it was.
        for was in &past {
            let again = said(&load(&estate, Some(was.as_of)).await);
            assert_eq!(&again, was, "seed {seed} as of {}", was.as_of);
        }
    }
    // The walk would prove little if none of this ever happened on it.
    assert!(
        vulnerable > 0 && judged > 0 && gone > 0,
        "{vulnerable} {judged} {gone}"
    );
}

/// Moments of one tenant only ever grow, also when the system's clock was set back, and with many writers.
#[tokio::test]
async fn the_clock_of_facts_never_stands_or_goes_back() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    estate.collect(vec![complete("a", hosts(0..2))]).await;
    // As if all until now had been recorded before the system's clock was set back by an hour.
    sqlx::query("UPDATE fact_clock SET at = at + interval '1 hour'")
        .execute(&mut db.admin().await)
        .await
        .unwrap();
    let ahead = now() + Duration::minutes(30);
    let writer = |_| {
        let estate = estate.clone();
        tokio::spawn(async move {
            let mut taken = Vec::new();
            for _ in 0..12 {
                let mut tx = estate.tx().await;
                taken.push(clock::tick(&mut tx).await.unwrap());
                tx.commit().await.unwrap();
            }
            assert!(taken.is_sorted_by(|a, b| a < b));
            taken
        })
    };
    let mut all = HashSet::new();
    for writer in (0..6).map(writer).collect::<Vec<_>>() {
        all.extend(writer.await.unwrap());
    }
    assert_eq!(all.len(), 72, "no moment is given twice");
    assert!(all.iter().all(|at| *at > ahead));
    let mut changed = hosts(0..2);
    changed[0].state = AssetState::Stopped;
    estate.collect(vec![complete("a", changed)]).await;
    crate::inventory::assert_consistent(&mut db.admin().await).await;
    assert_eq!(load(&estate, None).await.len(), 2);
}

/// What the API answers, without what tells when it was asked.
async fn answer(client: &TestClient, path: &str) -> Value {
    let mut value: Value = client.get(path).await.ok();
    for key in ["as_of", "collection", "feeds"] {
        value.as_object_mut().map(|object| object.remove(key));
    }
    value
}

#[tokio::test]
async fn a_past_moment_is_answered_as_it_was() {
    let server = TestServer::start().await;
    let client = server.client(Role::Viewer).await;
    let config = |day: i32| json!({"assets": 80, "seed": 5, "as_of": "2026-05-01", "day": day});
    let estate = Estate::of_kind(&server.app.store, server.first.org, "sim", &config(0)).await;
    crate::collector::collect_now(&estate).await;
    let at = clock::newest(&mut estate.tx().await).await.unwrap().unwrap();
    let asset = |page: &Value| page["items"][0]["id"].as_str().unwrap().to_owned();
    let page = answer(&client, "/api/v1/assets?limit=500").await;
    let one = format!("/api/v1/assets/{}", asset(&page));
    let paths = [
        "/api/v1/assets?limit=500",
        "/api/v1/assets/groups?by=site",
        "/api/v1/assets/groups?by=state",
        &one,
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(answer(&client, path).await);
    }
    crate::collector::set_config(&estate, &config(90)).await;
    crate::collector::collect_now(&estate).await;
    assert_ne!(answer(&client, paths[0]).await, before[0], "the estate moved on");
    let format = &time::format_description::well_known::Rfc3339;
    for (path, before) in paths.iter().zip(before) {
        let sign = if path.contains('?') { '&' } else { '?' };
        let mut past = answer(
            &client,
            &format!("{path}{sign}as_of={}", at.format(format).unwrap()),
        )
        .await;
        let mut before = before;
        // One asset says until when its facts held and when they were last confirmed; that was not known then.
        for value in [&mut past, &mut before] {
            for key in ["recorded_to", "confirmed_at"] {
                value.as_object_mut().map(|object| object.remove(key));
            }
            for source in value
                .get_mut("sources")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                source["last_seen"].take();
            }
        }
        assert_eq!(past, before, "{path}");
    }
    let nothing: Value = client.get("/api/v1/assets?as_of=2020-01-01T00:00:00Z").await.ok();
    assert_eq!(nothing["total"], 0);
}

/// Reading a view writes nothing.
#[tokio::test]
async fn following_writes_nothing() {
    let db = TestDb::new().await;
    let estate = Estate::new(&db, "acme").await;
    estate.collect(vec![complete("a", hosts(0..5))]).await;
    let mut admin = db.admin().await;
    let before = rows_of(&mut admin, "fact_clock").await;
    let fleet = load(&estate, None).await;
    assert_eq!(said(&follow(&estate, &fleet).await), said(&fleet));
    assert_eq!(rows_of(&mut admin, "fact_clock").await, before);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn no_filter_makes_the_parser_panic(text in "\\PC{0,200}|[a-z:,\"\\-\\\\ \u{0}\u{202e}]{0,80}|-?(cve|package|site|drift):[^ ]{0,40}") {
        if let Err(error) = Filter::parse(&text) {
            prop_assert_eq!(error.code, "invalid_filter");
        }
    }

    #[test]
    fn no_order_makes_the_parser_panic(text in "\\PC{0,40}|-?[a-z_]{0,20}") {
        let _ = Order::parse(&text);
    }
}
