//! The binary `qlrf`: the server and its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    qlrf_server::cli::main()
}
