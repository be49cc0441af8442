//! Text edits of Rust source: a `mod` line and an entry of a `const` list.

use anyhow::{Context, Result, ensure};

/// Adds `mod <name>;` in its alphabetical place among the `mod` lines, or after the module's own documentation.
pub fn add_module(source: &str, name: &str) -> Result<String> {
    let mut lines: Vec<&str> = source.lines().collect();
    let is_module = |line: &str| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'))
            .map(str::to_owned)
    };
    ensure!(
        !lines.iter().any(|line| is_module(line).as_deref() == Some(name)),
        "the module \"{name}\" is there already"
    );
    let modules: Vec<(usize, String)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, is_module(line)?)))
        .collect();
    let line = format!("mod {name};");
    match modules.last() {
        Some((last, _)) => {
            let at = modules
                .iter()
                .find(|(_, module)| module.as_str() > name)
                .map_or(last + 1, |(at, _)| *at);
            lines.insert(at, &line);
        }
        None => {
            let at = lines
                .iter()
                .position(|line| !line.starts_with("//!"))
                .unwrap_or(lines.len());
            lines.insert(at, "");
            lines.insert(at + 1, &line);
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// Adds `<entry>` at the end of `pub const <list>: &[…] = &[ … ];`.
pub fn add_entry(source: &str, list: &str, entry: &str) -> Result<String> {
    let declaration = source
        .find(&format!("const {list}:"))
        .with_context(|| format!("no list \"{list}\""))?;
    let open = declaration
        + source[declaration..]
            .find("= &[")
            .with_context(|| format!("\"{list}\" is no slice `= &[…]`"))?
        + "= &[".len();
    let close = open
        + source[open..]
            .find("];")
            .with_context(|| format!("\"{list}\" does not end"))?;
    let mut entries: Vec<&str> = source[open..close]
        .split(',')
        .map(str::trim)
        .filter(|e| !e.is_empty())
        .collect();
    ensure!(!entries.contains(&entry), "\"{entry}\" is in \"{list}\" already");
    entries.push(entry);
    Ok(format!(
        "{}{}{}",
        &source[..open],
        entries.join(", "),
        &source[close..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_module_goes_below_the_documentation() {
        let source = "//! Title.\n\nuse a::b;\n";
        assert_eq!(
            add_module(source, "aws").unwrap(),
            "//! Title.\n\nmod aws;\n\nuse a::b;\n"
        );
    }

    #[test]
    fn modules_stay_sorted_and_single() {
        let source = "mod aws;\npub mod sim;\n\nuse x;\n";
        assert_eq!(
            add_module(source, "local").unwrap(),
            "mod aws;\nmod local;\npub mod sim;\n\nuse x;\n"
        );
        assert_eq!(
            add_module(source, "zzz").unwrap(),
            "mod aws;\npub mod sim;\nmod zzz;\n\nuse x;\n"
        );
        assert!(add_module(source, "sim").is_err());
    }

    #[test]
    fn entries_of_an_empty_a_short_and_a_broken_list() {
        assert_eq!(
            add_entry("pub const KINDS: &[Kind] = &[];", "KINDS", "a::KIND").unwrap(),
            "pub const KINDS: &[Kind] = &[a::KIND];"
        );
        let long = "const KINDS: &[Kind] = &[\n    a::KIND,\n    b::KIND,\n];\nfn x() {}\n";
        assert_eq!(
            add_entry(long, "KINDS", "c::KIND").unwrap(),
            "const KINDS: &[Kind] = &[a::KIND, b::KIND, c::KIND];\nfn x() {}\n"
        );
        assert!(add_entry(long, "KINDS", "a::KIND").is_err());
        assert!(add_entry("fn x() {}", "KINDS", "a::KIND").is_err());
    }
}
