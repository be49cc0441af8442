//! What an operator allows to whom: `acme=env:EDGE_KEY`, `acme=file:/etc/qlrf/acme`, `*=vault:kv/shared`.

use std::path::{Path, PathBuf};

use super::Reference;
use super::reference::{absolute, mounted, variable};
use crate::grant::Whom;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    to: Whom,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Exactly this variable.
    Variable(String),
    /// Every file at or below this folder.
    Folder(PathBuf),
    /// Every secret at or below this path.
    Vault { mount: String, path: Vec<String> },
}

impl Allowed {
    pub fn parse(text: &str) -> Result<Allowed, String> {
        let form = "ORGANISATION=env:NAME, …=file:/folder or …=vault:mount/path";
        let (to, place) = Whom::split(text, form)?;
        Ok(Allowed {
            to,
            place: Place::parse(place)?,
        })
    }

    pub(super) fn is_of(&self, org: &str) -> bool {
        self.to.is(org)
    }
}

impl Place {
    fn parse(text: &str) -> Result<Place, String> {
        match text.split_once(':') {
            Some(("env", name)) => match variable(name) {
                Some(name) if is_own(&name) => Err(format!("`{name}` is the server's own")),
                Some(name) => Ok(Place::Variable(name)),
                None => Err("after `env:` it takes the whole name of a variable".into()),
            },
            Some(("file", folder)) => match absolute(folder) {
                Some(folder) if folder == Path::new("/") => {
                    Err("`/` would allow every file of the machine".into())
                }
                Some(folder) => Ok(Place::Folder(folder)),
                None => Err("after `file:` it takes the absolute path of a folder, without `..`".into()),
            },
            Some(("vault", path)) => mounted(path)
                .map(|(mount, path)| Place::Vault { mount, path })
                .ok_or_else(|| "after `vault:` it takes a mount and a path below it, without `#`".into()),
            _ => Err("it takes `env:`, `file:` or `vault:` after the organisation".into()),
        }
    }

    pub(super) fn holds(&self, reference: &Reference) -> bool {
        match (self, reference) {
            (Place::Variable(allowed), Reference::Env(name)) => allowed == name,
            (Place::Folder(folder), Reference::File(path)) => path != folder && path.starts_with(folder),
            (
                Place::Vault { mount, path },
                Reference::Vault {
                    mount: wanted,
                    path: below,
                    ..
                },
            ) => mount == wanted && below.starts_with(path),
            _ => false,
        }
    }
}

/// What the server itself is configured by.
fn is_own(variable: &str) -> bool {
    variable == "DATABASE_URL"
        || ["QLRF_", "VAULT_", "PG"]
            .iter()
            .any(|own| variable.starts_with(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(allowed: &str, org: &str, reference: &str) -> bool {
        let allowed = Allowed::parse(allowed).unwrap();
        allowed.is_of(org) && allowed.place.holds(&Reference::parse(reference).unwrap())
    }

    #[test]
    fn only_what_lies_at_or_below_an_allowed_place_may_be_named() {
        assert!(may("acme=env:KEY", "acme", "env:KEY"));
        assert!(!may("acme=env:KEY", "other", "env:KEY"));
        assert!(!may("acme=env:KEY", "acme", "env:KEY2"));
        assert!(may("acme=file:/run/s", "acme", "file:/run/s/a/b"));
        assert!(!may("acme=file:/run/s", "acme", "file:/run/s2/a"));
        assert!(!may("acme=file:/run/s", "acme", "file:/run/s"));
        assert!(may("*=vault:kv/acme", "any", "vault:kv/acme/edge#k"));
        assert!(may("*=vault:kv/acme", "any", "vault:kv/acme#k"));
        assert!(!may("*=vault:kv/acme", "any", "vault:kv/acme2#k"));
        assert!(!may("*=vault:kv/acme", "any", "vault:other/acme#k"));
        assert!(may("acme=vault:kv", "acme", "vault:kv/x#k"));
        assert!(!may("acme=vault:kv", "acme", "env:KEY"));
    }

    #[test]
    fn what_would_give_too_much_is_refused() {
        for wrong in [
            "env:KEY",
            "acme=KEY",
            "=env:KEY",
            "Acme=env:KEY",
            "acme=env:",
            "acme=env:*",
            "acme=env:DATABASE_URL",
            "acme=env:QLRF_TOKEN",
            "acme=env:PGPASSWORD",
            "acme=file:/",
            "acme=file:etc",
            "acme=file:/a/../b",
            "acme=vault:",
            "acme=vault:kv/a#b",
            "acme=vault:kv/../sys",
        ] {
            assert!(Allowed::parse(wrong).is_err(), "{wrong}");
        }
    }
}
