//! A root file system out of literals, for tests.

use std::collections::{BTreeMap, BTreeSet};

use qlrf_core::rootfs::{RootFs, RootFsError};

pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self(
            files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
                .collect(),
        )
    }
}

impl RootFs for Files {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError> {
        let Some(file) = self.0.get(path) else {
            return Ok(None);
        };
        let bytes = file.len() as u64;
        if bytes > bytes_max {
            return Err(RootFsError::TooLarge {
                path: path.to_owned(),
                bytes,
                bytes_max,
            });
        }
        Ok(Some(file.clone()))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError> {
        let below = format!("{path}/");
        let names: BTreeSet<String> = self
            .0
            .keys()
            .filter_map(|file| file.strip_prefix(&below))
            .filter_map(|rest| rest.split('/').next().map(str::to_owned))
            .collect();
        Ok(names.into_iter().collect())
    }
}
