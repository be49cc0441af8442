use std::path::{Path, PathBuf};

use qlrf_connectors::grant::{AllowedFolder, AllowedNetwork, Whom};
use qlrf_connectors::program::AllowedProgram;
use qlrf_connectors::secret::{Allowed, Place};

/// Where connectors may connect to, and what may be run for them.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ConnectorConfig {
    /// A network that connectors of an organisation may reach, e.g. `acme=10.20.0.0/16`; `*=…` is for every one. An organisation
    /// that has some reaches nothing else; one that has none reaches any address but the server's own machine.
    /// Link-local addresses and metadata services of clouds are never reached. Repeat for several.
    #[arg(
        long = "connector-network", env = "QLRF_CONNECTOR_NETWORKS", value_delimiter = ',',
        value_parser = AllowedNetwork::parse
    )]
    pub networks: Vec<AllowedNetwork>,
    /// A program that may be run to log in where a connector of an organisation names it, as kubeconfigs do, by its full path,
    /// with the variables that may be set for it: `acme=/usr/local/libexec/acme-eks-login:AWS_REGION`; `*=…` is for every
    /// organisation. Nothing is run by default. Repeat for several.
    #[arg(
        long = "allow-program", env = "QLRF_ALLOW_PROGRAMS", value_delimiter = ',',
        value_parser = AllowedProgram::parse
    )]
    pub programs: Vec<AllowedProgram>,
    /// A folder with lists of hosts that connectors of an organisation may name: `acme=/etc/qlrf/hosts/acme`; `*=…` is for every
    /// organisation. What stands in a list is shown to whoever names it: keep nothing else there. Nothing is allowed by
    /// default. Repeat for several.
    #[arg(
        long = "allow-hosts-folder", env = "QLRF_ALLOW_HOSTS_FOLDERS", value_delimiter = ',',
        value_parser = AllowedFolder::parse
    )]
    pub host_folders: Vec<AllowedFolder>,
    /// An organisation whose connectors may sign in as the machine that the server runs on, by the identity that its cloud gave it: a
    /// managed identity, an attached service account, an instance role. By its short name; `*` is every one. Nobody may by
    /// default. Repeat for several.
    #[arg(
        long = "allow-instance-identity", env = "QLRF_ALLOW_INSTANCE_IDENTITY", value_delimiter = ',',
        value_parser = Whom::parse, value_name = "ORGANISATION"
    )]
    pub instance: Vec<Whom>,
}

impl ConnectorConfig {
    /// A list of hosts is shown, and what lies in these places is not.
    pub fn check(&self, data_dir: &Path, secrets: &[Allowed]) -> anyhow::Result<()> {
        let secrets = secrets.iter().filter_map(|allowed| match &allowed.place {
            Place::Folder(folder) => Some((folder.as_path(), "secrets")),
            _ => None,
        });
        let kept = secrets.chain([(data_dir, "the server's own data")]);
        let kept: Vec<(PathBuf, &str)> = kept.map(|(place, what)| (real(place), what)).collect();
        for folder in self.host_folders.iter().map(AllowedFolder::path) {
            let folder = real(folder);
            for (place, what) in &kept {
                anyhow::ensure!(
                    !folder.starts_with(place) && !place.starts_with(&folder),
                    "--allow-hosts-folder: \"{}\" would show {what} in \"{}\"",
                    folder.display(),
                    place.display()
                );
            }
        }
        Ok(())
    }
}

/// Where a path leads, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let found = path.ancestors().find_map(|above| {
        let real = above.canonicalize().ok()?;
        Some(
            path.strip_prefix(above)
                .map_or(real.clone(), |rest| real.join(rest)),
        )
    });
    found.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_hides_no_overlap() {
        let home = tempfile::tempdir().unwrap();
        let (data, hosts) = (home.path().join("data"), home.path().join("hosts"));
        std::fs::create_dir(&data).unwrap();
        std::os::unix::fs::symlink(&data, &hosts).unwrap();
        let config = ConnectorConfig {
            host_folders: vec![AllowedFolder::parse(&format!("acme={}", hosts.display())).unwrap()],
            ..ConnectorConfig::default()
        };
        assert!(config.check(&data, &[]).is_err());
        assert!(config.check(&data.join("new"), &[]).is_err());
        assert!(config.check(&home.path().join("other"), &[]).is_ok());
    }

    #[test]
    fn lists_of_hosts_do_not_lie_where_something_is_kept_secret() {
        let secrets = [Allowed::parse("acme=file:/etc/qlrf/secrets").unwrap()];
        let check = |folder: &str| {
            let config = ConnectorConfig {
                host_folders: vec![AllowedFolder::parse(&format!("acme={folder}")).unwrap()],
                ..ConnectorConfig::default()
            };
            let checked = config.check(Path::new("/var/lib/qlrf"), &secrets);
            checked.map_err(|error| error.to_string())
        };
        check("/etc/qlrf/hosts").unwrap();
        for (folder, said) in [
            ("/etc/qlrf", "secrets"),
            ("/etc/qlrf/secrets", "secrets"),
            ("/etc/qlrf/secrets/acme", "secrets"),
            ("/var/lib", "the server's own data"),
            ("/var/lib/qlrf/pg", "the server's own data"),
        ] {
            assert!(check(folder).unwrap_err().contains(said), "{folder}");
        }
    }
}
