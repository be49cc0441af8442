//! What a host says of itself stands in its files, and whoever runs it can write anything there.

use std::fs;
use std::path::Path;

use qlrf_connectors::inventory::Inventory;
use serde_json::{Value, json};

use super::hostile::{hostile_texts, storable_asset};
use super::{collect, partial};
use crate::recorder::Recorder;

/// No word of a host is kept at more characters.
const WORD_CHARS_MAX: usize = 512;
const HUGE_BYTES: u64 = 8 << 30;
const READ: [&str; 6] = [
    "etc/os-release",
    "etc/hostname",
    "etc/ssh/sshd_config",
    "etc/ql-rf/image.json",
    "run/cloud-init/instance-data.json",
    "var/lib/dpkg/status",
];

fn write(root: &Path, path: &str, content: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A Debian that is known by its machine id.
pub fn furnish(root: &Path) {
    write(root, "etc/machine-id", b"3d1219c7c4c5404aaa1f6d2a48adfda4\n");
    write(root, "etc/hostname", b"web1\n");
    write(root, "etc/os-release", b"ID=debian\nVERSION_ID=\"12\"\n");
    write(root, "var/lib/dpkg/status", b"");
}

/// `root` is the file system of one of the hosts that are listed.
pub async fn whatever_its_files_say(root: &Path, inventory: &dyn Inventory) {
    let whole = collect(inventory).await;
    assert_eq!(partial(&whole), []);
    for text in hostile_texts() {
        say(root, &text);
        let said: String = text.chars().take(40).collect();
        let seen = collect(inventory).await;
        assert_eq!((partial(&seen), &seen.held), (vec![], &whole.held), "{said:?}");
        let kept: String = text
            .chars()
            .filter(|c| !c.is_control())
            .take(WORD_CHARS_MAX)
            .collect();
        let is_whole = |word: &Value| word.as_str().is_some_and(|word| word == kept && word == text);
        let told = documents(&seen);
        assert!(told.iter().all(is_printable), "{said:?}");
        for document in &told {
            storable_asset(document.clone());
        }
        if kept == text && !text.is_empty() {
            let of_it = |pointer: &str| {
                told.iter()
                    .filter(|one| one.pointer(pointer).is_some_and(is_whole))
                    .count()
            };
            assert_eq!((of_it("/name"), of_it("/os/name")), (1, 1), "{said:?}");
        }
    }
    nothing_is_read_that_is_too_large(root, inventory, &whole).await;
}

/// The files are holes: who reads them to their end has no memory left.
async fn nothing_is_read_that_is_too_large(root: &Path, inventory: &dyn Inventory, whole: &Recorder) {
    for path in READ {
        let file = fs::File::create(root.join(path)).unwrap();
        file.set_len(HUGE_BYTES).unwrap();
    }
    let seen = collect(inventory).await;
    assert_eq!((partial(&seen), &seen.held), (vec![], &whole.held));
    let unknown = documents(&seen)
        .iter()
        .filter(|document| document["os"].is_null())
        .count();
    assert_eq!(unknown, 1);
}

fn say(root: &Path, text: &str) {
    let quoted: String = text
        .chars()
        .flat_map(|c| [Some('\\').filter(|_| "\"\\$`".contains(c)), Some(c)])
        .flatten()
        .collect();
    let release = format!("ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"{quoted}\"\n");
    write(root, "etc/os-release", release.as_bytes());
    write(root, "etc/hostname", text.as_bytes());
    write(
        root,
        "etc/ssh/sshd_config",
        format!("PermitRootLogin no\nBanner {text}\n").as_bytes(),
    );
    let image = json!({"family": text, "version": text});
    write(root, "etc/ql-rf/image.json", image.to_string().as_bytes());
    let data = json!({"v1": {"region": text}});
    write(
        root,
        "run/cloud-init/instance-data.json",
        data.to_string().as_bytes(),
    );
    let package =
        format!("Package: bash\nStatus: install ok installed\nVersion: 5.2\nDescription: {text}\n\n");
    write(root, "var/lib/dpkg/status", package.as_bytes());
}

fn documents(seen: &Recorder) -> Vec<Value> {
    let documents = seen
        .facts
        .values()
        .map(|(_, document)| serde_json::from_str(document).unwrap());
    documents.collect()
}

fn is_printable(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.chars().any(char::is_control),
        Value::Array(items) => items.iter().all(is_printable),
        Value::Object(entries) => entries.values().all(is_printable),
        _ => true,
    }
}
