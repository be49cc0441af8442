//! Programs that log in for a kubeconfig, real ones against a real API server: only what the operator allowed is run, and
//! nothing that it says goes wrong unnoticed.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use qlrf_connectors::grant::{Grant, Grants};
use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_connectors::program::AllowedProgram;
use qlrf_testkit::{HttpProxy, Reply};
use serde_json::{Value, json};

use super::{base64, grants, partial};
use crate::apiserver::{ADMIN, ApiServer, READER};
use crate::recorder::Recorder;

const V1: &str = "client.authentication.k8s.io/v1";

/// A folder of programs, some of which are allowed.
struct Programs {
    home: tempfile::TempDir,
}

impl Programs {
    fn new() -> Programs {
        Programs {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Each run leaves a line in the file `runs`.
    fn write(&self, name: &str, script: &str) -> String {
        let path = self.path(name);
        let runs = self.path("runs").display().to_string();
        fs::write(&path, format!("#!/bin/sh\necho run >> '{runs}'\n{script}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }

    fn runs(&self) -> usize {
        fs::read_to_string(self.path("runs"))
            .unwrap_or_default()
            .lines()
            .count()
    }
}

fn says(status: &Value) -> String {
    let credential = json!({"apiVersion": V1, "kind": "ExecCredential", "status": status});
    format!("cat <<'END'\n{credential}\nEND")
}

fn kubeconfig(server: &str, authority: Option<&str>, exec: &Value) -> Value {
    let mut cluster = json!({"server": server});
    if let Some(authority) = authority {
        cluster["certificate-authority-data"] = json!(base64(authority));
    }
    json!({
        "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
        "clusters": [{"name": "k", "cluster": cluster}], "users": [{"name": "u", "user": {"exec": exec}}],
    })
}

fn granting(kubeconfig: &Value, allowed: &[String]) -> Grant {
    let programs = allowed.iter().map(|rule| AllowedProgram::parse(rule).unwrap());
    Grants {
        programs: programs.collect(),
        ..grants(&kubeconfig.to_string())
    }
    .of("test")
}

fn build(kubeconfig: &Value, allowed: &[String], requests_per_second: u32) -> Box<dyn Inventory> {
    let config =
        json!({"cluster": "k1", "kubeconfig": "env:KUBECONFIG", "requests_per_second": requests_per_second});
    (find_kind("kubernetes").unwrap().build)(config, granting(kubeconfig, allowed)).unwrap()
}

async fn collect(inventory: Box<dyn Inventory>) -> Recorder {
    let mut seen = Recorder::default();
    inventory.collect(&mut seen).await.unwrap();
    seen
}

#[tokio::test]
async fn a_program_that_was_allowed_logs_in() {
    let Some(server) = ApiServer::start("a_program_that_was_allowed_logs_in").await else {
        return;
    };
    server.grant_reader().await;
    let authority = server.authority();
    let of = |exec: Value| kubeconfig(&server.url, Some(&authority), &exec);
    let programs = Programs::new();
    // It is given just what stands in the kubeconfig, word by word.
    let strict = programs.write(
        "strict",
        &format!(
            "[ \"$#\" = 0 ] && [ \"$SAID\" = 'a;b $(c)' ] && [ -z \"$HOME$CARGO_MANIFEST_DIR\" ] || exit 3\n\
             case \"$KUBERNETES_EXEC_INFO\" in *'\"interactive\":false'*) ;; *) exit 4 ;; esac\n\
             case \"$KUBERNETES_EXEC_INFO\" in *'\"server\":\"{}\"'*) ;; *) exit 5 ;; esac\n\
             printf '{{\"apiVersion\":\"%s\",\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"%s\"}}}}' \"$VERSION\" \"$WORD\"",
            server.url
        ),
    );
    for version in [V1, "client.authentication.k8s.io/v1beta1"] {
        let exec = json!({
            "apiVersion": version, "command": strict, "args": [],
            "env": [{"name": "WORD", "value": READER}, {"name": "SAID", "value": "a;b $(c)"}, {"name": "VERSION", "value": version}],
            "provideClusterInfo": true, "interactiveMode": "IfAvailable", "installHint": "none",
        });
        let seen = collect(build(
            &of(exec),
            &[format!("test={strict}:WORD:SAID:VERSION")],
            100,
        ))
        .await;
        assert_eq!(partial(&seen), []);
    }
    assert_eq!(programs.runs(), 2, "once for each collection");

    let (certificate, key) = server.client_certificate("reader");
    let status = json!({"clientCertificateData": certificate, "clientKeyData": key});
    let shows = programs.write("shows", &says(&status));
    let exec = json!({"apiVersion": V1, "command": shows, "args": null, "env": null});
    let seen = collect(build(&of(exec), &[format!("*={shows}")], 100)).await;
    assert_eq!(partial(&seen), []);
}

#[tokio::test]
async fn a_credential_is_asked_for_again_when_its_time_is_over_or_it_is_refused() {
    let test = "a_credential_is_asked_for_again_when_its_time_is_over_or_it_is_refused";
    let Some(server) = ApiServer::start(test).await else {
        return;
    };
    server.grant_reader().await;
    let proxy = HttpProxy::start(&server.url, server.client.clone())
        .await
        .unwrap();
    let programs = Programs::new();
    let brief = programs.write(
        "brief",
        &format!(
            "printf '{{\"apiVersion\":\"{V1}\",\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"{READER}\",\"expirationTimestamp\":\"%s\"}}}}' \
             \"$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)\""
        ),
    );
    let of = |command: &str| kubeconfig(proxy.url(), None, &json!({"apiVersion": V1, "command": command}));
    let seen = collect(build(&of(&brief), &[format!("test={brief}")], 2)).await;
    assert_eq!(partial(&seen), []);
    assert!(programs.runs() > 1, "{}", programs.runs());

    let programs = Programs::new();
    let runs = programs.path("runs").display().to_string();
    let changing = programs.write(
        "changing",
        &format!(
            "token={ADMIN}; [ \"$(wc -l < '{runs}')\" = 1 ] || token={READER}\n\
             printf '{{\"apiVersion\":\"{V1}\",\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"%s\"}}}}' \"$token\""
        ),
    );
    let mut asked_by_the_first = 0;
    proxy.rule(move |asked| {
        asked_by_the_first += u32::from(asked.header("authorization").contains(ADMIN));
        match asked.header("authorization").contains(ADMIN) && asked_by_the_first > 3 {
            true => Reply::say(401, "application/json", "{}"),
            false => Reply::Forward,
        }
    });
    let seen = collect(build(&of(&changing), &[format!("test={changing}")], 100)).await;
    assert_eq!(partial(&seen), []);
    assert_eq!(programs.runs(), 2);
}

async fn refused(code: &str, kubeconfig: &Value, allowed: &[String]) -> String {
    let error = build(kubeconfig, allowed, 100).check().await.unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let error = error.to_string();
    assert!(!error.contains(READER) && !error.contains("hunter2"), "{error}");
    error
}

fn of(exec: Value) -> Value {
    kubeconfig("https://127.0.0.1:1", None, &exec)
}

#[tokio::test]
async fn what_was_not_allowed_is_not_run() {
    let programs = Programs::new();
    let good = programs.write("good", &says(&json!({"token": READER})));
    let other = programs.write("other", &says(&json!({"token": READER})));
    let link = programs.path("link");
    symlink(&good, &link).unwrap();
    let climbing = programs
        .path("../")
        .join(Path::new(programs.home.path()).file_name().unwrap());
    let allowed = [format!("test={good}:WORD"), format!("acme={other}")];
    for command in [
        other.as_str(),
        "good",
        "sh",
        "/bin/sh",
        &link.display().to_string(),
        &climbing.join("good").display().to_string(),
        &format!("{good} "),
        "",
    ] {
        let error = refused(
            "program_refused",
            &of(json!({"apiVersion": V1, "command": command, "args": ["hunter2"]})),
            &allowed,
        )
        .await;
        assert!(
            error.contains("\"exec\"") && error.contains("--allow-program"),
            "{command}: {error}"
        );
    }
    for (more, said) in [
        (
            json!({"env": [{"name": "LD_PRELOAD", "value": "hunter2"}]}),
            "a variable",
        ),
        (
            json!({"apiVersion": "client.authentication.k8s.io/v1alpha1"}),
            "apiVersion",
        ),
        (json!({"interactiveMode": "Always"}), "nobody to ask"),
        (json!({"args": ["hunter2"]}), "arguments"),
        (
            json!({"env": vec![json!({"name": "WORD", "value": "hunter2"}); 100]}),
            "more than 64",
        ),
        (
            json!({"env": [{"name": "WORD", "value": "hunter2\u{0}"}]}),
            "zero byte",
        ),
    ] {
        let mut exec = json!({"apiVersion": V1, "command": good});
        exec.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let error = refused("program_refused", &of(exec), &allowed).await;
        assert!(error.contains(said), "{more}: {error}");
    }
    let exec = json!({"apiVersion": V1, "command": good});
    assert!(
        refused("program_refused", &of(exec.clone()), &[])
            .await
            .contains("--allow-program")
    );
    fs::set_permissions(&good, Permissions::from_mode(0o777)).unwrap();
    assert!(
        refused("program_refused", &of(exec), &allowed)
            .await
            .contains("nobody else may write")
    );
    assert_eq!(programs.runs(), 0);
}

#[tokio::test]
async fn a_program_that_misbehaves_gives_no_credential() {
    let programs = Programs::new();
    let past = json!({"token": READER, "expirationTimestamp": "2020-01-01T00:00:00Z"});
    for (name, script, said) in [
        ("fails", format!("echo {READER}; exit 7"), "the status 7"),
        ("dies", "kill -9 $$".to_owned(), "a signal"),
        ("talks", "yes hunter2".to_owned(), "printed more than"),
        ("hangs", "sleep 1000".to_owned(), "did not end within"),
        ("babbles", "echo hunter2".to_owned(), "no ExecCredential"),
        (
            "forgets",
            says(&json!({"expirationTimestamp": null})),
            "neither a token",
        ),
        (
            "halves",
            says(&json!({"clientCertificateData": "hunter2"})),
            "neither a token",
        ),
        ("empties", says(&json!({"token": " "})), "neither a token"),
        ("ages", says(&past), "expired already"),
        (
            "guesses",
            says(&json!({"token": READER, "expirationTimestamp": "soon"})),
            "no time",
        ),
        (
            "mangles",
            says(&json!({"clientCertificateData": "hunter2", "clientKeyData": "hunter2"})),
            "cannot be read",
        ),
        (
            "deviates",
            says(&json!({"token": READER})).replace("/v1\"", "/v1beta1\""),
            "apiVersion",
        ),
    ] {
        let path = programs.write(name, &script);
        // Its credential cannot be used for any client.
        let code = match name {
            "mangles" => "client_invalid",
            _ => "credential_unavailable",
        };
        let error = refused(
            code,
            &of(json!({"apiVersion": V1, "command": path})),
            &[format!("test={path}")],
        )
        .await;
        assert!(error.contains(said), "{name}: {error}");
    }
}
