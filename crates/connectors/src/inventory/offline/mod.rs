//! Hosts that no route leads to: `qlrf collect` writes what a host is into a signed bundle, which somebody carries here.
//!
//! **Invariant:** a bundle counts only when a key that the connector trusts signed it, and its facts are as old as it says.

pub mod bundle;

use std::collections::BTreeMap;

use async_trait::async_trait;
use qlrf_core::asset::Platform;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Check, ConfigError, ConnectError, Inventory, Kind, Sink};
use bundle::PublicKey;

pub const KIND: Kind = Kind {
    name: "offline",
    title: "Offline hosts",
    summary: "Hosts that no route leads to: signed bundles that `qlrf collect` writes there and somebody carries here.",
    simulated: false,
    permissions: None,
    watch: None,
    config_schema: || schemars::schema_for!(OfflineConfig).into(),
    build: |config, _| Ok(Box::new(Offline(OfflineConfig::parse(config)?))),
};

const KEYS_MAX: usize = 100;

/// Whose bundles are taken, and what they are of.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfflineConfig {
    /// Name → public key as `qlrf collect --new-key` prints it: `ed25519:` and 64 hexadecimal digits.
    #[schemars(extend("minProperties" = 1))]
    pub keys: BTreeMap<String, String>,
    /// Where the hosts stand.
    #[serde(default)]
    pub platform: OfflinePlatform,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfflinePlatform {
    #[default]
    Baremetal,
    Edge,
}

impl From<OfflinePlatform> for Platform {
    fn from(platform: OfflinePlatform) -> Platform {
        match platform {
            OfflinePlatform::Baremetal => Platform::Baremetal,
            OfflinePlatform::Edge => Platform::Edge,
        }
    }
}

impl OfflineConfig {
    pub fn parse(config: serde_json::Value) -> Result<OfflineConfig, ConfigError> {
        let wrong = |reason: String| ConfigError(format!("offline: {reason}"));
        let config: OfflineConfig =
            serde_json::from_value(config).map_err(|error| wrong(error.to_string()))?;
        if config.keys.is_empty() || config.keys.len() > KEYS_MAX {
            return Err(wrong(format!("\"keys\" takes 1 to {KEYS_MAX} keys")));
        }
        for (name, key) in &config.keys {
            PublicKey::parse(key).map_err(|error| wrong(format!("the key \"{name}\": {error}")))?;
        }
        Ok(config)
    }

    /// By name.
    pub fn trusted(&self) -> impl Iterator<Item = (&str, PublicKey)> {
        self.keys
            .iter()
            .map(|(name, key)| (&name[..], PublicKey::parse(key).expect("the config was checked")))
    }
}

struct Offline(OfflineConfig);

#[async_trait]
impl Inventory for Offline {
    async fn check(&self) -> Result<Check, ConnectError> {
        let names: Vec<&str> = self.0.keys.keys().map(String::as_str).collect();
        Ok(Check {
            ok: true,
            findings: vec![format!(
                "bundles are taken that are signed by: {}; import one with `qlrf facts import`",
                names.join(", ")
            )],
        })
    }

    /// There is nothing to list: each bundle is taken in when it is imported, and what is known keeps its age.
    async fn collect(&self, _: &mut dyn Sink) -> Result<(), ConnectError> {
        Ok(())
    }
}
