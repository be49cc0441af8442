//! A real server on a free port with a database of its own, and clients of every role in two tenants.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use qlrf_connectors::grant::Grants;
use qlrf_core::id::{OrgId, TokenId, UserId};
use qlrf_core::perm::{Permission, Role};
use qlrf_core::time::{Duration, now};
use qlrf_server::api::types::problem::ProblemDetails;
use qlrf_server::api::web::Web;
use qlrf_server::config::HttpConfig;
use qlrf_server::opcx::App;
use qlrf_server::roles::{Start, Stop};
use qlrf_server::secret::{self, Secret};
use qlrf_server::serve;
use qlrf_store::{Store, member, org, person, token};
use qlrf_testkit::TestDb;
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub struct TestServer {
    pub db: TestDb,
    pub app: App,
    pub address: SocketAddr,
    pub first: Tenant,
    pub second: Tenant,
    stop: watch::Sender<bool>,
    http: reqwest::Client,
}

#[derive(Clone, Copy)]
pub struct Tenant {
    pub org: OrgId,
    /// A person with the role of administrator: `admin-<slug>`.
    pub admin: UserId,
}

impl TestServer {
    /// Without the web application, whether or not it was built.
    pub async fn start() -> TestServer {
        TestServer::start_with(Web(&[])).await
    }

    pub async fn start_with(web: Web) -> TestServer {
        TestServer::start_granting(web, Grants::default()).await
    }

    pub async fn start_granting(web: Web, grants: Grants) -> TestServer {
        let db = TestDb::new().await;
        let store = db.store().clone();
        let first = tenant(&store, "first").await;
        let second = tenant(&store, "second").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let http = HttpConfig {
            listen: address,
            public_url: None,
            hosts: Vec::new(),
        };
        let (sender, stop) = Stop::new();
        let app = serve::build_app(store, http, web, grants, stop.clone())
            .await
            .unwrap();
        tokio::spawn(serve::serve(Start {
            app: app.clone(),
            listener: Arc::new(listener),
            stop,
        }));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        TestServer {
            db,
            app,
            address,
            first,
            second,
            stop: sender,
            http,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A client with a fresh token of this role in the first tenant.
    pub async fn client(&self, role: Role) -> TestClient {
        self.client_of(self.first, role, None).await
    }

    pub async fn client_of(&self, tenant: Tenant, role: Role, scopes: Option<Vec<Permission>>) -> TestClient {
        self.client_with(tenant, role, scopes, false).await
    }

    /// One of those who run the installation, in the first tenant.
    pub async fn installer(&self, role: Role) -> TestClient {
        self.client_with(self.first, role, None, true).await
    }

    async fn client_with(
        &self,
        tenant: Tenant,
        role: Role,
        scopes: Option<Vec<Permission>>,
        installation: bool,
    ) -> TestClient {
        let secret = Secret::new(format!("qlrf_{}", secret::random().expose()));
        let new = token::NewToken {
            id: TokenId::generate(),
            name: format!("test {}", role.name()),
            secret_hash: secret.hash(),
            role,
            scopes,
            installation,
            created_by: "test".to_owned(),
            created_at: now(),
            expires_at: now() + Duration::hours(1),
        };
        let mut tx = self.app.store.tenant(tenant.org).await.unwrap();
        token::create(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        self.with_token(secret.expose())
    }

    pub fn with_token(&self, token: &str) -> TestClient {
        TestClient {
            base: self.url(""),
            token: Some(token.to_owned()),
            http: self.http.clone(),
        }
    }

    pub fn anonymous(&self) -> TestClient {
        TestClient {
            base: self.url(""),
            token: None,
            http: self.http.clone(),
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

async fn tenant(store: &Store, slug: &str) -> Tenant {
    let mut tx = store.system("test set up").await.unwrap();
    let org = org::create(&mut tx, OrgId::generate(), slug, slug).await.unwrap();
    let login = format!("admin-{slug}");
    let admin = person::create(&mut tx, UserId::generate(), &login)
        .await
        .unwrap()
        .unwrap();
    assert!(
        member::add(&mut tx, org.id, admin.id, &login, Role::Admin)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    Tenant {
        org: org.id,
        admin: admin.id,
    }
}

#[derive(Clone)]
pub struct TestClient {
    base: String,
    token: Option<String>,
    http: reqwest::Client,
}

/// What came back, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl TestClient {
    /// Of a server in another process.
    pub fn at(base: &str, token: &str) -> TestClient {
        TestClient {
            base: base.to_owned(),
            token: Some(token.to_owned()),
            http: reqwest::Client::new(),
        }
    }

    /// The token that it sends.
    #[track_caller]
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("this client is anonymous")
    }

    /// `path` is whole: `/api/v1/rbac/tokens`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer {
        status,
        headers,
        body: response.bytes().await.unwrap().to_vec(),
    }
}

impl Answer {
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self.json()
    }

    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{error}: {}", self.text()),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Asserts a problem with this code, in its whole shape.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> ProblemDetails {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem: ProblemDetails = self.json();
        assert_eq!(problem.code, code, "{problem:?}");
        assert_eq!(problem.r#type, format!("/errors/{code}"));
        assert_eq!(
            Some(problem.instance.trim_start_matches("urn:uuid:")),
            self.header("x-request-id")
        );
        problem
    }
}
