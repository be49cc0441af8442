//! How often drift and matching are right, on the labelled sets in tests/quality.

use anyhow::{Context, Result, ensure};

use super::table::{Row, Table};
use super::{Area, Bench, Outcome, figures};

pub const AREA: Area = Area { name: "quality", run };

const FOLDER: &str = "tests/quality";

fn run(bench: &Bench) -> Result<Outcome> {
    let folder = bench.repo.path(FOLDER);
    let found = figures::run(
        bench,
        figures::ENGINES,
        &["quality", figures::path_text(&folder)?],
    )?;
    let mut rows = Vec::new();
    for set in ["drift", "match"] {
        let wrong = found[set]["wrong"]
            .as_array()
            .context("the example printed no cases")?;
        ensure!(wrong.is_empty(), "{set} is not as labelled: {wrong:?}");
        let keys = [
            "cases",
            "precision",
            "recall",
            "false_positives",
            "false_negatives",
        ];
        let figures: Option<Vec<f64>> = keys.iter().map(|key| found[set][key].as_f64()).collect();
        rows.push(Row::new(set, figures.context("the example printed no figures")?));
    }
    Ok(Outcome::Measured(Table {
        about: format!("Labelled cases of `{FOLDER}`: what is reported against what a careful person reports."),
        columns: &["cases", "precision", "recall", "false positives", "false negatives"],
        rows,
        notes: vec![
            "The cases were written with the rules in mind: they show that the rules are followed, not how often the \
             world surprises them."
                .to_owned(),
        ],
    }))
}
