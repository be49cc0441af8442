//! Hosts over SSH by way of a real ssh-agent, which holds the keys and signs with them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ssh::{build, collect, config, grant, one_failure, outcome, refused, with};
use crate::sshd::{self, Keys};

const READY_MAX: Duration = Duration::from_secs(20);

struct Agent {
    child: Child,
    socket: PathBuf,
}

impl Agent {
    /// It holds these keys, in this order.
    fn start(keys: &Keys, names: &[&str]) -> Agent {
        let socket = keys.path("agent.sock");
        let child = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let agent = Agent { child, socket };
        let begin = Instant::now();
        while UnixStream::connect(&agent.socket).is_err() {
            assert!(begin.elapsed() < READY_MAX, "the agent did not begin");
            std::thread::yield_now();
        }
        for name in names {
            let added = Command::new("ssh-add")
                .arg("-q")
                .arg(keys.path(name))
                .env("SSH_AUTH_SOCK", &agent.socket)
                .status();
            assert!(added.unwrap().success(), "ssh-add {name}");
        }
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}

/// The configuration of `base` with the agent in place of the key.
fn by_agent(base: &Value, keys: &Keys) -> Value {
    let mut config = base.clone();
    config.as_object_mut().unwrap().remove("key");
    let socket = format!("file:{}", keys.path("agent.sock").display());
    with(config, json!({ "agent": socket }))
}

fn fingerprint(keys: &Keys, name: &str) -> String {
    let told = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(keys.path(name))
        .output();
    let told = String::from_utf8(told.unwrap().stdout).unwrap();
    told.split_whitespace().nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn an_agent_signs_with_whichever_key_the_host_takes() {
    if !sshd::is_there("an_agent_signs_with_whichever_key_the_host_takes") {
        return;
    }
    let keys = Keys::new();
    let site = sshd::start(&keys, "web1");
    let by_agent = by_agent(&config(&[&site]), &keys);
    for names in [&["other", "user"][..], &["rsa"]] {
        let _agent = Agent::start(&keys, names);
        let seen = collect(&*build(by_agent.clone(), &keys)).await;
        assert_eq!(
            outcome(&seen),
            (vec!["web1".to_owned()], vec![]),
            "{}",
            site.log()
        );
    }
    // ssh-add takes the certificate that lies beside a key along with it.
    keys.certificate();
    let _agent = Agent::start(&keys, &["other"]);
    let seen = collect(&*build(by_agent, &keys)).await;
    assert_eq!(
        outcome(&seen),
        (vec!["web1".to_owned()], vec![]),
        "{}",
        site.log()
    );
}

#[tokio::test]
async fn one_key_of_an_agent_can_be_named() {
    if !sshd::is_there("one_key_of_an_agent_can_be_named") {
        return;
    }
    let keys = Keys::new();
    let site = sshd::start(&keys, "web1");
    let base = by_agent(&config(&[&site]), &keys);
    let only = |name: &str| with(base.clone(), json!({"agent_key": fingerprint(&keys, name)}));
    let _agent = Agent::start(&keys, &["other", "user"]);
    assert_eq!(outcome(&collect(&*build(only("user"), &keys)).await).0, ["web1"]);
    let (code, detail) = one_failure(only("other"), &keys).await;
    assert_eq!(code, "login_refused", "{detail}");
    let (code, detail) = one_failure(only("rsa"), &keys).await;
    assert_eq!(code, "ssh_agent_unavailable", "{detail}");
}

#[tokio::test]
async fn an_agent_that_is_away_or_not_allowed_is_told() {
    if !sshd::is_there("an_agent_that_is_away_or_not_allowed_is_told") {
        return;
    }
    let keys = Keys::new();
    let site = sshd::start(&keys, "web1");
    let base = config(&[&site]);
    let away = by_agent(&base, &keys);
    let (code, detail) = one_failure(away.clone(), &keys).await;
    assert_eq!(code, "ssh_agent_unavailable");
    assert!(detail.contains("agent.sock"), "{detail}");
    let empty = Agent::start(&keys, &[]);
    let (code, detail) = one_failure(away.clone(), &keys).await;
    assert_eq!(
        (code.as_str(), detail.contains("no key")),
        ("ssh_agent_unavailable", true),
        "{detail}"
    );
    drop(empty);
    for (more, expected) in [
        (json!({"agent": "file:/run/elsewhere.sock"}), "allowed"),
        (json!({"agent": "env:KEY"}), "`agent`"),
        (json!({"key": "env:KEY"}), "`agent`"),
        (json!({"passphrase": "env:PASSPHRASE"}), "`agent`"),
        (json!({"agent_key": "MD5:00"}), "`agent_key`"),
    ] {
        let said = refused(with(away.clone(), more.clone()), grant(&keys));
        assert!(said.contains(expected), "{more}: {said}");
    }
    let mut neither = base;
    neither.as_object_mut().unwrap().remove("key");
    assert!(refused(neither, grant(&keys)).contains("`key`"));
}
