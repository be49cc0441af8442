//! Writes the measured tables into `docs/benchmarks.md`, each between its own markers.

use anyhow::{Context, Result, ensure};

use super::machine;
use super::table::Table;
use crate::repo::Repo;

const PAGE: &str = "docs/benchmarks.md";

pub fn write(repo: &Repo, measured: &[(&str, Table)]) -> Result<()> {
    let mut page = repo.read(PAGE)?;
    for (area, table) in measured {
        let body = format!("{}\nMeasured on {}.", table.markdown(area), machine::line());
        page = replace(&page, area, &body)?;
    }
    repo.write(PAGE, &page)
}

/// An area without markers gets its own at the end.
fn replace(page: &str, area: &str, body: &str) -> Result<String> {
    let begin = format!("<!-- begin {area} -->\n");
    let end = format!("<!-- end {area} -->\n");
    let Some((before, rest)) = page.split_once(&begin) else {
        ensure!(
            !page.contains(&end),
            "\"{PAGE}\" ends the area \"{area}\" without beginning it"
        );
        return Ok(format!("{}\n\n{begin}{body}\n{end}", page.trim_end()));
    };
    let (_, after) = rest
        .split_once(&end)
        .with_context(|| format!("\"{PAGE}\" does not end the area \"{area}\""))?;
    Ok(format!("{before}{begin}{body}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_recording_replaces_the_first_and_nothing_else() {
        let page = replace("# Page\n", "scan", "one").unwrap();
        let page = replace(&page, "start", "other").unwrap();
        let page = replace(&page, "scan", "two").unwrap();
        assert_eq!(
            page,
            "# Page\n\n<!-- begin scan -->\ntwo\n<!-- end scan -->\n\n<!-- begin start -->\nother\n<!-- end start -->\n"
        );
        assert!(replace("<!-- begin scan -->\n", "scan", "x").is_err());
        assert!(replace("<!-- end scan -->\n", "scan", "x").is_err());
    }
}
