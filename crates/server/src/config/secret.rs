use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use qlrf_connectors::secret::vault::{Auth, Config, Vault};
use qlrf_connectors::secret::{Allowed, Place, Secrets};
use qlrf_core::secret::Secret;

/// Which secrets the connectors of an organisation may name, and where Vault is.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SecretConfig {
    /// A place whose secrets the connectors of an organisation may name: `acme=env:EDGE_KEY`, `acme=file:/etc/qlrf/acme`,
    /// `acme=vault:kv/acme`; `*=…` is for every organisation. Nothing is allowed by default. Repeat for several.
    #[arg(long = "allow-secret", env = "QLRF_ALLOW_SECRETS", value_delimiter = ',', value_parser = Allowed::parse)]
    pub allowed: Vec<Allowed>,
    /// Vault or OpenBao: `https://vault.example.org:8200`.
    #[arg(long, env = "VAULT_ADDR", requires = "vault_auth")]
    pub vault_addr: Option<reqwest::Url>,
    /// Namespace in Vault.
    #[arg(long, env = "VAULT_NAMESPACE", requires = "vault_addr")]
    pub vault_namespace: Option<String>,
    /// File with the certificates that sign Vault's own.
    #[arg(long, env = "VAULT_CACERT", requires = "vault_addr")]
    pub vault_ca: Option<PathBuf>,
    /// How the server logs in to Vault.
    #[arg(long, env = "QLRF_VAULT_AUTH", value_enum, requires = "vault_addr")]
    pub vault_auth: Option<VaultAuth>,
    /// Where that method is mounted; by default at its own name.
    #[arg(long, env = "QLRF_VAULT_AUTH_MOUNT", requires = "vault_addr")]
    pub vault_auth_mount: Option<String>,
    /// Role id of an AppRole; else name of the role.
    #[arg(long, env = "QLRF_VAULT_ROLE", requires = "vault_addr")]
    pub vault_role: Option<String>,
    /// File with the secret id, the signed token or the token; it is read again at each login.
    #[arg(long, env = "QLRF_VAULT_CREDENTIAL_FILE", requires = "vault_addr")]
    pub vault_credential_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum VaultAuth {
    Approle,
    Kubernetes,
    Jwt,
    /// A token in a file, kept alive by somebody else.
    TokenFile,
}

const SERVICE_ACCOUNT_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

impl SecretConfig {
    /// Takes the allowed variables out of the environment, and checks all of it.
    #[allow(clippy::disallowed_methods, reason = "the environment is read here")]
    pub fn open(&self, data_dir: &Path) -> anyhow::Result<Secrets> {
        for allowed in &self.allowed {
            if let Place::Folder(folder) = &allowed.place
                && (data_dir.starts_with(folder) || folder.starts_with(data_dir))
            {
                anyhow::bail!(
                    "--allow-secret: \"{}\" would let an organisation read the server's own data in \"{}\"",
                    folder.display(),
                    data_dir.display()
                );
            }
        }
        let value = |name: &str| Some((name.to_owned(), Secret::new(std::env::var(name).ok()?)));
        let variables: BTreeMap<String, Secret> =
            Secrets::variables_of(&self.allowed).filter_map(value).collect();
        let vault = self
            .vault()
            .map_err(|reason| anyhow::anyhow!("Vault: {reason}"))?;
        Ok(Secrets::new(self.allowed.clone(), variables, vault))
    }

    fn vault(&self) -> Result<Option<Vault>, String> {
        let (Some(address), Some(method)) = (&self.vault_addr, self.vault_auth) else {
            return Ok(None);
        };
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|error| format!("\"{}\" cannot be read: {error}", path.display()))
        };
        let config = Config {
            address: address.clone(),
            namespace: self.vault_namespace.clone(),
            ca_pem: self.vault_ca.as_ref().map(read).transpose()?,
        };
        Vault::new(&config, self.auth(method)?).map(Some)
    }

    fn auth(&self, method: VaultAuth) -> Result<Auth, String> {
        let mount = |usual: &str| self.vault_auth_mount.clone().unwrap_or_else(|| usual.to_owned());
        let role = || self.vault_role.clone().ok_or("it needs --vault-role");
        let file = self.vault_credential_file.clone();
        let needed = file.clone().ok_or("it needs --vault-credential-file");
        Ok(match method {
            VaultAuth::TokenFile => Auth::TokenFile(needed?),
            VaultAuth::Approle => Auth::AppRole {
                mount: mount("approle"),
                role_id: role()?,
                secret_id: needed?,
            },
            VaultAuth::Kubernetes => Auth::Jwt {
                mount: mount("kubernetes"),
                role: role()?,
                jwt: file.unwrap_or_else(|| SERVICE_ACCOUNT_TOKEN.into()),
            },
            VaultAuth::Jwt => Auth::Jwt {
                mount: mount("jwt"),
                role: role()?,
                jwt: needed?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn open(line: &str) -> Result<Secrets, String> {
        let command = SecretConfig::augment_args(clap::Command::new("serve").no_binary_name(true));
        let matches = command
            .try_get_matches_from(line.split_whitespace())
            .map_err(|error| error.to_string())?;
        let config = SecretConfig::from_arg_matches(&matches).unwrap();
        config
            .open(Path::new("/var/lib/qlrf"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_start_that_would_give_too_much_or_knows_too_little_is_refused() {
        let vault = "--vault-addr https://vault.example.org";
        for (line, expected) in [
            (
                "--allow-secret acme=file:/var/lib".to_owned(),
                "the server's own data",
            ),
            (
                "--allow-secret acme=file:/var/lib/qlrf/spool".to_owned(),
                "the server's own data",
            ),
            (
                "--allow-secret acme=env:DATABASE_URL".to_owned(),
                "the server's own",
            ),
            (vault.to_owned(), "--vault-auth"),
            ("--vault-auth approle".to_owned(), "--vault-addr"),
            (format!("{vault} --vault-auth approle"), "--vault-role"),
            (
                format!("{vault} --vault-auth jwt --vault-role x"),
                "--vault-credential-file",
            ),
            (
                "--vault-addr http://10.0.0.1 --vault-auth kubernetes --vault-role x".to_owned(),
                "over https",
            ),
        ] {
            let refused = open(&line).err().unwrap_or_default();
            assert!(refused.contains(expected), "{line}: {refused}");
        }
        for line in [
            "".to_owned(),
            "--allow-secret acme=file:/var/lib/qlrf-secrets --allow-secret *=env:KEY".to_owned(),
            format!("{vault} --vault-auth kubernetes --vault-role x"),
        ] {
            assert!(open(&line).is_ok(), "{line}");
        }
    }
}
