use std::sync::Mutex;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::grant::{AllowedNetwork, Grants};

/// Answers each connection with the next text, and with the last one ever after.
async fn provider(answers: &[&str]) -> (Url, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/list", listener.local_addr().unwrap());
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = asked.clone();
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            kept.lock()
                .unwrap()
                .push(String::from_utf8_lossy(&head[..read]).into_owned());
            let answer = &answers[number.min(answers.len() - 1)];
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (url.parse().unwrap(), asked)
}

fn grant() -> Grant {
    let networks = [AllowedNetwork::parse("*=127.0.0.0/8").unwrap()];
    Grants {
        networks: networks.into(),
        ..Grants::default()
    }
    .of("acme")
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine";

#[tokio::test]
async fn whoever_asks_for_patience_gets_it() {
    let (url, asked) = provider(&[
        &answer("429 Too Many Requests", "", ""),
        &answer("500 Oh", "", ""),
        FINE,
    ])
    .await;
    let grant = grant();
    let outbound = Outbound::new(&grant, Options::default()).unwrap();
    let made = Mutex::new(0);
    let answer = outbound.send(|| {
        *made.lock().unwrap() += 1;
        Call::get(url.clone())
    });
    assert_eq!(answer.await.unwrap().body, b"fine");
    assert_eq!(asked.lock().unwrap().len(), 3);
    assert_eq!(*made.lock().unwrap(), 3, "each attempt is a request of its own");
    assert_eq!(grant.meter.requests(), 3);
}

#[tokio::test]
async fn a_provider_has_its_own_way_to_ask_for_patience() {
    let slower = answer("400 Bad Request", "", "<Code>RequestLimitExceeded</Code>");
    let (url, asked) = provider(&[&slower, FINE]).await;
    let options = Options {
        throttled: |answer| answer.body.ends_with(b"<Code>RequestLimitExceeded</Code>"),
        ..Options::default()
    };
    let outbound = Outbound::new(&grant(), options).unwrap();
    assert_eq!(
        outbound.send(|| Call::get(url.clone())).await.unwrap().body,
        b"fine"
    );
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn other_answers_are_the_callers() {
    for status in ["403 Forbidden", "404 Not Found", "302 Found"] {
        let moved = answer(status, "location: http://127.0.0.1:1/\r\n", "");
        let (url, asked) = provider(&[&moved]).await;
        let outbound = Outbound::new(&grant(), Options::default()).unwrap();
        let answer = outbound.send(|| Call::get(url.clone())).await.unwrap();
        assert_eq!(answer.status.as_str(), &status[..3]);
        assert_eq!(asked.lock().unwrap().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_answer_is_bounded() {
    let long = answer("200 OK", "", &"x".repeat(2000));
    let (url, _) = provider(&[&long]).await;
    let options = Options {
        answer_bytes_max: 1000,
        ..Options::default()
    };
    let outbound = Outbound::new(&grant(), options).unwrap();
    let refused = outbound.send(|| Call::get(url.clone())).await;
    assert_eq!(refused.err().map(|error| error.code()), Some("answer_too_large"));
}

#[tokio::test]
async fn a_host_that_is_down_is_not_asked_for_ever() {
    // A port that nobody listens on any more.
    let url: Url = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
            .parse()
            .unwrap()
    };
    tokio::time::pause();
    let grant = grant();
    let outbound = Outbound::new(&grant, Options::default()).unwrap();
    let mut codes = Vec::new();
    for _ in 0..4 {
        let failed = outbound.send(|| Call::get(url.clone())).await;
        codes.push(failed.err().map(|error| error.code()));
    }
    // A clock that skips waiting may skip the connection's time as well.
    let down = ["provider_unreachable", "provider_timed_out"].map(Some);
    assert!(codes[..3].iter().all(|code| down.contains(code)), "{codes:?}");
    assert_eq!(codes[3], Some("circuit_open"));
    assert_eq!(grant.meter.requests(), u64::from(3 * ATTEMPTS_MAX));
}

#[tokio::test]
async fn only_allowed_addresses_are_asked() {
    let outbound = Outbound::new(&Grants::default().of("acme"), Options::default()).unwrap();
    for url in [
        "http://127.0.0.1:1/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data",
        "http://example.org/",
        "ftp://example.org/",
        "https://127.1/",
    ] {
        let refused = outbound.send(|| Call::get(url.parse().unwrap())).await;
        let code = refused.err().map(|error| error.code());
        assert_eq!(code, Some("address_refused"), "{url}");
    }
}
