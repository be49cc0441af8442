//! Mapping rules at their border: a document in, what becomes of an asset out.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking; the lint knows only #[test] functions"
)]

use std::collections::BTreeMap;

use qlrf_core::asset::{Asset, AssetKind, AssetState, Criticality, FAMILY_LABEL, Platform};
use qlrf_core::contract::Problem;
use qlrf_core::mapping::Field;
use qlrf_core::resource::{Facts, Resource, Workload};
use qlrf_engines::mapping::{Mapper, json_schema, parse};

fn host(name: &str, labels: &[(&str, &str)]) -> Asset {
    Asset {
        name: name.into(),
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
        state: AssetState::Running,
        labels: labels
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect(),
        ..Asset::new("i-1", Platform::Aws, AssetKind::VirtualMachine)
    }
}

fn document(rules: &str) -> String {
    format!("apiVersion: ql-rf.io/v1\nkind: MappingRules\n{rules}")
}

fn mapper(rules: &str) -> Mapper {
    parse(document(rules).as_bytes()).unwrap().mapper
}

fn mistakes(rules: &str) -> Vec<Problem> {
    parse(document(rules).as_bytes()).unwrap_err()
}

/// Of a field: its value, and the rule that set it.
fn told(asset: &Asset, field: Field) -> (Option<&str>, Option<&str>) {
    let rule = asset.mapped_by.get(&field).map(|mapped| &mapped.rule[..]);
    (field.get(asset), rule)
}

#[test]
fn for_each_field_the_first_rule_with_a_value_decides_and_is_named() {
    let mapper = mapper(
        "rules:
  - name: tagged
    when: {platforms: [aws], labels: {Environment: '*'}}
    set: {env: '${label:Environment}', owner: '${label:Owner}'}
  - name: by name
    when: {name: {regex: '^(?<site>[a-z]+[0-9])-(prod|dev)-'}}
    set: {site: '${site}', env: '${2}', criticality: high}
  - name: rest
    set: {owner: 'team ${account}', env: lab}
",
    );
    let mut asset = host("ams1-dev-web", &[("Environment", " prod ")]);
    assert!(mapper.map(&mut asset, "aws-main"));
    assert_eq!(told(&asset, Field::Env), (Some("prod"), Some("tagged")));
    assert_eq!(told(&asset, Field::Site), (Some("ams1"), Some("by name")));
    assert_eq!(told(&asset, Field::Criticality), (Some("high"), Some("by name")));
    let owner = "a label that is missing gives no value, so the next rule decides";
    assert_eq!(
        told(&asset, Field::Owner),
        (Some("team 111122223333"), Some("rest")),
        "{owner}"
    );
    assert_eq!(told(&asset, Field::Project), (None, None));
    let mut plain = host("other", &[]);
    mapper.map(&mut plain, "aws-main");
    assert_eq!(told(&plain, Field::Env), (Some("lab"), Some("rest")));
    assert_eq!(told(&plain, Field::Site), (None, None));
}

#[test]
fn every_condition_must_hold() {
    for (condition, fits) in [
        ("platforms: [aws, gcp]", true),
        ("platforms: [gcp]", false),
        ("kinds: [host]", false),
        ("account: '1111*'", true),
        ("region: eu-*, account: '2*'", false),
        ("connector: 'aws-*'", true),
        ("connector: azure", false),
        ("site: '*'", false),
        ("labels: {a/b: 'x?'}", true),
        ("labels: {a/b: {regex: '(?i)^X.$'}}", true),
        ("labels: {a/b: x}", false),
        ("labels: {c: '*'}", false),
        ("name: {regex: eb}", true),
    ] {
        let rules = format!("rules: [{{name: r, when: {{{condition}}}, set: {{env: e}}}}]");
        let mut asset = host("web", &[("a/b", "xy")]);
        assert_eq!(mapper(&rules).map(&mut asset, "aws-main"), fits, "{condition}");
    }
}

