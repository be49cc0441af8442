//! A registry that lies, breaks off, or sends us elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qlrf_testkit::{Asked, HttpProxy, Image, REGISTRY_USER, Registry, Reply, layer};
use serde_json::json;

use super::site::{build, collect, config, proxy, push, with};
use crate::recorder::Recorder;
use crate::suite::partial;

/// Pairs of kind and code of all scopes that are not complete.
fn gaps(seen: &Recorder) -> Vec<(String, String)> {
    let gaps = partial(seen)
        .into_iter()
        .map(|(scope, code, _)| (scope.kind, code));
    gaps.collect()
}

fn pair(kind: &str, code: &str) -> (String, String) {
    (kind.to_owned(), code.to_owned())
}

fn is_blob(asked: &Asked) -> bool {
    asked.target.contains("/blobs/")
}

/// A layer without compression, so that a proxy can say a part of it.
async fn plain(registry: &Registry) -> String {
    let mut archive = vec![0_u8; 0];
    let packed = layer(&[(
        "var/lib/dpkg/status",
        "Package: a\nStatus: install ok installed\nVersion: 1\n\n",
    )]);
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut archive).unwrap();
    let image = Image {
        platform: "linux/amd64",
        labels: BTreeMap::new(),
        layers: &[archive.clone()],
    };
    registry.push("team/app", Some("v1"), &image).await;
    String::from_utf8(archive).unwrap()
}

#[tokio::test]
async fn bytes_that_are_not_those_of_their_digest_are_refused() {
    let Some(registry) = Registry::start("bytes_that_are_not_those_of_their_digest_are_refused").await else {
        return;
    };
    let archive = plain(&registry).await;
    let proxy = proxy(&registry).await;
    let config = config(proxy.url());
    let half = archive[..archive.len() / 2].to_owned();
    let other = archive.replace("Version: 1", "Version: 2");
    for body in [half, other, format!("{archive}x")] {
        // Layers come last: the configuration was read before.
        let mut blobs = 0;
        proxy.rule(move |asked| {
            blobs += u64::from(is_blob(asked));
            match is_blob(asked) && blobs == 2 {
                true => Reply::say(200, "application/octet-stream", body.clone()),
                false => Reply::Forward,
            }
        });
        let seen = collect(config.clone()).await;
        let [(kind, code)] = &gaps(&seen)[..] else {
            panic!("{:?}", partial(&seen));
        };
        assert_eq!(kind, "image_software");
        assert!(
            ["image_digest_mismatch", "answer_too_large"].contains(&&**code),
            "{code}"
        );
        assert_eq!(seen.resources.len(), 1, "the image itself is known");
        let looked = seen.images.values().next().unwrap();
        assert_eq!(looked.as_ref().err().map(String::as_str), Some("not_read"));
    }
    for what in ["/blobs/", "/manifests/sha256:"] {
        proxy.rule(move |asked| match asked.target.contains(what) {
            true => Reply::say(200, qlrf_testkit::MANIFEST, "{}"),
            false => Reply::Forward,
        });
        let seen = collect(config.clone()).await;
        let mismatch = |kind| pair(kind, "image_digest_mismatch");
        assert_eq!(
            gaps(&seen),
            [mismatch("container_image"), mismatch("image_software")],
            "{what}"
        );
        assert!(seen.resources.is_empty());
    }
}

#[tokio::test]
async fn an_archive_that_unpacks_to_anything_is_bounded() {
    let Some(registry) = Registry::start("an_archive_that_unpacks_to_anything_is_bounded").await else {
        return;
    };
    // A header that says of itself that a package database of a terabyte follows.
    let mut header = tar::Header::new_gnu();
    header.set_path("var/lib/dpkg/status").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    let image = Image {
        platform: "linux/amd64",
        labels: BTreeMap::new(),
        layers: &[header.as_bytes().to_vec()],
    };
    registry.push("team/app", Some("v1"), &image).await;
    let seen = collect(config(&registry.url)).await;
    let looked = seen.images.values().next().unwrap();
    assert_eq!(looked.as_ref().err().map(String::as_str), Some("image_malformed"));
    assert_eq!(partial(&seen), []);
}

