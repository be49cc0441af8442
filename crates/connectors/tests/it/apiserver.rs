//! A real kube-apiserver with its etcd on the loopback, from `scripts/kubernetes.sh`. It has no scheduler and no kubelets:
//! objects and their states are what a test writes.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use qlrf_testkit::peer;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

const READY_MAX: Duration = Duration::from_secs(120);
pub const ADMIN: &str = "token-of-the-administrator";
/// May do what the page of the connector says.
pub const READER: &str = "token-of-the-reader";
/// The same account.
pub const READER_TOO: &str = "second-token-of-that-account";
/// May do nothing.
pub const STRANGER: &str = "token-of-a-stranger";

/// A request for a certificate with a new key.
const NEW_KEY: &[&str] = &["req", "-newkey", "rsa:2048", "-nodes"];

pub struct ApiServer {
    home: tempfile::TempDir,
    etcd: Child,
    server: Child,
    store: String,
    pub url: String,
    pub client: Client,
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        for child in [&mut self.server, &mut self.etcd] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl ApiServer {
    /// `None` was told to whoever runs the test.
    pub async fn start(test: &str) -> Option<ApiServer> {
        ApiServer::start_with(test, &[]).await
    }

    /// Of the past it knows what its store knows, as after a start: [`ApiServer::forget`] makes that nothing.
    pub async fn start_forgetful(test: &str) -> Option<ApiServer> {
        ApiServer::start_with(test, &[("--watch-cache", "false")]).await
    }

    async fn start_with(test: &str, options: &[(&str, &str)]) -> Option<ApiServer> {
        let (etcd, program) = (peer("etcd", test)?, peer("kube-apiserver", test)?);
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).display().to_string();
        let [etcd_port, peer_port, port] = free_ports();
        let store = format!("http://127.0.0.1:{etcd_port}");
        let etcd = run(
            &etcd,
            home.path(),
            &[
                ("--data-dir", &path("etcd")),
                ("--listen-client-urls", &store),
                ("--advertise-client-urls", &store),
                ("--listen-peer-urls", &format!("http://127.0.0.1:{peer_port}")),
                ("--unsafe-no-fsync", "true"),
            ],
        );
        let tokens = [
            (ADMIN, "admin", ",\"system:masters\""),
            (READER, "reader", ""),
            (READER_TOO, "reader", ""),
            (STRANGER, "stranger", ""),
        ];
        let tokens = tokens.map(|(token, name, groups)| format!("{token},{name},{name}{groups}\n"));
        fs::write(path("tokens.csv"), tokens.concat()).unwrap();
        openssl(&["genrsa", "-out", &path("sa.key"), "2048"]);
        let authority = [
            "-x509",
            "-subj",
            "/CN=clients",
            "-keyout",
            &path("ca.key"),
            "-out",
            &path("ca.crt"),
        ];
        openssl(&[NEW_KEY, &authority[..]].concat());
        let (key, certs, tokens) = (path("sa.key"), path("certs"), path("tokens.csv"));
        let clients = path("ca.crt");
        let port = port.to_string();
        let always = [
            ("--etcd-servers", store.as_str()),
            ("--bind-address", "127.0.0.1"),
            ("--advertise-address", "127.0.0.1"),
            ("--secure-port", &port),
            ("--cert-dir", &certs),
            ("--service-cluster-ip-range", "10.96.0.0/16"),
            ("--token-auth-file", &tokens),
            ("--client-ca-file", &clients),
            ("--authorization-mode", "RBAC"),
            ("--service-account-issuer", "https://kubernetes.test"),
            ("--service-account-key-file", &key),
            ("--service-account-signing-key-file", &key),
            ("--disable-admission-plugins", "ServiceAccount"),
        ];
        let server = run(&program, home.path(), &[&always, options].concat());
        let client = Client::builder()
            .danger_accept_invalid_certs(true)
            .build()
            .unwrap();
        let mut started = ApiServer {
            url: format!("https://127.0.0.1:{port}"),
            home,
            etcd,
            server,
            store,
            client,
        };
        started.ready().await;
        Some(started)
    }

