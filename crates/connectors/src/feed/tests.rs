use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::runtime::Runtime;

use super::{Batch, Code, FeedError, Problem, Progress, Record, Sink, Snapshot, Source, find_kind, sync};

mod hostile;
mod net;
mod real;
mod recognise;

/// Keeps everything it is given.
#[derive(Default)]
pub struct Kept {
    pub records: Vec<Record>,
    pub problems: Vec<Problem>,
    pub largest_batch: usize,
}

#[async_trait]
impl Sink for Kept {
    async fn take(&mut self, batch: Batch) -> Result<(), FeedError> {
        self.largest_batch = self.largest_batch.max(batch.records.len() + batch.problems.len());
        self.records.extend(batch.records);
        self.problems.extend(batch.problems);
        Ok(())
    }
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

pub fn run(kind: &str, source: &str) -> (Result<Snapshot, FeedError>, Kept) {
    let mut kept = Kept::default();
    let kind = find_kind(kind).expect("a known kind");
    let snapshot = runtime().block_on(sync(kind, &Source::parse(source), &mut kept, Arc::new(|_| {})));
    (snapshot, kept)
}

pub fn read(kind: &str, path: &Path) -> (Result<Snapshot, FeedError>, Kept) {
    run(kind, path.to_str().expect("UTF-8"))
}

/// A folder with one file of this content.
pub fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    (folder, path)
}

pub fn record(id: &str) -> String {
    format!(r#"{{"id":"{id}","modified":"2024-01-02T03:04:05Z"}}"#)
}

pub fn lines(count: usize) -> String {
    (0..count).map(|n| record(&format!("X-{n}")) + "\n").collect()
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("started");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

#[test]
fn every_form_of_osv_gives_the_same_records() {
    let text = lines(1203);
    let zstd = zstd::encode_all(text.as_bytes(), 1).expect("packed");
    let singles: Vec<(String, String)> = (0..1203)
        .map(|n| (format!("X-{n}.json"), record(&format!("X-{n}"))))
        .collect();
    let members: Vec<(&str, &[u8])> = singles.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    for (name, bytes) in [
        ("a.jsonl", text.clone().into_bytes()),
        ("a.jsonl.gz", gzip(text.as_bytes())),
        ("a.jsonl.zst", zstd),
        ("all.zip", zip(&members)),
        ("named-otherwise", gzip(text.as_bytes())),
    ] {
        let (_folder, path) = file(name, &bytes);
        let (snapshot, kept) = read("osv", &path);
        let snapshot = snapshot.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((snapshot.records, snapshot.problems), (1203, 0), "{name}");
        assert_eq!(kept.records.len(), 1203, "{name}");
        assert_eq!(snapshot.bytes, bytes.len() as u64);
        assert_eq!(snapshot.sha256, qlrf_core::digest::Digest::of(&bytes));
        assert_eq!(snapshot.newest.as_deref(), Some("2024-01-02T03:04:05Z"));
        assert!(kept.largest_batch <= 500, "{}", kept.largest_batch);
    }
}

#[test]
fn a_folder_is_read_without_following_links() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).expect("created");
    std::fs::write(folder.path().join("a.json"), record("A")).expect("written");
    std::fs::write(
        inner.join("b.json"),
        "{\n \"id\": \"B\",\n \"modified\": \"2025-01-01T00:00:00Z\"\n}\n",
    )
    .expect("written");
    std::fs::write(inner.join("c.jsonl"), lines(3)).expect("written");
    std::fs::write(inner.join("README.md"), "no record").expect("written");
    std::os::unix::fs::symlink(folder.path(), inner.join("loop")).expect("linked");
    std::os::unix::fs::symlink("/etc/passwd", inner.join("d.json")).expect("linked");
    let (snapshot, kept) = read("osv", folder.path());
    let snapshot = snapshot.expect("read");
    assert_eq!(
        (snapshot.records, snapshot.problems, kept.problems.len()),
        (5, 0, 0)
    );
    assert_eq!(snapshot.newest.as_deref(), Some("2025-01-01T00:00:00Z"));
    let again = read("osv", folder.path()).0.expect("read");
    assert_eq!(snapshot.sha256, again.sha256);
    std::fs::write(folder.path().join("a.json"), record("A2")).expect("written");
    assert_ne!(
        read("osv", folder.path()).0.expect("read").sha256,
        snapshot.sha256
    );
}

#[test]
fn a_bad_record_is_counted_and_the_rest_goes_on() {
    let text = format!("{}\n{{\"id\":1}}\n\n{}\nnonsense\n", record("A"), record("B"));
    let (_folder, path) = file("a.jsonl", text.as_bytes());
    let (snapshot, kept) = read("osv", &path);
    let snapshot = snapshot.expect("read");
    assert_eq!((snapshot.records, snapshot.problems), (2, 2));
    let told: Vec<_> = kept.problems.iter().map(|p| (p.line, p.code)).collect();
    assert_eq!(told, [(Some(2), "osv_wrong_shape"), (Some(5), "osv_not_json")]);
}

