//! An estate of GCP projects behind Google's published APIs (`tests/peers/gcp_peer.py`).

use serde_json::{Value, json};

use crate::served::Served;

pub struct Gcp {
    served: Served,
    pub url: String,
}

impl Gcp {
    /// `None` was told to whoever runs the test.
    pub async fn start(test: &str) -> Option<Gcp> {
        let served = Served::start("gcp_peer", test, &[], "/_peer/complaints").await?;
        Some(Gcp {
            url: served.url.clone(),
            served,
        })
    }

    /// `projects` by id, and `roles`: the permissions of each account. What is left out stays.
    pub async fn seed(&self, estate: Value) {
        self.control("estate", &estate).await;
    }

    /// The text of a new key file of a service account.
    pub async fn key_file(&self, email: &str) -> String {
        self.control("key", &json!({ "email": email })).await.to_string()
    }

    /// In PEM, of one host, just issued.
    pub async fn certificate(&self, host: &str) -> String {
        let answer = self.control("certificate", &json!({ "host": host })).await;
        answer["pem"].as_str().expect("a certificate").to_owned()
    }

    /// A token of another issuer, which the pool takes.
    pub async fn subject_token(&self, audience: &str) -> String {
        let answer = self.control("subject", &json!({ "audience": audience })).await;
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// In place of those before.
    pub async fn faults(&self, faults: Value) {
        self.control("faults", &faults).await;
    }

    /// Panics when anything was asked, or was seeded, that Google does not publish.
    pub async fn assert_published(&self) {
        let answer = self.control("complaints", &json!({})).await;
        assert_eq!(answer["complaints"], json!([]), "not as Google publishes it");
    }

    async fn control(&self, what: &str, body: &Value) -> Value {
        let request = self.served.client.post(format!("{}/_peer/{what}", self.url));
        let answer = request.json(body).send().await.expect("the peer answers");
        let (status, text) = (
            answer.status(),
            answer.text().await.expect("the peer answers with text"),
        );
        assert!(status.is_success(), "{what}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}: {text}"))
    }
}
