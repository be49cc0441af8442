use qlrf_core::perm::Role;
use qlrf_server::api::types::member::Member;
use qlrf_server::api::types::organization::Organization;
use serde_json::json;

use crate::support::{TestServer, send};

const MEMBERS: &str = "/api/v1/rbac/members";

#[tokio::test]
async fn the_last_administrator_stays() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let own = format!("{MEMBERS}/{}", server.first.admin);
    admin
        .patch(&own, &json!({"role": "viewer"}))
        .await
        .problem(409, "last_admin");
    admin.delete(&own).await.problem(409, "last_admin");
    let ann: Member = admin
        .post(MEMBERS, &json!({"login": "ann", "role": "admin"}))
        .await
        .ok();
    admin.patch(&own, &json!({"role": "viewer"})).await.ok::<Member>();
    admin
        .delete(&format!("{MEMBERS}/{}", ann.id))
        .await
        .problem(409, "last_admin");
}

#[tokio::test]
async fn people_of_another_tenant_cannot_be_taken_over() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    admin
        .post(MEMBERS, &json!({"login": "admin-second", "role": "viewer"}))
        .await
        .problem(409, "login_taken");
    admin
        .post(MEMBERS, &json!({"login": "Ann Smith", "role": "viewer"}))
        .await
        .problem(400, "invalid_login");
    let link = format!("{MEMBERS}/{}/sign-in-link", server.second.admin);
    admin.post(&link, &json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_change_holds_only_for_the_version_that_was_read() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let tag = admin
        .get("/api/v1/organization")
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let rename = |name: &'static str| {
        let request = admin
            .request(reqwest::Method::PATCH, "/api/v1/organization")
            .header("if-match", &tag);
        send(request.json(&json!({"name": name})))
    };
    assert_eq!(rename("one").await.ok::<Organization>().name, "one");
    rename("two").await.problem(412, "version_changed");
    assert_eq!(
        admin.get("/api/v1/organization").await.ok::<Organization>().name,
        "one"
    );
}
