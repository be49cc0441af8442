//! A counterpart that serves HTTP on a port of this machine.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Client;

use crate::peer::peer;
use crate::poll::poll;

const READY_MAX: Duration = Duration::from_secs(30);

/// It ends with this.
pub struct Served {
    child: Child,
    pub client: Client,
    /// `SCHEME://127.0.0.1:PORT`
    pub url: String,
}

impl Served {
    /// `None` was told to whoever runs the test. `ready` is a path that it answers once it serves.
    pub async fn start(program: &str, test: &str, variables: &[(&str, &str)], ready: &str) -> Option<Served> {
        let prepare = |command: &mut Command, port: u16| {
            command.arg(port.to_string()).envs(variables.iter().copied());
        };
        Served::launch(program, test, ready, "http", Client::new(), prepare).await
    }

    /// One that is told its port in another way than as its argument, or is not spoken to in the clear.
    pub async fn launch(
        program: &str,
        test: &str,
        ready: &str,
        scheme: &str,
        client: Client,
        prepare: impl FnOnce(&mut Command, u16),
    ) -> Option<Served> {
        let program = peer(program, test)?;
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let mut command = Command::new(program);
        prepare(&mut command, port);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let served = Served {
            child,
            client,
            url: format!("{scheme}://127.0.0.1:{port}"),
        };
        poll(READY_MAX, || {
            let asking = served.client.get(format!("{}{ready}", served.url)).send();
            async move { asking.await.ok() }
        })
        .await;
        Some(served)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
