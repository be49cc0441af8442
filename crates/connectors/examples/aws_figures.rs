//! What it costs to read EC2 machines from moto, for `cargo xtask bench aws`: `aws_figures MACHINES REPEATS` prints JSON. Moto is
//! far slower than we are, so that our own share is told as the processor's time.
#![allow(clippy::print_stdout, reason = "whoever measures reads it")]

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use qlrf_connectors::grant::{AllowedNetwork, Grant, Grants};
use qlrf_connectors::inventory::{ConnectError, Observed, Sink, find_kind};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::resource::Resource;
use qlrf_core::secret::Secret;
use qlrf_testkit::Moto;
use serde_json::{Value, json};

const REGION: &str = "eu-west-1";
/// Of the kernel, on every Linux that is in use (`getconf CLK_TCK`).
const MS_PER_TICK: u64 = 10;

#[derive(Default)]
struct Count {
    machines: usize,
    resources: usize,
    partial: usize,
}

#[async_trait]
impl Sink for Count {
    async fn assets(&mut self, _: &Scope, assets: Vec<Observed>) -> Result<(), ConnectError> {
        self.machines += assets.len();
        Ok(())
    }

    async fn resources(&mut self, _: &Scope, resources: Vec<Resource>) -> Result<(), ConnectError> {
        self.resources += resources.len();
        Ok(())
    }

    async fn close(&mut self, _: &Scope, outcome: ScopeOutcome) -> Result<(), ConnectError> {
        self.partial += usize::from(outcome != ScopeOutcome::Complete);
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let mut number = || arguments.next().expect("MACHINES REPEATS").expect("a number");
    let (machines, repeats) = (number(), number());
    let moto = Moto::start("aws_figures").await.expect("moto is installed");
    seed(&moto, machines).await;
    let mut runs = Vec::new();
    for _ in 0..repeats {
        for software in [false, true] {
            runs.push(collect(&moto, software).await);
        }
    }
    println!("{}", json!(runs));
}

async fn seed(moto: &Moto, machines: usize) {
    let image = &*moto.register_image(REGION, "golden-1").await;
    let seeded = stream::iter(0..machines).for_each_concurrent(2, |number| async move {
        let name = format!("m-{number}");
        let tags = [("Name", &*name), ("env", "prod"), ("owner", "team-a")];
        moto.run_instance(REGION, image, tags).await;
    });
    seeded.await;
}

async fn collect(moto: &Moto, software: bool) -> Value {
    let grant = grant();
    let config = json!({
        "access_key_id": "env:ID", "secret_access_key": "env:SECRET", "endpoint": moto.url, "regions": [REGION],
        "requests_per_second": 1000, "software": software,
    });
    let kind = find_kind("aws").expect("aws is registered");
    let aws = (kind.build)(config, grant.clone()).expect("the configuration is sound");
    let mut count = Count::default();
    // From here on the peak is of the collection (proc_pid_clear_refs(5)).
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux tells the peak anew");
    let (started, busy) = (Instant::now(), busy_ms());
    aws.collect(&mut count).await.expect("this sink refuses nothing");
    json!({
        "software": software, "machines": count.machines, "resources": count.resources, "partial": count.partial,
        "requests": grant.meter.requests(), "wall_ms": started.elapsed().as_millis(), "cpu_ms": busy_ms() - busy,
        "peak_kib": peak_kib(),
    })
}

fn grant() -> Grant {
    let words = ["ID", "SECRET"].map(|name| (name.to_owned(), Secret::new("x")));
    let allowed = ["*=env:ID", "*=env:SECRET"].map(|text| Allowed::parse(text).expect("it is sound"));
    let grants = Grants {
        secrets: Arc::new(Secrets::new(allowed.into(), words.into(), None)),
        networks: Arc::new([AllowedNetwork::parse("*=127.0.0.0/8").expect("it is sound")]),
        ..Grants::default()
    };
    grants.of("bench")
}

/// User and system time of this process, proc_pid_stat(5).
fn busy_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields
        .skip(11)
        .take(2)
        .filter_map(|text| text.parse::<u64>().ok());
    ticks.sum::<u64>() * MS_PER_TICK
}

fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
