//! Linux distributions: the advisory ecosystem that each one's packages are of, and its package manager.
//!
//! Ecosystem names and the form of their releases: <https://ossf.github.io/osv-schema/#affectedpackage-field>.

use crate::package::Ecosystem;

/// A family of package managers: which database, which version order, which package URL type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manager {
    Deb,
    Rpm,
    Apk,
}

impl Manager {
    /// The package URL type, and the ecosystem of packages whose distribution is not known.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Deb, Self::Rpm, Self::Apk]
            .into_iter()
            .find(|manager| manager.as_str() == word)
    }
}

/// What tells a distribution, as os-release(5) has it.
#[derive(Default)]
pub struct Release {
    /// `ID`
    pub id: String,
    /// `VERSION_ID`
    pub version: String,
    /// `VERSION`
    pub version_text: String,
    /// `VERSION_CODENAME`
    pub codename: String,
    /// `PRETTY_NAME`
    pub pretty: String,
}

impl Release {
    pub fn new(id: &str, version: &str) -> Release {
        Release {
            id: id.to_owned(),
            version: version.to_owned(),
            ..Release::default()
        }
    }

    /// As feeds name it; `None` when none does.
    pub fn known(&self) -> Option<(Ecosystem, Manager)> {
        distribution(self).map(|(name, manager)| (Ecosystem::new(name), manager))
    }

    /// Named by itself where no feed does.
    pub fn named(&self) -> (Ecosystem, Option<Manager>) {
        match self.known() {
            Some((ecosystem, manager)) => (ecosystem, Some(manager)),
            None => (Ecosystem::new(plain(self)), manager_of(&self.id)),
        }
    }
}

/// `ID:VERSION_ID`, which no feed names.
fn plain(fields: &Release) -> String {
    match (fields.version.as_str(), fields.codename.as_str()) {
        ("", "") => fields.id.clone(),
        ("", codename) => format!("{}:{codename}", fields.id),
        (version, _) => format!("{}:{version}", fields.id),
    }
}

fn distribution(fields: &Release) -> Option<(String, Manager)> {
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
fn debian_major(fields: &Release) -> &str {
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
fn open_euler(fields: &Release) -> Option<String> {
    let (number, rest) = fields.version_text.split_once(" (")?;
    Some(format!("openEuler:{number}-{}", rest.strip_suffix(')')?))
}
