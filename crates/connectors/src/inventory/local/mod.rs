//! The host that the fabric runs on, read without any credential and without changing anything.
//!
//! **Invariant:** what changes by itself (uptime, load, a timer's service) is not a fact; two collections in a row
//! report the same.

mod command;
mod services;
mod updates;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use qlrf_core::asset::{Asset, Criticality, PendingUpdate};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::rootfs::RootFs;
use schemars::JsonSchema;
use serde::Deserialize;

use super::host::{self, CriticalityName, check_text};
use super::{Check, ConfigError, ConnectError, Inventory, Kind, Observed, Sink, read_config};
use crate::rootfs::Dir;

pub const KIND: Kind = Kind {
    name: "local",
    title: "This host",
    summary: "The host that the fabric runs on, read from its own files; needs no credential.",
    simulated: false,
    permissions: None,
    watch: None,
    config_schema: || schemars::schema_for!(LocalConfig).into(),
    build: |config, _| {
        let config = LocalConfig::parse(config)?;
        let root = Dir::open(Path::new(config.root())).map_err(|error| {
            ConfigError(format!(
                "local: \"root\" {:?} cannot be read: {error}",
                config.root()
            ))
        })?;
        Ok(Box::new(Local::new(config, Arc::new(root))))
    },
};

/// Configuration of the local host. What a host cannot know of itself is said here.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LocalConfig {
    /// Site that the host stands at.
    #[schemars(length(max = 200))]
    pub site: Option<String>,
    /// Environment: `prod`, `stage`, `dev`.
    #[schemars(length(max = 200))]
    pub env: Option<String>,
    /// Project that it belongs to.
    #[schemars(length(max = 200))]
    pub project: Option<String>,
    /// Workload that it runs.
    #[schemars(length(max = 200))]
    pub workload: Option<String>,
    /// Team or person who answers for it.
    #[schemars(length(max = 200))]
    pub owner: Option<String>,
    /// `low`, `medium`, `high`, `critical`; unknown if left out.
    #[schemars(with = "Option<CriticalityName>")]
    pub criticality: Option<Criticality>,
    /// Where the host's file system is seen, `/` if left out. With another folder (`/host` in a container) no command
    /// is run, because it would speak of the wrong system: services and pending updates are then unknown.
    pub root: Option<String>,
}

impl LocalConfig {
    pub fn parse(config: serde_json::Value) -> Result<Self, ConfigError> {
        let config: Self = read_config("local", config)?;
        let texts = [
            ("site", &config.site),
            ("env", &config.env),
            ("project", &config.project),
            ("workload", &config.workload),
            ("owner", &config.owner),
            ("root", &config.root),
        ];
        for (name, text) in texts {
            let Some(text) = text else { continue };
            check_text(name, text).map_err(|error| ConfigError(format!("local: {error}")))?;
        }
        if !config.root().starts_with('/') {
            return Err(ConfigError(format!(
                "local: \"root\" is {:?}, not an absolute path",
                config.root()
            )));
        }
        Ok(config)
    }

    pub fn root(&self) -> &str {
        self.root.as_deref().unwrap_or("/")
    }

    /// Commands speak of the system that the fabric itself runs in.
    fn runs_commands(&self) -> bool {
        self.root().trim_end_matches('/').is_empty()
    }
}

pub struct Local {
    config: LocalConfig,
    root: Arc<dyn RootFs>,
}

impl Local {
    /// `root` shows the folder that the config names.
    pub fn new(config: LocalConfig, root: Arc<dyn RootFs>) -> Self {
        Self { config, root }
    }

    /// What the files say. Blocking: reads of a local disk.
    async fn files_only(&self) -> Result<Asset, ConnectError> {
        let (config, root) = (self.config.clone(), self.root.clone());
        tokio::task::spawn_blocking(move || asset_of_files(&config, &*root))
            .await
            .map_err(|error| ConnectError::Unreadable(format!("reading the host's files stopped: {error}")))?
    }

