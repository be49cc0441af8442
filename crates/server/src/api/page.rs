//! Lists: paging, sorting, filtering and `as_of`, the same for every resource.
//!
//! A handler takes `list: List<F>` where `F` holds the resource's own filters. The first page fixes the moment that the
//! whole walk reads; the cursor carries it on, so that pages neither skip nor repeat.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use time::format_description::well_known::Rfc3339;

use super::error::Problem;
use super::etag;
use super::types::page::PageBody;
use crate::opcx::{App, OpCx};
use crate::secret::Secret;

pub const LIMIT_DEFAULT: u32 = 50;
pub const LIMIT_MAX: u32 = 500;
/// A cursor holds a sort key and an id; a longer one was not made here.
const CURSOR_CHARS_MAX: usize = 2048;
const MAC_BYTES: usize = 16;

/// The filters of one resource. Say `#[serde(deny_unknown_fields)]`, so that a mistyped filter is an error and not everything.
pub trait ListFilter: DeserializeOwned + Send {
    /// What `sort=` takes, the default first; `-name` is descending.
    const SORTS: &'static [&'static str];
}

/// The parsed query of a list.
#[derive(Clone, Debug)]
pub struct List<F> {
    pub filter: F,
    pub limit: u32,
    /// One of [`ListFilter::SORTS`].
    pub sort: &'static str,
    /// What the caller asked for; `None` is now.
    pub as_of: Option<Timestamp>,
    /// The moment that this page speaks of, and that ages are told at.
    pub at: Timestamp,
    /// What facts are read as of, where that is another moment.
    read_at: Option<Timestamp>,
    after: Option<serde_json::Value>,
    binding: String,
    key: Secret,
}

/// One page, ready to be sent.
pub struct Page<T> {
    body: PageBody<T>,
    asked_as_of: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    /// What ages are told at, in microseconds since 1970.
    at: i64,
    /// What facts are read as of.
    read: i64,
    after: serde_json::Value,
}

impl<F: ListFilter> FromRequestParts<App> for List<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let cx = OpCx::from_request_parts(parts, app).await?;
        let query = parts.uri.query().unwrap_or_default();
        parse(
            query,
            parts.uri.path(),
            &cx.org().to_string(),
            &app.cursor_key,
            qlrf_core::time::now(),
        )
    }
}

fn parse<F: ListFilter>(
    query: &str,
    path: &str,
    org: &str,
    key: &Secret,
    now: Timestamp,
) -> Result<List<F>, Problem> {
    let mut own = Own::default();
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match own.slot(&name) {
            Some(slot) => *slot = Some(value.into_owned()),
            None => {
                rest.append_pair(&name, &value);
            }
        }
    }
    let rest = rest.finish();
    let filter = serde_urlencoded::from_str(&rest).map_err(|error| {
        Problem::invalid_request(format!("the filter is not one that this list has: {error}"))
    })?;
    let sort = parse_sort(own.sort.as_deref(), F::SORTS)?;
    let as_of = own
        .as_of
        .as_deref()
        .map(|text| parse_as_of(text, now))
        .transpose()?;
    let binding = format!(
        "{org}\n{path}\n{sort}\n{rest}\n{}",
        own.as_of.as_deref().unwrap_or_default()
    );
    let cursor = own
        .cursor
        .as_deref()
        .map(|text| open_cursor(text, &binding, key))
        .transpose()?;
    let at = match &cursor {
        Some(cursor) => moment(cursor.at)?,
        None => as_of.unwrap_or(now),
    };
    let limit = parse_limit(own.limit.as_deref())?;
    Ok(List {
        filter,
        limit,
        sort,
        as_of,
        at,
        read_at: cursor.as_ref().map(|cursor| moment(cursor.read)).transpose()?,
        after: cursor.map(|c| c.after),
        binding,
        key: key.clone(),
    })
}

/// The parameters that every list has.
#[derive(Default)]
struct Own {
    limit: Option<String>,
    cursor: Option<String>,
    sort: Option<String>,
    as_of: Option<String>,
}

impl Own {
    fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "limit" => Some(&mut self.limit),
            "cursor" => Some(&mut self.cursor),
            "sort" => Some(&mut self.sort),
            "as_of" => Some(&mut self.as_of),
            _ => None,
        }
    }
}

impl<F> List<F> {
    /// The moment to read as of: what was asked for, or what the first page read; `None` on a first page as of now.
    pub fn moment(&self) -> Option<Timestamp> {
        self.as_of.or(self.read_at)
    }

