//! Under which names an advisory for a package is filed.

use std::borrow::Cow;
use std::collections::BTreeSet;

use qlrf_core::advisory::Advisory;
use qlrf_core::package::{Ecosystem, Package};

use super::matching::MatchedBy;

/// Which of a package's two names the advisories of a distribution use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The source package, and with it the source version: a binary may carry a version of its own.
    Source,
    /// The binary package.
    Binary,
    /// Feeds of this distribution use both.
    Either,
}

/// By <https://ossf.github.io/osv-schema/#defined-ecosystems>, and by the published records where they do otherwise:
/// AlmaLinux and Red Hat list each binary of an update. Whatever is not a distribution has one name.
pub fn naming(ecosystem: &Ecosystem) -> Naming {
    match ecosystem.family() {
        "Debian"
        | "Ubuntu"
        | "Echo"
        | "Alpine"
        | "Alpaquita"
        | "BellSoft Hardened Containers"
        | "Wolfi"
        | "Chainguard"
        | "MinimOS"
        | "postmarketos" => Naming::Source,
        "Rocky Linux" | "SUSE" | "openSUSE" | "openEuler" | "Mageia" | "Azure Linux" | "Photon OS"
        | "azurelinux" | "mariner" => Naming::Either,
        _ => Naming::Binary,
    }
}

/// The part of a distribution's archive that a fix comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Open to every installation.
    Main,
    /// Ubuntu Pro (ESM): the fix needs a subscription.
    Pro,
}

/// Where advisories of this ecosystem and release are filed. Spellings of one release share a shelf:
///
/// - `Ubuntu:22.04:LTS` and `Ubuntu:22.04`; `Ubuntu:Pro:18.04:LTS` on the same shelf, marked [`Channel::Pro`], because
///   an installation without a subscription has the vulnerability too. FIPS and real-time variants are builds of their
///   own and stay apart.
/// - `Debian:12.5`, `AlmaLinux:9.4`, `Rocky Linux:9.4` with their major release, which is what they are maintained by;
/// - `Red Hat:enterprise_linux:9::baseos` and `Red Hat:9.4` with `Red Hat:9`; extended-support streams stay apart;
/// - `Alpine:3.19.1` and `Alpine:v3.19`.
pub fn shelf(ecosystem: &Ecosystem) -> (Cow<'_, str>, Channel) {
    let (whole, release) = (&*ecosystem.0, ecosystem.release());
    let main = |name| (name, Channel::Main);
    match ecosystem.family() {
        "Ubuntu" => {
            let (release, channel) = match release.strip_prefix("Pro:") {
                Some(rest) => (rest, Channel::Pro),
                None => (release, Channel::Main),
            };
            let short = release.strip_suffix(":LTS").unwrap_or(release);
            match channel {
                // FIPS:…, Realtime:…
                Channel::Pro if !short.starts_with(|c: char| c.is_ascii_digit()) => {
                    main(Cow::Borrowed(whole))
                }
                _ => (renamed(whole, "Ubuntu", short), channel),
            }
        }
        family @ ("Debian" | "AlmaLinux" | "Rocky Linux") => main(renamed(whole, family, major(release))),
        "Red Hat" => {
            let plain = release.strip_prefix("enterprise_linux:").unwrap_or(release);
            let number = plain.split(':').next().unwrap_or_default();
            match number.starts_with(|c: char| c.is_ascii_digit()) {
                true => main(renamed(whole, "Red Hat", major(number))),
                false => main(Cow::Borrowed(whole)),
            }
        }
        "Alpine" => {
            let number = release.strip_prefix('v').unwrap_or(release);
            match number.match_indices('.').nth(1) {
                Some((second_dot, _)) => main(Cow::Owned(format!("Alpine:v{}", &number[..second_dot]))),
                None if number.starts_with(|c: char| c.is_ascii_digit()) => {
                    main(renamed(whole, "Alpine", &format!("v{number}")))
                }
                None => main(Cow::Borrowed(whole)),
            }
        }
        _ => main(Cow::Borrowed(whole)),
    }
}

