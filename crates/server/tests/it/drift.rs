//! Drift from end to end: an estate, its images, and what changes when images do.

use qlrf_core::drift::PackageChange;
use qlrf_core::id::ConnectorId;
use qlrf_core::perm::Role;
use qlrf_core::time::now;
use qlrf_server::api::types::drift::{
    AssetDrift, DriftExplained, DriftSummary, DriftTrend, Site, Sites, TopOffenders,
};
use qlrf_server::api::types::image::{Deployment, Image, ImageSummary, PatchStatus};
use qlrf_server::api::types::link_rule::{LinkRule, LinkRulePreview};
use qlrf_server::api::types::page::PageBody;
use qlrf_server::app::{drift, sync};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::image::{contract, register};
use crate::support::{TestClient, TestServer};

pub const ASSETS: u64 = 200;

/// A simulated estate of the first tenant, collected and judged.
pub async fn estate(server: &TestServer) -> (TestClient, ConnectorId) {
    let admin = server.client(Role::Admin).await;
    let body = json!({"name": "demo", "kind": "sim", "config": {"assets": ASSETS, "as_of": "2026-11-01"}});
    let created: Value = admin.post("/api/v1/connectors", &body).await.ok();
    let id: ConnectorId = created["id"].as_str().unwrap().parse().unwrap();
    collect(server, &admin, id).await;
    (admin, id)
}

pub async fn collect(server: &TestServer, admin: &TestClient, id: ConnectorId) {
    admin
        .post(&format!("/api/v1/connectors/{id}/sync"), &json!({}))
        .await
        .ok::<Value>();
    let store = &server.app.store;
    // Whoever of the collector and the test is first; the other finds nothing to do.
    while sync::run_next(store, &server.app.grants, server.first.org, id, "test")
        .await
        .unwrap()
        .is_some()
    {}
    judge(server).await;
}

async fn judge(server: &TestServer) {
    drift::reconcile(&server.app.store, server.first.org)
        .await
        .unwrap();
}

async fn summary(client: &TestClient, query: &str) -> DriftSummary {
    client.get(&format!("/api/v1/drift/summary{query}")).await.ok()
}

async fn all(client: &TestClient, query: &str) -> Vec<AssetDrift> {
    let page: PageBody<AssetDrift> = client.get(&format!("/api/v1/drift?limit=500{query}")).await.ok();
    assert_eq!(page.total, page.items.len() as u64);
    page.items
}

#[tokio::test]
async fn an_estate_is_judged_against_its_images() {
    let server = TestServer::start().await;
    let (admin, id) = estate(&server).await;
    let first = summary(&admin, "").await;
    assert_eq!(
        (first.total.total, first.simulated.total, first.observed.total),
        (ASSETS, ASSETS, 0)
    );
    assert!(
        first.total.current > 0 && first.total.outdated > 0 && first.total.unmanaged > 0,
        "{first:?}"
    );
    assert!(!first.judging);
    for groups in [
        &first.by_platform,
        &first.by_site,
        &first.by_env,
        &first.by_family,
    ] {
        assert_eq!(groups.iter().map(|group| group.tally.total).sum::<u64>(), ASSETS);
    }
    let severities = &first.severities;
    let counted =
        severities.none + severities.low + severities.medium + severities.high + severities.critical;
    assert_eq!(counted, ASSETS);
    let items = all(&admin, "").await;
    assert_eq!(items.len() as u64, ASSETS);
    assert!(
        items.is_sorted_by(|a, b| a.severity >= b.severity),
        "the worst come first"
    );
    // What the contract holds is what the newest image has: a current asset has no difference at all.
    for item in items.iter().filter(|item| item.state.name() == "current") {
        let d = &item.differences;
        assert_eq!(
            (d.missing, d.older, d.extra, d.newer, d.settings, d.unverified),
            (0, 0, 0, 0, 0, 0),
            "{item:?}"
        );
        assert_eq!(item.image_id, item.target_id);
    }
    let images: PageBody<ImageSummary> = admin.get("/api/v1/images?limit=500").await.ok();
    let running: u64 = images.items.iter().map(|image| image.running).sum();
    assert_eq!(
        running,
        items.iter().filter(|item| item.image_id.is_some()).count() as u64
    );
    assert!(images.items.iter().all(|image| image.simulated && image.has_sbom));
    // The same day again: nothing is new, so nothing is judged again.
    collect(&server, &admin, id).await;
    assert_eq!(summary(&admin, "").await.images_at, first.images_at);
    // Pages neither skip nor repeat.
    let mut seen = std::collections::BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let page: PageBody<AssetDrift> = admin.get(&format!("/api/v1/drift?limit=37{cursor}")).await.ok();
        for item in page.items {
            assert!(seen.insert(item.asset_id));
        }
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len() as u64, ASSETS);
}

