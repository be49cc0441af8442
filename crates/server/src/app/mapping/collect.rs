//! The rules of one collection.

use qlrf_core::asset::Asset;
use qlrf_core::id::ConnectorId;
use qlrf_engines::mapping::Mapper;
use qlrf_store::{Result, TenantTx, mapping};

/// The rules that held when it began: one collection maps all its assets alike.
pub struct Rules {
    version: i32,
    mapper: Mapper,
    connector: String,
}

impl Rules {
    pub async fn load(tx: &mut TenantTx, connector: ConnectorId) -> Result<Rules> {
        let (version, mapper) = super::load(tx).await?;
        let connector = match mapper.is_empty() {
            true => String::new(),
            false => mapping::connector_name(tx, connector).await?,
        };
        Ok(Rules {
            version,
            mapper,
            connector,
        })
    }

    pub fn map(&self, asset: &mut Asset) {
        self.mapper.map(asset, &self.connector);
    }

    /// Whether other rules hold by now. If so, what the collection wrote is mapped again. Called after `clock::tick`,
    /// which keeps the rules from changing further.
    pub async fn are_outdated(&self, tx: &mut TenantTx) -> Result<bool> {
        let outdated = mapping::current(tx).await? != self.version;
        if outdated {
            mapping::ask(tx).await?;
        }
        Ok(outdated)
    }
}