/// Another server than the registry, which notes what is shown to it.
async fn elsewhere(registry: &Registry) -> (HttpProxy, Arc<AtomicU64>) {
    let (storage, shown) = (proxy(registry).await, Arc::new(AtomicU64::new(0)));
    let noted = shown.clone();
    storage.rule(move |asked| {
        noted.fetch_add(
            u64::from(!asked.header("authorization").is_empty()),
            Ordering::Relaxed,
        );
        Reply::Forward
    });
    (storage, shown)
}

fn moved(to: String) -> Reply {
    Reply::Say {
        status: 307,
        headers: vec![("location", to)],
        body: String::new(),
    }
}

#[tokio::test]
async fn a_blob_may_lie_elsewhere_and_the_credential_stays() {
    let Some(registry) = Registry::start("a_blob_may_lie_elsewhere_and_the_credential_stays").await else {
        return;
    };
    push(&registry, "team/app", "v1", BTreeMap::new()).await;
    let front = proxy(&registry).await;
    let (storage, shown) = elsewhere(&registry).await;
    let known = json!({"user": REGISTRY_USER.0, "password": "env:PASSWORD"});
    let config = with(config(front.url()), known);
    let basic = |asked: &Asked| asked.header("authorization").starts_with("Basic ");
    let unknown = || Reply::Say {
        status: 401,
        headers: vec![("www-authenticate", "Basic realm=\"r\"".to_owned())],
        body: String::new(),
    };
    let place = storage.url().to_owned();
    front.rule(move |asked| match (basic(asked), is_blob(asked)) {
        (false, _) => unknown(),
        (true, true) => moved(format!("{place}{}", asked.target)),
        (true, false) => Reply::Forward,
    });
    let seen = collect(config.clone()).await;
    assert_eq!((partial(&seen), seen.resources.len()), (vec![], 1));
    assert!(seen.images.values().all(|looked| looked.is_ok()));
    assert_eq!((storage.requests(), shown.load(Ordering::Relaxed)), (3, 0));
    // Not twice, and not to where the operator allows nothing.
    let again = storage.url().to_owned();
    storage.rule(move |asked| moved(format!("{again}{}", asked.target)));
    let seen = collect(config.clone()).await;
    assert_eq!(
        gaps(&seen),
        [
            pair("container_image", "provider_refused"),
            pair("image_software", "provider_refused")
        ]
    );
    for place in [
        "https://169.254.169.254/latest",
        "http://10.0.0.1/x",
        "https://192.168.0.1/x",
        "file:///etc/passwd",
    ] {
        front.rule(move |asked| match (basic(asked), is_blob(asked)) {
            (false, _) => unknown(),
            (true, true) => moved(place.to_owned()),
            (true, false) => Reply::Forward,
        });
        let seen = collect(config.clone()).await;
        assert!(
            gaps(&seen).contains(&pair("container_image", "address_refused")),
            "{place}: {:?}",
            gaps(&seen)
        );
    }
}

