//! A program that gives a credential (kubernetes.io/docs/reference/access-authn-authz/authentication, "client-go credential
//! plugins"). It is run only where the operator of the server allowed it, and what it says is never repeated.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qlrf_core::secret::Secret;
use qlrf_core::time::{Timestamp, now};
use serde::Deserialize;
use serde_json::json;
use time::format_description::well_known::Rfc3339;

use tokio::sync::Semaphore;

use super::kubeconfig::Credential;
use crate::command::Command;
use crate::program::Program;

const API_VERSIONS: &[&str] = &[
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
];
/// A person waits for "test connection".
const TIME_MAX: Duration = Duration::from_secs(8);
/// A token and a chain of certificates are small.
const OUTPUT_BYTES_MAX: u64 = 256 * 1024;
const VARIABLES_MAX: usize = 64;
/// Whoever has many connectors asks for one after the other.
static AT_ONCE: Semaphore = Semaphore::const_new(8);
const WORD_BYTES_MAX: usize = 16 * 1024;

/// The block `exec` of a kubeconfig.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecBlock {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    command: String,
    #[serde(default)]
    args: Option<Vec<String>>,
    #[serde(default)]
    env: Option<Vec<Variable>>,
    #[serde(default)]
    provide_cluster_info: bool,
    #[serde(default)]
    interactive_mode: Option<String>,
}

#[derive(Deserialize)]
struct Variable {
    name: String,
    value: String,
}

/// A program that may be run, and how.
pub struct Plugin {
    program: Program,
    block: ExecBlock,
}

/// Of the cluster, for a program that asks for it.
pub struct ClusterInfo<'a> {
    pub server: &'a str,
    /// Who signed its certificate, in PEM.
    pub authority: Option<&'a [u8]>,
}

impl ExecBlock {
    /// An error never repeats what the block says: its words may be secrets.
    pub fn permitted(self, allowed: &[Program]) -> Result<Plugin, String> {
        let program = Program::find(allowed, &self.command).ok_or(
            "the operator of the server has not allowed this program, by its full path, to this organisation; \
             see `qlrf serve --allow-program`",
        )?;
        self.check(&program)?;
        program.check()?;
        Ok(Plugin { program, block: self })
    }

    fn check(&self, program: &Program) -> Result<(), String> {
        if !API_VERSIONS.contains(&self.api_version.as_str()) {
            return Err(format!("its apiVersion is none of {}", API_VERSIONS.join(", ")));
        }
        if self.interactive_mode.as_deref() == Some("Always") {
            return Err("its interactiveMode is Always, and there is nobody to ask".to_owned());
        }
        if self.args.as_ref().is_some_and(|args| !args.is_empty()) {
            return Err("it gives arguments, and they would choose what the program does; have one allowed that takes none".to_owned());
        }
        let env = self.env.as_deref().unwrap_or_default();
        let mut words = env.iter().flat_map(|variable| [&variable.name, &variable.value]);
        if env.len() > VARIABLES_MAX || words.clone().any(|word| word.len() > WORD_BYTES_MAX) {
            return Err(format!(
                "it has more than {VARIABLES_MAX} variables, or one that is too long"
            ));
        }
        if words.any(|word| word.contains('\0')) {
            return Err("a word of it holds a zero byte".to_owned());
        }
        if !env.iter().all(|variable| program.may_be_told(&variable.name)) {
            return Err("it sets a variable that the operator has not allowed for this program; see `qlrf serve --allow-program`".to_owned());
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential {
    api_version: String,
    kind: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

impl Plugin {
    /// The credential, and when its time is over.
    pub async fn credential(
        &self,
        cluster: ClusterInfo<'_>,
    ) -> Result<(Credential, Option<Timestamp>), String> {
        let path = self.program.path();
        let info = self.info(&cluster);
        let variables = self.block.env.iter().flatten();
        let environment = variables.map(|variable| (variable.name.as_str(), variable.value.as_str()));
        let run = Command {
            program: path,
            arguments: &[],
            environment: &environment
                .chain([("KUBERNETES_EXEC_INFO", info.as_str())])
                .collect::<Vec<_>>(),
            time_max: TIME_MAX,
            output_bytes_max: OUTPUT_BYTES_MAX,
        };
        let _turn = AT_ONCE.acquire().await.map_err(|error| error.to_string())?;
        let output = run.run().await.map_err(|error| error.to_string())?;
        match output.code {
            Some(0) => {}
            Some(code) => return Err(format!("\"{path}\" ended with the status {code}")),
            None => return Err(format!("\"{path}\" was ended by a signal")),
        }
        let said: ExecCredential = serde_json::from_slice(&output.stdout)
            .map_err(|_| format!("what \"{path}\" printed is no ExecCredential"))?;
        self.read(said)
            .map_err(|reason| format!("what \"{path}\" printed {reason}"))
    }

    /// As the variable KUBERNETES_EXEC_INFO.
    fn info(&self, cluster: &ClusterInfo<'_>) -> String {
        let mut spec = json!({"interactive": false});
        if self.block.provide_cluster_info {
            spec["cluster"] = json!({"server": cluster.server});
            if let Some(pem) = cluster.authority {
                spec["cluster"]["certificate-authority-data"] = json!(STANDARD.encode(pem));
            }
        }
        json!({"kind": "ExecCredential", "apiVersion": self.block.api_version, "spec": spec}).to_string()
    }

    fn read(&self, said: ExecCredential) -> Result<(Credential, Option<Timestamp>), String> {
        if said.kind != "ExecCredential" || said.api_version != self.block.api_version {
            return Err("is not of the apiVersion that was asked for".to_owned());
        }
        let status = said.status.ok_or("has no status")?;
        let until = status.expiration_timestamp.as_deref();
        let until = until.map(|text| Timestamp::parse(text, &Rfc3339));
        let until = until
            .transpose()
            .map_err(|_| "has an expirationTimestamp that is no time")?;
        if until.is_some_and(|until| until <= now()) {
            return Err("has expired already".to_owned());
        }
        let token = status.token.filter(|token| !token.trim().is_empty());
        let credential = match (status.client_certificate_data, status.client_key_data, token) {
            (Some(certificate), Some(key), token) => {
                let token = token.map(Secret::new);
                Credential::Certificate(Secret::new(format!("{certificate}\n{key}")), token)
            }
            (None, None, Some(token)) => Credential::Token(Secret::new(token)),
            _ => return Err("has neither a token nor a certificate with its key".to_owned()),
        };
        Ok((credential, until))
    }
}
