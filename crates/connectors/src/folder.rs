//! A file below a folder that the operator allowed: whatever links say, the folder is not left, and nobody who should not
//! could have written the file.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::rootfs::Dir;

#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub bytes_max: u64,
    /// Bits that a file's mode does not have.
    pub mode_refused: u32,
    /// Bits that it has.
    pub mode_needed: u32,
}

/// What is wrong is said as what follows the name of the file.
pub(crate) async fn read_text(folder: &Path, path: &Path, rules: Rules) -> Result<String, String> {
    let (folder, path) = (folder.to_owned(), path.to_owned());
    let read = tokio::task::spawn_blocking(move || read(&folder, &path, rules)).await;
    read.unwrap_or_else(|error| Err(format!("could not be read: {error}")))
}

fn read(folder: &Path, path: &Path, rules: Rules) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("could not be read: {error}");
    let below = path
        .strip_prefix(folder)
        .map_err(|_| "lies elsewhere".to_owned())?;
    let below = below.to_str().ok_or("is no UTF-8 path")?;
    let folder = Dir::open(folder).map_err(unreadable)?;
    let file = folder.open_inside(below).map_err(unreadable)?;
    let file = file.ok_or("does not exist below the allowed folder")?;
    check(&file, rules)?;
    let mut bytes = Vec::new();
    file.take(rules.bytes_max + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > rules.bytes_max {
        return Err(format!("has more than {} bytes", rules.bytes_max));
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not text".to_owned())?;
    let text = text.trim_end_matches(['\r', '\n']);
    match text.is_empty() {
        true => Err("is empty".to_owned()),
        false => Ok(text.to_owned()),
    }
}

/// Looks at the file that is open, so that nobody can put another in its place meanwhile.
fn check(file: &File, rules: Rules) -> Result<(), String> {
    let metadata = file
        .metadata()
        .map_err(|error| format!("could not be read: {error}"))?;
    if !metadata.is_file() {
        return Err("is no file".to_owned());
    }
    let (owner, ours) = (metadata.uid(), nix::unistd::geteuid());
    if owner != ours.as_raw() && owner != 0 {
        return Err("belongs to somebody else than the server's user or root".to_owned());
    }
    let mode = metadata.mode() & 0o777;
    let wanted = mode & !rules.mode_refused | rules.mode_needed;
    let why = match (mode & rules.mode_refused, mode & rules.mode_needed) {
        (0, has) if has == rules.mode_needed => return Ok(()),
        (0, _) => "keeps others out, so that it may be secret",
        _ => "lets others in",
    };
    Err(format!(
        "has the mode {mode:o}, which {why}; `chmod {wanted:o}` it"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    const RULES: Rules = Rules {
        bytes_max: 1000,
        mode_refused: 0o027,
        mode_needed: 0,
    };

    fn write(path: &Path, content: &[u8], mode: u32) {
        fs::write(path, content).unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_file_is_read_only_when_nobody_else_may_and_never_through_a_link_that_leaves() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("acme");
        fs::create_dir_all(folder.join("..data")).unwrap();
        write(&home.path().join("server"), b"of the server", 0o600);
        write(&folder.join("id"), b"hunter2\n", 0o600);
        write(&folder.join("..data/mounted"), b"of a container", 0o440);
        write(&folder.join("open"), b"hunter2", 0o644);
        write(&folder.join("shared"), b"hunter2", 0o660);
        write(&folder.join("empty"), b"\n", 0o600);
        write(&folder.join("binary"), b"\xff\xfe", 0o600);
        write(&folder.join("large"), &[b'x'; 1001], 0o600);
        symlink("..data/mounted", folder.join("linked")).unwrap();
        symlink("../server", folder.join("climbs")).unwrap();
        symlink(home.path().join("server"), folder.join("leaves")).unwrap();
        let of = |name: &str| read(&folder, &folder.join(name), RULES);
        assert_eq!(of("id").unwrap(), "hunter2");
        assert_eq!(of("linked").unwrap(), "of a container");
        for (name, reason) in [
            ("open", "has the mode 644"),
            ("shared", "has the mode 660"),
            ("empty", "is empty"),
            ("binary", "is not text"),
            ("large", "has more than"),
            ("climbs", "does not exist"),
            ("leaves", "does not exist"),
            ("absent", "does not exist"),
            ("..data", "is no file"),
        ] {
            let refused = of(name).unwrap_err();
            assert!(refused.starts_with(reason), "{name}: {refused}");
        }
        let public = Rules {
            mode_refused: 0o022,
            mode_needed: 0o044,
            ..RULES
        };
        assert_eq!(read(&folder, &folder.join("open"), public).unwrap(), "hunter2");
        let secret = read(&folder, &folder.join("id"), public).unwrap_err();
        assert!(secret.ends_with("may be secret; `chmod 644` it"), "{secret}");
    }
}
