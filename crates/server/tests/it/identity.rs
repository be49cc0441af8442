use qlrf_core::perm::Role;
use qlrf_core::time::{Duration, now};
use qlrf_server::api::types::member::{Member, SignInLink};
use qlrf_server::api::types::user::{Me, OwnSession, SignInView};
use qlrf_server::app::host_admin;
use qlrf_server::secret;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::support::{Answer, TestServer, send};

const SESSIONS: &str = "/api/v1/users/me/sessions";

async fn link(server: &TestServer) -> String {
    let admin = server.client(Role::Admin).await;
    let path = format!("/api/v1/rbac/members/{}/sign-in-link", server.first.admin);
    let link: SignInLink = admin.post(&path, &json!({})).await.ok();
    link.path.split_once("link=").unwrap().1.to_owned()
}

pub async fn sign_in(server: &TestServer, body: serde_json::Value) -> Answer {
    let request = server.anonymous().request(Method::POST, "/sign-in").json(&body);
    send(request.header("user-agent", "browser/1")).await
}

/// A browser after signing in: its cookies, and the token that proves its own pages.
pub struct Browser<'a> {
    server: &'a TestServer,
    cookies: String,
    csrf: String,
}

impl<'a> Browser<'a> {
    pub fn new(server: &'a TestServer, answer: &Answer) -> Browser<'a> {
        let view: SignInView = answer.ok();
        let set = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap());
        let cookies = set
            .map(|cookie| cookie.split(';').next().unwrap())
            .collect::<Vec<_>>()
            .join("; ");
        Browser {
            server,
            cookies,
            csrf: view.csrf_token,
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server
            .anonymous()
            .request(method, path)
            .header("cookie", &self.cookies)
    }

    /// As a page of ours sends what changes something.
    pub fn change(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("x-csrf-token", &self.csrf)
    }
}

#[tokio::test]
async fn a_link_signs_in_once_and_opening_it_does_not_use_it_up() {
    let server = TestServer::start().await;
    let link = link(&server).await;
    for _ in 0..3 {
        let page = server.anonymous().get(&format!("/sign-in?link={link}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<button"), "{}", page.text());
    }
    let attempts: Vec<_> = (0..8)
        .map(|_| {
            let (client, body) = (server.anonymous(), json!({"link": link}));
            tokio::spawn(async move { client.post("/sign-in", &body).await })
        })
        .collect();
    let mut signed_in = 0;
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        match answer.status.as_u16() {
            200 => signed_in += 1,
            _ => drop(answer.problem(401, "link_refused")),
        }
    }
    assert_eq!(signed_in, 1);
}

#[tokio::test]
async fn an_expired_link_is_refused() {
    let server = TestServer::start().await;
    let secret = secret::random();
    let mut tx = server.app.store.system("test").await.unwrap();
    let past = now() - Duration::seconds(1);
    let (person, org) = (server.first.admin, server.first.org);
    qlrf_store::session::create_link(&mut tx, secret.hash(), person, org, past)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    sign_in(&server, json!({"link": secret.expose()}))
        .await
        .problem(401, "link_refused");
    let hostile = server.anonymous().get("/sign-in?link=%22%3E%3Cscript%3E").await;
    assert!(!hostile.text().contains("<script"), "{}", hostile.text());
}

