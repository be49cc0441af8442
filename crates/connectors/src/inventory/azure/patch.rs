//! What Update Manager found missing when it last assessed machines. Azure tells it in Resource Graph alone, where what the
//! account may not read is left out without a word: absence means nothing there.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::page::Progress;
use super::super::rest::{Question, RestError};
use super::api::{Api, List, key};

/// The most that a page has.
const PAGE_ITEMS: u32 = 1000;
const QUERY: &str = "patchassessmentresources | where type =~ 'microsoft.compute/virtualmachines/patchassessmentresults' \
    | project id, properties | order by id asc";
pub const GRAPH: List = List {
    action: "Microsoft.ResourceGraph/resources/read",
    path: "providers/Microsoft.ResourceGraph/resources",
    version: "2021-03-01",
    query: &[],
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    total_records: u64,
    data: Vec<Row>,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    properties: Assessment,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    status: Option<String>,
    reboot_pending: Option<bool>,
    available_patch_count_by_classification: Option<BTreeMap<String, Option<u64>>>,
}

/// By machine.
pub type Assessments = HashMap<String, Assessment>;

pub fn question(api: &Api, subscription: &str, skip_token: Option<&str>) -> Question {
    let mut options = json!({"$top": PAGE_ITEMS, "resultFormat": "objectArray"});
    if let Some(token) = skip_token {
        options["$skipToken"] = Value::from(token);
    }
    let body = json!({"subscriptions": [subscription], "query": QUERY, "options": options});
    Question {
        body: Some(body),
        ..GRAPH.question(&api.management_url, "")
    }
}

pub async fn list(api: &Api, subscription: &str) -> Result<Assessments, RestError> {
    let mut all = Assessments::new();
    let (mut progress, mut told) = (Progress::default(), 0);
    while !progress.ended() {
        let question = question(api, subscription, progress.token());
        let page: Page = api.management.ask(&question).await?;
        told += page.data.len() as u64;
        all.extend(
            page.data
                .into_iter()
                .filter_map(|row| Some((machine(&row.id)?, row.properties))),
        );
        let turned = progress.turn(page.skip_token);
        turned.map_err(|endless| unreadable(endless.to_string()))?;
        if progress.ended() && told < page.total_records {
            return Err(unreadable(format!(
                "it told {told} of {} records",
                page.total_records
            )));
        }
    }
    Ok(all)
}

/// `…/virtualMachines/NAME/patchAssessmentResults/latest`
fn machine(id: &str) -> Option<String> {
    let id = key(id);
    let (machine, _) = id.split_once("/patchassessmentresults/")?;
    Some(machine.to_owned())
}

fn unreadable(reason: String) -> RestError {
    RestError::Unreadable {
        action: GRAPH.action.to_owned(),
        reason,
    }
}

impl Assessment {
    /// One that failed says nothing of what is missing.
    pub fn labels(&self) -> Vec<(&'static str, String)> {
        let status = self.status.as_deref().unwrap_or_default();
        if !matches!(status, "Succeeded" | "CompletedWithWarnings") {
            return Vec::new();
        }
        let mut labels = Vec::new();
        if let Some(counts) = &self.available_patch_count_by_classification {
            let count = |name: &str| counts.get(name).copied().flatten().unwrap_or_default();
            let all: u64 = counts.values().flatten().sum();
            labels.push(("patch-missing", all.to_string()));
            labels.push(("patch-missing-critical", count("critical").to_string()));
            labels.push(("patch-missing-security", count("security").to_string()));
        }
        if let Some(pending) = self.reboot_pending {
            labels.push(("patch-reboot-pending", pending.to_string()));
        }
        labels
    }
}
