//! A registry of container images (Debian's `docker-registry`), and images for it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use qlrf_core::container::name_of;
use qlrf_core::digest::Digest;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::authority::Issued;
use crate::served::Served;

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Who a registry lets in that [`Registry::guarded`] started.
pub const REGISTRY_USER: (&str, &str) = ("reader", "correct horse");
/// The same as htpasswd(1) writes it, with bcrypt.
const HTPASSWD: &str = "reader:$2b$05$ZEqO9y.y9zOjMXpnxGyCz.pxsjc04ySXAR81c64VCrph.cRJpUt8S\n";

pub struct Registry {
    served: Served,
    folder: tempfile::TempDir,
    guarded: bool,
    pub url: String,
}

/// An image to be pushed.
pub struct Image<'a> {
    /// `linux/amd64`.
    pub platform: &'a str,
    pub labels: BTreeMap<String, String>,
    /// As [`layer`] makes them, the lowest first.
    pub layers: &'a [Vec<u8>],
}

impl Registry {
    /// `None` was told to whoever runs the test.
    pub async fn start(test: &str) -> Option<Registry> {
        Registry::started(test, false, None).await
    }

    /// One that wants to know [`REGISTRY_USER`].
    pub async fn guarded(test: &str) -> Option<Registry> {
        Registry::started(test, true, None).await
    }

    /// One with a certificate, of whatever time.
    pub async fn over_tls(test: &str, issued: &Issued) -> Option<Registry> {
        Registry::started(test, false, Some(issued)).await
    }

    /// As whoever runs it takes a repository away: neither its tags nor its name are known afterwards.
    pub fn forget(&self, repository: &str) {
        let place = "blobs/docker/registry/v2/repositories";
        let gone = std::fs::remove_dir_all(self.folder.path().join(place).join(repository));
        gone.expect("it is there");
    }

    async fn started(test: &str, guarded: bool, issued: Option<&Issued>) -> Option<Registry> {
        let folder = tempfile::tempdir().expect("a folder");
        let prepare = |command: &mut Command, port: u16| {
            let file = folder.path().join("config.yml");
            let config = configured(folder.path(), port, guarded, issued);
            std::fs::write(&file, config.to_string()).expect("the folder is writable");
            command.arg("serve").arg(file);
        };
        let scheme = issued.map_or("http", |_| "https");
        // Whoever seeds it does not look at its certificate.
        let client = Client::builder().danger_accept_invalid_certs(issued.is_some());
        let client = client.build().expect("a client");
        let served = Served::launch("docker-registry", test, "/v2/", scheme, client, prepare).await?;
        Some(Registry {
            url: served.url.clone(),
            served,
            folder,
            guarded,
        })
    }