#[tokio::test]
async fn a_session_is_bound_to_our_own_pages() {
    let server = TestServer::start().await;
    let answer = sign_in(&server, json!({"link": link(&server).await})).await;
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|c| c.to_str().unwrap().to_owned());
    let session = cookie
        .into_iter()
        .find(|c| c.starts_with("qlrf_session="))
        .unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(session.contains(part), "{session}");
    }
    let browser = Browser::new(&server, &answer);
    let me: Me = send(browser.request(Method::GET, "/api/v1/users/me")).await.ok();
    assert_eq!(
        (me.kind.as_str(), me.name.as_str(), me.role),
        ("person", "admin-first", Role::Admin)
    );
    let session = me.session.expect("a browser is told of its session");
    assert_eq!(
        (&session.csrf_token, &session.csrf_header[..]),
        (&browser.csrf, "x-csrf-token")
    );
    let rename = |csrf: &str| {
        let request = browser
            .request(Method::PATCH, "/api/v1/organization")
            .header("x-csrf-token", csrf);
        request.json(&json!({"name": "renamed"}))
    };
    send(rename("")).await.problem(403, "csrf_failed");
    send(rename("guess")).await.problem(403, "csrf_failed");
    let elsewhere = rename(&browser.csrf).header("origin", "https://evil.example");
    send(elsewhere).await.problem(403, "cross_origin");
    let sideways = rename(&browser.csrf).header("sec-fetch-site", "cross-site");
    send(sideways).await.problem(403, "cross_origin");
    let own = rename(&browser.csrf).header("origin", server.url(""));
    assert_eq!(send(own).await.status, 200);
    let out = browser
        .request(Method::DELETE, "/api/v1/users/me/session")
        .header("x-csrf-token", &browser.csrf);
    assert_eq!(send(out).await.status, 204);
    send(browser.request(Method::GET, "/api/v1/users/me"))
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_session_ends_with_the_membership_and_with_its_time() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let ann: Member = admin
        .post("/api/v1/rbac/members", &json!({"login": "ann", "role": "viewer"}))
        .await
        .ok();
    let member = format!("/api/v1/rbac/members/{}", ann.id);
    let link: SignInLink = admin
        .post(&format!("{member}/sign-in-link"), &json!({}))
        .await
        .ok();
    let answer = sign_in(&server, json!({"link": link.path.split_once("link=").unwrap().1})).await;
    let browser = Browser::new(&server, &answer);
    let me = || send(browser.request(Method::GET, "/api/v1/users/me"));
    assert_eq!(me().await.ok::<Me>().role, Role::Viewer);
    admin
        .patch(&member, &json!({"role": "operator"}))
        .await
        .ok::<Member>();
    assert_eq!(me().await.ok::<Me>().role, Role::Operator);
    let expire = "UPDATE session SET expires_at = now() - interval '1 second'";
    sqlx::query(expire)
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
    me().await.problem(401, "unauthenticated");
    let renew = "UPDATE session SET expires_at = now() + interval '1 hour'";
    sqlx::query(renew)
        .execute(&mut server.db.admin().await)
        .await
        .unwrap();
    assert_eq!(admin.delete(&member).await.status, 204);
    me().await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_password_signs_in_and_changing_it_needs_the_old_one() {
    let server = TestServer::start().await;
    let answer = sign_in(&server, json!({"link": link(&server).await})).await;
    let browser = Browser::new(&server, &answer);
    let set = |body: serde_json::Value| {
        let request = browser.request(Method::PUT, "/api/v1/users/me/password");
        send(request.header("x-csrf-token", &browser.csrf).json(&body))
    };
    let password = "correct horse battery";
    set(json!({"new": "short"}))
        .await
        .problem(400, "invalid_password");
    assert_eq!(set(json!({"new": password})).await.status, 204);
    set(json!({"old": "wrong", "new": "another long one"}))
        .await
        .problem(400, "wrong_password");
    let credentials = json!({"login": "admin-first", "password": password});
    sign_in(&server, credentials).await.ok::<SignInView>();
    for login in ["admin-first", "nobody"] {
        let wrong = json!({"login": login, "password": "wrong"});
        sign_in(&server, wrong).await.problem(401, "password_refused");
    }
    let stored: Option<String> =
        sqlx::query_scalar("SELECT password_hash FROM person WHERE login = 'admin-first'")
            .fetch_one(&mut server.db.admin().await)
            .await
            .unwrap();
    assert!(stored.unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions() {
    let server = TestServer::start().await;
    let mut browsers = Vec::new();
    for _ in 0..2 {
        let secret = link(&server).await;
        let answer = sign_in(&server, json!({ "link": secret })).await;
        browsers.push(Browser::new(&server, &answer));
    }
    let [first, second] = &browsers[..] else {
        unreachable!()
    };
    let seen: Vec<OwnSession> = send(first.request(Method::GET, SESSIONS)).await.ok();
    assert_eq!(seen.len(), 2);
    let own = seen.iter().find(|session| session.current).unwrap();
    assert!(own.used_at.is_some(), "by this request");
    let other = seen.iter().find(|session| !session.current).unwrap();
    assert_eq!(
        (other.used_at, other.user_agent.as_deref()),
        (None, Some("browser/1"))
    );
    let end = |browser: &Browser<'_>, id: uuid::Uuid| {
        let request = browser.request(Method::DELETE, &format!("{SESSIONS}/{id}"));
        send(request.header("x-csrf-token", &browser.csrf))
    };
    assert_eq!(end(first, other.id).await.status, 204);
    send(second.request(Method::GET, SESSIONS))
        .await
        .problem(401, "unauthenticated");
    end(first, other.id).await.problem(404, "not_found");
    let left: Vec<OwnSession> = send(first.request(Method::GET, SESSIONS)).await.ok();
    assert!(left.len() == 1 && left[0].current);
    let token = server.client(Role::Admin).await;
    token.get(SESSIONS).await.problem(409, "not_a_person");
}

#[tokio::test]
async fn the_operator_lets_a_person_in_who_forgot_the_password() {
    let server = TestServer::start().await;
    let secret = link(&server).await;
    let browser = Browser::new(&server, &sign_in(&server, json!({ "link": secret })).await);
    let set = |browser: &Browser<'_>, password: &str| {
        let request = browser.request(Method::PUT, "/api/v1/users/me/password");
        let request = request.header("x-csrf-token", &browser.csrf);
        send(request.json(&json!({ "old": null, "new": password })))
    };
    assert_eq!(set(&browser, "a password that is forgotten").await.status, 204);
    let store = &server.app.store;
    // A link alone opens a session and leaves the password, which a change must know.
    let plain = host_admin::sign_in_link(store, "admin-first", false)
        .await
        .unwrap();
    let again = Browser::new(
        &server,
        &sign_in(&server, json!({ "link": plain.expose() })).await,
    );
    set(&again, "a password that is remembered")
        .await
        .problem(400, "wrong_password");
    let forgotten = host_admin::sign_in_link(store, "admin-first", true)
        .await
        .unwrap();
    send(browser.request(Method::GET, SESSIONS))
        .await
        .problem(401, "unauthenticated");
    let old = json!({ "login": "admin-first", "password": "a password that is forgotten" });
    sign_in(&server, old).await.problem(401, "password_refused");
    let fresh = Browser::new(
        &server,
        &sign_in(&server, json!({ "link": forgotten.expose() })).await,
    );
    assert_eq!(set(&fresh, "a password that is remembered").await.status, 204);
    let missing = host_admin::sign_in_link(store, "nobody", false)
        .await
        .err()
        .unwrap();
    assert_eq!(missing.code, "not_found");
    let admin = server.client(Role::Admin).await;
    let trail = admin.get("/api/v1/audit").await.text();
    assert!(
        trail.contains("admin sign-in-link admin-first --forget-password"),
        "{trail}"
    );
    assert_eq!(
        admin.get("/api/v1/audit/verify").await.ok::<serde_json::Value>()["intact"],
        true
    );
}
