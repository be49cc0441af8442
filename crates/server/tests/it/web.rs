//! The web application as a browser asks for it.

use qlrf_server::api::web::{File, Web};
use reqwest::Method;

use crate::support::{Answer, TestServer, send};

const PAGE: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

const FILES: &[File] = &[
    File {
        path: "/assets/index-1a2b.js",
        plain: b"export {}",
        brotli: Some(b"compressed"),
    },
    File {
        path: "/favicon.svg",
        plain: b"<svg/>",
        brotli: None,
    },
    File {
        path: "/index.html",
        plain: b"<!doctype html>app",
        brotli: Some(b"compressed page"),
    },
];

async fn ask(server: &TestServer, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = server.anonymous().request(method, path);
    send(
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value)),
    )
    .await
}

#[tokio::test]
async fn files_are_served_by_name_with_their_cache_rules() {
    let server = TestServer::start_with(Web(FILES)).await;
    let script = ask(
        &server,
        Method::GET,
        "/assets/index-1a2b.js",
        &[("accept", "*/*")],
    )
    .await;
    assert_eq!(
        (script.status.as_u16(), script.text()),
        (200, "export {}".to_owned())
    );
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(
        script.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(script.header("x-content-type-options"), Some("nosniff"));
    let policy = script.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    for (accepted, encoding, body) in [
        ("gzip, br", Some("br"), "compressed"),
        ("br;q=0, gzip", None, "export {}"),
        ("brx", None, "export {}"),
    ] {
        let headers = [("accept-encoding", accepted)];
        let answer = ask(&server, Method::GET, "/assets/index-1a2b.js", &headers).await;
        assert_eq!(
            (answer.header("content-encoding"), &answer.text()[..]),
            (encoding, body),
            "{accepted}"
        );
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    }
    let head = ask(&server, Method::HEAD, "/favicon.svg", &[]).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(head.header("content-type"), Some("image/svg+xml"));
}

#[tokio::test]
async fn every_page_is_the_one_page_and_is_looked_up_again() {
    let server = TestServer::start_with(Web(FILES)).await;
    for path in [
        "/",
        "/sign-in?link=abc",
        "/fleet/assets?q=env:prod",
        "/assets/0193",
        "/index.html",
    ] {
        let page = ask(&server, Method::GET, path, &[("accept", PAGE)]).await;
        assert_eq!(
            (page.status.as_u16(), page.text()),
            (200, "<!doctype html>app".to_owned()),
            "{path}"
        );
        assert_eq!(page.header("cache-control"), Some("no-cache"), "{path}");
        let tag = page.header("etag").unwrap();
        let again = ask(
            &server,
            Method::GET,
            path,
            &[("accept", PAGE), ("if-none-match", tag)],
        )
        .await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
        let head = ask(&server, Method::HEAD, path, &[("accept", PAGE)]).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0), "{path}");
    }
}

#[tokio::test]
async fn what_is_no_page_and_no_file_is_a_problem() {
    let server = TestServer::start_with(Web(FILES)).await;
    for (path, accept) in [
        ("/assets/missing.js", "*/*"),
        ("/fleet", "application/json"),
        ("/fleet", "text/html;q=0"),
        ("/api", PAGE),
        ("/api/v1/nothing", PAGE),
        ("/api/v1/../../etc/passwd", "*/*"),
        ("/assets/..%2findex.html", "*/*"),
        ("//index.html", "*/*"),
    ] {
        let answer = ask(&server, Method::GET, path, &[("accept", accept)]).await;
        answer.problem(404, "not_found");
    }
    let answer = ask(&server, Method::POST, "/fleet", &[("accept", PAGE)]).await;
    answer.problem(404, "not_found");
    let health = ask(&server, Method::GET, "/healthz", &[("accept", PAGE)]).await;
    assert!(!health.text().contains("<!doctype"), "{}", health.text());
}

#[tokio::test]
async fn without_the_application_the_plain_page_says_how_to_build_it() {
    let server = TestServer::start().await;
    let page = ask(&server, Method::GET, "/", &[("accept", PAGE)]).await;
    assert!(page.text().contains("npm run build"), "{}", page.text());
    let other = ask(&server, Method::GET, "/fleet", &[("accept", PAGE)]).await;
    other.problem(404, "not_found");
}