#[tokio::test]
async fn a_newer_version_makes_those_outdated_that_ran_the_newest() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let before = summary(&admin, "").await;
    let images: PageBody<ImageSummary> = admin.get("/api/v1/images?limit=500").await.ok();
    let newest = images
        .items
        .iter()
        .filter(|image| image.newest)
        .max_by_key(|image| image.running)
        .unwrap();
    let ran: Vec<AssetDrift> = all(&admin, "&state=current").await;
    let asset = ran.iter().find(|item| item.image_id == Some(newest.id)).unwrap();
    let moment = now().format(&Rfc3339).unwrap();
    let name = format!("{}:9999.1", newest.family);
    let draft = contract(&newest.family, "9999.1", "draft").replace("  packages: [openssl]\n", "");
    register(&admin, &name, &draft).await.ok::<Image>();
    judge(&server).await;
    assert_eq!(
        summary(&admin, "").await.total,
        before.total,
        "a draft changes nothing"
    );
    let published: Image = admin
        .post(&format!("/api/v1/images/{name}/promote"), &json!({}))
        .await
        .ok();
    judge(&server).await;
    let now_outdated = all(&admin, "&state=outdated").await;
    let found = now_outdated
        .iter()
        .find(|item| item.asset_id == asset.asset_id)
        .unwrap();
    assert_eq!(
        (found.versions_behind, found.superseded_at),
        (Some(1), published.published_at)
    );
    assert_eq!((found.target_id, found.lag_days), (Some(published.id), Some(0)));
    let after = summary(&admin, "").await;
    assert!(after.total.outdated > before.total.outdated);
    // The past is as it was.
    let past = summary(&admin, &format!("?as_of={moment}")).await;
    assert_eq!(
        (past.total.current, past.total.outdated),
        (before.total.current, before.total.outdated)
    );
    let trend: DriftTrend = admin.get("/api/v1/drift/trends?days=3").await.ok();
    assert_eq!(trend.points.len(), 3);
    assert_eq!(trend.points.last().unwrap().tally, after.total);
    assert_eq!(trend.points[0].tally.total, 0, "nothing was known then");
    let path = format!("/api/v1/assets/{}/drift", asset.asset_id);
    let why: DriftExplained = admin.get(&path).await.ok();
    assert!(why.explained);
    let lag = format!(
        "{} 9999.1 expected, host runs {}, 1 version behind",
        newest.family, newest.version
    );
    assert_eq!(why.sentences, [lag]);
    let update = why.update.unwrap();
    assert_eq!((update.packages.len(), update.has_packages), (0, false));
    assert!(why.proof.unwrap().contains("coordinate"));
    let then: DriftExplained = admin.get(&format!("{path}?as_of={moment}")).await.ok();
    assert_eq!(
        (then.state.name(), then.explained),
        ("current", false),
        "what images say now is not what they said then"
    );
    check_matrix(&admin, newest).await;
}

/// The matrix shows the new version on top, and those that run the old one as one behind.
async fn check_matrix(admin: &TestClient, newest: &ImageSummary) {
    let status: PatchStatus = admin
        .get(&format!("/api/v1/images/{}/patch-status", newest.family))
        .await
        .ok();
    assert_eq!(
        (&status.versions[0].version[..], status.versions[0].newest),
        ("9999.1", true)
    );
    let here: u64 = status.versions[1].environments.iter().map(|env| env.assets).sum();
    assert_eq!(
        (here, status.versions[1].versions_behind),
        (newest.running, Some(1))
    );
    let deployed: PageBody<Deployment> = admin
        .get(&format!("/api/v1/images/{}/deployments", newest.id))
        .await
        .ok();
    assert_eq!(deployed.total, newest.running);
}

