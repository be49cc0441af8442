//! Golden images: registering, the life cycle, and what bad contracts are told.

use qlrf_core::perm::Role;
use qlrf_server::api::types::image::{
    ContractReading, Coordinates, Image, ImageNow, ImageSummary, SbomAttached,
};
use qlrf_server::api::types::page::PageBody;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestClient, TestServer, send};

const IMAGES: &str = "/api/v1/images";

pub fn contract(family: &str, version: &str, status: &str) -> String {
    format!(
        "apiVersion: ql-rf.io/v1\nkind: GoldenImage\nmetadata: {{family: {family}, version: \"{version}\"}}\nspec:\n  \
         os: {{name: debian, version: \"12\"}}\n  lifecycle: {{status: {status}}}\n  platforms:\n    aws:\n      \
         amiIds: {{us-east-1: ami-{family}-{version}}}\n  packages: [openssl]\n"
    )
}

pub async fn register(client: &TestClient, name: &str, text: &str) -> Answer {
    let request = client.request(Method::POST, &format!("{IMAGES}/{name}"));
    send(
        request
            .header("content-type", "application/yaml")
            .body(text.to_owned()),
    )
    .await
}

#[tokio::test]
async fn a_version_is_registered_once_and_never_changes() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    let text = contract("base", "1.0.0", "production");
    let first = register(&engineer, "base:1.0.0", &text).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let image: Image = first.ok();
    assert_eq!((&image.status[..], &image.form[..]), ("production", "a"));
    assert!(image.published_at.is_some());
    assert_eq!(image.coordinates[0].reference, "ami-base-1.0.0");
    // The same meaning in another spelling is the same contract.
    let again = register(&engineer, "base:1.0.0", &format!("# the same\n{text}")).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.ok::<Image>().id, image.id);
    let other = text.replace("[openssl]", "[openssl, curl]");
    register(&engineer, "base:1.0.0", &other)
        .await
        .problem(409, "image_version_exists");
    register(&engineer, "base:1.0.1", &text)
        .await
        .problem(400, "image_name_mismatch");
    register(&engineer, "base", &text)
        .await
        .problem(400, "image_name_mismatch");
    let stored = engineer.get(&format!("{IMAGES}/base:1.0.0/contract")).await;
    assert_eq!(
        (stored.text(), stored.header("content-type")),
        (text, Some("application/yaml"))
    );
    for name in [
        image.id.to_string(),
        "base:1.0.0".to_owned(),
        "base%3A1.0.0".to_owned(),
    ] {
        assert_eq!(
            engineer
                .get(&format!("{IMAGES}/{name}"))
                .await
                .ok::<Image>()
                .digest,
            image.digest
        );
    }
    assert_eq!(
        engineer
            .get(&format!("{IMAGES}/base/latest"))
            .await
            .ok::<Image>()
            .id,
        image.id
    );
    let published: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE type = 'image.published'")
        .fetch_one(&mut server.db.admin().await)
        .await
        .unwrap();
    assert_eq!(published, 1, "one registration, one event");
}

