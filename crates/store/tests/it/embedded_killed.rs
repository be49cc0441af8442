//! What a qlrf that is killed leaves behind, and what the next one makes of it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use qlrf_store::embedded::Origin;
use qlrf_testkit::{poll, private_server};
use sqlx::ConnectOptions;

use crate::embedded::{DEADLINE, count, data_dir, example, is_alive, is_root, kill_hard};

struct Served {
    process: Child,
    origin: String,
    postmaster: u32,
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(example());
    command.arg(dir).stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

fn serve(mut command: Command) -> Served {
    let mut process = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let (origin, pid) = line.trim().split_once(' ').expect("the server came up");
    Served {
        process,
        origin: origin.into(),
        postmaster: pid.parse().unwrap(),
    }
}

impl Served {
    fn kill(mut self) -> u32 {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.postmaster
    }
}

async fn write_row(dir: &Path) {
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass()
        .socket(dir.join("run"))
        .port(5432);
    let mut connection = options.username("qlrf").database("qlrf").connect().await.unwrap();
    sqlx::raw_sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
        .execute(&mut connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_killed_qlrf_leaves_a_server_that_the_next_one_adopts() {
    let dir = data_dir();
    let served = serve(command(dir.path()));
    assert_eq!(served.origin, "Created");
    write_row(dir.path()).await;
    let postmaster = served.kill();
    assert!(is_alive(postmaster));
    let server = private_server(dir.path()).await.unwrap();
    assert_eq!((server.origin(), server.pid()), (Origin::Adopted, postmaster));
    assert_eq!(count(&server).await, 1);
    server.stop().await.unwrap();
    assert!(!is_alive(postmaster));
}

#[tokio::test]
async fn what_was_committed_survives_when_the_server_is_killed_too() {
    let dir = data_dir();
    let served = serve(command(dir.path()));
    write_row(dir.path()).await;
    let postmaster = served.kill();
    kill_hard(postmaster);
    poll(DEADLINE, || async { (!is_alive(postmaster)).then_some(()) }).await;
    let begun = Instant::now();
    let server = private_server(dir.path()).await.unwrap();
    eprintln!("measured: start with recovery {:?}", begun.elapsed());
    assert_eq!(server.origin(), Origin::Started);
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn a_qlrf_that_ends_in_order_takes_its_server_along() {
    let dir = data_dir();
    let mut served = serve(command(dir.path()));
    drop(served.process.stdin.take());
    assert!(served.process.wait().unwrap().success());
    assert!(!is_alive(served.postmaster));
}

#[tokio::test]
async fn a_second_process_on_the_folder_is_refused_and_harms_nothing() {
    let dir = data_dir();
    let served = serve(command(dir.path()));
    let error = private_server(dir.path()).await.unwrap_err();
    assert_eq!(
        error
            .downcast_ref::<qlrf_store::embedded::Error>()
            .unwrap()
            .code(),
        "data_folder_in_use"
    );
    let second = command(dir.path()).stderr(Stdio::piped()).output().unwrap();
    assert!(!second.status.success());
    assert!(
        String::from_utf8_lossy(&second.stderr).starts_with("data_folder_in_use: another qlrf process uses")
    );
    write_row(dir.path()).await;
    let mut served = served;
    drop(served.process.stdin.take());
    assert!(served.process.wait().unwrap().success());
}

#[tokio::test]
async fn a_kill_while_the_cluster_is_made_leaves_nothing_half_made() {
    let dir = data_dir();
    let mut process = command(dir.path()).process_group(0).spawn().unwrap();
    let unfinished = || {
        let entries = std::fs::read_dir(dir.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .find(|path| path.to_string_lossy().contains("postgres.new-"))
    };
    let half_made = poll(DEADLINE, || async {
        unfinished().filter(|path| path.join("base").exists())
    })
    .await;
    // The whole group: initdb dies in the middle as well.
    let group = nix::unistd::Pid::from_raw(i32::try_from(process.id()).unwrap());
    nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL).unwrap();
    process.wait().unwrap();
    assert!(half_made.exists());
    assert!(!dir.path().join("postgres").exists());

    let server = private_server(dir.path()).await.unwrap();
    assert_eq!(server.origin(), Origin::Created);
    server.stop().await.unwrap();
    assert!(private_server(dir.path()).await.is_ok());
    poll(DEADLINE, || async { unfinished().is_none().then_some(()) }).await;
}

#[tokio::test]
async fn an_ordinary_user_serves_a_folder_as_itself() {
    if !is_root() {
        eprintln!("skipped: the other tests run as an ordinary user already");
        return;
    }
    let nobody = nix::unistd::User::from_name("nobody")
        .unwrap()
        .expect("every system has nobody");
    let dir = data_dir();
    std::os::unix::fs::chown(dir.path(), Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).unwrap();
    let as_nobody = |mut command: Command| {
        command
            .uid(nobody.uid.as_raw())
            .gid(nobody.gid.as_raw())
            .current_dir("/");
        command
    };
    if as_nobody(Command::new(example()))
        .stderr(Stdio::null())
        .output()
        .is_err()
    {
        eprintln!("skipped: `nobody` may not enter the build folder");
        return;
    }
    let served = serve(as_nobody(command(dir.path())));
    assert_eq!(served.origin, "Created");
    served.kill();
    // Root goes on with the folder as its owner.
    let server = private_server(dir.path()).await.unwrap();
    assert_eq!(server.origin(), Origin::Adopted);
    server.stop().await.unwrap();
    let mut served = serve(as_nobody(command(dir.path())));
    assert_eq!(served.origin, "Started");
    drop(served.process.stdin.take());
    assert!(served.process.wait().unwrap().success());
}