#[test]
fn what_the_connector_said_is_kept_and_comes_back() {
    let first = mapper("rules: [{name: one, when: {env: production}, set: {env: prod, image_family: base}}]");
    let second = mapper("rules: [{name: two, when: {env: production}, set: {env: live}}]");
    let said = {
        let mut asset = host("a", &[(FAMILY_LABEL, "own")]);
        asset.env = Some("production".into());
        asset
    };
    let mut asset = said.clone();
    assert!(first.map(&mut asset, ""));
    assert_eq!(asset.mapped_by[&Field::Env].said.as_deref(), Some("production"));
    assert_eq!(told(&asset, Field::ImageFamily), (Some("base"), Some("one")));
    let once = asset.clone();
    assert!(!first.map(&mut asset, ""), "the same rules change nothing");
    assert_eq!(asset, once);
    assert!(
        second.map(&mut asset, ""),
        "seen as the connector said it, not as \"one\" left it"
    );
    assert_eq!(told(&asset, Field::Env), (Some("live"), Some("two")));
    assert_eq!(told(&asset, Field::ImageFamily), (Some("own"), None));
    assert!(Mapper::default().map(&mut asset, ""));
    assert_eq!(asset, said);
    assert_eq!(asset.fact(), said.fact());
}

#[test]
fn another_rule_with_the_same_value_is_a_change_of_proof() {
    let mut asset = host("a", &[]);
    mapper("rules: [{name: one, set: {env: prod}}]").map(&mut asset, "");
    assert!(mapper("rules: [{name: two, set: {env: prod}}]").map(&mut asset, ""));
    assert_eq!(told(&asset, Field::Env), (Some("prod"), Some("two")));
}

#[test]
fn a_value_that_cannot_be_one_is_none() {
    let mapper = mapper(
        "rules: [{name: r, set: {criticality: '${label:tier}', env: '${label:env}', site: '${label:site}'}}]",
    );
    let long = "x".repeat(257);
    let mut asset = host("a", &[("tier", "gold"), ("env", "a\nb"), ("site", &long)]);
    assert!(!mapper.map(&mut asset, ""));
    assert!(asset.mapped_by.is_empty());
    let mut fits = host("a", &[("tier", "critical"), ("env", "a b"), ("site", &long[1..])]);
    mapper.map(&mut fits, "");
    assert_eq!(
        (fits.criticality, fits.mapped_by.len()),
        (Criticality::Critical, 3)
    );
}

#[test]
fn hostile_text_costs_little() {
    let mapper = mapper(
        "rules:
  - {name: a, when: {labels: {x: {regex: '^(a+)+$'}}}, set: {env: e}}
  - {name: b, when: {labels: {x: '*a*a*a*a*a*b'}}, set: {env: e}}
",
    );
    let long = "a".repeat(64 * 1024);
    let mut asset = host("a", &[("x", &long)]);
    let begun = std::time::Instant::now();
    assert!(!mapper.map(&mut asset, ""), "longer than what is compared");
    asset.labels.insert("x".into(), "a".repeat(4095) + "!");
    assert!(!mapper.map(&mut asset, ""));
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    let huge = "rules: [{name: a, when: {name: {regex: '(\\w{100}){100}'}}, set: {env: e}}]";
    let problem = &mistakes(huge)[0];
    assert_eq!(problem.code, "bad_regex");
    assert!(problem.message.contains("262144 bytes"), "{problem}");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let found = mistakes(
        "rules:
  - name: a
    when: {name: {regex: '('}}
    set: {env: x}
  - name: a
    set: {criticality: gold, site: '${nothing}', owner: '${1}'}
  - name: b
    when: {name: {regex: a}, labels: {k/e: {regex: b}}}
    set: {}
",
    );
    let told: Vec<(usize, usize, &str, &str)> = found
        .iter()
        .map(|p| (p.at.line, p.at.column, p.code, &p.pointer[..]))
        .collect();
    assert_eq!(
        told,
        [
            (5, 18, "bad_regex", "/rules/0/when/name"),
            (7, 11, "duplicate_name", "/rules/1/name"),
            (8, 24, "value_unclear", "/rules/1/set/criticality"),
            (8, 36, "value_unclear", "/rules/1/set/site"),
            (8, 57, "value_unclear", "/rules/1/set/owner"),
            (10, 11, "several_regexes", "/rules/2/when"),
            (11, 10, "sets_nothing", "/rules/2/set"),
        ]
    );
    let shape = mistakes("rules: [{name: a, set: {enviroment: x}}]");
    assert_eq!((shape[0].code, shape[0].at.line), ("unknown_key", 3));
}