#[tokio::test]
async fn every_mistake_in_a_contract_is_told_with_its_place() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    let form_a = contract("base", "1.0.0", "perfect").replace("amiIds", "amiids");
    let problem = register(&engineer, "base:1.0.0", &form_a)
        .await
        .problem(400, "invalid_contract");
    let places: Vec<_> = problem
        .errors
        .iter()
        .map(|e| {
            (
                e.line.unwrap(),
                e.column.unwrap(),
                e.code.as_deref().unwrap(),
                e.pointer.as_deref().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (6, 23, "not_one_of", "/spec/lifecycle/status"),
            (9, 7, "unknown_key", "/spec/platforms/aws/amiids"),
        ]
    );
    assert!(
        problem.errors[1].hint.as_deref().unwrap().contains("amiIds"),
        "{:?}",
        problem.errors[1]
    );
    let form_b = "schema: v1\nid: base\nversion: 1\nos: {name: debian}\n";
    let form_c = "name: n\nversion: 1\nfamily: base\nbase: {os: debian, version: 12}\npackages: [a]\n";
    let json = "{\"schema\": \"v1\", \"id\": \"base\",\n \"version\": 1, \"os\": 7}";
    for (text, line, column, code) in [
        (form_b, 4, 5, "missing_key"),
        (form_c, 5, 11, "wrong_type"),
        (json, 2, 22, "wrong_type"),
        ("a: [", 1, 4, "syntax"),
        ("hello: world", 1, 1, "form_unknown"),
        ("", 1, 1, "empty_document"),
    ] {
        let problem = register(&engineer, "base:1", text)
            .await
            .problem(400, "invalid_contract");
        let first = &problem.errors[0];
        let found = (
            first.line.unwrap(),
            first.column.unwrap(),
            first.code.as_deref().unwrap(),
        );
        assert_eq!(found, (line, column, code), "{text:?} {:?}", problem.errors);
    }
    let page: PageBody<ImageSummary> = engineer.get(IMAGES).await.ok();
    assert_eq!(page.total, 0, "a refused contract leaves nothing behind");
    let families: i64 = sqlx::query_scalar("SELECT count(*) FROM image_family")
        .fetch_one(&mut server.db.admin().await)
        .await
        .unwrap();
    assert_eq!(families, 0);
}

