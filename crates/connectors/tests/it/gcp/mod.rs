//! GCP projects, against a counterpart that holds every request and answer to what Google publishes: what is read, and
//! everything that goes wrong.

mod credential;
mod furnish;
mod gaps;
mod identity;
mod site;

use qlrf_connectors::grant::Grant;
use qlrf_connectors::inventory::{Inventory, find_kind};
use serde_json::{Value, json};

use crate::recorder::Recorder;
use crate::suite;
pub use site::Site;
use site::subject;

fn build(config: Value, grant: Grant) -> Box<dyn Inventory> {
    (find_kind("gcp").unwrap().build)(config, grant).unwrap()
}

async fn collect(config: Value, grant: Grant) -> Recorder {
    suite::collect(&*build(config, grant)).await
}

fn with(mut config: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    config.as_object_mut().unwrap().extend(more);
    config
}

fn assert_holds(document: &Value, expected: &[(&str, Value)]) {
    for (pointer, value) in expected {
        assert_eq!(document.pointer(pointer), Some(value), "{pointer}: {document}");
    }
}

#[tokio::test]
async fn every_law_of_connectors_holds_for_gcp() {
    if let Some(site) = Site::start("every_law_of_connectors_holds_for_gcp").await {
        suite::hold_all(&subject(&site).await).await;
        site.gcp.assert_published().await;
    }
}

#[tokio::test]
async fn what_a_project_holds_is_read() {
    let Some(site) = Site::start("what_a_project_holds_is_read").await else {
        return;
    };
    furnish::furnish(&site).await;
    let seen = collect(
        with(site.config(), json!({"projects": ["shop-prod"]})),
        site.grant(),
    )
    .await;
    assert_eq!(suite::partial(&seen), []);
    site.gcp.assert_published().await;
    furnish::assert_machines(&seen);
    furnish::assert_resources(&seen);
}

/// Each image is told once: by the project that made it, or by itself when that is not collected.
#[tokio::test]
async fn all_active_projects_are_read_and_foreign_images_told_once() {
    let Some(site) = Site::start("all_active_projects_are_read_and_foreign_images_told_once").await else {
        return;
    };
    let seen = collect(site.config(), site.grant()).await;
    assert_eq!(suite::partial(&seen), []);
    assert_eq!(seen.facts.len(), site::PROJECTS.len() * site::MACHINES);
    assert!(seen.closed.keys().all(|scope| scope.account != "shop-gone"));
    let key = ("machine_image".to_owned(), site::IMAGE.to_owned());
    let holders: Vec<&str> = seen
        .held
        .iter()
        .filter(|(_, held)| held.contains(&key))
        .map(|(scope, _)| &*scope.account)
        .collect();
    assert_eq!(holders, ["-"]);
    let image = seen.resource("machine_image", "debian-12-v7");
    assert_holds(
        &image,
        &[
            ("/facts/owner", json!("golden-images")),
            ("/facts/architecture", json!("x86_64")),
            ("/facts/created_at", json!("2026-10-01T07:00:00Z")),
            ("/labels/ql-rf.io~1gcp-family", json!("debian-12")),
        ],
    );
    site.gcp.assert_published().await;
}
