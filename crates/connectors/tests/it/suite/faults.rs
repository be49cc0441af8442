//! What holds when the provider refuses, delays, or is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use qlrf_connectors::inventory::ConnectError;
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::normalise::DETAIL_BYTES_MAX;
use qlrf_testkit::{Asked, Reply};
use tokio::sync::Notify;

use super::{Subject, Written, assert_complete_is_complete, partial};
use crate::recorder::Recorder;

/// Of the requests of one collection, how many are made to fail, one in each collection.
const FAILED_MAX: u64 = 40;
const ANOTHER_FORM_WORDS: usize = 600_000;
const ANOTHER_ENVELOPE: &str =
    "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body><OtherResponse/></Body></Envelope>";

/// Every third request is asked to come again. Nothing is lost by it.
pub async fn throttled(subject: &Subject) {
    let whole = subject.whole().await;
    let (slower, mut count) = (subject.slower, 0);
    subject.proxy.rule(move |asked| {
        count += 1;
        match count % 3 {
            0 => slower(asked),
            _ => Reply::Forward,
        }
    });
    let seen = subject.collect().await;
    assert_eq!(partial(&seen), []);
    assert_eq!((seen.facts, seen.resources), (whole.facts, whole.resources));
}

/// What comes is no answer to the question, and least of all an empty one. None of its words are told, for one may be a
/// secret, and they may be megabytes.
pub async fn another_form(subject: &Subject) {
    let whole = subject.whole().await;
    let words = "hunter2 ".repeat(ANOTHER_FORM_WORDS);
    let (lists, fails) = (subject.lists_machines, subject.of_the_failing);
    let object = ("application/json", "{}".to_owned());
    match subject.written {
        Some(Written::Xml) => {
            is_no_answer(subject, &whole, lists, ("text/xml", format!("<a>{words}</a>"))).await;
            is_no_answer(subject, &whole, lists, ("text/xml", ANOTHER_ENVELOPE.to_owned())).await;
        }
        Some(Written::Json) | None => {
            is_no_answer(
                subject,
                &whole,
                lists,
                ("application/json", format!("\"{words}\"")),
            )
            .await;
            is_no_answer(subject, &whole, lists, object.clone()).await;
        }
    }
    is_no_answer(subject, &whole, fails, object).await;
    subject.proxy.forward_all();
}

