//! A folder as a root file system. Symbolic links are resolved as the system inside would resolve them, whatever they
//! point to outside; devices and pipes are never opened for reading.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use qlrf_core::rootfs::{RootFs, RootFsError};

/// How often a path is looked up again when the folders on its way are renamed at that very moment.
#[cfg(target_os = "linux")]
const RACES_MAX: usize = 64;

pub struct Dir {
    root: PathBuf,
    #[cfg(target_os = "linux")]
    handle: File,
}

/// As the kernel counts them (`MAXSYMLINKS`).
const LINKS_MAX: usize = 40;
/// `usr/share/doc` of a large desktop has about 8 000 names.
const NAMES_MAX: usize = 1_000_000;

impl Dir {
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        #[cfg(target_os = "linux")]
        let handle = fs::OpenOptions::new()
            .read(true)
            .custom_flags(nix::libc::O_DIRECTORY | nix::libc::O_CLOEXEC)
            .open(&root)?;
        fs::read_dir(&root)?;
        Ok(Self {
            root,
            #[cfg(target_os = "linux")]
            handle,
        })
    }

    /// The file behind `path` after every link was followed inside the root.
    pub(crate) fn open_inside(&self, path: &str) -> io::Result<Option<File>> {
        #[cfg(target_os = "linux")]
        match self.open_by_kernel(path) {
            Err(error) if matches!(error.raw_os_error(), Some(nix::libc::ENOSYS | nix::libc::EPERM)) => {}
            outcome => return outcome,
        }
        self.open_by_steps(path)
    }

    /// openat2(2) resolves links below the root in one step that nobody can interfere with.
    #[cfg(target_os = "linux")]
    fn open_by_kernel(&self, path: &str) -> io::Result<Option<File>> {
        use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat2};
        let inside = ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS;
        let open = |flags: OFlag| {
            let how = OpenHow::new().flags(flags | OFlag::O_CLOEXEC).resolve(inside);
            // EAGAIN: somebody renamed a folder meanwhile and the kernel could not prove that `..` stayed inside.
            for _ in 0..RACES_MAX {
                match openat2(&self.handle, path, how) {
                    Err(nix::errno::Errno::EAGAIN) => {}
                    outcome => return outcome.map(File::from).map_err(io::Error::from),
                }
            }
            Err(io::Error::from(nix::errno::Errno::EAGAIN))
        };
        // Opening a device or a pipe can have effects or block: what it is gets known first.
        let probe = match open(OFlag::O_PATH) {
            Ok(probe) => probe,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        refuse_special(probe.metadata()?.file_type())?;
        let file = open(OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY)?;
        refuse_special(file.metadata()?.file_type())?;
        Ok(Some(file))
    }

    /// For systems without openat2: one name after the other.
    fn open_by_steps(&self, path: &str) -> io::Result<Option<File>> {
        let Some(real) = self.resolve(path)? else {
            return Ok(None);
        };
        let metadata = match fs::symlink_metadata(&real) {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        refuse_special(metadata.file_type())?;
        let flags = nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK | nix::libc::O_CLOEXEC;
        let file = fs::OpenOptions::new()
            .read(true)
            .custom_flags(flags)
            .open(&real)?;
        refuse_special(file.metadata()?.file_type())?;
        Ok(Some(file))
    }

    fn resolve(&self, path: &str) -> io::Result<Option<PathBuf>> {
        let mut todo: Vec<std::ffi::OsString> = parts(Path::new(path));
        let mut real = self.root.clone();
        let mut depth = 0_usize;
        let mut links = 0;
        while let Some(part) = todo.pop() {
            if part == ".." {
                if depth > 0 {
                    real.pop();
                    depth -= 1;
                }
                continue;
            }
            real.push(&part);
            depth += 1;
            let is_link = match fs::symlink_metadata(&real) {
                Ok(metadata) => metadata.file_type().is_symlink(),
                Err(error) if is_absent(&error) => return Ok(None),
                Err(error) => return Err(error),
            };
            if !is_link {
                continue;
            }
            links += 1;
            if links > LINKS_MAX {
                return Err(io::Error::from_raw_os_error(nix::libc::ELOOP));
            }
            let target = fs::read_link(&real)?;
            real.pop();
            depth -= 1;
            if target.is_absolute() {
                real.clone_from(&self.root);
                depth = 0;
            }
            todo.extend(parts(&target));
        }
        Ok(Some(real))
    }
}

