//! What every inventory connector must hold. A new kind is added to [`subjects`] and nothing else.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use qlrf_connectors::grant::{Grant, Grants};
use qlrf_connectors::inventory::sim::{self, SimConfig};
use qlrf_connectors::inventory::{ConnectError, Inventory, KINDS, Kind, find_kind};
use qlrf_core::contract::image::parse;
use qlrf_core::coverage::ScopeOutcome;
use serde_json::json;

use crate::recorder::Recorder;
use crate::{aws, ssh, suite};

/// Every kind with a configuration that works on the machine that runs the tests. `local` looks at `/` under another
/// name and so runs no package manager, which takes seconds; [`whole`] does. `ssh` and `aws` need counterparts, which live as
/// long as this.
struct Subjects {
    all: Vec<(&'static str, Box<dyn Inventory>)>,
    _sites: Option<ssh::Sites>,
    _moto: Option<aws::Site>,
}

async fn subjects(test: &str) -> Subjects {
    built("/.", test).await
}

async fn whole(test: &str) -> Subjects {
    built("/", test).await
}

async fn built(root: &str, test: &str) -> Subjects {
    let sites = ssh::Sites::start(test);
    let moto = aws::Site::start(test).await;
    let subject = |kind: &'static Kind| {
        let (config, grant) = match kind.name {
            "sim" => (json!({"assets": 850, "seed": 7, "as_of": "2026-11-01"}), grant()),
            "local" => (json!({ "root": root }), grant()),
            "aws" => moto.as_ref().map(|moto| (moto.config(), aws::grant()))?,
            "ssh" => sites.as_ref().map(|sites| (sites.config(), sites.grant()))?,
            // It lists nothing by itself.
            "offline" => return None,
            // Held to the laws of `suite`, each with a counterpart of its own.
            "azure" | "gcp" | "kubernetes" | "oci" | "vsphere" => return None,
            other => panic!("\"{other}\" has no configuration in the conformance suite"),
        };
        Some((kind.name, (kind.build)(config, grant).unwrap()))
    };
    let all = KINDS.iter().filter_map(subject).collect();
    Subjects {
        all,
        _sites: sites,
        _moto: moto,
    }
}

/// Nothing is allowed.
fn grant() -> Grant {
    Grants::default().of("test")
}

async fn collected(inventory: &dyn Inventory) -> Recorder {
    let mut recorder = Recorder::default();
    inventory.collect(&mut recorder).await.unwrap();
    recorder
}

#[tokio::test]
async fn this_host_may_write_anything_into_its_files() {
    let root = tempfile::tempdir().unwrap();
    suite::furnish(root.path());
    let config = json!({"root": root.path()});
    let inventory = (find_kind("local").unwrap().build)(config, grant()).unwrap();
    suite::whatever_its_files_say(root.path(), &*inventory).await;
}

#[tokio::test]
async fn two_collections_in_a_row_report_the_same_facts() {
    let subjects = whole("two_collections_in_a_row_report_the_same_facts").await;
    for (name, inventory) in &subjects.all {
        let (first, second) = (collected(&**inventory).await, collected(&**inventory).await);
        assert!(!first.facts.is_empty(), "{name}");
        assert_eq!(first.facts, second.facts, "{name}");
        assert_eq!(first.closed, second.closed, "{name}");
    }
}

