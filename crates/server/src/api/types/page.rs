use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PageBody<T> {
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
    /// How many match in all.
    pub total: u64,
    /// The moment that the list speaks of.
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
}

/// Parameters that every list takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(
    dead_code,
    reason = "describes the parameters that `List` reads; nothing constructs it"
)]
pub struct ListParams {
    /// Items per page.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Field to sort by; `-field` descending.
    sort: Option<String>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}
