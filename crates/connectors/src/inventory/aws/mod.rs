//! AWS accounts: machines, images, scaling groups, volumes, addresses and certificates, read by role and by region.
//!
//! **Invariant:** what is listed of one kind, in one region of one account, is a scope of its own. One that AWS refused, or that
//! broke off half-way, is *not listed*; the others do not suffer from it.

mod api;
mod cell;
mod certificate;
mod check;
mod config;
mod error;
mod exposure;
mod image;
mod instance;
mod managed;
mod page;
mod region;
mod scaling;
mod session;
mod sign;
mod software;
mod storage;
mod template;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{FutureExt as _, StreamExt as _, stream};
use qlrf_core::coverage::ScopeOutcome;
use tokio::sync::mpsc;

use super::instance::{self as machine, Instance};
use super::out::{self, Out, Piece, partial};
use super::{Check, ConfigError, ConnectError, Inventory, Kind, Sink};
use crate::grant::Grant;
use crate::outbound::CallError;
use api::Api;
use cell::Cell;
use config::{AccountConfig, AwsConfig, Beginning};
use error::AwsError;
use image::Foreign;
use session::{Base, Session};

pub const KIND: Kind = Kind {
    name: "aws",
    title: "AWS",
    summary: "Machines, images, scaling groups, volumes, addresses and certificates of AWS accounts, with roles that can only read.",
    simulated: false,
    permissions: Some(include_str!("policy.json")),
    watch: None,
    config_schema: || schemars::schema_for!(AwsConfig).into(),
    build: |config, grant| Ok(Box::new(Aws::new(config, grant)?)),
};

/// Accounts that are entered at a time.
const ACCOUNTS_AT_ONCE: usize = 4;
/// Regions that are listed at a time, over all accounts.
const CELLS_AT_ONCE: usize = 8;

pub struct Aws {
    config: AwsConfig,
    beginning: Beginning,
    grant: Grant,
}

struct Account {
    /// `None`: the credential's own.
    id: Option<String>,
    session: Arc<Session>,
}

/// An account that let us in.
struct Entered {
    id: String,
    /// As the configuration names it, which is known even when an account does not let us in.
    named: String,
    session: Arc<Session>,
    regions: Vec<String>,
}

impl Account {
    fn name(&self) -> &str {
        self.id.as_deref().unwrap_or("of the credential")
    }
}

impl Aws {
    fn new(config: serde_json::Value, grant: Grant) -> Result<Aws, ConfigError> {
        let (config, beginning) = AwsConfig::parse(config, &grant.addresses)?;
        for reference in beginning.references() {
            let allowed = grant.secrets.check(reference);
            allowed.map_err(|error| ConfigError(format!("aws: {error}")))?;
        }
        if let Beginning::InstanceRole = beginning {
            machine::check("aws", "instance_role", &grant)?;
        }
        Ok(Aws {
            config,
            beginning,
            grant,
        })
    }

    fn accounts(&self) -> Result<Vec<Account>, ConnectError> {
        let config = &self.config;
        let api = Api::new(
            &self.grant,
            config.endpoint.as_deref(),
            config.requests_per_second,
        );
        let unreadable = |error: CallError| ConnectError::Unreadable(error.to_string());
        let base = Base {
            secrets: self.grant.secrets.clone(),
            instance: Instance::new(&self.grant).map_err(unreadable)?,
            beginning: self.beginning.clone(),
        };
        let api = api.map_err(unreadable)?;
        let account = |account: Option<&AccountConfig>| Account {
            id: account.map(|account| account.account.clone()),
            session: Arc::new(Session::new(
                api.clone(),
                base.clone(),
                &config.home_region,
                account,
            )),
        };
        Ok(match config.accounts.is_empty() {
            true => vec![account(None)],
            false => config.accounts.iter().map(|one| account(Some(one))).collect(),
        })
    }

