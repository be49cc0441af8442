//! Tags and content libraries, which the older API does not have: the vSphere Automation API below `/rest`, with a session
//! in a header.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::error::ApiError;
use super::soap::Soap;
use crate::outbound::{Answer, Call, Outbound};

const SESSION: &str = "/rest/com/vmware/cis/session";
const TAGGING: &str = "/rest/com/vmware/cis/tagging";
const LIBRARY: &str = "/rest/com/vmware/content/library";
/// Each is asked for by itself.
const ITEMS_MAX: usize = 10_000;

#[derive(Deserialize)]
struct Said<T> {
    value: T,
}

/// `null` where there is none.
#[derive(Deserialize)]
struct Attached {
    object_id: ObjectId,
    tag_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct ObjectId {
    id: String,
}

#[derive(Clone, Deserialize)]
struct Tag {
    name: String,
    category_id: String,
}

#[derive(Deserialize)]
struct Category {
    name: String,
}

#[derive(Deserialize)]
pub struct Library {
    pub id: String,
    pub name: String,
}

#[derive(Deserialize)]
pub struct Item {
    pub id: String,
    pub name: String,
    /// `ovf`, `vm-template`, `iso`; none says nothing of itself.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub creation_time: Option<String>,
}

impl Item {
    /// From the others, such as ISO files, no machine is started as it is.
    pub fn is_image(&self) -> bool {
        matches!(self.kind.as_deref(), Some("ovf" | "vm-template"))
    }
}

/// Category → names of tags in it.
pub type Tags = BTreeMap<String, BTreeSet<String>>;

pub struct Rest<'a> {
    outbound: Outbound,
    base: Url,
    user: String,
    soap: &'a Soap,
    session: RwLock<Option<HeaderValue>>,
    /// Id of a tag → category and name: most machines carry the same ones.
    known: Mutex<HashMap<String, (String, String)>>,
    categories: Mutex<HashMap<String, String>>,
}

impl<'a> Rest<'a> {
    /// `soap` knows the password.
    pub fn new(outbound: Outbound, base: &Url, user: &str, soap: &'a Soap) -> Rest<'a> {
        Rest {
            outbound,
            base: base.clone(),
            user: user.to_owned(),
            soap,
            session: RwLock::default(),
            known: Mutex::default(),
            categories: Mutex::default(),
        }
    }

    async fn login(&self) -> Result<(), ApiError> {
        let password = self.soap.password().await?;
        let pair = STANDARD.encode(format!("{}:{}", self.user, password.expose()));
        let basic = sensitive(&format!("Basic {pair}"))?;
        let answer = self.outbound.send(|| {
            let mut call = self.call(Method::POST, SESSION, None);
            call.headers.insert(AUTHORIZATION, basic.clone());
            call
        });
        let answer = answer.await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(ApiError::Refused);
        }
        let id: String = parsed(&answer, SESSION)?;
        *self.session.write().expect("nothing panics while it is locked") = Some(sensitive(&id)?);
        Ok(())
    }

    pub async fn logout(&self) {
        let held = self
            .session
            .read()
            .expect("nothing panics while it is locked")
            .is_some();
        if held {
            let _ = self
                .outbound
                .send(|| self.call(Method::DELETE, SESSION, None))
                .await;
        }
    }

    /// Of each machine that has any.
    pub async fn tags_of(&self, machines: &[String]) -> Result<HashMap<String, Tags>, ApiError> {
        let ids: Vec<Value> = machines
            .iter()
            .map(|id| json!({"id": id, "type": "VirtualMachine"}))
            .collect();
        let path = format!("{TAGGING}/tag-association?~action=list-attached-tags-on-objects");
        let attached: Vec<Attached> = self.post(&path, &json!({ "object_ids": ids })).await?;
        let mut found: HashMap<String, Tags> = HashMap::new();
        for one in attached {
            for tag in one.tag_ids.unwrap_or_default() {
                let (category, name) = self.tag(&tag).await?;
                found
                    .entry(one.object_id.id.clone())
                    .or_default()
                    .entry(category)
                    .or_default()
                    .insert(name);
            }
        }
        Ok(found)
    }

    async fn tag(&self, id: &str) -> Result<(String, String), ApiError> {
        let known = self
            .known
            .lock()
            .expect("nothing panics while it is locked")
            .get(id)
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let tag: Tag = self.get(&format!("{TAGGING}/tag/id:{}", encoded(id))).await?;
        let pair = (self.category(&tag.category_id).await?, tag.name);
        let mut known = self.known.lock().expect("nothing panics while it is locked");
        known.insert(id.to_owned(), pair.clone());
        Ok(pair)
    }

