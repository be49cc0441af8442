//! The installed database of apk-tools: `P:` name, `V:` version, `A:` architecture, `L:` licence, `o:` origin; a blank
//! line ends a package. Format: <https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2>.

use std::sync::Arc;

use qlrf_core::package::{Ecosystem, Package};

use super::problem::Tally;
use super::{Manager, ProblemKind, Reader, is_word, license};

/// apk-tools 3 moved the database below `usr`.
const PATHS: [&str; 2] = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];
/// A database of 5 000 packages with their file lists has about 40 MB.
const BYTES_MAX: u64 = 128 << 20;

/// How many databases there were.
pub(super) fn read(reader: &mut Reader) -> usize {
    let mut found = 0;
    for path in PATHS {
        let Some(bytes) = reader.file(path, BYTES_MAX) else {
            continue;
        };
        found += 1;
        let mut bad = Tally::default();
        let ecosystem = reader.ecosystem(Manager::Apk);
        parse(&bytes, &ecosystem, &mut reader.packages, &mut bad);
        bad.report(
            ProblemKind::Malformed,
            path,
            "packages have no valid name or version",
            &mut reader.problems,
        );
    }
    found
}

fn parse(bytes: &[u8], ecosystem: &Ecosystem, packages: &mut Vec<Package>, bad: &mut Tally) {
    let mut entry = Entry::default();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        let line = &bytes[start..end];
        start = end + 1;
        match line {
            [] => std::mem::take(&mut entry).finish(ecosystem, packages, bad),
            [b'P', b':', rest @ ..] => entry.name = rest,
            [b'V', b':', rest @ ..] => entry.version = rest,
            [b'A', b':', rest @ ..] => entry.arch = rest,
            [b'L', b':', rest @ ..] => entry.license = rest,
            [b'o', b':', rest @ ..] => entry.origin = rest,
            _ => {}
        }
        if start > bytes.len() {
            break;
        }
    }
    entry.finish(ecosystem, packages, bad);
}

#[derive(Default)]
struct Entry<'a> {
    name: &'a [u8],
    version: &'a [u8],
    arch: &'a [u8],
    license: &'a [u8],
    origin: &'a [u8],
}

impl Entry<'_> {
    fn finish(self, ecosystem: &Ecosystem, packages: &mut Vec<Package>, bad: &mut Tally) {
        if self.name.is_empty() && self.version.is_empty() {
            return;
        }
        let (Some(name), Some(version)) = (word(self.name), word(self.version)) else {
            bad.add(|| String::from_utf8_lossy(self.name).into_owned());
            return;
        };
        let name: Arc<str> = name.into();
        let version: Arc<str> = version.into();
        packages.push(Package {
            ecosystem: ecosystem.clone(),
            source_name: word(self.origin).map_or_else(|| name.clone(), Arc::from),
            source_version: version.clone(),
            arch: word(self.arch).unwrap_or_default().into(),
            licenses: license::set(std::str::from_utf8(self.license).ok()),
            name,
            version,
        });
    }
}

fn word(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| is_word(text))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{inventory, lines};
    use qlrf_core::rootfs::Files;

    #[test]
    fn origin_licence_and_architecture_are_read_and_file_entries_are_skipped() {
        let files = Files::default().file("etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n").file(
            "lib/apk/db/installed",
            "C:Q1abc=\nP:libcrypto3\nV:3.1.4-r5\nA:x86_64\nL:Apache-2.0\no:openssl\nF:lib\nR:libcrypto.so.3\n\n\
             P:busybox\nV:1.36.1-r15\nA:x86_64\nL:GPL-2.0-only\n\nP:nover\n\n",
        );
        let found = inventory(&files);
        assert_eq!(
            lines(&found),
            [
                "Alpine:v3.19 busybox 1.36.1-r15 x86_64 < busybox 1.36.1-r15 [GPL-2.0-only]",
                "Alpine:v3.19 libcrypto3 3.1.4-r5 x86_64 < openssl 3.1.4-r5 [Apache-2.0]",
            ]
        );
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.problems[0].kind.code(), "malformed_entries");
    }
}