/// Names in reverse, so that the next one is popped from the end.
fn parts(path: &Path) -> Vec<std::ffi::OsString> {
    use std::path::Component;
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    let mut names: Vec<_> = names.collect();
    names.reverse();
    names
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn refuse_special(kind: fs::FileType) -> io::Result<()> {
    if kind.is_file() || kind.is_dir() {
        return Ok(());
    }
    let what = match () {
        () if kind.is_fifo() => "a pipe",
        () if kind.is_socket() => "a socket",
        () if kind.is_block_device() || kind.is_char_device() => "a device",
        () => "no regular file",
    };
    Err(io::Error::other(format!("it is {what}")))
}

impl RootFs for Dir {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError> {
        let unreadable = |error: io::Error| RootFsError::Unreadable {
            path: path.into(),
            reason: error.to_string(),
        };
        let Some(file) = self.open_inside(path).map_err(unreadable)? else {
            return Ok(None);
        };
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::Error::other("it is a folder")));
        }
        let too_large = |bytes| RootFsError::TooLarge {
            path: path.into(),
            bytes,
            bytes_max,
        };
        if metadata.len() > bytes_max {
            return Err(too_large(metadata.len()));
        }
        // The length is only a hint: the file may grow, and those of /proc have none.
        let mut content = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
        file.take(bytes_max.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(unreadable)?;
        match content.len() as u64 {
            bytes if bytes > bytes_max => Err(too_large(bytes)),
            _ => Ok(Some(content)),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError> {
        let unreadable = |error: io::Error| RootFsError::Unreadable {
            path: path.into(),
            reason: error.to_string(),
        };
        let Some(real) = self.resolve(path).map_err(unreadable)? else {
            return Ok(Vec::new());
        };
        let entries = match fs::read_dir(&real) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            if names.len() == NAMES_MAX {
                return Err(unreadable(io::Error::other(format!(
                    "it has more than {NAMES_MAX} names"
                ))));
            }
            // A name that is not UTF-8 is no path of this interface, and no package manager writes one.
            names.extend(entry.map_err(unreadable)?.file_name().into_string().ok());
        }
        names.sort_unstable();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn dir() -> (tempfile::TempDir, Dir) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("usr/lib")).unwrap();
        fs::create_dir_all(root.join("etc")).unwrap();
        fs::write(root.join("usr/lib/os-release"), "inside").unwrap();
        fs::write(folder.path().join("secret"), "outside").unwrap();
        for (target, link) in [
            ("../usr/lib/os-release", "etc/os-release"),
            ("/usr/lib/os-release", "etc/absolute"),
            ("../../../../../usr/lib/os-release", "etc/climbs"),
            ("../../secret", "etc/escapes"),
            ("usr/lib", "lib"),
            ("loop-b", "loop-a"),
            ("loop-a", "loop-b"),
            ("/proc/self/environ", "etc/environ"),
            ("missing", "etc/dangling"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let secret = folder.path().join("secret");
        symlink(secret, root.join("etc/outside")).unwrap();
        let dir = Dir::open(&root).unwrap();
        (folder, dir)
    }

    /// What both ways of resolving must say: the content, nothing, or the refusal.
    fn check(dir: &Dir, path: &str, expected: Result<Option<&str>, ()>) {
        let read = |file: io::Result<Option<File>>| {
            file.map(|file| file.map(|mut file| io::read_to_string(&mut file).unwrap()))
                .map_err(|_| ())
        };
        let expected = expected.map(|text| text.map(str::to_owned));
        assert_eq!(read(dir.open_by_steps(path)), expected, "{path}, by steps");
        #[cfg(target_os = "linux")]
        assert_eq!(read(dir.open_by_kernel(path)), expected, "{path}, by the kernel");
    }

    #[test]
    fn links_stay_inside_the_root() {
        let (_folder, dir) = dir();
        check(&dir, "usr/lib/os-release", Ok(Some("inside")));
        check(&dir, "etc/os-release", Ok(Some("inside")));
        check(&dir, "etc/absolute", Ok(Some("inside")));
        check(&dir, "etc/climbs", Ok(Some("inside")));
        check(&dir, "lib/os-release", Ok(Some("inside")));
        check(&dir, "etc/escapes", Ok(None));
        check(&dir, "etc/outside", Ok(None));
        check(&dir, "../secret", Ok(None));
        check(&dir, "etc/environ", Ok(None));
        check(&dir, "etc/dangling", Ok(None));
        check(&dir, "usr/lib/os-release/x", Ok(None));
        check(&dir, "loop-a", Err(()));
        assert_eq!(dir.list("lib").unwrap(), ["os-release"]);
        assert_eq!(dir.list("missing").unwrap(), [""; 0]);
        assert_eq!(dir.list("usr/lib/os-release").unwrap(), [""; 0]);
    }

    #[test]
    fn pipes_are_refused_without_waiting_and_sizes_are_bounded() {
        let (folder, dir) = dir();
        let root = folder.path().join("root");
        nix::unistd::mkfifo(&root.join("pipe"), nix::sys::stat::Mode::S_IRUSR).unwrap();
        check(&dir, "pipe", Err(()));
        let error = dir.read("pipe", 10).unwrap_err().to_string();
        assert_eq!(error, "\"pipe\" could not be read: it is a pipe");
        assert!(matches!(
            dir.read("usr/lib/os-release", 5),
            Err(RootFsError::TooLarge {
                bytes: 6,
                bytes_max: 5,
                ..
            })
        ));
        assert_eq!(dir.read("usr/lib/os-release", 6).unwrap().unwrap(), b"inside");
        assert!(dir.read("usr/lib", 6).is_err());
    }
}
