//! Questions to one API server: lists page by page, what changes after them, and what the account may do.

mod session;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::super::ConnectError;
use super::config::Access;
use super::model::{List, Review};
use crate::grant::Grant;
use crate::outbound::{Answer, Call, CallError, Limits, Options, Renewed, misread};
use session::Session;

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
    #[error("the kubeconfig says \"exec\": {0}")]
    Program(String),
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
            ApiError::Program(_) => "program_refused",
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
    access: Access,
    grant: Grant,
    limits: Limits,
    attempts_max: u32,
    session: Renewed<Session>,
    /// The server took a credential at least once.
    taken: AtomicBool,
}

impl Api {
    pub async fn open(
        access: &Access,
        grant: &Grant,
        requests_per_second: u32,
        attempts_max: u32,
    ) -> Result<Api, ConnectError> {
        let api = Api {
            access: access.clone(),
            grant: grant.clone(),
            limits: Limits::per_second(requests_per_second),
            attempts_max,
            session: Renewed::default(),
            taken: AtomicBool::new(false),
        };
        let opened = api.session(None).await;
        opened.map_err(|error| ConnectError::Refused {
            code: error.code(),
            detail: error.to_string(),
        })?;
        Ok(api)
    }

    /// One object.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let answer = self.ask(&|session| session.call(Method::GET, path, &[])).await?;
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
            let answer = match self
                .ask(&|session| session.call(Method::GET, &path, &query))
                .await
            {
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
        let call = |session: &Session| {
            let mut call = session.call(Method::POST, path, &[]);
            call.headers
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            call.body = body.clone().into_bytes();
            call
        };
        let answer = self.ask(&call).await?;
        let review: Review = parsed(&answer, "create", "selfsubjectaccessreviews.authorization.k8s.io")?;
        Ok(review.status.allowed)
    }

    async fn ask(&self, call: &(impl Fn(&Session) -> Call + Sync)) -> Result<Answer, ApiError> {
        let send = |session: Arc<Session>| async move { session.outbound.send(|| call(&session)).await };
        self.asked(send, |answer| answer.status).await
    }

    /// A credential that expired under way may have a successor at its place: it is fetched anew, once for each question.
    async fn asked<T, F: Future<Output = Result<T, CallError>>>(
        &self,
        ask: impl Fn(Arc<Session>) -> F,
        status: fn(&T) -> StatusCode,
    ) -> Result<T, ApiError> {
        let refused = |answer: &T| status(answer) == StatusCode::UNAUTHORIZED;
        let session = self.session(None).await?;
        let mut answer = ask(session.clone()).await?;
        if refused(&answer) {
            let renewed = self.session(Some(&session)).await?;
            if renewed.proof != session.proof {
                answer = ask(renewed).await?;
            }
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

    /// `refused`: another one than this.
    async fn session(&self, refused: Option<&Arc<Session>>) -> Result<Arc<Session>, ApiError> {
        let options = Options {
            limits: self.limits.clone(),
            attempts_max: self.attempts_max,
            ..Options::default()
        };
        let opened = Session::open(&self.access, &self.grant, options);
        self.session.get(refused, opened).await
    }
}

fn parsed<T: DeserializeOwned>(answer: &Answer, verb: &'static str, resource: &str) -> Result<T, ApiError> {
    let resource = resource.to_owned();
    match answer.status {
        status if status.is_success() => serde_json::from_slice(&answer.body).map_err(|error| {
            let reason = misread(&error);
            ApiError::Unreadable { resource, reason }
        }),
        StatusCode::FORBIDDEN => Err(ApiError::Forbidden { verb, resource }),
        status => Err(ApiError::Status { status, resource }),
    }
}
