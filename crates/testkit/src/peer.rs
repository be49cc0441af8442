//! Real counterparts that tests talk to. A missing one makes its tests skip, and each says so by name.

use std::path::{Path, PathBuf};

/// Looks where `scripts/setup.sh` installs, then where Debian packages do. `None` was told to whoever runs the test.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so by name")]
pub fn peer(program: &str, test: &str) -> Option<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let installed = repository.join(".cache/peers/bin").join(program);
    let places = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(|folder| Path::new(folder).join(program));
    let found = std::iter::once(installed)
        .chain(places)
        .find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: {test} (no {program})");
    }
    found
}
