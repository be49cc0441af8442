//! The hosts that are read: those of the form, and those of a file on the server's machine. Each is checked in the same way,
//! and named once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::ConfigError;
use super::super::host::check_text;
use super::config::{HOSTS_MAX, HostConfig, LABELS_MAX, default_port, target, wrong};
use super::known_hosts::{KnownHosts, Wanted};
use crate::address::Policy;
use crate::folder::{self, Rules};
use crate::grant::Grant;
use crate::secret::absolute;

/// Ten thousand hosts with some words each. What stands in it is shown to whoever names it, so everybody may read it anyway.
const HOSTS_FILE: Rules = Rules {
    bytes_max: 4 << 20,
    mode_refused: 0o022,
    mode_needed: 0o044,
};
/// Of what is wrong with a file.
const WRONG_LINES_MAX: usize = 10;
const WORD_CHARS_MAX: usize = 80;

/// A host, and by what it is known.
#[derive(Clone)]
pub struct Target {
    pub host: HostConfig,
    pub wanted: Wanted,
}

#[derive(Clone, Default)]
pub struct Roster {
    pub targets: Vec<Target>,
    seen: BTreeSet<(String, u16)>,
}

impl Roster {
    pub fn of_form(
        hosts: &[HostConfig],
        known: &KnownHosts,
        addresses: &Policy,
    ) -> Result<Roster, ConfigError> {
        let place = |n: usize| format!("hosts[{n}]");
        let mut roster = Roster::default();
        for (n, host) in hosts.iter().enumerate() {
            roster.add(&place(n), host.clone(), known)?;
        }
        // What is wrong in itself is told before what the operator may still allow.
        for (n, target) in roster.targets.iter().enumerate() {
            target.check_address(&place(n), addresses)?;
        }
        Ok(roster)
    }

    /// All of a file, or what is wrong with it: a file that is half read would leave hosts to grow old unnoticed.
    pub async fn add_file(&mut self, path: &Path, known: &KnownHosts, grant: &Grant) -> Result<(), String> {
        let folder = folder_of(path, &grant.host_folders).map_err(|error| error.to_string())?;
        let text = folder::read_text(folder, path, HOSTS_FILE).await?;
        self.add_lines(&text, known, &grant.addresses)
    }

    fn add_lines(&mut self, text: &str, known: &KnownHosts, addresses: &Policy) -> Result<(), String> {
        let before = self.targets.len();
        let mut wrong = Vec::new();
        for (n, line) in text.lines().enumerate() {
            let place = format!("line {}", n + 1);
            if let Err(reason) = self.add_line(&place, line, known, addresses) {
                wrong.push(format!("{place}: {reason}"));
            }
            if wrong.len() == WRONG_LINES_MAX || self.targets.len() > HOSTS_MAX {
                break;
            }
        }
        match (wrong.is_empty(), self.targets.len()) {
            (false, _) => Err(format!("cannot be taken: {}", wrong.join("; "))),
            (true, now) if now > HOSTS_MAX => Err(format!("makes them more than {HOSTS_MAX} hosts")),
            (true, now) if now == before => Err("names no host".to_owned()),
            (true, _) => Ok(()),
        }
    }

    /// `[user@]host[:port]` and then `site=…`, `env=…`, `fingerprint=…`, `label.NAME=…`; `#` begins a comment.
    fn add_line(
        &mut self,
        place: &str,
        line: &str,
        known: &KnownHosts,
        addresses: &Policy,
    ) -> Result<(), String> {
        let Some(host) = read(line)? else {
            return Ok(());
        };
        let added = self.add(place, host, known);
        let allowed = added.and_then(|target| target.check_address(place, addresses));
        allowed.map_err(|error| match error.place() {
            Some((_, reason)) => reason.to_owned(),
            None => error.to_string(),
        })
    }

    fn add(&mut self, place: &str, host: HostConfig, known: &KnownHosts) -> Result<&Target, ConfigError> {
        check(place, &host)?;
        let fingerprint = host.fingerprint.as_deref();
        let wanted = target((known, place), &host.address, host.port, fingerprint)?;
        if !self.seen.insert((wanted.host.to_ascii_lowercase(), wanted.port)) {
            let reason = format!("the host \"{}\" is named twice", super::config::name(&wanted));
            return Err(wrong(&format!("{place}.address"), &reason));
        }
        let at = self.targets.len();
        self.targets.push(Target { host, wanted });
        Ok(&self.targets[at])
    }
}

impl Target {
    fn check_address(&self, place: &str, addresses: &Policy) -> Result<(), ConfigError> {
        let allowed = addresses.check(&self.wanted.host);
        allowed.map_err(|error| wrong(&format!("{place}.address"), &error.to_string()))
    }
}

/// The allowed folder that holds a file.
pub fn folder_of<'a>(path: &Path, allowed: &'a [PathBuf]) -> Result<&'a Path, ConfigError> {
    let plain = path.to_str().and_then(absolute);
    let found = plain.and_then(|path| {
        let mut folders = allowed.iter().map(PathBuf::as_path);
        folders.find(|folder| path != **folder && path.starts_with(folder))
    });
    found.ok_or_else(|| {
        let reason = format!(
            "the operator of the server has not allowed \"{}\" to this organisation; see `qlrf serve --allow-hosts-folder`",
            path.display()
        );
        wrong("hosts_file", &reason)
    })
}

