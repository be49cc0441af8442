//! CSV (RFC 4180) that a spreadsheet can open without running anything.

use serde_json::Value;

/// A column's name, and where its value stands in the record's JSON.
pub type Column = (&'static str, &'static str);

pub fn header(columns: &[Column], out: &mut String) {
    line(columns.iter().map(|(name, _)| (*name).to_owned()), out);
}

pub fn record(columns: &[Column], record: &Value, out: &mut String) {
    line(
        columns.iter().map(|(_, pointer)| cell(record.pointer(pointer))),
        out,
    );
}

fn line(cells: impl Iterator<Item = String>, out: &mut String) {
    for (n, cell) in cells.enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push_str("\r\n");
}

/// What is not known is an empty cell. Lists have blanks between their items.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => quoted(text),
        Some(Value::Array(items)) => {
            let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            quoted(&words.join(" "))
        }
        Some(plain) => plain.to_string(),
    }
}

/// Names come from outside. One that a spreadsheet would take for a formula is marked as text with an apostrophe
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn quoted(text: &str) -> String {
    const STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
    // Where the list separator is a semicolon or a tab, a spreadsheet starts a cell behind each of them.
    let is_formula = text.starts_with(['\t', '\r', '\n'])
        || text
            .split([';', '\t'])
            .any(|part| part.trim_start().starts_with(STARTS));
    let mark = if is_formula { "'" } else { "" };
    if is_formula || text.contains([',', ';', '"', '\r', '\n']) {
        let text = if is_formula {
            text.replace([';', '\t'], " ")
        } else {
            text.to_owned()
        };
        return format!("\"{mark}{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula_survives() {
        const COLUMNS: &[Column] = &[
            ("name", "/name"),
            ("score", "/urgency/score"),
            ("tags", "/tags"),
            ("owner", "/owner"),
        ];
        let mut out = String::new();
        header(COLUMNS, &mut out);
        let row =
            json!({"name": "a, \"b\"\nc", "urgency": {"score": -1.5}, "tags": ["x", "y"], "owner": null});
        record(COLUMNS, &row, &mut out);
        assert_eq!(out, "name,score,tags,owner\r\n\"a, \"\"b\"\"\nc\",-1.5,x y,\r\n");
        for text in ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\r=1", "x;=1", "x;\t=1"] {
            let cell = quoted(text);
            assert!(cell.starts_with("\"'") && !cell.contains(';'), "{text:?}");
        }
        assert_eq!(quoted("a;b"), "\"a;b\"");
        assert_eq!(quoted("web-1"), "web-1");
    }
}