    async fn category(&self, id: &str) -> Result<String, ApiError> {
        let known = self
            .categories
            .lock()
            .expect("nothing panics while it is locked")
            .get(id)
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let category: Category = self
            .get(&format!("{TAGGING}/category/id:{}", encoded(id)))
            .await?;
        let mut known = self.categories.lock().expect("nothing panics while it is locked");
        known.insert(id.to_owned(), category.name.clone());
        Ok(category.name)
    }

    pub async fn libraries(&self) -> Result<Vec<Library>, ApiError> {
        let ids: Option<Vec<String>> = self.get(LIBRARY).await?;
        let mut libraries = Vec::new();
        for id in ids.unwrap_or_default() {
            libraries.push(self.get(&format!("{LIBRARY}/id:{}", encoded(&id))).await?);
        }
        Ok(libraries)
    }

    pub async fn items(&self, library: &Library) -> Result<Vec<Item>, ApiError> {
        let ids: Option<Vec<String>> = self
            .get(&format!("{LIBRARY}/item?library_id={}", encoded(&library.id)))
            .await?;
        let ids = ids.unwrap_or_default();
        if ids.len() > ITEMS_MAX {
            return Err(ApiError::TooMany {
                what: "items in one content library",
                most: ITEMS_MAX,
            });
        }
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            items.push(self.get(&format!("{LIBRARY}/item/id:{}", encoded(&id))).await?);
        }
        Ok(items)
    }

    /// `None`: there is none of this id.
    pub async fn find_item(&self, id: &str) -> Result<Option<Item>, ApiError> {
        let found: Result<Item, ApiError> = self.get(&format!("{LIBRARY}/item/id:{}", encoded(id))).await;
        match found {
            Ok(item) => Ok(Some(item)),
            Err(ApiError::Status { status, .. }) if status == StatusCode::NOT_FOUND => Ok(None),
            Err(ApiError::Forbidden { privilege, .. }) => Err(ApiError::Hidden {
                object: id.to_owned(),
                privilege,
            }),
            Err(error) => Err(error),
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        self.ask(path, &|| self.call(Method::GET, path, None)).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, ApiError> {
        let body = body.to_string();
        self.ask(path, &|| self.call(Method::POST, path, Some(&body)))
            .await
    }

    /// The session begins with the first question. One that ended is begun anew, once for each question.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        call: &(impl Fn() -> Call + Sync),
    ) -> Result<T, ApiError> {
        let begun = self
            .session
            .read()
            .expect("nothing panics while it is locked")
            .is_some();
        if !begun {
            self.login().await?;
        }
        let mut answer = self.outbound.send(call).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.login().await.map_err(|error| match error {
                ApiError::Refused => ApiError::Ended,
                other => other,
            })?;
            answer = self.outbound.send(call).await?;
        }
        parsed(&answer, path)
    }

    fn call(&self, method: Method, path: &str, body: Option<&str>) -> Call {
        let mut url = self.base.clone();
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        let mut headers = HeaderMap::new();
        if let Some(session) = &*self.session.read().expect("nothing panics while it is locked") {
            headers.insert("vmware-api-session-id", session.clone());
        }
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Call {
            method,
            headers,
            body: body.unwrap_or_default().as_bytes().to_vec(),
            ..Call::get(url)
        }
    }
}

/// An id is one segment of a path, whatever a stranger put into it.
fn encoded(id: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    let bytes = id.bytes().map(|b| match plain(b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    });
    bytes.collect()
}

fn sensitive(text: &str) -> Result<HeaderValue, ApiError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| ApiError::Unreadable {
        asked: SESSION.to_owned(),
        reason: "the session has characters that none has".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn parsed<T: DeserializeOwned>(answer: &Answer, path: &str) -> Result<T, ApiError> {
    let asked = path.to_owned();
    match answer.status {
        StatusCode::UNAUTHORIZED => Err(ApiError::Ended),
        StatusCode::FORBIDDEN => Err(ApiError::Forbidden {
            privilege: "System.Read".to_owned(),
            asked,
        }),
        status if !status.is_success() => Err(ApiError::Status { status, asked }),
        _ => match serde_json::from_slice::<Said<T>>(&answer.body) {
            Ok(said) => Ok(said.value),
            Err(error) => Err(ApiError::Unreadable {
                asked,
                reason: format!("line {}, column {}", error.line(), error.column()),
            }),
        },
    }
}