#[tokio::test]
async fn validating_stores_nothing_and_needs_no_right_to_write() {
    let server = TestServer::start().await;
    let viewer = server.client(Role::Viewer).await;
    let text = contract("base", "1.0.0", "testing");
    let request = viewer.request(Method::POST, &format!("{IMAGES}/validate"));
    let reading: ContractReading = send(request.header("content-type", "text/plain").body(text.clone()))
        .await
        .ok();
    assert_eq!(
        (&reading.family[..], reading.packages, &reading.status[..]),
        ("base", 1, "testing")
    );
    viewer
        .get(&format!("{IMAGES}/base:1.0.0"))
        .await
        .problem(404, "not_found");
    register(&viewer, "base:1.0.0", &text)
        .await
        .problem(403, "forbidden");
    let request = viewer.request(Method::POST, &format!("{IMAGES}/validate"));
    send(request.header("content-type", "image/png").body(text))
        .await
        .problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_version_only_goes_forward() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    register(&engineer, "base:1", &contract("base", "1", "draft"))
        .await
        .ok::<Image>();
    let path = format!("{IMAGES}/base:1");
    engineer
        .get(&format!("{IMAGES}/base/latest"))
        .await
        .problem(404, "not_found");
    engineer
        .patch(&path, &json!({"status": "deprecated"}))
        .await
        .problem(409, "image_transition");
    let promoted: Image = engineer.post(&format!("{path}/promote"), &json!({})).await.ok();
    assert_eq!(promoted.status, "production");
    engineer
        .patch(&path, &json!({"status": "draft"}))
        .await
        .problem(409, "image_transition");
    engineer.delete(&path).await.problem(409, "image_in_use");
    let deprecated: Image = engineer.patch(&path, &json!({"status": "deprecated"})).await.ok();
    assert!(deprecated.deprecated_at.is_some());
    engineer
        .post(&format!("{path}/promote"), &json!({"to": "production"}))
        .await
        .problem(409, "image_transition");
    let revoked: Image = engineer
        .post(&format!("{path}/revoke"), &json!({"reason": "key leaked"}))
        .await
        .ok();
    assert_eq!(revoked.revoked_reason.as_deref(), Some("key leaked"));
    engineer
        .post(&format!("{path}/revoke"), &json!({"reason": "again"}))
        .await
        .problem(409, "image_revoked");
    register(&engineer, "base:2", &contract("base", "2", "draft"))
        .await
        .ok::<Image>();
    engineer
        .post(&format!("{IMAGES}/base:2/revoke"), &json!({"reason": " "}))
        .await
        .problem(400, "invalid_reason");
    engineer.delete(&format!("{IMAGES}/base:2")).await.ok::<Image>();
    engineer
        .get(&format!("{IMAGES}/base:2"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn of_two_who_promote_with_the_same_tag_one_is_told_to_read_again() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    register(&engineer, "base:1", &contract("base", "1", "draft"))
        .await
        .ok::<Image>();
    let path = format!("{IMAGES}/base:1");
    let read = engineer.get(&path).await;
    let seen: ImageNow = read.ok();
    assert!(seen.as_of >= seen.image.created_at && seen.image.version == "1");
    // The moment of reading is in the answer and not in its tag.
    let tag = read.header("etag").unwrap().to_owned();
    assert_eq!(engineer.get(&path).await.header("etag"), Some(&tag[..]));
    let promote = |to: &'static str| {
        let request = engineer.request(Method::POST, &format!("{path}/promote"));
        send(request.header("if-match", &tag).json(&json!({"to": to})))
    };
    let (a, b) = tokio::join!(promote("testing"), promote("production"));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", a.text(), b.text());
    let loser = if a.status == 412 { a } else { b };
    loser.problem(412, "version_changed");
}

#[tokio::test]
async fn an_sbom_is_attached_and_read_back() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    register(&engineer, "base:1", &contract("base", "1", "production"))
        .await
        .ok::<Image>();
    let path = format!("{IMAGES}/base:1/sbom");
    engineer.get(&path).await.problem(404, "sbom_missing");
    let sbom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "components": [
            {"type": "library", "name": "openssl", "version": "3.0.11-1",
             "purl": "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12"},
            {"type": "library", "name": "mystery", "version": "1"},
        ],
    });
    let attached: SbomAttached = engineer.post(&path, &sbom).await.ok();
    assert_eq!((attached.packages, attached.image.has_sbom), (1, true));
    assert_eq!(attached.problems.len(), 1, "what could not be read is said");
    for (query, key) in [("", "bomFormat"), ("?format=spdx", "spdxVersion")] {
        let document: Value = engineer.get(&format!("{path}{query}")).await.ok();
        assert!(document.get(key).is_some(), "{document}");
        assert!(document.to_string().contains("3.0.11-1"));
    }
    engineer
        .get(&format!("{path}?format=pdf"))
        .await
        .problem(400, "invalid_request");
    engineer
        .post(&path, &json!({"hello": 1}))
        .await
        .problem(400, "sbom_format_unknown");
    engineer
        .post(&path, &json!({"bomFormat": "CycloneDX", "specVersion": "1.6"}))
        .await
        .problem(400, "sbom_empty");
    let open: PageBody<Value> = engineer
        .get(&format!("{IMAGES}/base:1/vulnerabilities"))
        .await
        .ok();
    assert_eq!(open.total, 0, "no feed, no finding");
}

#[tokio::test]
async fn a_coordinate_is_added_and_taken_away() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    register(&engineer, "base:1", &contract("base", "1", "production"))
        .await
        .ok::<Image>();
    let places = format!("{IMAGES}/base:1/coordinates");
    let before = engineer.get(&places).await.ok::<Coordinates>().items;
    let wrong = json!({"coordinates": [{"platform": "aws", "region": "eu west", "reference": "ami-1 & 2"}]});
    let with = engineer.post(&places, &wrong).await.ok::<Coordinates>().items;
    assert_eq!(with.len(), before.len() + 1);
    let one = format!("{places}?platform=aws&reference=ami-1%20%26%202");
    // The same reference without the region is another place.
    engineer.delete(&one).await.problem(404, "not_found");
    let viewer = server.client(Role::Viewer).await;
    let one = format!("{one}&region=eu%20west");
    viewer.delete(&one).await.problem(403, "forbidden");
    let other = server.client_of(server.second, Role::Engineer, None).await;
    other.delete(&one).await.problem(404, "not_found");
    engineer
        .delete(&format!("{places}?platform=cray&reference=x"))
        .await
        .problem(400, "invalid_request");
    assert_eq!(engineer.get(&places).await.ok::<Coordinates>().items, with);
    assert_eq!(engineer.delete(&one).await.ok::<Coordinates>().items, before);
    engineer.delete(&one).await.problem(404, "not_found");
}

