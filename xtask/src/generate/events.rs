//! `contracts/events/*.schema.json`: one JSON Schema for each event type.
//!
//! Attributes follow CloudEvents 1.0.2, <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>.

use anyhow::Result;
use qlrf_core::event::EventType;
use serde_json::{Value, json};

use super::Files;
use crate::repo::Repo;

pub fn generate(_: &Repo) -> Result<Files> {
    let mut files = Files::new();
    for event in EventType::ALL {
        let text = format!("{:#}\n", schema(*event));
        files.insert(format!("contracts/events/{}.schema.json", event.name()), text);
    }
    Ok(files)
}

fn schema(event: EventType) -> Value {
    let data = data(event);
    let event = event.name();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event,
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "orgid", "data"],
        "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "minLength": 1 },
            "source": { "type": "string", "format": "uri-reference", "minLength": 1 },
            "type": { "const": event },
            "subject": { "type": "string", "minLength": 1 },
            "time": { "type": "string", "format": "date-time" },
            "datacontenttype": { "const": "application/json" },
            "orgid": { "type": "string", "format": "uuid" },
            "correlationid": { "type": "string" },
            "data": data
        }
    })
}

/// What the event carries, where it is promised.
fn data(event: EventType) -> Value {
    let (count, cause) = (
        json!({ "type": "integer", "minimum": 0 }),
        json!({ "enum": ["feed", "inventory"] }),
    );
    let severities = ["critical", "high", "medium", "low", "none"];
    match event {
        EventType::CveDiscovered => json!({
            "type": "object",
            "required": ["advisory_id", "cves", "summary", "severity", "kev", "assets", "simulated_assets", "cause"],
            "properties": {
                "advisory_id": { "type": "string" },
                "cves": { "type": "array", "items": { "type": "string" } },
                "summary": { "type": "string" },
                "severity": { "description": "The worst here; null is not rated", "enum": [severities[0], severities[1], severities[2], severities[3], severities[4], null] },
                "kev": { "description": "Known to be exploited; null without a catalogue", "type": ["boolean", "null"] },
                "assets": count, "simulated_assets": count, "cause": cause,
                "snapshot_id": { "description": "Of the feed, when it is the cause", "type": "string", "format": "uuid" }
            }
        }),
        EventType::CveDiscoveredSummary => json!({
            "type": "object",
            "required": ["advisories", "told_one_by_one", "by_severity", "kev", "cause"],
            "properties": {
                "advisories": count, "told_one_by_one": count, "kev": count, "cause": cause,
                "by_severity": { "type": "object", "additionalProperties": count },
                "snapshot_id": { "type": "string", "format": "uuid" }
            }
        }),
        EventType::AssetMerged => json!({
            "type": "object",
            "required": ["asset_id", "merged_id", "proof", "simulated"],
            "properties": {
                "asset_id": { "description": "The asset from now on", "type": "string", "format": "uuid" },
                "merged_id": { "description": "What is part of it from now on", "type": "string", "format": "uuid" },
                "connector_id": { "description": "That sees what is merged", "type": ["string", "null"], "format": "uuid" },
                "proof": { "description": "The identities by which it is the same machine", "type": "array", "items": identity() },
                "simulated": { "type": "boolean" }
            }
        }),
        EventType::AssetSplit => json!({
            "type": "object",
            "required": ["asset_id", "from_id", "by_person", "reason", "simulated"],
            "properties": {
                "asset_id": { "description": "The asset that stands for itself from now on", "type": "string", "format": "uuid" },
                "from_id": { "description": "The asset that it was part of", "type": "string", "format": "uuid" },
                "by_person": { "description": "Otherwise its identities say so", "type": "boolean" },
                "reason": { "description": "The person's; null for what came of it besides", "type": ["string", "null"] },
                "simulated": { "type": "boolean" }
            }
        }),
        EventType::SiteChanged => part(&["declared", "edited", "deleted", "paired", "unpaired"]),
        EventType::EnvironmentChanged | EventType::ProjectChanged => part(&["declared", "edited", "deleted"]),
        EventType::PlanCreated => plan(),
        EventType::InventoryFailed => json!({
            "type": "object",
            "required": ["connector_id", "sync_id", "outcome", "code", "cancelled_by"],
            "properties": {
                "connector_id": { "type": "string", "format": "uuid" },
                "sync_id": { "type": "string", "format": "uuid" },
                "outcome": { "enum": ["failed", "cancelled"] },
                "code": { "description": "Stable: why", "type": ["string", "null"] },
                "cancelled_by": { "description": "Who asked to stop it", "type": ["string", "null"] }
            }
        }),
        EventType::PolicyChanged => policy(),
        _ => json!({ "type": "object" }),
    }
}

fn part(changes: &[&str]) -> Value {
    let mut data = json!({
        "type": "object",
        "required": ["id", "name", "name_before", "change"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "name": { "description": "The word that its assets carry", "type": "string" },
            "name_before": { "description": "When it has another name now; no asset's word changes with it", "type": ["string", "null"] },
            "change": { "enum": changes }
        }
    });
    if changes.contains(&"paired") {
        data["properties"]["partner"] =
            json!({ "description": "The other site, where a pair began or ended", "type": "string" });
        data["properties"]["role"] =
            json!({ "description": "Of this site in the pair", "enum": ["primary", "secondary"] });
    }
    data
}

fn plan() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "required": ["plan_id", "kind", "title", "author", "digest", "parent_id", "targets", "simulated_targets", "risk"],
        "properties": {
            "plan_id": { "type": "string", "format": "uuid" },
            "kind": { "enum": ["exec"] },
            "title": { "type": "string" },
            "author": { "type": "string" },
            "digest": { "description": "SHA-256 of its canonical JSON", "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "parent_id": { "description": "The plan that it takes the place of", "type": ["string", "null"], "format": "uuid" },
            "targets": count, "simulated_targets": count,
            "risk": { "enum": ["low", "medium", "high", "critical"] }
        }
    })
}

fn policy() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "required": ["version", "digest", "author", "modules", "freezes"],
        "properties": {
            "version": { "type": "integer", "minimum": 1 },
            "digest": { "description": "Of its modules; null without any", "type": ["string", "null"], "pattern": "^[0-9a-f]{64}$" },
            "author": { "type": "string" },
            "modules": count, "freezes": count
        }
    })
}

fn identity() -> Value {
    json!({
        "type": "object",
        "required": ["kind", "value"],
        "properties": { "kind": { "enum": ["instance_id", "instance_number", "product_uuid", "machine_id"] }, "value": { "type": "string" } }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_its_own_schema() {
        let files = generate(&Repo::here()).unwrap();
        assert_eq!(files.len(), EventType::ALL.len());
        let schema: Value =
            serde_json::from_str(&files["contracts/events/asset.removed.schema.json"]).unwrap();
        assert_eq!(schema["properties"]["type"]["const"], "asset.removed");
    }
}
