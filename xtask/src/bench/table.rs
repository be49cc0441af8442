//! One area's result.

use std::fmt::Write;

use super::measure::Cost;

/// Of an area that compares programs.
pub const COSTS: &[&str] = &["CPU ms", "wall ms", "peak RSS MiB", "CPU, times ours"];

#[derive(Debug, Default)]
pub struct Table {
    /// What was measured on what data, in one sentence.
    pub about: String,
    /// Of the figures; the first column is the name of the row.
    pub columns: &'static [&'static str],
    pub rows: Vec<Row>,
    /// What the reader must know before quoting a figure; every skipped peer is one.
    pub notes: Vec<String>,
}

#[derive(Debug)]
pub struct Row {
    pub name: String,
    /// One for each column; `None` where there is nothing to measure or to compare.
    pub figures: Vec<Option<f64>>,
    /// Whether its bar is met, where there is one.
    pub met: Option<bool>,
}

impl Row {
    pub fn new(name: impl Into<String>, figures: impl IntoIterator<Item = f64>) -> Row {
        Row {
            name: name.into(),
            figures: figures.into_iter().map(Some).collect(),
            met: None,
        }
    }

    /// Of [`COSTS`]. `ratio`: how many times the CPU time of the first row, only after the answers were found equal.
    pub fn of_cost(name: impl Into<String>, cost: Cost, ratio: Option<f64>) -> Row {
        let mut row = Row::new(name, [cost.cpu_ms, cost.wall_ms, cost.rss_mib]);
        row.figures.push(ratio);
        row
    }
}

impl Table {
    pub fn markdown(&self, title: &str) -> String {
        let has_bars = self.rows.iter().any(|row| row.met.is_some());
        let columns: Vec<&str> = self
            .columns
            .iter()
            .copied()
            .chain(has_bars.then_some("met"))
            .collect();
        let mut text = format!(
            "## {title}\n\n{}\n\n| | {} |\n|---|",
            self.about,
            columns.join(" | ")
        );
        text.push_str(&"---:|".repeat(columns.len()));
        text.push('\n');
        for Row { name, figures, met } in &self.rows {
            let _ = write!(text, "| {name} |");
            for figure in figures {
                let figure = figure.map_or_else(String::new, write_figure);
                let _ = write!(text, " {figure} |");
            }
            if has_bars {
                let word = met.map_or("", |met| if met { "yes" } else { "**no**" });
                let _ = write!(text, " {word} |");
            }
            text.push('\n');
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

/// Digits that the measurement carries: none after the point from a thousand on, two below ten.
fn write_figure(figure: f64) -> String {
    match figure.abs() {
        size if size >= 1000.0 || figure.fract() == 0.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_figure_is_an_empty_cell() {
        let table = Table {
            about: "About.".to_owned(),
            columns: &["a", "b"],
            rows: vec![Row {
                name: "x".to_owned(),
                figures: vec![Some(12.345), None],
                met: None,
            }],
            notes: vec!["n".to_owned()],
        };
        assert_eq!(
            table.markdown("t"),
            "## t\n\nAbout.\n\n| | a | b |\n|---|---:|---:|\n| x | 12.3 |  |\n\n- n\n"
        );
    }

    #[test]
    fn bars_stand_in_a_column_of_their_own() {
        let row = |name: &str, met| Row {
            met,
            ..Row::new(name, [1.0])
        };
        let table = Table {
            about: "About.".to_owned(),
            columns: &["a"],
            rows: vec![row("x", Some(true)), row("y", Some(false)), row("z", None)],
            notes: Vec::new(),
        };
        assert_eq!(
            table.markdown("t"),
            "## t\n\nAbout.\n\n| | a | met |\n|---|---:|---:|\n| x | 1 | yes |\n| y | 1 | **no** |\n| z | 1 |  |\n"
        );
    }

    #[test]
    fn a_figure_has_the_digits_that_it_deserves() {
        let written: Vec<String> = [0.123, 9.876, 123.45, 1234.5, 7.0].map(write_figure).into();
        assert_eq!(written, ["0.12", "9.88", "123.5", "1234", "7"]);
    }
}
