//! FIRST's Exploit Prediction Scoring System: a CSV of every CVE with its probability, new each day.
//! <https://www.first.org/epss/data_stats>

use qlrf_core::advisory::{ExploitScore, is_cve};

use super::acquire::Raw;
use super::out::Out;
use super::unpack::{Line, Unpacked, next_line, unpack};
use super::{Code, FeedError, Kind, Record};

pub(super) const KIND: Kind = Kind {
    name: "epss",
    title: "EPSS scores",
    summary: "FIRST's daily estimate of how likely each CVE is to be exploited within 30 days",
    default_url: |_| Some("https://epss.empiricalsecurity.com/epss_scores-current.csv.gz".to_owned()),
    is_whole: true,
    comes_in_parts: false,
    begins,
    read,
};

const HEADER: &str = "cve,epss,percentile";

fn begins(start: &[u8]) -> bool {
    let mut lines = start
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    let header = match first.starts_with(b"#") {
        true => lines.next().unwrap_or_default(),
        false => first,
    };
    header == HEADER.as_bytes()
}

const MAX_LINE_BYTES: usize = 4096;

/// `#model_version:…,score_date:…`, then `cve,epss,percentile`, then the scores; older copies lack the first line.
fn read(raw: &mut Raw, out: &mut Out) -> Result<(), FeedError> {
    let Raw::File { name, file, .. } = raw else {
        return Err(Code::WrongContent.with("it is a folder; the scores are one file"));
    };
    let Unpacked::Stream(mut stream) = unpack(name, file)? else {
        return Err(Code::WrongContent.with("it is a zip archive; the scores are one file"));
    };
    let (mut number, mut in_scores) = (0, false);
    while let Some(line) = next_line(name, &mut *stream, MAX_LINE_BYTES)? {
        number += 1;
        let text = match &line {
            Line::Text(text) | Line::Unended(text) => std::str::from_utf8(text)
                .ok()
                .map(|text| text.trim_end_matches('\r')),
            Line::TooLong => None,
        };
        match text {
            Some(text) if in_scores => match score(text) {
                Ok(score) => out.record(Record::Score(score))?,
                Err(detail) => out.problem(name, Some(number), "epss_bad_value", detail)?,
            },
            Some(HEADER) => in_scores = true,
            Some(text) if number == 1 && text.starts_with('#') => {
                let date = text[1..]
                    .split(',')
                    .find_map(|field| field.strip_prefix("score_date:"));
                if let Some(date) = date {
                    out.newest(date.chars().take(40).collect());
                }
            }
            None if in_scores => {
                let detail = format!("it is not text of at most {MAX_LINE_BYTES} bytes");
                out.problem(name, Some(number), "epss_bad_value", detail)?;
            }
            _ => {
                return Err(Code::WrongContent.with(format!("line {number} is not the header {HEADER}")));
            }
        }
    }
    Ok(())
}

fn score(line: &str) -> Result<ExploitScore, String> {
    let fields: Vec<&str> = line.split(',').collect();
    let [cve, probability, percentile] = fields[..] else {
        return Err(format!("it has {} fields instead of three", fields.len()));
    };
    if !is_cve(cve) {
        return Err(format!("{cve:?} is not a CVE id"));
    }
    let share = |text: &str| {
        let value = text
            .parse::<f32>()
            .ok()
            .filter(|value| (0.0..=1.0).contains(value));
        value.ok_or_else(|| format!("{text:?} is not a number from 0 to 1"))
    };
    Ok(ExploitScore {
        cve: cve.into(),
        probability: share(probability)?,
        percentile: share(percentile)?,
    })
}