    /// Serves, knows who may do what, and has made its first namespace.
    async fn ready(&mut self) {
        let deadline = Instant::now() + READY_MAX;
        loop {
            let ended = self.server.try_wait().unwrap().or(self.etcd.try_wait().unwrap());
            assert!(ended.is_none(), "it ended: {}", self.log());
            let mut ready = true;
            for path in ["/readyz", "/api/v1/namespaces/default"] {
                let asked = self
                    .client
                    .get(format!("{}{path}", self.url))
                    .bearer_auth(ADMIN)
                    .send();
                ready &= asked.await.is_ok_and(|answer| answer.status().is_success());
            }
            if ready {
                return;
            }
            assert!(Instant::now() < deadline, "not ready: {}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn log(&self) -> String {
        let log =
            ["kube-apiserver.log", "etcd.log"].map(|name| fs::read_to_string(self.home.path().join(name)));
        log.map(|text| {
            text.unwrap_or_default()
                .lines()
                .rev()
                .take(5)
                .collect::<Vec<_>>()
                .join("\n")
        })
        .join("\n")
    }

    /// In PEM: who signed the server's certificate.
    pub fn authority(&self) -> String {
        fs::read_to_string(self.home.path().join("certs/apiserver.crt")).unwrap()
    }

    /// Of an account, with its key, in PEM.
    pub fn client_certificate(&self, account: &str) -> (String, String) {
        let path = |name: &str| self.home.path().join(name).display().to_string();
        let (key, request, certificate) = (path("client.key"), path("client.csr"), path("client.crt"));
        let subject = format!("/CN={account}");
        let asked = ["-subj", &subject, "-keyout", &key, "-out", &request];
        openssl(&[NEW_KEY, &asked[..]].concat());
        let (authority, signs, extensions) = (path("ca.crt"), path("ca.key"), path("client.ext"));
        // Without any it would be of version 1, which TLS libraries refuse.
        fs::write(&extensions, "extendedKeyUsage=clientAuth\n").unwrap();
        openssl(&[
            "x509",
            "-req",
            "-days",
            "1",
            "-CAcreateserial",
            "-extfile",
            &extensions,
            "-in",
            &request,
            "-CA",
            &authority,
            "-CAkey",
            &signs,
            "-out",
            &certificate,
        ]);
        let read = |path: &str| fs::read_to_string(path).unwrap();
        (read(&certificate), read(&key))
    }

    /// As the administrator.
    pub async fn create(&self, path: &str, object: Value) -> Value {
        let asking = self.client.post(format!("{}{path}", self.url));
        let answer = asking.bearer_auth(ADMIN).json(&object).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// What a kubelet or a controller would write.
    pub async fn set_status(&self, path: &str, status: Value) {
        let asking = self
            .client
            .request(Method::PATCH, format!("{}{path}/status", self.url));
        let asking = asking
            .bearer_auth(ADMIN)
            .body(json!({ "status": status }).to_string());
        let answer = asking
            .header(CONTENT_TYPE, "application/merge-patch+json")
            .send()
            .await
            .unwrap();
        assert_eq!(
            answer.status(),
            StatusCode::OK,
            "{path}: {}",
            answer.text().await.unwrap()
        );
    }

    /// As the server has its store do every few minutes: what was before now is gone.
    pub async fn forget(&self) {
        let now = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "now-"}});
        let now = self.create("/api/v1/namespaces/default/configmaps", now).await;
        let until = json!({"revision": now["metadata"]["resourceVersion"], "physical": true});
        let asking = self.client.post(format!("{}/v3/kv/compaction", self.store));
        let done = asking.json(&until).send().await.unwrap();
        assert!(done.status().is_success(), "{}", done.text().await.unwrap());
    }

    pub async fn get(&self, path: &str) -> Value {
        let asking = self.client.get(format!("{}{path}", self.url)).bearer_auth(ADMIN);
        asking.send().await.unwrap().json().await.unwrap()
    }

    pub async fn delete(&self, path: &str) {
        let asking = self
            .client
            .delete(format!("{}{path}", self.url))
            .bearer_auth(ADMIN);
        assert!(asking.send().await.unwrap().status().is_success(), "{path}");
    }

    /// Gives the reader the role that the page of the connector prints.
    pub async fn grant_reader(&self) {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/connectors/kubernetes.md");
        let page = fs::read_to_string(page).unwrap();
        let (_, rest) = page.split_once("```yaml\n").unwrap();
        let (yaml, _) = rest.split_once("```").unwrap();
        let kind = qlrf_connectors::inventory::kubernetes::KIND;
        assert_eq!(
            kind.permissions,
            Some(yaml),
            "the page and the program say the same"
        );
        let role = yaml
            .split("---\n")
            .find(|part| part.contains("kind: ClusterRole\n"))
            .unwrap();
        let role: Value = serde_saphyr::from_str(role).unwrap();
        self.create("/apis/rbac.authorization.k8s.io/v1/clusterroles", role.clone())
            .await;
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "reader"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role["metadata"]["name"]},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "reader"}],
        });
        self.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)
            .await;
    }
}

/// A certificate for `*.example.org` and its key, in PEM.
pub fn certificate() -> (String, String) {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).display().to_string();
    let names = "subjectAltName=DNS:www.example.org,DNS:*.example.org";
    let (key, certificate) = (path("key"), path("crt"));
    let subject = "/O=Example/CN=www.example.org";
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "30",
        "-keyout",
        &key,
        "-out",
        &certificate,
        "-subj",
        subject,
        "-addext",
        names,
    ]);
    let read = |path: &str| fs::read_to_string(path).unwrap();
    (read(&certificate), read(&key))
}

fn openssl(arguments: &[&str]) {
    let done = Command::new("openssl")
        .args(arguments)
        .stderr(Stdio::null())
        .status();
    assert!(done.unwrap().success(), "openssl {arguments:?}");
}

fn run(program: &Path, home: &Path, arguments: &[(&str, &str)]) -> Child {
    let name: PathBuf = program.file_name().unwrap().into();
    let log = fs::File::create(home.join(name).with_extension("log")).unwrap();
    let arguments = arguments.iter().map(|(key, value)| format!("{key}={value}"));
    Command::new(program)
        .args(arguments)
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}
