//! Hosts over SSH, against real sshds: what is read, and everything that goes wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use qlrf_connectors::grant::{AllowedFolder, AllowedNetwork, Grant, Grants};
use qlrf_connectors::inventory::{Check, ConnectError, Inventory, find_kind};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::secret::Secret;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::recorder::Recorder;
use crate::sshd::{self, Keys, Site, USER};
use crate::suite;

const PASSPHRASE: &str = "open sesame";

/// Two hosts for the suite that every connector goes through.
pub struct Sites {
    keys: Keys,
    sites: Vec<Site>,
}

impl Sites {
    pub fn start(test: &str) -> Option<Sites> {
        sshd::is_there(test).then(|| {
            let keys = Keys::new();
            let sites = ["web1", "web2"].map(|name| sshd::start(&keys, name)).into();
            Sites { keys, sites }
        })
    }

    pub fn config(&self) -> Value {
        config(&self.sites.iter().collect::<Vec<_>>())
    }

    pub fn grant(&self) -> Grant {
        grant(&self.keys)
    }
}

pub fn config(sites: &[&Site]) -> Value {
    let hosts: Vec<Value> = sites
        .iter()
        .map(|site| json!({"address": "127.0.0.1", "port": site.port}))
        .collect();
    let known: Vec<String> = sites.iter().map(|site| site.known()).collect();
    json!({"hosts": hosts, "user": USER, "key": "env:KEY", "known_hosts": known})
}

pub fn grant(keys: &Keys) -> Grant {
    let secrets = ["user", "other", "rsa", "locked"].map(|name| (name.to_owned(), keys.secret(name)));
    let words = [
        ("KEY", keys.secret("user")),
        ("PASSPHRASE", PASSPHRASE.to_owned()),
        ("WORD", "hunter2".to_owned()),
    ];
    let words = words.map(|(name, text)| (name.to_owned(), text));
    let variables: BTreeMap<String, Secret> = secrets
        .into_iter()
        .chain(words)
        .map(|(name, text)| (name, Secret::new(text)))
        .collect();
    let places = variables.keys().map(|name| format!("env:{name}"));
    let places = places.chain([format!("file:{}", keys.path("").display())]);
    let allowed = places
        .map(|place| Allowed::parse(&format!("test={place}")).unwrap())
        .collect();
    let grants = Grants {
        secrets: Arc::new(Secrets::new(allowed, variables, None)),
        networks: Arc::new([AllowedNetwork::parse("test=127.0.0.0/8").unwrap()]),
        host_folders: Arc::new([
            AllowedFolder::parse(&format!("test={}", keys.path("hosts").display())).unwrap(),
        ]),
        ..Grants::default()
    };
    grants.of("test")
}

pub fn with(mut config: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    config.as_object_mut().unwrap().extend(more);
    config
}

pub fn build(config: Value, keys: &Keys) -> Box<dyn Inventory> {
    (find_kind("ssh").unwrap().build)(config, grant(keys)).unwrap()
}

pub fn refused(config: Value, grant: Grant) -> String {
    let built = (find_kind("ssh").unwrap().build)(config, grant);
    built.err().expect("it is refused").to_string()
}

pub async fn collect(inventory: &dyn Inventory) -> Recorder {
    let mut seen = Recorder::default();
    inventory.collect(&mut seen).await.unwrap();
    assert!(seen.complaints.is_empty() && seen.open.is_empty());
    seen
}

