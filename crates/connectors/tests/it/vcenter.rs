//! A vCenter on the loopback: the simulator of govmomi, from `scripts/vcsim.sh`. It has two datacenters, each with a cluster of
//! two hosts, a host that stands alone, and four machines.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use qlrf_testkit::{Asked, Issued, Reply, peer};
use reqwest::Client;
use serde_json::{Value, json};

pub const USER: &str = "user";
pub const PASSWORD: &str = "pass";

pub struct Vcenter {
    program: Child,
    /// `https://127.0.0.1:PORT`
    pub url: String,
    pub client: Client,
    /// Of the session that seeds it.
    cookie: String,
}

impl Drop for Vcenter {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Vcenter {
    /// `None` was told to whoever runs the test.
    pub async fn start(test: &str) -> Option<Vcenter> {
        Vcenter::started(test, &[]).await
    }

    /// One that shows this certificate.
    pub async fn showing(test: &str, issued: &Issued) -> Option<Vcenter> {
        let (certificate, key) = (issued.certificate.as_os_str(), issued.key.as_os_str());
        Vcenter::started(
            test,
            &["-certificate".as_ref(), certificate, "-key".as_ref(), key],
        )
        .await
    }

    async fn started(test: &str, arguments: &[&OsStr]) -> Option<Vcenter> {
        let program = peer("vcsim", test)?;
        let mut program = Command::new(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It says where it listens once it does.
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let (_, host) = line.trim().trim_end_matches("/sdk").split_once('@').unwrap();
        let client = Client::builder().danger_accept_invalid_certs(true);
        let mut vcenter = Vcenter {
            url: format!("https://{host}"),
            program,
            client: client.build().unwrap(),
            cookie: String::new(),
        };
        let login = format!("<userName>{USER}</userName><password>{PASSWORD}</password>");
        let session = vcenter
            .soap("Login", ("SessionManager", "SessionManager"), &login)
            .await;
        vcenter.cookie = format!("vmware_soap_session={}", between(&session, "<key>", "<"));
        Some(vcenter)
    }

    pub async fn soap(&self, method: &str, (kind, id): (&str, &str), body: &str) -> String {
        let envelope = format!(
            "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><Body>\
             <{method} xmlns=\"urn:vim25\"><_this type=\"{kind}\">{id}</_this>{body}</{method}></Body></Envelope>"
        );
        let answer = self
            .client
            .post(format!("{}/sdk", self.url))
            .header("cookie", &self.cookie)
            .body(envelope)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method}: {status} {text}");
        text
    }

    /// Name → id of all objects of a type.
    pub async fn ids(&self, kind: &str) -> BTreeMap<String, String> {
        let body = format!(
            "<container type=\"Folder\">group-d1</container><type>{kind}</type><recursive>true</recursive>"
        );
        let view = self
            .soap("CreateContainerView", ("ViewManager", "ViewManager"), &body)
            .await;
        let view = between(&view, "<returnval type=\"ContainerView\">", "<");
        let body = format!(
            "<specSet><propSet><type>{kind}</type><pathSet>name</pathSet></propSet><objectSet><obj type=\"ContainerView\">{view}</obj>\
             <skip>true</skip><selectSet xsi:type=\"TraversalSpec\"><type>ContainerView</type><path>view</path><skip>false</skip>\
             </selectSet></objectSet></specSet><options></options>"
        );
        let found = self
            .soap(
                "RetrievePropertiesEx",
                ("PropertyCollector", "propertyCollector"),
                &body,
            )
            .await;
        let objects = found.split("<objects>").skip(1);
        let pair = |object: &str| {
            let id = between(object, &format!("<obj type=\"{kind}\">"), "<");
            let (_, value) = object.split_once("<val ").unwrap();
            (between(value, ">", "<"), id)
        };
        objects.map(pair).collect()
    }

