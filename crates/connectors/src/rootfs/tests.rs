//! Images built in the test, in each of the forms, read through [`open`].

use std::fs::{self, File};
use std::io::Write;

use qlrf_core::digest::Digest;
use qlrf_core::rootfs::RootFsError;
use serde_json::{Value, json};

use super::*;

mod stack;

enum Item {
    File(&'static str, &'static str),
    Symlink(&'static str, &'static str),
    HardLink(&'static str, &'static str),
    Folder(&'static str),
}
use Item::{File as F, Folder, HardLink, Symlink};

fn tarred(items: &[Item]) -> Vec<u8> {
    let mut out = ::tar::Builder::new(Vec::new());
    for item in items {
        let mut header = ::tar::Header::new_gnu();
        header.set_mode(0o644);
        let (kind, path, link, content) = match item {
            F(path, content) => (::tar::EntryType::Regular, path, "", *content),
            Symlink(path, target) => (::tar::EntryType::Symlink, path, *target, ""),
            HardLink(path, target) => (::tar::EntryType::Link, path, *target, ""),
            Folder(path) => (::tar::EntryType::Directory, path, "", ""),
        };
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        match link {
            "" => out.append_data(&mut header, path, content.as_bytes()).unwrap(),
            link => out.append_link(&mut header, path, link).unwrap(),
        }
    }
    out.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// An image under construction: the files of an OCI layout.
#[derive(Default)]
struct Image {
    files: Vec<(String, Vec<u8>)>,
}

impl Image {
    fn blob(&mut self, media_type: &str, content: Vec<u8>) -> Value {
        let digest = Digest::of(&content);
        let size = content.len();
        self.files.push((format!("blobs/sha256/{digest}"), content));
        json!({"mediaType": media_type, "digest": format!("sha256:{digest}"), "size": size})
    }

    fn manifest(&mut self, architecture: &str, layers: Vec<Vec<u8>>) -> Value {
        let config = json!({"os": "linux", "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": []}});
        let config = self.blob(
            "application/vnd.oci.image.config.v1+json",
            config.to_string().into_bytes(),
        );
        let layers: Vec<Value> = layers
            .into_iter()
            .map(|layer| self.blob("application/vnd.oci.image.layer.v1.tar", layer))
            .collect();
        let manifest = json!({"schemaVersion": 2, "config": config, "layers": layers}).to_string();
        let mut descriptor = self.blob(
            "application/vnd.oci.image.manifest.v1+json",
            manifest.into_bytes(),
        );
        descriptor["platform"] = json!({"os": "linux", "architecture": architecture});
        descriptor
    }

    fn index(mut self, manifests: &[Value]) -> Self {
        let index = json!({"schemaVersion": 2, "manifests": manifests}).to_string();
        self.files.push(("index.json".to_owned(), index.into_bytes()));
        self.files.push((
            "oci-layout".to_owned(),
            br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec(),
        ));
        self
    }

    fn layout(&self, folder: &Path) {
        for (path, content) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    fn archive(&self, path: &Path) {
        let mut out = ::tar::Builder::new(File::create(path).unwrap());
        for (path, content) in &self.files {
            let mut header = ::tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            out.append_data(&mut header, path, content.as_slice()).unwrap();
        }
        out.finish().unwrap();
    }
}

fn single(layers: Vec<Vec<u8>>) -> Image {
    let mut image = Image::default();
    let manifest = image.manifest("amd64", layers);
    image.index(&[manifest])
}

fn amd64() -> Platform {
    Platform::parse("linux/amd64").unwrap()
}

fn open_layout(image: &Image) -> Result<Source, OpenError> {
    let folder = tempfile::tempdir().unwrap();
    image.layout(folder.path());
    open(folder.path(), &amd64())
}

fn root(image: &Image) -> Arc<dyn RootFs> {
    open_layout(image)
        .unwrap_or_else(|error| panic!("{error}"))
        .into_root()
}

fn text(root: &dyn RootFs, path: &str) -> Option<String> {
    root.read(path, 1000)
        .unwrap()
        .map(|bytes| String::from_utf8(bytes).unwrap())
}

fn code(outcome: Result<Source, OpenError>) -> &'static str {
    outcome.err().map_or("opened", |error| error.code())
}

const STATUS: &str = "var/lib/dpkg/status";

#[test]
fn later_layers_replace_hide_and_empty() {
    let first = tarred(&[
        F("etc/os-release", "one"),
        F(STATUS, "status one"),
        F("var/lib/dpkg/status.d/a", "a"),
        F("var/lib/dpkg/status.d/b", "b"),
        F("usr/share/doc/x/copyright", "x"),
        F("usr/share/doc/y/copyright", "y"),
        F("usr/bin/tool", "not kept"),
    ]);
    let second = tarred(&[
        F(STATUS, "status two"),
        F("etc/.wh.os-release", ""),
        F("usr/share/doc/.wh.x", ""),
        F("var/lib/dpkg/status.d/c", "c"),
        F("var/lib/dpkg/status.d/.wh..wh..opq", ""),
    ]);
    let zstd = zstd::encode_all(second.as_slice(), 1).unwrap();
    for layers in [vec![first.clone(), second.clone()], vec![gzip(&first), zstd]] {
        let root = root(&single(layers));
        assert_eq!(text(&*root, STATUS).as_deref(), Some("status two"));
        assert_eq!(text(&*root, "etc/os-release"), None);
        assert_eq!(text(&*root, "usr/share/doc/x/copyright"), None);
        assert_eq!(text(&*root, "usr/share/doc/y/copyright").as_deref(), Some("y"));
        assert_eq!(text(&*root, "usr/bin/tool"), None);
        assert_eq!(root.list("var/lib/dpkg/status.d").unwrap(), ["c"]);
        assert_eq!(root.list("usr/share/doc").unwrap(), ["y"]);
    }
}

#[test]
fn links_are_followed_inside_the_image() {
    let first = tarred(&[
        Symlink("lib", "usr/lib"),
        Symlink("etc/os-release", "../usr/lib/os-release"),
        F("usr/lib/os-release", "release"),
        Symlink("var/lib/rpm", "/usr/lib/sysimage/rpm"),
        F("usr/lib/sysimage/rpm/rpmdb.sqlite", "db"),
        F("usr/share/doc/a/copyright", "licence"),
        HardLink("usr/share/doc/b/copyright", "usr/share/doc/a/copyright"),
        HardLink("usr/share/doc/c/copyright", "usr/bin/nowhere"),
        Symlink("usr/share/doc/d", "a"),
        Symlink("loop", "loop"),
        Symlink("usr/share/doc/e", "../../../../../../etc"),
    ]);
    let second = tarred(&[F("lib/apk/db/installed", "apk"), Folder("usr/share/doc/a")]);
    let root = root(&single(vec![first, second]));
    assert_eq!(text(&*root, "etc/os-release").as_deref(), Some("release"));
    assert_eq!(text(&*root, "var/lib/rpm/rpmdb.sqlite").as_deref(), Some("db"));
    assert_eq!(root.list("var/lib/rpm").unwrap(), ["rpmdb.sqlite"]);
    assert_eq!(
        text(&*root, "usr/share/doc/b/copyright").as_deref(),
        Some("licence")
    );
    assert_eq!(
        text(&*root, "usr/share/doc/d/copyright").as_deref(),
        Some("licence")
    );
    assert_eq!(text(&*root, "usr/lib/apk/db/installed").as_deref(), Some("apk"));
    assert_eq!(text(&*root, "lib/apk/db/installed").as_deref(), Some("apk"));
    assert!(matches!(
        root.read("usr/share/doc/c/copyright", 10),
        Err(RootFsError::Unreadable { .. })
    ));
    assert!(root.read("loop/x", 10).is_err());
    assert!(matches!(
        root.read("usr/lib/os-release", 3),
        Err(RootFsError::TooLarge { bytes: 7, .. })
    ));
    assert_eq!(
        text(&*root, "usr/share/doc/e/os-release").as_deref(),
        Some("release")
    );
}

#[test]
fn a_replaced_link_no_longer_leads_anywhere() {
    let first = tarred(&[
        Symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
        F("usr/lib/sysimage/rpm/x", "x"),
    ]);
    let second = tarred(&[Folder("var/lib/rpm"), F("var/lib/rpm/y", "y")]);
    let third = tarred(&[F("usr/lib/sysimage", "now a file")]);
    let root = root(&single(vec![first.clone(), second.clone()]));
    assert_eq!(root.list("var/lib/rpm").unwrap(), ["y"]);
    assert_eq!(root.list("usr/lib/sysimage/rpm").unwrap(), ["x"]);
    let root = self::root(&single(vec![first, second, third]));
    assert_eq!(root.list("usr/lib/sysimage/rpm").unwrap(), [""; 0]);
}

#[test]
fn the_platform_chooses_among_several_and_nothing_else_is_guessed() {
    let mut image = Image::default();
    let amd = image.manifest("amd64", vec![tarred(&[F("etc/os-release", "amd")])]);
    let arm = image.manifest("arm64", vec![tarred(&[F("etc/os-release", "arm")])]);
    let nested = json!({"manifests": [arm, amd]}).to_string().into_bytes();
    let nested = image.blob("application/vnd.oci.image.index.v1+json", nested);
    let attestation = json!({"digest": "sha256:0", "platform": {"os": "unknown", "architecture": "unknown"}});
    let image = image.index(&[attestation, nested]);
    assert_eq!(text(&*root(&image), "etc/os-release").as_deref(), Some("amd"));
    let folder = tempfile::tempdir().unwrap();
    image.layout(folder.path());
    let error = open(folder.path(), &Platform::parse("linux/s390x").unwrap())
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "the image has no linux/s390x; it has linux/arm64, linux/amd64"
    );
    let path = folder.path().join("image.tar");
    image.archive(&path);
    let Source::Oci(found) = open(&path, &Platform::parse("linux/arm64").unwrap())
        .ok()
        .unwrap()
    else {
        panic!()
    };
    assert_eq!(found.platform().unwrap().to_string(), "linux/arm64");
    assert_eq!(text(&found, "etc/os-release").as_deref(), Some("arm"));
}

