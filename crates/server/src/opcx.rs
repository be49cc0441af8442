//! Who asks, for which tenant: the first argument of every operation.

use std::fmt;
use std::sync::Arc;

use qlrf_connectors::grant::Grants;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::{OrgId, TokenId, UserId};
use qlrf_core::perm::{Permission, Role};
use qlrf_engines::drift::trend::Point;
use qlrf_store::outbox::Listener;
use qlrf_store::{Store, TenantTx};
use tokio::sync::{Notify, Semaphore};
use uuid::Uuid;

use crate::api::rate::RateLimits;
use crate::api::web::Web;
use crate::app::identity::Passwords;
use crate::app::kept::Kept;
use crate::config::HttpConfig;
use crate::fleet::Fleets;
use crate::roles::Stop;
use crate::secret::Secret;

/// What every request and job of one process shares.
pub struct AppState {
    pub store: Store,
    pub fleets: Fleets,
    pub trends: Kept<crate::app::trend::Counted>,
    pub drift_trends: Kept<Vec<Point>>,
    /// Nudges of this process to itself; timers find the same work a little later.
    pub collections_queued: Notify,
    pub images_changed: Notify,
    pub mapping_changed: Notify,
    pub feeds: crate::app::feed::Desk,
    pub policies: crate::app::policy::Shelf,
    pub grants: Grants,
    pub http: HttpConfig,
    pub web: Web,
    pub rate: RateLimits,
    pub passwords: Passwords,
    /// Wakes the event streams of this process.
    pub listener: Listener,
    /// One permit per open event stream.
    pub streams: Arc<Semaphore>,
    /// One permit per result that is being exported.
    pub exports: Arc<Semaphore>,
    pub stop: Stop,
    /// Authenticates page cursors; the same in all processes of an installation.
    pub cursor_key: Secret,
    pub metrics: metrics_exporter_prometheus::PrometheusHandle,
}

pub type App = Arc<AppState>;

/// An authenticated actor, or a named job of the system, acting for one organisation.
#[derive(Clone)]
pub struct OpCx {
    app: App,
    org: OrgId,
    actor: Actor,
    request_id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Person {
        id: UserId,
        login: String,
        role: Role,
        installation: bool,
    },
    Token {
        id: TokenId,
        name: String,
        role: Role,
        scopes: Option<Vec<Permission>>,
        installation: bool,
    },
    /// A job of the fabric itself; the name says which.
    System(&'static str),
}

impl Actor {
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Actor::Person { role, .. } => role.may(permission) && self.reaches(permission),
            Actor::Token { role, scopes, .. } => {
                role.may(permission)
                    && self.reaches(permission)
                    && scopes.as_ref().is_none_or(|scopes| scopes.contains(&permission))
            }
            Actor::System(_) => true,
        }
    }

    /// Marked as one of those who run the installation, for all its organisations.
    pub fn runs_installation(&self) -> bool {
        match self {
            Actor::Person { installation, .. } | Actor::Token { installation, .. } => *installation,
            Actor::System(_) => true,
        }
    }

    fn reaches(&self, permission: Permission) -> bool {
        self.runs_installation() || !permission.is_of_installation()
    }

    pub fn role(&self) -> Role {
        match self {
            Actor::Person { role, .. } | Actor::Token { role, .. } => *role,
            Actor::System(_) => Role::Admin,
        }
    }
}

/// As written in the audit trail: `person:admin`, `token:ci (0193…)`, `system:janitor`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Person { login, .. } => f.write_str(&person_name(login)),
            Actor::Token { id, name, .. } => f.write_str(&token_name(*id, name)),
            Actor::System(job) => write!(f, "system:{job}"),
        }
    }
}

/// As what somebody made or did names them.
pub fn person_name(login: &str) -> String {
    format!("person:{login}")
}

pub fn token_name(id: TokenId, name: &str) -> String {
    format!("token:{name} ({id})")
}

impl OpCx {
    /// Only the authentication layer calls this, with an actor whose credential it has checked.
    pub(crate) fn authenticated(app: App, org: OrgId, actor: Actor, request_id: Uuid) -> OpCx {
        OpCx {
            app,
            org,
            actor,
            request_id,
        }
    }

    /// For work that no request asked for. `job` names it in the audit trail and in logs.
    pub fn system(app: App, org: OrgId, job: &'static str) -> OpCx {
        OpCx {
            app,
            org,
            actor: Actor::System(job),
            request_id: Uuid::now_v7(),
        }
    }

    pub fn org(&self) -> OrgId {
        self.org
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn request_id(&self) -> Uuid {
        self.request_id
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn store(&self) -> &Store {
        &self.app.store
    }

    /// Opens a transaction as this tenant.
    pub async fn tenant(&self) -> Result<TenantTx> {
        Ok(self.app.store.tenant(self.org).await?)
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.actor.may(permission)
    }

    /// 404 without the permission to read, 403 without the permission to change. Routes check theirs on their own; an
    /// operation calls this for a further permission that depends on its arguments.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) {
            return Ok(());
        }
        if permission.read() == permission || !self.may(permission.read()) {
            return Err(Error::new(
                ErrorKind::NotFound,
                "not_found",
                "there is nothing here that you may see",
            ));
        }
        let name = permission.name();
        let refused = Error::new(
            ErrorKind::Forbidden,
            "forbidden",
            format!("this needs the permission \"{name}\""),
        );
        let role = permission.least_role().name();
        Err(match permission.is_of_installation() {
            true => refused.hint(format!(
                "it concerns every organisation: ask those who run the installation for the mark, beside the role \"{role}\""
            )),
            false => refused.hint(format!("ask for the role \"{role}\" or a token with this scope")),
        })
    }
}
