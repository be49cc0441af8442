//! os-release(5) into an operating system and its advisory ecosystem.

use qlrf_core::asset::Os;
use qlrf_core::distribution;
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
    let fields = parse(&String::from_utf8_lossy(bytes));
    let (ecosystem, manager) = fields.named();
    if fields.known().is_none() {
        let detail = format!(
            "no advisory ecosystem is known for ID=\"{}\" VERSION_ID=\"{}\"",
            fields.id, fields.version
        );
        problems.push(Problem::new(ProblemKind::UnknownDistribution, path, detail));
    }
    Release {
        os: Os {
            id: fields.id,
            version: fields.version,
            name: fields.pretty,
            kernel: None,
            architecture: None,
        },
        ecosystem,
        manager,
    }
}

/// The ecosystem of a `distro` qualifier or of a provider's words, where there is no os-release to read.
pub(super) fn ecosystem_of(id: &str, version: &str) -> Option<(Ecosystem, Manager)> {
    distribution::Release::new(id, version).known()
}

fn parse(text: &str) -> distribution::Release {
    let mut fields = distribution::Release::default();
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
