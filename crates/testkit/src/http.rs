//! A stretch of HTTP between a client and its real counterpart. A test looks at each request there, changes it, or
//! answers in the counterpart's place: so faults are provoked that no counterpart makes when asked to.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, bail};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use reqwest::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, TRANSFER_ENCODING};
use reqwest::{Body, Client, Method};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// One request on its way, of which everything may be changed.
pub struct Asked {
    pub method: Method,
    /// Path and query.
    pub target: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What becomes of a request.
#[derive(Clone)]
pub enum Reply {
    /// The counterpart answers.
    Forward,
    /// The counterpart answers, and this makes another text of it.
    Rewrite(Arc<dyn Fn(&str) -> String + Send + Sync>),
    Say {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// The connection ends without an answer.
    Cut,
    /// Nothing comes, ever.
    Silence,
}

impl Reply {
    pub fn say(status: u16, content_type: &str, body: impl Into<String>) -> Reply {
        Reply::Say {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    /// As told by whose clock says this, in the form of HTTP's `Date`.
    pub fn at(self, date: String) -> Reply {
        self.with("date", date)
    }

    /// Asks to come again after so many seconds.
    pub fn after(self, seconds: u64) -> Reply {
        self.with("retry-after", seconds.to_string())
    }

    fn with(mut self, name: &'static str, value: String) -> Reply {
        if let Reply::Say { headers, .. } = &mut self {
            headers.push((name, value));
        }
        self
    }
}

type Rule = dyn FnMut(&mut Asked) -> Reply + Send;

pub struct HttpProxy {
    url: String,
    shared: Arc<Shared>,
    serving: tokio::task::JoinHandle<()>,
}

struct Shared {
    upstream: String,
    client: Client,
    requests: AtomicU64,
    rule: Mutex<Box<Rule>>,
    cut: Notify,
}

impl HttpProxy {
    /// `upstream` is scheme and authority; `client` trusts its certificate and shows what it wants to be shown.
    pub async fn start(upstream: &str, client: Client) -> Result<HttpProxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("bind the proxy")?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            upstream: upstream.trim_end_matches('/').to_owned(),
            client,
            requests: AtomicU64::new(0),
            rule: Mutex::new(Box::new(|_| Reply::Forward)),
            cut: Notify::new(),
        });
        let serving = tokio::spawn(accept(listener, shared.clone()));
        Ok(HttpProxy { url, shared, serving })
    }

    /// Where clients connect to: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// For requests from now on. A rule keeps its own count of what it saw.
    pub fn rule(&self, rule: impl FnMut(&mut Asked) -> Reply + Send + 'static) {
        *self.shared.rule.lock().expect("a rule panicked") = Box::new(rule);
    }

    pub fn forward_all(&self) {
        self.rule(|_| Reply::Forward);
    }

    /// Ends every connection that is open, in the middle of whatever is on its way.
    pub fn cut(&self) {
        self.shared.cut.notify_waiters();
    }

    /// Since the start.
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }
}

impl Drop for HttpProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            let served = shared.clone();
            let service = service_fn(move |request| {
                let shared = served.clone();
                async move { shared.serve(request).await }
            });
            // A broken line looks the same to the client however it broke.
            tokio::select! {
                _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service) => {}
                () = shared.cut.notified() => {}
            }
        });
    }
}

impl Shared {
    /// An error ends the connection.
    async fn serve(&self, request: Request<Incoming>) -> Result<Response<Body>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (head, body) = request.into_parts();
        let mut asked = Asked {
            method: head.method,
            target: head
                .uri
                .path_and_query()
                .map_or("/", |target| target.as_str())
                .to_owned(),
            headers: head.headers,
            body: read(body).await?,
        };
        let reply = self.rule.lock().expect("a rule panicked")(&mut asked);
        match reply {
            Reply::Forward => Ok(for_the_other_half(self.forward(asked).await?.into())),
            Reply::Rewrite(rewrite) => {
                let answer = self.forward(asked).await?;
                let mut head = Response::new(());
                *head.status_mut() = answer.status();
                head.headers_mut().clone_from(answer.headers());
                head.headers_mut().remove(CONTENT_LENGTH);
                let text = rewrite(&answer.text().await?);
                Ok(for_the_other_half(head.map(|()| Body::from(text))))
            }
            Reply::Say {
                status,
                headers,
                body,
            } => {
                let answer = Response::builder().status(status);
                let answer = headers
                    .into_iter()
                    .fold(answer, |answer, (name, value)| answer.header(name, value));
                Ok(answer.body(Body::from(body))?)
            }
            Reply::Cut => bail!("cut"),
            Reply::Silence => match std::future::pending::<Infallible>().await {},
        }
    }

    async fn forward(&self, mut asked: Asked) -> Result<reqwest::Response> {
        // They belong to the other half of the line.
        for name in [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            asked.headers.remove(name);
        }
        let request = self
            .client
            .request(asked.method, format!("{}{}", self.upstream, asked.target))
            .headers(asked.headers)
            .body(asked.body);
        Ok(request.send().await?)
    }
}

fn for_the_other_half(mut answer: Response<Body>) -> Response<Body> {
    for name in [CONNECTION, TRANSFER_ENCODING] {
        answer.headers_mut().remove(name);
    }
    answer
}

async fn read(mut body: Incoming) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(data) = frame?.into_data() {
            all.extend_from_slice(&data);
        }
    }
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_seen_changed_answered_and_cut() {
        let upstream = HttpProxy::start("http://127.0.0.1:1", Client::new())
            .await
            .unwrap();
        upstream.rule(|asked| Reply::say(200, "text/plain", format!("{} {}", asked.target, asked.text())));
        let proxy = HttpProxy::start(upstream.url(), Client::new()).await.unwrap();
        let ask = async || {
            let asking = Client::new().post(format!("{}/a?b=c", proxy.url())).body("x");
            asking.send().await?.text().await
        };
        assert_eq!(ask().await.unwrap(), "/a?b=c x");
        proxy.rule(|asked| {
            asked.body = b"y".to_vec();
            Reply::Forward
        });
        assert_eq!(ask().await.unwrap(), "/a?b=c y");
        proxy.rule(|_| Reply::Rewrite(Arc::new(|text: &str| text.replace('x', "longer"))));
        assert_eq!(ask().await.unwrap(), "/a?b=c longer");
        proxy.rule(|_| Reply::say(403, "text/plain", "no"));
        assert_eq!(ask().await.unwrap(), "no");
        proxy.rule(|_| Reply::Cut);
        assert!(ask().await.is_err());
        proxy.forward_all();
        assert_eq!(ask().await.unwrap(), "/a?b=c x");
        assert_eq!((proxy.requests(), upstream.requests()), (6, 4));
    }
}
