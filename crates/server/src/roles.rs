//! What a process does. The list of services is here; nothing elsewhere asks for a role.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::opcx::App;
use crate::{app, serve};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RoleName {
    /// Answers HTTP.
    Api,
    /// Reconciles, evaluates, cleans up.
    Worker,
    /// Collects inventory and feeds.
    Collector,
}

impl RoleName {
    pub const ALL: &[RoleName] = &[RoleName::Api, RoleName::Worker, RoleName::Collector];
}

impl std::fmt::Display for RoleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            RoleName::Api => "api",
            RoleName::Worker => "worker",
            RoleName::Collector => "collector",
        })
    }
}

/// Something that runs for as long as the process does.
pub struct Service {
    pub name: &'static str,
    pub role: RoleName,
    /// Returns soon after [`Start::stop`] turns true.
    pub run: fn(Start) -> BoxFuture<'static, anyhow::Result<()>>,
}

/// What every service gets.
#[derive(Clone)]
pub struct Start {
    pub app: App,
    /// Open before any service starts; only the API accepts from it.
    pub listener: Arc<TcpListener>,
    pub stop: Stop,
}

/// Turns true when the process shall end.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    pub fn new() -> (watch::Sender<bool>, Stop) {
        let (sender, receiver) = watch::channel(false);
        (sender, Stop(receiver))
    }

    pub async fn wait(&mut self) {
        // The sender lives in `main`; when it is gone, so is the process.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// False when it is time to stop instead.
    pub async fn sleep(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.wait()).await.is_err()
    }
}

pub const SERVICES: &[Service] = &[
    Service {
        name: "api",
        role: RoleName::Api,
        run: |start| serve::serve(start).boxed(),
    },
    Service {
        name: "collector",
        role: RoleName::Collector,
        run: |start| app::collector::run(start).boxed(),
    },
    Service {
        name: "watch",
        role: RoleName::Collector,
        run: |start| app::watch::run(start, app::watch::Tempo::USUAL).boxed(),
    },
    Service {
        name: "feed schedule",
        role: RoleName::Collector,
        run: |start| app::feed::schedule::run(start).boxed(),
    },
    Service {
        name: "judge",
        role: RoleName::Worker,
        run: |start| app::judge::run(start).boxed(),
    },
    Service {
        name: "mapper",
        role: RoleName::Worker,
        run: |start| app::mapping::run(start).boxed(),
    },
    Service {
        name: "janitor",
        role: RoleName::Worker,
        run: |start| app::janitor::run(start).boxed(),
    },
];
