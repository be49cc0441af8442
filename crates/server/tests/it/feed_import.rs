//! `qlrf feed import` as a person runs it: a file that says itself which feed it is, or does not.

use std::path::Path;

use qlrf_core::perm::Role;
use serde_json::{Value, json};

use crate::cli::{qlrf, run};
use crate::host::{advisory, lines};
use crate::support::TestServer;

const DAY: &str = "2026-01-02T00:00:00Z";

struct Importer {
    server: TestServer,
    token: String,
    folder: tempfile::TempDir,
}

impl Importer {
    async fn new() -> Importer {
        let server = TestServer::start().await;
        let token = server.installer(Role::Engineer).await.token().to_owned();
        let folder = tempfile::tempdir().unwrap();
        Importer {
            server,
            token,
            folder,
        }
    }

    /// Under a name that says nothing.
    fn file(&self, bytes: &[u8]) -> String {
        let path = self.folder.path().join("download");
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    async fn import(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = qlrf(&["feed", "import", "-o", "json"]);
        command
            .args(arguments)
            .env("QLRF_SERVER", self.server.url(""))
            .env("QLRF_TOKEN", &self.token);
        run(command).await
    }

    async fn takes(&self, path: &str, feed: &str) {
        let (code, out, errors) = self.import(&[path]).await;
        assert_eq!(code, Some(0), "{feed}: {errors}");
        let imported: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (&imported["feed"], &imported["records"]),
            (&json!(feed), &json!(1))
        );
    }

    async fn refuses(&self, arguments: &[&str], exit: i32, code: &str) -> String {
        let before = self.held().await;
        let (status, out, errors) = self.import(arguments).await;
        assert_eq!(status, Some(exit), "{arguments:?}: {errors}");
        assert!(
            out.is_empty() && errors.contains(&format!("code: {code}")),
            "{arguments:?}: {errors}"
        );
        assert_eq!(self.held().await, before, "{arguments:?}");
        errors
    }

    /// How many records are held of each feed.
    async fn held(&self) -> Vec<Value> {
        let feeds: Value = self
            .server
            .client(Role::Viewer)
            .await
            .get("/api/v1/feeds")
            .await
            .ok();
        let of = |name: &str| {
            let items = feeds["items"].as_array().unwrap();
            items.iter().find(|feed| feed["name"] == name).unwrap()["held"].clone()
        };
        ["osv", "kev", "epss"].map(of).to_vec()
    }
}

fn catalogue(entry: Value) -> Value {
    json!({ "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.01.02",
            "dateReleased": DAY, "count": 1, "vulnerabilities": [entry] })
}

fn exploited() -> Value {
    json!({ "cveID": "CVE-2026-0001", "vulnerabilityName": "openssl", "dateAdded": "2026-01-02" })
}

const SCORES: &str =
    "#model_version:v1,score_date:2026-01-02T00:00:00Z\ncve,epss,percentile\nCVE-2026-0001,0.5,0.9\n";

#[tokio::test]
async fn a_file_is_imported_as_the_feed_that_its_content_says() {
    let importer = Importer::new().await;
    let records = lines(&[advisory("CVE-2026-0001", "openssl", None, DAY)]);
    importer.takes(records.path().to_str().unwrap(), "osv").await;
    let catalogue = catalogue(exploited()).to_string();
    let packed = zstd::encode_all(catalogue.as_bytes(), 1).unwrap();
    importer.takes(&importer.file(&packed), "kev").await;
    importer.takes(&importer.file(SCORES.as_bytes()), "epss").await;
    let folder = tempfile::tempdir().unwrap();
    let second = advisory("CVE-2026-0002", "openssl", None, DAY);
    std::fs::write(
        folder.path().join("a.json"),
        serde_json::to_vec_pretty(&second).unwrap(),
    )
    .unwrap();
    importer.takes(folder.path().to_str().unwrap(), "osv").await;
    assert_eq!(importer.held().await, [json!(2), json!(1), json!(1)]);
    // The form that names the feed stays.
    let (code, out, errors) = importer
        .import(&["epss", &importer.file(SCORES.as_bytes())])
        .await;
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["unchanged"], true);
}

#[tokio::test]
async fn what_is_no_feed_or_another_one_is_refused_and_what_is_held_stays() {
    let importer = Importer::new().await;
    let kept = catalogue(exploited()).to_string();
    importer.takes(&importer.file(kept.as_bytes()), "kev").await;
    importer.refuses(&[&importer.file(b"")], 65, "feed_empty").await;
    // The outside of the catalogue around the entries of another list.
    let other = catalogue(json!({ "cve": { "id": "CVE-2026-0001" } })).to_string();
    let said = importer
        .refuses(&[&importer.file(other.as_bytes())], 65, "feed_not_recognised")
        .await;
    for part in ["osv, kev, epss", "qlrf feed import FEED PATH"] {
        assert!(said.contains(part), "{said}");
    }
    // One entry of the catalogue, and then something else: it is taken for what it begins as, and refused as that.
    let begun = format!("{}, and that was all", kept.trim_end_matches("]}"));
    importer
        .refuses(&[&importer.file(begun.as_bytes())], 65, "feed_wrong_content")
        .await;
    let cut = importer.file(&kept.as_bytes()[..kept.len() - 1]);
    importer.refuses(&[&cut], 65, "feed_truncated").await;
    // Named as a feed that it is not, as one that there is not, and without the file.
    let scores = importer.file(SCORES.as_bytes());
    importer
        .refuses(&["kev", &scores], 65, "feed_wrong_content")
        .await;
    importer
        .refuses(&["osv", &scores], 65, "feed_wrong_content")
        .await;
    let said = importer.refuses(&["nvd", &scores], 66, "not_found").await;
    assert!(said.contains("known feeds: osv, kev, epss"), "{said}");
    assert!(!Path::new("kev").exists());
    let said = importer.refuses(&["kev"], 65, "feed_unreadable").await;
    assert!(said.contains("qlrf feed import kev PATH"), "{said}");
    importer
        .refuses(&["/nowhere/at/all"], 65, "feed_unreadable")
        .await;
}
