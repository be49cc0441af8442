//! What belongs to the whole installation: who may change it, and what other organisations see of it.

use qlrf_core::perm::Role;
use qlrf_server::api::types::member::{Member, SignInLink};
use qlrf_server::api::types::token::TokenCreated;
use qlrf_server::app::host_admin;
use reqwest::Method;
use serde_json::{Value, json};

use crate::event;
use crate::host::advisory;
use crate::identity::{Browser, sign_in};
use crate::support::{TestClient, TestServer, send};

const MEMBERS: &str = "/api/v1/rbac/members";
const TOKENS: &str = "/api/v1/rbac/tokens";
const SOURCE: &str = "axolotl.jsonl";

async fn import(client: &TestClient) -> crate::support::Answer {
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
    let own = format!("{MEMBERS}/{}", server.first.admin);
    installer.patch(&own, &mark).await.ok::<Member>();
    assert!(installer.delete(&path).await.status.is_success());
    let again: Member = admin
        .post(MEMBERS, &json!({"login": "ann", "role": "engineer"}))
        .await
        .ok();
    assert!(!again.installation);
    let theirs = format!("{MEMBERS}/{}", server.second.admin);
    installer.patch(&theirs, &mark).await.problem(404, "not_found");
}

/// A person of the first organisation with the mark, signed in, who made a token with it and with that another.
async fn marked(server: &TestServer, installer: &TestClient, login: &str) -> (Member, [TestClient; 2]) {
    let new = json!({"login": login, "role": "admin"});
    let member: Member = installer.post(MEMBERS, &new).await.ok();
    let path = format!("{MEMBERS}/{}", member.id);
    installer
        .patch(&path, &json!({"installation": true}))
        .await
        .ok::<Member>();
    let link: SignInLink = installer
        .post(&format!("{path}/sign-in-link"), &json!({}))
        .await
        .ok();
    let secret = link.path.rsplit_once("link=").unwrap().1;
    let browser = Browser::new(server, &sign_in(server, json!({ "link": secret })).await);
    let token = |name: &str| json!({"name": name, "role": "admin", "installation": true});
    let first: TokenCreated = send(browser.change(Method::POST, TOKENS).json(&token("first")))
        .await
        .ok();
    let first = server.with_token(&first.secret);
    let second: TokenCreated = first.post(TOKENS, &token("second")).await.ok();
    (member, [first, server.with_token(&second.secret)])
}

#[tokio::test]
async fn the_mark_ends_with_the_one_who_had_it_also_on_their_tokens() {
    let server = TestServer::start().await;
    let installer = server.installer(Role::Admin).await;
    let own = format!("{MEMBERS}/{}", server.first.admin);
    installer
        .patch(&own, &json!({"installation": true}))
        .await
        .ok::<Member>();
    let (ann, of_ann) = marked(&server, &installer, "ann").await;
    let (bob, of_bob) = marked(&server, &installer, "bob").await;
    for token in of_ann.iter().chain(&of_bob) {
        import(token).await.ok::<Value>();
    }
    let path = format!("{MEMBERS}/{}", ann.id);
    installer
        .patch(&path, &json!({"installation": false}))
        .await
        .ok::<Member>();
    for token in &of_ann {
        import(token).await.problem(403, "forbidden");
        token.get(MEMBERS).await.ok::<Value>();
    }
    import(&of_bob[1]).await.ok::<Value>();
    assert!(
        installer
            .delete(&format!("{MEMBERS}/{}", bob.id))
            .await
            .status
            .is_success()
    );
    for token in &of_bob {
        import(token).await.problem(403, "forbidden");
    }
    import(&installer).await.ok::<Value>();
}

#[tokio::test]
async fn the_last_one_who_runs_the_installation_stays() {
    let server = TestServer::start().await;
    let installer = server.installer(Role::Admin).await;
    let (ann, of_ann) = marked(&server, &installer, "ann").await;
    let path = format!("{MEMBERS}/{}", ann.id);
    let unmark = json!({"installation": false});
    installer
        .patch(&path, &unmark)
        .await
        .problem(409, "last_installation_member");
    of_ann[0]
        .delete(&path)
        .await
        .problem(409, "last_installation_member");
    let refused = host_admin::set_installation(&server.app.store, "ann", false).await;
    assert_eq!(refused.unwrap_err().code, "last_installation_member");
    import(&of_ann[1]).await.ok::<Value>();
    // Of another organisation is enough: the installation is one.
    host_admin::set_installation(&server.app.store, "admin-second", true)
        .await
        .unwrap();
    installer.patch(&path, &unmark).await.ok::<Member>();
    import(&of_ann[1]).await.problem(403, "forbidden");
}
