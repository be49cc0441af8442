//! Lists that come in pages.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::api::Request;
use super::error::AwsError;
use super::session::Session;

/// More than any account has. A provider that never ends is not listened to for ever.
const PAGES_MAX: u32 = 100_000;

/// One page of a list.
pub trait Page: DeserializeOwned {
    /// What asks for the page after it.
    fn next(&mut self) -> Option<String>;
}

/// Asks for one page after another.
pub struct Pages<'a> {
    session: &'a Session,
    region: &'a str,
    request: Request,
    asked: u32,
    /// `None` before the first page.
    token: Option<String>,
    ended: bool,
}

impl<'a> Pages<'a> {
    pub fn new(session: &'a Session, region: &'a str, request: Request) -> Pages<'a> {
        Pages {
            session,
            region,
            request,
            asked: 0,
            token: None,
            ended: false,
        }
    }

    /// `None` after the last page.
    pub async fn next<T: Page>(&mut self) -> Result<Option<T>, AwsError> {
        if self.ended {
            return Ok(None);
        }
        let request = match &self.token {
            Some(token) => self.request.clone().with("NextToken", token.as_str()),
            None => self.request.clone(),
        };
        let mut page: T = self.session.ask(self.region, &request).await?;
        self.asked += 1;
        let next = page.next().filter(|token| !token.is_empty());
        if next.is_some() && (next == self.token || self.asked == PAGES_MAX) {
            return Err(request.unreadable("its pages do not end"));
        }
        self.ended = next.is_none();
        self.token = next;
        Ok(Some(page))
    }
}

/// A list of EC2: `<set><item>…</item></set>`.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct Items<T> {
    #[serde(default = "Vec::new", rename = "item")]
    pub list: Vec<T>,
}

/// A list of the other Query APIs: `<List><member>…</member></List>`.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct Members<T> {
    #[serde(default = "Vec::new", rename = "member")]
    pub list: Vec<T>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Items { list: Vec::new() }
    }
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Members { list: Vec::new() }
    }
}

#[derive(Deserialize)]
pub struct Tag {
    pub key: String,
    #[serde(default)]
    pub value: String,
}

/// An empty element is as good as none.
pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