#[test]
fn an_example_that_comes_out_otherwise_is_told_with_the_difference() {
    let rules = |env: &str| {
        format!(
            "rules: [{{name: tag, when: {{labels: {{Environment: '*'}}}}, set: {{env: '${{label:Environment}}'}}}}]
examples:
  - name: a server
    given: {{platform: aws, labels: {{Environment: prod}}}}
    expect: {{env: {env}}}
    unknown: [site]
"
        )
    };
    assert!(parse(document(&rules("prod")).as_bytes()).is_ok());
    let found = mistakes(&rules("dev"));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].at.line), ("example_failed", 7));
    let wanted = "env should be \"dev\" and is \"prod\", from the rule \"tag\"";
    assert!(found[0].message.contains(wanted), "{}", found[0]);
    let known = mistakes(&rules("prod").replace("[site]", "[env]"));
    assert!(known[0].message.contains("env should be unknown"), "{}", known[0]);
}

/// What the guide shows is run: its rules are taken, and its examples hold.
#[test]
fn the_examples_of_the_guide_hold() {
    let guide = include_str!("../../../docs/mapping.md");
    let blocks: Vec<&str> = guide
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(blocks.len() >= 3, "{} blocks", blocks.len());
    for block in blocks {
        let parsed = parse(block.as_bytes()).unwrap_or_else(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}\n{block}", told.join("\n"))
        });
        assert!(!parsed.rules.examples.is_empty(), "nothing proves\n{block}");
        let schema = jsonschema::validator_for(&json_schema()).unwrap();
        let value = qlrf_core::contract::node::read(block.as_bytes())
            .unwrap()
            .to_json();
        assert!(schema.is_valid(&value), "the published schema refuses\n{block}");
    }
}

#[test]
fn a_resource_belongs_where_rules_say_by_its_labels_and_never_by_a_kind_of_asset() {
    let mapper = mapper(
        "rules:
- {name: machines, when: {kinds: [virtual_machine]}, set: {env: dev}}
- {name: families, set: {image_family: web}}
- {name: by site, when: {site: '*'}, set: {owner: somebody}}
- {name: shop, when: {labels: {ql-rf.io/namespace: shop-*}}, set: {env: prod, owner: '${label:ql-rf.io/namespace}'}}
",
    );
    let mut workload = Resource {
        native_id: "uid-1".into(),
        platform: Platform::Kubernetes,
        name: "web".into(),
        account: None,
        region: None,
        labels: BTreeMap::from([("ql-rf.io/namespace".into(), "shop-eu".into())]),
        facts: Facts::Workload(Workload::default()),
        relations: Vec::new(),
        simulated: false,
    };
    let told = |workload: &Resource| -> Vec<(Field, String, String)> {
        let found = mapper.find_of_resource(workload, "cluster").into_iter();
        found.map(|(field, by)| (field, by.value, by.rule)).collect()
    };
    let by_shop = |field, value: &str| (field, value.to_owned(), "shop".to_owned());
    assert_eq!(
        told(&workload),
        [by_shop(Field::Env, "prod"), by_shop(Field::Owner, "shop-eu")]
    );
    workload.labels.clear();
    assert_eq!(told(&workload), []);
}
