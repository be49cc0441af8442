//! Questions to one API server: lists page by page, what changes after them, and what the account may do.

mod watch;

use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use qlrf_core::secret::Secret;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::super::ConnectError;
use super::config::Access;
use super::kubeconfig::{self, Credential};
use super::model::{List, Review};
use crate::grant::Grant;
use crate::outbound::{Answer, Call, CallError, Options, Outbound};

const PAGE_ITEMS: usize = 500;
/// How often a list is begun anew because the server forgot the moment that it was begun at.
const RESTARTS_MAX: usize = 3;
/// More of one kind are not taken into memory; the largest clusters that Kubernetes is tested with have 150 000 pods.
const ITEMS_MAX: usize = 300_000;

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("{0}")]
    Call(#[from] CallError),
    #[error("{0}")]
    Credential(String),
    #[error("the API server does not take the credential: it is wrong, or of another cluster")]
    Refused,
    #[error("the API server took the credential before and does so no longer: it has expired or was revoked")]
    Ended,
    #[error("the account may not {verb} {resource}")]
    Forbidden { verb: &'static str, resource: String },
    #[error("the API server answered {status} when asked for {resource}")]
    Status { status: StatusCode, resource: String },
    #[error("what the API server answered when asked for {resource} cannot be read: {reason}")]
    Unreadable { resource: String, reason: String },
    #[error("the list of {0} was forgotten by the API server each time before it had been read")]
    Expired(String),
    #[error("there are more than {ITEMS_MAX} {0}")]
    TooMany(String),
}

impl ApiError {
    /// Stable, for the ledger of coverage.
    pub fn code(&self) -> &'static str {
        match self {
            ApiError::Call(error) => error.code(),
            ApiError::Credential(_) => "credential_unavailable",
            ApiError::Refused => "credential_refused",
            ApiError::Ended => "credential_expired",
            ApiError::Forbidden { .. } => "permission_missing",
            ApiError::Status { .. } => "provider_refused",
            ApiError::Unreadable { .. } => "answer_unreadable",
            ApiError::Expired(_) => "listing_expired",
            ApiError::TooMany(_) => "listing_too_long",
        }
    }
}

/// A kind of object, as the API calls it.
#[derive(Clone, Copy)]
pub struct Resource {
    /// Empty is the core.
    pub group: &'static str,
    /// From the newest to the oldest that is understood.
    pub versions: &'static [&'static str],
    pub plural: &'static str,
    pub selector: Option<&'static str>,
}

impl Resource {
    /// As a role names it: `deployments.apps`.
    pub fn name(&self) -> String {
        match self.group {
            "" => self.plural.to_owned(),
            group => format!("{}.{group}", self.plural),
        }
    }

    fn path(&self, version: &str) -> String {
        match self.group {
            "" => format!("/api/{version}/{}", self.plural),
            group => format!("/apis/{group}/{version}/{}", self.plural),
        }
    }
}

/// What was read before it ended, and the moment that it is of, or why it ended early.
pub struct Listed<T> {
    pub items: Vec<T>,
    pub ended: Result<Moment, ApiError>,
}

/// A state of all objects of one kind.
pub struct Moment {
    /// Where the kind is listed, in the version that the server speaks.
    pub path: String,
    /// The server's name for the moment.
    pub resource_version: String,
}

pub struct Api {
    outbound: Outbound,
    server: Url,
    /// `None`: a client certificate speaks for the account.
    token: RwLock<Option<HeaderValue>>,
    /// The server took the credential at least once.
    taken: AtomicBool,
    access: Access,
    grant: Grant,
}

impl Api {
    pub async fn open(access: &Access, grant: &Grant, mut options: Options) -> Result<Api, ConnectError> {
        let found = found(access, grant).await.map_err(ConnectError::Unreadable)?;
        options.roots = found.roots;
        let token = match found.credential {
            Credential::Token(token) => Some(bearer(&token).map_err(ConnectError::Unreadable)?),
            Credential::Certificate(pem) => {
                options.identity = Some(pem);
                None
            }
        };
        let outbound = Outbound::new(grant, options);
        Ok(Api {
            outbound: outbound.map_err(|error| ConnectError::Unreadable(error.to_string()))?,
            server: found.server,
            token: RwLock::new(token),
            taken: AtomicBool::new(false),
            access: access.clone(),
            grant: grant.clone(),
        })
    }

