//! The one place that writes to the terminal.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the printer that the ban points to"
)]

use std::io::{IsTerminal as _, Write as _};

use comfy_table::{ColumnConstraint, ContentArrangement, presets};
use serde::Serialize;

use super::failure::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Table,
    Json,
}

/// Of a terminal that does not say how wide it is.
const WIDTH_DEFAULT: u16 = 80;

pub struct Printer {
    format: Format,
    terminal: bool,
}

/// Rows under headings, as text.
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    /// What to say, and what to do next, when there are no rows.
    empty: String,
}

impl Table {
    pub fn new(headings: &[&str], empty: impl Into<String>) -> Table {
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Table {
            headings,
            rows: Vec::new(),
            empty: empty.into(),
        }
    }

    pub fn row(&mut self, cells: Vec<String>) -> &mut Table {
        self.rows.push(cells);
        self
    }

    /// One thing: its fields below each other.
    pub fn fields(fields: &[(&str, String)]) -> Table {
        let rows = fields
            .iter()
            .map(|(name, value)| vec![(*name).to_owned(), value.clone()])
            .collect();
        Table {
            headings: Vec::new(),
            rows,
            empty: String::new(),
        }
    }

    /// Plain text without colour or lines; wraps at `width`. Without one a row is a line, so that what reads it next finds
    /// names whole.
    pub fn render(&self, width: Option<u16>) -> String {
        if self.rows.is_empty() {
            return self.empty.clone();
        }
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        if let Some(width) = width {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        if !self.headings.is_empty() {
            table.set_header(self.headings.iter().map(|heading| heading.to_uppercase()));
        }
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| printable(cell)));
        }
        // An id is there to be copied: other columns give way first.
        if let Some(column) = self.headings.iter().position(|heading| heading == "id") {
            table
                .column_mut(column)
                .map(|column| column.set_constraint(ColumnConstraint::ContentWidth));
        }
        let lines: Vec<String> = table
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
            .collect();
        lines.join("\n")
    }
}

impl Printer {
    pub fn new(format: Format) -> Printer {
        Printer {
            format,
            terminal: std::io::stdout().is_terminal(),
        }
    }

    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// The result of a command: JSON as the server sent it, or the table made of it.
    pub fn show<T: Serialize>(&self, value: &T, table: impl FnOnce(&T) -> Table) {
        match self.format {
            Format::Json => self.json(value),
            Format::Table => self.table(&table(value)),
        }
    }

    pub fn table(&self, table: &Table) {
        self.line(&table.render(self.width()));
    }

    pub fn is_table(&self) -> bool {
        self.format == Format::Table
    }

    /// Shown while something takes long, on standard error and only to people.
    pub fn spinner(&self, text: &str) -> indicatif::ProgressBar {
        if !std::io::stderr().is_terminal() || !self.is_table() {
            return indicatif::ProgressBar::hidden();
        }
        let spinner = indicatif::ProgressBar::new_spinner().with_message(printable(text));
        spinner.enable_steady_tick(std::time::Duration::from_millis(100));
        spinner
    }

    pub fn json<T: Serialize>(&self, value: &T) {
        let text = serde_json::to_string_pretty(value).expect("wire types always serialise");
        self.line(&text);
    }

    /// A line for people; not part of JSON output.
    pub fn note(&self, text: &str) {
        if self.format == Format::Table {
            self.line(&printable(text));
        }
    }

    /// Text as it is. A closed pipe (`| head`) is not our failure.
    pub fn line(&self, text: &str) {
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// Progress and warnings, beside the result.
    pub fn aside(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{}", printable(text));
    }

    pub fn failure(&self, failure: &Failure) {
        let mut text = format!("error: {}\n", printable(&failure.what));
        for why in &failure.why {
            text.push_str(&format!("  why: {}\n", printable(why)));
        }
        if let Some(hint) = &failure.hint {
            text.push_str(&format!("  do:  {}\n", printable(hint)));
        }
        if let Some(code) = &failure.code {
            let request = failure
                .request
                .as_deref()
                .map(|id| format!(" (request {})", id.trim_start_matches("urn:uuid:")));
            text.push_str(&format!("  code: {code}{}\n", request.unwrap_or_default()));
        }
        let _ = write!(std::io::stderr(), "{text}");
    }

    fn width(&self) -> Option<u16> {
        let width = || comfy_table::Table::new().width().unwrap_or(WIDTH_DEFAULT);
        self.terminal.then(width)
    }
}

/// Control characters shown instead of obeyed: names come from elsewhere and may hold escape sequences.
pub fn printable(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

/// Relative to now, for tables: `3 min ago`, `in 12 d`. JSON keeps the moment itself.
pub fn relative(at: qlrf_core::time::Timestamp, now: qlrf_core::time::Timestamp) -> String {
    let seconds = (now - at).whole_seconds();
    let (amount, unit) = match seconds.unsigned_abs() {
        s @ 0..60 => (s, "s"),
        s @ 60..3600 => (s / 60, "min"),
        s @ 3600..172_800 => (s / 3600, "h"),
        s => (s / 86_400, "d"),
    };
    if seconds < 0 {
        format!("in {amount} {unit}")
    } else {
        format!("{amount} {unit} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_eighty_columns_and_obeys_no_escape() {
        let mut table = Table::new(&["name", "what"], "nothing");
        table.row(vec!["\u{1b}[31mred".into(), "x ".repeat(200)]);
        let text = table.render(Some(80));
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
        let id = "01a2006e-f9a2-76a3-a635-a0ed90b902dc";
        let mut table = Table::new(&["name", "what", "id"], "nothing");
        table.row(vec!["a".repeat(60), "x ".repeat(40), id.into()]);
        let text = table.render(Some(80));
        assert!(
            text.contains(id) && text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert_eq!(table.render(None).lines().count(), 2);
        assert_eq!(Table::new(&["name"], "nothing").render(Some(80)), "nothing");
    }

    #[test]
    fn times_read_as_people_say_them() {
        let now = time::macros::datetime!(2026-01-31 12:00 UTC);
        assert_eq!(relative(now - time::Duration::seconds(5), now), "5 s ago");
        assert_eq!(relative(now - time::Duration::minutes(3), now), "3 min ago");
        assert_eq!(relative(now + time::Duration::days(12), now), "in 12 d");
    }
}
