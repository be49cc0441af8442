use std::net::SocketAddr;

use axum::http::Uri;

/// Where the API listens and under which names it is reached.
#[derive(Clone, Debug, clap::Args)]
pub struct HttpConfig {
    /// Address and port; port 0 takes any free one.
    #[arg(long, env = "QLRF_LISTEN", default_value = "127.0.0.1:7300")]
    pub listen: SocketAddr,
    /// The address that people type, when it differs from `--listen`: `https://qlrf.example.org`.
    #[arg(long, env = "QLRF_PUBLIC_URL", value_parser = parse_public_url)]
    pub public_url: Option<Uri>,
    /// A further host name that requests may carry. Repeat for several.
    #[arg(long = "host", env = "QLRF_HOSTS", value_delimiter = ',')]
    pub hosts: Vec<String>,
}

fn parse_public_url(text: &str) -> Result<Uri, String> {
    let uri: Uri = text.parse().map_err(|error| format!("{error}"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http" | "https"), Some(_)) if uri.path() == "/" && uri.query().is_none() => Ok(uri),
        _ => Err("it takes `http://` or `https://`, a host and perhaps a port, nothing else".to_owned()),
    }
}

impl HttpConfig {
    /// Host names, without ports, that are ours besides addresses and `localhost`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let public = self.public_url.as_ref().and_then(Uri::host);
        public.into_iter().chain(self.hosts.iter().map(String::as_str))
    }

    pub fn is_public_authority(&self, authority: &str) -> bool {
        let public = self.public_url.as_ref().and_then(Uri::authority);
        public.is_some_and(|ours| ours.as_str().eq_ignore_ascii_case(authority))
    }

    /// Cookies travel over TLS only, unless everything stays on this machine.
    pub fn secure_cookies(&self) -> bool {
        match &self.public_url {
            Some(url) => url.scheme_str() == Some("https") || !self.listen.ip().is_loopback(),
            None => !self.listen.ip().is_loopback(),
        }
    }

    /// What people open, given the port that was really taken.
    pub fn base_url(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.to_string().trim_end_matches('/').to_owned(),
            None if bound.ip().is_unspecified() => format!("http://localhost:{}", bound.port()),
            None => format!("http://{bound}"),
        }
    }
}