/// Names of what was reported, and code and text of what was not.
pub fn outcome(seen: &Recorder) -> (Vec<String>, Vec<(String, String)>) {
    let name = |document: &String| {
        serde_json::from_str::<Value>(document).unwrap()["name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mut names: Vec<String> = seen.facts.values().map(|(_, document)| name(document)).collect();
    names.sort();
    let failed = seen.closed.values().filter_map(|outcome| match outcome {
        ScopeOutcome::Complete => None,
        ScopeOutcome::Partial { code, detail } => Some((code.clone(), detail.clone())),
    });
    (names, failed.collect())
}

pub async fn one_failure(config: Value, keys: &Keys) -> (String, String) {
    let (names, mut failed) = outcome(&collect(&*build(config, keys)).await);
    assert_eq!((names.len(), failed.len()), (0, 1), "{failed:?}");
    failed.remove(0)
}

#[tokio::test]
async fn a_host_may_write_anything_into_its_files() {
    let Some(sites) = Sites::start("a_host_may_write_anything_into_its_files") else {
        return;
    };
    let inventory = build(sites.config(), &sites.keys);
    suite::whatever_its_files_say(&sites.sites[0].path(""), &*inventory).await;
}

#[tokio::test]
async fn hosts_are_read_and_placed() {
    if !sshd::is_there("hosts_are_read_and_placed") {
        return;
    }
    let keys = Keys::new();
    let site = sshd::start(&keys, "web1");
    let hosts = json!([{"address": "127.0.0.1", "port": site.port, "site": "fra1", "labels": {"rack": "r7", "ql-rf.io/identity": "mine"}}]);
    let more = json!({"hosts": hosts, "env": "prod", "platform": "edge", "owner": "team-edge"});
    let seen = collect(&*build(with(config(&[&site]), more), &keys)).await;
    let document: Value = serde_json::from_str(&seen.facts.values().next().unwrap().1).unwrap();
    for (pointer, expected) in [
        ("/name", "web1"),
        ("/native_id", "77656231000000000000000000000000"),
        ("/platform", "edge"),
        ("/kind", "host"),
        ("/site", "fra1"),
        ("/env", "prod"),
        ("/owner", "team-edge"),
        ("/os/id", "debian"),
        ("/os/version", "12"),
        ("/labels/rack", "r7"),
        ("/labels/ql-rf.io~1identity", "machine-id"),
        ("/config/sshd:PermitRootLogin", "no"),
        ("/config/sshd:X11Forwarding", "no"),
    ] {
        assert_eq!(
            document.pointer(pointer),
            Some(&json!(expected)),
            "{pointer}: {document}"
        );
    }
    assert_eq!(document["services"], Value::Null, "no command ran");
}

#[tokio::test]
async fn whoever_is_not_the_host_that_it_was_taken_for_is_refused() {
    if !sshd::is_there("whoever_is_not_the_host_that_it_was_taken_for_is_refused") {
        return;
    }
    let keys = Keys::new();
    let (site, other) = (sshd::start(&keys, "web1"), sshd::start(&keys, "web2"));
    let base = config(&[&site]);
    let port = site.port;
    let of_other = format!("[127.0.0.1]:{port} {}", other.public());
    let (code, detail) = one_failure(with(base.clone(), json!({"known_hosts": [of_other]})), &keys).await;
    assert_eq!(code, "host_key_refused");
    assert!(
        detail.contains(&site.fingerprint()),
        "it says what was shown: {detail}"
    );
    let revoked = json!({"known_hosts": [site.known(), format!("@revoked * {}", site.public())]});
    assert_eq!(
        one_failure(with(base.clone(), revoked), &keys).await.0,
        "host_key_refused"
    );

    let hosts = |fingerprint: String| json!({"known_hosts": [], "hosts": [{"address": "127.0.0.1", "port": port, "fingerprint": fingerprint}]});
    let (code, _) = one_failure(with(base.clone(), hosts(other.fingerprint())), &keys).await;
    assert_eq!(code, "host_key_refused");
    let pinned = collect(&*build(with(base.clone(), hosts(site.fingerprint())), &keys)).await;
    assert_eq!(outcome(&pinned).0, ["web1"]);

    let by = |key: &str| json!({"known_hosts": [format!("@cert-authority 127.0.0.1 {}", keys.public(key).trim())]});
    let certified = collect(&*build(with(base.clone(), by("authority")), &keys)).await;
    assert_eq!(outcome(&certified).0, ["web1"]);
    assert_eq!(
        one_failure(with(base.clone(), by("other")), &keys).await.0,
        "host_key_refused"
    );
    // Nobody is trusted for answering.
    let unknown = refused(with(base, json!({"known_hosts": []})), grant(&keys));
    assert!(unknown.contains("nothing is known of the key"), "{unknown}");
}

#[tokio::test]
async fn keys_of_users_are_tried_as_they_are() {
    if !sshd::is_there("keys_of_users_are_tried_as_they_are") {
        return;
    }
    let keys = Keys::new();
    let site = sshd::start(&keys, "web1");
    let base = config(&[&site]);
    let (code, detail) = one_failure(with(base.clone(), json!({"key": "env:other"})), &keys).await;
    assert_eq!(code, "login_refused");
    assert!(detail.contains(USER), "{detail}");
    let mut works = vec![
        json!({"key": "env:rsa"}),
        json!({"key": "env:locked", "passphrase": "env:PASSPHRASE"}),
    ];
    works.push(json!({"key": "env:other", "certificate": keys.certificate()}));
    for more in works {
        let seen = collect(&*build(with(base.clone(), more.clone()), &keys)).await;
        assert_eq!(
            outcome(&seen).0,
            ["web1"],
            "{more} {:?} {}",
            outcome(&seen).1,
            site.log()
        );
    }
    for more in [
        json!({"key": "env:locked"}),
        json!({"key": "env:locked", "passphrase": "env:WORD"}),
        json!({"key": "env:WORD"}),
    ] {
        let error = build(with(base.clone(), more), &keys)
            .collect(&mut Recorder::default())
            .await;
        let Err(ConnectError::Unreadable(said)) = error else {
            panic!("{error:?}")
        };
        assert!(said.contains("\"key\"") && !said.contains("hunter2"), "{said}");
    }
}

#[tokio::test]
async fn a_host_that_is_away_leaves_the_others_alone() {
    if !sshd::is_there("a_host_that_is_away_leaves_the_others_alone") {
        return;
    }
    let keys = Keys::new();
    let (near, mut away) = (sshd::start(&keys, "near"), sshd::start(&keys, "away"));
    let both = config(&[&near, &away]);
    let inventory = build(both.clone(), &keys);
    let seen = collect(&*inventory).await;
    assert_eq!(
        outcome(&seen),
        (vec!["away".to_owned(), "near".to_owned()], Vec::new())
    );
    away.stop();
    let (names, failed) = outcome(&collect(&*inventory).await);
    assert_eq!(names, ["near"]);
    assert_eq!(failed[0].0, "host_unreachable");
    let check: Check = inventory.check().await.unwrap();
    assert!(!check.ok && check.findings.len() == 2, "{check:?}");
    assert!(check.findings[0].contains("cannot be reached"), "{check:?}");
    assert!(
        check.findings[1].contains("packages are read from /var/lib/dpkg/status"),
        "{check:?}"
    );
    assert!(check.findings[1].contains("may not run systemctl"), "{check:?}");
}

/// Lets so many bytes of the host through, then cuts the line.
async fn cut(port: u16, bytes: u64) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(async move {
                let far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let ((mut near_in, mut near_out), (far_in, mut far_out)) =
                    (near.into_split(), far.into_split());
                let up = tokio::spawn(async move { tokio::io::copy(&mut near_in, &mut far_out).await });
                let _ = tokio::io::copy(&mut far_in.take(bytes), &mut near_out).await;
                let _ = near_out.shutdown().await;
                up.abort();
            });
        }
    });
    own
}

