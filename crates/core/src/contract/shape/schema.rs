//! A shape as JSON Schema.

use serde_json::{Value as Json, json};

use super::{Object, Pattern, Shape, TEXT_CHARS_MAX};

/// JSON Schema 2020-12 of a document of this shape.
pub fn json_schema(shape: &Shape, id: &str, title: &str) -> Json {
    let mut schema = schema_of(shape);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(id);
    schema["title"] = json!(title);
    schema
}

fn schema_of(shape: &Shape) -> Json {
    match shape {
        Shape::Text(pattern) => {
            json!({"type": "string", "maxLength": TEXT_CHARS_MAX, "pattern": pattern.regex()})
        }
        Shape::Version => {
            json!({"type": ["string", "number"], "maxLength": TEXT_CHARS_MAX, "pattern": Pattern::Line.regex()})
        }
        Shape::Setting => json!({"type": ["string", "number", "boolean"], "maxLength": TEXT_CHARS_MAX}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Shape::Choice(words) => json!({"type": "string", "enum": words}),
        Shape::Time => json!({"type": "string", "format": "date-time"}),
        Shape::List { of, max } => json!({"type": "array", "maxItems": max, "items": schema_of(of)}),
        Shape::Map { keys, of, max } => json!({
            "type": "object", "maxProperties": max, "propertyNames": {"pattern": keys.regex()},
            "additionalProperties": schema_of(of),
        }),
        Shape::Object(object) => object_schema(object),
        Shape::Either(alternatives) => {
            json!({"anyOf": alternatives.iter().map(schema_of).collect::<Vec<_>>()})
        }
        Shape::Any => json!({}),
    }
}

fn object_schema(object: &Object) -> Json {
    let mut properties = serde_json::Map::new();
    for field in object.fields {
        let mut schema = schema_of(&field.shape);
        schema["description"] = json!(field.about);
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<_> = object
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|f| f.name)
        .collect();
    json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": object.open,
    })
}
