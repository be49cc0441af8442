//! The data folder: its version, and making a new one so that it exists whole or not at all.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::binaries::Binaries;
use super::error::{At, Error, Result};
use super::log;

/// The name of the bootstrap superuser. qlrf itself connects as [`OWNER`], which is none.
pub(super) const SUPERUSER: &str = "postgres";
pub(super) const OWNER: &str = "qlrf";
pub(super) const DATABASE: &str = "qlrf";

/// What an operator may tune afterwards; what must not change is on the command line of the server.
const SETTINGS: &str = "
# Written by qlrf when it made this folder. Yours to tune: qlrf does not write this file again.
max_connections = 64
shared_buffers = 128MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %a '
";

/// The major version that `PG_VERSION` states; `None` when there is no cluster yet.
pub(super) fn major(cluster: &Path) -> Result<Option<u32>> {
    let file = cluster.join("PG_VERSION");
    match fs::read_to_string(&file) {
        Ok(text) => match text.trim().parse() {
            Ok(major) => Ok(Some(major)),
            Err(_) => Err(Error::NotACluster(cluster.to_owned())),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match fs::read_dir(cluster) {
            Ok(mut entries) => match entries.next() {
                Some(_) => Err(Error::NotACluster(cluster.to_owned())),
                None => Ok(None),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).at("read", cluster),
        },
        Err(error) => Err(error).at("read", &file),
    }
}

/// Makes the cluster in a sibling folder and renames it: a crash in between leaves a sibling, never half a cluster.
pub(super) async fn init(binaries: &Binaries, account: &Account, cluster: &Path) -> Result<()> {
    let parent = cluster
        .parent()
        .expect("the cluster is a folder inside the data folder");
    remove_unfinished(cluster);
    let new = unfinished(cluster, std::process::id());
    fs::DirBuilder::new()
        .mode(0o700)
        .create(&new)
        .at("create", &new)?;
    account.own(&new)?;
    let made = make(binaries, account, &new).await;
    if let Err(error) = made {
        // Ours, and never used: nothing is lost.
        let _ = fs::remove_dir_all(&new);
        return Err(error);
    }
    // `rename` replaces an empty folder, which is all that `major` lets through.
    fs::rename(&new, cluster).at("rename into place", cluster)?;
    fs::File::open(parent)
        .and_then(|dir| dir.sync_all())
        .at("sync", parent)
}

async fn make(binaries: &Binaries, account: &Account, new: &Path) -> Result<()> {
    run_initdb(binaries, account, new).await?;
    let compression = wal_compression(binaries, account, new).await?;
    configure(new, account, compression)
}

/// After each checkpoint the first change of a page logs the whole page. Without compression that is most of the log;
/// with PostgreSQL's own method it is most of the CPU time of a collection; LZ4 costs next to nothing, where it was
/// built in.
async fn wal_compression(binaries: &Binaries, account: &Account, new: &Path) -> Result<&'static str> {
    let mut command = account.command(&binaries.dir.join("postgres"));
    command.args(["-C", "wal_compression", "-c", "wal_compression=lz4"]);
    command.arg("-D").arg(new).current_dir(new);
    let output = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .output()
        .await
        .at("ask postgres for its settings in", new)?;
    Ok(if output.status.success() { "lz4" } else { "off" })
}

async fn run_initdb(binaries: &Binaries, account: &Account, new: &Path) -> Result<()> {
    let mut command = account.command(&binaries.dir.join("initdb"));
    // Byte order sorts the same on every machine, and survives an upgrade of the system's C library.
    command.args([
        "--encoding=UTF8",
        "--locale=C",
        "--auth=reject",
        "--data-checksums",
        "--username",
        SUPERUSER,
    ]);
    command.arg("-D").arg(new).current_dir(new);
    let output = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .output()
        .await
        .at("run initdb in", new)?;
    if output.status.success() {
        return Ok(());
    }
    let text = log::tail(&[output.stdout, output.stderr].concat());
    Err(if log::is_disk_full(&text) {
        Error::DiskFull(text)
    } else {
        Error::InitFailed(text)
    })
}

fn configure(new: &Path, account: &Account, wal_compression: &str) -> Result<()> {
    let path = new.join("postgresql.conf");
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .at("open", &path)?;
    let settings = format!("{SETTINGS}wal_compression = {wal_compression}\n");
    file.write_all(settings.as_bytes())
        .and_then(|()| file.sync_all())
        .at("write", &path)?;
    write_access_rules(new, account)
}

/// Who may connect: through the socket only, and only root and the account of the server, as the kernel names them.
pub(super) fn write_access_rules(cluster: &Path, account: &Account) -> Result<()> {
    let mut map = String::new();
    for user in ["root", account.name.as_str()] {
        for role in [SUPERUSER, OWNER] {
            map.push_str(&format!("qlrf \"{user}\" \"{role}\"\n"));
        }
    }
    replace(&cluster.join("qlrf_ident.conf"), &map, account)?;
    replace(
        &cluster.join("qlrf_hba.conf"),
        "local all all peer map=qlrf\n",
        account,
    )
}

/// Writes beside and renames, so that a full disk leaves the old content.
fn replace(path: &Path, content: &str, account: &Account) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let new = path.with_extension("new");
    let mut file = fs::File::create(&new).at("write", &new)?;
    file.write_all(content.as_bytes())
        .and_then(|()| file.sync_all())
        .at("write", &new)?;
    fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).at("restrict", &new)?;
    account.own(&new)?;
    fs::rename(&new, path).at("rename into place", path)
}

fn unfinished(cluster: &Path, pid: u32) -> PathBuf {
    cluster.with_extension(format!("new-{pid}"))
}

/// Removes what killed runs left half-made. These folders never were a cluster: only the rename makes one.
fn remove_unfinished(cluster: &Path) {
    let (Some(parent), Some(name)) = (cluster.parent(), cluster.file_name()) else {
        return;
    };
    let prefix = format!("{}.new-", name.to_string_lossy());
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
