//! An operating system from the one line by which a provider calls it: `Debian GNU/Linux 12 (bookworm)`,
//! `Red Hat Enterprise Linux 9 (64-bit)`. What is not recognised keeps its name and gets no id.

use qlrf_core::asset::Os;

/// How the line begins, in lower case, and `ID` of os-release. The longer of two that begin alike comes first.
const NAMES: &[(&str, &str)] = &[
    ("debian gnu/linux", "debian"),
    ("ubuntu", "ubuntu"),
    ("red hat enterprise linux coreos", "rhcos"),
    ("red hat enterprise linux", "rhel"),
    ("centos", "centos"),
    ("almalinux", "almalinux"),
    ("rocky linux", "rocky"),
    ("oracle linux", "ol"),
    ("fedora", "fedora"),
    ("amazon linux", "amzn"),
    ("alpine linux", "alpine"),
    ("suse linux enterprise", "sles"),
    ("opensuse leap", "opensuse-leap"),
    ("opensuse tumbleweed", "opensuse-tumbleweed"),
    ("flatcar container linux", "flatcar"),
    ("container-optimized os", "cos"),
    ("bottlerocket os", "bottlerocket"),
    ("talos", "talos"),
    ("vmware photon os", "photon"),
    ("photon os", "photon"),
    ("microsoft windows", "windows"),
    ("windows", "windows"),
];
const TEXT_CHARS_MAX: usize = 200;

/// `None` for an empty line.
pub fn os(line: &str) -> Option<Os> {
    let name: String = line.trim().chars().take(TEXT_CHARS_MAX).collect();
    let lower = name.to_ascii_lowercase();
    let known = NAMES.iter().find(|(begin, _)| lower.starts_with(begin));
    let (version, id) = match known {
        Some((begin, id)) => (version(name.get(begin.len()..).unwrap_or_default()), *id),
        None => (String::new(), ""),
    };
    (!name.is_empty()).then(|| Os {
        id: id.to_owned(),
        version,
        name,
        ..Os::default()
    })
}

/// As `uname -m` says it, from how others do.
pub fn architecture(word: &str) -> Option<String> {
    let known = match word {
        "" => return None,
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => other,
    };
    Some(known.chars().take(TEXT_CHARS_MAX).collect())
}

/// The first word that begins with a digit: `12`, `9.4`, `v3.20`, `(v1.7.0)`, and not `(64-bit)`.
fn version(rest: &str) -> String {
    let mut words = rest.split_whitespace();
    let numbered = |word: &&str| {
        let plain = word.trim_start_matches('v');
        plain.starts_with(|c: char| c.is_ascii_digit()) || word.starts_with("(v")
    };
    let Some(found) = words.by_ref().find(numbered) else {
        return String::new();
    };
    let found = found.trim_matches(['(', ')', 'v', ',']).to_owned();
    // `15 SP5` is 15.5 in os-release.
    match words.next().and_then(|word| word.strip_prefix("SP")) {
        Some(pack) => format!("{found}.{pack}"),
        None => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_providers_are_understood() {
        for (line, id, version) in [
            ("Debian GNU/Linux 12 (bookworm)", "debian", "12"),
            ("Debian GNU/Linux 12 (64-bit)", "debian", "12"),
            ("Ubuntu 22.04.5 LTS", "ubuntu", "22.04.5"),
            ("Ubuntu Linux (64-bit)", "ubuntu", ""),
            ("Red Hat Enterprise Linux 9.4 (Plow)", "rhel", "9.4"),
            ("Red Hat Enterprise Linux CoreOS 415.92 (Plow)", "rhcos", "415.92"),
            ("Amazon Linux 2023.5.20240819", "amzn", "2023.5.20240819"),
            ("Alpine Linux v3.20", "alpine", "3.20"),
            ("Talos (v1.7.0)", "talos", "1.7.0"),
            ("SUSE Linux Enterprise Server 15 SP5", "sles", "15.5"),
            ("Microsoft Windows Server 2019 (64-bit)", "windows", "2019"),
            ("Bottlerocket OS 1.20.0 (aws-k8s-1.29)", "bottlerocket", "1.20.0"),
            ("Haiku R1", "", ""),
        ] {
            let os = os(line).unwrap();
            assert_eq!((os.id.as_str(), os.version.as_str()), (id, version), "{line}");
            assert_eq!(os.name, line);
        }
        assert_eq!(os("  "), None);
        assert_eq!(
            os(&"é".repeat(1000)).unwrap().name.chars().count(),
            TEXT_CHARS_MAX
        );
    }
}
