//! Versions of images against the estate: the matrix, families, and how versions follow each other.

use std::collections::BTreeMap;

use qlrf_core::perm::Role;
use qlrf_server::api::types::asset::AssetSummary;
use qlrf_server::api::types::image::{Image, ImageFamily, ImageLineage, ImageSummary};
use qlrf_server::api::types::image_matrix::ImageMatrix;
use qlrf_server::api::types::page::PageBody;
use serde_json::json;

use crate::drift::{ASSETS, estate};
use crate::host::advisory;
use crate::image::{contract, register};
use crate::support::{TestClient, TestServer};

async fn matrix(client: &TestClient, query: &str) -> ImageMatrix {
    client.get(&format!("/api/v1/images/matrix{query}")).await.ok()
}

#[tokio::test]
async fn the_matrix_counts_what_the_list_of_assets_shows() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let found = matrix(&admin, "?by=env").await;
    assert_eq!(
        (found.by.as_str(), found.assets, found.simulated),
        ("env", ASSETS, ASSETS)
    );
    assert_eq!(
        (found.columns_total as usize, found.rows_total as usize),
        (found.columns.len(), found.rows.len())
    );
    let assets: PageBody<AssetSummary> = admin.get("/api/v1/assets?limit=500").await.ok();
    let mut expected: BTreeMap<(String, Option<String>), (u64, u64)> = BTreeMap::new();
    for asset in &assets.items {
        if let Some(image) = &asset.image {
            let cell = expected.entry((image.clone(), asset.env.clone())).or_default();
            cell.0 += 1;
            cell.1 += u64::from(asset.drift.as_deref() == Some("current"));
        }
    }
    let linked: u64 = expected.values().map(|(assets, _)| assets).sum();
    assert!(linked > 0 && found.assets_unlinked == ASSETS - linked, "{linked}");
    let mut shown = BTreeMap::new();
    for row in &found.rows {
        assert!(row.simulated);
        assert_eq!(row.assets, row.cells.iter().map(|cell| cell.assets).sum::<u64>());
        for cell in &row.cells {
            assert_eq!(
                (cell.simulated, cell.judged, &cell.findings),
                (cell.assets, 0, &None),
                "no feed, no figure"
            );
            assert_eq!(cell.drifted_since.is_some(), cell.current < cell.assets);
            let name = format!("{}:{}", row.family, row.version);
            shown.insert((name, cell.value.clone()), (cell.assets, cell.current));
        }
    }
    assert_eq!(shown, expected);
    let family = &found.rows[0].family;
    let one = matrix(&admin, &format!("?family={family}&q=env:prod")).await;
    assert!(one.rows.iter().all(|row| row.family == *family));
    assert!(one.columns.len() <= 8 && one.by == "site");
    let before = matrix(&admin, "?as_of=2026-01-01T00:00:00Z").await;
    assert_eq!(
        (before.assets, before.rows.len()),
        (0, 0),
        "nothing was known then"
    );
    let stranger = server.client_of(server.second, Role::Admin, None).await;
    assert_eq!(matrix(&stranger, "").await.rows_total, 0);
}

#[tokio::test]
async fn a_cell_counts_each_vulnerability_once() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let assets: PageBody<AssetSummary> = admin
        .get("/api/v1/assets?limit=1&q=package:bash%20os:debian")
        .await
        .ok();
    let os = assets.items[0].os_version.clone().unwrap();
    let mut record = advisory("CVE-2026-0001", "bash", Some("99"), "2026-01-02T00:00:00Z");
    record["affected"][0]["package"]["ecosystem"] = json!(format!("Debian:{os}"));
    let body = format!("{record}\n");
    let import = server
        .installer(Role::Engineer)
        .await
        .request(reqwest::Method::POST, "/api/v1/feeds/osv/import?source=test")
        .body(body);
    assert!(crate::support::send(import).await.status.is_success());
    let found = matrix(&admin, "?q=package:bash%20os:debian").await;
    let cells = found.rows.iter().flat_map(|row| &row.cells);
    let judged: Vec<_> = cells.filter(|cell| cell.judged > 0).collect();
    assert!(!judged.is_empty(), "{:?}", found.feeds_as_of);
    assert!(found.feeds_as_of.is_some());
    for cell in judged {
        let findings = cell.findings.as_ref().unwrap();
        assert_eq!(
            (findings.critical, findings.high, findings.kev),
            (1, 0, 0),
            "{cell:?}"
        );
        assert!(findings.urgency_max.is_some());
    }
}

