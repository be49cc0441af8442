//! Lists that come in pages.

use serde::de::DeserializeOwned;

/// More than any account has. A provider that never ends is not listened to for ever.
const PAGES_MAX: u32 = 100_000;

/// One page of a list.
pub trait Page: DeserializeOwned {
    /// What asks for the page after it.
    fn next(&mut self) -> Option<String>;
}

/// How far a list was read.
#[derive(Default)]
pub struct Progress {
    asked: u32,
    /// `None` before the first page.
    token: Option<String>,
    ended: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("its pages do not end")]
pub struct Endless;

impl Progress {
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub fn ended(&self) -> bool {
        self.ended
    }

    /// One more page was read; `next` asks for the one after it.
    pub fn turn(&mut self, next: Option<String>) -> Result<(), Endless> {
        self.asked += 1;
        let next = next.filter(|token| !token.is_empty());
        if next.is_some() && (next == self.token || self.asked == PAGES_MAX) {
            return Err(Endless);
        }
        self.ended = next.is_none();
        self.token = next;
        Ok(())
    }
}