    async fn enter(&self, account: Account) -> Result<Entered, (String, AwsError)> {
        let entering = async {
            let found = account.session.identity().await?.account;
            if let Some(expected) = account.id.clone().filter(|expected| *expected != found) {
                return Err(AwsError::OtherAccount { expected, found });
            }
            let regions = match self.config.regions.is_empty() {
                true => region::list(&account.session, &self.config.home_region).await?,
                false => self.config.regions.clone(),
            };
            Ok((found, regions))
        };
        let named = account.id.clone().unwrap_or_else(|| "-".to_owned());
        match entering.await {
            Ok((id, regions)) => Ok(Entered {
                id,
                named,
                session: account.session,
                regions,
            }),
            Err(error) => Err((named, error)),
        }
    }

    /// Lists everything; ends when all of it is in the channel.
    async fn list(&self, accounts: Vec<Account>, sender: mpsc::Sender<Piece>) {
        let foreign = Foreign::default();
        let ids = accounts.iter().filter_map(|account| account.id.clone());
        let ids: Arc<HashSet<String>> = Arc::new(ids.collect());
        let gap = std::sync::Mutex::new(None);
        let (gap_at, sender_at, foreign_at) = (&gap, &sender, &foreign);
        stream::iter(accounts)
            .map(|account| self.enter(account))
            .buffer_unordered(ACCOUNTS_AT_ONCE)
            .then(|entered| async move {
                let (account, outcome) = match &entered {
                    Ok(entered) => (&entered.named, ScopeOutcome::Complete),
                    Err((account, error)) => (account, partial(error)),
                };
                if outcome != ScopeOutcome::Complete {
                    *gap_at.lock().expect("nothing panics while it is locked") = Some(outcome.clone());
                }
                Out::new(sender_at, account, "-")
                    .close_as("account", outcome)
                    .await;
                entered
            })
            .flat_map(|entered| stream::iter(self.cells(entered.ok(), &ids, sender_at)))
            .for_each_concurrent(CELLS_AT_ONCE, |cell| async move { cell.list(foreign_at).await })
            .await;
        let gap = gap.into_inner().expect("nothing panics while it is locked");
        foreign.tell(&sender, gap).await;
    }

    fn cells(
        &self,
        entered: Option<Entered>,
        ids: &Arc<HashSet<String>>,
        sender: &mpsc::Sender<Piece>,
    ) -> Vec<Cell> {
        let Some(entered) = entered else {
            return Vec::new();
        };
        let mut accounts = ids.clone();
        if !accounts.contains(&entered.id) {
            accounts = Arc::new(HashSet::from([entered.id.clone()]));
        }
        let cell = |region: String| Cell {
            session: entered.session.clone(),
            out: Out::new(sender, &entered.id, &region),
            region,
            accounts: accounts.clone(),
            software: self.config.software,
        };
        entered.regions.into_iter().map(cell).collect()
    }
}

#[async_trait]
impl Inventory for Aws {
    async fn check(&self) -> Result<Check, ConnectError> {
        let accounts = self.accounts()?;
        let count = accounts.len();
        let tried = stream::iter(accounts.into_iter().take(check::ACCOUNTS_MAX))
            .map(|account| self.try_account(account))
            .buffered(check::ACCOUNTS_MAX);
        let tried: Vec<(bool, Vec<String>)> = tried.collect().await;
        let ok = tried.iter().all(|(ok, _)| *ok);
        let mut findings: Vec<String> = tried.into_iter().flat_map(|(_, said)| said).collect();
        if count > check::ACCOUNTS_MAX {
            findings.push(format!(
                "the first {} of {count} accounts were tried",
                check::ACCOUNTS_MAX
            ));
        }
        Ok(Check { ok, findings })
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let accounts = self.accounts()?;
        let (sender, pieces) = out::channel();
        let listing = self.list(accounts, sender).map(Ok);
        // A sink that fails ends the listing where it is.
        futures::future::try_join(listing, out::drain(pieces, sink)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
