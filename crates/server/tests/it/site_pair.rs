//! Sites in pairs, what the past keeps of them, and what is told of each change.

use qlrf_server::api::types::drift::Site;
use qlrf_server::api::types::part::{Declared, ProjectSpec, SitePair, SiteSpec};
use serde_json::{Value, json};

use crate::part::{PROJECTS, SITES, declare, put, site, start};
use crate::support::{Answer, TestClient};

pub async fn pair(client: &TestClient, name: &str, with: &str, role: &str) -> Answer {
    put(
        client,
        &format!("{SITES}/{name}/pair"),
        &json!({"with": with, "role": role}),
        None,
    )
    .await
}

#[tokio::test]
async fn the_past_keeps_what_was_declared_and_paired_then() {
    let (_server, engineer) = start().await;
    let ams = declare(&engineer, "ams").await;
    let fra = declare(&engineer, "fra").await;
    let moment =
        |at: time::OffsetDateTime| at.format(&time::format_description::well_known::Rfc3339).unwrap();
    let paired: SitePair = pair(&engineer, "ams", "fra", "primary").await.ok();
    put(
        &engineer,
        &format!("{SITES}/fra"),
        &json!({"name": "frankfurt", "kind": "edge"}),
        None,
    )
    .await
    .ok::<Declared<SiteSpec>>();
    let now = site(&engineer, "ams").await;
    assert_eq!(
        now.pair.unwrap().with,
        "frankfurt",
        "a pair stays with another name"
    );
    engineer
        .delete(&format!("{SITES}/frankfurt"))
        .await
        .ok::<Declared<SiteSpec>>();
    let at = |at, name: &str| format!("{SITES}/{name}?as_of={}", moment(at));
    let then: Site = engineer.get(&at(paired.since, "ams")).await.ok();
    assert_eq!(then.pair.map(|pair| pair.with).as_deref(), Some("fra"));
    let then: Site = engineer.get(&at(fra.since, "ams")).await.ok();
    assert!(then.pair.is_none() && then.declared.is_some());
    engineer
        .get(&at(ams.since, "fra"))
        .await
        .problem(404, "not_found");
    assert!(
        site(&engineer, "ams").await.pair.is_none(),
        "a pair ends with one of its sites"
    );
}

#[tokio::test]
async fn a_site_is_in_one_pair_and_a_race_has_one_winner() {
    let (_server, engineer) = start().await;
    for name in ["ams", "fra", "iad"] {
        declare(&engineer, name).await;
    }
    let (one, other) = tokio::join!(
        pair(&engineer, "ams", "fra", "primary"),
        pair(&engineer, "iad", "fra", "primary")
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let won = if one.status == 200 { "ams" } else { "iad" };
    let fra = site(&engineer, "fra").await.pair.unwrap();
    assert_eq!(
        (&fra.with[..], fra.role.name()),
        (won, "secondary"),
        "both sides say the same"
    );
    pair(&engineer, "fra", won, "primary").await.ok::<SitePair>();
    let turned = site(&engineer, won).await.pair.unwrap();
    assert_eq!(turned.role.name(), "secondary", "they changed roles");
    let again: SitePair = pair(&engineer, "fra", won, "primary").await.ok();
    assert_eq!(again.since, turned.since, "the same again writes nothing");
    pair(&engineer, "ams", "ams", "primary")
        .await
        .problem(400, "invalid_pair");
    pair(&engineer, "ams", "nowhere", "primary")
        .await
        .problem(404, "not_found");
    pair(&engineer, "ams", "fra", "spare")
        .await
        .problem(400, "invalid_request");
    engineer
        .delete(&format!("{SITES}/fra/pair"))
        .await
        .ok::<SitePair>();
    assert!(site(&engineer, won).await.pair.is_none());
    engineer
        .delete(&format!("{SITES}/fra/pair"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn each_change_is_told_once_and_stands_in_the_audit() {
    let (server, engineer) = start().await;
    let ams = declare(&engineer, "ams").await;
    declare(&engineer, "fra").await;
    pair(&engineer, "ams", "fra", "primary").await.ok::<SitePair>();
    put(
        &engineer,
        &format!("{SITES}/ams"),
        &json!({"name": "ams2", "kind": "edge"}),
        None,
    )
    .await
    .ok::<Declared<SiteSpec>>();
    engineer
        .delete(&format!("{SITES}/ams2"))
        .await
        .ok::<Declared<SiteSpec>>();
    engineer
        .post(PROJECTS, &json!({"name": "shop"}))
        .await
        .ok::<Declared<ProjectSpec>>();
    let mut admin = server.db.admin().await;
    let told: Vec<(String, String, Value)> =
        sqlx::query_as("SELECT type, subject, data FROM outbox WHERE type LIKE '%.changed' ORDER BY id")
            .fetch_all(&mut admin)
            .await
            .unwrap();
    let of: Vec<String> = told
        .iter()
        .map(|(event, _, data)| format!("{event} {} {}", data["change"], data["name"]).replace('"', ""))
        .collect();
    let wanted = [
        "site.changed declared ams",
        "site.changed declared fra",
        "site.changed paired ams",
        "site.changed paired fra",
        "site.changed edited ams2",
        "site.changed unpaired ams2",
        "site.changed unpaired fra",
        "site.changed deleted ams2",
        "project.changed declared shop",
    ];
    assert_eq!(of, wanted);
    assert_eq!(told[0].1, format!("sites/{}", ams.id));
    assert_eq!(told[4].2["name_before"], "ams");
    assert_eq!(
        (&told[3].2["partner"], &told[3].2["role"]),
        (&json!("ams"), &json!("secondary"))
    );
    let audited: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit WHERE permission = 'estate:write' AND phase = 'end'")
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert_eq!(audited, 6);
}
