//! A vCenter, against the simulator of govmomi: what is read, what may not be, and every law of the suite.

mod gone;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use qlrf_connectors::grant::{AllowedNetwork, Grant, Grants};
use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::secret::Secret;
use qlrf_core::time::Duration;
use qlrf_testkit::{Asked, Authority, HttpProxy, Reply};
use serde_json::{Value, json};

use crate::recorder::Recorder;
use crate::suite::{self, Listed, Subject, Written, hostile_labels, partial};
use crate::vcenter::{PASSWORD, USER, Vcenter, fault};

fn grant() -> Grant {
    let variables = [("PASSWORD", PASSWORD), ("WRONG", "no-such-password")];
    let allowed = variables.map(|(name, _)| Allowed::parse(&format!("test=env:{name}")).unwrap());
    let variables = variables.map(|(name, text)| (name.to_owned(), Secret::new(text)));
    Grants {
        secrets: Arc::new(Secrets::new(allowed.into(), BTreeMap::from(variables), None)),
        networks: Arc::new([AllowedNetwork::parse("test=127.0.0.0/8").unwrap()]),
        ..Grants::default()
    }
    .of("test")
}

fn config(proxy: &HttpProxy) -> Value {
    json!({"server": proxy.url(), "name": "vc1", "user": USER, "password": "env:PASSWORD", "requests_per_second": 100})
}

fn build(config: Value) -> Box<dyn Inventory> {
    (find_kind("vsphere").unwrap().build)(config, grant()).unwrap()
}

async fn collect(config: Value) -> Recorder {
    let mut seen = Recorder::default();
    build(config).collect(&mut seen).await.unwrap();
    assert!(
        seen.complaints.is_empty() && seen.open.is_empty(),
        "{:?}",
        seen.complaints
    );
    seen
}

async fn proxy(vcenter: &Vcenter) -> HttpProxy {
    HttpProxy::start(&vcenter.url, vcenter.client.clone())
        .await
        .unwrap()
}

fn expect(document: &Value, expected: &[(&str, Value)]) {
    for (pointer, value) in expected {
        assert_eq!(document.pointer(pointer), Some(value), "{pointer}: {document}");
    }
}

fn documents(seen: &Recorder) -> BTreeMap<String, Value> {
    let documents = seen.facts.values().chain(seen.resources.values());
    let documents = documents.map(|(_, text)| serde_json::from_str::<Value>(text).unwrap());
    documents
        .map(|document| (document["name"].as_str().unwrap().to_owned(), document))
        .collect()
}

#[tokio::test]
async fn a_vcenter_is_read_by_a_read_only_account() {
    let Some(vcenter) = Vcenter::start("a_vcenter_is_read_by_a_read_only_account").await else {
        return;
    };
    let machines = vcenter.ids("VirtualMachine").await;
    let (tagged, golden) = (&machines["DC0_H0_VM0"], &machines["DC1_H0_VM1"]);
    vcenter.set_field(tagged, "owner", "team-a").await;
    vcenter.set_field(tagged, "env", "from the attribute").await;
    vcenter.tag(tagged, "env", &["prod", "pci"]).await;
    vcenter.make_template(golden).await;
    vcenter
        .library("golden", &[("debian-12", "ovf"), ("debian-12.iso", "iso")])
        .await;
    let proxy = proxy(&vcenter).await;
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = asked.clone();
    proxy.rule(move |request| {
        noted.lock().unwrap().push(request.text());
        Reply::Forward
    });
    let seen = collect(config(&proxy)).await;
    assert_eq!(partial(&seen), []);
    assert_eq!((seen.facts.len(), seen.closed.len()), (7, 9));
    let found = documents(&seen);
    machines_have_labels_and_places(&found);
    the_rest_are_resources(&found);
    assert!(!found.contains_key("debian-12.iso"));
    let asked = asked.lock().unwrap().join("\n");
    assert!(asked.contains("<Logout"), "the session was left open");
    assert_eq!(
        asked.matches(&format!(">{PASSWORD}<")).count(),
        1,
        "the password goes where it must, once"
    );
    what_is_missing_is_named(&proxy).await;
}

fn machines_have_labels_and_places(found: &BTreeMap<String, Value>) {
    let machine = &found["DC0_H0_VM0"];
    expect(
        machine,
        &[
            ("/kind", json!("virtual_machine")),
            ("/platform", json!("vsphere")),
            ("/account", json!("vc1")),
            ("/region", json!("DC0")),
            ("/state", json!("running")),
            ("/labels/owner", json!("team-a")),
            ("/labels/env", json!("pci, prod")),
            ("/labels/ql-rf.io~1folder", json!("/DC0/vm")),
            ("/labels/ql-rf.io~1network", json!("DC0_DVPG0")),
            ("/relations/0/relation", json!("runs_on")),
        ],
    );
    let host = found["DC0_H0"]["native_id"].clone();
    expect(machine, &[("/relations/0/to", host)]);
    let uuid = machine["identities"]["product_uuid"].as_str().unwrap();
    expect(
        machine,
        &[("/identities/instance_id", json!(format!("vsphere:{uuid}")))],
    );
}

