//! "Test connection": who we are in each account, and every action that is missing there, by name.

use std::time::Duration;

use futures::{StreamExt as _, stream};
use serde::de::IgnoredAny;

use super::api::Request;
use super::error::AwsError;
use super::session::Session;
use super::{
    Account, Aws, certificate, exposure, image, instance, managed, region, scaling, software, storage,
    template,
};

/// Accounts that are tried, all at once.
pub const ACCOUNTS_MAX: usize = 8;
/// For one account, and below what the test as a whole may take.
const TIME_MAX: Duration = Duration::from_secs(8);
const ACTIONS_AT_ONCE: usize = 6;

/// Things that nobody has: AWS refuses whoever may not ask before it looks for them.
const NO_INSTANCE: &str = "i-00000000000000000";
const NO_TEMPLATE: &str = "lt-00000000000000000";

/// One of each action that a collection takes.
pub fn requests(config: &super::config::AwsConfig) -> Vec<Request> {
    let (partition, _) = super::api::partition(&config.home_region);
    let region = config.regions.first().unwrap_or(&config.home_region);
    let no_certificate =
        format!("arn:{partition}:acm:{region}:000000000000:certificate/00000000-0000-0000-0000-000000000000");
    let mut all = vec![
        instance::request(),
        exposure::request(),
        image::own_request(),
        storage::volumes_request(),
        storage::addresses_request(),
        scaling::request(),
        template::request(NO_TEMPLATE),
        managed::request(),
        managed::patches_request(&[NO_INSTANCE]),
        certificate::request(),
        certificate::one_request(&no_certificate),
        certificate::tags_request(&no_certificate),
    ];
    if config.regions.is_empty() {
        all.push(region::request());
    }
    if config.software {
        all.push(software::request(NO_INSTANCE));
    }
    all
}

impl Aws {
    /// All is well, and one sentence for each thing.
    pub(super) async fn try_account(&self, account: Account) -> (bool, Vec<String>) {
        let trying = tokio::time::timeout(TIME_MAX, self.try_actions(&account)).await;
        trying.unwrap_or_else(|_| {
            let seconds = TIME_MAX.as_secs();
            let said = format!("account {}: no answer within {seconds} seconds", account.name());
            (false, vec![said])
        })
    }

    async fn try_actions(&self, account: &Account) -> (bool, Vec<String>) {
        let session = &*account.session;
        let identity = match session.identity().await {
            Ok(identity) => identity,
            Err(error) => return (false, vec![format!("account {}: {error}", account.name())]),
        };
        let id = &identity.account;
        if let Some(expected) = account.id.as_ref().filter(|expected| *expected != id) {
            let (expected, found) = (expected.clone(), id.clone());
            return (
                false,
                vec![AwsError::OtherAccount { expected, found }.to_string()],
            );
        }
        let region = self.config.regions.first().unwrap_or(&self.config.home_region);
        let missing: Vec<String> = stream::iter(requests(&self.config))
            .map(|request| async move { missing(session, region, &request).await })
            .buffered(ACTIONS_AT_ONCE)
            .filter_map(async |missing| missing)
            .map(|missing| format!("account {id}: {missing}"))
            .collect()
            .await;
        let said = match missing.is_empty() {
            true => format!("account {id}: everything can be read, as {}", identity.arn),
            false => format!("account {id}: we are {}", identity.arn),
        };
        let ok = missing.is_empty();
        (ok, std::iter::once(said).chain(missing).collect())
    }
}

/// In one sentence, if so.
async fn missing(session: &Session, region: &str, request: &Request) -> Option<String> {
    let answered = session.ask::<IgnoredAny>(region, request).await;
    match answered {
        Ok(_) => None,
        // It may be asked, for something that is there.
        Err(error) if error.is_other() => None,
        Err(AwsError::Refused {
            action,
            code,
            message,
        }) => Some(format!("{action} is missing in {region}: {code}: {message}")),
        Err(error) => Some(format!("{region}: {error}")),
    }
}