#[tokio::test]
async fn a_revoked_version_is_critical_wherever_it_runs() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let images: PageBody<ImageSummary> = admin.get("/api/v1/images?limit=500").await.ok();
    let newest = images
        .items
        .iter()
        .filter(|image| image.newest)
        .max_by_key(|image| image.running)
        .unwrap();
    let next = contract(&newest.family, "9999.1", "production");
    register(&admin, &format!("{}:9999.1", newest.family), &next)
        .await
        .ok::<Image>();
    let reason = json!({"reason": "signing key leaked"});
    admin
        .post(&format!("/api/v1/images/{}/revoke", newest.id), &reason)
        .await
        .ok::<Image>();
    assert!(
        summary(&admin, "").await.judging,
        "a pending judgement is visible"
    );
    judge(&server).await;
    let items = all(&admin, &format!("&q=image:{}:{}", newest.family, newest.version)).await;
    let items: Vec<_> = if items.is_empty() {
        all(&admin, "")
            .await
            .into_iter()
            .filter(|item| item.image_id == Some(newest.id))
            .collect()
    } else {
        items
    };
    assert_eq!(items.len() as u64, newest.running);
    assert!(
        items
            .iter()
            .all(|item| item.severity.name() == "critical" && item.state.name() == "outdated")
    );
    let worst: TopOffenders = admin.get("/api/v1/drift/top-offenders?limit=5").await.ok();
    assert!(worst.assets.len() == 5 && worst.assets.iter().all(|item| item.severity.name() == "critical"));
    let families: TopOffenders = admin.get("/api/v1/drift/top-offenders?by=family").await.ok();
    assert!(
        families
            .groups
            .is_sorted_by(|a, b| a.tally.outdated >= b.tally.outdated)
            && !families.groups.is_empty()
    );
}

#[tokio::test]
async fn a_link_rule_links_what_the_platform_does_not_tell() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let unmanaged = all(&admin, "&state=unmanaged").await;
    let asset = &unmanaged[0];
    register(&admin, "pets:1", &contract("pets", "1", "production"))
        .await
        .ok::<Image>();
    let rule = json!({"name": "pets", "selector": {"name": asset.name}, "family": "pets"});
    let preview: LinkRulePreview = admin.post("/api/v1/link-rules/preview", &rule).await.ok();
    assert_eq!((preview.assets, preview.changed), (ASSETS, preview.fits));
    assert_eq!(
        (preview.changes[0].from.clone(), preview.changes[0].to.as_deref()),
        (None, Some("pets"))
    );
    let listed: PageBody<LinkRule> = admin.get("/api/v1/link-rules").await.ok();
    assert_eq!(listed.total, 0, "a preview saves nothing");
    let created: LinkRule = admin.post("/api/v1/link-rules", &rule).await.ok();
    admin
        .post("/api/v1/link-rules", &rule)
        .await
        .problem(409, "link_rule_exists");
    judge(&server).await;
    let why: DriftExplained = admin
        .get(&format!("/api/v1/assets/{}/drift", asset.asset_id))
        .await
        .ok();
    assert_eq!(
        (why.family.as_deref(), why.proof.as_deref()),
        (Some("pets"), Some("link rule \"pets\""))
    );
    assert_ne!(why.state.name(), "unmanaged");
    admin
        .delete(&format!("/api/v1/link-rules/{}", created.id))
        .await
        .ok::<LinkRule>();
    judge(&server).await;
    assert_eq!(all(&admin, "&state=unmanaged").await.len(), unmanaged.len());
    for (bad, code) in [
        (
            json!({"name": "x", "selector": {}, "family": "pets"}),
            "invalid_link_rule",
        ),
        (
            json!({"name": "x", "selector": {"name": "*"}, "family": "none"}),
            "invalid_link_rule",
        ),
        (
            json!({"name": "\u{1b}[31m", "selector": {"name": "*"}, "family": "pets"}),
            "invalid_link_rule",
        ),
        (
            json!({"name": "x", "selector": {"nme": "*"}, "family": "pets"}),
            "invalid_request",
        ),
    ] {
        admin.post("/api/v1/link-rules", &bad).await.problem(400, code);
    }
}