fn docker(layers: &[Vec<u8>], diff_ids: &[String]) -> Image {
    let config =
        json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": diff_ids}}).to_string();
    let config_name = format!("{}.json", Digest::of(config.as_bytes()));
    let names: Vec<String> = (0..layers.len())
        .map(|number| format!("{number}/layer.tar"))
        .collect();
    let manifest = json!([{"Config": config_name, "RepoTags": ["a:b"], "Layers": names}]).to_string();
    let mut files = vec![
        (config_name, config.into_bytes()),
        ("manifest.json".to_owned(), manifest.into_bytes()),
    ];
    files.extend(names.into_iter().zip(layers.iter().cloned()));
    Image { files }
}

#[test]
fn archives_of_docker_save_are_read_and_verified() {
    let layers = [tarred(&[F(STATUS, "one")]), tarred(&[F(STATUS, "two")])];
    let promised: Vec<String> = layers
        .iter()
        .map(|layer| format!("sha256:{}", Digest::of(layer)))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.tar");
    docker(&layers, &promised).archive(&path);
    assert_eq!(
        text(&*open(&path, &amd64()).ok().unwrap().into_root(), STATUS).as_deref(),
        Some("two")
    );
    let swapped = [promised[1].clone(), promised[0].clone()];
    docker(&layers, &swapped).archive(&path);
    assert_eq!(code(open(&path, &amd64())), "image_digest_mismatch");
    docker(&layers, &promised[..1]).archive(&path);
    assert_eq!(code(open(&path, &amd64())), "image_malformed");
    fs::write(&path, gzip(&fs::read(&path).unwrap())).unwrap();
    assert_eq!(code(open(&path, &amd64())), "root_compressed");
}

