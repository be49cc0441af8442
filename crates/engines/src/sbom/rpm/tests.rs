//! Hand-made databases for the edges, and databases of the real `rpm` where it is installed.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use qlrf_core::rootfs::Files;

use super::super::testing::{inventory, lines};
use super::*;

const OS: &str = "ID=almalinux\nVERSION_ID=9.3\n";

/// A header as rpm stores it, with string tags and perhaps an epoch.
fn header(strings: &[(u32, &str)], epoch: Option<u32>) -> Vec<u8> {
    let mut index = Vec::new();
    let mut data = Vec::new();
    if let Some(epoch) = epoch {
        index.extend([1003, 4, 0, 1_u32].iter().flat_map(|field| field.to_be_bytes()));
        data.extend(epoch.to_be_bytes());
    }
    for (tag, text) in strings {
        index.extend(
            [*tag, 6, data.len() as u32, 1]
                .iter()
                .flat_map(|field| field.to_be_bytes()),
        );
        data.extend(text.as_bytes());
        data.push(0);
    }
    let mut out = Vec::new();
    out.extend(((index.len() / 16) as u32).to_be_bytes());
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(index);
    out.extend(data);
    out
}

fn bash() -> Vec<u8> {
    let tags = [
        (1000, "bash"),
        (1001, "5.1.8"),
        (1002, "6.el9"),
        (1022, "x86_64"),
        (1044, "bash-5.1.8-6.el9.src.rpm"),
        (1014, "GPLv3+"),
    ];
    header(&tags, Some(2))
}

fn key() -> Vec<u8> {
    header(
        &[(1000, "gpg-pubkey"), (1001, "b86b3716"), (1002, "61e69f29")],
        None,
    )
}

fn sqlite_file(blobs: &[Vec<u8>]) -> Vec<u8> {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection
        .execute_batch("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)")
        .unwrap();
    for blob in blobs {
        connection
            .execute("INSERT INTO Packages(blob) VALUES (?)", [blob])
            .unwrap();
    }
    connection.serialize("main").unwrap().to_vec()
}

fn ndb_file(blobs: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0; 4096];
    out[..4].copy_from_slice(b"RpmP");
    out[12..16].copy_from_slice(&1_u32.to_le_bytes());
    for slot in out[32..].chunks_exact_mut(16) {
        slot[..4].copy_from_slice(b"Slot");
    }
    for (number, blob) in (1_u32..).zip(blobs) {
        let offset = (out.len() / 16) as u32;
        let blocks = (16 + blob.len() + 12).div_ceil(16) as u32;
        let at = 32 + 16 * (number as usize - 1);
        for (field, value) in [number, offset, blocks].into_iter().enumerate() {
            out[at + 4 + 4 * field..at + 8 + 4 * field].copy_from_slice(&value.to_le_bytes());
        }
        let mut stored = b"BlbS".to_vec();
        stored.extend(
            [number, 1, blob.len() as u32]
                .iter()
                .flat_map(|field| field.to_le_bytes()),
        );
        stored.extend(blob);
        stored.resize(blocks as usize * 16, 0);
        out.extend(stored);
    }
    out
}

const BASH: &str = "AlmaLinux:9 bash 2:5.1.8-6.el9 x86_64 < bash 2:5.1.8-6.el9 [GPL-3.0-or-later]";

fn check(path: &str, content: Vec<u8>, expected: &[&str], problems: &[&str]) {
    let found = inventory(&Files::default().file("etc/os-release", OS).file(path, content));
    assert_eq!(lines(&found), expected, "{path}");
    let codes: Vec<_> = found.problems.iter().map(|problem| problem.kind.code()).collect();
    assert_eq!(codes, problems, "{:?}", found.problems);
}

#[test]
fn both_forms_give_the_same_packages_and_leave_out_keys() {
    let blobs = [bash(), key()];
    check("var/lib/rpm/rpmdb.sqlite", sqlite_file(&blobs), &[BASH], &[]);
    check(
        "usr/lib/sysimage/rpm/rpmdb.sqlite",
        sqlite_file(&blobs),
        &[BASH],
        &[],
    );
    check("usr/lib/sysimage/rpm/Packages.db", ndb_file(&blobs), &[BASH], &[]);
}

#[test]
fn what_cannot_be_read_is_said() {
    check(
        "var/lib/rpm/Packages",
        b"anything".to_vec(),
        &[],
        &["unsupported_format"],
    );
    check(
        "var/lib/rpm/rpmdb.sqlite",
        b"SQLite format 3\0garbage".to_vec(),
        &[],
        &["malformed_entries"],
    );
    check(
        "var/lib/rpm/rpmdb.sqlite",
        sqlite_file(&[bash(), b"no header".to_vec()]),
        &[BASH],
        &["malformed_entries"],
    );
    check(
        "var/lib/rpm/Packages.db",
        ndb_file(&[bash()])[..5000 - 880].to_vec(),
        &[],
        &["malformed_entries"],
    );
    let files = Files::default()
        .file("etc/os-release", OS)
        .file("var/lib/rpm/rpmdb.sqlite", sqlite_file(&[bash()]))
        .file("var/lib/rpm/rpmdb.sqlite-wal", "frames");
    let found = inventory(&files);
    assert_eq!(lines(&found), [BASH]);
    assert_eq!(found.problems[0].kind.code(), "log_not_applied");
}

