//! A shape as JSON Schema.

use serde_json::{Map, Value as Json, json};

use super::{Object, Pattern, Shape, TEXT_CHARS_MAX};

/// Shapes by name, each written once.
type Defs = Map<String, Json>;

/// JSON Schema 2020-12 of a document of this shape.
pub fn json_schema(shape: &Shape, id: &str, title: &str) -> Json {
    let mut defs = Defs::new();
    let mut schema = schema_of(shape, &mut defs);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(id);
    schema["title"] = json!(title);
    if !defs.is_empty() {
        schema["$defs"] = Json::Object(defs);
    }
    schema
}

fn schema_of(shape: &Shape, defs: &mut Defs) -> Json {
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
        Shape::List { of, max } => json!({"type": "array", "maxItems": max, "items": schema_of(of, defs)}),
        Shape::Map { keys, of, max } => json!({
            "type": "object", "maxProperties": max, "propertyNames": {"pattern": keys.regex()},
            "additionalProperties": schema_of(of, defs),
        }),
        Shape::Object(object) => object_schema(object, defs),
        Shape::Named { name, of } => {
            if !defs.contains_key(*name) {
                // Its place is taken first: on the way down the shape comes to itself again.
                defs.insert((*name).to_owned(), Json::Null);
                let schema = schema_of(of(), defs);
                defs.insert((*name).to_owned(), schema);
            }
            json!({"$ref": format!("#/$defs/{name}")})
        }
        Shape::Either(alternatives) => {
            let any: Vec<_> = alternatives.iter().map(|shape| schema_of(shape, defs)).collect();
            json!({ "anyOf": any })
        }
        Shape::Any => json!({}),
    }
}

fn object_schema(object: &Object, defs: &mut Defs) -> Json {
    let mut properties = Map::new();
    for field in object.fields {
        let mut schema = schema_of(&field.shape, defs);
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