#[test]
fn lines_that_end_in_the_middle_are_refused_packed_or_not() {
    let whole = lines(24);
    let cut = &whole[..whole.len() - 10];
    for (name, bytes) in [
        ("a.jsonl", cut.as_bytes().to_vec()),
        ("a.jsonl.gz", gzip(cut.as_bytes())),
    ] {
        let (_folder, path) = file(name, &bytes);
        let refused = read("osv", &path).0.expect_err(name);
        assert_eq!(refused.code, Code::Truncated, "{name}: {refused}");
    }
    let (_folder, path) = file("a.jsonl", whole.trim_end().as_bytes());
    let taken = read("osv", &path).0.expect("a last line needs no end");
    assert_eq!((taken.records, taken.problems), (24, 0));
}

#[test]
fn a_time_before_the_first_list_is_no_time() {
    let zero = r#"{"id":"GO-1","modified":"0001-01-01T00:00:00Z"}"#;
    for (text, newest) in [
        (zero.to_owned(), None),
        (format!("{zero}\n{}\n", record("A")), Some("2024-01-02T03:04:05Z")),
    ] {
        let (_folder, path) = file("a.jsonl", text.as_bytes());
        let snapshot = read("osv", &path).0.expect("read");
        assert_eq!(snapshot.newest.as_deref(), newest);
    }
}

#[test]
fn epss_says_its_date_and_refuses_what_is_no_score() {
    let text = "#model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2024-0001,0.5,0.9\r\n\
                CVE-2024-0002,1.5,0.9\nCVE-2024-0003,NaN,0.9\nfoo,0.1,0.1\nCVE-2024-0004,0.1\nCVE-2024-0005,0,1\n";
    let (_folder, path) = file("epss.csv.gz", &gzip(text.as_bytes()));
    let (snapshot, kept) = read("epss", &path);
    let snapshot = snapshot.expect("read");
    assert_eq!(snapshot.newest.as_deref(), Some("2026-08-16T00:00:00+0000"));
    assert_eq!((snapshot.records, snapshot.problems), (2, 4));
    assert_eq!(
        kept.problems.iter().map(|p| p.line).collect::<Vec<_>>(),
        [4, 5, 6, 7].map(Some)
    );
}

#[test]
fn kev_tells_a_wrong_entry_and_a_wrong_count() {
    let text = r#"{"catalogVersion":"2025.01.01","count":4,"vulnerabilities":[
        {"cveID":"CVE-2024-0001","vulnerabilityName":"a","dateAdded":"2024-02-03","dueDate":"","knownRansomwareCampaignUse":"Known"},
        {"cveID":"CVE-2024-0002","vulnerabilityName":"a","dateAdded":"soon"},
        {"cveID":7}]}"#;
    let (_folder, path) = file("kev.json", text.as_bytes());
    let (snapshot, kept) = read("kev", &path);
    let snapshot = snapshot.expect("read");
    assert_eq!(
        (snapshot.records, snapshot.problems, snapshot.newest.as_deref()),
        (1, 3, Some("2025.01.01"))
    );
    let Record::Exploited(first) = &kept.records[0] else {
        panic!("{:?}", kept.records)
    };
    assert!(first.ransomware && first.due.is_none());
    let codes: Vec<_> = kept.problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["kev_count_differs", "kev_bad_value", "kev_wrong_shape"]);
}

#[test]
fn published_addresses() {
    fn url(kind: &str, part: Option<&str>) -> Option<String> {
        (find_kind(kind).expect("known").default_url)(part)
    }
    let osv = |part: &str| url("osv", Some(part));
    assert_eq!(
        osv("Debian:12").as_deref(),
        Some("https://osv-vulnerabilities.storage.googleapis.com/Debian/all.zip")
    );
    assert_eq!(
        osv("Rocky Linux").as_deref(),
        Some("https://osv-vulnerabilities.storage.googleapis.com/Rocky%20Linux/all.zip")
    );
    for no in ["", ":12", "../etc", "a/b", "a?b", "a#b", "ä"] {
        assert_eq!(osv(no), None, "{no}");
    }
    assert_eq!(url("osv", None), None);
    assert!(url("kev", None).is_some_and(|url| url.ends_with("known_exploited_vulnerabilities.json")));
    assert!(url("epss", None).is_some_and(|url| url.ends_with("epss_scores-current.csv.gz")));
}

#[test]
fn progress_goes_up_to_the_end_and_a_refusing_sink_stops_it() {
    struct Refuses;
    #[async_trait]
    impl Sink for Refuses {
        async fn take(&mut self, _: Batch) -> Result<(), FeedError> {
            Err(Code::Sink.with("the disk is full"))
        }
    }
    let (_folder, path) = file("a.jsonl", lines(5000).as_bytes());
    let source = Source::Path(path);
    let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let (keep, osv) = (seen.clone(), find_kind("osv").expect("known"));
    let on_progress = Arc::new(move |progress| keep.lock().expect("no panic").push(progress));
    runtime()
        .block_on(sync(osv, &source, &mut Kept::default(), on_progress))
        .expect("read");
    let seen = seen.lock().expect("no panic");
    assert!(seen.len() >= 10 && seen.is_sorted_by_key(|p| p.records));
    assert_eq!(seen.last().map(|p| p.records), Some(5000));
    let refused = runtime()
        .block_on(sync(osv, &source, &mut Refuses, Arc::new(|_| {})))
        .expect_err("refused");
    assert_eq!(
        (refused.code.name(), refused.detail.as_str()),
        ("feed_sink", "the disk is full")
    );
}
