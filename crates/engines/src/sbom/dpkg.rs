//! The status database of dpkg, deb-control(5) stanzas in `var/lib/dpkg/status`, and the one-file-per-package form
//! `var/lib/dpkg/status.d` of images that have no dpkg.

use std::collections::HashMap;
use std::sync::Arc;

use qlrf_core::package::{Ecosystem, Package};

use super::problem::Tally;
use super::{Manager, ProblemKind, Reader, copyright, is_word};

const STATUS: &str = "var/lib/dpkg/status";
const STATUS_FOLDER: &str = "var/lib/dpkg/status.d";
/// A desktop with 5 000 packages has about 8 MB.
const STATUS_BYTES_MAX: u64 = 128 << 20;
const STATUS_FILE_BYTES_MAX: u64 = 1 << 20;
const STATUS_FILES_MAX: usize = 100_000;

/// How many databases there were.
pub(super) fn read(reader: &mut Reader) -> usize {
    let mut dpkg = Dpkg {
        ecosystem: reader.ecosystem(Manager::Deb),
        ..Dpkg::default()
    };
    let mut found = 0;
    if let Some(bytes) = reader.file(STATUS, STATUS_BYTES_MAX) {
        // Even the fewest packages are there: an empty file is one that was not written, or that belongs to a dpkg
        // beside the system's own package manager.
        found += usize::from(!bytes.is_empty());
        let rest = dpkg.stanzas(reader, &bytes);
        // dpkg puts an empty line behind each stanza. What has none ends in the middle, and what came after it is gone.
        if rest.has_begun {
            dpkg.cut.add(|| String::from_utf8_lossy(rest.name).into_owned());
        }
        dpkg.report(reader, STATUS);
    }
    let files = reader.list(STATUS_FOLDER);
    if files.len() > STATUS_FILES_MAX {
        let detail = format!("{} files, of which {STATUS_FILES_MAX} are read", files.len());
        reader.problem(ProblemKind::TooLarge, STATUS_FOLDER, detail);
    }
    found += usize::from(!files.is_empty());
    for file in files
        .iter()
        .filter(|file| !file.ends_with(".md5sums"))
        .take(STATUS_FILES_MAX)
    {
        let path = format!("{STATUS_FOLDER}/{file}");
        if let Some(bytes) = reader.file(&path, STATUS_FILE_BYTES_MAX) {
            let rest = dpkg.stanzas(reader, &bytes);
            // A control file has no empty line behind it; its description comes last, deb-control(5).
            if rest.is_described && bytes.ends_with(b"\n") {
                dpkg.package(reader, &rest);
            } else if rest.has_begun || bytes.is_empty() {
                dpkg.cut.add(|| file.clone());
            }
        }
    }
    dpkg.report(reader, STATUS_FOLDER);
    found
}

/// Name and version of a source package.
type SourceVersion = (Arc<str>, Arc<str>);

struct Dpkg {
    ecosystem: Ecosystem,
    malformed: Tally,
    cut: Tally,
    half: Tally,
    /// Copyright files belong to the source: one is read for all binary packages of a source version.
    licenses: HashMap<SourceVersion, Vec<Arc<str>>>,
}

impl Default for Dpkg {
    fn default() -> Self {
        let ecosystem = Ecosystem::new(Manager::Deb.as_str());
        Self {
            ecosystem,
            malformed: Tally::default(),
            cut: Tally::default(),
            half: Tally::default(),
            licenses: HashMap::new(),
        }
    }
}

