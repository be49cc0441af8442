//! A server on the loopback that answers as it is told.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Kept, gzip, lines, runtime};
use crate::feed::{Code, FeedError, Snapshot, Source, find_kind, http, sync};

/// `{}` in the answer is the server's own address. After the answer it stays silent when told so.
fn fetch(answer: &[u8], stay: bool) -> Result<Snapshot, FeedError> {
    let answer = answer.to_vec();
    runtime().block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/feed", listener.local_addr().expect("an address"));
        tokio::spawn(serve(listener, answer, stay));
        let osv = find_kind("osv").expect("known");
        if stay {
            let silence = Duration::from_millis(300);
            return Err(http::download_within(
                &url,
                crate::feed::reach::Reach::Public,
                &(Arc::new(|_| {}) as _),
                silence,
            )
            .await
            .expect_err("silence"));
        }
        sync(osv, &Source::parse(&url), &mut Kept::default(), Arc::new(|_| {})).await
    })
}

async fn serve(listener: TcpListener, answer: Vec<u8>, stay: bool) {
    let mut held = Vec::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(&answer).await;
        if stay {
            held.push(stream);
        }
    }
}

fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{headers}\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

#[test]
fn a_feed_comes_over_http() {
    let body = gzip(lines(700).as_bytes());
    let snapshot = fetch(&ok(&format!("Content-Length: {}", body.len()), &body), false).expect("read");
    assert_eq!((snapshot.records, snapshot.bytes), (700, body.len() as u64));
    assert_eq!(snapshot.sha256, qlrf_core::digest::Digest::of(&body));
    let encoded = fetch(
        &ok("Content-Encoding: gzip\r\nContent-Type: application/json", &body),
        false,
    )
    .expect("read");
    assert_eq!(
        encoded.sha256, snapshot.sha256,
        "the digest is that of the bytes on the wire"
    );
}

#[test]
fn every_way_to_fail_has_its_code() {
    let body = lines(5);
    let code = |answer: &[u8], stay| fetch(answer, stay).expect_err("it fails").code;
    assert_eq!(
        code(b"HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n", false),
        Code::HttpStatus
    );
    assert_eq!(
        code(&ok("Content-Type: text/html; charset=utf-8", b"<html>"), false),
        Code::WrongContent
    );
    assert_eq!(
        code(&ok("Content-Length: 99999", body.as_bytes()), false),
        Code::Truncated
    );
    assert_eq!(
        code(&ok("Content-Length: 99999999999", b"x"), false),
        Code::TooLarge
    );
    assert_eq!(
        code(
            b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: /again\r\n\r\n",
            false
        ),
        Code::BadUrl
    );
    assert_eq!(code(b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: file:///etc/passwd\r\n\r\n", false), Code::HttpStatus);
    assert_eq!(code(&ok("Content-Length: 10", b"x"), true), Code::TimedOut);
    assert_eq!(code(b"", true), Code::TimedOut);
    assert_eq!(code(b"nonsense\r\n\r\n", false), Code::Unreachable);
    assert_eq!(
        super::run("osv", "http://127.0.0.1:9/x")
            .0
            .expect_err("closed")
            .code,
        Code::Unreachable
    );
    assert_eq!(
        super::run("osv", "http://").0.expect_err("no host").code,
        Code::BadUrl
    );
}
