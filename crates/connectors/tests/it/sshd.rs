//! A real sshd on the loopback, confined to a root file system of the test, as the guide for operators sets it up. Confining
//! needs root; without root, or without sshd, its tests skip and say so.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs::{self, Permissions};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SSHD: &str = "/usr/sbin/sshd";
/// An account without a home, a password or a shell that lets anybody in.
pub const USER: &str = "nobody";
const READY_MAX: Duration = Duration::from_secs(20);

pub struct Site {
    /// Root owns every folder on the way, or sshd confines nobody to it.
    home: tempfile::TempDir,
    sshd: Child,
    pub port: u16,
}

/// Keys of one test: who logs in, and who signs.
pub struct Keys(tempfile::TempDir);

#[allow(clippy::print_stderr, reason = "a test that is skipped says so by name")]
pub fn is_there(test: &str) -> bool {
    let reason = match (Path::new(SSHD).is_file(), nix::unistd::geteuid().is_root()) {
        (false, _) => "no sshd",
        (_, false) => "sshd confines accounts for root only",
        _ => return true,
    };
    eprintln!("skipped: {test} ({reason})");
    false
}

fn folder() -> tempfile::TempDir {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    home
}

fn keygen(arguments: &[&str], file: &Path) {
    let done = Command::new("ssh-keygen")
        .arg("-q")
        .args(arguments)
        .arg(file)
        .status();
    assert!(done.unwrap().success(), "ssh-keygen {arguments:?}");
}

impl Keys {
    pub fn new() -> Keys {
        let keys = Keys(folder());
        for name in ["user", "other", "authority"] {
            keygen(&["-t", "ed25519", "-N", "", "-C", "", "-f"], &keys.path(name));
        }
        keygen(
            &["-t", "rsa", "-b", "2048", "-N", "", "-C", "", "-f"],
            &keys.path("rsa"),
        );
        keygen(
            &["-t", "ed25519", "-N", "open sesame", "-C", "", "-f"],
            &keys.path("locked"),
        );
        let all: String = ["user", "rsa", "locked"]
            .iter()
            .map(|name| keys.public(name))
            .collect();
        let signed = format!("cert-authority,principals=\"qlrf\" {}", keys.public("authority"));
        fs::write(keys.path("authorized"), format!("{all}{signed}")).unwrap();
        keys
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn secret(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn public(&self, name: &str) -> String {
        fs::read_to_string(self.path(name).with_extension("pub")).unwrap()
    }

    /// A certificate of the user's key, for the principal "qlrf".
    pub fn certificate(&self) -> String {
        let authority = self.path("authority");
        let sign = [
            "-s",
            authority.to_str().unwrap(),
            "-I",
            "test",
            "-n",
            "qlrf",
            "-V",
            "+1h",
        ];
        keygen(&sign, &self.path("other.pub"));
        fs::read_to_string(self.path("other-cert.pub")).unwrap()
    }
}

impl Site {
    /// The account sees `files` as `/`, and nothing but SFTP.
    pub fn start(keys: &Keys, files: &[(&str, &[u8])]) -> Site {
        let home = folder();
        fs::create_dir(home.path().join("root")).unwrap();
        let root = home.path().join("root").display().to_string();
        let site = Site::with(
            keys,
            home,
            &format!("ChrootDirectory {root}\nForceCommand internal-sftp -R\n"),
        );
        for (path, content) in files {
            site.write(path, content);
        }
        site
    }

    /// Lets through to other hosts, and gives no files.
    pub fn jump(keys: &Keys) -> Site {
        Site::with(
            keys,
            folder(),
            "ForceCommand /bin/false\nAllowTcpForwarding local\n",
        )
    }

    fn with(keys: &Keys, home: tempfile::TempDir, more: &str) -> Site {
        let key = home.path().join("host");
        keygen(&["-t", "ed25519", "-N", "", "-C", "", "-f"], &key);
        let authority = keys.path("authority");
        let sign = [
            "-s",
            authority.to_str().unwrap(),
            "-h",
            "-I",
            "host",
            "-n",
            "127.0.0.1",
            "-V",
            "+1h",
        ];
        keygen(&sign, &home.path().join("host.pub"));
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {key}\nHostCertificate {key}-cert.pub\n\
             AuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nSubsystem sftp internal-sftp -R\nMaxStartups 200\nX11Forwarding no\n{more}",
            key = key.display(),
            authorized = keys.path("authorized").display(),
        );
        fs::write(home.path().join("config"), config).unwrap();
        // sshd's own folder for what it does without rights.
        fs::create_dir_all("/run/sshd").unwrap();
        let sshd = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(home.path().join("config"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(home.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut site = Site { home, sshd, port };
        let deadline = Instant::now() + READY_MAX;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(site.sshd.try_wait().unwrap().is_none(), "{}", site.log());
            assert!(Instant::now() < deadline, "sshd does not answer: {}", site.log());
            std::thread::yield_now();
        }
        site
    }

    pub fn write(&self, path: &str, content: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.home.path().join("root").join(path)
    }

    /// As a person adds it to known_hosts.
    pub fn known(&self) -> String {
        format!("[127.0.0.1]:{} {}", self.port, self.public())
    }

    pub fn public(&self) -> String {
        fs::read_to_string(self.home.path().join("host.pub"))
            .unwrap()
            .trim()
            .to_owned()
    }

    pub fn fingerprint(&self) -> String {
        let key = self.home.path().join("host.pub");
        let said = Command::new("ssh-keygen").arg("-lf").arg(key).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        said.split(' ').nth(1).unwrap().to_owned()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    pub fn stop(&mut self) {
        let _ = self.sshd.kill();
        let _ = self.sshd.wait();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop();
    }
}

pub const DEBIAN: &[(&str, &[u8])] = &[
    (
        "etc/os-release",
        b"ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
    ),
    (
        "var/lib/dpkg/status",
        b"Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2+b7\n\n",
    ),
    (
        "etc/ssh/sshd_config",
        b"PermitRootLogin no\nInclude /etc/ssh/sshd_config.d/*.conf\n",
    ),
    ("etc/ssh/sshd_config.d/10.conf", b"X11Forwarding no\n"),
];

/// A Debian of this name, with an identity of its own.
pub fn debian(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = DEBIAN
        .iter()
        .map(|(path, content)| ((*path).to_owned(), content.to_vec()))
        .collect();
    let id: String = name.bytes().map(|b| format!("{b:02x}")).collect();
    files.push(("etc/hostname".to_owned(), format!("{name}\n").into_bytes()));
    files.push(("etc/machine-id".to_owned(), format!("{id:0<32}\n").into_bytes()));
    files
}

pub fn start(keys: &Keys, name: &str) -> Site {
    let files = debian(name);
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, content)| (path.as_str(), content.as_slice()))
        .collect();
    Site::start(keys, &files)
}