impl Dpkg {
    /// Takes the packages whose stanza is closed by an empty line, and gives back what stands behind the last one.
    fn stanzas<'a>(&mut self, reader: &mut Reader, bytes: &'a [u8]) -> Stanza<'a> {
        let mut stanza = Stanza::default();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            let line = bytes[start..end]
                .strip_suffix(b"\r")
                .unwrap_or(&bytes[start..end]);
            start = end + 1;
            if line.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
                self.package(reader, &std::mem::take(&mut stanza));
            } else {
                stanza.line(line);
            }
        }
        if start < bytes.len() {
            stanza.line(&bytes[start..]);
        }
        stanza
    }

    fn package(&mut self, reader: &mut Reader, stanza: &Stanza) {
        match stanza.state() {
            State::Absent => return,
            State::Half => {
                self.half
                    .add(|| String::from_utf8_lossy(stanza.name).into_owned());
                return;
            }
            State::Present => {}
        }
        let (Some(name), Some(version)) = (word(stanza.name), word(stanza.version)) else {
            self.malformed
                .add(|| String::from_utf8_lossy(stanza.name).into_owned());
            return;
        };
        let (source_name, source_version) = stanza.source(name, version);
        let name: Arc<str> = name.into();
        let version: Arc<str> = version.into();
        let source_name = share(&name, source_name);
        let source_version = share(&version, source_version);
        let licenses = self.licenses(reader, &name, &source_name, &source_version);
        reader.packages.push(Package {
            ecosystem: self.ecosystem.clone(),
            arch: word(stanza.arch).unwrap_or_default().into(),
            name,
            version,
            source_name,
            source_version,
            licenses,
        });
    }

    fn licenses(
        &mut self,
        reader: &mut Reader,
        name: &str,
        source_name: &Arc<str>,
        source_version: &Arc<str>,
    ) -> Vec<Arc<str>> {
        let key = (source_name.clone(), source_version.clone());
        if let Some(known) = self.licenses.get(&key) {
            return known.clone();
        }
        let found = copyright::read(reader, name);
        // Without an answer the next binary package of the source is asked.
        if !found.is_empty() {
            self.licenses.insert(key, found.clone());
        }
        found
    }

    fn report(&mut self, reader: &mut Reader, path: &str) {
        let malformed = std::mem::take(&mut self.malformed);
        malformed.report(
            ProblemKind::Malformed,
            path,
            "packages have no valid name or version",
            &mut reader.problems,
        );
        let cut = std::mem::take(&mut self.cut);
        cut.report(
            ProblemKind::Malformed,
            path,
            "packages end in the middle",
            &mut reader.problems,
        );
        let half = std::mem::take(&mut self.half);
        half.report(
            ProblemKind::HalfInstalled,
            path,
            "packages are half-installed",
            &mut reader.problems,
        );
    }
}

/// The fields of one package that are used, borrowed from the database.
#[derive(Default)]
struct Stanza<'a> {
    name: &'a [u8],
    status: Option<&'a [u8]>,
    version: &'a [u8],
    arch: &'a [u8],
    source: &'a [u8],
    has_begun: bool,
    is_described: bool,
}

enum State {
    /// Nothing of it is on disk but perhaps configuration files.
    Absent,
    /// Unpacking stopped: which files are there is not known.
    Half,
    Present,
}

impl<'a> Stanza<'a> {
    fn line(&mut self, line: &'a [u8]) {
        self.has_begun = true;
        let Some(colon) = memchr::memchr(b':', line) else {
            return;
        };
        // The first byte sorts out continuation lines and nearly all other fields.
        let slot = match line[0] | 0x20 {
            b'p' if line[..colon].eq_ignore_ascii_case(b"package") => &mut self.name,
            b'v' if line[..colon].eq_ignore_ascii_case(b"version") => &mut self.version,
            b'a' if line[..colon].eq_ignore_ascii_case(b"architecture") => &mut self.arch,
            b's' if line[..colon].eq_ignore_ascii_case(b"source") => &mut self.source,
            b'd' if line[..colon].eq_ignore_ascii_case(b"description") => {
                self.is_described = true;
                return;
            }
            b's' if line[..colon].eq_ignore_ascii_case(b"status") => {
                self.status = Some(line[colon + 1..].trim_ascii());
                return;
            }
            _ => return,
        };
        *slot = line[colon + 1..].trim_ascii();
    }

    /// dpkg(1), package states. From `unpacked` on, the files of the package are on disk, whatever its configuration
    /// or the administrator's selection (`hold`) is. Without a status field (status.d) presence is the fact.
    fn state(&self) -> State {
        let Some(status) = self.status else {
            return if self.name.is_empty() && self.version.is_empty() {
                State::Absent
            } else {
                State::Present
            };
        };
        let state = status
            .rsplit(|byte| byte.is_ascii_whitespace())
            .next()
            .unwrap_or_default();
        match state {
            b"installed" | b"unpacked" | b"half-configured" | b"triggers-awaited" | b"triggers-pending" => {
                State::Present
            }
            b"half-installed" => State::Half,
            _ => State::Absent,
        }
    }