async fn is_no_answer(
    subject: &Subject,
    whole: &Recorder,
    asks: fn(&Asked) -> bool,
    (kind, body): (&'static str, String),
) {
    let short: String = body.chars().take(40).collect();
    subject.proxy.rule(move |asked| match asks(asked) {
        true => Reply::say(200, kind, &body),
        false => Reply::Forward,
    });
    let seen = subject.collect().await;
    assert_complete_is_complete(&seen, whole, &short);
    let partial = partial(&seen);
    let codes: Vec<&str> = partial.iter().map(|(_, code, _)| code.as_str()).collect();
    assert!(codes.contains(&"answer_unreadable"), "{short}: {codes:?}");
    for (_, code, detail) in &partial {
        assert!(detail.len() <= DETAIL_BYTES_MAX, "{code}: {} bytes", detail.len());
        assert!(!detail.contains("hunter2"), "{code}: {detail}");
    }
}

pub async fn one_scope_fails(subject: &Subject) {
    let whole = subject.whole().await;
    let (fails, forbidden) = (subject.of_the_failing, subject.forbidden);
    subject.proxy.rule(move |asked| match fails(asked) {
        true => forbidden(asked),
        false => Reply::Forward,
    });
    let seen = subject.collect().await;
    for (scope, outcome) in &seen.closed {
        let complete = *outcome == ScopeOutcome::Complete;
        assert_eq!(complete, !(subject.is_failing)(scope), "{scope:?}: {outcome:?}");
    }
    assert_complete_is_complete(&seen, &whole, "one scope fails");
    let lost = whole.facts.len() + whole.resources.len() - seen.facts.len() - seen.resources.len();
    assert!(
        lost > 0 && !subject.documents(&seen).is_empty(),
        "{lost} machines and resources were lost"
    );
}

/// What is missing is named, to whoever tests the connection and in the ledger.
pub async fn permission_missing(subject: &Subject) {
    let (lists, forbidden) = (subject.lists_machines, subject.forbidden);
    subject.proxy.rule(move |asked| match lists(asked) {
        true => forbidden(asked),
        false => Reply::Forward,
    });
    let check = subject.build().check().await.unwrap();
    let named = check
        .findings
        .iter()
        .any(|finding| finding.contains(subject.permission));
    assert!(!check.ok && named, "{check:?}");
    let seen = subject.collect().await;
    let partial = partial(&seen);
    let told = |(_, code, detail): &(_, String, String)| {
        code == "permission_missing" && detail.contains(subject.permission)
    };
    assert!(partial.iter().any(told), "{partial:?}");
    assert_eq!(subject.documents(&seen), Vec::<serde_json::Value>::new());
}

pub async fn credential_expired(subject: &Subject) {
    let whole = subject.whole().await;
    let (lists, expired, small) = (subject.lists_machines, subject.expired, subject.small_page);
    let mut pages = 0;
    subject.proxy.rule(move |asked| {
        small(asked);
        pages += u64::from(lists(asked));
        match pages {
            0 | 1 => Reply::Forward,
            _ => expired(asked),
        }
    });
    let seen = subject.collect().await;
    let partial = partial(&seen);
    let told = partial.iter().any(|(_, code, _)| code == "credential_expired");
    assert!(told, "{partial:?}");
    assert_complete_is_complete(&seen, &whole, "the credential expired");
}

/// A collection that is dropped while it waits for the provider leaves nothing that the next one would trip over.
pub async fn dropped(subject: &Subject) {
    let whole = subject.whole().await;
    let reached = Arc::new(Notify::new());
    let (told, lists, small) = (reached.clone(), subject.lists_machines, subject.small_page);
    let mut pages = 0;
    subject.proxy.rule(move |asked| {
        small(asked);
        pages += u64::from(lists(asked));
        if pages < 2 {
            return Reply::Forward;
        }
        told.notify_one();
        Reply::Silence
    });
    let (inventory, mut seen) = (subject.build(), Recorder::default());
    tokio::select! {
        ended = inventory.collect(&mut seen) => panic!("it ended: {ended:?}"),
        () = reached.notified() => {}
        () = tokio::time::sleep(Duration::from_secs(60)) => panic!("no second page was asked for"),
    }
    assert_complete_is_complete(&seen, &whole, "dropped");
    subject.proxy.forward_all();
    let mut again = Recorder::default();
    inventory.collect(&mut again).await.unwrap();
    assert_eq!((again.facts, again.resources), (whole.facts, whole.resources));
    assert_eq!(again.closed, whole.closed);
}

/// Each request in turn is refused, and nothing is called complete that is not.
pub async fn any_request_fails(subject: &Subject) {
    let whole = subject.whole().await;
    let small = subject.small_page;
    let paged = move |asked: &mut _| {
        small(asked);
        Reply::Forward
    };
    let before = subject.proxy.requests();
    subject.proxy.rule(paged);
    subject.collect().await;
    let requests = subject.proxy.requests() - before;
    let step = requests.div_ceil(FAILED_MAX) as usize;
    for failing in (1..=requests).step_by(step) {
        let (forbidden, mut count) = (subject.forbidden, 0);
        let failed = Arc::new(AtomicBool::new(false));
        let told = failed.clone();
        subject.proxy.rule(move |asked| {
            small(asked);
            count += 1;
            let reply = if count == failing {
                forbidden(asked)
            } else {
                Reply::Forward
            };
            told.fetch_or(!matches!(reply, Reply::Forward), Ordering::Relaxed);
            reply
        });
        let mut seen = Recorder::default();
        let ended = subject.build().collect(&mut seen).await;
        let when = format!("request {failing} of {requests} fails");
        match ended {
            Ok(()) => assert!(
                !failed.load(Ordering::Relaxed) || !partial(&seen).is_empty(),
                "{when}: everything is called complete"
            ),
            Err(ConnectError::Unreadable(_)) => {}
            Err(other) => panic!("{when}: {other}"),
        }
        assert_complete_is_complete(&seen, &whole, &when);
    }
    subject.proxy.forward_all();
}
