//! Drift as it is recorded, against the same judgement made from nothing.

use std::collections::BTreeMap;

use qlrf_connectors::grant::Grants;
use qlrf_core::id::{AssetId, ImageVersionId};
use qlrf_core::time::Timestamp;
use qlrf_server::app::drift::{Judge, Subject, read_document, reconcile};
use qlrf_store::image::{self, LinkRule};
use qlrf_store::{asset, clock, drift as rows, judged};
use qlrf_testkit::TestDb;
use serde_json::{Value, json};

use crate::golden;
use crate::inventory::{
    Estate, assert_consistent, believed, complete, count, host, report, rows_of, running,
};

const SOME_ASSETS: usize = 60;

fn config(day: i32) -> Value {
    json!({ "assets": 150, "seed": 3, "as_of": "2026-06-01", "day": day })
}

/// What a sink of the simulator hands over, kept.
async fn simulated(day: i32) -> Vec<qlrf_core::asset::Asset> {
    struct Kept(Vec<qlrf_core::asset::Asset>);
    #[async_trait::async_trait]
    impl qlrf_connectors::inventory::Sink for Kept {
        async fn assets(
            &mut self,
            _: &qlrf_core::coverage::Scope,
            assets: Vec<qlrf_connectors::inventory::Observed>,
        ) -> Result<(), qlrf_connectors::inventory::ConnectError> {
            self.0.extend(assets.into_iter().map(|observed| observed.asset));
            Ok(())
        }
        async fn resources(
            &mut self,
            _: &qlrf_core::coverage::Scope,
            _: Vec<qlrf_core::resource::Resource>,
        ) -> Result<(), qlrf_connectors::inventory::ConnectError> {
            Ok(())
        }

        async fn close(
            &mut self,
            _: &qlrf_core::coverage::Scope,
            _: qlrf_core::coverage::ScopeOutcome,
        ) -> Result<(), qlrf_connectors::inventory::ConnectError> {
            Ok(())
        }
    }
    let kind = qlrf_connectors::inventory::find_kind("sim").unwrap();
    let mut kept = Kept(Vec::new());
    (kind.build)(config(day), Grants::default().of("test"))
        .unwrap()
        .collect(&mut kept)
        .await
        .unwrap();
    kept.0
}

/// Every recorded judgement equals the one that the engines make now from the stored fact and the stored images.
async fn assert_fresh(estate: &Estate, when: &str) -> BTreeMap<String, usize> {
    let mut tx = estate.tx().await;
    let mut judge = Judge::load(&mut tx).await.unwrap();
    let mut states = BTreeMap::new();
    for document in asset::list_documents(&mut tx, None, 10_000).await.unwrap() {
        let (id, set, asset, confidence) = read_document(document).unwrap();
        let subject = Subject {
            id,
            asset: &asset,
            package_set_id: set,
            packages: None,
            confidence,
        };
        let expected = judge.assess(&mut tx, &subject).await.unwrap().row;
        let recorded = rows::find_current(&mut tx, &[id])
            .await
            .unwrap()
            .remove(&id.as_uuid());
        assert_eq!(recorded.as_ref(), Some(&expected), "{when}: {}", asset.name);
        *states.entry(expected.state).or_default() += 1;
    }
    states
}