fn renamed<'a>(whole: &'a str, family: &str, release: &str) -> Cow<'a, str> {
    let same = whole.strip_prefix(family).and_then(|rest| rest.strip_prefix(':')) == Some(release);
    if same {
        Cow::Borrowed(whole)
    } else {
        Cow::Owned(format!("{family}:{release}"))
    }
}

/// `9` of `9.4`; anything that is not a number stays as it is (`sid`).
fn major(release: &str) -> &str {
    match release.split_once('.') {
        Some((major, _)) if major.bytes().all(|b| b.is_ascii_digit()) && !major.is_empty() => major,
        _ => release,
    }
}

/// A distribution whose versions mean nothing without its release, given without one.
pub fn lacks_release(ecosystem: &Ecosystem) -> bool {
    ecosystem.release().is_empty()
        && matches!(
            ecosystem.family(),
            "Debian"
                | "Ubuntu"
                | "Alpine"
                | "Alpaquita"
                | "AlmaLinux"
                | "Rocky Linux"
                | "Red Hat"
                | "SUSE"
                | "openSUSE"
                | "openEuler"
                | "Mageia"
                | "Azure Linux"
                | "Photon OS"
        )
}

/// The name by which a package is looked up. PyPI treats case and runs of `-_.` as one,
/// <https://packaging.python.org/en/latest/specifications/name-normalization/>; all others are exact.
pub fn normalise<'a>(ecosystem: &Ecosystem, name: &'a str) -> Cow<'a, str> {
    if ecosystem.family() != "PyPI" {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut separators = false;
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            separators = true;
            continue;
        }
        if std::mem::take(&mut separators) {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    if separators {
        out.push('-');
    }
    if out == name {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(out)
    }
}

/// Shelf and name: what an advisory and a package that it may speak of have in common.
pub type Key = (String, String);

/// Under which keys advisories of this package can be found. Empty when its ecosystem lacks the release.
pub fn package_keys(package: &Package) -> Vec<Key> {
    if lacks_release(&package.ecosystem) {
        return Vec::new();
    }
    let (shelf, _) = shelf(&package.ecosystem);
    looked_up(package)
        .into_iter()
        .map(|(name, _, _)| (shelf.clone().into_owned(), name.into_owned()))
        .collect()
}

/// Under which keys this advisory is to be found. Empty once it was withdrawn.
pub fn advisory_keys(advisory: &Advisory) -> BTreeSet<Key> {
    if advisory.withdrawn.is_some() {
        return BTreeSet::new();
    }
    let stands = advisory
        .affected
        .iter()
        .filter(|affected| !lacks_release(&affected.ecosystem));
    stands
        .map(|affected| {
            let (shelf, _) = shelf(&affected.ecosystem);
            (
                shelf.into_owned(),
                normalise(&affected.ecosystem, &affected.package).into_owned(),
            )
        })
        .collect()
}

/// The names under which advisories of a package are filed, each with the version that they compare.
///
/// The source's name and version are the binary's own when the package database names no source.
pub(super) fn looked_up(package: &Package) -> Vec<(Cow<'_, str>, &str, MatchedBy)> {
    let source = if package.source_name.is_empty() {
        &package.name
    } else {
        &package.source_name
    };
    let version = if package.source_version.is_empty() {
        &package.version
    } else {
        &package.source_version
    };
    let same = source == &package.name && version == &package.version;
    let binary = (
        normalise(&package.ecosystem, &package.name),
        &*package.version,
        MatchedBy::Binary,
    );
    let naming = naming(&package.ecosystem);
    if naming == Naming::Binary || same {
        return vec![binary];
    }
    let source = (Cow::Borrowed(&**source), &**version, MatchedBy::Source);
    if naming == Naming::Either {
        vec![source, binary]
    } else {
        vec![source]
    }
}
