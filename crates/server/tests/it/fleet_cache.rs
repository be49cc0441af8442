//! Views of the past: built once each, and no one waits for another's.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use qlrf_core::time::now;

use crate::feed_wait::{hold, waiting};
use crate::host::Estate;

#[tokio::test]
async fn a_past_view_that_is_being_built_keeps_nobody_from_another() {
    let estate = Estate::new().await;
    let mut moments = Vec::new();
    for version in ["3.0.1-1", "3.0.2-1", "3.0.3-1"] {
        estate.runs(&[("openssl", version)]).await;
        moments.push(now());
    }
    let get = |at| estate.fleets.get(estate.org, Some(at));
    let first = get(moments[0]).await.unwrap();
    let blocker = hold(&estate.db, "LOCK TABLE asset_fact IN ACCESS EXCLUSIVE MODE").await;
    let beside = async {
        waiting(&estate.db, "asset_fact").await;
        let known = get(moments[0]).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&first, &known), "it was kept");
        assert_eq!(estate.fleet().await.len(), 1, "the view of now");
        drop(blocker);
    };
    let (built, again, ()) = tokio::join!(get(moments[1]), get(moments[1]), beside);
    assert!(
        std::sync::Arc::ptr_eq(&built.unwrap(), &again.unwrap()),
        "who asks for the same one waits for it"
    );
}
