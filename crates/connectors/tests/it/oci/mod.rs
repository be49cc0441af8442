//! Registries, against a real one: what is read, what is refused, and every law of the suite.

mod hostile;
mod site;
mod tls;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qlrf_core::container::parse_digest;
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::digest::Digest;
use qlrf_testkit::{Asked, Image, REGISTRY_USER, Registry, Reply, debian_layer, layer};
use serde_json::{Value, json};

use crate::recorder::Recorder;
use crate::suite::{self, partial};
use site::{build, collect, config, proxy, push, subject, with};

#[tokio::test]
async fn a_registry_holds_every_law_of_the_suite() {
    let Some(registry) = Registry::guarded("a_registry_holds_every_law_of_the_suite").await else {
        return;
    };
    suite::hold_all(&subject(&registry).await).await;
}

fn image(seen: &Recorder, name: &str) -> Value {
    let documents = seen.resources.values();
    let documents = documents.map(|(_, text)| serde_json::from_str::<Value>(text).unwrap());
    let mut named = documents.filter(|document| document["name"] == name);
    named
        .next()
        .unwrap_or_else(|| panic!("no \"{name}\" in {:?}", seen.resources.keys()))
}

fn status(seen: &Recorder, digest: &str) -> String {
    let looked = &seen.images[&parse_digest(digest).unwrap()];
    let root = looked.as_ref().unwrap();
    let read = root.read("var/lib/dpkg/status", 1 << 20).unwrap();
    String::from_utf8(read.unwrap()).unwrap()
}

#[tokio::test]
async fn an_index_leads_to_its_platforms_and_layers_to_packages() {
    let Some(registry) = Registry::start("an_index_leads_to_its_platforms_and_layers_to_packages").await
    else {
        return;
    };
    let base = debian_layer(&[("libc6", "2.36-9+deb12u4"), ("nano", "7.2-1")]);
    // What stands in the upper one holds.
    let upper = debian_layer(&[("libc6", "2.36-9+deb12u9")]);
    let mut digests = Vec::new();
    for platform in ["linux/amd64", "linux/arm64"] {
        let image = Image {
            platform,
            labels: BTreeMap::from([("org.qlrf.contract".to_owned(), "base".to_owned())]),
            layers: &[base.clone(), upper.clone()],
        };
        digests.push(registry.push("golden/base", None, &image).await);
    }
    let (amd, arm) = (&digests[0][..], &digests[1][..]);
    let index = [("linux/amd64", amd), ("linux/arm64", arm)];
    let digest = registry.push_index("golden/base", "v1", &index).await;
    registry.push_index("golden/base", "latest", &index).await;
    let seen = collect(config(&registry.url)).await;
    assert_eq!(partial(&seen), []);
    let found = image(&seen, "golden/base:latest");
    assert_eq!(found["facts"]["digest"], json!(digest));
    assert_eq!(found["facts"]["tags"], json!(["latest", "v1"]));
    let contains = |digest: &str| json!({"relation": "contains", "to": format!("golden/base@{digest}")});
    let relations = found["relations"].as_array().unwrap();
    assert!(
        relations.contains(&contains(amd)) && relations.contains(&contains(arm)),
        "{found}"
    );
    assert_eq!(seen.resources.len(), 3, "{:?}", seen.resources.keys());
    let one = image(&seen, &format!("golden/base@{}", &arm["sha256:".len()..][..12]));
    assert_eq!(
        (
            &one["facts"]["platform"],
            &one["facts"]["layers"],
            &one["platform"]
        ),
        (&json!("linux/arm64"), &json!(2), &json!("oci"))
    );
    assert_eq!(one["labels"]["org.qlrf.contract"], "base");
    assert_eq!(one["facts"]["created_at"], "2026-11-01T00:00:00Z");
    let packages = status(&seen, arm);
    assert!(
        packages.contains("deb12u9") && !packages.contains("nano"),
        "{packages}"
    );
    let scopes: Vec<(&str, &str)> = seen.closed.keys().map(|s| (&*s.region, &*s.kind)).collect();
    assert_eq!(
        scopes,
        [
            ("-", "repository"),
            ("golden/base", "container_image"),
            ("golden/base", "image_software")
        ]
    );
}