#[tokio::test]
async fn columns_that_there_are_not_are_refused() {
    let server = TestServer::start().await;
    let viewer = server.client(Role::Viewer).await;
    for query in ["?by=name", "?colour=red"] {
        viewer
            .get(&format!("/api/v1/images/matrix{query}"))
            .await
            .problem(400, "invalid_request");
    }
    viewer
        .get("/api/v1/images/matrix?q=a:b")
        .await
        .problem(400, "invalid_filter");
    viewer
        .get("/api/v1/images/matrix?as_of=soon")
        .await
        .problem(400, "invalid_as_of");
    viewer
        .get("/api/v1/images/nothing/lineage")
        .await
        .problem(404, "not_found");
}

fn built_from(text: &str, source: &str) -> String {
    text.replace(
        "  packages:",
        &format!("  build: {{sourceImage: \"{source}\"}}\n  packages:"),
    )
}

#[tokio::test]
async fn versions_follow_each_other_and_name_what_they_were_built_from() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    let base: Image = register(&engineer, "base:1.0.0", &contract("base", "1.0.0", "production"))
        .await
        .ok();
    for (version, status, source) in [
        ("1.9.0", "production", "base:1.0.0"),
        ("1.10.0", "testing", "ami-base-1.0.0"),
        ("1.8.0", "deprecated", "debian/12"),
    ] {
        let text = built_from(&contract("app", version, status), source);
        assert_eq!(
            register(&engineer, &format!("app:{version}"), &text).await.status,
            201
        );
    }
    let lineage: ImageLineage = engineer.get("/api/v1/images/app:1.9.0/lineage").await.ok();
    let steps: Vec<_> = lineage.versions.iter().collect();
    let order: Vec<&str> = steps.iter().map(|step| &step.version[..]).collect();
    assert_eq!(order, ["1.8.0", "1.9.0", "1.10.0"]);
    let (first, second, third) = (steps[0], steps[1], steps[2]);
    assert_eq!(
        (first.predecessor.as_deref(), first.successor.as_deref()),
        (None, Some("1.9.0"))
    );
    assert_eq!(
        (third.predecessor.as_deref(), third.successor.as_deref()),
        (Some("1.9.0"), None)
    );
    assert_eq!(
        (first.source_image.as_deref(), first.source_version_id),
        (Some("debian/12"), None)
    );
    for step in [second, third] {
        assert_eq!(
            (step.source_version_id, step.source_version.as_deref()),
            (Some(base.id), Some("base:1.0.0"))
        );
    }
    assert!(second.newest && !second.simulated);
    assert_eq!(second.coordinates[0].reference, "ami-app-1.9.0");
    let alone: ImageLineage = engineer.get("/api/v1/images/base/lineage").await.ok();
    assert_eq!(
        (alone.versions.len(), &alone.versions[0].source_image),
        (1, &None)
    );
    let stranger = server.client_of(server.second, Role::Admin, None).await;
    stranger
        .get("/api/v1/images/app/lineage")
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn families_tell_their_newest_version_of_each_status() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let text = contract("mine", "2.0.0", "testing");
    assert_eq!(register(&admin, "mine:2.0.0", &text).await.status, 201);
    let page: PageBody<ImageFamily> = admin.get("/api/v1/images/families?limit=500").await.ok();
    let mine = page.items.iter().find(|family| family.family == "mine").unwrap();
    assert_eq!((mine.versions, mine.assets, mine.simulated), (1, 0, false));
    assert_eq!(
        (&mine.latest[0].status[..], &mine.latest[0].version[..]),
        ("testing", "2.0.0")
    );
    let images: PageBody<ImageSummary> = admin.get("/api/v1/images?limit=500").await.ok();
    for family in page.items.iter().filter(|family| family.simulated) {
        let versions = images.items.iter().filter(|image| image.family == family.family);
        let newest: u64 = versions
            .clone()
            .filter(|image| image.newest)
            .map(|image| image.running)
            .sum();
        assert_eq!(
            (family.versions, family.on_newest),
            (versions.count() as u64, newest)
        );
        assert!(family.assets >= family.on_newest);
    }
    assert!(page.items.iter().any(|family| family.assets > 0));
    let first: PageBody<ImageFamily> = admin.get("/api/v1/images/families?limit=1").await.ok();
    assert!(first.next_cursor.is_some());
}
