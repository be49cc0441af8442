//! os-release(5) into an operating system and its advisory ecosystem.
//!
//! Ecosystem names and the form of their releases: <https://ossf.github.io/osv-schema/#affectedpackage-field>.

use qlrf_core::asset::Os;
use qlrf_core::package::Ecosystem;
use qlrf_core::rootfs::RootFs;

use super::{Manager, Problem, ProblemKind, is_word};

pub(super) struct Release {
    pub os: Os,
    pub ecosystem: Ecosystem,
    pub manager: Option<Manager>,
}

/// os-release(5) gives the first precedence.
const PATHS: [&str; 2] = ["etc/os-release", "usr/lib/os-release"];
const BYTES_MAX: u64 = 64 * 1024;

pub(super) fn read(root: &dyn RootFs, problems: &mut Vec<Problem>) -> Option<Release> {
    for path in PATHS {
        match root.read(path, BYTES_MAX) {
            Ok(Some(bytes)) => return Some(release(&bytes, path, problems)),
            Ok(None) => {}
            Err(error) => problems.push(Problem::from_rootfs(path, &error)),
        }
    }
    let detail = "there is no os-release, so no advisory ecosystem can be told";
    problems.push(Problem::new(ProblemKind::UnknownDistribution, PATHS[0], detail));
    None
}

fn release(bytes: &[u8], path: &str, problems: &mut Vec<Problem>) -> Release {
    let fields = Fields::parse(&String::from_utf8_lossy(bytes));
    let named = distribution(&fields);
    if named.is_none() {
        let detail = format!(
            "no advisory ecosystem is known for ID=\"{}\" VERSION_ID=\"{}\"",
            fields.id, fields.version
        );
        problems.push(Problem::new(ProblemKind::UnknownDistribution, path, detail));
    }
    let (ecosystem, manager) = match named {
        Some((ecosystem, manager)) => (ecosystem, Some(manager)),
        None => (plain(&fields), manager_of(&fields.id)),
    };
    Release {
        os: Os {
            id: fields.id,
            version: fields.version,
            name: fields.pretty,
            kernel: None,
            architecture: None,
        },
        ecosystem: Ecosystem::new(ecosystem),
        manager,
    }
}

/// The ecosystem of a `distro` qualifier or of a provider's words, where there is no os-release to read.
pub(super) fn ecosystem_of(id: &str, version: &str) -> Option<(Ecosystem, Manager)> {
    let fields = Fields {
        id: id.to_owned(),
        version: version.to_owned(),
        ..Fields::default()
    };
    distribution(&fields).map(|(name, manager)| (Ecosystem::new(name), manager))
}

/// `ID:VERSION_ID`, which no feed names.
fn plain(fields: &Fields) -> String {
    match (fields.version.as_str(), fields.codename.as_str()) {
        ("", "") => fields.id.clone(),
        ("", codename) => format!("{}:{codename}", fields.id),
        (version, _) => format!("{}:{version}", fields.id),
    }
}

fn distribution(fields: &Fields) -> Option<(String, Manager)> {
    use Manager::{Apk, Deb, Rpm};
    let version = fields.version.as_str();
    let mut parts = version.split('.');
    let major = parts.next().unwrap_or_default();
    let minor = parts.next().unwrap_or_default();
    let with = |family: &str, release: &str| (!release.is_empty()).then(|| format!("{family}:{release}"));
    let (name, manager) = match fields.id.as_str() {
        "debian" => (with("Debian", debian_major(fields)), Deb),
        "ubuntu" => (ubuntu(version), Deb),
        "echo" => (Some("Echo".to_owned()), Deb),
        "almalinux" => (with("AlmaLinux", major), Rpm),
        "rocky" => (with("Rocky Linux", major), Rpm),
        "rhel" => (with("Red Hat:enterprise_linux", major), Rpm),
        "opensuse-leap" => (
            with("openSUSE", version).map(|name| name.replacen(':', ":Leap ", 1)),
            Rpm,
        ),
        "opensuse-tumbleweed" => (Some("openSUSE:Tumbleweed".to_owned()), Rpm),
        "sles" => (suse("Linux Enterprise Server", major, minor), Rpm),
        "sled" => (suse("Linux Enterprise Desktop", major, minor), Rpm),
        "sles_sap" => (
            suse("Linux Enterprise Server for SAP Applications", major, minor),
            Rpm,
        ),
        "sle-micro" | "sl-micro" => (
            with("SUSE:Linux Enterprise Micro", version).map(|n| unsuffix(&n)),
            Rpm,
        ),
        "azurelinux" => (with("Azure Linux", major), Rpm),
        "photon" => (with("Photon OS", version), Rpm),
        "mageia" => (with("Mageia", major), Rpm),
        "openEuler" => (open_euler(fields), Rpm),
        "alpine" => (alpine(version, major, minor), Apk),
        "wolfi" => (Some("Wolfi".to_owned()), Apk),
        "chainguard" => (Some("Chainguard".to_owned()), Apk),
        "minimos" => (Some("MinimOS".to_owned()), Apk),
        "alpaquita" => (with("Alpaquita", major), Apk),
        _ => return None,
    };
    name.map(|name| (name, manager))
}