#[test]
fn changed_blobs_are_refused_wherever_they_are_changed() {
    let image = single(vec![gzip(&tarred(&[F(STATUS, "one")]))]);
    for number in 0..image.files.len() {
        for at in [
            0,
            image.files[number].1.len() / 2,
            image.files[number].1.len() - 1,
        ] {
            let mut files = image.files.clone();
            if !files[number].0.starts_with("blobs") {
                continue;
            }
            files[number].1[at] ^= 1;
            let code = code(open_layout(&Image { files }));
            assert!(
                ["image_digest_mismatch", "image_malformed"].contains(&code),
                "{code}"
            );
        }
    }
    let mut files = image.files.clone();
    files.remove(1);
    assert_eq!(code(open_layout(&Image { files })), "image_malformed");
}

#[test]
fn hostile_tar_streams_end_with_a_code() {
    let mut long_name = ::tar::Header::new_gnu();
    long_name.set_entry_type(::tar::EntryType::GNULongName);
    long_name.set_size(1 << 40);
    long_name.set_cksum();
    assert_eq!(
        code(open_layout(&single(vec![long_name.as_bytes().to_vec()]))),
        "image_malformed"
    );
    let mut cut = tarred(&[F(STATUS, "content of the status file")]);
    cut.truncate(520);
    assert_eq!(code(open_layout(&single(vec![cut]))), "image_malformed");
    assert_eq!(
        code(open_layout(&single(vec![vec![b'x'; 2000]]))),
        "image_malformed"
    );
    assert_eq!(
        code(open_layout(&single(vec![vec![0x1f, 0x8b, 0, 0]]))),
        "image_malformed"
    );
    let mut huge = ::tar::Header::new_gnu();
    huge.set_path(STATUS).unwrap();
    huge.set_size(u64::MAX / 2);
    huge.set_cksum();
    assert_eq!(
        code(open_layout(&single(vec![huge.as_bytes().to_vec()]))),
        "image_malformed"
    );
    let mut climbing = tarred(&[F("aa/aa/etc/os-release", "climbs")]);
    climbing[..5].copy_from_slice(b"../..");
    let mut header = ::tar::Header::new_gnu();
    header.as_mut_bytes().copy_from_slice(&climbing[..512]);
    header.set_cksum();
    climbing[..512].copy_from_slice(header.as_bytes());
    assert_eq!(
        text(&*root(&single(vec![climbing])), "etc/os-release").as_deref(),
        Some("climbs")
    );
}

