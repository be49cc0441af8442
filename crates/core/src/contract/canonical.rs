//! Canonical JSON after RFC 8785 <https://www.rfc-editor.org/rfc/rfc8785>: no spaces, keys sorted by their UTF-16 code
//! units, strings escaped as little as JSON allows.
//!
//! Whole numbers are written as they are. A number with a fraction is written as `serde_json` writes it, which differs
//! from RFC 8785 only in when an exponent is used.

use serde_json::Value;

/// The same value always gives the same bytes, whatever order its keys were inserted in.
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_spaces_dropped() {
        let value: Value =
            serde_json::from_str(r#"{"b": [1, {"z": null, "a": "\u0001é"}], "a": true}"#).unwrap();
        assert_eq!(
            to_string(&value),
            "{\"a\":true,\"b\":[1,{\"a\":\"\\u0001é\",\"z\":null}]}"
        );
    }
}
