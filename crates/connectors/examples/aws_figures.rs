//! What it costs to read EC2 machines from moto: `cargo run --release --example aws_rate -- 1000`. Moto is far slower than we
//! are, so that our own share is told as the processor's time.
#![allow(clippy::print_stdout, reason = "an example speaks to its user")]

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use qlrf_connectors::grant::{AllowedNetwork, Grants};
use qlrf_connectors::inventory::{ConnectError, Observed, Sink, find_kind};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::resource::Resource;
use qlrf_core::secret::Secret;
use qlrf_testkit::Moto;
use serde_json::json;

const REGION: &str = "eu-west-1";
/// Of the kernel, on every Linux that is in use (`getconf CLK_TCK`).
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Default)]
struct Count {
    assets: usize,
    resources: usize,
    partial: Vec<ScopeOutcome>,
}

#[async_trait]
impl Sink for Count {
    async fn assets(&mut self, _: &Scope, assets: Vec<Observed>) -> Result<(), ConnectError> {
        self.assets += assets.len();
        Ok(())
    }

    async fn resources(&mut self, _: &Scope, resources: Vec<Resource>) -> Result<(), ConnectError> {
        self.resources += resources.len();
        Ok(())
    }

    async fn close(&mut self, _: &Scope, outcome: ScopeOutcome) -> Result<(), ConnectError> {
        if outcome != ScopeOutcome::Complete {
            self.partial.push(outcome);
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let machines: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000);
    let Some(moto) = Moto::start("aws_rate").await else {
        return;
    };
    let image = moto.register_image(REGION, "golden-1").await;
    let seeded = stream::iter(0..machines).for_each_concurrent(2, |number| {
        let (moto, image) = (&moto, &image);
        async move {
            let name = format!("m-{number}");
            let tags = [("Name", &*name), ("env", "prod"), ("owner", "team-a")];
            moto.run_instance(REGION, image, tags).await;
        }
    });
    seeded.await;
    let words = ["ID", "SECRET"].map(|name| (name.to_owned(), Secret::new("x")));
    let allowed = ["*=env:ID", "*=env:SECRET"].map(|text| Allowed::parse(text).expect("it is sound"));
    let grant = Grants {
        secrets: Arc::new(Secrets::new(allowed.into(), words.into(), None)),
        networks: Arc::new([AllowedNetwork::parse("*=127.0.0.0/8").expect("it is sound")]),
    }
    .of("bench");
    let kind = find_kind("aws").expect("aws is registered");
    let config = json!({
        "access_key_id": "env:ID", "secret_access_key": "env:SECRET", "endpoint": moto.url, "regions": [REGION],
        "requests_per_second": 1000,
    });
    for software in [false, true] {
        let mut config = config.clone();
        config["software"] = json!(software);
        let aws = (kind.build)(config, grant.clone()).expect("the configuration is sound");
        let mut count = Count::default();
        let (started, busy, before) = (Instant::now(), busy_seconds(), grant.meter.requests());
        aws.collect(&mut count).await.expect("this sink refuses nothing");
        println!(
            "{} machines and {} resources (software asked for: {software}): {} requests in {:.2} s, of which {:.2} s our processor's; {}; partial: {:?}",
            count.assets,
            count.resources,
            grant.meter.requests() - before,
            started.elapsed().as_secs_f64(),
            busy_seconds() - busy,
            peak(),
            count.partial
        );
    }
}

/// User and system time of this process, proc_pid_stat(5).
fn busy_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|text| text.parse::<u64>().ok())
        .sum();
    ticks as f64 / TICKS_PER_SECOND
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or("VmHWM: unknown").to_owned()
}
