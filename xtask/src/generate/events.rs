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
        let text = format!("{:#}\n", schema(event.name()));
        files.insert(format!("contracts/events/{}.schema.json", event.name()), text);
    }
    Ok(files)
}

fn schema(event: &str) -> Value {
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
            "data": { "type": "object" }
        }
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