    /// `Source: name (version)`; both parts default to the binary package's, less the suffix of a binary rebuild.
    fn source<'b>(&'b self, name: &'b str, version: &'b str) -> (&'b str, &'b str) {
        let text = std::str::from_utf8(self.source).unwrap_or_default();
        let (source, given) = match text.split_once('(') {
            Some((source, rest)) => (source.trim(), rest.trim().strip_suffix(')').map(str::trim)),
            None => (text, None),
        };
        let source = if is_word(source) { source } else { name };
        (
            source,
            given
                .filter(|given| is_word(given))
                .unwrap_or_else(|| without_rebuild(version)),
        )
    }
}

/// `1.2-3+b1` was built from `1.2-3`, <https://wiki.debian.org/binNMU>.
fn without_rebuild(version: &str) -> &str {
    match version.rsplit_once("+b") {
        Some((source, count)) if !source.is_empty() && !count.is_empty() && is_digits(count) => source,
        _ => version,
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn word(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| is_word(text))
}

fn share(own: &Arc<str>, other: &str) -> Arc<str> {
    if **own == *other {
        own.clone()
    } else {
        other.into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{inventory, lines};
    use qlrf_core::rootfs::Files;

    const OS: &str = "ID=debian\nVERSION_ID=12\n";

    fn check(status: &str, expected: &[&str], problems: &[&str]) {
        let files = Files::default()
            .file("etc/os-release", OS)
            .file("var/lib/dpkg/status", status);
        let found = inventory(&files);
        assert_eq!(lines(&found), expected, "{status}");
        let codes: Vec<_> = found.problems.iter().map(|problem| problem.kind.code()).collect();
        assert_eq!(codes, problems, "{:?}", found.problems);
    }

    #[test]
    fn states_from_unpacked_on_count_and_removed_packages_do_not() {
        let stanza = |name: &str, status: &str| {
            format!("Package: {name}\nStatus: {status}\nArchitecture: amd64\nVersion: 1:2-3\n\n")
        };
        let status = [
            stanza("a", "install ok installed"),
            stanza("b", "hold ok installed"),
            stanza("c", "install ok half-configured"),
            stanza("d", "install ok triggers-awaited"),
            stanza("e", "deinstall ok config-files"),
            stanza("f", "install reinstreq half-installed"),
            stanza("g", "install ok unpacked"),
            stanza("h", "purge ok not-installed"),
        ]
        .concat();
        let line = |name: &str| format!("Debian:12 {name} 1:2-3 amd64 < {name} 1:2-3 []");
        let expected = ["a", "b", "c", "d", "g"].map(line);
        check(
            &status,
            &expected.each_ref().map(String::as_str),
            &["half_installed"],
        );
    }

    #[test]
    fn source_names_and_versions_follow_the_source_field_and_binary_rebuilds() {
        check(
            "Package: libc6\nStatus: install ok installed\nSource: glibc\nVersion: 2.36-9\nArchitecture: amd64\n\n\
             Package: liba\nStatus: install ok installed\nSource: srca (1.0-1)\nVersion: 1.0-1+b2\nArchitecture: amd64\n\n\
             Package: self\nStatus: install ok installed\nVersion: 3-1+b10\nArchitecture: all\n\n\
             Package: plus\nStatus: install ok installed\nVersion: 3-1+beta\nArchitecture: all\n\n",
            &[
                "Debian:12 liba 1.0-1+b2 amd64 < srca 1.0-1 []",
                "Debian:12 libc6 2.36-9 amd64 < glibc 2.36-9 []",
                "Debian:12 plus 3-1+beta all < plus 3-1+beta []",
                "Debian:12 self 3-1+b10 all < self 3-1 []",
            ],
            &[],
        );
    }

    #[test]
    fn multi_arch_siblings_are_two_packages_and_continuation_lines_are_no_fields() {
        check(
            "Package: x\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nDescription: d\n Version: 9\n\n\
             Package: x\nStatus: install ok installed\nArchitecture: i386\nVersion: 1\n\n",
            &["Debian:12 x 1 amd64 < x 1 []", "Debian:12 x 1 i386 < x 1 []"],
            &[],
        );
    }

    #[test]
    fn a_truncated_database_keeps_what_is_whole_and_says_what_is_not() {
        check(
            "Package: x\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\nPackage: y\nStatus: install ok installed\nVers",
            &["Debian:12 x 1 amd64 < x 1 []"],
            &["malformed_entries"],
        );
    }

    /// In the order in which dpkg writes fields, with what it leaves to the end of a stanza.
    const REAL_FORM: &str = "Package: adduser\nStatus: install ok installed\nPriority: important\nSection: admin\n\
        Installed-Size: 686\nMaintainer: M <m@example.org>\nArchitecture: all\nMulti-Arch: foreign\nVersion: 3.134\n\
        Depends: passwd\nConffiles:\n /etc/adduser.conf 0123456789abcdef0123456789abcdef\nDescription: add and remove users\n \
        more words\n .\n and more\n\n\
        Package: libgcc-s1\nStatus: install ok installed\nMaintainer: M <m@example.org>\nArchitecture: amd64\n\
        Source: gcc-12 (12.2.0-14)\nVersion: 12.2.0-14+deb12u1\nDescription: support\nHomepage: http://gcc.gnu.org/\n\n";

    #[test]
    fn a_cut_at_any_byte_leaves_whole_packages_and_is_told() {
        const LINES: [&str; 2] = [
            "Debian:12 adduser 3.134 all < adduser 3.134 []",
            "Debian:12 libgcc-s1 12.2.0-14+deb12u1 amd64 < gcc-12 12.2.0-14 []",
        ];
        let first = REAL_FORM.find("\n\n").expect("two stanzas") + 2;
        for end in 0..=REAL_FORM.len() {
            let whole = usize::from(end >= first) + usize::from(end == REAL_FORM.len());
            let problems: &[&str] = match end {
                0 => &["no_package_database"],
                // A file of one package fewer: it is whole, and nothing in it tells otherwise.
                end if end == first || end == REAL_FORM.len() => &[],
                _ => &["malformed_entries"],
            };
            check(&REAL_FORM[..end], &LINES[..whole], problems);
        }
    }

    #[test]
    fn a_package_of_its_own_file_is_whole_with_its_description() {
        let control = "Package: base-files\nVersion: 12.4\nArchitecture: amd64\nMaintainer: M <m@example.org>\nDescription: words\n";
        for end in 0..=control.len() {
            let files = Files::default()
                .file("etc/os-release", OS)
                .file("var/lib/dpkg/status.d/base", &control[..end]);
            let found = inventory(&files);
            let is_whole = end == control.len();
            assert_eq!(
                (found.is_whole(), lines(&found).len()),
                (is_whole, usize::from(is_whole)),
                "{end}"
            );
        }
    }

    #[test]
    fn an_empty_database_is_none() {
        check("", &[], &["no_package_database"]);
        // Of images that list their packages elsewhere.
        let files = Files::default()
            .file("etc/os-release", OS)
            .file("var/lib/dpkg/status", "\n")
            .file(
                "var/lib/dpkg/status.d/base",
                "Package: base-files\nVersion: 12.4\nArchitecture: amd64\nDescription: words\n",
            );
        let found = inventory(&files);
        assert_eq!((found.is_whole(), lines(&found).len()), (true, 1));
    }

    #[test]
    fn images_without_dpkg_list_one_file_for_each_package() {
        let files = Files::default()
            .file("etc/os-release", OS)
            .file(
                "var/lib/dpkg/status.d/base",
                "Package: base-files\nVersion: 12.4\nArchitecture: amd64\nDescription: words\n more of them\n",
            )
            .file("var/lib/dpkg/status.d/base.md5sums", "0 etc/x\n");
        let found = inventory(&files);
        assert_eq!(
            lines(&found),
            ["Debian:12 base-files 12.4 amd64 < base-files 12.4 []"]
        );
        assert!(found.problems.is_empty(), "{:?}", found.problems);
    }

    #[test]
    fn one_copyright_file_serves_all_packages_of_a_source() {
        let files = Files::default()
            .file("etc/os-release", OS)
            .file(
                "var/lib/dpkg/status",
                "Package: a\nStatus: install ok installed\nSource: s\nVersion: 1\nArchitecture: all\n\n\
                 Package: b\nStatus: install ok installed\nSource: s\nVersion: 1\nArchitecture: all\n\n",
            )
            .file("usr/share/doc/a/copyright", "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n");
        assert_eq!(
            lines(&inventory(&files)),
            ["Debian:12 a 1 all < s 1 [MIT]", "Debian:12 b 1 all < s 1 [MIT]"]
        );
    }
}
