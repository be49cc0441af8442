//! What holds when the provider's clock says another time than ours.

use qlrf_core::time::{Duration, now};
use time::format_description::well_known::Rfc2822;

use super::{Subject, assert_complete_is_complete, partial};
use crate::recorder::Recorder;

/// Whose clock is wrong cannot be known; by how much they differ is told, nothing is called complete.
pub async fn another_time(subject: &Subject) {
    let Some(untimely) = subject.untimely else {
        return;
    };
    let whole = subject.whole().await;
    for (ahead, said) in [
        (
            Duration::minutes(20),
            "this machine's clock is 20 minutes behind the server's",
        ),
        (
            Duration::hours(-3),
            "this machine's clock is 3 hours ahead of the server's",
        ),
    ] {
        let date = move || (now() + ahead).format(&Rfc2822).unwrap().replace("+0000", "GMT");
        subject.proxy.rule(move |asked| untimely(asked, date()));
        let check = subject.build().check().await.unwrap();
        let told = |text: &String| text.contains(said);
        assert!(!check.ok && check.findings.iter().any(told), "{check:?}");
        let mut seen = Recorder::default();
        subject.build().collect(&mut seen).await.unwrap();
        let partial = partial(&seen);
        assert!(!partial.is_empty(), "all of it is called complete");
        for (scope, code, detail) in &partial {
            assert!(
                code == "clock_skewed" && told(detail),
                "{scope:?}: {code}: {detail}"
            );
        }
        assert_complete_is_complete(&seen, &whole, said);
        assert!(seen.facts.is_empty() && seen.resources.is_empty());
    }
    subject.proxy.forward_all();
}