#[tokio::test]
async fn nobody_goes_for_a_token_to_where_a_registry_says() {
    let Some(registry) = Registry::start("nobody_goes_for_a_token_to_where_a_registry_says").await else {
        return;
    };
    push(&registry, "team/app", "v1", BTreeMap::new()).await;
    let front = proxy(&registry).await;
    let (other, _) = elsewhere(&registry).await;
    let known = json!({"user": REGISTRY_USER.0, "password": "env:PASSWORD"});
    let config = with(config(front.url()), known);
    let token_of = |place: String| {
        move |asked: &mut Asked| match asked.header("authorization") {
            "Bearer good" => Reply::Forward,
            _ => Reply::Say {
                status: 401,
                headers: vec![("www-authenticate", format!("Bearer realm=\"{place}\""))],
                body: String::new(),
            },
        }
    };
    let places = [
        format!("{}/token", other.url()),
        "https://169.254.169.254/token".to_owned(),
        "x".to_owned(),
        String::new(),
    ];
    for place in places {
        front.rule(token_of(place.clone()));
        let mut seen = Recorder::default();
        let refused = build(config.clone()).collect(&mut seen).await.unwrap_err();
        assert!(
            refused.to_string().contains("sends for tokens to"),
            "{place}: {refused}"
        );
        assert_eq!(other.requests(), 0, "{place}");
    }
    // Where the configuration names it, it is asked.
    front.rule(token_of(format!("{}/token", other.url())));
    other.rule(|asked| {
        assert!(
            asked.target.starts_with("/token?scope=") && asked.header("authorization").starts_with("Basic ")
        );
        Reply::say(200, "application/json", json!({"token": "good"}).to_string())
    });
    let seen = collect(with(config, json!({"token_server": other.url()}))).await;
    assert_eq!((partial(&seen), seen.resources.len()), (vec![], 1));
}

#[tokio::test]
async fn a_catalogue_may_be_missing_and_may_not_lead_astray() {
    let Some(registry) = Registry::start("a_catalogue_may_be_missing_and_may_not_lead_astray").await else {
        return;
    };
    push(&registry, "team/app", "v1", BTreeMap::new()).await;
    let proxy = proxy(&registry).await;
    let plain = config(proxy.url());
    let catalogue = |reply: Reply| {
        proxy.rule(move |asked| match asked.target.starts_with("/v2/_catalog") {
            true => reply.clone(),
            false => Reply::Forward,
        });
    };
    catalogue(Reply::say(404, "application/json", "{}"));
    let seen = collect(plain.clone()).await;
    assert_eq!(gaps(&seen), [pair("repository", "repository_missing")]);
    let check = build(plain.clone()).check().await.unwrap();
    assert!(
        !check.ok
            && check
                .findings
                .iter()
                .any(|finding| finding.contains("`repositories`")),
        "{check:?}"
    );
    let seen = collect(with(plain.clone(), json!({"repositories": ["team/app"]}))).await;
    assert_eq!((partial(&seen), seen.resources.len()), (vec![], 1));
    let page = |link: &str| Reply::Say {
        status: 200,
        headers: vec![("link", link.to_owned())],
        body: json!({"repositories": ["team/app"]}).to_string(),
    };
    let astray = [
        "<https://example.org/v2/_catalog?last=x>; rel=\"next\"",
        "</v2/team/app/tags/list>; rel=\"next\"",
        "<//example.org/v2/_catalog>; rel=\"next\"",
    ];
    for link in astray {
        catalogue(page(link));
        assert_eq!(
            gaps(&collect(plain.clone()).await),
            [pair("repository", "answer_unreadable")],
            "{link}"
        );
    }
    let names = json!({"repositories": ["team/app", "../../secret"]}).to_string();
    catalogue(Reply::say(200, "application/json", names));
    assert_eq!(
        gaps(&collect(plain.clone()).await),
        [pair("repository", "answer_unreadable")]
    );
}

#[tokio::test]
async fn tags_that_come_in_pages_come_all() {
    let Some(registry) = Registry::start("tags_that_come_in_pages_come_all").await else {
        return;
    };
    push(&registry, "team/app", "v1", BTreeMap::new()).await;
    let proxy = proxy(&registry).await;
    let mut pages = 0;
    push(&registry, "team/app", "v2", BTreeMap::new()).await;
    proxy.rule(move |asked| {
        if !asked.target.starts_with("/v2/team/app/tags/list") {
            return Reply::Forward;
        }
        pages += 1;
        let link = match pages {
            1 => vec![(
                "link",
                "</v2/team/app/tags/list?n=1&last=v1>; rel=\"next\"".to_owned(),
            )],
            _ => Vec::new(),
        };
        Reply::Say {
            status: 200,
            headers: link,
            body: json!({"tags": [format!("v{pages}")]}).to_string(),
        }
    });
    assert_eq!(collect(config(proxy.url())).await.resources.len(), 2);
}
