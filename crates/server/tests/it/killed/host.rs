//! Hosts over SSH: what is held is a line, as nobody sees into it.

use std::sync::Arc;

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

use super::{Estate, Line, survives_two_kills};
use crate::sshd::{self, Keys, USER};

/// Leads to a port of this machine.
struct Relay {
    port: u16,
    /// Who wants to know of a line that is held.
    held: watch::Sender<Option<Arc<Notify>>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Relay {
    async fn start(upstream: u16) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (held, holding) = watch::channel(None);
        let accepting = tokio::spawn(accept(listener, upstream, holding));
        Relay {
            port,
            held,
            accepting,
        }
    }
}

async fn accept(listener: TcpListener, upstream: u16, mut holding: watch::Receiver<Option<Arc<Notify>>>) {
    // Held lines stay open, and say nothing.
    let mut silent = Vec::new();
    while let Ok((mut client, _)) = listener.accept().await {
        if let Some(told) = &*holding.borrow_and_update() {
            told.notify_one();
            silent.push(client);
            continue;
        }
        tokio::spawn(async move {
            let mut server = TcpStream::connect(("127.0.0.1", upstream)).await?;
            tokio::io::copy_bidirectional(&mut client, &mut server).await
        });
    }
}

impl Line for Relay {
    fn hold(&self) -> Arc<Notify> {
        let held = Arc::new(Notify::new());
        self.held.send_replace(Some(held.clone()));
        held
    }

    fn release(&self) {
        self.held.send_replace(None);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

#[tokio::test]
async fn a_sync_of_hosts_that_was_killed_is_run_again() {
    if !sshd::is_there("a_sync_of_hosts_that_was_killed_is_run_again") {
        return;
    }
    let keys = Keys::new();
    let (near, far) = (sshd::start(&keys, "near"), sshd::start(&keys, "far"));
    let relay = Relay::start(far.port).await;
    let known = [
        near.known(),
        format!("[127.0.0.1]:{} {}", relay.port, far.public()),
    ];
    let config = json!({
        "hosts": [{"address": "127.0.0.1", "port": near.port}, {"address": "127.0.0.1", "port": relay.port}],
        "user": USER, "key": "env:KEY", "known_hosts": known,
    });
    let key = keys.secret("user");
    let estate = Estate {
        kind: "ssh",
        config,
        secrets: &[("KEY", &key)],
        machines: 2,
        resources: 0,
    };
    survives_two_kills(estate, &relay).await;
}
