//! Declaring routes. There is no way to declare one without saying who may call it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use futures::future::BoxFuture;
use qlrf_core::perm::Permission;

use super::{guard, limits};
use crate::opcx::App;

/// Every resource lives below this.
pub const PREFIX: &str = "/api/v1";

/// A declared route: what the guard enforces, and what the generated documents show.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    /// The whole path with `{parameters}`.
    pub path: String,
    pub access: Access,
    pub body_bytes_max: usize,
    /// `None` for streams, which end when either side has had enough.
    pub time_max: Option<Duration>,
    /// The answer shows something once and is not kept for a repeated `Idempotency-Key`.
    pub secret_answer: bool,
    template: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Permission(Permission),
    /// Anyone; the text says why that is right.
    Public(&'static str),
}

impl Route {
    /// `path` is below [`PREFIX`].
    pub fn new(method: Method, permission: Permission, path: &str) -> Route {
        Route::build(method, Access::Permission(permission), format!("{PREFIX}{path}"))
    }

    fn build(method: Method, access: Access, path: String) -> Route {
        Route {
            // Routes are declared once per process; metrics and spans want a name that outlives the request.
            template: path.clone().leak(),
            method,
            path,
            access,
            body_bytes_max: limits::BODY_BYTES_MAX,
            time_max: Some(limits::REQUEST_TIME_MAX),
            secret_answer: false,
        }
    }

    /// For uploads. The handler takes [`axum::body::Body`] and reads it as it comes.
    pub fn body_max(mut self, bytes: usize) -> Route {
        self.body_bytes_max = bytes;
        self
    }

    pub fn time_max(mut self, time: Duration) -> Route {
        self.time_max = Some(time);
        self
    }

    pub fn stream(mut self) -> Route {
        self.time_max = None;
        self
    }

    pub fn secret_answer(mut self) -> Route {
        self.secret_answer = true;
        self
    }

    pub fn template(&self) -> &'static str {
        self.template
    }
}

/// The routes of the API, declared and ready to serve.
#[derive(Default)]
pub struct Routes {
    router: axum::Router<App>,
    declared: Vec<Arc<Route>>,
}

impl Routes {
    pub fn get<T: 'static, H: Handler<T, App>>(&mut self, permission: Permission, path: &str, handler: H) {
        self.declare(Route::new(Method::GET, permission, path), handler);
    }

    pub fn post<T: 'static, H: Handler<T, App>>(&mut self, permission: Permission, path: &str, handler: H) {
        self.declare(Route::new(Method::POST, permission, path), handler);
    }

    pub fn put<T: 'static, H: Handler<T, App>>(&mut self, permission: Permission, path: &str, handler: H) {
        self.declare(Route::new(Method::PUT, permission, path), handler);
    }

    pub fn patch<T: 'static, H: Handler<T, App>>(&mut self, permission: Permission, path: &str, handler: H) {
        self.declare(Route::new(Method::PATCH, permission, path), handler);
    }

    pub fn delete<T: 'static, H: Handler<T, App>>(&mut self, permission: Permission, path: &str, handler: H) {
        self.declare(Route::new(Method::DELETE, permission, path), handler);
    }

    /// A route without sign-in; `path` is the whole path, `reason` is shown in the generated matrix.
    pub fn public<T: 'static, H: Handler<T, App>>(
        &mut self,
        method: Method,
        path: &str,
        reason: &'static str,
        handler: H,
    ) {
        self.declare(
            Route::build(method, Access::Public(reason), path.to_owned()),
            handler,
        );
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that the ban points to"
    )]
    pub fn declare<T: 'static, H: Handler<T, App>>(&mut self, route: Route, handler: H) {
        let filter = MethodFilter::try_from(route.method.clone()).expect("routes use standard methods");
        let route = Arc::new(route);
        let guarded = Guarded {
            route: route.clone(),
            handler,
        };
        self.router = std::mem::take(&mut self.router).route(&route.path, on(filter, guarded));
        self.declared.push(route);
    }

    pub fn declared(&self) -> &[Arc<Route>] {
        &self.declared
    }

    pub(super) fn into_router(self) -> axum::Router<App> {
        self.router
    }
}

/// A handler that can be reached through the guard only.
#[derive(Clone)]
struct Guarded<H> {
    route: Arc<Route>,
    handler: H,
}

impl<T: 'static, H: Handler<T, App>> Handler<T, App> for Guarded<H> {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, app: App) -> Self::Future {
        let Guarded { route, handler } = self;
        let state = app.clone();
        let next: guard::Next = Box::new(move |request| Box::pin(handler.call(request, state)));
        Box::pin(guard::run(route, app, request, next))
    }
}