#[tokio::test]
async fn drift_follows_images_and_facts_in_any_order() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let families = golden::images(config(0));
    let estate = Estate::new(&db, "assets-first").await;
    let all = simulated(0).await;
    estate.collect(vec![complete("a", all.clone())]).await;
    let states = assert_fresh(&estate, "no image yet").await;
    assert_eq!(states.get("current"), None, "{states:?}");

    // Half of the versions, then the rest: each time every asset is judged again.
    let half: Vec<_> = families
        .values()
        .flat_map(|images| &images[..images.len() / 2])
        .collect();
    golden::register(&estate, &half).await;
    reconcile(&estate.store, estate.org).await.unwrap();
    assert_fresh(&estate, "half of the images").await;
    let rest: Vec<_> = families
        .values()
        .flat_map(|images| &images[images.len() / 2..])
        .collect();
    golden::register(&estate, &rest).await;
    reconcile(&estate.store, estate.org).await.unwrap();
    let states = assert_fresh(&estate, "all images").await;
    assert!(
        states.contains_key("current") && states.contains_key("outdated"),
        "{states:?}"
    );
    assert_consistent(&mut admin).await;

    // Judged again without any change: nothing is written.
    let before = rows_of(&mut admin, "asset_drift").await;
    reconcile(&estate.store, estate.org).await.unwrap();
    sqlx::query("UPDATE fact_clock SET judged_at = NULL")
        .execute(&mut admin)
        .await
        .unwrap();
    reconcile(&estate.store, estate.org).await.unwrap();
    assert_eq!(rows_of(&mut admin, "asset_drift").await, before);

    // Images first, assets after: the same picture.
    let other = Estate::new(&db, "images-first").await;
    let images: Vec<_> = families.values().flatten().collect();
    golden::register(&other, &images).await;
    other.collect(vec![complete("a", all)]).await;
    assert_fresh(&other, "images first").await;
    assert_eq!(
        believed(&mut admin, other.org).await,
        believed(&mut admin, estate.org).await
    );

    estate.collect(vec![complete("a", simulated(60).await)]).await;
    assert_fresh(&estate, "two months later").await;
    assert_consistent(&mut admin).await;
}

/// Images arrive while assets are collected and while everything is judged again. Whoever comes last, nothing stays
/// judged by images of before.
#[tokio::test]
async fn images_that_change_during_a_collection_leave_no_stale_drift() {
    let db = TestDb::new().await;
    let families = golden::images(config(0));
    let images: Vec<_> = families.into_values().flatten().collect();
    let all: Vec<_> = simulated(0).await.into_iter().take(40).collect();
    let estate = Estate::new(&db, "acme").await;
    for (n, golden) in images.iter().take(24).enumerate() {
        let mut now = all.clone();
        for asset in now.iter_mut().step_by(2) {
            asset.labels.insert("round".to_owned(), n.to_string());
        }
        let (collecting, registering, judging) = (estate.clone(), estate.clone(), estate.clone());
        let collect = async { collecting.collect(vec![complete("a", now)]).await };
        let register = golden::register(&registering, std::slice::from_ref(&golden));
        let judge = async { reconcile(&judging.store, judging.org).await.unwrap() };
        match n % 3 {
            0 => drop(tokio::join!(collect, register, judge)),
            1 => drop(tokio::join!(register, collect, judge)),
            _ => drop(tokio::join!(judge, register, collect)),
        }
        // What the judge's next look does.
        reconcile(&estate.store, estate.org).await.unwrap();
        assert_fresh(&estate, &format!("round {n}")).await;
    }
    assert_consistent(&mut db.admin().await).await;
}

/// A collection that began before the images changed writes after everything was judged by them: nobody will judge its
/// assets again, so it must know the new images itself.
#[tokio::test]
async fn a_collection_judges_by_the_images_of_when_it_writes() {
    let db = TestDb::new().await;
    let families = golden::images(config(0));
    let images: Vec<_> = families.values().flatten().collect();
    let estate = Estate::new(&db, "acme").await;
    let lease = estate.lease().await;
    let mut ingest = estate.begin(&lease, false).await;
    golden::register(&estate, &images).await;
    reconcile(&estate.store, estate.org).await.unwrap();
    report(&mut ingest, complete("a", simulated(0).await))
        .await
        .unwrap();
    ingest.finish().await.unwrap();
    reconcile(&estate.store, estate.org).await.unwrap();
    let states = assert_fresh(&estate, "images came first").await;
    assert!(states.contains_key("current"), "{states:?}");
}