fn the_rest_are_resources(found: &BTreeMap<String, Value>) {
    expect(
        &found["DC1_H0_VM1"],
        &[("/kind", json!("machine_image")), ("/region", json!("DC1"))],
    );
    expect(
        &found["debian-12"],
        &[
            ("/kind", json!("machine_image")),
            ("/labels/ql-rf.io~1library", json!("golden")),
        ],
    );
    let cluster = found["DC0_C0"]["native_id"].clone();
    expect(&found["DC0_C0"], &[("/kind", json!("cluster"))]);
    expect(
        &found["DC0_C0_H0"],
        &[
            ("/kind", json!("hypervisor")),
            ("/facts/product", json!("VMware ESXi")),
            ("/facts/version", json!("6.5.0")),
            ("/relations/0", json!({"relation": "member_of", "to": cluster})),
        ],
    );
    expect(&found["DC0_H0"], &[("/kind", json!("hypervisor"))]);
    assert!(found["DC0_H0"].get("relations").is_none(), "it stands alone");
}

async fn what_is_missing_is_named(proxy: &HttpProxy) {
    proxy.forward_all();
    let check = build(config(proxy)).check().await.unwrap();
    assert!(
        check.ok && check.findings[0].contains("VMware vCenter Server"),
        "{check:?}"
    );
    let mut wrong = config(proxy);
    wrong["password"] = json!("env:WRONG");
    let error = build(wrong).check().await.unwrap_err().to_string();
    assert_eq!(error, "the vCenter does not take the user and the password");
    // Of one machine something is hidden: the others are reported, and nothing is called complete.
    let whole = collect(config(proxy)).await;
    proxy.rule(
        |request| match request.text().contains("<type>VirtualMachine</type><pathSet>") {
            true => Reply::say(200, "text/xml", HIDDEN),
            false => Reply::Forward,
        },
    );
    let seen = collect(config(proxy)).await;
    let said: Vec<String> = partial(&seen)
        .into_iter()
        .map(|(_, code, detail)| format!("{code}: {detail}"))
        .collect();
    let hidden =
        "permission_missing: the account lacks the privilege System.Read, which config.uuid of vm-1 needs";
    assert_eq!(said, [hidden; 4]);
    assert_eq!(
        seen.resources.len(),
        whole.resources.len() - 1,
        "the template was hidden"
    );
    // Tags that cannot be read must not look like machines without tags.
    proxy.rule(|request| match request.target.contains("tag-association") {
        true => Reply::say(403, "application/json", "{}"),
        false => Reply::Forward,
    });
    let seen = collect(config(proxy)).await;
    assert!(seen.facts.is_empty(), "{:?}", seen.facts);
    assert!(
        partial(&seen)
            .iter()
            .all(|(_, code, _)| code == "permission_missing")
    );
    let mut without = config(proxy);
    without["tags_and_libraries"] = json!(false);
    assert_eq!(partial(&collect(without).await), []);
}

const HIDDEN: &str = "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
    <Body><RetrievePropertiesExResponse xmlns=\"urn:vim25\"><returnval><objects><obj type=\"VirtualMachine\">vm-1</obj>\
    <propSet><name>name</name><val xsi:type=\"xsd:string\">half</val></propSet><missingSet><path>config.uuid</path><fault>\
    <fault xsi:type=\"NoPermission\"><object type=\"VirtualMachine\">vm-1</object><privilegeId>System.Read</privilegeId></fault>\
    <localizedMessage></localizedMessage></fault></missingSet></objects></returnval></RetrievePropertiesExResponse></Body></Envelope>";

fn is_rest(asked: &Asked) -> bool {
    asked.target.starts_with("/rest/")
}

fn lists_machines(asked: &Asked) -> bool {
    let text = asked.text();
    text.contains("<type>VirtualMachine</type><pathSet>") || text.contains("<ContinueRetrievePropertiesEx")
}

fn forbidden(asked: &Asked) -> Reply {
    if asked.method == "DELETE" || asked.text().contains("<Logout") {
        return Reply::Forward;
    }
    match is_rest(asked) {
        true => Reply::say(403, "application/json", "{}"),
        false => fault("NoPermission", "<privilegeId>System.Read</privilegeId>"),
    }
}

fn expired(asked: &Asked) -> Reply {
    match is_rest(asked) {
        true => Reply::say(401, "application/json", "{}"),
        false => fault("NotAuthenticated", ""),
    }
}

