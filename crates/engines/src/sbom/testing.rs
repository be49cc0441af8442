//! A root file system in memory, and inventories as lines of text.

use std::collections::BTreeMap;

use qlrf_core::rootfs::{RootFs, RootFsError};

use super::Inventory;

#[derive(Default)]
pub(super) struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    pub(super) fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.0.insert(path.to_owned(), content.as_ref().to_vec());
        self
    }
}

impl RootFs for Files {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError> {
        match self.0.get(path) {
            Some(content) if content.len() as u64 > bytes_max => Err(RootFsError::TooLarge {
                path: path.to_owned(),
                bytes: content.len() as u64,
                bytes_max,
            }),
            found => Ok(found.cloned()),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError> {
        let prefix = format!("{path}/");
        let below = self.0.keys().filter_map(|key| key.strip_prefix(&prefix));
        let mut names: Vec<String> = below
            .map(|rest| rest.split('/').next().unwrap_or(rest).to_owned())
            .collect();
        names.dedup();
        Ok(names)
    }
}

pub(super) fn inventory(files: &Files) -> Inventory {
    super::read(files)
}

/// `ecosystem name version arch < source source-version [licences]`
pub(super) fn lines(inventory: &Inventory) -> Vec<String> {
    let line = |p: &qlrf_core::package::Package| {
        let licenses = p.licenses.join(", ");
        let Ecosystem(ecosystem) = &p.ecosystem;
        format!(
            "{ecosystem} {} {} {} < {} {} [{licenses}]",
            p.name, p.version, p.arch, p.source_name, p.source_version
        )
    };
    inventory.packages.packages().iter().map(line).collect()
}

use qlrf_core::package::Ecosystem;
