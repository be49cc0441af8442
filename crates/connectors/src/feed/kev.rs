//! CISA's catalogue of known exploited vulnerabilities, as JSON or CSV.
//! <https://www.cisa.gov/known-exploited-vulnerabilities-catalog>

use qlrf_core::advisory::{Exploited, is_cve};
use qlrf_core::time::Date;
use serde::Deserialize;
use time::macros::format_description;

use super::acquire::Raw;
use super::out::Out;
use super::recognise::keys;
use super::unpack::document;
use super::{Code, FeedError, Kind, Record};

pub(super) const KIND: Kind = Kind {
    name: "kev",
    title: "Known exploited vulnerabilities",
    summary: "CISA's catalogue of vulnerabilities that are known to be exploited",
    default_url: |_| {
        Some("https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json".to_owned())
    },
    is_whole: true,
    comes_in_parts: false,
    begins,
    read,
};

/// Fifty times the catalogue of today.
const MAX_BYTES: u64 = 64 << 20;

fn read(raw: &mut Raw, out: &mut Out) -> Result<(), FeedError> {
    let Raw::File { name, file, .. } = raw else {
        return Err(Code::WrongContent.with("it is a folder; the catalogue is one file"));
    };
    let text = document(name, file, MAX_BYTES)?;
    if is_json(&text) {
        read_json(name, &text, out)
    } else {
        read_csv(name, &text, out)
    }
}

/// Other lists of vulnerabilities have the same outside; the entries of this one are told by their first key.
fn begins(start: &[u8]) -> bool {
    if is_json(start) {
        return keys(start, Some("vulnerabilities"))
            .iter()
            .any(|key| key == "cveID");
    }
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let headers = csv::ReaderBuilder::new().from_reader(line).headers().cloned();
    headers.is_ok_and(|headers| {
        let has = |wanted: &str| {
            headers
                .iter()
                .any(|header| header.trim_start_matches('\u{feff}') == wanted)
        };
        ["cveID", "vulnerabilityName", "dateAdded"].into_iter().all(has)
    })
}

fn is_json(text: &[u8]) -> bool {
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Catalogue {
    catalog_version: Option<String>,
    count: Option<u64>,
    vulnerabilities: Vec<serde_json::Value>,
}

/// The JSON and the CSV use the same names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(rename = "cveID")]
    cve_id: String,
    vulnerability_name: String,
    date_added: String,
    due_date: Option<String>,
    known_ransomware_campaign_use: Option<String>,
}

fn read_json(name: &str, text: &[u8], out: &mut Out) -> Result<(), FeedError> {
    let catalogue: Catalogue = serde_json::from_slice(text).map_err(|e| {
        let code = if e.is_eof() {
            Code::Truncated
        } else {
            Code::WrongContent
        };
        code.with(format!("it is not the catalogue: {e}"))
    })?;
    let listed = catalogue.vulnerabilities.len() as u64;
    if let Some(count) = catalogue.count.filter(|count| *count != listed) {
        let detail = format!("it says that it has {count} entries and has {listed}");
        out.problem(name, None, "kev_count_differs", detail)?;
    }
    if let Some(version) = catalogue.catalog_version {
        out.newest(version);
    }
    for (at, value) in catalogue.vulnerabilities.into_iter().enumerate() {
        let entry = format!("vulnerabilities[{at}]");
        match serde_json::from_value(value) {
            Ok(row) => take(&entry, None, row, out)?,
            Err(e) => out.problem(&entry, None, "kev_wrong_shape", e)?,
        }
    }
    Ok(())
}

fn read_csv(name: &str, text: &[u8], out: &mut Out) -> Result<(), FeedError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let headers = reader
        .headers()
        .map_err(|e| Code::WrongContent.with(format!("it is not the catalogue: {e}")))?;
    if !headers
        .iter()
        .any(|header| header.trim_start_matches('\u{feff}') == "cveID")
    {
        return Err(Code::WrongContent.with("it is neither the catalogue's JSON nor its CSV"));
    }
    let headers: csv::StringRecord = headers.iter().map(|h| h.trim_start_matches('\u{feff}')).collect();
    reader.set_headers(headers);
    for row in reader.deserialize::<Row>() {
        match row {
            Ok(row) => {
                // This form states no version: it is at least as new as its newest entry.
                if date(&row.date_added).is_some() {
                    out.newest(row.date_added.clone());
                }
                take(name, None, row, out)?;
            }
            Err(e) => out.problem(name, e.position().map(csv::Position::line), "kev_wrong_shape", &e)?,
        }
    }
    Ok(())
}

fn take(entry: &str, line: Option<u64>, row: Row, out: &mut Out) -> Result<(), FeedError> {
    if !is_cve(&row.cve_id) {
        return out.problem(
            entry,
            line,
            "kev_bad_value",
            format!("{:?} is not a CVE id", row.cve_id),
        );
    }
    let Some(added) = date(&row.date_added) else {
        let detail = format!(
            "{} was added on {:?}, which is not a date",
            row.cve_id, row.date_added
        );
        return out.problem(entry, line, "kev_bad_value", detail);
    };
    let due = row.due_date.filter(|due| !due.is_empty());
    let due = match due.as_deref().map(date) {
        Some(None) => {
            let detail = format!(
                "{} is due on {:?}, which is not a date",
                row.cve_id,
                due.unwrap_or_default()
            );
            return out.problem(entry, line, "kev_bad_value", detail);
        }
        known => known.flatten(),
    };
    out.record(Record::Exploited(Exploited {
        cve: row.cve_id.into(),
        name: row
            .vulnerability_name
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect::<String>()
            .into(),
        added,
        due,
        ransomware: row
            .known_ransomware_campaign_use
            .is_some_and(|word| word.eq_ignore_ascii_case("known")),
    }))
}

fn date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}
