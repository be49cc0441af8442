//! Is it the host that it is taken for? Lines as in known_hosts (sshd(8)), or one fingerprint for one host. Nothing is
//! learned from a host that answers for the first time.

use std::borrow::Cow;

use qlrf_core::time::now;
use russh::Preferred;
use russh::keys::ssh_key::known_hosts::{Entry, HostPatterns, Marker};
use russh::keys::ssh_key::{Algorithm, Fingerprint, HashAlg};
use russh::keys::{Certificate, PublicKeyOrCertificate};

use super::super::host::glob;

const SSH_PORT: u16 = 22;

#[derive(Debug, Default)]
pub struct KnownHosts(Vec<Entry>);

/// The host that somebody wants to reach.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub host: String,
    pub port: u16,
    pub fingerprint: Option<Fingerprint>,
}

impl KnownHosts {
    pub fn parse(lines: &[String]) -> Result<KnownHosts, String> {
        let mut entries = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let wrong = |what: &str| format!("line {} of \"known_hosts\" {what}", number + 1);
            let entry: Entry = line
                .parse()
                .map_err(|_| wrong("is not `[@marker] names key-type key`"))?;
            if matches!(entry.host_patterns(), HostPatterns::HashedName { .. }) {
                return Err(wrong(
                    "has a hashed name; take it from `ssh-keyscan` without `-H`",
                ));
            }
            entries.push(entry);
        }
        Ok(KnownHosts(entries))
    }

    /// Is there anything by which this host could prove itself?
    pub fn knows(&self, wanted: &Wanted) -> bool {
        let known = self
            .of(wanted)
            .any(|entry| entry.marker() != Some(&Marker::Revoked));
        known || wanted.fingerprint.is_some()
    }

    /// The text says what was shown and what was expected.
    pub fn judge(&self, wanted: &Wanted, shown: &PublicKeyOrCertificate) -> Result<(), String> {
        let key = shown.public_key();
        let fingerprint = key.fingerprint(HashAlg::Sha256);
        let is = |entry: &&Entry| entry.public_key().key_data() == key.key_data();
        let marked = |marker: Marker| {
            self.of(wanted)
                .filter(move |entry| entry.marker() == Some(&marker))
        };
        let signer = shown.certificate().map(Certificate::signature_key);
        let revoked = |entry: &Entry| is(&entry) || signer == Some(entry.public_key().key_data());
        if marked(Marker::Revoked).any(revoked) {
            return Err(format!("its key {fingerprint} was revoked"));
        }
        let pinned = |wanted: Fingerprint| key.fingerprint(wanted.algorithm()) == wanted;
        if wanted.fingerprint.is_some_and(pinned)
            || self
                .of(wanted)
                .any(|entry| entry.marker().is_none() && is(&entry))
        {
            return Ok(());
        }
        if let Some(certificate) = shown.certificate() {
            let authorities: Vec<Fingerprint> = marked(Marker::CertAuthority)
                .map(|entry| entry.public_key().fingerprint(HashAlg::Sha256))
                .collect();
            return check_certificate(wanted, certificate, &authorities);
        }
        let algorithm = key.algorithm();
        Err(format!(
            "it shows the {algorithm} key {fingerprint}, which is none of those that are known for it"
        ))
    }

    /// Algorithms, those first by which this host is known: a host shows one key, and has several.
    pub fn preferred(&self, wanted: &Wanted) -> Preferred {
        let known: Vec<Algorithm> = self
            .of(wanted)
            .filter(|entry| entry.marker().is_none())
            .map(|entry| entry.public_key().algorithm())
            .collect();
        let is_rsa = |algorithm: &Algorithm| matches!(algorithm, Algorithm::Rsa { .. });
        let same = |a: &Algorithm, b: &Algorithm| a == b || (is_rsa(a) && is_rsa(b));
        // RSA with SHA-1 proves nothing any more.
        let sound = |algorithm: &&Algorithm| !matches!(algorithm, Algorithm::Rsa { hash: None });
        let mut keys: Vec<Algorithm> = Preferred::DEFAULT.key.iter().filter(sound).cloned().collect();
        keys.sort_by_key(|algorithm| !known.iter().any(|known| same(known, algorithm)));
        let certified = self
            .of(wanted)
            .any(|entry| entry.marker() == Some(&Marker::CertAuthority));
        Preferred {
            host_key_certificates: match certified {
                true => Cow::Owned(keys.clone()),
                false => Cow::Borrowed(&[]),
            },
            key: Cow::Owned(keys),
            ..Preferred::DEFAULT
        }
    }

    fn of<'a>(&'a self, wanted: &'a Wanted) -> impl Iterator<Item = &'a Entry> {
        self.0.iter().filter(|entry| matches(entry, wanted))
    }
}

