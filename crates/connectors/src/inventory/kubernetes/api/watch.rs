//! What changes after a list (kubernetes.io/docs/reference/using-api/api-concepts, "Efficient detection of changes").

use std::sync::Arc;

use reqwest::{Method, StatusCode};

use super::session::Session;
use super::{Api, ApiError, Moment, Resource};
use crate::outbound::Flow;

/// After it the server ends the watch by itself and it is asked again, from where it ended. Below the silence after which
/// a connection is given up, so that one that died unnoticed costs a minute.
const WATCH_TIME_S: &str = "45";

impl Api {
    /// The changes of one kind from a moment on, an event in each line.
    pub async fn watch(&self, resource: Resource, from: &Moment) -> Result<Flow, ApiError> {
        let mut query = vec![
            ("watch", "1"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", from.resource_version.as_str()),
            ("timeoutSeconds", WATCH_TIME_S),
        ];
        query.extend(resource.selector.map(|selector| ("fieldSelector", selector)));
        let listen = |session: Arc<Session>| {
            let call = session.call(Method::GET, &from.path, &query);
            async move { session.outbound.listen(call).await }
        };
        let flow = self.asked(listen, |flow| flow.status).await?;
        let resource = resource.name();
        match flow.status {
            StatusCode::OK => Ok(flow),
            StatusCode::GONE => Err(ApiError::Expired(resource)),
            StatusCode::FORBIDDEN => Err(ApiError::Forbidden {
                verb: "watch",
                resource,
            }),
            status => Err(ApiError::Status { status, resource }),
        }
    }
}
