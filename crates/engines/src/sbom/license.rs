//! Licence texts of package managers into SPDX expressions.
//!
//! Sources of the vocabularies: Debian copyright format 1.0 §7.2 (`GPL-2+`, `Expat`), Fedora's names before SPDX
//! (`GPLv2+ and ASL 2.0`), Alpine's. A text that does not map is kept as it is; nothing is guessed.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

mod names;
mod parse;

/// A licence text above this is cut: it is the licence itself, not its name.
const TEXT_BYTES_MAX: usize = 1024;

/// The parts that hold together: `GPL-2+ and Expat` → `GPL-2.0-or-later`, `MIT`. Each part is a valid SPDX expression,
/// or the words that could not be mapped. A part is never itself a conjunction, and maps to itself.
pub fn elements(text: &str) -> Vec<Arc<str>> {
    let text = clean(text);
    if text.is_empty() || is_placeholder(&text) {
        return Vec::new();
    }
    if let Some(id) = names::id(&text) {
        return vec![id.into()];
    }
    match parse::conjuncts(&text) {
        Some(parts) => parts
            .into_iter()
            .filter(|part| !is_placeholder(part))
            .map(Arc::from)
            .collect(),
        None => vec![text.into()],
    }
}

/// [`elements`] sorted and without repeats, as a package carries them.
pub fn set(text: Option<&str>) -> Vec<Arc<str>> {
    let mut out = text.map(elements).unwrap_or_default();
    out.sort_unstable();
    out.dedup();
    out
}

/// Is it a single identifier of the SPDX licence list?
pub fn is_id(text: &str) -> bool {
    spdx::license_id(text).is_some_and(|id| id.name == text)
}

/// Is it an expression of SPDX 2.3 annex D, with licences and exceptions of the list?
pub fn is_expression(text: &str) -> bool {
    // The parser recurses on brackets; what package managers write is far flatter.
    const BRACKETS_MAX: usize = 64;
    text.bytes().filter(|byte| *byte == b'(').count() <= BRACKETS_MAX
        && (is_id(text) || spdx::Expression::parse_mode(text, STRICT).is_ok())
}

const STRICT: spdx::ParseMode = spdx::ParseMode {
    allow_slash_as_or_operator: false,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: false,
    allow_deprecated: false,
    allow_unknown: false,
};

/// One line, blanks collapsed, without control characters.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(TEXT_BYTES_MAX));
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        let room = TEXT_BYTES_MAX.saturating_sub(out.len());
        out.push_str(&word[..word.floor_char_boundary(room)]);
        if word.len() >= room {
            break;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// What SPDX documents write for "not said".
fn is_placeholder(text: &str) -> bool {
    matches!(text, "NOASSERTION" | "NONE" | "UNKNOWN" | "unknown" | "none")
}

/// The SPDX identifier in its own spelling, whatever the case of `text`.
fn id_ignoring_case(text: &str) -> Option<&'static str> {
    static BY_LOWER: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let by_lower = BY_LOWER.get_or_init(|| {
        let current = spdx::identifiers::LICENSES
            .iter()
            .filter(|license| license.flags & spdx::flags::IS_DEPRECATED == 0);
        current
            .map(|license| (license.name.to_ascii_lowercase(), license.name))
            .collect()
    });
    by_lower.get(&text.to_ascii_lowercase()).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found = elements(text);
        assert_eq!(
            found.iter().map(|text| &**text).collect::<Vec<_>>(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn names_of_debian_fedora_and_alpine_map_to_spdx() {
        check("MIT", &["MIT"]);
        check("Expat", &["MIT"]);
        check("GPL-2", &["GPL-2.0-only"]);
        check("GPL-2+", &["GPL-2.0-or-later"]);
        check("GPLv2+", &["GPL-2.0-or-later"]);
        check("GPL-3.0+", &["GPL-3.0-or-later"]);
        check("GPL-2.0", &["GPL-2.0-only"]);
        check("GPL+", &["GPL-1.0-or-later"]);
        check("LGPLv2+", &["LGPL-2.0-or-later"]);
        check("LGPL-2.1+", &["LGPL-2.1-or-later"]);
        check("GFDL-NIV-1.3+", &["GFDL-1.3-no-invariants-or-later"]);
        check("ASL 2.0", &["Apache-2.0"]);
        check("apache-2.0", &["Apache-2.0"]);
        check("BSD-3-clause", &["BSD-3-Clause"]);
        check("BSD", &["BSD"]);
        check("public-domain", &["public-domain"]);
        check("", &[]);
        check("NOASSERTION", &[]);
    }

    #[test]
    fn expressions_keep_their_structure() {
        check(
            "GPLv2+ and (MIT or ASL 2.0)",
            &["GPL-2.0-or-later", "MIT OR Apache-2.0"],
        );
        check("MIT or BSD-2-Clause and ISC", &["MIT OR (BSD-2-Clause AND ISC)"]);
        check(
            "GPL-2+ with Autoconf exception",
            &["GPL-2.0-or-later WITH Autoconf-exception-2.0"],
        );
        check(
            "GPL-2.0-only WITH Linux-syscall-note",
            &["GPL-2.0-only WITH Linux-syscall-note"],
        );
        check("GPL-2+ and custom or MIT", &["GPL-2+ and custom or MIT"]);
        check("GPL-2+ and custom", &["GPL-2.0-or-later", "custom"]);
        check("Artistic or GPL-1+", &["Artistic-1.0-Perl OR GPL-1.0-or-later"]);
        check(
            "GPL-1+ or Artistic, and Expat",
            &["GPL-1.0-or-later OR Artistic-1.0-Perl", "MIT"],
        );
        check("MIT, or ISC, and Zlib", &["MIT, or ISC, and Zlib"]);
        check("MIT, ISC", &["MIT, ISC"]);
        check(
            "GPL-2 with Linux-syscall-note exception",
            &["GPL-2.0-only WITH Linux-syscall-note"],
        );
        check("MIT AND", &["MIT AND"]);
        check("((MIT))", &["MIT"]);
        check("(MIT", &["(MIT"]);
    }

    proptest! {
        #[test]
        fn every_part_maps_to_itself(text in "[ -~]{0,40}|((GPL-2\\+|MIT|BSD|x y|Expat)( and | or | with |, |\\(|\\)){0,2}){1,6}") {
            for part in elements(&text) {
                prop_assert_eq!(elements(&part), vec![part.clone()], "from {:?}", text);
            }
        }

        #[test]
        fn arbitrary_text_is_bounded(text in "\\PC{0,2000}") {
            for part in elements(&text) {
                prop_assert!(part.len() <= 2 * TEXT_BYTES_MAX);
            }
        }
    }
}
