//! A tenant with one host whose package database a test writes, collected by the product's own connector.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qlrf_connectors::feed::{Source, find_kind};
use qlrf_connectors::grant::Grants;
use qlrf_core::error::Result;
use qlrf_core::id::{ConnectorId, OrgId};
use qlrf_core::time::now;
use qlrf_server::app::feed::{Course, Imported, import};
use qlrf_server::app::sync as collection;
use qlrf_server::fleet::{Fleet, Fleets};
use qlrf_store::connector::{self, NewConnector};
use qlrf_store::{Store, sync};
use qlrf_testkit::TestDb;
use serde_json::{Value, json};

pub struct Estate {
    pub db: TestDb,
    pub org: OrgId,
    pub fleets: Fleets,
    pub connector: ConnectorId,
    root: tempfile::TempDir,
}

impl Estate {
    pub async fn new() -> Estate {
        let db = TestDb::new().await;
        let org = db.org("acme").await;
        let root = host_root();
        let connector = add_host(db.store(), org, root.path()).await;
        let fleets = Fleets::new(db.store().clone());
        Estate {
            db,
            org,
            fleets,
            connector,
            root,
        }
    }

    /// The whole status file of the host.
    pub async fn runs_status(&self, status: &[u8]) {
        fs::write(self.root.path().join("var/lib/dpkg/status"), status).unwrap();
        collect(self.db.store(), self.org, self.connector).await;
    }

    pub async fn runs(&self, packages: &[(&str, &str)]) {
        self.runs_status(status_of(packages).as_bytes()).await;
    }

    pub async fn fleet(&self) -> Arc<Fleet> {
        self.fleets.get(self.org, None).await.unwrap()
    }

    pub async fn import(&self, feed: &str, path: &Path) -> Result<Imported> {
        import_as(
            self.db.store(),
            feed,
            path,
            &path.file_name().unwrap().to_string_lossy(),
        )
        .await
    }

    /// Imports these records under one name, as a publisher's next file would come.
    pub async fn import_records(&self, records: &[Value]) -> Result<Imported> {
        let file = lines(records);
        import_as(self.db.store(), "osv", file.path(), "records").await
    }

    /// Ids of what the one host has.
    pub async fn found(&self) -> Vec<String> {
        let fleet = self.fleet().await;
        fleet
            .vulnerabilities
            .iter()
            .filter(|v| !v.assets.is_empty())
            .map(|v| v.id.to_string())
            .collect()
    }
}

pub fn host_root() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for folder in ["etc", "var/lib/dpkg"] {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    let release = "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
    fs::write(root.path().join("etc/os-release"), release).unwrap();
    fs::write(
        root.path().join("etc/machine-id"),
        "0123456789abcdef0123456789abcdef\n",
    )
    .unwrap();
    fs::write(root.path().join("etc/hostname"), "host-1\n").unwrap();
    root
}

pub async fn add_host(store: &Store, org: OrgId, root: &Path) -> ConnectorId {
    let id = ConnectorId::generate();
    let config = json!({ "root": root, "site": "berlin", "env": "prod" });
    let new = NewConnector {
        id,
        name: "this host",
        kind: "local",
        config: &config,
        simulated: false,
        interval_s: None,
        next_sync_at: None,
    };
    let mut tx = store.tenant(org).await.unwrap();
    assert!(connector::create(&mut tx, &new).await.unwrap());
    tx.commit().await.unwrap();
    id
}

pub async fn collect(store: &Store, org: OrgId, connector: ConnectorId) {
    let mut tx = store.tenant(org).await.unwrap();
    sync::queue(&mut tx, connector, "test", false, now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let ended = collection::run_next(store, &Grants::default(), org, connector, "test")
        .await
        .unwrap()
        .unwrap();
    assert!(ended.code.as_deref() != Some("collection_failed"), "{ended:?}");
    assert!(ended.added + ended.changed + ended.unchanged > 0, "{ended:?}");
}

pub async fn import_as(store: &Store, feed: &str, path: &Path, name: &str) -> Result<Imported> {
    let kind = find_kind(feed).unwrap();
    import(
        store,
        kind,
        &Source::Path(path.to_owned()),
        name,
        Course::Forward,
        Arc::new(|_| {}),
    )
    .await
}

pub fn lines(records: &[Value]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(file.path(), text).unwrap();
    file
}

pub fn status_of(packages: &[(&str, &str)]) -> String {
    let paragraph = |(name, version): &(&str, &str)| {
        format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\
             Maintainer: nobody\nDescription: a package\n\n"
        )
    };
    packages.iter().map(paragraph).collect()
}

/// An advisory for a Debian 12 source package; without `fixed` it is open-ended.
pub fn advisory(id: &str, package: &str, fixed: Option<&str>, modified: &str) -> Value {
    let mut events = vec![json!({ "introduced": "0" })];
    events.extend(fixed.map(|fixed| json!({ "fixed": fixed })));
    json!({
        "id": id, "modified": modified, "published": "2026-01-01T00:00:00Z", "summary": format!("{package} is broken"),
        "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
        "affected": [{
            "package": { "ecosystem": "Debian:12", "name": package },
            "ranges": [{ "type": "ECOSYSTEM", "events": events }],
        }],
    })
}

/// A file of the real data beside the repository; where it is absent the test says which one it skips.
pub fn real(test: &str, path: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("skipped: {test} needs {}", file.display());
    None
}