fn check(place: &str, host: &HostConfig) -> Result<(), ConfigError> {
    let labels = format!("{place}.labels");
    if host.labels.len() > LABELS_MAX {
        return Err(wrong(&labels, &format!("a host has at most {LABELS_MAX} labels")));
    }
    for (name, text) in [
        ("address", Some(&host.address)),
        ("user", host.user.as_ref()),
        ("site", host.site.as_ref()),
        ("env", host.env.as_ref()),
    ] {
        if let Some(text) = text {
            check_text(name, text).map_err(|error| wrong(&format!("{place}.{name}"), &error))?;
        }
    }
    for text in host.labels.iter().flat_map(|(key, value)| [key, value]) {
        check_text("labels", text).map_err(|error| wrong(&labels, &error))?;
    }
    Ok(())
}

/// `None`: it names no host.
fn read(line: &str) -> Result<Option<HostConfig>, String> {
    let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
    let Some(first) = words.next() else {
        return Ok(None);
    };
    let (user, place) = match first.rsplit_once('@') {
        Some((user, place)) => (Some(user.to_owned()), place),
        None => (None, first),
    };
    let (address, port) = split_port(place)?;
    let mut host = HostConfig {
        address: address.to_owned(),
        port,
        user,
        fingerprint: None,
        site: None,
        env: None,
        labels: BTreeMap::new(),
    };
    for word in words {
        let (key, value) = word
            .split_once('=')
            .ok_or_else(|| format!("\"{}\" is not `key=value`", shown(word)))?;
        let value = value.to_owned();
        let before = match key {
            "site" => host.site.replace(value),
            "env" => host.env.replace(value),
            "fingerprint" => host.fingerprint.replace(value),
            _ => match key.strip_prefix("label.") {
                Some(name) => host.labels.insert(name.to_owned(), value),
                None => {
                    return Err(format!(
                        "\"{}\" is none of `site`, `env`, `fingerprint` and `label.NAME`",
                        shown(key)
                    ));
                }
            },
        };
        if before.is_some() {
            return Err(format!("\"{}\" is given twice", shown(key)));
        }
    }
    Ok(Some(host))
}

/// `host`, `host:22`, `[fd12::7]:22`, and an address of version 6 alone.
fn split_port(place: &str) -> Result<(&str, u16), String> {
    let port = match place.rsplit_once(':') {
        Some((host, port)) if host.ends_with(']') || !host.contains(':') => Some((host, port)),
        _ => None,
    };
    let Some((host, port)) = port else {
        return Ok((place, default_port()));
    };
    let number = port.parse().ok().filter(|number| *number > 0);
    Ok((
        host,
        number.ok_or_else(|| format!("\"{}\" is no port", shown(port)))?,
    ))
}

/// A word of a line may be as long as the file, and hold what a terminal obeys.
fn shown(word: &str) -> String {
    let plain = word.chars().filter(|c| !c.is_control());
    plain.take(WORD_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "* ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    fn roster(text: &str) -> Result<Roster, String> {
        let known = KnownHosts::parse(&[KNOWN.to_owned()]).unwrap();
        let mut roster = Roster::default();
        roster
            .add_lines(text, &known, &Policy::default())
            .map(|()| roster)
    }

    #[test]
    fn a_line_names_a_host_and_what_is_known_of_it() {
        let text = "# racks\n\n10.1.2.3\r\n  qlrf@edge.example.org:2222 site=fra1 env=prod label.rack=r7 # near the door\n\
                    [fd12::7]:23\nfd12::8\n";
        let found = roster(text).unwrap().targets;
        let told = |target: &Target| {
            (
                target.wanted.host.clone(),
                target.wanted.port,
                target.host.user.clone(),
            )
        };
        let own = |host: &str, port| (host.to_owned(), port, None);
        let edge = ("edge.example.org".to_owned(), 2222, Some("qlrf".to_owned()));
        let expected = [own("10.1.2.3", 22), edge, own("fd12::7", 23), own("fd12::8", 22)];
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), expected);
        let host = &found[1].host;
        assert_eq!(
            (host.site.as_deref(), host.env.as_deref()),
            (Some("fra1"), Some("prod"))
        );
        assert_eq!(
            host.labels,
            BTreeMap::from([("rack".to_owned(), "r7".to_owned())])
        );
    }

    #[test]
    fn an_error_names_its_line() {
        for (line, said) in [
            ("web site", "not `key=value`"),
            ("web sites=fra1", "none of `site`"),
            ("web site=a site=b", "given twice"),
            ("web site=", "\"site\" must have"),
            ("web:0", "no port"),
            ("web:99999", "no port"),
            ("@web", "\"user\" must have"),
            ("we$b", "no name or address"),
            ("FIRST", "named twice"),
            ("first:22", "named twice"),
            ("web fingerprint=x", "not `SHA256:"),
            ("169.254.169.254", "169.254.169.254"),
            ("127.0.0.1", "server's own machine"),
        ] {
            let refused = roster(&format!("first\n\n{line}\nlast\n")).err().unwrap();
            assert!(
                refused.starts_with("cannot be taken: line 3: ") && refused.contains(said),
                "{line}: {refused}"
            );
        }
        let many: String = (0..=HOSTS_MAX).map(|n| format!("host{n}\n")).collect();
        assert_eq!(roster(&many).err().unwrap(), "makes them more than 10000 hosts");
        let wrong = roster(&"we$b\n".repeat(20)).err().unwrap();
        assert_eq!(wrong.matches("line ").count(), WRONG_LINES_MAX);
    }
}