#[tokio::test]
async fn what_is_no_image_is_left_out_and_what_cannot_be_read_says_why() {
    let Some(registry) = Registry::start("what_is_no_image_is_left_out").await else {
        return;
    };
    let empty = registry
        .push_blob("team/app", "application/vnd.oci.empty.v1+json", b"{}")
        .await;
    let artifact = json!({"schemaVersion": 2, "config": empty, "layers": []});
    registry
        .push_manifest(
            "team/app",
            Some("sha256-0.sig"),
            qlrf_testkit::MANIFEST,
            &artifact,
        )
        .await;
    let large = "x".repeat(2 << 20);
    // Of bytes that do not shrink.
    let noise: String = (0..50_000_u32)
        .map(|n| Digest::of(&n.to_le_bytes()).to_string())
        .collect();
    let cases = [
        (
            "windows",
            "windows/amd64",
            vec![layer(&[("Windows/x", "x")])],
            "image_unsupported",
        ),
        (
            "broken",
            "linux/amd64",
            vec![b"no archive at all".to_vec()],
            "image_malformed",
        ),
        (
            "large",
            "linux/amd64",
            vec![layer(&[("var/lib/x", &noise), ("var/lib/y", &large)])],
            "image_above_limit",
        ),
    ];
    for (tag, platform, layers, _) in &cases {
        let image = Image {
            platform,
            labels: BTreeMap::new(),
            layers,
        };
        registry.push("team/app", Some(tag), &image).await;
    }
    let config = with(
        config(&registry.url),
        json!({"image_mib_max": 1, "repositories": ["team/app"]}),
    );
    let (seen, noisy) = (collect(config).await, cases[2].2[0].len());
    assert!(noisy > 1 << 20, "{noisy}");
    assert_eq!(
        partial(&seen),
        [],
        "what an image is does not fail its repository"
    );
    assert_eq!(seen.resources.len(), cases.len(), "{:?}", seen.resources.keys());
    for (tag, _, _, code) in cases {
        let digest = image(&seen, &format!("team/app:{tag}"))["facts"]["digest"].clone();
        let looked = &seen.images[&parse_digest(digest.as_str().unwrap()).unwrap()];
        assert_eq!(looked.as_ref().err().map(String::as_str), Some(code), "{tag}");
    }
}

/// A complete catalogue leaves one out, and the registry does not know it: it is gone. One that it knows is only hidden.
#[tokio::test]
async fn a_repository_that_is_gone_is_closed_empty_and_a_hidden_one_is_not() {
    let Some(registry) = Registry::start("a_repository_that_is_gone_is_closed_empty").await else {
        return;
    };
    for repository in ["golden/base", "team/app", "team/old"] {
        push(&registry, repository, "v1", BTreeMap::new()).await;
    }
    let proxy = proxy(&registry).await;
    let connector = build(config(proxy.url()));
    let mut first = Recorder::default();
    connector.collect(&mut first).await.unwrap();
    assert_eq!((partial(&first), first.resources.len()), (vec![], 3));
    registry.forget("team/old");
    let again = async |known: &Recorder| {
        let mut seen = Recorder {
            known: known.closed.keys().cloned().collect(),
            ..Recorder::default()
        };
        connector.collect(&mut seen).await.unwrap();
        let app = seen
            .held
            .keys()
            .filter(|scope| scope.region == "team/app")
            .count();
        let old = seen.closed.iter().filter(|(scope, _)| scope.region == "team/old");
        let complete = old.filter(|(_, outcome)| **outcome == ScopeOutcome::Complete);
        (seen.resources.len(), app, complete.count(), partial(&seen))
    };
    assert_eq!(again(&first).await, (2, 1, 2, vec![]));
    // Left out of the catalogue and still there: it is asked for what it holds.
    let names = json!({"repositories": ["golden/base"]}).to_string();
    proxy.rule(move |asked| match asked.target.starts_with("/v2/_catalog") {
        true => Reply::say(200, "application/json", names.clone()),
        false => Reply::Forward,
    });
    assert_eq!(again(&first).await, (2, 1, 2, vec![]));
    // Hidden from us.
    let hidden = |asked: &mut Asked| asked.target.starts_with("/v2/team/app/");
    let names = json!({"repositories": ["golden/base"]}).to_string();
    proxy.rule(move |asked| match asked.target.starts_with("/v2/_catalog") {
        true => Reply::say(200, "application/json", names.clone()),
        false if hidden(asked) => Reply::say(403, "application/json", "{}"),
        false => Reply::Forward,
    });
    let (listed, held, _, partial) = again(&first).await;
    let codes: Vec<&str> = partial.iter().map(|(_, code, _)| &**code).collect();
    assert_eq!((listed, held, codes), (1, 0, vec!["permission_missing"; 2]));
    // The catalogue itself breaks off: nothing is known of what it left out.
    proxy.rule(|asked| match asked.target.starts_with("/v2/_catalog") {
        true => Reply::say(403, "application/json", "{}"),
        false => Reply::Forward,
    });
    let (listed, _, gone, _) = again(&first).await;
    assert_eq!((listed, gone), (0, 0));
}

