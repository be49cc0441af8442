//! What a rule set would change, over every asset there is. Nothing is saved.

use std::collections::BTreeMap;

use qlrf_core::asset::Asset;
use qlrf_core::mapping::Field;
use qlrf_engines::mapping::{Mapper, RuleSet, parse};
use qlrf_store::mapping as store;
use uuid::Uuid;

use super::{BATCH_ASSETS, read};
use crate::app::rejected::Rejected;
use crate::opcx::OpCx;

/// Assets that are shown one by one.
const SHOWN_MAX: usize = 50;

#[derive(Debug, Default)]
pub struct Preview {
    pub rules: RuleSet,
    pub assets: u64,
    /// Assets with another value in at least one field.
    pub changed: u64,
    /// Assets that keep all values, some of them by another rule than now.
    pub proof_only: u64,
    pub fields: BTreeMap<Field, Counts>,
    /// By position: for how many assets a rule decides something.
    pub decides: Vec<u64>,
    pub examples: Vec<Change>,
}

/// One field over all assets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Unknown now, and known then.
    pub gained: u64,
    /// Known both times, with another value.
    pub changed: u64,
    /// Known now, and unknown then.
    pub lost: u64,
    pub unknown_before: u64,
    pub unknown_after: u64,
}

/// One asset that would be another.
#[derive(Debug)]
pub struct Change {
    pub id: Uuid,
    pub name: String,
    pub simulated: bool,
    pub fields: Vec<FieldChange>,
}

#[derive(Debug)]
pub struct FieldChange {
    pub field: Field,
    pub before: Option<String>,
    pub after: Option<String>,
    /// That sets it then; `None` when the connector's own word comes back.
    pub rule: Option<String>,
}

pub async fn preview(cx: &OpCx, document: &[u8]) -> Result<Preview, Rejected> {
    let parsed = parse(document).map_err(Rejected::Document)?;
    let names = parsed.rules.rules.iter().enumerate();
    let mut sum = Sum {
        mapper: parsed.mapper,
        positions: names.map(|(at, rule)| (rule.name.clone(), at)).collect(),
        preview: Preview {
            decides: vec![0; parsed.rules.rules.len()],
            rules: parsed.rules,
            ..Preview::default()
        },
    };
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let mut last = None;
    loop {
        let subjects = store::list_subjects(&mut tx, last, BATCH_ASSETS).await?;
        let Some(newest) = subjects.last() else {
            return Ok(sum.preview);
        };
        last = Some(newest.asset_id);
        for subject in subjects {
            let asset = read(subject.asset_id, subject.document)?;
            sum.add(subject.asset_id, asset, &subject.connector);
        }
    }
}

struct Sum {
    mapper: Mapper,
    positions: BTreeMap<String, usize>,
    preview: Preview,
}

impl Sum {
    fn add(&mut self, id: Uuid, before: Asset, connector: &str) {
        let mut after = before.clone();
        let other = self.mapper.map(&mut after, connector);
        let mut fields = Vec::new();
        for field in Field::ALL {
            let (was, is) = (field.get(&before), field.get(&after));
            self.preview.fields.entry(field).or_default().add(was, is);
            if was != is {
                fields.push(FieldChange {
                    field,
                    before: was.map(str::to_owned),
                    after: is.map(str::to_owned),
                    rule: after.mapped_by.get(&field).map(|mapped| mapped.rule.clone()),
                });
            }
        }
        let mut rules: Vec<usize> = after
            .mapped_by
            .values()
            .filter_map(|mapped| self.positions.get(&mapped.rule).copied())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            self.preview.decides[rule] += 1;
        }
        self.preview.assets += 1;
        self.preview.changed += u64::from(!fields.is_empty());
        self.preview.proof_only += u64::from(other && fields.is_empty());
        if !fields.is_empty() && self.preview.examples.len() < SHOWN_MAX {
            self.preview.examples.push(Change {
                id,
                name: after.name,
                simulated: after.simulated,
                fields,
            });
        }
    }
}

impl Counts {
    fn add(&mut self, before: Option<&str>, after: Option<&str>) {
        match (before, after) {
            (None, Some(_)) => self.gained += 1,
            (Some(_), None) => self.lost += 1,
            (Some(was), Some(is)) => self.changed += u64::from(was != is),
            (None, None) => {}
        }
        self.unknown_before += u64::from(before.is_none());
        self.unknown_after += u64::from(after.is_none());
    }
}
