//! Single licence names.

use super::id_ignoring_case;

/// The SPDX form of one name, or `None` where it has none.
pub(super) fn id(name: &str) -> Option<String> {
    match spdx::license_id(name) {
        Some(id) if id.name == name && !id.is_deprecated() => return Some(name.to_owned()),
        _ => {}
    }
    let lower = name.to_ascii_lowercase();
    if let Some(gnu) = gnu(&lower) {
        return Some(gnu);
    }
    if let Ok(at) = NAMES.binary_search_by_key(&lower.as_str(), |(name, _)| name) {
        return Some(NAMES[at].1.to_owned());
    }
    id_ignoring_case(&lower).map(str::to_owned)
}

/// `gplv2+`, `gpl-2+`, `lgpl-2.1`, `gfdl-niv-1.3+`, `gpl-2.0-or-later`. A bare version of these families means
/// "only" in the Debian, Fedora and old SPDX vocabularies.
fn gnu(lower: &str) -> Option<String> {
    let (family, rest) = [
        ("lgpl", "LGPL"),
        ("agpl", "AGPL"),
        ("gpl", "GPL"),
        ("gfdl", "GFDL"),
    ]
    .into_iter()
    .find_map(|(prefix, family)| Some((family, lower.strip_prefix(prefix)?)))?;
    let (rest, invariants) = match rest.strip_prefix("-niv") {
        Some(rest) if family == "GFDL" => (rest, "-no-invariants"),
        _ => (rest, ""),
    };
    let rest = rest.trim_start_matches(['-', ' ']);
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    let (number, later) = match rest {
        "+" => ("1", true),
        _ => match ["+", "-or-later"]
            .iter()
            .find_map(|suffix| rest.strip_suffix(suffix))
        {
            Some(number) => (number, true),
            None => (rest.strip_suffix("-only").unwrap_or(rest), false),
        },
    };
    let number = if number.len() == 1 {
        format!("{number}.0")
    } else {
        number.to_owned()
    };
    let suffix = if later { "or-later" } else { "only" };
    let candidate = format!("{family}-{number}{invariants}-{suffix}");
    spdx::license_id(&candidate)
        .filter(|id| id.name == candidate)
        .map(|_| candidate)
}

/// The SPDX exception for the words after "with", for a licence that is already an SPDX identifier.
pub(super) fn exception(words: &str, license: &str) -> Option<&'static str> {
    let exact = |name: &str| spdx::exception_id(name).filter(|id| id.name == name && !id.is_deprecated());
    // Debian writes the word again behind the identifier: `Linux-syscall-note exception`.
    if let Some(id) = exact(words).or_else(|| exact(words.strip_suffix(" exception")?)) {
        return Some(id.name);
    }
    let lower = words.to_ascii_lowercase();
    let core = lower
        .strip_suffix("exception")
        .unwrap_or(&lower)
        .trim_matches([' ', '-']);
    match core {
        "autoconf" if license.starts_with("GPL-3") => Some("Autoconf-exception-3.0"),
        "autoconf" => Some("Autoconf-exception-2.0"),
        "bison" => Some("Bison-exception-2.2"),
        "libtool" => Some("Libtool-exception"),
        "classpath" => Some("Classpath-exception-2.0"),
        "font" => Some("Font-exception-2.0"),
        "texinfo" => Some("Texinfo-exception"),
        "gcc" | "gcc runtime library" if license.starts_with("GPL-3") => Some("GCC-exception-3.1"),
        _ => None,
    }
}

/// Lower-case name → SPDX identifier. Sorted. References of Debian's free text start with `common-licenses/`.
const NAMES: &[(&str, &str)] = &[
    ("apache", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache-2", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("artistic", "Artistic-1.0-Perl"),
    ("artistic 2.0", "Artistic-2.0"),
    ("artistic-2", "Artistic-2.0"),
    ("asl 1.1", "Apache-1.1"),
    ("asl 2.0", "Apache-2.0"),
    ("boost", "BSL-1.0"),
    ("bsd-2", "BSD-2-Clause"),
    ("bsd-2-clauses", "BSD-2-Clause"),
    ("bsd-3", "BSD-3-Clause"),
    ("bsd-3-clauses", "BSD-3-Clause"),
    ("bsd-4-clauses", "BSD-4-Clause"),
    ("bsl-1", "BSL-1.0"),
    ("cc0", "CC0-1.0"),
    ("common-licenses/apache-2.0", "Apache-2.0"),
    ("common-licenses/artistic", "Artistic-1.0-Perl"),
    ("common-licenses/bsd", "BSD-3-Clause"),
    ("common-licenses/cc0-1.0", "CC0-1.0"),
    ("common-licenses/mpl-1.1", "MPL-1.1"),
    ("common-licenses/mpl-2.0", "MPL-2.0"),
    ("expat", "MIT"),
    ("mit/expat", "MIT"),
    ("mpl-1", "MPL-1.0"),
    ("mpl-2", "MPL-2.0"),
    ("mplv1.1", "MPL-1.1"),
    ("mplv2.0", "MPL-2.0"),
    ("ofl", "OFL-1.1"),
    ("psf-2", "PSF-2.0"),
    ("python", "Python-2.0"),
    ("sil-ofl-1.1", "OFL-1.1"),
    ("zplv2.1", "ZPL-2.1"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_targets_are_current_identifiers() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        for (name, id) in NAMES {
            assert!(super::super::is_id(id), "{name} → {id}");
        }
    }
}
