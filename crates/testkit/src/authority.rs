//! Who signs certificates for counterparts on this machine, by openssl(1).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use qlrf_core::time::{Duration, Timestamp, now};

/// What openssl wants to know of an authority. It keeps a list of what it signed.
const CONFIG: &str = "[ca]\ndefault_ca = own\n[own]\ndatabase = index\nserial = serial\nnew_certs_dir = .\n\
    default_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n";
const CURVE: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

pub struct Authority {
    folder: tempfile::TempDir,
    /// Its own certificate.
    pub pem: String,
}

/// Files in PEM.
pub struct Issued {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Authority {
    #[allow(clippy::new_without_default, reason = "it makes a key, which is no default")]
    pub fn new() -> Authority {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            ("config", CONFIG),
            ("index", ""),
            ("index.attr", "unique_subject = no\n"),
            ("serial", "01\n"),
            ("names", "subjectAltName = IP:127.0.0.1\n"),
        ] {
            std::fs::write(folder.path().join(name), text).expect("the folder is writable");
        }
        let own = [
            "-nodes",
            "-subj",
            "/CN=test authority",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
        ];
        openssl(
            folder.path(),
            &[&["req", "-x509", "-days", "30"], &CURVE[..], &own].concat(),
        );
        let pem = std::fs::read_to_string(folder.path().join("ca.pem")).expect("it was written");
        Authority { folder, pem }
    }

    /// For `127.0.0.1`, for a week that begins that long after now.
    pub fn issue(&self, begins_in: Duration) -> Issued {
        let begins = now() + begins_in;
        let (from, to) = (moment(begins), moment(begins + Duration::days(7)));
        let asked = [
            "-nodes",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            "key",
            "-out",
            "asked",
        ];
        openssl(
            self.folder.path(),
            &[&["req", "-new"], &CURVE[..], &asked].concat(),
        );
        let signed = [
            "ca",
            "-batch",
            "-notext",
            "-config",
            "config",
            "-cert",
            "ca.pem",
            "-keyfile",
            "ca.key",
            "-in",
            "asked",
            "-extfile",
            "names",
            "-startdate",
            &from,
            "-enddate",
            &to,
            "-out",
            "certificate",
        ];
        openssl(self.folder.path(), &signed);
        Issued {
            certificate: self.folder.path().join("certificate"),
            key: self.folder.path().join("key"),
        }
    }
}

/// As openssl writes it: `20261122120000Z`.
fn moment(at: Timestamp) -> String {
    let (date, time) = (at.date(), at.time());
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl")
        .current_dir(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(done.expect("openssl runs").success(), "openssl {arguments:?}");
}