#[test]
fn a_view_in_the_place_of_the_table_is_refused_and_ends() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT x'00' UNION ALL SELECT x'00' FROM n) SELECT blob FROM n",
        )
        .unwrap();
    let content = connection.serialize("main").unwrap().to_vec();
    check("var/lib/rpm/rpmdb.sqlite", content, &[], &["malformed_entries"]);
}

#[test]
fn the_database_of_another_manager_does_not_take_the_distribution_s_name() {
    let files = Files::default()
        .file("etc/os-release", "ID=debian\nVERSION_ID=12\n")
        .file(
            "var/lib/dpkg/status",
            "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n",
        )
        .file("var/lib/rpm/rpmdb.sqlite", sqlite_file(&[bash()]));
    let expected = [
        "Debian:12 a 1 all < a 1 []".to_owned(),
        BASH.replace("AlmaLinux:9", "rpm"),
    ];
    assert_eq!(lines(&inventory(&files)), expected);
}

#[test]
fn real_databases_of_rpm_read_as_rpm_lists_them() {
    if Command::new("rpmbuild").arg("--version").output().is_err() {
        eprintln!("skipped: real_databases_of_rpm_read_as_rpm_lists_them (no rpmbuild)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let packages = build(folder.path());
    for (backend, file) in [("sqlite", "rpmdb.sqlite"), ("ndb", "Packages.db")] {
        let database = folder.path().join(backend);
        if !has_backend(backend) {
            eprintln!(
                "skipped: real_databases_of_rpm_read_as_rpm_lists_them, {backend} (this rpm is built without it)"
            );
            continue;
        }
        let define = format!("_db_backend {backend}");
        let rpm = |args: &[&str]| {
            let mut command = Command::new("rpm");
            command
                .arg("--dbpath")
                .arg(&database)
                .args(["--define", &define])
                .args(args);
            run(command)
        };
        rpm(&["--initdb"]);
        let paths: Vec<&str> = packages.iter().map(String::as_str).collect();
        rpm(&[
            &["-i", "--justdb", "--nodeps", "--ignorearch", "--ignoreos"],
            paths.as_slice(),
        ]
        .concat());
        let format = "%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %{ARCH}\n";
        let listed = rpm(&["-qa", "--qf", format]);
        let mut listed: Vec<&str> = listed.lines().collect();
        listed.sort_unstable();

        let content = std::fs::read(database.join(file)).unwrap();
        let files = Files::default()
            .file("etc/os-release", OS)
            .file(&format!("var/lib/rpm/{file}"), content);
        let found = inventory(&files);
        assert!(found.problems.is_empty(), "{backend}: {:?}", found.problems);
        let ours: Vec<String> = found
            .packages
            .packages()
            .iter()
            .map(|p| format!("{} {} {}", p.name, p.version, p.arch))
            .collect();
        assert_eq!(ours, listed, "{backend}");
        assert_eq!(ours.len(), 3, "{backend}");
        let devel = &found.packages.packages()[1];
        assert_eq!(
            (&*devel.source_name, &*devel.source_version),
            ("probe", "7:1.2~rc1-3"),
            "{backend}"
        );
        assert_eq!(
            devel.licenses.iter().map(|l| &**l).collect::<Vec<_>>(),
            ["GPL-2.0-or-later", "MIT"]
        );
    }
}

fn has_backend(backend: &str) -> bool {
    let define = format!("_db_backend {backend}");
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("rpm");
    command
        .arg("--dbpath")
        .arg(folder.path())
        .args(["--define", &define, "--initdb"]);
    !String::from_utf8_lossy(&command.output().unwrap().stderr).contains("invalid %_db_backend")
}

/// Builds three small packages and returns their files.
fn build(folder: &Path) -> Vec<String> {
    let spec = "Name: probe\nEpoch: 7\nVersion: 1.2~rc1\nRelease: 3\nSummary: s\nLicense: GPLv2+ and MIT\nBuildArch: noarch\n\
                %description\nd\n%package devel\nSummary: s\n%description devel\nd\n\
                %package extra\nSummary: s\n%description extra\nd\n%files\n%files devel\n%files extra\n";
    let path = folder.join("probe.spec");
    std::fs::write(&path, spec).unwrap();
    let mut command = Command::new("rpmbuild");
    command
        .args(["-bb", "--define"])
        .arg(format!("_topdir {}", folder.display()))
        .arg(&path);
    run(command);
    let built = folder.join("RPMS/noarch");
    let mut files: Vec<String> = std::fs::read_dir(built)
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect();
    files.sort();
    files
}

fn run(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn mutated_databases_are_no_panic(
        form in any::<bool>(), cut in 0_usize..9000, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let blobs = [bash(), key(), bash()];
        let (path, mut content) = match form {
            true => ("var/lib/rpm/rpmdb.sqlite", sqlite_file(&blobs)),
            false => ("var/lib/rpm/Packages.db", ndb_file(&blobs)),
        };
        if cut < content.len() && cut % 2 == 0 {
            content.truncate(cut);
        }
        for (at, byte) in flips {
            if !content.is_empty() {
                let at = at.index(content.len());
                content[at] = byte;
            }
        }
        let found = inventory(&Files::default().file("etc/os-release", OS).file(path, content));
        prop_assert!(found.packages.packages().len() <= 3);
        prop_assert!(found.problems.len() <= 4);
    }

    #[test]
    fn arbitrary_and_mutated_headers_are_no_panic(
        junk in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let _ = Header::parse(&junk);
        let mut mutated = bash();
        let at = at.index(mutated.len());
        mutated[at] = byte;
        let _ = Header::parse(&mutated);
    }
}
