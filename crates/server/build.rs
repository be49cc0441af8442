//! Embeds the built web application (`ui/dist`) when it is there; without it the program serves its plain page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

#[allow(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script where to write through the environment"
)]
fn main() -> io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/dist");
    // Cargo can watch only what is there: a missing folder would mean a build from scratch each time.
    let _ = fs::create_dir_all(&dist);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        walk(&dist.canonicalize()?, "", &mut files)?;
    }
    files.sort();
    let out = std::env::var_os("OUT_DIR").expect("Cargo sets it for build scripts");
    fs::write(Path::new(&out).join("web.rs"), table(&files))
}

/// Every file below, with its name as the browser asks for it.
fn walk(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &name, files)?;
        } else {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}

/// The precompressed `x.br` is a form of `x`, not a file of its own.
fn table(files: &[(String, PathBuf)]) -> String {
    let mut out = String::from("pub static FILES: &[File] = &[\n");
    for (name, path) in files.iter().filter(|(name, _)| !name.ends_with(".br")) {
        let brotli = files.iter().find(|(other, _)| *other == format!("{name}.br"));
        let brotli = match brotli {
            Some((_, path)) => format!("Some(include_bytes!({path:?}))"),
            None => "None".to_owned(),
        };
        writeln!(
            out,
            "    File {{ path: {name:?}, plain: include_bytes!({path:?}), brotli: {brotli} }},"
        )
        .expect("writing to a string does not fail");
    }
    out.push_str("];\n");
    out
}
