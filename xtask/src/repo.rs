//! The work tree that the tool looks at.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The work tree that this tool was built from.
    pub fn here() -> Repo {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        Repo {
            root: xtask.parent().expect("xtask lies below the root").to_owned(),
        }
    }

    #[cfg(test)]
    pub fn at(root: &Path) -> Repo {
        Repo {
            root: root.to_owned(),
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub fn read(&self, relative: &str) -> Result<String> {
        std::fs::read_to_string(self.path(relative)).with_context(|| format!("reading \"{relative}\""))
    }

    /// `None` for a file that is not there.
    pub fn find(&self, relative: &str) -> Result<Option<String>> {
        match std::fs::read_to_string(self.path(relative)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading \"{relative}\"")),
        }
    }

    pub fn write(&self, relative: &str, text: &str) -> Result<()> {
        let path = self.path(relative);
        let folder = path.parent().expect("a file of the repository has a folder");
        std::fs::create_dir_all(folder).with_context(|| format!("creating \"{}\"", folder.display()))?;
        std::fs::write(&path, text).with_context(|| format!("writing \"{relative}\""))
    }

    /// Names of the files in one folder, sorted; empty where there is no such folder.
    pub fn list(&self, relative: &str) -> Result<Vec<String>> {
        let folder = self.path(relative);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).with_context(|| format!("listing \"{relative}\""))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    /// Every file that is, or is about to be, under version control, relative to the root.
    pub fn files(&self) -> Result<Vec<String>> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&self.root)
            .output()
            .context("running git; `cargo xtask check` needs a git work tree")?;
        ensure!(
            listed.status.success(),
            "git ls-files: {}",
            String::from_utf8_lossy(&listed.stderr).trim()
        );
        let text = String::from_utf8(listed.stdout).context("a file name is not UTF-8")?;
        let mut files: Vec<String> = text
            .split('\0')
            .filter(|name| !name.is_empty() && self.path(name).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}