#[tokio::test]
async fn another_tenant_sees_no_image() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    let image: Image = register(&engineer, "base:1", &contract("base", "1", "production"))
        .await
        .ok();
    let other = server.client_of(server.second, Role::Engineer, None).await;
    let page: PageBody<ImageSummary> = other.get(IMAGES).await.ok();
    assert_eq!(page.total, 0);
    for name in [image.id.to_string(), "base:1".to_owned(), "base".to_owned()] {
        for tail in [
            "",
            "/contract",
            "/latest",
            "/coordinates",
            "/patch-status",
            "/deployments",
            "/vulnerabilities",
        ] {
            other
                .get(&format!("{IMAGES}/{name}{tail}"))
                .await
                .problem(404, "not_found");
        }
        other
            .post(&format!("{IMAGES}/{name}/revoke"), &json!({"reason": "x"}))
            .await
            .problem(404, "not_found");
    }
    // The same name is free there.
    register(&other, "base:1", &contract("base", "1", "draft"))
        .await
        .ok::<Image>();
    assert_eq!(
        engineer
            .get(&format!("{IMAGES}/base:1"))
            .await
            .ok::<Image>()
            .status,
        "production"
    );
}

#[tokio::test]
async fn hostile_names_name_nothing() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    for name in [
        "%00",
        "..%2F..%2Fetc",
        "a%0ab:1",
        "a%00b:1",
        "%27%3B%20DROP%20TABLE%20image_version",
        "a:b:c",
        "%F0%9F%92%A9:1",
    ] {
        let answer = engineer.get(&format!("{IMAGES}/{name}")).await;
        assert_eq!(answer.status, 404, "{name}: {}", answer.text());
        let answer = register(&engineer, name, &contract("base", "1", "draft")).await;
        assert_eq!(answer.status, 400, "{name}: {}", answer.text());
    }
    let long = "a".repeat(8_000);
    engineer
        .get(&format!("{IMAGES}/{long}:1"))
        .await
        .problem(404, "not_found");
    let none: PageBody<ImageSummary> = engineer.get(&format!("{IMAGES}?family=%00")).await.ok();
    assert_eq!(none.total, 0);
    for tail in ["latest", "patch-status", "contract"] {
        engineer
            .get(&format!("{IMAGES}/a%00b/{tail}"))
            .await
            .problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_list_of_another_moment_has_the_status_of_that_moment() {
    let server = TestServer::start().await;
    let engineer = server.client(Role::Engineer).await;
    register(&engineer, "base:1.0.0", &contract("base", "1.0.0", "draft")).await;
    let moment = || {
        let now = qlrf_core::time::now();
        now.format(&time::format_description::well_known::Rfc3339)
            .unwrap()
    };
    let mut moments = vec![moment()];
    for status in ["testing", "production", "deprecated", "retired"] {
        let path = format!("{IMAGES}/base:1.0.0");
        engineer
            .patch(&path, &json!({ "status": status }))
            .await
            .ok::<Image>();
        moments.push(moment());
    }
    let mut seen = Vec::new();
    for moment in moments {
        let list: PageBody<ImageSummary> = engineer.get(&format!("{IMAGES}?as_of={moment}")).await.ok();
        seen.push(list.items[0].status.clone());
    }
    assert_eq!(seen, ["draft", "testing", "production", "deprecated", "retired"]);
    let path = format!("{IMAGES}?as_of=2020-01-01T00:00:00Z");
    assert!(
        engineer
            .get(&path)
            .await
            .ok::<PageBody<ImageSummary>>()
            .items
            .is_empty()
    );
}