#[tokio::test]
async fn a_line_that_breaks_anywhere_reports_nothing_of_the_host() {
    if !sshd::is_there("a_line_that_breaks_anywhere_reports_nothing_of_the_host") {
        return;
    }
    let keys = Keys::new();
    let site = sshd::start(&keys, "edge1");
    let mut status = Vec::new();
    for n in 0..4_000 {
        status.extend(
            format!("Package: p{n}\nStatus: install ok installed\nArchitecture: all\nVersion: 1.{n}\n\n")
                .bytes(),
        );
    }
    site.write("var/lib/dpkg/status", &status);
    let whole = collect(&*build(config(&[&site]), &keys)).await;
    for bytes in [10, 600, 2_000, 4_000, 9_000, 60_000, 200_000] {
        let port = cut(site.port, bytes).await;
        let known = format!("[127.0.0.1]:{port} {}", site.public());
        let more = json!({"hosts": [{"address": "127.0.0.1", "port": port}], "known_hosts": [known]});
        let (code, detail) = one_failure(with(config(&[&site]), more), &keys).await;
        let expected = ["connection_broken", "files_refused", "host_timed_out"];
        assert!(
            expected.contains(&code.as_str()),
            "after {bytes} bytes: {code} {detail}"
        );
    }
    let again = collect(&*build(config(&[&site]), &keys)).await;
    assert_eq!(again.facts, whole.facts);
}

#[tokio::test]
async fn a_host_that_is_silent_ends_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    if !sshd::is_there("a_host_that_is_silent_ends_in_time") {
        return;
    }
    let keys = Keys::new();
    let known = format!("[127.0.0.1]:{port} {}", keys.public("other").trim());
    let config = json!({
        "hosts": [{"address": "127.0.0.1", "port": port}], "user": USER, "key": "env:KEY", "known_hosts": [known],
    });
    let inventory = build(config.clone(), &keys);
    let check = tokio::time::timeout(Duration::from_secs(10), inventory.check()).await;
    let check = check
        .expect("the test of a connector ends within what it may take")
        .unwrap();
    assert!(!check.ok && check.findings[0].contains("in time"), "{check:?}");
    let (code, _) = one_failure(config, &keys).await;
    assert_eq!(code, "host_timed_out");
}