fn small_page(asked: &mut Asked) {
    let text = asked
        .text()
        .replace("<maxObjects>200</maxObjects>", "<maxObjects>2</maxObjects>");
    asked.body = text.into_bytes();
}

async fn subject(vcenter: &Vcenter) -> Subject {
    let proxy = proxy(vcenter).await;
    let ids = vcenter.ids("VirtualMachine").await;
    let mut machines: BTreeMap<String, BTreeMap<String, String>> =
        ids.keys().map(|name| (name.clone(), BTreeMap::new())).collect();
    for (key, value) in hostile_labels() {
        vcenter.set_field(&ids["DC0_H0_VM0"], &key, &value).await;
    }
    machines.insert("DC0_H0_VM0".to_owned(), hostile_labels());
    vcenter.tag(&ids["DC0_H0_VM1"], "<b>tier</b>", &["a & b"]).await;
    machines.insert(
        "DC0_H0_VM1".to_owned(),
        [("<b>tier</b>".to_owned(), "a & b".to_owned())].into(),
    );
    let centers = vcenter.ids("Datacenter").await;
    assert_eq!(centers.keys().collect::<Vec<_>>(), ["DC0", "DC1"]);
    Subject {
        kind: "vsphere",
        config: config(&proxy),
        grant: grant(),
        proxy,
        listed: Listed::Machines,
        machines,
        lists_machines,
        of_the_failing: |asked| {
            asked
                .text()
                .contains("<type>HostSystem</type><type>ClusterComputeResource</type>")
        },
        is_failing: |scope| scope.kind == "hypervisor" || scope.kind == "cluster",
        small_page,
        slower: |_| Reply::say(503, "text/plain", ""),
        forbidden,
        expired,
        untimely: None,
        written: Some(Written::Xml),
        renamed: "DC0_H0_VM1",
        permission: "System.Read",
    }
}

#[tokio::test]
async fn a_vcenter_holds_every_law_of_the_suite() {
    let Some(vcenter) = Vcenter::start("a_vcenter_holds_every_law_of_the_suite").await else {
        return;
    };
    let subject = subject(&vcenter).await;
    suite::hold_all(&subject).await;
    a_session_that_ends_is_begun_anew(&subject).await;
}

/// In the middle of a list: what was reported is not reported again, and nothing is lost.
async fn a_session_that_ends_is_begun_anew(subject: &Subject) {
    let whole = subject.whole().await;
    let mut ended = false;
    subject.proxy.rule(move |asked| {
        small_page(asked);
        match asked.text().contains("<ContinueRetrievePropertiesEx") && !std::mem::replace(&mut ended, true) {
            true => fault("NotAuthenticated", ""),
            false => Reply::Forward,
        }
    });
    let seen = subject.collect().await;
    assert_eq!(partial(&seen), []);
    assert_eq!((seen.facts, seen.resources), (whole.facts, whole.resources));
}

#[tokio::test]
async fn a_vcenter_is_known_by_the_authority_of_its_certificate() {
    let (own, other) = (Authority::new(), Authority::new());
    let issued = own.issue(Duration::hours(-1));
    let test = "a_vcenter_is_known_by_the_authority_of_its_certificate";
    let Some(vcenter) = Vcenter::showing(test, &issued).await else {
        return;
    };
    let trusting = |pem: Option<&str>| json!({"server": vcenter.url, "name": "vc1", "user": USER, "password": "env:PASSWORD", "certificate_authority": pem});
    let seen = collect(trusting(Some(&own.pem))).await;
    assert_eq!((partial(&seen), seen.facts.len()), (vec![], 8));
    for config in [trusting(Some(&other.pem)), trusting(None)] {
        let refused = build(config).check().await.unwrap_err().to_string();
        assert!(
            refused.contains("shows a certificate that is not trusted"),
            "{refused}"
        );
    }
}

#[test]
fn a_configuration_is_refused_by_what_is_wrong_with_it() {
    let base = json!({"server": "https://127.0.0.1:1", "user": USER, "password": "env:PASSWORD"});
    for (more, said) in [
        (json!({"server": "https://u:p@10.0.0.1"}), "https://HOST"),
        (json!({"server": "https://10.0.0.1/sdk"}), "https://HOST"),
        (json!({"server": "https://169.254.169.254"}), "169.254.169.254"),
        (json!({"server": "http://10.0.0.1"}), "https"),
        (json!({"password": "env:OTHER"}), "not allowed"),
        (json!({"user": ""}), "user"),
        (json!({"insecure": true}), "insecure"),
        (json!({"requests_per_second": 0}), "requests_per_second"),
    ] {
        let mut config = base.clone();
        config
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let built = (find_kind("vsphere").unwrap().build)(config, grant());
        let error = built.err().expect("it is refused").to_string();
        assert!(error.contains(said), "{more}: {error}");
    }
}