/// An entry without a port is about port 22; an authority vouches for a host whatever its port.
fn matches(entry: &Entry, wanted: &Wanted) -> bool {
    let HostPatterns::Patterns(patterns) = entry.host_patterns() else {
        return false;
    };
    let host = wanted.host.to_ascii_lowercase();
    let mut names = Vec::new();
    if wanted.port != SSH_PORT {
        names.push(format!("[{host}]:{}", wanted.port));
    }
    if wanted.port == SSH_PORT || entry.marker().is_some() {
        names.push(host);
    }
    let fits = |pattern: &str| {
        let pattern = pattern.to_ascii_lowercase();
        names.iter().any(|name| glob(pattern.as_bytes(), name.as_bytes()))
    };
    let denied = patterns
        .iter()
        .any(|pattern| pattern.strip_prefix('!').is_some_and(fits));
    !denied
        && patterns
            .iter()
            .any(|pattern| !pattern.starts_with('!') && fits(pattern))
}

fn check_certificate(
    wanted: &Wanted,
    shown: &Certificate,
    authorities: &[Fingerprint],
) -> Result<(), String> {
    let signer = shown.signature_key().fingerprint(HashAlg::Sha256);
    if !authorities.contains(&signer) {
        return Err(format!(
            "its certificate is signed by {signer}, which is no authority for it"
        ));
    }
    let at = u64::try_from(now().unix_timestamp()).unwrap_or_default();
    if !shown.cert_type().is_host() || shown.validate_at(at, authorities).is_err() {
        return Err("its certificate is not one of a host, not valid now, or badly signed".to_owned());
    }
    // A certificate without names would speak for every host of its authority.
    if !shown
        .valid_principals()
        .iter()
        .any(|name| name.eq_ignore_ascii_case(&wanted.host))
    {
        return Err(format!("its certificate is not for \"{}\"", wanted.host));
    }
    match shown.critical_options().is_empty() {
        true => Ok(()),
        false => Err("its certificate makes demands that are not understood".to_owned()),
    }
}

pub fn fingerprint(text: &str) -> Option<Fingerprint> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use russh::keys::PublicKey;

    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6rWI3G1sz07DnfFlrouTcysQlj2P+jpNSOEWD9OJ3X";

    fn wanted(host: &str, port: u16) -> Wanted {
        Wanted {
            host: host.to_owned(),
            port,
            fingerprint: None,
        }
    }

    fn judge(lines: &[String], wanted: &Wanted) -> Result<(), String> {
        let shown = PublicKey::from_openssh(KEY).unwrap();
        KnownHosts::parse(lines).unwrap().judge(wanted, &shown.into())
    }

    #[test]
    fn a_line_speaks_for_the_hosts_that_it_names() {
        for (names, host, port, known) in [
            ("web1", "web1", 22, true),
            ("web1", "WEB1", 22, true),
            ("web1", "web1", 2222, false),
            ("[web1]:2222", "web1", 2222, true),
            ("[web1]:2222", "web1", 22, false),
            ("db1,web1", "web1", 22, true),
            ("*.example.org", "a.example.org", 22, true),
            ("*.example.org,!b.example.org", "b.example.org", 22, false),
            ("web?", "web12", 22, false),
            ("10.0.0.7", "10.0.0.7", 22, true),
        ] {
            let line = [format!("{names} {KEY} comment")];
            assert_eq!(
                judge(&line, &wanted(host, port)).is_ok(),
                known,
                "{names} {host} {port}"
            );
        }
    }

    #[test]
    fn another_key_an_unknown_host_and_a_revoked_key_are_refused() {
        let of = |lines: &[String]| judge(lines, &wanted("web1", 22)).unwrap_err();
        assert!(of(&[]).contains("none of those that are known"));
        assert!(of(&[format!("web1 {OTHER}")]).contains("none of those that are known"));
        assert!(of(&[format!("web1 {KEY}"), format!("@revoked * {KEY}")]).contains("revoked"));
        // An authority's own key is no key of a host.
        assert!(of(&[format!("@cert-authority * {KEY}")]).contains("none of those"));
        let shown = PublicKey::from_openssh(KEY).unwrap().fingerprint(HashAlg::Sha256);
        let pinned = Wanted {
            fingerprint: fingerprint(&shown.to_string()),
            ..wanted("web1", 22)
        };
        assert_eq!(judge(&[], &pinned), Ok(()));
        let other = PublicKey::from_openssh(OTHER)
            .unwrap()
            .fingerprint(HashAlg::Sha256);
        let pinned = Wanted {
            fingerprint: fingerprint(&other.to_string()),
            ..wanted("web1", 22)
        };
        assert!(judge(&[], &pinned).is_err());
    }

    #[test]
    fn lines_that_cannot_be_used_are_refused_with_their_number() {
        let wrong = |line: &str| KnownHosts::parse(&["# fine".into(), line.into()]).unwrap_err();
        assert!(wrong("web1").contains("line 2"));
        assert!(wrong("web1 ssh-ed25519 notbase64!").contains("line 2"));
        let hashed = format!("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= {KEY}");
        assert!(wrong(&hashed).contains("without `-H`"));
    }
}
