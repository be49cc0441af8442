//! AWS accounts, against moto: what is read, and everything that goes wrong.

mod furnish;
mod identity;
mod site;

use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_testkit::{Asked, HttpProxy, MOTO_ACCOUNT, Moto, Reply, element};
use serde_json::{Value, json};

use crate::recorder::Recorder;
use crate::suite;
use furnish::{HERE, furnish};
use site::{SECRET, asks, config, is_json, says, subject};
pub use site::{Site, grant};

fn build(config: Value) -> Box<dyn Inventory> {
    (find_kind("aws").unwrap().build)(config, grant()).unwrap()
}

async fn collect(config: Value) -> Recorder {
    suite::collect(&*build(config)).await
}

fn with(mut config: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    config.as_object_mut().unwrap().extend(more);
    config
}

#[tokio::test]
async fn every_law_of_connectors_holds_for_aws() {
    if let Some(site) = Site::start("every_law_of_connectors_holds_for_aws").await {
        suite::hold_all(&subject(&site).await).await;
    }
}

#[tokio::test]
async fn what_an_account_holds_is_read() {
    let Some(moto) = Moto::start("what_an_account_holds_is_read").await else {
        return;
    };
    let image = furnish(&moto).await;
    let seen = collect(with(config(&moto.url), json!({"regions": [HERE]}))).await;
    let (open, grouped) = (seen.machine("open"), seen.machine("grouped"));
    let id = open["native_id"].as_str().unwrap();
    for (pointer, expected) in [
        ("/exposure", json!("internet")),
        ("/state", json!("running")),
        ("/account", json!(MOTO_ACCOUNT)),
        ("/region", json!(HERE)),
        ("/image_ref", json!(image)),
        ("/identities/instance_id", json!(format!("aws:{id}"))),
        ("/os/id", json!("debian")),
        ("/os/version", json!("12")),
        ("/confidence", json!("reported")),
        ("/relations", json!([{"relation": "started_from", "to": image}])),
        ("/labels/ql-rf.io~1aws-instance-type", json!("t3.micro")),
        ("/labels/ql-rf.io~1aws-ssm-agent", json!("3.3.1957.0")),
        (
            "/labels/ql-rf.io~1aws-patch-baseline",
            json!("pb-0123456789abcdef0"),
        ),
        ("/labels/ql-rf.io~1aws-patch-failed", json!("0")),
    ] {
        assert_eq!(open.pointer(pointer), Some(&expected), "{pointer}: {open}");
    }
    let subnet = open["labels"]["ql-rf.io/aws-subnet"].as_str().unwrap_or_default();
    assert!(subnet.starts_with("subnet-"), "{open}");
    assert!(open["launched_at"].is_string());
    let stopped = seen.machine("stopped");
    assert_eq!(
        (&stopped["state"], &stopped["exposure"]),
        (&json!("stopped"), &json!("internal"))
    );
    assert_eq!(
        stopped["confidence"],
        Value::Null,
        "nothing is known of its software"
    );
    assert_eq!(seen.facts.len(), 3, "{:?}", seen.facts.keys());
    let group = format!("arn:aws:autoscaling:{HERE}:{MOTO_ACCOUNT}:autoScalingGroupName/web");
    assert_eq!(
        grouped["relations"][0],
        json!({"relation": "member_of", "to": group})
    );
    let found = seen.resource("scaling_group", "web");
    assert_eq!(
        (&found["native_id"], &found["facts"]["max"]),
        (&json!(group), &json!(3))
    );
    templates_and_tags_are_told(&seen, &image);
    let certificate = seen.resource("certificate", "www.example.org");
    assert_eq!(
        certificate["facts"]["dns_names"],
        json!(["www.example.org"]),
        "{certificate}"
    );
    assert_eq!(
        seen.resource("machine_image", "golden-1")["native_id"],
        json!(image)
    );
    let attached = json!([{"relation": "attached_to", "to": id}]);
    let to_open = |kind| {
        seen.resources.iter().any(|((of, _), (_, document))| {
            *of == kind && serde_json::from_str::<Value>(document).unwrap()["relations"] == attached
        })
    };
    assert!(to_open("volume") && to_open("public_address"));
}

fn templates_and_tags_are_told(seen: &Recorder, image: &str) {
    for group in ["templated", "mixed"] {
        let found = seen.resource("scaling_group", group);
        assert_eq!(found["facts"]["image_ref"], json!(image), "{found}");
    }
    let certificate = seen.resource("certificate", "www.example.org");
    assert_eq!(certificate["labels"], json!({"owner": "<b>team-a</b>"}));
}