#[tokio::test]
async fn every_scope_is_closed_once_and_holds_only_what_is_its_own() {
    let subjects = subjects("every_scope_is_closed_once_and_holds_only_what_is_its_own").await;
    for (name, inventory) in &subjects.all {
        let seen = collected(&**inventory).await;
        assert_eq!(seen.complaints, Vec::<String>::new(), "{name}");
        assert!(seen.open.is_empty(), "{name} left open {:?}", seen.open);
        let simulated = find_kind(name).unwrap().simulated;
        assert_eq!(
            seen.simulated,
            if simulated { seen.facts.len() as u64 } else { 0 },
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_sink_that_fails_stops_the_collection() {
    let subjects = subjects("a_sink_that_fails_stops_the_collection").await;
    for (name, inventory) in &subjects.all {
        let calls = collected(&**inventory).await.calls;
        for fail_at in [0, 1, calls - 1] {
            let mut recorder = Recorder {
                calls_left: Some(fail_at),
                ..Recorder::default()
            };
            let error = inventory.collect(&mut recorder).await.unwrap_err();
            assert!(matches!(error, ConnectError::Sink(_)), "{name}: {error}");
            assert_eq!(
                recorder.calls_after_failure, 1,
                "{name} went on after the sink had failed"
            );
        }
    }
}

#[tokio::test]
async fn dropping_a_collection_at_any_await_does_no_harm() {
    let subjects = subjects("dropping_a_collection_at_any_await_does_no_harm").await;
    for (name, inventory) in &subjects.all {
        let expected = collected(&**inventory).await.facts;
        for polls_before_drop in 0..24 {
            let mut recorder = Recorder {
                waits: 1,
                ..Recorder::default()
            };
            let mut collection = inventory.collect(&mut recorder);
            let mut polls = 0;
            poll_fn(|cx| {
                if polls == polls_before_drop {
                    return Poll::Ready(());
                }
                polls += 1;
                collection.as_mut().poll(cx).map(|_| ())
            })
            .await;
            drop(collection);
            assert_eq!(recorder.complaints, Vec::<String>::new(), "{name}");
        }
        assert_eq!(
            collected(&**inventory).await.facts,
            expected,
            "{name} remembers a dropped collection"
        );
    }
}

#[tokio::test]
async fn the_check_says_something_and_unknown_keys_are_rejected() {
    let subjects = subjects("the_check_says_something_and_unknown_keys_are_rejected").await;
    for (name, inventory) in &subjects.all {
        let check = inventory.check().await.unwrap();
        assert!(check.ok && !check.findings.is_empty(), "{name}: {check:?}");
        let kind = find_kind(name).unwrap();
        let error = (kind.build)(json!({"no_such_key": 1}), grant())
            .err()
            .expect("an unknown key is refused");
        assert!(error.to_string().contains("no_such_key"), "{name}: {error}");
        assert_eq!(
            (kind.config_schema)()["additionalProperties"],
            json!(false),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_half_reached_site_is_partial_and_the_rest_complete() {
    let sim =
        (find_kind("sim").unwrap().build)(json!({"assets": 850, "as_of": "2026-11-01"}), grant()).unwrap();
    let seen = collected(&*sim).await;
    let partial = seen
        .closed
        .values()
        .filter(|o| matches!(o, ScopeOutcome::Partial { .. }))
        .count();
    assert!(
        partial >= 1 && partial * 4 < seen.closed.len(),
        "{partial} of {}",
        seen.closed.len()
    );
    assert_eq!(seen.facts.len(), 850);
}

#[tokio::test]
async fn the_contracts_of_the_simulated_images_are_contracts_and_name_what_the_estate_runs() {
    let config = SimConfig {
        as_of: Some("2026-11-01".to_owned()),
        ..SimConfig::default()
    };
    let packages = sim::image_packages(&config).unwrap();
    let documents = sim::images(&config).unwrap();
    let mut coordinates = BTreeSet::new();
    assert_eq!(documents.len(), packages.len());
    for (image, set) in documents.iter().zip(&packages) {
        let contract = parse(image.document.as_bytes())
            .unwrap_or_else(|e| panic!("{} {}: {e:?}", image.family, image.version))
            .contract;
        assert_eq!(
            (contract.family.as_str(), &contract.version),
            (set.family, &set.version)
        );
        assert_eq!(
            contract.packages.len(),
            set.packages.packages().len(),
            "{} {}",
            image.family,
            image.version
        );
        coordinates.extend(
            contract
                .coordinates
                .into_iter()
                .map(|coordinate| coordinate.reference),
        );
    }
    let mut seen = Recorder::default();
    let estate =
        (find_kind("sim").unwrap().build)(json!({"assets": 2_000, "as_of": "2026-11-01"}), grant()).unwrap();
    estate.collect(&mut seen).await.unwrap();
    assert!(seen.image_refs.len() > 100);
    let strangers: Vec<_> = seen.image_refs.difference(&coordinates).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}