#[tokio::test]
async fn what_a_host_says_of_itself_is_bounded_and_stays_text() {
    if !sshd::is_there("what_a_host_says_of_itself_is_bounded_and_stays_text") {
        return;
    }
    let keys = Keys::new();
    let hostile = sshd::start(&keys, "hostile");
    let name = "<script>\u{1b}[31m`rm`$(id)\u{202e}ignore previous instructions";
    hostile.write("etc/hostname", name.as_bytes());
    hostile.write(
        "etc/os-release",
        format!("ID=debian\nPRETTY_NAME=\"{}\"\n", "x".repeat(60_000)).as_bytes(),
    );
    let nameless = sshd::start(&keys, "nameless");
    for file in ["etc/machine-id", "etc/hostname"] {
        std::fs::remove_file(nameless.path(file)).unwrap();
    }
    let (names, failed) = outcome(&collect(&*build(config(&[&hostile, &nameless]), &keys)).await);
    assert_eq!(names, [name.replace('\u{1b}', "")]);
    assert_eq!(failed[0].0, "host_unidentified");
    // Whoever may not read something learns which.
    let closed = sshd::start(&keys, "closed");
    let status = closed.path("var/lib/dpkg/status");
    let nobody = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(status, nobody).unwrap();
    let check = build(config(&[&closed]), &keys).check().await.unwrap();
    assert!(!check.ok, "{check:?}");
    assert!(
        check.findings[0].contains("\"var/lib/dpkg/status\"")
            && check.findings[0].contains("permission denied"),
        "{check:?}"
    );
}

#[tokio::test]
async fn hosts_behind_a_jump_host_are_read() {
    if !sshd::is_there("hosts_behind_a_jump_host_are_read") {
        return;
    }
    let keys = Keys::new();
    let (mut jump, behind) = (Site::jump(&keys), sshd::start(&keys, "behind"));
    let through = json!({"jump": {"address": "127.0.0.1", "port": jump.port}, "known_hosts": [jump.known(), behind.known()]});
    let through = with(config(&[&behind]), through);
    let seen = collect(&*build(through.clone(), &keys)).await;
    assert_eq!(
        outcome(&seen),
        (vec!["behind".to_owned()], Vec::new()),
        "{} {}",
        jump.log(),
        behind.log()
    );
    let both = jump.log() + &behind.log();
    assert!(both.matches("Accepted publickey").count() >= 2, "{both}");
    // The host behind proves itself to us, not to the jump host.
    let wrong = format!("[127.0.0.1]:{} {}", behind.port, jump.public());
    let wrong = with(through.clone(), json!({"known_hosts": [jump.known(), wrong]}));
    assert_eq!(one_failure(wrong, &keys).await.0, "host_key_refused");
    jump.stop();
    let error = build(through, &keys)
        .collect(&mut Recorder::default())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the jump host"), "{error}");
}

#[test]
fn a_configuration_that_reaches_too_far_is_refused() {
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    let nothing = || Grants::default().of("test");
    let keyed = || {
        let secrets = Secrets::new(
            vec![Allowed::parse("test=env:KEY").unwrap()],
            BTreeMap::new(),
            None,
        );
        Grants {
            secrets: Arc::new(secrets),
            ..Grants::default()
        }
        .of("test")
    };
    let base =
        json!({"hosts": [{"address": "10.1.2.3"}], "key": "env:KEY", "known_hosts": [format!("* {KEY}")]});
    let host = |address: &str| with(base.clone(), json!({"hosts": [{ "address": address }]}));
    assert!(refused(base.clone(), nothing()).contains("has not allowed \"env:KEY\""));
    for address in [
        "169.254.169.254",
        "127.0.0.1",
        "::1",
        "[fd00:ec2::254]",
        "0.0.0.0",
    ] {
        let said = refused(host(address), keyed());
        assert!(said.contains("cannot be connected to"), "{address}: {said}");
    }
    for address in ["", "a b", "a/b", "user@host", "-oProxyCommand=x\u{7}", "ho$t"] {
        assert!(!refused(host(address), keyed()).is_empty(), "{address}");
    }
    let typed = refused(
        with(
            base.clone(),
            json!({"key": "-----BEGIN OPENSSH PRIVATE KEY-----hunter2"}),
        ),
        keyed(),
    );
    assert!(
        typed.contains("a reference to a secret") && !typed.contains("hunter2"),
        "{typed}"
    );
    let twice = json!({"hosts": [{"address": "web1"}, {"address": "WEB1"}]});
    assert!(refused(with(base.clone(), twice), keyed()).contains("named twice"));
    assert!(refused(with(base, json!({"hosts": []})), keyed()).contains("1 to 10000"));
}