/// An image that one account shares is told once, by the account that made it, or by the region when that is not collected.
#[tokio::test]
async fn accounts_are_entered_by_role_and_shared_images_told_once() {
    let Some(mut moto) = Moto::start("accounts_are_entered_by_role_and_shared_images_told_once").await else {
        return;
    };
    let image = moto.register_image(HERE, "golden-1").await;
    let role = |account: &str| format!("arn:aws:iam::{account}:role/ql-rf");
    let accounts = ["222222222222", "333333333333"];
    for account in accounts {
        moto.ec2(
            HERE,
            &[
                ("Action", "ModifyImageAttribute"),
                ("ImageId", &image),
                ("Attribute", "launchPermission"),
                ("OperationType", "add"),
                ("UserId.1", account),
            ],
        )
        .await;
    }
    let own = moto.key.clone();
    for account in accounts {
        moto.key.clone_from(&own);
        let form = [
            ("Action", "AssumeRole"),
            ("RoleArn", &*role(account)),
            ("RoleSessionName", "seed"),
        ];
        let answer = moto.query("sts", HERE, "2011-06-15", &form).await;
        moto.key = element(&answer, "AccessKeyId");
        moto.run_instance(HERE, &image, [("Name", account)]).await;
    }
    let entry = |account: &str| json!({"account": account, "role_arn": role(account), "external_id": "e"});
    let two = with(
        config(&moto.url),
        json!({"regions": [HERE], "accounts": accounts.map(entry)}),
    );
    let seen = collect(two.clone()).await;
    assert_eq!(suite::partial(&seen), []);
    for account in accounts {
        assert_eq!(seen.machine(account)["account"], account);
    }
    let scope_of = |seen: &Recorder| {
        let held = seen
            .held
            .iter()
            .find(|(_, held)| held.contains(&("machine_image".into(), image.clone())));
        held.map(|(scope, _)| scope.account.clone())
    };
    assert_eq!(scope_of(&seen).as_deref(), Some("-"));
    let mut three = two.clone();
    three["accounts"]
        .as_array_mut()
        .unwrap()
        .push(json!({"account": MOTO_ACCOUNT}));
    assert_eq!(scope_of(&collect(three).await).as_deref(), Some(MOTO_ACCOUNT));
    // A credential of another account is not taken for this one; the others go on.
    let wrong = with(
        two,
        json!({"accounts": [{"account": "444444444444"}, entry(accounts[0])]}),
    );
    let seen = collect(wrong.clone()).await;
    let failed = suite::partial(&seen);
    assert!(
        failed
            .iter()
            .any(|(scope, code, _)| scope.account == "444444444444" && code == "credential_refused"),
        "{failed:?}"
    );
    assert_eq!(seen.facts.len(), 1);
    assert!(!build(wrong).check().await.unwrap().ok);
}

/// A session that ended before its time is begun anew, and nothing is lost.
#[tokio::test]
async fn an_expired_session_is_renewed() {
    let Some(site) = Site::start("an_expired_session_is_renewed").await else {
        return;
    };
    let whole = collect(site.config()).await;
    let proxy = site.proxy().await;
    let mut asked_before = 0;
    proxy.rule(move |asked| {
        asked_before += u32::from(asks(asked, "DescribeVolumes"));
        match asked_before == 1 && asks(asked, "DescribeVolumes") {
            true => says(asked, 400, "RequestExpired"),
            false => Reply::Forward,
        }
    });
    let seen = collect(config(proxy.url())).await;
    assert_eq!(
        (suite::partial(&seen), seen.facts, seen.resources),
        (vec![], whole.facts, whole.resources)
    );
}