    /// The key that the page before ended with. Its type is the resource's own; a cursor of another shape is refused.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(after) = &self.after else { return Ok(None) };
        serde_json::from_value(after.clone())
            .map(Some)
            .map_err(|_| invalid_cursor())
    }

    /// How many rows to load: one more than asked, which tells whether another page follows.
    pub fn load_limit(&self) -> u32 {
        self.limit + 1
    }

    /// The page out of a whole list that stands in memory in its order. A cursor whose row is gone is refused, as it
    /// would repeat or skip.
    pub fn page_of<R, T, K>(
        &self,
        rows: Vec<R>,
        key: impl Fn(&R) -> K,
        view: impl Fn(R) -> T,
    ) -> Result<Page<T>, Problem>
    where
        K: Serialize + DeserializeOwned + PartialEq,
    {
        let total = rows.len() as u64;
        let start = match self.after::<K>()? {
            None => 0,
            Some(last) => {
                let place = rows.iter().position(|row| key(row) == last);
                place.ok_or_else(invalid_cursor)? + 1
            }
        };
        let rows = rows
            .into_iter()
            .skip(start)
            .take(self.load_limit() as usize)
            .collect();
        Ok(self.page(rows, total, key, view))
    }

    /// Says which moment the first page really read, so that the pages after it read the same one. The clock of this
    /// process does not tell: facts are recorded a while before they are committed.
    pub fn read_at(&mut self, moment: Timestamp) {
        if self.moment().is_none() {
            self.read_at = Some(moment);
        }
    }

    /// Makes the page out of at most [`Self::load_limit`] rows. `total` counts all that match, on every page.
    pub fn page<R, T, K: Serialize>(
        &self,
        mut rows: Vec<R>,
        total: u64,
        key: impl Fn(&R) -> K,
        view: impl Fn(R) -> T,
    ) -> Page<T> {
        let more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        let next_cursor = rows.last().filter(|_| more).map(|last| {
            let micros = |at: Timestamp| {
                i64::try_from(at.unix_timestamp_nanos() / 1000).expect("years up to 9999 fit")
            };
            let cursor = Cursor {
                at: micros(self.at),
                read: micros(self.read_at.unwrap_or(self.at)),
                after: serde_json::to_value(key(last)).expect("sort keys always serialise"),
            };
            seal_cursor(&cursor, &self.binding, &self.key)
        });
        let items = rows.into_iter().map(view).collect();
        Page {
            body: PageBody {
                items,
                next_cursor,
                total,
                as_of: self.at,
            },
            asked_as_of: self.as_of,
        }
    }
}

impl<T> Page<T> {
    /// The page itself, for lists that say more than a page does.
    pub fn into_body(self) -> PageBody<T> {
        self.body
    }
}

/// The tag leaves out the moment of an unasked `as_of`, else no list would ever be unchanged.
impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let tag = etag::of(&(
            &self.body.items,
            self.body.total,
            self.asked_as_of.map(|at| at.unix_timestamp_nanos()),
        ));
        let mut response = axum::Json(self.body).into_response();
        response.headers_mut().insert(header::ETAG, tag);
        response
    }
}

fn parse_limit(text: Option<&str>) -> Result<u32, Problem> {
    let Some(text) = text else {
        return Ok(LIMIT_DEFAULT);
    };
    match text.parse::<u32>() {
        Ok(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        _ => Err(Problem::invalid_request(format!(
            "`limit` is a number from 1 to {LIMIT_MAX}"
        ))),
    }
}

fn parse_sort(text: Option<&str>, sorts: &'static [&'static str]) -> Result<&'static str, Problem> {
    let Some(text) = text else {
        return Ok(sorts.first().copied().unwrap_or_default());
    };
    sorts.iter().copied().find(|sort| *sort == text).ok_or_else(|| {
        Problem::invalid_request(format!(
            "this list cannot be sorted by \"{text}\"; it takes {}",
            sorts.join(", ")
        ))
    })
}

/// The `as_of` of whatever is not a list; `None` is now.
pub fn parse_moment(text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    text.map(|text| parse_as_of(text, qlrf_core::time::now()))
        .transpose()
}

/// RFC 3339. What will be is not known: a moment in the future is refused.
pub fn parse_as_of(text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let refuse = |detail: String| -> Problem {
        Error::new(ErrorKind::Invalid, "invalid_as_of", detail)
            .hint("write it as `2026-01-31T12:00:00Z`")
            .into()
    };
    let at = Timestamp::parse(text, &Rfc3339)
        .map_err(|error| refuse(format!("`as_of` is not a moment: {error}")))?;
    if at > now {
        return Err(refuse("`as_of` lies in the future".to_owned()));
    }
    Ok(qlrf_core::time::truncate(at))
}