/// Distributions that no ecosystem covers and whose package manager is known all the same.
fn manager_of(id: &str) -> Option<Manager> {
    match id {
        "raspbian" | "devuan" | "kali" | "linuxmint" | "pop" | "elementary" | "deepin" | "pureos" => {
            Some(Manager::Deb)
        }
        "fedora" | "centos" | "ol" | "amzn" | "mariner" | "scientific" | "eurolinux" | "virtuozzo"
        | "cloudlinux" => Some(Manager::Rpm),
        "postmarketos" | "adelie" => Some(Manager::Apk),
        "debian" | "ubuntu" => Some(Manager::Deb),
        "rhel" | "almalinux" | "rocky" | "sles" => Some(Manager::Rpm),
        "alpine" => Some(Manager::Apk),
        _ => None,
    }
}

/// Releases before they get their number name themselves by code name (`VERSION_CODENAME=trixie`, or
/// `PRETTY_NAME="Debian GNU/Linux trixie/sid"`), <https://www.debian.org/releases/>.
fn debian_major(fields: &Fields) -> &str {
    const CODENAMES: [(&str, &str); 9] = [
        ("wheezy", "7"),
        ("jessie", "8"),
        ("stretch", "9"),
        ("buster", "10"),
        ("bullseye", "11"),
        ("bookworm", "12"),
        ("trixie", "13"),
        ("forky", "14"),
        ("duke", "15"),
    ];
    if !fields.version.is_empty() {
        return fields.version.split('.').next().unwrap_or_default();
    }
    let pretty = fields.pretty.rsplit(' ').next().unwrap_or_default();
    let codename = if fields.codename.is_empty() {
        pretty
    } else {
        &fields.codename
    };
    let codename = codename.split('/').next().unwrap_or_default();
    CODENAMES
        .iter()
        .find(|(name, _)| *name == codename)
        .map(|(_, major)| *major)
        .unwrap_or_default()
}

/// April releases of even years are the long-term ones, and the ecosystem says so.
fn ubuntu(version: &str) -> Option<String> {
    let (year, month) = version.split_once('.')?;
    let month = month.split('.').next().unwrap_or_default();
    let year_number: u32 = year.parse().ok()?;
    let suffix = if year_number.is_multiple_of(2) && month == "04" {
        ":LTS"
    } else {
        ""
    };
    Some(format!("Ubuntu:{year}.{month}{suffix}"))
}

fn suse(product: &str, major: &str, minor: &str) -> Option<String> {
    match (major, minor) {
        ("", _) => None,
        (major, "" | "0") => Some(format!("SUSE:{product} {major}")),
        (major, minor) => Some(format!("SUSE:{product} {major} SP{minor}")),
    }
}

/// `SUSE:Linux Enterprise Micro:5.5` as the feed writes it, with a blank.
fn unsuffix(name: &str) -> String {
    name.replacen("Micro:", "Micro ", 1)
}

fn alpine(version: &str, major: &str, minor: &str) -> Option<String> {
    if version.is_empty() {
        return None;
    }
    if version.contains("_alpha") || version == "edge" {
        return Some("Alpine:edge".to_owned());
    }
    (!minor.is_empty()).then(|| format!("Alpine:v{major}.{minor}"))
}

/// `VERSION="22.03 (LTS-SP1)"` is the release `22.03-LTS-SP1`.
fn open_euler(fields: &Fields) -> Option<String> {
    let (number, rest) = fields.version_text.split_once(" (")?;
    Some(format!("openEuler:{number}-{}", rest.strip_suffix(')')?))
}

#[derive(Default)]
struct Fields {
    id: String,
    version: String,
    version_text: String,
    codename: String,
    pretty: String,
}

