//! `cli.json` below the data folder: how the CLI on the server's machine gets in without set-up.
//!
//! Whoever can read the data folder owns the installation anyway; the file is readable for that user only.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::failure::{Failure, Result};

#[derive(Serialize, Deserialize)]
pub struct LocalAccess {
    pub url: String,
    pub token: String,
}

const FILE_NAME: &str = "cli.json";
const OWNER_ONLY: u32 = 0o600;

impl LocalAccess {
    /// Replaces the file in one step, so that no reader sees half of it.
    pub fn save(&self, data_dir: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(data_dir)
            .with_context(|| format!("cannot make the folder \"{}\"", data_dir.display()))?;
        let path = path(data_dir);
        let fresh = path.with_extension(format!("{}.new", std::process::id()));
        let context = || format!("cannot write \"{}\"", path.display());
        // A leftover of a process that died may have another mode; make the file anew.
        let _ = fs::remove_file(&fresh);
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(OWNER_ONLY)
            .open(&fresh)
            .with_context(context)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)
            .with_context(context)?;
        file.sync_all().with_context(context)?;
        fs::rename(&fresh, &path).with_context(context)
    }

    pub fn load(data_dir: &Path) -> Result<LocalAccess> {
        let path = path(data_dir);
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::unavailable(format!(
                "no server of this machine is known: \"{}\": {error}",
                path.display()
            ))
            .hint("start one with `qlrf serve`, or name one with --server and --token")
        })?;
        serde_json::from_str(&text).map_err(|error| {
            Failure::other(format!("\"{}\" is not readable: {error}", path.display()))
                .hint("restart `qlrf serve`, which writes it anew")
        })
    }
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE_NAME)
}
