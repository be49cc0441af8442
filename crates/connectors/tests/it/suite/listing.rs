//! What holds when nothing goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qlrf_testkit::Reply;

use super::{Subject, partial};

pub async fn the_same_twice(subject: &Subject) {
    let (first, second) = (subject.whole().await, subject.whole().await);
    assert_eq!(first.facts, second.facts);
    assert_eq!(first.resources, second.resources);
    assert_eq!(first.closed, second.closed);
    let documents = subject.documents(&first);
    let names = documents
        .iter()
        .map(|document| document["name"].as_str().unwrap());
    let names: Vec<String> = names.map(str::to_owned).collect();
    for name in subject.machines.keys() {
        assert!(names.contains(name), "\"{name}\" is not in {names:?}");
    }
    assert_eq!(names.len(), subject.machines.len(), "{names:?}");
}

pub async fn several_pages(subject: &Subject) {
    let whole = subject.whole().await;
    let pages = Arc::new(AtomicU64::new(0));
    let (counted, lists, small) = (pages.clone(), subject.lists_machines, subject.small_page);
    subject.proxy.rule(move |asked| {
        small(asked);
        counted.fetch_add(u64::from(lists(asked)), Ordering::Relaxed);
        Reply::Forward
    });
    let paged = subject.collect().await;
    assert_eq!(partial(&paged), []);
    assert_eq!((paged.facts, paged.resources), (whole.facts, whole.resources));
    assert!(pages.load(Ordering::Relaxed) >= 3, "one page was enough");
}
