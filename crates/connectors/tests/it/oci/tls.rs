//! Whose certificate a registry shows.

use std::collections::BTreeMap;

use qlrf_core::time::Duration;
use qlrf_testkit::{Authority, Registry};
use serde_json::json;

use super::site::{build, collect, config, push, with};
use crate::recorder::Recorder;
use crate::suite::partial;

#[tokio::test]
async fn a_certificate_is_taken_from_the_configured_authority_and_from_nobody_else() {
    let (own, other) = (Authority::new(), Authority::new());
    let issued = own.issue(Duration::hours(-1));
    let test = "a_certificate_is_taken_from_the_configured_authority";
    let Some(registry) = Registry::over_tls(test, &issued).await else {
        return;
    };
    push(&registry, "team/app", "v1", BTreeMap::new()).await;
    let trusting = |pem: &str| with(config(&registry.url), json!({"certificate_authority": pem}));
    let seen = collect(trusting(&own.pem)).await;
    assert_eq!((partial(&seen), seen.resources.len()), (vec![], 1));
    for config in [trusting(&other.pem), config(&registry.url)] {
        let said = refused(config).await;
        assert!(said.contains("shows a certificate that is not trusted"), "{said}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_time_is_refused_with_how_far_off_it_is() {
    let own = Authority::new();
    for (begins_in, said) in [
        (
            Duration::hours(30),
            "its time begins in 30 hours, or this machine's clock is behind by as much",
        ),
        (
            Duration::days(-10) - Duration::minutes(10),
            "its time was over 3 days ago, or this machine's clock is ahead by as much",
        ),
    ] {
        let issued = own.issue(begins_in + Duration::minutes(5));
        let Some(registry) = Registry::over_tls("a_certificate_of_another_time_is_refused", &issued).await
        else {
            return;
        };
        let trusting = with(config(&registry.url), json!({"certificate_authority": own.pem}));
        let told = refused(trusting).await;
        assert!(told.contains(said), "{told}");
    }
}

async fn refused(config: serde_json::Value) -> String {
    let mut seen = Recorder::default();
    let ended = build(config).collect(&mut seen).await;
    assert!(seen.closed.is_empty(), "{:?}", seen.closed);
    ended.unwrap_err().to_string()
}
