//! Questions to one registry: manifests and blobs; what it lists is asked in `listing`.
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>

use std::sync::atomic::{AtomicBool, Ordering};

use qlrf_core::container;
use qlrf_core::digest::Digest;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE,
};
use reqwest::{Method, StatusCode, Url};
use tokio::fs::File;

use super::auth::Auth;
use super::error::{OciError, short};
use crate::outbound::{Answer, Call, Outbound};
use crate::rootfs::document::{self, DOCUMENT_BYTES_MAX};

/// Manifests and indexes, of OCI and of Docker's schema 2.
const ACCEPTED: HeaderValue = HeaderValue::from_static(
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json",
);
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
pub const CATALOGUE: &str = "registry:catalog:*";

/// One question, and what it is about.
pub(super) struct Question<'a> {
    method: Method,
    path: String,
    /// As tokens name it.
    scope: &'a str,
    what: &'a str,
}

pub struct Client {
    outbound: Outbound,
    pub(super) registry: Url,
    auth: Auth,
    /// The registry took what we showed at least once.
    taken: AtomicBool,
}

/// A manifest whose bytes are those of its digest.
pub struct Fetched {
    pub digest: Digest,
    pub media_type: String,
    pub content: Vec<u8>,
}

pub enum Tagged {
    As(Digest),
    /// The registry does not say it without the manifest.
    Untold,
    Gone,
}

pub fn pull(repository: &str) -> String {
    format!("repository:{repository}:pull")
}

impl Client {
    pub fn new(outbound: Outbound, registry: Url, auth: Auth) -> Client {
        Client {
            outbound,
            registry,
            auth,
            taken: AtomicBool::new(false),
        }
    }

