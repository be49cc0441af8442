//! The rpm database, in its two current forms: SQLite (Fedora, RHEL 9 and their kin) and ndb (SUSE). Both hold one
//! header blob for each package. Formats: <https://github.com/rpm-software-management/rpm/tree/master/lib/backend>.

mod header;
mod ndb;
mod sqlite;

use std::sync::Arc;

use qlrf_core::package::{Ecosystem, Package};

use super::problem::{Tally, clip};
use super::{Manager, ProblemKind, Reader, is_word, license};
use header::Header;

/// The current place and the one before it; some distributions link one to the other.
const FOLDERS: [&str; 2] = ["usr/lib/sysimage/rpm", "var/lib/rpm"];
/// RHEL 9 with 1 900 packages has about 60 MB.
const DATABASE_BYTES_MAX: u64 = 256 << 20;
/// A write-ahead log is only looked at for whether it is empty.
const LOG_BYTES_MAX: u64 = 0;
/// Keys that were imported to check signatures are kept as packages; they are not software.
const KEY_PACKAGE: &str = "gpg-pubkey";

/// How many databases there were.
pub(super) fn read(reader: &mut Reader) -> usize {
    let mut found: Vec<Vec<Package>> = Vec::new();
    let mut databases = 0;
    for folder in FOLDERS {
        for (file, read) in [("rpmdb.sqlite", sqlite as ReadBlobs), ("Packages.db", ndb)] {
            let path = format!("{folder}/{file}");
            let Some(bytes) = reader.file(&path, DATABASE_BYTES_MAX) else {
                continue;
            };
            databases += 1;
            let packages = database(reader, &path, bytes, read);
            // The second folder is often the first by a link.
            if !found.contains(&packages) {
                found.push(packages);
            }
        }
        databases += usize::from(is_berkeley(reader, folder));
    }
    reader.packages.extend(found.into_iter().flatten());
    databases
}

type ReadBlobs = fn(Vec<u8>, &mut dyn FnMut(&[u8])) -> Result<(), String>;

fn sqlite(bytes: Vec<u8>, each: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    sqlite::blobs(bytes, each)
}

fn ndb(bytes: Vec<u8>, each: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    ndb::blobs(&bytes, each)
}

fn database(reader: &mut Reader, path: &str, bytes: Vec<u8>, read: ReadBlobs) -> Vec<Package> {
    let ecosystem = reader.ecosystem(Manager::Rpm);
    let mut packages = Vec::new();
    let mut bad = Tally::default();
    let outcome = read(bytes, &mut |blob| match Header::parse(blob) {
        Ok(header) if header.name == KEY_PACKAGE => {}
        Ok(header) => match package(&header, &ecosystem) {
            Some(package) => packages.push(package),
            None => bad.add(|| header.name.to_owned()),
        },
        Err(reason) => bad.add(|| reason.to_owned()),
    });
    bad.report(
        ProblemKind::Malformed,
        path,
        "package headers are not readable",
        &mut reader.problems,
    );
    if let Err(reason) = outcome {
        reader.problem(ProblemKind::Malformed, path, reason);
    }
    log_waits(reader, path);
    packages.sort_unstable();
    packages
}

/// Transactions that SQLite has not yet moved from its log into the database are not seen by a reader of the file.
fn log_waits(reader: &mut Reader, path: &str) {
    let log = format!("{path}-wal");
    match reader.root.read(&log, LOG_BYTES_MAX) {
        Ok(_) => {}
        Err(qlrf_core::rootfs::RootFsError::TooLarge { .. }) => reader.problem(
            ProblemKind::LogNotApplied,
            &log,
            "transactions wait in the write-ahead log and are not part of this inventory; `rpm -qa` on the host applies them",
        ),
        Err(error) => reader.problem(ProblemKind::Unreadable, &log, error.to_string()),
    }
}

/// `Packages` without a suffix is Berkeley DB, or a link to another form.
fn is_berkeley(reader: &mut Reader, folder: &str) -> bool {
    let names = reader.list(folder);
    let has = |name: &str| names.iter().any(|found| found == name);
    if !has("Packages") || has("rpmdb.sqlite") || has("Packages.db") {
        return false;
    }
    reader.problem(
        ProblemKind::Unsupported,
        &format!("{folder}/Packages"),
        "the rpm database is in Berkeley DB form, which is not supported; `rpm --rebuilddb` of rpm 4.16 or later converts it",
    );
    true
}

/// Advisories of the RHEL family name binary packages, those of SUSE too; the source comes from the name of the source
/// package, whose epoch is the binary's unless the packager set another.
fn package(header: &Header, ecosystem: &Ecosystem) -> Option<Package> {
    let parts = [header.name, header.version, header.release];
    if !parts.iter().all(|part| is_word(part)) {
        return None;
    }
    let with_epoch = |version: &str, release: &str| match header.epoch {
        Some(epoch) => format!("{epoch}:{version}-{release}"),
        None => format!("{version}-{release}"),
    };
    let name: Arc<str> = header.name.into();
    let version: Arc<str> = with_epoch(header.version, header.release).into();
    let (source_name, source_version) = match source(header.source_package) {
        Some((source, version, release)) => (source.into(), with_epoch(version, release).into()),
        None => (name.clone(), version.clone()),
    };
    Some(Package {
        ecosystem: ecosystem.clone(),
        arch: if is_word(header.arch) {
            header.arch.into()
        } else {
            "".into()
        },
        licenses: license::set(Some(header.license)),
        name,
        version,
        source_name,
        source_version,
    })
}

/// `bash-5.1.8-6.el9.src.rpm` → `bash`, `5.1.8`, `6.el9`.
fn source(file: &str) -> Option<(&str, &str, &str)> {
    let stem = file.strip_suffix(".rpm")?;
    let stem = stem
        .strip_suffix(".src")
        .or_else(|| stem.strip_suffix(".nosrc"))?;
    let (rest, release) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    (is_word(name) && is_word(version) && is_word(release)).then_some((name, version, release))
}

/// For the messages of the two forms.
fn describe(what: &str, detail: &str) -> String {
    format!("{what}: {}", clip(detail))
}

#[cfg(test)]
mod tests;
