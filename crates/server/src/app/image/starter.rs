//! A first contract, written from what was really seen of one asset.

use std::fmt::Write as _;

use qlrf_core::asset::Asset;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::AssetId;
use qlrf_core::package::PackageSet;
use qlrf_core::time::now;
use qlrf_store::{asset, content};

use crate::app::drift::read_document;
use crate::opcx::OpCx;

/// Packages whose version matters to whoever answers for a host; those that are installed become minimums.
const PACKAGES: &[&str] = &[
    "openssl",
    "libssl3",
    "libssl3t64",
    "openssh-server",
    "openssh-client",
    "openssh",
    "sudo",
    "bash",
    "curl",
    "libcurl4",
    "libcurl4t64",
    "ca-certificates",
    "libc6",
    "glibc",
    "musl",
    "systemd",
    "libsystemd0",
    "dpkg",
    "apt",
    "rpm",
    "dnf",
    "apk-tools",
    "libgnutls30",
    "libgnutls30t64",
    "zlib1g",
    "zlib",
    "perl-base",
    "tzdata",
];
/// Services that a host should keep, whatever else it does.
const SERVICES: &[&str] = &[
    "ssh",
    "sshd",
    "cron",
    "crond",
    "rsyslog",
    "systemd-journald",
    "chrony",
    "chronyd",
    "systemd-timesyncd",
    "auditd",
    "fail2ban",
    "firewalld",
    "ufw",
    "unattended-upgrades",
];

/// A form A contract for a new family, in YAML: the asset's system, chosen packages at no less than what is installed,
/// and the services that run. A draft to be edited; it says nothing that was not observed.
pub async fn starter(cx: &OpCx, id: AssetId) -> Result<String> {
    let mut tx = cx.tenant().await?;
    let fact = asset::find(&mut tx, id, None).await?.ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no asset \"{id}\""),
        )
    })?;
    let set = match fact.package_set_id {
        Some(set) => Some(content::load_set(&mut tx, set).await?),
        None => None,
    };
    let (_, _, asset, _) = read_document((fact.asset_id, fact.package_set_id, fact.document))?;
    write(&asset, set.as_ref())
}

fn write(asset: &Asset, packages: Option<&PackageSet>) -> Result<String> {
    let (Some(os), Some(packages)) = (&asset.os, packages) else {
        let detail = format!(
            "the operating system or the packages of \"{}\" are not known",
            asset.name
        );
        return Err(Error::new(ErrorKind::Conflict, "software_unknown", detail)
            .hint("choose an asset whose software was collected"));
    };
    let family = format!("{}-{}", name_of(&os.id), name_of(&os.version));
    let today = now().date();
    let mut text = format!(
        "# Written from what was seen of {} on {today}. Change what should be different, then register it:\n\
         #   qlrf image register FILE\n\
         apiVersion: ql-rf.io/v1\nkind: GoldenImage\nmetadata:\n  family: {}\n  version: {}\nspec:\n  os:\n    \
         name: {}\n    version: {}\n",
        comment(&asset.name),
        quoted(&family),
        quoted(&format!(
            "{}.{}.{}",
            today.year(),
            u8::from(today.month()),
            today.day()
        )),
        quoted(&os.id),
        quoted(&os.version),
    );
    if let Some(architecture) = &os.architecture {
        let _ = writeln!(text, "    architecture: {}", quoted(architecture));
    }
    text.push_str("  lifecycle:\n    status: production\n");
    let chosen: Vec<_> = packages
        .packages()
        .iter()
        .filter(|package| PACKAGES.contains(&&package.name[..]))
        .collect();
    if !chosen.is_empty() {
        text.push_str(
            "  # No less than what was installed. An asset with an older version is outdated.\n  packages:\n",
        );
    }
    let mut before = None;
    for package in chosen {
        if before == Some(&package.name) {
            continue;
        }
        before = Some(&package.name);
        let (name, version) = (quoted(&package.name), quoted(&package.version));
        let _ = writeln!(text, "    - {{name: {name}, minVersion: {version}}}");
    }
    let running = asset
        .services
        .iter()
        .flatten()
        .filter(|(unit, state)| SERVICES.contains(&unit.as_str()) && state.starts_with("running"));
    let running: Vec<_> = running.collect();
    if !running.is_empty() {
        text.push_str("  services:\n");
    }
    for (unit, _) in running {
        let _ = writeln!(text, "    {}: running", quoted(unit));
    }
    Ok(text)
}

/// A JSON string is a YAML string, whatever is in it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

fn name_of(text: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    let name: String = text.chars().take(60).map(letter).collect();
    if name.is_empty() {
        "unknown".to_owned()
    } else {
        name
    }
}