    /// Says that there is a registry, and makes it say how it wants to know us.
    pub async fn ping(&self) -> Result<(), OciError> {
        let answer = self.ask(&question("v2/", CATALOGUE, "its version")).await;
        match answer {
            // Not everybody who may pull may see this.
            Ok(_) | Err(OciError::Forbidden { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What a tag names now, told without the manifest.
    pub async fn tagged(&self, repository: &str, tag: &str) -> Result<Tagged, OciError> {
        let (scope, what) = (pull(repository), format!("\"{repository}:{tag}\""));
        let path = format!("v2/{repository}/manifests/{tag}");
        let head = Question {
            method: Method::HEAD,
            ..question(&path, &scope, &what)
        };
        match self.ask(&head).await {
            Ok(answer) => Ok(declared(&answer.headers).map_or(Tagged::Untold, Tagged::As)),
            Err(OciError::Missing(_) | OciError::NameUnknown(_)) => Ok(Tagged::Gone),
            Err(error) => Err(error),
        }
    }

    /// By tag or by digest; `None` where there is none. What was asked for by digest has that digest.
    pub async fn manifest(&self, repository: &str, reference: &str) -> Result<Option<Fetched>, OciError> {
        let (scope, what) = (pull(repository), named(repository, reference));
        let path = format!("v2/{repository}/manifests/{reference}");
        let answer = match self.ask(&question(&path, &scope, &what)).await {
            Ok(answer) => answer,
            Err(OciError::Missing(_) | OciError::NameUnknown(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = Digest::of(&answer.body);
        let asked = container::parse_digest(reference);
        if let Some(expected) = asked.or_else(|| declared(&answer.headers)) {
            document::verify(reference, expected, &answer.body).map_err(|error| of_image(&what, error))?;
        }
        Ok(Some(Fetched {
            digest: found,
            media_type: media_type(&answer),
            content: answer.body,
        }))
    }

    /// A configuration; its bytes are those of its digest.
    pub async fn document(&self, repository: &str, digest: Digest) -> Result<Vec<u8>, OciError> {
        let what = named(repository, &container::name_of(digest));
        let answer = self.blob(repository, digest, None).await?;
        if answer.body.len() as u64 > DOCUMENT_BYTES_MAX {
            let most = DOCUMENT_BYTES_MAX as usize;
            return Err(OciError::TooMany {
                what: format!("bytes in {what}"),
                most,
            });
        }
        document::verify(&what, digest, &answer.body).map_err(|error| of_image(&what, error))?;
        Ok(answer.body)
    }

    /// Writes a layer down. Whether its bytes are those of its digest is for whoever reads them.
    pub async fn layer(
        &self,
        repository: &str,
        digest: Digest,
        file: &mut File,
        bytes_max: u64,
    ) -> Result<(), OciError> {
        self.blob(repository, digest, Some((file, bytes_max))).await?;
        Ok(())
    }

    /// Registries keep blobs elsewhere and send us there, once, with an address that is good for a while. Whatever we show to
    /// the registry stays here.
    async fn blob(
        &self,
        repository: &str,
        digest: Digest,
        mut to: Option<(&mut File, u64)>,
    ) -> Result<Answer, OciError> {
        let name = container::name_of(digest);
        let (scope, what) = (pull(repository), named(repository, &name));
        let path = format!("v2/{repository}/blobs/{name}");
        let question = question(&path, &scope, &what);
        let answer = self.exchange(&question, &mut to).await?;
        if !answer.status.is_redirection() {
            return success(answer, &question);
        }
        let place = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let place = place.unwrap_or_default();
        let redirected = |answer_place: &str| OciError::Redirect {
            what: what.clone(),
            // What comes after the path may be a signature.
            place: short(answer_place.split('?').next().unwrap_or_default()),
        };
        let url = self.registry.join(&path).and_then(|from| from.join(place));
        let url = url.map_err(|_| redirected(place))?;
        let call = || Call::get(url.clone());
        let answer = match to {
            Some((file, bytes_max)) => self.outbound.download(call, file, bytes_max).await?,
            None => self.outbound.send(call).await?,
        };
        match answer.status.is_redirection() {
            true => Err(redirected(place)),
            false => success(answer, &question),
        }
    }

    pub(super) async fn ask(&self, question: &Question<'_>) -> Result<Answer, OciError> {
        success(self.exchange(question, &mut None).await?, question)
    }

    /// Asks, and once more with what the registry then asks of us.
    async fn exchange(
        &self,
        question: &Question<'_>,
        to: &mut Option<(&mut File, u64)>,
    ) -> Result<Answer, OciError> {
        let shown = self.auth.show(question.scope, None).await?;
        let answer = self.send(question, shown.as_deref(), to).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(self.noted(answer, shown.is_some()));
        }
        let challenged = self.auth.challenged(&answer.headers);
        challenged.map_err(|error| self.ended(error))?;
        let renewed = self.auth.show(question.scope, shown.as_ref()).await;
        let renewed = renewed.map_err(|error| self.ended(error))?;
        let answer = self.send(question, renewed.as_deref(), to).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(match lacks_scope(&answer.headers) {
                true => OciError::forbidden(&answer, question.what, question.scope),
                false => self.ended(OciError::Refused),
            });
        }
        Ok(self.noted(answer, renewed.is_some()))
    }

    fn noted(&self, answer: Answer, shown: bool) -> Answer {
        let taken = shown && answer.status.is_success();
        self.taken.fetch_or(taken, Ordering::Relaxed);
        answer
    }

    /// What was taken before is not simply wrong.
    fn ended(&self, error: OciError) -> OciError {
        match error {
            OciError::Refused if self.taken.load(Ordering::Relaxed) => OciError::Ended,
            other => other,
        }
    }

    async fn send(
        &self,
        question: &Question<'_>,
        shown: Option<&HeaderValue>,
        to: &mut Option<(&mut File, u64)>,
    ) -> Result<Answer, OciError> {
        let url = self.registry.join(&question.path);
        let url = url.map_err(|error| OciError::Unreadable {
            what: question.what.to_owned(),
            reason: error.to_string(),
        })?;
        let mut headers = HeaderMap::from_iter([(ACCEPT, ACCEPTED)]);
        headers.extend(shown.map(|shown| (AUTHORIZATION, shown.clone())));
        let call = || Call {
            method: question.method.clone(),
            url: url.clone(),
            headers: headers.clone(),
            body: Vec::new(),
        };
        let answer = match to {
            Some((file, bytes_max)) => self.outbound.download(call, file, *bytes_max).await,
            None => self.outbound.send(call).await,
        };
        Ok(answer?)
    }
}

pub(super) fn question<'a>(path: &str, scope: &'a str, what: &'a str) -> Question<'a> {
    Question {
        method: Method::GET,
        path: path.to_owned(),
        scope,
        what,
    }
}

fn success(answer: Answer, question: &Question<'_>) -> Result<Answer, OciError> {
    match answer.status.is_success() {
        true => Ok(answer),
        false => Err(OciError::of(&answer, question.what, question.scope)),
    }
}

/// RFC 6750, 3.1: the token is good, and not for this.
fn lacks_scope(headers: &HeaderMap) -> bool {
    let challenges = headers.get_all(WWW_AUTHENTICATE).iter();
    let mut told = challenges.filter_map(|value| value.to_str().ok());
    told.any(|text| text.contains("insufficient_scope"))
}

fn declared(headers: &HeaderMap) -> Option<Digest> {
    container::parse_digest(headers.get(CONTENT_DIGEST)?.to_str().ok()?)
}

fn media_type(answer: &Answer) -> String {
    let header = answer.headers.get(reqwest::header::CONTENT_TYPE);
    let text = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_owned()
}

fn named(repository: &str, reference: &str) -> String {
    format!("\"{repository}@{reference}\"")
}

pub fn of_image(reference: &str, error: crate::rootfs::OpenError) -> OciError {
    OciError::Image {
        reference: reference.trim_matches('"').to_owned(),
        error,
    }
}
