//! Walks every route as nobody, as each role, and as another tenant.

use axum::http::Method;
use qlrf_core::perm::{Permission, Role};
use qlrf_server::api::routes::Access;
use qlrf_server::api::{self, Route};

use crate::support::{Answer, TestClient, TestServer, send};

/// An id that exists nowhere.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

fn guarded() -> Vec<(Route, Permission)> {
    let routes = api::routes();
    let guarded = routes.declared().iter().filter_map(|route| match route.access {
        Access::Permission(permission) => Some((Route::clone(route), permission)),
        Access::Public(_) => None,
    });
    guarded.collect()
}

/// With every parameter replaced by something that names nothing.
fn concrete(path: &str) -> String {
    let segment = |part: &str| {
        if part.starts_with('{') {
            NOBODY.to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

async fn call(client: &TestClient, route: &Route) -> Answer {
    let request = client.request(route.method.clone(), &concrete(&route.path));
    let request = if route.method == Method::GET {
        request
    } else {
        request.json(&serde_json::json!({}))
    };
    if route.time_max.is_none() {
        // A stream has no end to read to: its head says enough.
        let response = request.send().await.unwrap();
        return Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: Vec::new(),
        };
    }
    send(request).await
}

#[tokio::test]
async fn nobody_gets_in_without_a_credential() {
    let server = TestServer::start().await;
    let nobody = server.anonymous();
    for (route, _) in guarded() {
        let answer = call(&nobody, &route).await;
        assert_eq!(answer.status, 401, "{} {}", route.method, route.path);
        assert!(answer.header("www-authenticate").is_some());
    }
}

#[tokio::test]
async fn each_role_gets_exactly_where_the_matrix_says() {
    let server = TestServer::start().await;
    let all = Role::ALL.iter().flat_map(|role| [(role, false), (role, true)]);
    for (role, runs_installation) in all {
        let client = match runs_installation {
            true => server.installer(*role).await,
            false => server.client(*role).await,
        };
        let may = |permission: Permission| {
            role.may(permission) && (runs_installation || !permission.is_of_installation())
        };
        for (route, permission) in guarded() {
            let answer = call(&client, &route).await;
            let what = format!("{} {} as {}", route.method, route.path, role.name());
            if may(permission) {
                assert_ne!(answer.status, 403, "{what}: {}", answer.text());
                let refused = answer.text().contains("that you may see");
                assert!(!refused, "{what}: {}", answer.text());
            } else if permission.read() != permission && may(permission.read()) {
                answer.problem(403, "forbidden");
            } else {
                assert_eq!(answer.status, 404, "{what}: {}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn another_tenant_sees_nothing_of_this_one() {
    let server = TestServer::start().await;
    let ours = server.client(Role::Admin).await;
    let created: serde_json::Value = ours
        .post(
            "/api/v1/rbac/tokens",
            &serde_json::json!({"name": "secret of first", "role": "viewer"}),
        )
        .await
        .ok();
    let token = created["token"]["id"].as_str().unwrap();
    let theirs = server.client_of(server.second, Role::Admin, None).await;
    for (route, _) in guarded() {
        if route.method != Method::GET || route.time_max.is_none() {
            continue;
        }
        let text = call(&theirs, &route).await.text();
        let org = server.first.org.to_string();
        for ours in ["secret of first", "admin-first", token, &org] {
            assert!(
                !text.contains(ours),
                "{} shows \"{ours}\" of another tenant",
                route.path
            );
        }
    }
    for path in [
        format!("/api/v1/rbac/tokens/{token}"),
        format!("/api/v1/rbac/members/{}", server.first.admin),
    ] {
        theirs.get(&path).await.problem(404, "not_found");
        theirs.delete(&path).await.problem(404, "not_found");
    }
    ours.get(&format!("/api/v1/rbac/tokens/{token}"))
        .await
        .ok::<serde_json::Value>();
}
