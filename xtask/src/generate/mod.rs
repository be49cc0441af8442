//! Checked-in files that are generated. `cargo xtask gen` writes all of them.
//!
//! What comes from `core` is a function here: one generator a file, one line in [`GENERATORS`], compared in memory by
//! `cargo xtask check generated`. What only the server knows comes from the program itself (`qlrf generated`, where a
//! file is one line) and is compared by a test of the server: linking the server into this tool would cost every
//! `cargo xtask` the whole product's build.

mod events;
mod permissions;
mod program;

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::repo::Repo;

/// Path from the root → text.
pub type Files = BTreeMap<String, String>;

type Generator = fn(&Repo) -> Result<Files>;

const GENERATORS: &[Generator] = &[permissions::generate, events::generate];

/// Folders that hold nothing else than generated files.
pub const OWNED_FOLDERS: &[&str] = &["contracts/events"];

/// Those that this tool makes alone.
pub fn files(repo: &Repo) -> Result<Files> {
    let mut files = Files::new();
    for generator in GENERATORS {
        files.extend(generator(repo)?);
    }
    Ok(files)
}

pub fn run(repo: &Repo) -> Result<()> {
    let mut files = files(repo)?;
    files.extend(program::generate(repo)?);
    for (path, text) in &files {
        let changed = repo.find(path)?.as_ref() != Some(text);
        if changed {
            repo.write(path, text)?;
        }
        println!("{} {path}", if changed { "wrote    " } else { "unchanged" });
    }
    for folder in OWNED_FOLDERS {
        for name in repo.list(folder)? {
            let path = format!("{folder}/{name}");
            if !files.contains_key(&path) {
                std::fs::remove_file(repo.path(&path)).with_context(|| format!("deleting \"{path}\""))?;
                println!("deleted   {path}");
            }
        }
    }
    Ok(())
}
