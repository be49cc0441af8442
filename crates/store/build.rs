#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]
//! Rebuild when a migration is added: the migrations are embedded at compile time.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
