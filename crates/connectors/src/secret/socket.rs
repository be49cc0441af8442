//! A program that uses secrets for us and never gives them away, such as an SSH agent: reached at a socket below an allowed
//! folder whatever links say.

use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use tokio::net::UnixStream;

pub(super) async fn connect(folder: &Path, path: &Path) -> Result<UnixStream, String> {
    let unreadable = |error: std::io::Error| format!("could not be reached: {error}");
    let folder = tokio::fs::canonicalize(folder).await.map_err(unreadable)?;
    let path = tokio::fs::canonicalize(path).await.map_err(unreadable)?;
    if !path.starts_with(&folder) {
        return Err("lies elsewhere".to_owned());
    }
    let metadata = tokio::fs::metadata(&path).await.map_err(unreadable)?;
    if !metadata.file_type().is_socket() {
        return Err("is no socket".to_owned());
    }
    let stream = UnixStream::connect(&path).await.map_err(unreadable)?;
    // Whoever answers is asked who it is, and not the folder, where somebody may have put another one meanwhile.
    let (owner, ours) = (
        stream.peer_cred().map_err(unreadable)?.uid(),
        nix::unistd::geteuid(),
    );
    match owner == ours.as_raw() || owner == 0 {
        true => Ok(stream),
        false => Err("is answered by somebody else than the server's user or root".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tokio::net::UnixListener;

    use super::*;

    #[tokio::test]
    async fn only_a_socket_below_the_folder_is_reached() {
        let home = tempfile::tempdir().unwrap();
        let (inside, outside) = (home.path().join("inside"), home.path().join("outside"));
        std::fs::create_dir(&inside).unwrap();
        std::fs::create_dir(&outside).unwrap();
        let _listening = [&inside, &outside].map(|folder| UnixListener::bind(folder.join("agent")).unwrap());
        symlink(outside.join("agent"), inside.join("link")).unwrap();
        std::fs::write(inside.join("file"), "").unwrap();
        assert!(connect(&inside, &inside.join("agent")).await.is_ok());
        for (name, expected) in [
            ("link", "lies elsewhere"),
            ("file", "is no socket"),
            ("none", "could not be reached"),
        ] {
            let reason = connect(&inside, &inside.join(name)).await.unwrap_err();
            assert!(reason.starts_with(expected), "{name}: {reason}");
        }
    }
}
