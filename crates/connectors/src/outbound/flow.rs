//! An answer that goes on for as long as the provider has something to say: it is read line by line, and never kept.

use reqwest::{Response, StatusCode};

use super::{Call, CallError, Outbound};

/// One line holds one object, and the largest that providers store have a few megabytes.
const LINE_BYTES_MAX: usize = 8 << 20;

pub struct Flow {
    pub status: StatusCode,
    host: String,
    response: Response,
    /// What has come of the lines that were not given yet.
    held: Vec<u8>,
    /// Of `held`, what is known to hold no end of a line.
    searched: usize,
}

impl Outbound {
    /// Begins to listen, in one attempt. It takes no place among the requests that are made at once, for it would keep it, and
    /// opens no circuit: of those who listen beside each other all are cut at once, and each has a patience of its own. A
    /// provider that says nothing for a minute ends it, as any other answer.
    pub async fn listen(&self, call: Call) -> Result<Flow, CallError> {
        let shared = &self.0;
        let host = shared.reach.checked(&call.url)?;
        shared.limits.wait(&host).await?;
        shared.meter.count();
        let response = shared.ask(call, &host).await?;
        shared.limits.worked(&host);
        Ok(Flow {
            status: response.status(),
            host,
            response,
            held: Vec::new(),
            searched: 0,
        })
    }
}

impl Flow {
    /// The next whole line; `None` when the provider has ended it.
    pub async fn line(&mut self) -> Result<Option<Vec<u8>>, CallError> {
        loop {
            if let Some(at) = self.held[self.searched..].iter().position(|byte| *byte == b'\n') {
                let rest = self.held.split_off(self.searched + at + 1);
                self.searched = 0;
                return Ok(Some(std::mem::replace(&mut self.held, rest)));
            }
            self.searched = self.held.len();
            if self.held.len() > LINE_BYTES_MAX {
                return Err(CallError::TooLarge {
                    host: self.host.clone(),
                    bytes_max: LINE_BYTES_MAX,
                });
            }
            let piece = self.response.chunk().await;
            match piece.map_err(|error| CallError::transport(&self.host, &error))? {
                Some(piece) => self.held.extend_from_slice(&piece),
                None => return Ok(None),
            }
        }
    }
}