    async fn services(&self) -> Result<BTreeMap<String, String>, String> {
        let booted = |root: &dyn RootFs| {
            root.list("run/systemd")
                .is_ok_and(|names| names.contains(&"system".to_owned()))
        };
        if !self.config.runs_commands() {
            return Err("\"root\" is not \"/\", so no command is run".to_owned());
        }
        if !booted(&*self.root) {
            return Err("systemd does not run here".to_owned());
        }
        match services::states().await {
            Ok(Some(states)) => Ok(states),
            Ok(None) => {
                Err("systemctl did not answer in JSON (systemd before 248, or no access to it)".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    async fn pending(&self) -> Result<Vec<PendingUpdate>, String> {
        if !self.config.runs_commands() {
            return Err("\"root\" is not \"/\", so no command is run".to_owned());
        }
        match updates::pending(&*self.root).await {
            Ok(Some(updates)) => Ok(updates),
            Ok(None) => Err(
                "the package manager has no lists or cannot plan; refresh them (\"apt-get update\")"
                    .to_owned(),
            ),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[async_trait]
impl Inventory for Local {
    async fn check(&self) -> Result<Check, ConnectError> {
        let asset = match self.files_only().await {
            Ok(asset) => asset,
            Err(error) => {
                return Ok(Check {
                    ok: false,
                    findings: vec![error.to_string()],
                });
            }
        };
        let os = asset
            .os
            .as_ref()
            .map_or("an unknown system", |os| os.name.as_str());
        let mut findings = vec![format!(
            "{} runs {os}; identified by {}",
            asset.name, asset.labels["ql-rf.io/identity"]
        )];
        let has = |key: &str| {
            asset
                .config
                .as_ref()
                .is_some_and(|config| config.keys().any(|k| k.starts_with(key)))
        };
        findings.push(match has("sshd:") {
            true => "the settings of sshd can be read".to_owned(),
            false => {
                "the settings of sshd are unknown: etc/ssh/sshd_config is absent or not readable".to_owned()
            }
        });
        findings.push(match self.services().await {
            Ok(states) => format!("the states of {} services can be read", states.len()),
            Err(why) => format!("service states are unknown: {why}"),
        });
        findings.push(match self.pending().await {
            Ok(updates) => format!("the package manager knows of {} pending updates", updates.len()),
            Err(why) => format!("pending updates are unknown: {why}"),
        });
        Ok(Check { ok: true, findings })
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let scope = Scope {
            account: "-".to_owned(),
            region: "-".to_owned(),
            kind: "host".to_owned(),
        };
        let mut asset = self.files_only().await?;
        asset.services = self
            .services()
            .await
            .inspect_err(|why| tracing::info!("service states are unknown: {why}"))
            .ok();
        asset.pending_updates = self
            .pending()
            .await
            .inspect_err(|why| tracing::info!("pending updates are unknown: {why}"))
            .ok();
        sink.assets(
            &scope,
            vec![Observed {
                asset,
                files: Some(self.root.clone()),
            }],
        )
        .await?;
        sink.close(&scope, ScopeOutcome::Complete).await
    }
}

fn asset_of_files(config: &LocalConfig, root: &dyn RootFs) -> Result<Asset, ConnectError> {
    let live = config.runs_commands();
    let hostname = if live {
        host::word(root, "proc/sys/kernel/hostname")
    } else {
        None
    };
    let hostname = hostname
        .or_else(|| host::word(root, "etc/hostname"))
        .unwrap_or_else(|| "localhost".to_owned());
    let mut asset = host::asset(root, hostname).ok_or_else(|| {
        let hint = "create one with \"systemd-machine-id-setup\" or mount the host's /etc/machine-id read-only";
        ConnectError::Unreadable(format!(
            "no stable identity: no machine id, no DMI product UUID, no SSH host key and no container id at \"{}\"; {hint}",
            config.root()
        ))
    })?;
    if let Some(os) = &mut asset.os {
        os.architecture = live.then(|| std::env::consts::ARCH.to_owned());
    }
    asset.site.clone_from(&config.site);
    asset.env.clone_from(&config.env);
    asset.project.clone_from(&config.project);
    asset.workload.clone_from(&config.workload);
    asset.owner.clone_from(&config.owner);
    asset.criticality = config.criticality.unwrap_or(Criticality::Unknown);
    Ok(asset)
}

#[cfg(test)]
mod tests {
    use qlrf_core::rootfs::Files;

    use super::*;

    const RELEASE: (&str, &str) = (
        "etc/os-release",
        "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n",
    );
    const MACHINE: (&str, &str) = ("etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n");

    fn local(config: serde_json::Value, files: &[(&str, &str)]) -> Local {
        Local::new(LocalConfig::parse(config).unwrap(), Arc::new(Files::new(files)))
    }

    #[tokio::test]
    async fn files_of_a_host_elsewhere_make_an_asset_without_running_anything() {
        let config =
            serde_json::json!({"root": "/host", "site": "fra1", "env": "prod", "criticality": "high"});
        let files = [
            RELEASE,
            MACHINE,
            ("etc/hostname", "web1\n"),
            ("etc/ssh/sshd_config", "PermitRootLogin no\n"),
        ];
        let local = local(config, &files);
        let asset = local.files_only().await.unwrap();
        assert_eq!(
            (asset.name.as_str(), asset.native_id.as_str()),
            ("web1", "3d1219c7c4c5404aaa1f6d2a48adfda4")
        );
        assert_eq!(
            (asset.site.as_deref(), asset.criticality),
            (Some("fra1"), Criticality::High)
        );
        assert_eq!(asset.config.unwrap()["sshd:PermitRootLogin"], "no");
        assert!(local.services().await.is_err() && local.pending().await.is_err());
    }

    #[tokio::test]
    async fn without_a_stable_identity_the_check_says_what_to_do() {
        let check = local(serde_json::json!({"root": "/host"}), &[RELEASE])
            .check()
            .await
            .unwrap();
        assert!(
            !check.ok && check.findings[0].contains("systemd-machine-id-setup"),
            "{check:?}"
        );
    }

    #[test]
    fn what_is_wrong_with_a_config_is_said() {
        let says = |json| {
            LocalConfig::parse(json)
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default()
        };
        assert!(says(serde_json::json!({"sight": "x"})).contains("unknown field `sight`"));
        assert!(says(serde_json::json!({"root": "host"})).contains("not an absolute path"));
        assert!(says(serde_json::json!({"site": "a\u{7}"})).contains("\"site\""));
        assert!(says(serde_json::json!({"owner": "x".repeat(201)})).contains("\"owner\""));
        assert!(says(serde_json::json!({"criticality": "huge"})).contains("huge"));
        assert_eq!(says(serde_json::json!({})), "");
    }
}
