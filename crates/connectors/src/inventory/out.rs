//! From the many listings that run beside each other to the one sink.

use qlrf_core::asset::Asset;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::resource::Resource;
use tokio::sync::mpsc;

use super::{ConnectError, Observed, Sink};

/// Why a scope was not listed, in the words of one provider.
pub trait Failure: std::fmt::Display {
    /// Stable, for the ledger of coverage.
    fn code(&self) -> &'static str;
}

/// Batches that wait for the sink. Listings wait for it in turn, so that a slow sink bounds the memory.
const WAITING_MAX: usize = 4;

pub enum Piece {
    Assets(Scope, Vec<Asset>),
    Resources(Scope, Vec<Resource>),
    Close(Scope, ScopeOutcome),
}

/// The way to the sink for one region of one account, or whatever a provider calls the two.
pub struct Out {
    sender: mpsc::Sender<Piece>,
    pub account: String,
    pub region: String,
}

pub fn channel() -> (mpsc::Sender<Piece>, mpsc::Receiver<Piece>) {
    mpsc::channel(WAITING_MAX)
}

/// Until the last sender is gone.
pub async fn drain(mut pieces: mpsc::Receiver<Piece>, sink: &mut dyn Sink) -> Result<(), ConnectError> {
    while let Some(piece) = pieces.recv().await {
        match piece {
            Piece::Assets(scope, assets) => {
                let observed = |asset| Observed { asset, files: None };
                sink.assets(&scope, assets.into_iter().map(observed).collect())
                    .await?;
            }
            Piece::Resources(scope, resources) => sink.resources(&scope, resources).await?,
            Piece::Close(scope, outcome) => sink.close(&scope, outcome).await?,
        }
    }
    Ok(())
}

impl Out {
    pub fn new(sender: &mpsc::Sender<Piece>, account: &str, region: &str) -> Out {
        Out {
            sender: sender.clone(),
            account: account.to_owned(),
            region: region.to_owned(),
        }
    }

    pub async fn assets(&self, assets: Vec<Asset>) {
        if !assets.is_empty() {
            self.send(Piece::Assets(self.scope("virtual_machine"), assets))
                .await;
        }
    }

    pub async fn resources(&self, kind: &str, resources: Vec<Resource>) {
        if !resources.is_empty() {
            self.send(Piece::Resources(self.scope(kind), resources)).await;
        }
    }

    pub async fn close(&self, kind: &str, ended: Result<(), &impl Failure>) {
        let outcome = match ended {
            Ok(()) => ScopeOutcome::Complete,
            Err(error) => partial(error),
        };
        self.close_as(kind, outcome).await;
    }

    /// Lists, and closes with how it ended.
    pub async fn list<E: Failure>(&self, kind: &str, listing: impl Future<Output = Result<(), E>>) {
        self.close(kind, listing.await.as_ref().copied()).await;
    }

    pub async fn close_as(&self, kind: &str, outcome: ScopeOutcome) {
        self.send(Piece::Close(self.scope(kind), outcome)).await;
    }

    /// When nobody takes anything in any more, the sink has said why.
    async fn send(&self, piece: Piece) {
        let _ = self.sender.send(piece).await;
    }

    fn scope(&self, kind: &str) -> Scope {
        Scope {
            account: self.account.clone(),
            region: self.region.clone(),
            kind: kind.to_owned(),
        }
    }
}

pub fn partial(error: &impl Failure) -> ScopeOutcome {
    ScopeOutcome::Partial {
        code: error.code().to_owned(),
        detail: error.to_string(),
    }
}