fn moment(micros: i64) -> Result<Timestamp, Problem> {
    Timestamp::from_unix_timestamp_nanos(i128::from(micros) * 1000).map_err(|_| invalid_cursor())
}

fn invalid_cursor() -> Problem {
    Error::new(
        ErrorKind::Invalid,
        "invalid_cursor",
        "the cursor does not belong to this list",
    )
    .hint("start again without `cursor`; keep filter, sort and `as_of` the same from page to page")
    .into()
}

fn mac(payload: &[u8], binding: &str, key: &Secret) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(&(binding.len() as u64).to_be_bytes());
    mac.update(binding.as_bytes());
    mac.update(payload);
    mac
}

fn seal_cursor(cursor: &Cursor, binding: &str, key: &Secret) -> String {
    let payload = serde_json::to_vec(cursor).expect("a cursor always serialises");
    let tag = mac(&payload, binding, key).finalize().into_bytes();
    let mut sealed = tag[..MAC_BYTES].to_vec();
    sealed.extend_from_slice(&payload);
    URL_SAFE_NO_PAD.encode(sealed)
}

fn open_cursor(text: &str, binding: &str, key: &Secret) -> Result<Cursor, Problem> {
    if text.len() > CURSOR_CHARS_MAX {
        return Err(invalid_cursor());
    }
    let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid_cursor())?;
    let (tag, payload) = sealed.split_at_checked(MAC_BYTES).ok_or_else(invalid_cursor)?;
    mac(payload, binding, key)
        .verify_truncated_left(tag)
        .map_err(|_| invalid_cursor())?;
    serde_json::from_slice(payload).map_err(|_| invalid_cursor())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct ByName {
        name: Option<String>,
    }
    impl ListFilter for ByName {
        const SORTS: &'static [&'static str] = &["name", "-name"];
    }

    fn read(query: &str) -> Result<List<ByName>, &'static str> {
        let now = datetime!(2026-01-31 12:00 UTC);
        parse(query, "/x", "org", &Secret::new("key"), now).map_err(|problem| problem.error.code)
    }

    fn next(query: &str) -> String {
        let page = read(query).unwrap().page(vec![1, 2], 2, |row| *row, |row| row);
        page.body.next_cursor.unwrap()
    }

    #[test]
    fn a_cursor_continues_where_the_page_ended() {
        let list = read(&format!("limit=1&name=a&cursor={}", next("limit=1&name=a"))).unwrap();
        assert_eq!(list.after::<i32>().unwrap(), Some(1));
        assert_eq!(list.filter.name.as_deref(), Some("a"));
    }

    #[test]
    fn a_cursor_is_bound_to_filter_sort_and_shape() {
        let cursor = next("limit=1");
        assert_eq!(
            read(&format!("name=b&cursor={cursor}")).unwrap_err(),
            "invalid_cursor"
        );
        assert_eq!(
            read(&format!("sort=-name&cursor={cursor}")).unwrap_err(),
            "invalid_cursor"
        );
        let list = read(&format!("cursor={cursor}")).unwrap();
        assert_eq!(
            list.after::<(String, i32)>().unwrap_err().error.code,
            "invalid_cursor"
        );
    }

    #[test]
    fn what_a_list_does_not_have_is_refused() {
        for query in ["limit=0", "limit=501", "limit=x", "sort=age", "nme=a"] {
            assert_eq!(read(query).unwrap_err(), "invalid_request", "{query}");
        }
        for query in ["as_of=yesterday", "as_of=2026-02-01T00:00:00Z"] {
            assert_eq!(read(query).unwrap_err(), "invalid_as_of", "{query}");
        }
        assert_eq!(
            read("as_of=2026-01-30T00:00:00Z").unwrap().at,
            datetime!(2026-01-30 00:00 UTC)
        );
    }

    proptest! {
        #[test]
        fn a_tampered_cursor_is_refused(at in 0usize..80, bit in 0u8..6) {
            let cursor = next("limit=1");
            let mut bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let tampered = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(read(&format!("limit=1&cursor={tampered}")).unwrap_err(), "invalid_cursor");
        }

        #[test]
        fn any_text_as_cursor_is_an_answer(text in ".{0,200}") {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("cursor", &text).finish();
            prop_assert_eq!(read(&query).unwrap_err(), "invalid_cursor");
        }
    }
}