#[tokio::test]
async fn limits_leave_a_repository_unlisted() {
    let Some(registry) = Registry::start("limits_leave_a_repository_unlisted").await else {
        return;
    };
    for tag in ["v1", "v2", "v3"] {
        push(&registry, "team/app", tag, BTreeMap::new()).await;
    }
    let seen = collect(with(config(&registry.url), json!({"tags_max": 2}))).await;
    let codes: Vec<String> = partial(&seen).into_iter().map(|(_, code, _)| code).collect();
    assert_eq!(codes, ["listing_too_long", "listing_too_long"]);
    let missing = with(
        config(&registry.url),
        json!({"repositories": ["team/app", "no/such"]}),
    );
    let seen = collect(missing.clone()).await;
    let unlisted = partial(&seen);
    assert!(
        unlisted.len() == 2
            && unlisted
                .iter()
                .all(|(scope, code, _)| scope.region == "no/such" && code == "repository_missing"),
        "{unlisted:?}"
    );
    let check = build(missing).check().await.unwrap();
    assert!(
        !check.ok && check.findings.iter().any(|finding| finding.contains("no/such")),
        "{check:?}"
    );
}

/// Each of several images on one base names it; an image that was asked for is a known digest.
#[tokio::test]
async fn an_account_is_shown_to_whoever_asks_for_it() {
    let Some(registry) = Registry::guarded("an_account_is_shown_to_whoever_asks_for_it").await else {
        return;
    };
    push(&registry, "team/app", "v1", BTreeMap::new()).await;
    let known = json!({"user": REGISTRY_USER.0, "password": "env:PASSWORD"});
    let seen = collect(with(config(&registry.url), known)).await;
    assert_eq!((partial(&seen), seen.resources.len()), (vec![], 1));
    for account in [
        json!({}),
        json!({"user": REGISTRY_USER.0, "password": "env:WRONG"}),
    ] {
        let mut seen = Recorder::default();
        let refused = build(with(config(&registry.url), account))
            .collect(&mut seen)
            .await;
        let refused = refused.unwrap_err().to_string();
        assert!(
            refused.contains("does not take the user") && !refused.contains("hunter2"),
            "{refused}"
        );
        assert!(seen.closed.is_empty());
    }
}

/// The registry sends for a token to itself; it is asked for just what is needed, once for each repository.
#[tokio::test]
async fn a_token_is_fetched_for_what_is_needed() {
    let Some(registry) = Registry::start("a_token_is_fetched_for_what_is_needed").await else {
        return;
    };
    push(&registry, "team/app", "v1", BTreeMap::new()).await;
    let proxy = proxy(&registry).await;
    let realm = format!(
        "Bearer realm=\"{}/token\",service=\"r\",scope=\"repository:team/app:pull,push,delete\"",
        proxy.url()
    );
    let asked_for = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (kept, plain) = (asked_for.clone(), Arc::new(AtomicU64::new(0)));
    let basic = plain.clone();
    proxy.rule(move |asked| {
        let shown = asked.header("authorization").to_owned();
        if let Some(query) = asked.target.strip_prefix("/token?") {
            kept.lock().unwrap().push(query.to_owned());
            assert!(shown.starts_with("Basic "), "{shown}");
            return Reply::say(
                200,
                "application/json",
                json!({"access_token": "good"}).to_string(),
            );
        }
        basic.fetch_add(u64::from(shown.starts_with("Basic ")), Ordering::Relaxed);
        match shown.as_str() {
            "Bearer good" => Reply::Forward,
            _ => Reply::Say {
                status: 401,
                headers: vec![("www-authenticate", realm.clone())],
                body: String::new(),
            },
        }
    });
    let known = json!({"user": REGISTRY_USER.0, "password": "env:PASSWORD"});
    let seen = collect(with(config(proxy.url()), known)).await;
    assert_eq!((partial(&seen), seen.resources.len()), (vec![], 1));
    let asked_for = asked_for.lock().unwrap().clone();
    assert_eq!(
        asked_for,
        [
            "service=r&scope=registry%3Acatalog%3A*",
            "service=r&scope=repository%3Ateam%2Fapp%3Apull"
        ]
    );
    assert_eq!(
        plain.load(Ordering::Relaxed),
        0,
        "a password went to the registry, which asked for a token"
    );
    let complete = seen
        .closed
        .values()
        .all(|outcome| *outcome == ScopeOutcome::Complete);
    assert!(complete);
}
