//! "Test connection": who we are, and in each project every permission that is missing there and every API that is off, by name.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::super::rest::{Question, RestError};
use super::super::{Check, ConnectError};
use super::api::{Api, Service};
use super::config::GcpConfig;
use super::{
    Gcp, certificate, exposure, image, listing, os_config, project, projects_question, scaling, software,
    storage,
};

/// Projects that are tried, all at once.
const PROJECTS_MAX: usize = 8;
/// For one project, and below what the test as a whole may take.
const TIME_MAX: Duration = Duration::from_secs(8);
const QUESTIONS_AT_ONCE: usize = 6;
/// A zone that every project has, and things that nobody has: whoever may not ask is refused before they are looked for.
const ZONE: &str = "us-central1-a";
const NO_INSTANCE: &str = "1";
const NO_IMAGE: &str = "ql-rf-no-such-image";

/// One of each permission that a collection takes.
pub fn questions(api: &Api, config: &GcpConfig, project: &str) -> Vec<Question> {
    let mut all = vec![
        listing::question(api, project),
        storage::disks_question(api, project),
        storage::addresses_question(api, project),
        scaling::question(api, project),
        exposure::question(api, project),
        image::own_question(api, project),
        image::one_question(api, project, NO_IMAGE),
        project::zones_question(api, project),
        certificate::question(api, project),
        os_config::inventories_question(api, project, ZONE),
        os_config::reports_question(api, project, ZONE),
    ];
    if config.projects.is_empty() {
        all.push(projects_question(api));
    }
    if config.software {
        all.push(software::question(api, project, ZONE, NO_INSTANCE));
    }
    all
}

pub async fn check(gcp: &Gcp, api: &Api) -> Result<Check, ConnectError> {
    let failed = |said: String| {
        Ok(Check {
            ok: false,
            findings: vec![said],
        })
    };
    let name = match gcp.source()?.name().await {
        Ok(name) => name,
        Err(error) => return failed(error.to_string()),
    };
    let projects = match gcp.projects(api).await {
        Ok(projects) => projects,
        Err(error) => return failed(format!("projects, as {name}: {error}")),
    };
    if projects.is_empty() {
        return failed(format!("{name} sees no project"));
    }
    let count = projects.len();
    let tried = stream::iter(projects.into_iter().take(PROJECTS_MAX))
        .map(|project| try_project(gcp, api, &name, project))
        .buffered(PROJECTS_MAX);
    let tried: Vec<(bool, Vec<String>)> = tried.collect().await;
    let ok = tried.iter().all(|(ok, _)| *ok);
    let mut findings: Vec<String> = tried.into_iter().flat_map(|(_, said)| said).collect();
    if count > PROJECTS_MAX {
        findings.push(format!("the first {PROJECTS_MAX} of {count} projects were tried"));
    }
    Ok(Check { ok, findings })
}

/// All is well, and one sentence for each thing.
async fn try_project(gcp: &Gcp, api: &Api, name: &str, project: String) -> (bool, Vec<String>) {
    let questions = questions(api, &gcp.config, &project);
    let trying = tokio::time::timeout(TIME_MAX, lacking(api, &project, questions));
    let Ok(lacking) = trying.await else {
        let seconds = TIME_MAX.as_secs();
        let said = format!("project {project}: no answer within {seconds} seconds");
        return (false, vec![said]);
    };
    let ok = lacking.is_empty();
    let said = match ok {
        true => format!("project {project}: everything can be read, as {name}"),
        false => format!("project {project}: we are {name}"),
    };
    let lacking = lacking
        .into_values()
        .map(|said| format!("project {project}: {said}"));
    (ok, std::iter::once(said).chain(lacking).collect())
}

/// By permission, in one sentence each. Each is tried, for a permission is of no use when the API is off or a perimeter is in
/// the way; and all are asked for, for some refusals name none.
async fn lacking(api: &Api, project: &str, questions: Vec<Question>) -> BTreeMap<&'static str, String> {
    let wanted: Vec<&'static str> = questions.iter().map(|question| question.action).collect();
    let not_granted = not_granted(api, project, &wanted);
    let tried = stream::iter(questions)
        .map(|question| async move { refused(api, &question).await })
        .buffered(QUESTIONS_AT_ONCE)
        .collect::<Vec<_>>();
    let (not_granted, tried) = futures::future::join(not_granted, tried).await;
    let mut lacking: BTreeMap<&'static str, String> = not_granted
        .into_iter()
        .map(|permission| (permission, format!("{permission} is missing")))
        .collect();
    let refused = |(permission, refused): (&&'static str, Option<String>)| Some((*permission, refused?));
    lacking.extend(wanted.iter().zip(tried).filter_map(refused));
    lacking
}

/// What IAM says is not granted; nothing when it may not be asked, for then the questions themselves tell.
async fn not_granted(api: &Api, project: &str, wanted: &[&'static str]) -> Vec<&'static str> {
    #[derive(Deserialize)]
    struct Granted {
        #[serde(default)]
        permissions: Vec<String>,
    }
    let test = format!("{project}:testIamPermissions");
    let question = Question {
        action: "resourcemanager.projects.testIamPermissions",
        url: api
            .places
            .url(Service::ResourceManager, &["v3", "projects", &test]),
        body: Some(json!({ "permissions": wanted })),
    };
    let Ok(granted) = api.ask::<Granted>(&question).await else {
        return Vec::new();
    };
    let missing = |permission: &&'static str| !granted.permissions.iter().any(|has| has == permission);
    wanted.iter().copied().filter(missing).collect()
}

async fn refused(api: &Api, question: &Question) -> Option<String> {
    match api.ask::<IgnoredAny>(question).await {
        Ok(_) => None,
        // It may be asked, for something that is there.
        Err(RestError::Refused {
            status: StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST,
            ..
        }) => None,
        Err(error) => Some(error.to_string()),
    }
}
