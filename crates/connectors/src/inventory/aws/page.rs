//! Lists that come in pages.

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use super::super::page::Page;
use super::super::page::Progress;
pub use super::super::text::given;
use super::api::Request;
use super::error::AwsError;
use super::session::Session;

/// Asks for one page after another.
pub struct Pages<'a> {
    session: &'a Session,
    region: &'a str,
    request: Request,
    progress: Progress,
}

impl<'a> Pages<'a> {
    pub fn new(session: &'a Session, region: &'a str, request: Request) -> Pages<'a> {
        Pages {
            session,
            region,
            request,
            progress: Progress::default(),
        }
    }

    /// `None` after the last page.
    pub async fn next<T: Page>(&mut self) -> Result<Option<T>, AwsError> {
        if self.progress.ended() {
            return Ok(None);
        }
        let request = match self.progress.token() {
            Some(token) => self.request.clone().with("NextToken", token),
            None => self.request.clone(),
        };
        let mut page: T = self.session.ask(self.region, &request).await?;
        let turned = self.progress.turn(page.next());
        turned.map_err(|endless| request.unreadable(endless.to_string()))?;
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