impl Fields {
    fn parse(text: &str) -> Self {
        let mut fields = Self::default();
        let mut name = String::new();
        for line in text.lines() {
            let Some((key, value)) = line.trim().split_once('=') else {
                continue;
            };
            let value = unquote(value);
            match key {
                "ID" if is_word(&value) => fields.id = value,
                "VERSION_ID" if is_word(&value) => fields.version = value,
                "VERSION_CODENAME" if is_word(&value) => fields.codename = value,
                "VERSION" => fields.version_text = value,
                "PRETTY_NAME" => fields.pretty = value,
                "NAME" => name = value,
                _ => {}
            }
        }
        if fields.pretty.is_empty() {
            fields.pretty = name;
        }
        if fields.id.is_empty() {
            // The default that os-release(5) gives.
            fields.id = "linux".to_owned();
        }
        fields
    }
}

/// Shell quoting as os-release(5) allows it. Control characters are dropped.
fn unquote(value: &str) -> String {
    let value = value.trim();
    let inner = match value.as_bytes() {
        [b'\'', .., b'\''] => return value[1..value.len() - 1].replace(char::is_control, ""),
        [b'"', .., b'"'] => &value[1..value.len() - 1],
        _ => value,
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            chars.next().unwrap_or('\\')
        } else {
            c
        };
        if !c.is_control() {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(os_release: &str, ecosystem: &str, manager: Option<Manager>, problems: usize) {
        let mut found = Vec::new();
        let release = release(os_release.as_bytes(), "etc/os-release", &mut found);
        assert_eq!(&*release.ecosystem.0, ecosystem, "{os_release}");
        assert_eq!(release.manager, manager, "{os_release}");
        assert_eq!(found.len(), problems, "{os_release}: {found:?}");
    }

    #[test]
    fn distributions_map_to_the_names_of_the_advisory_ecosystems() {
        let deb = Some(Manager::Deb);
        let rpm = Some(Manager::Rpm);
        let apk = Some(Manager::Apk);
        check("ID=debian\nVERSION_ID=\"12\"", "Debian:12", deb, 0);
        check(
            "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux trixie/sid\"",
            "Debian:13",
            deb,
            0,
        );
        check("ID=debian\nVERSION_CODENAME=forky", "Debian:14", deb, 0);
        check(
            "ID=debian\nVERSION_CODENAME=unheardof",
            "debian:unheardof",
            deb,
            1,
        );
        check("ID=ubuntu\nVERSION_ID='22.04'", "Ubuntu:22.04:LTS", deb, 0);
        check("ID=ubuntu\nVERSION_ID=23.10", "Ubuntu:23.10", deb, 0);
        check("ID=ubuntu\nVERSION_ID=21.04", "Ubuntu:21.04", deb, 0);
        check("ID=\"almalinux\"\nVERSION_ID=\"9.3\"", "AlmaLinux:9", rpm, 0);
        check("ID=rocky\nVERSION_ID=8.10", "Rocky Linux:8", rpm, 0);
        check("ID=rhel\nVERSION_ID=9.4", "Red Hat:enterprise_linux:9", rpm, 0);
        check(
            "ID=sles\nVERSION_ID=15.5",
            "SUSE:Linux Enterprise Server 15 SP5",
            rpm,
            0,
        );
        check("ID=opensuse-leap\nVERSION_ID=15.6", "openSUSE:Leap 15.6", rpm, 0);
        check(
            "ID=sle-micro\nVERSION_ID=5.5",
            "SUSE:Linux Enterprise Micro 5.5",
            rpm,
            0,
        );
        check("ID=alpine\nVERSION_ID=3.19.1", "Alpine:v3.19", apk, 0);
        check("ID=alpine\nVERSION_ID=3.21_alpha20240807", "Alpine:edge", apk, 0);
        check("ID=wolfi\nVERSION_ID=20230201", "Wolfi", apk, 0);
        check(
            "ID=openEuler\nVERSION=\"22.03 (LTS-SP1)\"\nVERSION_ID=22.03",
            "openEuler:22.03-LTS-SP1",
            rpm,
            0,
        );
        check("ID=fedora\nVERSION_ID=40", "fedora:40", rpm, 1);
        check("ID=nixos\nVERSION_ID=24.05", "nixos:24.05", None, 1);
        check("", "linux", None, 1);
    }

    #[test]
    fn quoting_follows_the_shell() {
        assert_eq!(unquote(r#""a \"b\" \$c""#), "a \"b\" $c");
        assert_eq!(unquote("'a \\b'"), "a \\b");
        assert_eq!(unquote("\""), "\"");
        assert_eq!(unquote("a\u{7}b"), "ab");
    }
}
