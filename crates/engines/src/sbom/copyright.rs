//! Licences of a Debian package, from its copyright file: machine-readable
//! (<https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/>), else the references to
//! `/usr/share/common-licenses` that Debian policy 12.5 asks for in free text.

use std::sync::Arc;

use super::{Reader, license};

/// The largest in Debian 12 (chromium) has 2.3 MB.
const BYTES_MAX: u64 = 8 << 20;
/// How many licences one package may name; linux names about 60.
const LICENSES_MAX: usize = 512;

/// Empty where there is no copyright file, or none that names a licence.
pub(super) fn read(reader: &mut Reader, package: &str) -> Vec<Arc<str>> {
    if package.contains('/') || package.starts_with('.') {
        return Vec::new();
    }
    match reader.file(&format!("usr/share/doc/{package}/copyright"), BYTES_MAX) {
        Some(bytes) => licenses(&bytes),
        None => Vec::new(),
    }
}

fn licenses(bytes: &[u8]) -> Vec<Arc<str>> {
    let mut texts = if is_machine_readable(bytes) {
        fields(bytes)
    } else {
        references(bytes)
    };
    texts.sort_unstable();
    texts.dedup();
    texts.truncate(LICENSES_MAX);
    let mut out: Vec<Arc<str>> = texts
        .into_iter()
        .flat_map(|text| license::elements(&String::from_utf8_lossy(text)))
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The header paragraph comes first and has a `Format` field; old drafts wrote `Format-Specification`.
fn is_machine_readable(bytes: &[u8]) -> bool {
    const HEADER_LINES: usize = 30;
    bytes.split(|byte| *byte == b'\n').take(HEADER_LINES).any(|line| {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        line.get(..6)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"format"))
            && memchr::memchr(b':', line).is_some()
    })
}

/// First lines of the `License` fields; the lines below them are the licence's text.
fn fields(bytes: &[u8]) -> Vec<&[u8]> {
    const NAME: &[u8] = b"license:";
    let mut out = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        let line = &bytes[start..end];
        start = (end + 1).min(bytes.len());
        if matches!(line.first(), Some(b'L' | b'l'))
            && line
                .get(..NAME.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(NAME))
        {
            let text = line[NAME.len()..].trim_ascii();
            if !text.is_empty() {
                out.push(text);
            }
        }
    }
    out
}

/// `common-licenses/GPL-2`: the reference alone does not tell "or later" from "only", so that it is kept as it is
/// where the licence has both forms; [`license::elements`] knows which.
fn references(bytes: &[u8]) -> Vec<&[u8]> {
    const PREFIX: &[u8] = b"common-licenses/";
    let mut out = Vec::new();
    for at in memchr::memmem::find_iter(bytes, PREFIX) {
        let name = &bytes[at + PREFIX.len()..];
        let end = name
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+')));
        let name = &name[..end.unwrap_or(name.len())];
        let name = name.strip_suffix(b".").unwrap_or(name);
        if !name.is_empty() && name.len() < 40 {
            out.push(&bytes[at..at + PREFIX.len() + name.len()]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::licenses;

    fn check(text: &str, expected: &[&str]) {
        let found = licenses(text.as_bytes());
        assert_eq!(
            found.iter().map(|text| &**text).collect::<Vec<_>>(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn machine_readable_files_give_their_short_names() {
        check(
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n\n\
             Files: *\nCopyright: me\nLicense: GPL-2+\n\nFiles: a\nLicense: Expat or Apache-2.0\n\n\
             Files: b\nLicense: GPL-2+ and BSD-3-clause\n\nLicense: custom-thing\n License: not-a-field\n text\n",
            &[
                "BSD-3-Clause",
                "GPL-2.0-or-later",
                "MIT OR Apache-2.0",
                "custom-thing",
            ],
        );
    }

    #[test]
    fn free_text_gives_what_it_refers_to_and_no_more() {
        check(
            "See `/usr/share/common-licenses/Apache-2.0'. Also /usr/share/common-licenses/GPL-2.\nand /usr/share/common-licenses/BSD\n",
            &["Apache-2.0", "BSD-3-Clause", "common-licenses/GPL-2"],
        );
        check("All rights reserved", &[]);
        check("", &[]);
    }
}
