//! A server that speaks AWS's protocols (`tests/peers/moto_peer.py`), and the calls that seed it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::served::Served;

/// The account of a credential that no role was assumed with.
pub const MOTO_ACCOUNT: &str = "123456789012";

pub struct Moto {
    served: Served,
    pub url: String,
    /// Any credential is taken, and decides the account.
    pub key: String,
}

impl Moto {
    /// `None` was told to whoever runs the test.
    pub async fn start(test: &str) -> Option<Moto> {
        let variables = [("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")];
        let served = Served::start("moto_peer", test, &variables, "/moto-api/data.json").await?;
        Some(Moto {
            url: served.url.clone(),
            served,
            key: "AKIAEXAMPLE".to_owned(),
        })
    }

    /// An action of a Query API; answers with XML.
    pub async fn query(&self, service: &str, region: &str, version: &str, form: &[(&str, &str)]) -> String {
        let mut body = format!("Version={version}");
        for (name, value) in form {
            write!(body, "&{}={}", encoded(name), encoded(value)).expect("a String takes it");
        }
        let form = "application/x-www-form-urlencoded";
        self.post(service, region, "", form, body).await
    }

    pub async fn ec2(&self, region: &str, form: &[(&str, &str)]) -> String {
        self.query("ec2", region, "2016-11-15", form).await
    }

    /// An action of a JSON API, such as `AmazonSSM.PutInventory`.
    pub async fn json(&self, service: &str, region: &str, target: &str, body: &Value) -> Value {
        let form = "application/x-amz-json-1.1";
        let answer = self.post(service, region, target, form, body.to_string()).await;
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{target}: {error}: {answer}"))
    }

    /// The account's own image.
    pub async fn register_image(&self, region: &str, name: &str) -> String {
        let form = [
            ("Action", "RegisterImage"),
            ("Name", name),
            ("Architecture", "x86_64"),
        ];
        element(&self.ec2(region, &form).await, "imageId")
    }

    /// A reservation of its own, as pages are cut between reservations.
    pub async fn run_instance<'a>(
        &self,
        region: &str,
        image: &str,
        tags: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let mut form: Vec<(String, String)> = [
            ("Action", "RunInstances"),
            ("ImageId", image),
            ("MinCount", "1"),
            ("MaxCount", "1"),
            ("InstanceType", "t3.micro"),
            ("TagSpecification.1.ResourceType", "instance"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for (at, (key, value)) in tags.into_iter().enumerate() {
            let tag = format!("TagSpecification.1.Tag.{}", at + 1);
            form.push((format!("{tag}.Key"), key.to_owned()));
            form.push((format!("{tag}.Value"), value.to_owned()));
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
        element(&self.ec2(region, &form).await, "instanceId")
    }

    async fn post(&self, service: &str, region: &str, target: &str, form: &str, body: String) -> String {
        let credential = format!("Credential={}/20261101/{region}/{service}/aws4_request", self.key);
        let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
        let request = self
            .served
            .client
            .post(&self.url)
            .header("authorization", authorization)
            .header("content-type", form)
            .header("x-amz-target", target)
            .body(body);
        let answer = request.send().await.expect("moto answers");
        let (status, text) = (
            answer.status(),
            answer.text().await.expect("moto answers with text"),
        );
        assert!(status.is_success(), "{status}: {text}");
        text
    }
}

/// The text of the first such element.
pub fn element(xml: &str, name: &str) -> String {
    let found = xml
        .split_once(&format!("<{name}>"))
        .and_then(|(_, rest)| rest.split_once('<'));
    let (text, _) = found.unwrap_or_else(|| panic!("no <{name}> in {xml}"));
    text.to_owned()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}