    pub async fn set_field(&self, machine: &str, name: &str, value: &str) {
        let manager = ("CustomFieldsManager", "CustomFieldsManager");
        let body = format!("<name>{}</name><moType>VirtualMachine</moType>", escaped(name));
        let made = self.soap("AddCustomFieldDef", manager, &body).await;
        let key = between(&made, "<key>", "<");
        let body = format!(
            "<entity type=\"VirtualMachine\">{machine}</entity><key>{key}</key><value>{}</value>",
            escaped(value)
        );
        self.soap("SetField", manager, &body).await;
    }

    pub async fn make_template(&self, machine: &str) {
        self.soap("PowerOffVM_Task", ("VirtualMachine", machine), "")
            .await;
        self.soap("MarkAsTemplate", ("VirtualMachine", machine), "").await;
    }

    /// It is off and gone.
    pub async fn destroy(&self, machine: &str) {
        self.soap("PowerOffVM_Task", ("VirtualMachine", machine), "")
            .await;
        self.soap("Destroy_Task", ("VirtualMachine", machine), "").await;
    }

    pub async fn rest(&self, path: &str, body: Value) -> Value {
        let session = self
            .client
            .post(format!("{}/rest/com/vmware/cis/session", self.url));
        let session = session.basic_auth(USER, Some(PASSWORD)).send().await.unwrap();
        let session: Value = session.json().await.unwrap();
        let asking = self
            .client
            .post(format!("{}/rest/com/vmware{path}", self.url))
            .json(&body);
        let answer = asking
            .header("vmware-api-session-id", session["value"].as_str().unwrap())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub async fn tag(&self, machine: &str, category: &str, names: &[&str]) {
        let spec = json!({"create_spec": {"name": category, "description": "", "cardinality": "MULTIPLE", "associable_types": []}});
        let category = self.rest("/cis/tagging/category", spec).await;
        for name in names {
            let spec =
                json!({"create_spec": {"name": name, "description": "", "category_id": category["value"]}});
            let tag = self.rest("/cis/tagging/tag", spec).await;
            let path = format!(
                "/cis/tagging/tag-association/id:{}?~action=attach",
                tag["value"].as_str().unwrap()
            );
            self.rest(
                &path,
                json!({"object_id": {"id": machine, "type": "VirtualMachine"}}),
            )
            .await;
        }
    }

    pub async fn library(&self, name: &str, items: &[(&str, &str)]) {
        let (_, datastore) = self.ids("Datastore").await.pop_first().unwrap();
        let backing = json!([{"type": "DATASTORE", "datastore_id": datastore}]);
        let spec = json!({"create_spec": {"name": name, "type": "LOCAL", "description": "", "storage_backings": backing}});
        let library = self.rest("/content/local-library", spec).await;
        for (item, kind) in items {
            let spec = json!({"create_spec": {"name": item, "type": kind, "description": "", "library_id": library["value"]}});
            self.rest("/content/library/item", spec).await;
        }
    }
}

pub fn fault(kind: &str, more: &str) -> Reply {
    let body = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <soapenv:Body><soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>no</faultstring><detail><{kind}Fault \
         xmlns=\"urn:vim25\" xsi:type=\"{kind}\">{more}</{kind}Fault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    );
    Reply::say(500, "text/xml", body)
}

/// The object stands in no list, and whoever asks for it is answered so.
pub fn leave_out(asked: &Asked, (kind, id): (&str, &str), answer: &Reply) -> Reply {
    let object = format!("<obj type=\"{kind}\">{id}</obj>");
    if asked.text().contains(&object) {
        return answer.clone();
    }
    Reply::Rewrite(Arc::new(move |text: &str| {
        let mut parts = text.split("<objects>");
        let mut left = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.split_once("</objects>") {
                Some((hidden, rest)) if hidden.contains(&object) => left.push_str(rest),
                _ => left.extend(["<objects>", part]),
            }
        }
        left
    }))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;")
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap().to_owned()
}
