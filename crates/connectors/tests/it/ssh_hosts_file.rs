//! Hosts over SSH that stand in a file of the server's machine.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use qlrf_connectors::inventory::Inventory;
use serde_json::{Value, json};

use crate::recorder::Recorder;
use crate::ssh::{build, collect, config, grant, outcome, refused, with};
use crate::sshd::{self, Keys, Site, USER};

/// Two hosts, and a list of hosts that the operator allowed.
struct Racks {
    keys: Keys,
    sites: [Site; 2],
    path: PathBuf,
}

impl Racks {
    fn start(test: &str) -> Option<Racks> {
        sshd::is_there(test).then(|| {
            let keys = Keys::new();
            let sites = ["web1", "web2"].map(|name| sshd::start(&keys, name));
            fs::create_dir(keys.path("hosts")).unwrap();
            let path = keys.path("hosts/edge");
            Racks { keys, sites, path }
        })
    }

    fn write(&self, text: &str, mode: u32) {
        fs::write(&self.path, text).unwrap();
        fs::set_permissions(&self.path, Permissions::from_mode(mode)).unwrap();
    }

    fn line(&self, site: usize, more: &str) -> String {
        format!("{USER}@127.0.0.1:{} {more}\n", self.sites[site].port)
    }

    fn config(&self) -> Value {
        let known: Vec<&Site> = self.sites.iter().collect();
        with(config(&known), json!({"hosts": [], "hosts_file": self.path}))
    }

    fn build(&self) -> Box<dyn Inventory> {
        build(self.config(), &self.keys)
    }
}

#[tokio::test]
async fn hosts_come_from_a_file_that_is_read_each_time() {
    let Some(racks) = Racks::start("hosts_come_from_a_file_that_is_read_each_time") else {
        return;
    };
    let ssh = racks.build();
    let (first, second) = (racks.line(0, "site=fra1"), racks.line(1, ""));
    racks.write(&format!("# racks\n{first}{second}"), 0o644);
    assert!(ssh.check().await.unwrap().ok);
    let seen = collect(&*ssh).await;
    let both = vec!["web1".to_owned(), "web2".to_owned()];
    assert_eq!(outcome(&seen), (both, vec![]));
    let placed = seen.facts.values();
    let placed = placed.filter(|(_, document)| document.contains("\"fra1\""));
    assert_eq!(placed.count(), 1);
    // As a host that leaves the form: its scope is not mentioned any more.
    racks.write(&second, 0o644);
    let seen = collect(&*ssh).await;
    assert_eq!(
        (outcome(&seen).0, seen.closed.len()),
        (vec!["web2".to_owned()], 1)
    );
}

#[tokio::test]
async fn a_file_is_taken_whole_or_not_at_all() {
    let Some(racks) = Racks::start("a_file_is_taken_whole_or_not_at_all") else {
        return;
    };
    let ssh = racks.build();
    let line = || racks.line(0, "");
    for (text, mode, said) in [
        (line() + &line(), 0o644, "cannot be taken: line 2: the host"),
        (line() + "10.9.9.9", 0o644, "line 2: nothing is known of the key"),
        ("# nobody".to_owned(), 0o644, "names no host"),
        (
            line(),
            0o664,
            "has the mode 664, which lets others in; `chmod 644` it",
        ),
        (line(), 0o600, "may be secret; `chmod 644` it"),
        (String::new(), 0o644, "is empty"),
        ("#\n".repeat(3 << 20), 0o644, "has more than 4194304 bytes"),
    ] {
        racks.write(&text, mode);
        let mut seen = Recorder::default();
        let error = ssh.collect(&mut seen).await.unwrap_err();
        assert_eq!(error.code(), "hosts_file_invalid");
        let error = error.to_string();
        assert!(
            error.contains(said) && error.contains(racks.path.to_str().unwrap()),
            "{error}"
        );
        assert!(seen.closed.is_empty(), "nothing is told of any host");
    }
}

#[test]
fn only_a_folder_of_lists_holds_one() {
    if !sshd::is_there("only_a_folder_of_lists_holds_one") {
        return;
    }
    let keys = Keys::new();
    let base = json!({"key": "env:KEY", "hosts": []});
    // Not even what the organisation may use as a secret: the words of a list are shown.
    for place in [
        keys.path("user"),
        keys.path("hosts"),
        keys.path("hosts/../user"),
        "edge".into(),
        "".into(),
    ] {
        let refused = refused(with(base.clone(), json!({ "hosts_file": place })), grant(&keys));
        assert!(refused.contains("--allow-hosts-folder"), "{refused}");
    }
}
