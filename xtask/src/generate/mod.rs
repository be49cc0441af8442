//! Checked-in files that are generated. One generator a file, one line in [`GENERATORS`]; `cargo xtask gen` writes
//! them, `cargo xtask check generated` compares them in memory.
//!
//! What comes from `core` is a function here. What only the server knows (OpenAPI, routes, CLI reference) comes from
//! the program itself (`qlrf gen <what>`, run through cargo by a generator here): linking the server into this tool would cost every
//! `cargo xtask` the whole product's build.

mod events;
mod permissions;

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::repo::Repo;

/// Path from the root → text.
pub type Files = BTreeMap<String, String>;

type Generator = fn(&Repo) -> Result<Files>;

const GENERATORS: &[Generator] = &[permissions::generate, events::generate];

/// Folders that hold nothing else than generated files.
pub const OWNED_FOLDERS: &[&str] = &["contracts/events"];

pub fn files(repo: &Repo) -> Result<Files> {
    let mut files = Files::new();
    for generator in GENERATORS {
        files.extend(generator(repo)?);
    }
    Ok(files)
}

pub fn run(repo: &Repo) -> Result<()> {
    let files = files(repo)?;
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
