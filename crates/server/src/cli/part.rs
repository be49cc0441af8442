//! What `qlrf site`, `qlrf environment` and `qlrf project` have in common.

use clap::Args;
use qlrf_core::time::now;
use reqwest::{Method, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::segment;
use super::printer::relative;
use super::{Cli, Failure, Result, Table};
use crate::api::types::part::{Declared, Part};
use crate::app::part::Spec;

/// More are paged through; a list on a terminal ends somewhere.
const SHOWN_MAX: usize = 10_000;

#[derive(Args)]
pub struct ListArgs {
    /// Filter language of assets
    filter: Vec<String>,
    /// As believed at this moment (RFC 3339)
    #[arg(long)]
    as_of: Option<String>,
}

impl ListArgs {
    pub fn query(self) -> Vec<(&'static str, String)> {
        [("q", Some(self.filter.join(" "))), ("as_of", self.as_of)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }
}

/// What each of them says of itself.
#[derive(Args)]
pub struct Texts {
    /// What people call it
    #[arg(long)]
    pub title: Option<String>,
    #[arg(long)]
    pub description: Option<String>,
}

#[derive(Args)]
pub struct EditArgs {
    pub name: String,
    /// Another name; no asset's word changes with it
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    #[command(flatten)]
    pub texts: Texts,
}

/// As every answer about one of them has it.
#[derive(Deserialize)]
struct Shown<S> {
    declared: Option<Declared<S>>,
}

/// A value of a small set, as the API writes it. `clap` has checked it.
pub fn one_of<T: DeserializeOwned>(value: &str) -> T {
    serde_json::from_value(value.into()).expect("clap let through what the API knows")
}

/// What is given replaces, empty text removes, and what is not given stays.
pub fn set(field: &mut Option<String>, given: Option<String>) {
    if let Some(text) = given {
        *field = Some(text).filter(|text| !text.is_empty());
    }
}

pub async fn list<S: Spec>(cli: &Cli, args: ListArgs, detail: fn(&S) -> String) -> Result<()> {
    let path = format!("/{}", S::KIND.plural());
    let page = cli
        .client()?
        .list::<Part<S>>(&path, &args.query(), SHOWN_MAX)
        .await?;
    cli.printer.show(&page, |page| {
        let mut table = Table::new(
            &[S::KIND.name(), "assets", "declared as", "title"],
            empty(S::KIND.name()),
        );
        for part in &page.items {
            let spec = part.declared.as_ref().map(|declared| &declared.spec);
            table.row(vec![
                shown(part.name.as_deref()),
                part.assets.to_string(),
                standing(part.name.as_deref(), spec.map(detail)),
                spec.and_then(Spec::title).unwrap_or_default().to_owned(),
            ]);
        }
        table
    });
    Ok(())
}

fn empty(kind: &str) -> String {
    format!("No asset carries a {kind}, and none is declared. Declare one: qlrf {kind} create NAME")
}

pub fn shown(name: Option<&str>) -> String {
    name.unwrap_or("◌ unknown").to_owned()
}

/// How a word stands: what it is declared as, undeclared, or no word at all.
pub fn standing(name: Option<&str>, declared: Option<String>) -> String {
    match (name, declared) {
        (None, _) => "–".to_owned(),
        (_, None) => "undeclared".to_owned(),
        (_, Some(detail)) => detail,
    }
}

pub async fn show<S: Spec>(cli: &Cli, name: &str) -> Result<()> {
    let part: Part<S> = cli.client()?.get(&path::<S>(name), &[]).await?;
    cli.printer.show(&part, |part| {
        let mut fields = vec![
            (S::KIND.name(), shown(part.name.as_deref())),
            ("assets", part.assets.to_string()),
        ];
        fields.extend(declaration(part.declared.as_ref()));
        Table::fields(&fields)
    });
    Ok(())
}

pub fn declaration<S: Spec>(declared: Option<&Declared<S>>) -> Vec<(&'static str, String)> {
    let Some(declared) = declared else {
        return vec![("declared", "no".to_owned())];
    };
    let by = format!("{} by {}", relative(declared.since, now()), declared.author);
    let texts = declared.spec.texts().into_iter();
    let mut fields: Vec<_> = texts
        .filter_map(|(name, text)| Some((name, text?.to_owned())))
        .collect();
    fields.push(("declared", by));
    fields
}

pub async fn create<S: Spec>(cli: &Cli, spec: &S) -> Result<()> {
    let declared = cli
        .client()?
        .post(&format!("/{}", S::KIND.plural()), spec)
        .await?;
    said::<S>(cli, &declared);
    Ok(())
}

/// Reads what is declared, changes it, and writes it unless somebody else did meanwhile.
pub async fn edit<S: Spec>(cli: &Cli, name: &str, change: impl FnOnce(&mut S)) -> Result<()> {
    let client = cli.client()?;
    let shown: Shown<S> = client.get(&path::<S>(name), &[]).await?;
    let kind = S::KIND.name();
    let Some(Declared { mut spec, etag, .. }) = shown.declared else {
        return Err(Failure::not_found(format!(
            "assets carry the {kind} \"{name}\", and nobody declared it"
        ))
        .hint(format!("declare it first: `qlrf {kind} create`")));
    };
    change(&mut spec);
    let request = client
        .request(Method::PUT, &path::<S>(name))
        .header(header::IF_MATCH, etag)
        .json(&spec);
    let declared: Declared<S> = client.send(request).await?;
    said(cli, &declared);
    if declared.spec.name() != name {
        cli.printer.note(&format!(
            "assets that carry \"{name}\" keep it; give them the new word with a mapping rule"
        ));
    }
    Ok(())
}

pub async fn delete<S: Spec>(cli: &Cli, name: &str) -> Result<()> {
    let declared: Declared<S> = cli.client()?.delete(&path::<S>(name)).await?;
    said(cli, &declared);
    cli.printer
        .note("deleted; assets that carry its name keep it, undeclared");
    Ok(())
}

fn said<S: Spec>(cli: &Cli, declared: &Declared<S>) {
    cli.printer.show(declared, |declared| {
        let mut fields = vec![(S::KIND.name(), declared.spec.name().to_owned())];
        fields.extend(self::declaration(Some(declared)));
        Table::fields(&fields)
    });
}

pub fn path<S: Spec>(name: &str) -> String {
    format!("/{}/{}", S::KIND.plural(), segment(name))
}

/// A value of a small set as people read it: `cloud region`.
pub fn words(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).expect("a name is text");
    value.as_str().unwrap_or_default().replace('_', " ")
}
