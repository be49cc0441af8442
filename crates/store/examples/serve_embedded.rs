//! Serves the data folder that it gets as argument: prints `<origin> <pid>` when ready, stops when its input closes.
//! Tests kill it in the middle.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the test reads what it prints"
)]

use qlrf_store::embedded::{Config, Durability, Server};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let data_dir = std::env::args().nth(1).expect("usage: serve_embedded DATA_DIR");
    let mut config = Config::new(data_dir, qlrf_testkit::search());
    config.durability = Durability::Synced;
    let server = match Server::start(config).await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            return std::process::ExitCode::FAILURE;
        }
    };
    println!("{:?} {}", server.origin(), server.pid());
    let input = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    input
        .await
        .expect("the reader does not panic")
        .expect("the input can be read");
    server.stop().await.expect("the server stops");
    std::process::ExitCode::SUCCESS
}