#[tokio::test]
async fn templates_and_tags_that_are_refused_are_unknown_and_named() {
    let Some(moto) = Moto::start("templates_and_tags_that_are_refused_are_unknown_and_named").await else {
        return;
    };
    furnish(&moto).await;
    let proxy = HttpProxy::start(&moto.url, reqwest::Client::new()).await.unwrap();
    let config = with(config(proxy.url()), json!({"regions": [HERE]}));
    let is_detail = |asked: &Asked| {
        asks(asked, "DescribeLaunchTemplateVersions") || asks(asked, "ListTagsForCertificate")
    };
    proxy.rule(move |asked| match is_detail(asked) {
        true if is_json(asked) => says(asked, 400, "AccessDeniedException"),
        true => says(asked, 403, "UnauthorizedOperation"),
        false => Reply::Forward,
    });
    let check = build(config.clone()).check().await.unwrap();
    let said = check.findings.join("\n");
    let seen = collect(config.clone()).await;
    let failed = suite::partial(&seen);
    let kinds: Vec<(&str, &str)> = failed
        .iter()
        .map(|(scope, code, _)| (&*scope.kind, &**code))
        .collect();
    assert_eq!(
        kinds,
        [
            ("certificate_tag", "permission_missing"),
            ("launch_template", "permission_missing")
        ]
    );
    for action in ["ec2:DescribeLaunchTemplateVersions", "acm:ListTagsForCertificate"] {
        assert!(!check.ok && said.contains(action), "{said}");
        assert!(
            failed.iter().any(|(_, _, detail)| detail.contains(action)),
            "{failed:?}"
        );
    }
    let group = seen.resource("scaling_group", "templated");
    assert_eq!(group["facts"]["image_ref"], Value::Null);
    assert_eq!(
        seen.resource("certificate", "www.example.org")["labels"],
        json!({})
    );
    // Lost just now: what was known of them must not be written over with less.
    proxy.rule(move |asked| match is_detail(asked) {
        true => says(asked, 400, "InternalFailure"),
        false => Reply::Forward,
    });
    let failed = suite::partial(&collect(config).await);
    let kinds: Vec<&str> = failed.iter().map(|(scope, _, _)| &*scope.kind).collect();
    assert_eq!(
        kinds,
        [
            "certificate",
            "certificate_tag",
            "launch_template",
            "scaling_group"
        ]
    );
}

/// Services that speak JSON leave nothing out: an answer without its list is none, and least of all an empty one.
#[tokio::test]
async fn an_object_without_its_list_is_no_empty_list() {
    let Some(moto) = Moto::start("an_object_without_its_list_is_no_empty_list").await else {
        return;
    };
    furnish(&moto).await;
    let proxy = HttpProxy::start(&moto.url, reqwest::Client::new()).await.unwrap();
    let config = with(config(proxy.url()), json!({"regions": [HERE]}));
    assert_eq!(suite::partial(&collect(config.clone()).await), []);
    for (action, kind) in [
        ("ListCertificates", "certificate"),
        ("DescribeInstanceInformation", "managed_instance"),
        ("DescribeInstancePatchStates", "managed_instance"),
    ] {
        proxy.rule(move |asked| match asks(asked, action) {
            true => Reply::say(200, "application/x-amz-json-1.1", "{}"),
            false => Reply::Forward,
        });
        let failed = suite::partial(&collect(config.clone()).await);
        let told = failed
            .iter()
            .any(|(scope, code, _)| scope.kind == kind && code == "answer_unreadable");
        assert!(told, "{action}: {failed:?}");
    }
}

/// What may not be read is unknown. What could not be read this time must not replace what is known.
#[tokio::test]
async fn details_that_are_refused_are_unknown_and_those_that_are_lost_hold_machines_back() {
    let Some(site) = Site::start("details_that_are_refused_are_unknown").await else {
        return;
    };
    let proxy = site.proxy().await;
    let is_detail =
        |asked: &Asked| asks(asked, "DescribeSecurityGroups") || asks(asked, "DescribeInstanceInformation");
    proxy.rule(move |asked| match is_detail(asked) {
        true => says(
            asked,
            403,
            if is_json(asked) {
                "AccessDeniedException"
            } else {
                "UnauthorizedOperation"
            },
        ),
        false => Reply::Forward,
    });
    let seen = collect(config(proxy.url())).await;
    let failed = suite::partial(&seen);
    let kinds: Vec<&str> = failed.iter().map(|(scope, _, _)| &*scope.kind).collect();
    assert_eq!(
        kinds,
        [
            "managed_instance",
            "security_group",
            "managed_instance",
            "security_group"
        ]
    );
    assert!(
        failed
            .iter()
            .all(|(_, code, detail)| code == "permission_missing" && !detail.contains(SECRET)),
        "{failed:?}"
    );
    let one = seen.machine("<i>eu-west-1</i> 2");
    assert_eq!((&one["exposure"], &one["os"]), (&json!("unknown"), &Value::Null));

    proxy.rule(move |asked| match is_detail(asked) {
        true => says(asked, 400, "InternalFailure"),
        false => Reply::Forward,
    });
    let seen = collect(config(proxy.url())).await;
    assert!(seen.facts.is_empty(), "{:?}", seen.facts.keys());
    let failed = suite::partial(&seen);
    assert!(
        failed
            .iter()
            .any(|(scope, code, _)| scope.kind == "virtual_machine" && code == "provider_refused"),
        "{failed:?}"
    );
    assert!(!seen.resources.is_empty(), "what needs no details is listed");
}