#[test]
fn other_things_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        code(open(&folder.path().join("missing"), &amd64())),
        "root_unreadable"
    );
    assert!(matches!(open(folder.path(), &amd64()), Ok(Source::Dir(_))));
    let path = folder.path().join("file");
    for content in [&b""[..], b"text", &tarred(&[F("a", "b")])] {
        fs::write(&path, content).unwrap();
        assert_eq!(code(open(&path, &amd64())), "root_not_recognised");
    }
    fs::write(&path, tarred(&[F("manifest.json", "[]")])).unwrap();
    assert_eq!(code(open(&path, &amd64())), "image_unsupported");
    fs::write(&path, tarred(&[F("index.json", "{\"manifests\":[]}")])).unwrap();
    assert_eq!(code(open(&path, &amd64())), "image_platform_missing");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    #[test]
    fn mutated_archives_are_no_panic(
        flips in proptest::collection::vec((0_usize..20_000, proptest::prelude::any::<u8>()), 1..6), cut in 0_usize..30_000,
    ) {
        let layer = tarred(&[F(STATUS, "one"), Symlink("lib", "usr/lib"), HardLink("usr/share/doc/c/copyright", STATUS), F("etc/.wh.x", "")]);
        let promised = [format!("sha256:{}", Digest::of(&layer))];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image.tar");
        docker(&[layer], &promised).archive(&path);
        let mut content = fs::read(&path).unwrap();
        for (at, byte) in flips {
            let at = at % content.len();
            content[at] = byte;
        }
        content.truncate(cut.max(1));
        fs::write(&path, content).unwrap();
        let _ = open(&path, &amd64());
    }
}
