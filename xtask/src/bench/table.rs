//! One area's result.

use std::fmt::Write;

use super::measure::Cost;

#[derive(Debug, Default)]
pub struct Table {
    /// What was measured on what data, in one sentence.
    pub about: String,
    pub rows: Vec<Row>,
    /// What the reader must know before quoting a figure; every skipped peer is one.
    pub notes: Vec<String>,
}

#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub cost: Cost,
    /// How many times the CPU time of the first row; only after the answers were found equal.
    pub ratio: Option<f64>,
}

impl Table {
    pub fn markdown(&self, title: &str) -> String {
        let mut text = format!("## {title}\n\n{}\n\n", self.about);
        text.push_str("| | CPU ms | wall ms | peak RSS MiB | CPU, times ours |\n|---|---:|---:|---:|---:|\n");
        for Row { name, cost, ratio } in &self.rows {
            let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.1}"));
            let _ = writeln!(
                text,
                "| {name} | {:.1} | {:.1} | {:.1} | {ratio} |",
                cost.cpu_ms, cost.wall_ms, cost.rss_mib
            );
        }
        for note in &self.notes {
            let _ = write!(text, "\n- {note}");
        }
        if !self.notes.is_empty() {
            text.push('\n');
        }
        text
    }
}
