//! What belongs to the whole installation: who may change it, and what other organisations see of it.

use qlrf_core::perm::Role;
use qlrf_server::api::types::member::{Member, SignInLink};
use qlrf_server::api::types::token::TokenCreated;
use reqwest::Method;
use serde_json::{Value, json};

use crate::event;
use crate::host::advisory;
use crate::support::{TestServer, send};

const MEMBERS: &str = "/api/v1/rbac/members";
const TOKENS: &str = "/api/v1/rbac/tokens";
const SOURCE: &str = "axolotl.jsonl";

async fn import(client: &crate::support::TestClient) -> crate::support::Answer {
    let path = format!("/api/v1/feeds/osv/import?source={SOURCE}");
    let record = advisory("CVE-2026-0001", "openssl", None, "2026-01-02T00:00:00Z");
    send(client.request(Method::POST, &path).body(format!("{record}\n"))).await
}

#[tokio::test]
async fn a_role_in_one_organisation_does_not_import_for_all() {
    let server = TestServer::start().await;
    for tenant in [server.first, server.second] {
        let admin = server.client_of(tenant, Role::Admin, None).await;
        import(&admin).await.problem(403, "forbidden");
        admin
            .post("/api/v1/feeds/kev/sync", &json!({}))
            .await
            .problem(403, "forbidden");
        admin
            .post("/api/v1/cve/ingest", &json!([]))
            .await
            .problem(403, "forbidden");
    }
    let viewer = server.installer(Role::Viewer).await;
    import(&viewer).await.problem(403, "forbidden");
    let engineer = server.installer(Role::Engineer).await;
    assert_eq!(import(&engineer).await.ok::<Value>()["records"], 1);
}

#[tokio::test]
async fn other_organisations_see_that_a_feed_was_imported_and_not_by_whom_or_from_where() {
    let server = TestServer::start().await;
    let installer = server.installer(Role::Engineer).await;
    import(&installer).await.ok::<Value>();
    let own = installer.get("/api/v1/feeds").await;
    assert!(own.text().contains(SOURCE) && own.text().contains("token:test engineer"));
    let theirs = server.client_of(server.second, Role::Admin, None).await;
    let seen = theirs.get("/api/v1/feeds").await;
    let osv = &seen.ok::<Value>()["items"][0];
    assert_eq!(osv["snapshots"][0]["records"], 1);
    assert_eq!(osv["runs"][0]["state"], "imported");
    let told = event::told_until(&theirs, "feed.synced").await;
    for text in [seen.text(), told] {
        assert!(
            !text.contains(SOURCE) && !text.contains("test engineer"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_mark_is_given_by_those_who_have_it_and_is_no_way_around() {
    let server = TestServer::start().await;
    let (installer, admin) = (
        server.installer(Role::Admin).await,
        server.client(Role::Admin).await,
    );
    let ann: Member = admin
        .post(MEMBERS, &json!({"login": "ann", "role": "engineer"}))
        .await
        .ok();
    let path = format!("{MEMBERS}/{}", ann.id);
    let mark = json!({"installation": true});
    let early: SignInLink = admin.post(&format!("{path}/sign-in-link"), &json!({})).await.ok();
    admin.patch(&path, &mark).await.problem(403, "forbidden");
    assert!(!ann.installation);
    assert!(installer.patch(&path, &mark).await.ok::<Member>().installation);
    // What somebody held of her before does not grow with the mark.
    let secret = early.path.rsplit_once("link=").unwrap().1;
    let used = json!({ "link": secret });
    server
        .anonymous()
        .post("/sign-in", &used)
        .await
        .problem(401, "link_refused");
    // A link is the person: who may not do what she may, may not make one, and neither demotes nor removes her.
    let demoted = json!({"role": "viewer"});
    admin.patch(&path, &demoted).await.problem(403, "forbidden");
    admin.delete(&path).await.problem(403, "forbidden");
    let link = format!("{path}/sign-in-link");
    admin.post(&link, &json!({})).await.problem(403, "forbidden");
    installer.post(&link, &json!({})).await.ok::<SignInLink>();
    let token = json!({"name": "feeds", "role": "engineer", "installation": true});
    admin
        .post(TOKENS, &token)
        .await
        .problem(403, "token_above_own_role");
    let created: TokenCreated = installer.post(TOKENS, &token).await.ok();
    import(&server.with_token(&created.secret)).await.ok::<Value>();
    // Whoever is taken in again begins without it.
    assert!(installer.delete(&path).await.status.is_success());
    let again: Member = admin
        .post(MEMBERS, &json!({"login": "ann", "role": "engineer"}))
        .await
        .ok();
    assert!(!again.installation);
    let theirs = format!("{MEMBERS}/{}", server.second.admin);
    installer.patch(&theirs, &mark).await.problem(404, "not_found");
}
