//! How fast the simulated estate is made, and in how much memory: `cargo run --release --example sim_rate -- 1000000`.
#![allow(clippy::print_stdout, reason = "an example speaks to its user")]

use std::collections::HashSet;
use std::time::Instant;

use async_trait::async_trait;
use qlrf_connectors::grant::Grants;
use qlrf_connectors::inventory::{ConnectError, Observed, Sink, find_kind};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::digest::Digest;
use qlrf_core::resource::Resource;

#[derive(Default)]
struct Count {
    assets: u64,
    scopes: u64,
    sets: HashSet<Digest>,
}

#[async_trait]
impl Sink for Count {
    async fn assets(&mut self, _: &Scope, assets: Vec<Observed>) -> Result<(), ConnectError> {
        self.assets += assets.len() as u64;
        let sets = assets
            .iter()
            .filter_map(|observed| observed.asset.software.as_ref());
        self.sets.extend(sets.map(|software| software.packages.digest()));
        Ok(())
    }

    async fn resources(&mut self, _: &Scope, _: Vec<Resource>) -> Result<(), ConnectError> {
        Ok(())
    }

    async fn close(&mut self, _: &Scope, _: ScopeOutcome) -> Result<(), ConnectError> {
        self.scopes += 1;
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let assets: u64 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let kind = find_kind("sim").expect("sim is registered");
    let sim = (kind.build)(
        serde_json::json!({ "assets": assets }),
        Grants::default().of("bench"),
    )
    .expect("the number is in bounds");
    let mut count = Count::default();
    let started = Instant::now();
    sim.collect(&mut count).await.expect("this sink refuses nothing");
    let seconds = started.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("VmHWM: unknown");
    println!(
        "{} assets, {} scopes, {} distinct package sets in {seconds:.2} s: {:.0} assets/s; {peak}",
        count.assets,
        count.scopes,
        count.sets.len(),
        count.assets as f64 / seconds
    );
}