    /// Pushes an image; answers with the name of its digest.
    pub async fn push(&self, repository: &str, tag: Option<&str>, image: &Image<'_>) -> String {
        let (os, architecture) = image.platform.split_once('/').expect("os/architecture");
        let config = json!({
            "os": os, "architecture": architecture, "created": "2026-11-01T00:00:00Z",
            "config": {"Labels": image.labels}, "rootfs": {"type": "layers", "diff_ids": []},
        });
        let kind = "application/vnd.oci.image.config.v1+json";
        let config = self
            .push_blob(repository, kind, config.to_string().as_bytes())
            .await;
        let mut layers = Vec::new();
        for layer in image.layers {
            let kind = "application/vnd.oci.image.layer.v1.tar+gzip";
            layers.push(self.push_blob(repository, kind, layer).await);
        }
        let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers});
        self.push_manifest(repository, tag, MANIFEST, &manifest).await
    }

    /// Pushes an index of images that are there: platform and digest of each.
    pub async fn push_index(&self, repository: &str, tag: &str, images: &[(&str, &str)]) -> String {
        let mut manifests = Vec::new();
        for (platform, digest) in images {
            let (os, architecture) = platform.split_once('/').expect("os/architecture");
            let place = format!("{}/v2/{repository}/manifests/{digest}", self.url);
            let asked = self
                .send(self.served.client.get(place).header("accept", MANIFEST))
                .await;
            let bytes = asked.bytes().await.expect("a manifest").len();
            manifests.push(json!({
                "mediaType": MANIFEST, "digest": digest, "size": bytes,
                "platform": {"os": os, "architecture": architecture},
            }));
        }
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests});
        self.push_manifest(repository, Some(tag), INDEX, &index).await
    }

    /// Lets a tag name what a digest names.
    pub async fn tag(&self, repository: &str, digest: &str, tag: &str) {
        let manifests = format!("{}/v2/{repository}/manifests", self.url);
        let accept = format!("{MANIFEST}, {INDEX}");
        let asked = self
            .served
            .client
            .get(format!("{manifests}/{digest}"))
            .header("accept", accept);
        let found = self.send(asked).await;
        let kind = found.headers()["content-type"].clone();
        let content = found.bytes().await.expect("a manifest");
        let tagged = self.served.client.put(format!("{manifests}/{tag}"));
        self.send(tagged.header("content-type", kind).body(content)).await;
    }

    pub async fn push_manifest(
        &self,
        repository: &str,
        tag: Option<&str>,
        kind: &str,
        manifest: &Value,
    ) -> String {
        let content = manifest.to_string();
        let digest = name_of(Digest::of(content.as_bytes()));
        let reference = tag.unwrap_or(&digest);
        let place = format!("{}/v2/{repository}/manifests/{reference}", self.url);
        let request = self.served.client.put(place).header("content-type", kind);
        self.send(request.body(content)).await;
        digest
    }

    /// Answers with its descriptor.
    pub async fn push_blob(&self, repository: &str, kind: &str, content: &[u8]) -> Value {
        let digest = name_of(Digest::of(content));
        let place = format!("{}/v2/{repository}/blobs/uploads/", self.url);
        let begun = self.send(self.served.client.post(place)).await;
        let place = begun.headers()["location"].to_str().expect("a place").to_owned();
        let sign = if place.contains('?') { '&' } else { '?' };
        let request = self.served.client.put(format!("{place}{sign}digest={digest}"));
        self.send(request.body(content.to_vec())).await;
        json!({"mediaType": kind, "digest": digest, "size": content.len()})
    }

    async fn send(&self, request: RequestBuilder) -> Response {
        let (user, password) = REGISTRY_USER;
        let request = match self.guarded {
            true => request.basic_auth(user, Some(password)),
            false => request,
        };
        let answer = request.send().await.expect("the registry answers");
        let status = answer.status();
        assert!(status.is_success(), "{status}: {}", answer.url());
        answer
    }
}

/// YAML holds all of JSON.
fn configured(folder: &Path, port: u16, guarded: bool, issued: Option<&Issued>) -> Value {
    let mut config = json!({
        "version": "0.1",
        "storage": {"filesystem": {"rootdirectory": folder.join("blobs")}},
        "http": {"addr": format!("127.0.0.1:{port}")},
    });
    if let Some(issued) = issued {
        config["http"]["tls"] = json!({"certificate": issued.certificate, "key": issued.key});
    }
    if guarded {
        let passwords = folder.join("htpasswd");
        std::fs::write(&passwords, HTPASSWD).expect("the folder is writable");
        config["auth"] = json!({"htpasswd": {"realm": "test", "path": passwords}});
    }
    config
}

/// A compressed tar archive of these files.
pub fn layer(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        let added = archive.append_data(&mut header, path, content.as_bytes());
        added.expect("memory takes it");
    }
    let archive = archive.into_inner().expect("memory takes it");
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(&archive).expect("memory takes it");
    out.finish().expect("memory takes it")
}

/// A layer that makes an image one of Debian 12 with these packages installed, each with its version.
pub fn debian_layer(packages: &[(&str, &str)]) -> Vec<u8> {
    let entry = |(name, version): &(&str, &str)| {
        format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\nMaintainer: x <x@example.org>\nDescription: x\n\n"
        )
    };
    let entries: Vec<String> = packages.iter().map(entry).collect();
    let release =
        "ID=debian\nVERSION_ID=\"12\"\nNAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n";
    layer(&[
        ("usr/lib/os-release", release),
        ("etc/os-release", release),
        ("var/lib/dpkg/status", &entries.concat()),
    ])
}