/// A judge that is dropped on the way starts over, and another one is not needed afterwards.
#[tokio::test]
async fn judging_again_resumes_after_it_was_cut_off() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let families = golden::images(config(0));
    let estate = Estate::new(&db, "acme").await;
    estate.collect(vec![complete("a", simulated(0).await)]).await;
    let images: Vec<_> = families.values().flatten().collect();
    golden::register(&estate, &images).await;
    for steps in [1, 3, 6, 10, 16] {
        let mut judging = Box::pin(reconcile(&estate.store, estate.org));
        let mut left = steps;
        std::future::poll_fn(|context| {
            left -= 1;
            let ended = judging.as_mut().poll(context).is_ready();
            if ended || left == 0 {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        drop(judging);
        assert_consistent(&mut admin).await;
    }
    let unjudged = "fact_clock WHERE images_at > COALESCE(judged_at, '-infinity')";
    reconcile(&estate.store, estate.org).await.unwrap();
    assert_eq!(count(&mut admin, unjudged).await, 0);
    assert_fresh(&estate, "after all").await;
}

#[tokio::test]
async fn what_is_removed_has_no_drift_any_more() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let estate = Estate::new(&db, "acme").await;
    let both = |ids: &[&str]| {
        complete(
            "a",
            ids.iter().map(|id| running(host(id), &[("bash", "1")])).collect(),
        )
    };
    estate.collect(vec![both(&["x", "y"])]).await;
    estate.collect(vec![both(&["x"])]).await;
    let ends: Vec<bool> = sqlx::query_scalar(
        "SELECT upper(d.recorded) = upper(f.recorded) FROM asset a
         JOIN asset_fact f ON f.asset_id = a.id JOIN asset_drift d ON d.asset_id = a.id WHERE a.native_id = 'y'",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(ends, [true], "fact and drift end at one moment");
    let gone: uuid::Uuid = sqlx::query_scalar("SELECT id FROM asset WHERE native_id = 'y'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    let mut tx = estate.tx().await;
    assert!(
        rows::find(&mut tx, AssetId::from_uuid(gone), None)
            .await
            .unwrap()
            .is_none()
    );
}

/// Assets with a drift row that is linked to a family, with the transaction that wrote each.
async fn judgements(admin: &mut sqlx::PgConnection, outside: uuid::Uuid) -> Vec<(uuid::Uuid, String)> {
    sqlx::query_as(
        "SELECT asset_id, xmin::text FROM asset_drift WHERE upper_inf(recorded) AND family_id <> $1 ORDER BY 1",
    )
    .bind(outside)
    .fetch_all(admin)
    .await
    .unwrap()
}

async fn change_images(estate: &Estate, change: impl AsyncFnOnce(&mut qlrf_store::TenantTx, Timestamp)) {
    let mut tx = estate.tx().await;
    let at = clock::tick(&mut tx).await.unwrap();
    change(&mut tx, at).await;
    clock::mark_images(&mut tx, at).await.unwrap();
    tx.commit().await.unwrap();
}

fn rule(family: &str, selector: Value) -> LinkRule {
    LinkRule {
        id: uuid::Uuid::now_v7(),
        position: 0,
        name: "by hand".to_owned(),
        selector,
        family: family.to_owned(),
        version: None,
    }
}

/// Enough of a simulated estate that each family has some of it.
async fn some() -> Vec<qlrf_core::asset::Asset> {
    simulated(0).await.into_iter().take(SOME_ASSETS).collect()
}

/// An estate, every image but the newest of one family, and that one.
async fn estate_before_a_release(db: &TestDb) -> (Estate, golden::Golden) {
    let mut families = golden::images(config(0));
    let newest = families.values_mut().next().unwrap().pop().unwrap();
    let estate = Estate::new(db, "acme").await;
    let rest: Vec<_> = families.values().flatten().collect();
    golden::register(&estate, &rest).await;
    estate.collect(vec![complete("a", some().await)]).await;
    reconcile(&estate.store, estate.org).await.unwrap();
    (estate, newest)
}

#[tokio::test]
async fn a_change_of_one_family_judges_its_assets_and_no_others() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let (estate, newest) = estate_before_a_release(&db).await;
    let family: uuid::Uuid = sqlx::query_scalar("SELECT id FROM image_family WHERE name = $1")
        .bind(newest.family)
        .fetch_one(&mut admin)
        .await
        .unwrap();
    let others = judgements(&mut admin, family).await;
    golden::register(&estate, &[&newest]).await;
    let judged = reconcile(&estate.store, estate.org).await.unwrap();
    let linked = count(
        &mut admin,
        &format!("asset_drift WHERE upper_inf(recorded) AND family_id = '{family}'"),
    )
    .await;
    assert!(linked > 3 && linked < 30, "{linked}");
    assert_eq!(judged as i64, linked, "only assets of the family");
    assert_eq!(judgements(&mut admin, family).await, others);
    assert_fresh(&estate, "one release").await;
    assert_eq!(reconcile(&estate.store, estate.org).await.unwrap(), 0);

    // Taken back: the same assets once more.
    let (id, row_version): (uuid::Uuid, i64) =
        sqlx::query_as("SELECT id, row_version FROM image_version WHERE version = $1 AND family_id = $2")
            .bind(&newest.version)
            .bind(family)
            .fetch_one(&mut admin)
            .await
            .unwrap();
    change_images(&estate, async |tx, at| {
        let id = ImageVersionId::from_uuid(id);
        assert!(image::revoke(tx, id, row_version, "broken", at).await.unwrap());
    })
    .await;
    assert_eq!(reconcile(&estate.store, estate.org).await.unwrap() as i64, linked);
    assert_fresh(&estate, "revoked").await;

    // A coordinate that assets of another family were started from: the link is ambiguous now, for just those.
    let shared: (String, String) = sqlx::query_as(
        "SELECT platform, image_ref FROM asset_fact f JOIN asset_drift d USING (asset_id)
         WHERE image_ref IS NOT NULL AND family_id <> $1 AND platform = 'aws' LIMIT 1",
    )
    .bind(family)
    .fetch_one(&mut admin)
    .await
    .unwrap();
    change_images(&estate, async |tx, _| {
        let coordinate = ("aws".to_owned(), String::new(), shared.1.clone());
        image::add_coordinates(tx, ImageVersionId::from_uuid(id), &[coordinate])
            .await
            .unwrap();
    })
    .await;
    reconcile(&estate.store, estate.org).await.unwrap();
    assert_fresh(&estate, "a shared coordinate").await;
    let ambiguous = "asset_drift WHERE upper_inf(recorded) AND proof LIKE '%more than one%'";
    assert!(count(&mut admin, ambiguous).await > 0);

    // Asked for by a person: everything.
    change_images(&estate, async |tx, _| judged::forget(tx).await.unwrap()).await;
    assert_eq!(reconcile(&estate.store, estate.org).await.unwrap(), SOME_ASSETS);
}

#[tokio::test]
async fn a_link_rule_judges_the_assets_that_it_is_about_when_it_comes_and_when_it_goes() {
    let db = TestDb::new().await;
    let mut admin = db.admin().await;
    let (estate, newest) = estate_before_a_release(&db).await;
    let fitting = count(&mut admin, "asset_fact WHERE env = 'prod' AND name LIKE '%1%'").await;
    assert!(fitting > 0 && fitting < SOME_ASSETS as i64, "{fitting}");
    let made = rule(
        newest.family,
        json!({"env": "prod", "name": "*1*", "labels": {"ql-rf.io/simulated": "tr?e"}}),
    );
    let nobody = rule(newest.family, json!({"labels": {"ql-rf.io/simulated": "tr_e"}}));
    for (rule, fitting) in [(&nobody, 0), (&made, fitting)] {
        change_images(&estate, async |tx, _| {
            assert!(image::create_rule(tx, rule).await.unwrap())
        })
        .await;
        assert_eq!(
            reconcile(&estate.store, estate.org).await.unwrap() as i64,
            fitting
        );
        assert_fresh(&estate, "a rule").await;
        change_images(&estate, async |tx, _| {
            assert!(image::delete_rule(tx, rule.id).await.unwrap())
        })
        .await;
        assert_eq!(
            reconcile(&estate.store, estate.org).await.unwrap() as i64,
            fitting
        );
        assert_fresh(&estate, "no rule").await;
    }

    // Made and removed before anybody judged, while assets came in by it: no difference is left to see.
    change_images(&estate, async |tx, _| {
        assert!(image::create_rule(tx, &made).await.unwrap())
    })
    .await;
    let mut all = some().await;
    for asset in &mut all {
        asset.labels.insert("round".to_owned(), "2".to_owned());
    }
    estate.collect(vec![complete("a", all)]).await;
    change_images(&estate, async |tx, _| {
        assert!(image::delete_rule(tx, made.id).await.unwrap())
    })
    .await;
    reconcile(&estate.store, estate.org).await.unwrap();
    assert_fresh(&estate, "a rule that came and went").await;
}
