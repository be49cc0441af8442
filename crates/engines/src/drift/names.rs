//! What package names tell: which are the same thing under another name, which are installed side by side, and which
//! provide a language runtime.

use qlrf_core::package::{Ecosystem, Package};

/// Ecosystems of languages. Their packages are found by reading files, so that finding none may mean not looking.
const LANGUAGES: &[&str] = &[
    "PyPI",
    "npm",
    "Go",
    "crates.io",
    "Maven",
    "RubyGems",
    "Packagist",
    "NuGet",
    "Pub",
    "Hex",
    "CRAN",
    "Hackage",
];

pub fn is_language(ecosystem: &Ecosystem) -> bool {
    LANGUAGES.contains(&ecosystem.family())
}

/// Not software: keys that rpm keeps as packages.
pub fn is_pseudo(package: &Package) -> bool {
    &*package.name == "gpg-pubkey"
}

/// The name under which versions installed side by side are one thing, for packages that are meant to be: kernels.
/// dpkg-based systems put the version into the name (`linux-image-6.1.0-18-amd64`), rpm-based ones repeat the name.
pub fn side_by_side(name: &str) -> Option<String> {
    if name == "kernel" || name.starts_with("kernel-") {
        return Some(name.to_owned());
    }
    let kernel = [
        "linux-image-",
        "linux-headers-",
        "linux-modules-",
        "linux-tools-",
        "linux-kbuild-",
        "linux-buildinfo-",
    ];
    if !kernel.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    let mut parts: Vec<&str> = name
        .split('-')
        .map(|part| if starts_with_digit(part) { "#" } else { part })
        .collect();
    parts.dedup_by(|a, b| a == b && *a == "#");
    parts.contains(&"#").then(|| parts.join("-"))
}

/// The name with versions taken out, so that `libssl1.1`, `libssl3` and `libssl3t64` are one.
///
/// `t64` marks libraries rebuilt for 64-bit time, <https://wiki.debian.org/ReleaseGoals/64bit-time>.
pub fn stem(name: &str) -> String {
    let name = name.strip_suffix("t64").unwrap_or(name);
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let version = c.is_ascii_digit() || (c == '.' && out.ends_with('#'));
        if !version {
            out.push(c);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

/// Whether `package` provides the language runtime that a contract calls `runtime`.
pub fn provides_runtime(runtime: &str, package: &str) -> bool {
    let versioned = |prefix: &str| {
        package
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let surrounded = |prefix: &str, suffixes: &[&str]| {
        package.strip_prefix(prefix).is_some_and(|rest| {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
            suffixes.contains(&rest)
        })
    };
    let jdk = [
        "jre",
        "jdk",
        "jre-headless",
        "jdk-headless",
        "openjdk",
        "openjdk-headless",
        "",
    ];
    match runtime.to_ascii_lowercase().as_str() {
        "python" | "python3" => versioned("python"),
        "java" | "openjdk" | "jdk" | "jre" => {
            surrounded("openjdk", &jdk) || surrounded("java-", &jdk) || surrounded("temurin-", &jdk)
        }
        "node" | "nodejs" => package == "nodejs" || package == "node",
        "go" | "golang" => package == "go" || package == "golang" || surrounded("golang-", &["go"]),
        "ruby" => versioned("ruby"),
        "php" => versioned("php") || surrounded("php", &["cli", "-cli"]),
        "dotnet" => surrounded("dotnet-runtime-", &[""]) || surrounded("aspnetcore-runtime-", &[""]),
        "perl" => package == "perl" || package == "perl-interpreter",
        other => package == other || versioned(other),
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_carry_versions() {
        assert_eq!(
            side_by_side("linux-image-6.1.0-18-amd64"),
            side_by_side("linux-image-6.1.0-21-amd64")
        );
        assert_ne!(
            side_by_side("linux-image-6.1.0-18-amd64"),
            side_by_side("linux-image-6.1.0-18-cloud-amd64")
        );
        assert_eq!(side_by_side("linux-image-amd64"), None);
        assert_eq!(stem("libssl1.1"), stem("libssl3t64"));
        assert_ne!(stem("libssl3"), stem("libssl-dev"));
    }

    #[test]
    fn runtimes_go_by_the_names_of_each_distribution() {
        for package in [
            "openjdk-17-jre-headless",
            "java-17-openjdk-headless",
            "openjdk17-jre",
            "temurin-17-jdk",
        ] {
            assert!(provides_runtime("java", package), "{package}");
        }
        assert!(provides_runtime("python", "python3.11"));
        assert!(!provides_runtime("python", "python3-requests"));
        assert!(provides_runtime("go", "golang-1.19-go"));
        assert!(provides_runtime("php", "php8.2-cli"));
    }
}
