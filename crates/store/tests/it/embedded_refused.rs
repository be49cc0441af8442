//! What the private server refuses, in which words, and that it leaves the folder alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use qlrf_store::embedded::{Config, Durability, Error, Search, Server};
use qlrf_testkit::search;

use crate::embedded::{data_dir, is_root};

async fn refusal(config: Config) -> Error {
    Server::start(config).await.expect_err("the start is refused")
}

fn fake_cluster(dir: &Path, version: &str) {
    let cluster = dir.join("postgres");
    fs::create_dir(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), format!("{version}\n")).unwrap();
    fs::write(cluster.join("precious"), "data").unwrap();
}

#[tokio::test]
async fn data_of_another_major_version_is_refused_and_untouched() {
    for version in ["99", "9"] {
        let dir = data_dir();
        fake_cluster(dir.path(), version);
        let error = refusal(Config::new(dir.path(), search())).await;
        assert_eq!(error.code(), "postgres_version_mismatch");
        let text = error.to_string();
        assert!(text.contains(&format!("PostgreSQL {version}, but")), "{text}");
        assert!(
            text.contains("binaries found are of 1"),
            "the versions found are named: {text}"
        );
        assert!(error.hint().unwrap().contains("pg_upgrade"));
        let mut left: Vec<_> = fs::read_dir(dir.path().join("postgres"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["PG_VERSION", "precious"]);
    }
}

#[tokio::test]
async fn a_folder_with_something_else_in_it_is_refused() {
    for (name, content) in [
        ("notes.txt", "mine"),
        ("PG_VERSION", "fifteen"),
        ("PG_VERSION", ""),
    ] {
        let dir = data_dir();
        fs::create_dir(dir.path().join("postgres")).unwrap();
        fs::write(dir.path().join("postgres").join(name), content).unwrap();
        let error = refusal(Config::new(dir.path(), search())).await;
        assert_eq!(error.code(), "data_folder_not_a_cluster", "{error}");
        assert_eq!(
            fs::read_to_string(dir.path().join("postgres").join(name)).unwrap(),
            content
        );
    }
}

#[tokio::test]
async fn a_socket_folder_that_was_asked_for_must_be_short_enough() {
    let dir = data_dir();
    let mut config = Config::new(dir.path(), search());
    config.run_dir = Some(dir.path().join("r".repeat(100)));
    config.durability = Durability::Scratch;
    let error = refusal(config).await;
    assert_eq!(error.code(), "socket_path_too_long", "{error}");
}

#[tokio::test]
async fn a_socket_folder_of_somebody_else_is_not_used() {
    let dir = data_dir();
    let target = dir.path().join("elsewhere");
    fs::create_dir(&target).unwrap();
    std::os::unix::fs::symlink(&target, dir.path().join("run")).unwrap();
    let mut config = Config::new(dir.path(), search());
    config.durability = Durability::Scratch;
    let error = refusal(config).await;
    assert_eq!(error.code(), "socket_folder_unsafe", "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let dir = data_dir();
    // No right stops root, but the kernel's own file systems do.
    let read_only = if is_root() {
        Path::new("/sys/kernel").join("qlrf")
    } else {
        dir.path().join("ro/qlrf")
    };
    if !is_root() {
        fs::create_dir(dir.path().join("ro")).unwrap();
        fs::set_permissions(dir.path().join("ro"), fs::Permissions::from_mode(0o500)).unwrap();
    }
    let error = refusal(Config::new(&read_only, search())).await;
    assert_eq!(error.code(), "data_folder_unusable", "{error}");
    assert!(
        error.to_string().contains(&*read_only.to_string_lossy()),
        "{error}"
    );
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refusal(Config::new(file.join("qlrf"), search())).await;
    assert_eq!(error.code(), "data_folder_unusable", "{error}");
}

#[tokio::test]
async fn a_folder_that_the_server_may_not_enter_is_named() {
    if !is_root() {
        eprintln!("skipped: only root starts the server as another account");
        return;
    }
    let dir = data_dir();
    let closed = dir.path().canonicalize().unwrap().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let error = refusal(Config::new(closed.join("data"), search())).await;
    assert!(
        matches!(&error, Error::Unreachable { folder, .. } if *folder == closed),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("/var/lib/qlrf"));
}

#[tokio::test]
async fn programs_that_are_no_server_are_refused_with_the_reason() {
    let dir = data_dir();
    let bin = dir.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let only = |bin: &Path| Config::new(dir.path().join("data"), Search::Only(bin.to_owned()));
    let error = refusal(only(&bin)).await;
    assert_eq!(error.code(), "postgres_not_found", "{error}");
    let script = |name: &str, text: &str| {
        fs::write(bin.join(name), text).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    };
    script(
        "postgres",
        "#!/bin/sh\necho 'Error: Invalid data directory' >&2; exit 2\n",
    );
    let text = refusal(only(&bin)).await.to_string();
    assert!(
        text.contains("gave no version: Error: Invalid data directory"),
        "{text}"
    );
    script("postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 16.1'\n");
    let text = refusal(only(&bin)).await.to_string();
    assert!(text.contains("initdb"), "{text}");
    script("postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 11.22'\n");
    script("initdb", "#!/bin/sh\necho 'initdb (PostgreSQL) 11.22'\n");
    let text = refusal(only(&bin)).await.to_string();
    assert!(text.contains("11.22 in") && text.contains("too old"), "{text}");
    assert!(!dir.path().join("data/postgres").exists());
}

#[tokio::test]
async fn a_server_that_does_not_come_up_shows_its_last_words() {
    let dir = data_dir();
    let mut config = Config::new(dir.path(), search());
    config.durability = Durability::Scratch;
    Server::start(config.clone()).await.unwrap().stop().await.unwrap();
    let conf = dir.path().join("postgres/postgresql.conf");
    let text = fs::read_to_string(&conf).unwrap();
    fs::write(&conf, format!("{text}\nnonsense_setting = 1\n")).unwrap();
    let error = refusal(config.clone()).await;
    assert_eq!(error.code(), "postgres_start_failed");
    assert!(error.to_string().contains("nonsense_setting"), "{error}");
    fs::write(&conf, text).unwrap();
    Server::start(config).await.unwrap().stop().await.unwrap();
}
