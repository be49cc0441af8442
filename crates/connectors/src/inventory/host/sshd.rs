//! What `sshd_config` sets. Defaults are not invented: a keyword that no file sets is absent.
//!
//! sshd_config(5): for each keyword the first obtained value is used; `Include` is read where it stands, its patterns
//! in lexical order, relative ones below `/etc/ssh`; what follows a `Match` holds only for some connections.

use std::collections::BTreeMap;

use qlrf_core::rootfs::{RootFs, RootFsError};

const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// sshd itself stops at 16 levels of `Include`.
const DEPTH_MAX: usize = 16;
const FILES_MAX: usize = 512;

/// Keyword as sshd_config(5) spells the common ones, else as written → value. `None` where there is no such file.
pub fn settings(root: &dyn RootFs) -> Result<Option<BTreeMap<String, String>>, RootFsError> {
    let mut reader = Reader {
        root,
        found: BTreeMap::new(),
        files: 0,
    };
    Ok(reader.read(MAIN, 0)?.then_some(reader.found).map(named))
}

const MAIN: &str = "etc/ssh/sshd_config";

struct Reader<'a> {
    root: &'a dyn RootFs,
    /// Lower-cased keyword → keyword as written and value.
    found: BTreeMap<String, (String, String)>,
    files: usize,
}

impl Reader<'_> {
    fn read(&mut self, path: &str, depth: usize) -> Result<bool, RootFsError> {
        self.files += 1;
        if depth > DEPTH_MAX || self.files > FILES_MAX {
            let reason = format!("more than {DEPTH_MAX} levels or {FILES_MAX} files are included");
            return Err(RootFsError::Unreadable {
                path: path.to_owned(),
                reason,
            });
        }
        let Some(bytes) = self.root.read(path, FILE_BYTES_MAX)? else {
            return Ok(false);
        };
        for line in String::from_utf8_lossy(&bytes).lines() {
            let Some((keyword, value)) = keyword_and_value(line) else {
                continue;
            };
            match keyword.to_ascii_lowercase().as_str() {
                // Ends with the file: what an included file matches does not reach into the one that includes it.
                "match" => break,
                "include" => {
                    for pattern in value.split_whitespace() {
                        self.include(pattern.trim_matches('"'), depth)?;
                    }
                }
                lower => {
                    self.found
                        .entry(lower.to_owned())
                        .or_insert_with(|| (keyword.to_owned(), super::printable(value)));
                }
            }
        }
        Ok(true)
    }

    fn include(&mut self, pattern: &str, depth: usize) -> Result<(), RootFsError> {
        let path = pattern
            .strip_prefix('/')
            .map_or_else(|| format!("etc/ssh/{pattern}"), str::to_owned);
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        if !file.contains(['*', '?']) {
            self.read(&path, depth + 1)?;
            return Ok(());
        }
        for name in self.root.list(folder)? {
            if !name.starts_with('.') && glob(file.as_bytes(), name.as_bytes()) {
                self.read(&format!("{folder}/{name}"), depth + 1)?;
            }
        }
        Ok(())
    }
}

fn keyword_and_value(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end = line.find(|c: char| c.is_whitespace() || c == '=')?;
    let value = line[end..].trim_start_matches(|c: char| c.is_whitespace() || c == '=');
    // A comment may follow a value (OpenSSH 8.5 and later).
    let value = value.split_once(" #").map_or(value, |(value, _)| value).trim();
    let unquoted = value
        .strip_prefix('"')
        .and_then(|v| v.strip_suffix('"'))
        .filter(|v| !v.contains('"'));
    let value = unquoted.unwrap_or(value);
    (!value.is_empty()).then_some((&line[..end], value))
}

/// `*` and `?` as glob(7), without classes. Linear in the product of both lengths.
pub fn glob(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        if p < pattern.len() && (pattern[p] == b'?' || pattern[p] == name[n]) && pattern[p] != b'*' {
            (p, n) = (p + 1, n + 1);
        } else if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, n));
            p += 1;
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            (p, n) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

fn named(found: BTreeMap<String, (String, String)>) -> BTreeMap<String, String> {
    let spelled = |lower: &str, written: String| {
        KEYWORDS
            .iter()
            .find(|keyword| keyword.eq_ignore_ascii_case(lower))
            .map_or(written, |k| (*k).to_owned())
    };
    found
        .into_iter()
        .map(|(lower, (written, value))| (spelled(&lower, written), value))
        .collect()
}

/// The keywords that hardening guides speak of, spelled as sshd_config(5) does.
const KEYWORDS: &[&str] = &[
    "AllowAgentForwarding",
    "AllowGroups",
    "AllowTcpForwarding",
    "AllowUsers",
    "Banner",
    "ChallengeResponseAuthentication",
    "Ciphers",
    "ClientAliveCountMax",
    "ClientAliveInterval",
    "DenyGroups",
    "DenyUsers",
    "GSSAPIAuthentication",
    "HostbasedAuthentication",
    "IgnoreRhosts",
    "KbdInteractiveAuthentication",
    "KexAlgorithms",
    "LogLevel",
    "LoginGraceTime",
    "MACs",
    "MaxAuthTries",
    "MaxSessions",
    "MaxStartups",
    "PasswordAuthentication",
    "PermitEmptyPasswords",
    "PermitRootLogin",
    "PermitUserEnvironment",
    "Port",
    "PubkeyAuthentication",
    "UsePAM",
    "X11Forwarding",
];

#[cfg(test)]
mod tests {
    use qlrf_core::rootfs::Files;

    use super::*;

    #[test]
    fn the_first_value_wins_includes_stand_in_place_and_matches_are_left_out() {
        let root = Files::new(&[
            (
                MAIN,
                "Include /etc/ssh/sshd_config.d/*.conf\nPERMITROOTLOGIN yes\nport=2222 # here\n# UsePAM yes\nBanner \"/etc/issue net\"\nMatch User backup\n  PasswordAuthentication yes\n",
            ),
            (
                "etc/ssh/sshd_config.d/10-a.conf",
                "PermitRootLogin no\nMatch all\nX11Forwarding no\n",
            ),
            (
                "etc/ssh/sshd_config.d/20-b.conf",
                "PermitRootLogin prohibit-password\nMaxAuthTries 3\n",
            ),
            ("etc/ssh/sshd_config.d/ignored", "UsePAM no\n"),
        ]);
        let set = settings(&root).unwrap().unwrap();
        let shown: Vec<String> = set.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            shown,
            [
                "Banner=/etc/issue net",
                "MaxAuthTries=3",
                "PermitRootLogin=no",
                "Port=2222"
            ]
        );
    }

    #[test]
    fn no_file_is_unknown_and_a_loop_is_an_error() {
        assert!(settings(&Files::default()).unwrap().is_none());
        let root = Files::new(&[(MAIN, "Include /etc/ssh/sshd_config\n")]);
        assert!(settings(&root).unwrap_err().to_string().contains("levels"));
    }

    #[test]
    fn a_glob_of_many_stars_is_not_slow() {
        assert!(!glob("*a".repeat(40).as_bytes(), "a".repeat(39).as_bytes()));
        assert!(glob(b"*.conf", b".conf") && glob(b"?0-*", b"10-x") && !glob(b"*.conf", b"a.confx"));
    }
}