#[tokio::test]
async fn sites_have_denominators_and_another_tenant_sees_nothing() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let sites: Sites = admin.get("/api/v1/sites").await.ok();
    assert_eq!(
        sites.sites.iter().map(|site| site.tally.total).sum::<u64>(),
        ASSETS
    );
    for site in &sites.sites {
        assert_eq!(
            site.environments.iter().map(|env| env.tally.total).sum::<u64>(),
            site.tally.total
        );
    }
    let name = sites.sites[0].site.clone().unwrap();
    let one: Site = admin.get(&format!("/api/v1/sites/{name}")).await.ok();
    assert_eq!(one.tally, sites.sites[0].tally);
    admin.get("/api/v1/sites/nowhere").await.problem(404, "not_found");
    let patch: PageBody<AssetDrift> = admin.get("/api/v1/patch/drift?env=prod&limit=500").await.ok();
    assert!(patch.total > 0 && patch.items.iter().all(|item| item.env.as_deref() == Some("prod")));
    for query in ["?q=nonsense:1", "?state=perfect", "?severity=bad", "?sort=color"] {
        assert_eq!(
            admin.get(&format!("/api/v1/drift{query}")).await.status,
            400,
            "{query}"
        );
    }
    let asset = all(&admin, "").await[0].asset_id;
    let other = server.client_of(server.second, Role::Admin, None).await;
    assert_eq!(summary(&other, "").await.total.total, 0);
    assert_eq!(summary(&other, "").await.total.coverage_percent, None);
    assert_eq!(all(&other, "").await.len(), 0);
    other
        .get(&format!("/api/v1/assets/{asset}/drift"))
        .await
        .problem(404, "not_found");
    let viewer = server.client(Role::Viewer).await;
    viewer
        .post("/api/v1/drift/detect", &json!({}))
        .await
        .problem(403, "forbidden");
    assert_eq!(admin.post("/api/v1/drift/detect", &json!({})).await.status, 202);
}

#[tokio::test]
async fn a_starter_is_a_contract_that_its_own_asset_meets() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let asset = all(&admin, "&q=os:debian")
        .await
        .into_iter()
        .find(|item| item.state.name() == "current")
        .unwrap();
    let answer = admin
        .get(&format!("/api/v1/images/starter?asset={}", asset.asset_id))
        .await;
    assert_eq!(answer.header("content-type"), Some("application/yaml"));
    let text = answer.text();
    let parsed = qlrf_core::contract::image::parse(text.as_bytes())
        .unwrap()
        .contract;
    assert!(!parsed.packages.is_empty(), "{text}");
    let name = format!("{}:{}", parsed.family, parsed.version);
    register(&admin, &name, &text).await.ok::<Image>();
    let rule = json!({"name": "own", "selector": {"name": asset.name}, "family": parsed.family});
    admin.post("/api/v1/link-rules", &rule).await.ok::<LinkRule>();
    judge(&server).await;
    let why: DriftExplained = admin
        .get(&format!("/api/v1/assets/{}/drift", asset.asset_id))
        .await
        .ok();
    assert_eq!(
        (why.state.name(), &why.sentences[..]),
        ("current", &[][..]),
        "{why:?}"
    );
}

#[tokio::test]
async fn what_an_update_changes_is_told_to_the_package() {
    let server = TestServer::start().await;
    let (admin, _) = estate(&server).await;
    let items = all(&admin, "").await;
    let explain = async |item: &AssetDrift| -> DriftExplained {
        admin
            .get(&format!("/api/v1/assets/{}/drift", item.asset_id))
            .await
            .ok()
    };
    let current = items.iter().find(|item| item.state.name() == "current").unwrap();
    assert!(explain(current).await.update.is_none(), "it runs what it should");
    // As its own version was built, and that one is behind.
    let differs = |item: &&AssetDrift| item.differences.missing + item.differences.older > 0;
    let behind = items
        .iter()
        .find(|item| item.versions_behind > Some(0) && !differs(item))
        .unwrap();
    let why = explain(behind).await;
    let (update, target) = (why.update.unwrap(), why.target_version.unwrap());
    assert!(why.packages.is_empty() && update.has_packages);
    let older = update
        .packages
        .iter()
        .find(|one| one.change == PackageChange::Older)
        .unwrap();
    assert_ne!(older.expected, older.actual);
    let said = format!(
        "{} {} expected by {} {target}, host has older {}",
        older.name,
        older.expected.as_deref().unwrap(),
        why.family.unwrap(),
        older.actual.as_deref().unwrap()
    );
    assert!(update.sentences.contains(&said), "{said}: {:?}", update.sentences);
    // What is installed is what the asset has, and what is expected is what assets of the target have.
    let version_on = async |asset: Uuid| -> Option<String> {
        let path = format!("/api/v1/assets/{asset}/packages?q={}&limit=500", older.name);
        let page: PageBody<serde_json::Value> = admin.get(&path).await.ok();
        let found = page.items.iter().find(|one| one["name"] == older.name);
        found.map(|one| one["version"].as_str().unwrap().to_owned())
    };
    assert_eq!(version_on(behind.asset_id).await, older.actual);
    let there = items
        .iter()
        .find(|item| item.state.name() == "current" && item.image_id == behind.target_id);
    assert_eq!(version_on(there.unwrap().asset_id).await, older.expected);
}
