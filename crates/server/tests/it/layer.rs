//! Room for layers: on the disk while they are pulled, and in the database where what is needed of them is kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::geteuid;
use qlrf_core::digest::Digest;
use qlrf_testkit::{Image, Registry, debian_layer, layer};
use serde_json::{Value, json};

use crate::container::Site;
use crate::killed::next_sync;
use crate::process::{Process, command, data_folder};

/// A file system of its own, in memory.
struct Small(tempfile::TempDir);

impl Small {
    /// `None` was told to whoever runs the test.
    fn mount(test: &str) -> Option<Small> {
        let small = Small(tempfile::tempdir().unwrap());
        if !geteuid().is_root() || !small.mounted("size=64k") {
            eprintln!("skipped: {test} (no file system may be mounted)");
            return None;
        }
        Some(small)
    }

    fn mounted(&self, options: &str) -> bool {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(self.0.path());
        mount.stderr(Stdio::null()).status().unwrap().success()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let mut unmount = Command::new("umount");
        let _ = unmount
            .arg("-l")
            .arg(self.0.path())
            .stderr(Stdio::null())
            .status();
    }
}

#[tokio::test]
async fn a_disk_that_is_full_leaves_packages_unread_and_images_listed() {
    let test = "a_disk_that_is_full_leaves_packages_unread_and_images_listed";
    let (Some(small), Some(registry)) = (Small::mount(test), Registry::start(test).await) else {
        return;
    };
    // Of bytes that do not shrink to less than the disk has.
    let noise: String = (0..20_000_u32)
        .map(|n| Digest::of(&n.to_le_bytes()).to_string())
        .collect();
    let image = Image {
        platform: "linux/amd64",
        labels: BTreeMap::new(),
        layers: &[
            debian_layer(&[("libc6", "2.36-9")]),
            layer(&[("opt/noise", &noise)]),
        ],
    };
    registry.push("team/app", Some("v1"), &image).await;
    let data = data_folder();
    let mut command = command(&data, "127.0.0.1:0");
    command
        .args(["--connector-network", "*=127.0.0.1"])
        .env("TMPDIR", small.path())
        .stderr(Stdio::null());
    let process = Process::spawn(&data, command).await;
    let config = json!({"server": registry.url, "name": "registry"});
    let body = json!({"name": "registry", "kind": "oci", "config": config});
    let made: Value = process.client.post("/api/v1/connectors", &body).await.ok();
    let connector = format!("/api/v1/connectors/{}", made["id"].as_str().unwrap());
    let collect = async |last: &Value| {
        let queued = process
            .client
            .post(&format!("{connector}/sync"), &json!({}))
            .await;
        queued.ok::<Value>();
        next_sync(&process, &connector, last).await
    };
    let full = collect(&Value::Null).await;
    assert_eq!(full["outcome"], "partial", "{full}");
    let coverage = process.get("/api/v1/coverage").await;
    let rows = coverage["items"].as_array().unwrap().iter();
    let failed: Vec<(&Value, &Value)> = rows
        .filter(|row| !row["code"].is_null())
        .map(|row| (&row["kind"], &row["code"]))
        .collect();
    assert_eq!(
        failed,
        [(&json!("image_software"), &json!("temporary_file_unwritable"))]
    );
    assert_eq!(process.get("/api/v1/resources").await["total"], 1);
    // Somebody made room.
    assert!(small.mounted("remount,size=64m"));
    let again = collect(&full["id"]).await;
    assert_eq!(again["outcome"], "complete", "{again}");
    process.stop().await;
}

/// What was not used for the longest goes first; what is known of images stays, and nothing of it is pulled for that.
#[tokio::test]
async fn layers_are_kept_up_to_a_bound() {
    let Some(site) = Site::start("layers_are_kept_up_to_a_bound").await else {
        return;
    };
    site.push("v1", &[("libc6", "2.36-9")]).await;
    site.collect().await;
    let mut admin = site.server.db.admin().await;
    let old = "UPDATE container_layer SET used_on = used_on - 1, bytes = 1 << 29 RETURNING digest";
    let old: Vec<Vec<u8>> = sqlx::query_scalar(old).fetch_all(&mut admin).await.unwrap();
    assert_eq!(old.len(), 2);
    site.push("v2", &[("libc6", "2.37-1")]).await;
    let (outcome, _) = site.collect().await;
    assert_eq!(outcome["outcome"], "complete", "{outcome}");
    let kept = "SELECT digest FROM container_layer";
    let kept: Vec<Vec<u8>> = sqlx::query_scalar(kept).fetch_all(&mut admin).await.unwrap();
    let old_kept = old.iter().filter(|digest| kept.contains(digest)).count();
    assert_eq!(
        (kept.len(), old_kept),
        (3, 1),
        "one of the old ones made room for the new"
    );
    let (outcome, pulled) = site.collect().await;
    assert_eq!(
        (&outcome["outcome"], pulled),
        (&json!("complete"), 0),
        "{outcome}"
    );
}
