//! A kubeconfig (kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig), as far as it says where a
//! cluster is and who asks. What would run a program that the operator of the server has not allowed, read a file of the server
//! or trust anybody is refused by name, and so is what would be asked in another way than it says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qlrf_core::secret::Secret;
use reqwest::Url;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::config::server_url;
use super::exec::ExecBlock;

/// Where a cluster is and with what it is asked.
pub struct Found {
    pub server: Url,
    pub roots: Option<Vec<u8>>,
    pub login: Login,
}

pub enum Login {
    Credential(Credential),
    /// To be asked for, if the program may be run.
    Program(ExecBlock),
}

pub enum Credential {
    Token(Secret),
    /// Certificate and key in PEM, with a token beside them where a program gave both.
    Certificate(Secret, Option<Secret>),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    current_context: String,
    #[serde(default)]
    contexts: Vec<NamedContext>,
    #[serde(default)]
    clusters: Vec<NamedCluster>,
    #[serde(default)]
    users: Vec<NamedUser>,
}

#[derive(Deserialize)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    cluster: String,
    user: String,
}

#[derive(Deserialize)]
struct NamedCluster {
    name: String,
    cluster: Cluster,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster {
    server: String,
    certificate_authority_data: Option<String>,
    certificate_authority: Option<IgnoredAny>,
    #[serde(default)]
    insecure_skip_tls_verify: bool,
    proxy_url: Option<IgnoredAny>,
    tls_server_name: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct NamedUser {
    name: String,
    user: User,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct User {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    #[serde(rename = "tokenFile")]
    token_file: Option<IgnoredAny>,
    client_certificate: Option<IgnoredAny>,
    client_key: Option<IgnoredAny>,
    username: Option<IgnoredAny>,
    password: Option<IgnoredAny>,
    exec: Option<ExecBlock>,
    auth_provider: Option<IgnoredAny>,
    #[serde(rename = "as")]
    impersonated: Option<IgnoredAny>,
}

/// `context`: in place of the file's own. An error never repeats what the file says: it holds a credential.
pub fn read(text: &Secret, context: Option<&str>) -> Result<Found, String> {
    // The parser's own message shows lines of the file.
    let file: File = serde_saphyr::from_str(text.expose())
        .map_err(|_| "the kubeconfig cannot be read: it is no YAML, or not of this form".to_owned())?;
    let wanted = context.unwrap_or(&file.current_context);
    let missing = |what: &str| format!("the kubeconfig has no {what}");
    let context = file.contexts.into_iter().find(|named| named.name == wanted);
    let context = match context {
        Some(named) => named.context,
        None if wanted.is_empty() => return Err(missing("current-context; name a \"context\"")),
        None => return Err(missing("such context")),
    };
    let cluster = file
        .clusters
        .into_iter()
        .find(|named| named.name == context.cluster);
    let cluster = cluster
        .ok_or_else(|| missing("cluster of the context's name"))?
        .cluster;
    let user = file.users.into_iter().find(|named| named.name == context.user);
    let user = user.ok_or_else(|| missing("user of the context's name"))?.user;
    refuse_cluster(&cluster)?;
    refuse_user(&user)?;
    let roots = cluster.certificate_authority_data.as_deref();
    let roots = roots
        .map(|data| decoded("certificate-authority-data", data))
        .transpose()?;
    Ok(Found {
        server: server_url(&cluster.server).map_err(|reason| format!("in the kubeconfig {reason}"))?,
        roots: roots.map(String::into_bytes),
        login: login(user)?,
    })
}

fn refuse_cluster(cluster: &Cluster) -> Result<(), String> {
    refuse(&[
        (
            cluster.insecure_skip_tls_verify,
            "insecure-skip-tls-verify",
            "a server that proves nothing is not asked; write its authority as certificate-authority-data",
        ),
        (
            cluster.certificate_authority.is_some(),
            "certificate-authority",
            NO_FILES,
        ),
        (
            cluster.proxy_url.is_some(),
            "proxy-url",
            "connectors go nowhere by way of others",
        ),
        (
            cluster.tls_server_name.is_some(),
            "tls-server-name",
            "the certificate must be for the name in server",
        ),
    ])
}

fn refuse_user(user: &User) -> Result<(), String> {
    let no_programs = "only programs of \"exec\" are run; use one, or a token or a client certificate";
    let no_passwords = "API servers take no passwords; use a token or a client certificate";
    refuse(&[
        (user.auth_provider.is_some(), "auth-provider", no_programs),
        (user.token_file.is_some(), "tokenFile", NO_FILES),
        (user.client_certificate.is_some(), "client-certificate", NO_FILES),
        (user.client_key.is_some(), "client-key", NO_FILES),
        (
            user.username.is_some() || user.password.is_some(),
            "username",
            no_passwords,
        ),
        (
            user.impersonated.is_some(),
            "as",
            "nobody is impersonated; use an account with the rights that are needed",
        ),
    ])
}

const NO_FILES: &str =
    "it names a file of the server; write the data itself (`kubectl config view --flatten --minify --raw`)";

fn refuse(all: &[(bool, &str, &str)]) -> Result<(), String> {
    match all.iter().find(|(found, ..)| *found) {
        Some((_, key, reason)) => Err(format!("the kubeconfig says \"{key}\": {reason}")),
        None => Ok(()),
    }
}

fn login(user: User) -> Result<Login, String> {
    if let Some(block) = user.exec {
        if user.token.is_some() || user.client_certificate_data.is_some() || user.client_key_data.is_some() {
            return Err(
                "the kubeconfig says \"exec\", and has a credential beside it; leave one of them out"
                    .to_owned(),
            );
        }
        return Ok(Login::Program(block));
    }
    credential(&user).map(Login::Credential)
}

fn credential(user: &User) -> Result<Credential, String> {
    match (&user.token, &user.client_certificate_data, &user.client_key_data) {
        (Some(token), ..) if !token.trim().is_empty() => Ok(Credential::Token(Secret::new(token.trim()))),
        (_, Some(certificate), Some(key)) => {
            let mut pem = decoded("client-certificate-data", certificate)?;
            pem.push('\n');
            pem.push_str(&decoded("client-key-data", key)?);
            Ok(Credential::Certificate(Secret::new(pem), None))
        }
        _ => Err(
            "the user of the kubeconfig has neither a token nor client-certificate-data with client-key-data"
                .to_owned(),
        ),
    }
}

fn decoded(key: &str, data: &str) -> Result<String, String> {
    let compact: String = data.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(compact).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| format!("\"{key}\" of the kubeconfig is not PEM in Base64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(cluster: &str, user: &str) -> Secret {
        Secret::new(format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: c\nextensions: []\ncontexts:\n- name: c\n  context: {{cluster: k, user: u, namespace: x}}\n\
             clusters:\n- name: k\n  cluster: {{server: 'https://10.0.0.1:6443/', {cluster}}}\nusers:\n- name: u\n  user: {{{user}}}\n"
        ))
    }

    fn refused(cluster: &str, user: &str) -> String {
        read(&file(cluster, user), None).err().unwrap()
    }

    #[test]
    fn what_is_written_out_is_taken() {
        let found = read(&file("certificate-authority-data: UEVN", "token: t0p"), None).unwrap();
        assert_eq!(found.server.as_str(), "https://10.0.0.1:6443/");
        assert_eq!(found.roots.as_deref(), Some(&b"PEM"[..]));
        assert!(
            matches!(found.login, Login::Credential(Credential::Token(token)) if token.expose() == "t0p")
        );
        let found = read(
            &file("", "client-certificate-data: Q0VSVA==, client-key-data: S0VZ"),
            Some("c"),
        );
        let login = found.unwrap().login;
        assert!(
            matches!(login, Login::Credential(Credential::Certificate(pem, None)) if pem.expose() == "CERT\nKEY")
        );
    }

    #[test]
    fn what_runs_reads_or_trusts_is_refused_by_name() {
        for (cluster, user, key) in [
            (
                "insecure-skip-tls-verify: true",
                "token: t0p",
                "insecure-skip-tls-verify",
            ),
            (
                "certificate-authority: /etc/ca",
                "token: t0p",
                "certificate-authority",
            ),
            ("proxy-url: 'http://p'", "token: t0p", "proxy-url"),
            ("tls-server-name: other", "token: t0p", "tls-server-name"),
            ("", "token: t0p, exec: {command: sh}", "exec"),
            ("", "token: t0p, auth-provider: {name: gcp}", "auth-provider"),
            ("", "token: t0p, tokenFile: /etc/passwd", "tokenFile"),
            (
                "",
                "client-certificate: /a, client-key-data: S0VZ",
                "client-certificate",
            ),
            ("", "client-certificate-data: S0VZ, client-key: /a", "client-key"),
            ("", "username: a, password: t0p", "username"),
            ("", "token: t0p, as: admin", "as"),
        ] {
            let said = refused(cluster, user);
            assert!(
                said.contains(&format!("\"{key}\"")) && !said.contains("t0p"),
                "{said}"
            );
        }
    }

    #[test]
    fn an_error_repeats_nothing() {
        for text in [
            "t0p: [",
            "clusters: t0p",
            "users:\n- name: u\n  user: t0p\n",
            "- t0p",
            "",
        ] {
            let said = read(&Secret::new(text), None).err().unwrap();
            assert!(!said.contains("t0p"), "{said}");
        }
        for user in [
            "",
            "token: ''",
            "client-certificate-data: '!', client-key-data: S0VZ",
        ] {
            assert!(read(&file("", user), None).is_err(), "{user}");
        }
        let other = read(&file("", "token: t0p"), Some("other")).err().unwrap();
        assert_eq!(other, "the kubeconfig has no such context");
    }
}
