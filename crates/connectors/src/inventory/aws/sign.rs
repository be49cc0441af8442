//! AWS Signature Version 4 of a POST to `/`, which is all that is ever sent.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hmac::{Hmac, KeyInit as _, Mac as _};
use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use time::macros::format_description;

/// An access key, with its session token if it is a temporary one.
#[derive(Debug)]
pub struct Key {
    pub id: String,
    pub secret: Secret,
    pub token: Option<Secret>,
}

/// What a signature speaks for.
pub struct Signed<'a> {
    pub host: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    pub body: &'a [u8],
    pub at: Timestamp,
    /// Lower-case names; `host` and the date are added.
    pub headers: Vec<(&'static str, String)>,
}

/// The headers of the request, `authorization` among them.
pub fn sign(key: &Key, request: Signed<'_>) -> Vec<(&'static str, String)> {
    let date = stamp(request.at);
    let mut headers = request.headers;
    headers.push(("host", request.host.to_owned()));
    headers.push(("x-amz-date", date.clone()));
    if let Some(token) = &key.token {
        headers.push(("x-amz-security-token", token.expose().to_owned()));
    }
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim()))
        .collect();
    let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", hash(request.body));
    let day = &date[..8];
    let scope = format!("{day}/{}/{}/aws4_request", request.region, request.service);
    let text = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        hash(canonical.as_bytes())
    );
    let first = format!("AWS4{}", key.secret.expose());
    let key_bytes = [day, request.region, request.service, "aws4_request", &text]
        .iter()
        .fold(first.into_bytes(), |key, part| mac(&key, part));
    let signature = hex::encode(key_bytes);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        key.id
    );
    // The client writes this one by itself, from the URL.
    headers.retain(|(name, _)| *name != "host");
    headers.push(("authorization", authorization));
    headers
}

fn stamp(at: Timestamp) -> String {
    let form = format_description!("[year][month][day]T[hour][minute][second]Z");
    at.to_offset(time::UtcOffset::UTC)
        .format(form)
        .expect("a time of this era has such a form")
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length is taken");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn signature(headers: Vec<(&'static str, String)>, body: &str) -> (String, String) {
        let key = Key {
            id: "AKIDEXAMPLE".into(),
            secret: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            token: None,
        };
        let request = Signed {
            host: "example.amazonaws.com",
            region: "us-east-1",
            service: "service",
            body: body.as_bytes(),
            at: datetime!(2015-08-30 12:36:00 UTC),
            headers,
        };
        let signed = sign(&key, request);
        let (_, authorization) = signed.iter().find(|(name, _)| *name == "authorization").unwrap();
        let (rest, signature) = authorization.split_once(", Signature=").unwrap();
        let (_, names) = rest.split_once("SignedHeaders=").unwrap();
        (names.to_owned(), signature.to_owned())
    }

    /// From AWS's published test suite of the algorithm, the cases that are a POST to `/`.
    #[test]
    fn signatures_are_those_of_the_published_test_suite() {
        let form = ("content-type", "application/x-www-form-urlencoded".to_owned());
        for (name, headers, body, names, expected) in [
            (
                "post-vanilla",
                vec![],
                "",
                "host;x-amz-date",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "post-header-key-sort",
                vec![("my-header1", "value1".to_owned())],
                "",
                "host;my-header1;x-amz-date",
                "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
            ),
            (
                "post-x-www-form-urlencoded",
                vec![form],
                "Param1=value1",
                "content-type;host;x-amz-date",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
        ] {
            let found = signature(headers, body);
            assert_eq!(found, (names.to_owned(), expected.to_owned()), "{name}");
        }
    }
}