    /// One object.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let answer = self.ask(&|| self.call(Method::GET, path, &[])).await?;
        parsed(&answer, "get", path)
    }

    /// All of them, each made smaller by `keep` before the next page comes. A list is of one moment; when the server has
    /// forgotten that moment, it is begun anew.
    pub async fn list<T: DeserializeOwned, K>(
        &self,
        resource: Resource,
        keep: impl Fn(T) -> Option<K>,
    ) -> Listed<K> {
        let mut items = Vec::new();
        let ended = self.list_into(resource, &keep, &mut items).await;
        Listed { items, ended }
    }

    async fn list_into<T: DeserializeOwned, K>(
        &self,
        resource: Resource,
        keep: &impl Fn(T) -> Option<K>,
        items: &mut Vec<K>,
    ) -> Result<Moment, ApiError> {
        let (mut version, mut next, mut limit, mut restarts) = (0, String::new(), PAGE_ITEMS, 0);
        loop {
            let path = resource.path(resource.versions[version]);
            let page_items = limit.to_string();
            let mut query = vec![("limit", page_items.as_str())];
            query.extend(resource.selector.map(|selector| ("fieldSelector", selector)));
            if !next.is_empty() {
                query.push(("continue", &next));
            }
            let answer = match self.ask(&|| self.call(Method::GET, &path, &query)).await {
                // Objects have up to a megabyte or so each.
                Err(ApiError::Call(CallError::TooLarge { .. })) if limit > 1 => {
                    limit = (limit / 8).max(1);
                    continue;
                }
                answer => answer?,
            };
            match answer.status {
                StatusCode::GONE if restarts < RESTARTS_MAX => {
                    restarts += 1;
                    items.clear();
                    next.clear();
                    continue;
                }
                StatusCode::GONE => return Err(ApiError::Expired(resource.name())),
                // An old server, or a new one that has left an old version behind.
                StatusCode::NOT_FOUND if version + 1 < resource.versions.len() => {
                    version += 1;
                    continue;
                }
                _ => {}
            }
            let page: List<T> = parsed(&answer, "list", &resource.name())?;
            items.extend(page.items.into_iter().filter_map(keep));
            if items.len() > ITEMS_MAX {
                return Err(ApiError::TooMany(resource.name()));
            }
            match page.metadata.next {
                ended if ended.is_empty() => {
                    let resource_version = page.metadata.resource_version;
                    return Ok(Moment {
                        path,
                        resource_version,
                    });
                }
                more => next = more,
            }
        }
    }

    /// Asks the server itself (SelfSubjectAccessReview), which every account may.
    pub async fn may(&self, verb: &str, resource: Resource) -> Result<bool, ApiError> {
        let body = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {"verb": verb, "group": resource.group, "resource": resource.plural}},
        });
        let body = body.to_string();
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let call = || {
            let mut call = self.call(Method::POST, path, &[]);
            call.headers
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            call.body = body.clone().into_bytes();
            call
        };
        let answer = self.ask(&call).await?;
        let review: Review = parsed(&answer, "create", "selfsubjectaccessreviews.authorization.k8s.io")?;
        Ok(review.status.allowed)
    }

    async fn ask(&self, call: &(impl Fn() -> Call + Sync)) -> Result<Answer, ApiError> {
        self.asked(|| self.outbound.send(call), |answer| answer.status)
            .await
    }

    /// A credential that expired under way may have a successor at its place: it is fetched anew, once for each question.
    async fn asked<T, F: Future<Output = Result<T, CallError>>>(
        &self,
        ask: impl Fn() -> F,
        status: fn(&T) -> StatusCode,
    ) -> Result<T, ApiError> {
        let refused = |answer: &T| status(answer) == StatusCode::UNAUTHORIZED;
        let mut answer = ask().await?;
        if refused(&answer) && self.renew().await? {
            answer = ask().await?;
        }
        match (refused(&answer), self.taken.load(Ordering::Relaxed)) {
            (true, true) => Err(ApiError::Ended),
            (true, false) => Err(ApiError::Refused),
            (false, _) => {
                self.taken.store(true, Ordering::Relaxed);
                Ok(answer)
            }
        }
    }

    /// Whether there is another token than the one that was refused.
    async fn renew(&self) -> Result<bool, ApiError> {
        let found = found(&self.access, &self.grant)
            .await
            .map_err(ApiError::Credential)?;
        let Credential::Token(token) = found.credential else {
            return Ok(false);
        };
        let renewed = bearer(&token).map_err(ApiError::Credential)?;
        let mut held = self.token.write().expect("nothing panics while it is locked");
        let changed = held.as_ref() != Some(&renewed);
        *held = Some(renewed);
        Ok(changed)
    }

    fn call(&self, method: Method, path: &str, query: &[(&str, &str)]) -> Call {
        let mut url = self.server.clone();
        let whole = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&whole);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = &*self.token.read().expect("nothing panics while it is locked") {
            headers.insert(AUTHORIZATION, token.clone());
        }
        Call {
            method,
            headers,
            ..Call::get(url)
        }
    }
}

async fn found(access: &Access, grant: &Grant) -> Result<kubeconfig::Found, String> {
    match access {
        Access::Kubeconfig { text, context } => {
            let text = grant
                .secrets
                .fetch(text)
                .await
                .map_err(|error| error.to_string())?;
            kubeconfig::read(&text, context.as_deref())
        }
        Access::Token { server, roots, token } => {
            let token = grant
                .secrets
                .fetch(token)
                .await
                .map_err(|error| error.to_string())?;
            Ok(kubeconfig::Found {
                server: server.clone(),
                roots: roots.clone(),
                credential: Credential::Token(token),
            })
        }
    }
}

fn bearer(token: &Secret) -> Result<HeaderValue, String> {
    let value = HeaderValue::from_str(&format!("Bearer {}", token.expose().trim()));
    let mut value = value.map_err(|_| "the token is no token: it has characters that none has".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

fn parsed<T: DeserializeOwned>(answer: &Answer, verb: &'static str, resource: &str) -> Result<T, ApiError> {
    let resource = resource.to_owned();
    match answer.status {
        status if status.is_success() => serde_json::from_slice(&answer.body).map_err(|error| {
            // Its own message may repeat a word of the answer, which may be a secret's.
            let reason = format!("line {}, column {}", error.line(), error.column());
            ApiError::Unreadable { resource, reason }
        }),
        StatusCode::FORBIDDEN => Err(ApiError::Forbidden { verb, resource }),
        status => Err(ApiError::Status { status, resource }),
    }
}
