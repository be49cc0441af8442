//! One asset in the fleet view.

use std::collections::HashMap;

use qlrf_core::drift::{DriftSeverity, DriftState};
use qlrf_core::time::Timestamp;
use qlrf_store::fleet::AssetRow;
use qlrf_store::freshness::Source;
use qlrf_store::{Result, TenantTx, connector, image};
use uuid::Uuid;

use super::measure::Behind;
use super::symbols::{Symbol, Symbols};

/// What assets can be filtered and grouped by. One line here, one in [`Dimension::ALL`] and one in [`Row::new`] make
/// a new one appear in every filter, group-by and suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    Platform,
    Kind,
    Account,
    Region,
    Site,
    Env,
    Project,
    Workload,
    Owner,
    Os,
    OsVersion,
    State,
    Criticality,
    Exposure,
    Connector,
    Simulated,
    Drift,
    DriftSeverity,
    Family,
    /// `family:version` that the asset runs.
    Image,
}

impl Dimension {
    pub const ALL: [Dimension; 20] = [
        Dimension::Platform,
        Dimension::Kind,
        Dimension::Account,
        Dimension::Region,
        Dimension::Site,
        Dimension::Env,
        Dimension::Project,
        Dimension::Workload,
        Dimension::Owner,
        Dimension::Os,
        Dimension::OsVersion,
        Dimension::State,
        Dimension::Criticality,
        Dimension::Exposure,
        Dimension::Connector,
        Dimension::Simulated,
        Dimension::Drift,
        Dimension::DriftSeverity,
        Dimension::Family,
        Dimension::Image,
    ];

    /// As written in a filter: `platform:aws`.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Platform => "platform",
            Dimension::Kind => "kind",
            Dimension::Account => "account",
            Dimension::Region => "region",
            Dimension::Site => "site",
            Dimension::Env => "env",
            Dimension::Project => "project",
            Dimension::Workload => "workload",
            Dimension::Owner => "owner",
            Dimension::Os => "os",
            Dimension::OsVersion => "os_version",
            Dimension::State => "state",
            Dimension::Criticality => "criticality",
            Dimension::Exposure => "exposure",
            Dimension::Connector => "connector",
            Dimension::Simulated => "simulated",
            Dimension::Drift => "drift",
            Dimension::DriftSeverity => "drift_severity",
            Dimension::Family => "family",
            Dimension::Image => "image",
        }
    }

    pub fn parse(name: &str) -> Option<Dimension> {
        Self::ALL
            .iter()
            .copied()
            .find(|dimension| dimension.name() == name)
    }
}

#[derive(Clone, Debug)]
pub struct Row {
    pub id: Uuid,
    pub name: Box<str>,
    pub native_id: Box<str>,
    pub image_ref: Option<Box<str>>,
    dimensions: [Symbol; Dimension::ALL.len()],
    /// The other sources of a machine, besides the one that leads: it is found by each of them.
    other_connectors: Box<[Symbol]>,
    pub simulated: bool,
    /// As it was judged; not judged is not known. What age leaves of it is [`super::Fleet::state`].
    pub drift: DriftState,
    /// Of the differences alone, without the age of the lag.
    pub severity: DriftSeverity,
    pub package_set_id: Option<i32>,
    /// `None`: not known.
    pub pending_security: Option<i32>,
    pub behind: Behind,
    pub image_id: Option<Uuid>,
    pub target_id: Option<Uuid>,
    pub differences: i32,
    pub unknowns: i32,
    pub first_seen: Timestamp,
    pub fact_from: Timestamp,
    pub drift_from: Option<Timestamp>,
    /// Of the past only the scope that lists it now is known.
    pub source: Source,
}

/// Words for the ids that rows carry.
pub struct Names {
    connectors: HashMap<Uuid, String>,
    /// Family and `family:version` of each image version.
    images: HashMap<Uuid, (String, String)>,
    families: HashMap<Uuid, String>,
}

impl Names {
    pub async fn load(tx: &mut TenantTx) -> Result<Names> {
        let connectors = connector::list(tx)
            .await?
            .into_iter()
            .map(|c| (c.id, c.name))
            .collect();
        let image = |i: image::Summary| (i.id, (i.family.clone(), format!("{}:{}", i.family, i.version)));
        let all = image::list_summaries(tx).await?;
        let families = all.iter().map(|i| (i.family_id, i.family.clone())).collect();
        Ok(Names {
            connectors,
            images: all.into_iter().map(image).collect(),
            families,
        })
    }
}

fn other_connectors(row: &AssetRow, leads: Symbol, symbols: &mut Symbols, names: &Names) -> Box<[Symbol]> {
    let others = row.other_connectors.iter().flatten();
    let others = others.filter_map(|id| names.connectors.get(id));
    let mut others: Vec<Symbol> = others.map(|name| symbols.intern(Some(name))).collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|symbol| *symbol != leads);
    others.into()
}

impl Row {
    pub fn new(row: AssetRow, symbols: &mut Symbols, names: &Names) -> Row {
        let mut dimensions = [Symbol::UNKNOWN; Dimension::ALL.len()];
        let image = row.image_id.and_then(|id| names.images.get(&id));
        // An asset can be linked to a family without its version being known.
        let family = row
            .family_id
            .and_then(|id| names.families.get(&id))
            .map(String::as_str);
        let connector = names.connectors.get(&row.connector_id).map(String::as_str);
        let mut set = |dimension: Dimension, word: Option<&str>| {
            dimensions[dimension as usize] = symbols.intern(word);
        };
        set(Dimension::Platform, Some(&row.platform));
        set(Dimension::Kind, Some(&row.kind));
        set(Dimension::Account, row.account.as_deref());
        set(Dimension::Region, row.region.as_deref());
        set(Dimension::Site, row.site.as_deref());
        set(Dimension::Env, row.env.as_deref());
        set(Dimension::Project, row.project.as_deref());
        set(Dimension::Workload, row.workload.as_deref());
        set(Dimension::Owner, row.owner.as_deref());
        set(Dimension::Os, row.os_id.as_deref());
        set(Dimension::OsVersion, row.os_version.as_deref());
        set(Dimension::State, Some(&row.state));
        set(Dimension::Criticality, Some(&row.criticality));
        set(Dimension::Exposure, Some(&row.exposure));
        set(Dimension::Connector, connector);
        set(
            Dimension::Simulated,
            Some(if row.simulated { "true" } else { "false" }),
        );
        set(Dimension::Drift, row.drift_state.as_deref());
        set(Dimension::DriftSeverity, row.drift_severity.as_deref());
        set(Dimension::Family, family);
        set(Dimension::Image, image.map(|(_, version)| &version[..]));
        let leads = dimensions[Dimension::Connector as usize];
        Row {
            other_connectors: other_connectors(&row, leads, symbols, names),
            id: row.id,
            name: row.name.into(),
            native_id: row.native_id.into(),
            image_ref: row.image_ref.map(Into::into),
            dimensions,
            simulated: row.simulated,
            drift: row
                .drift_state
                .as_deref()
                .and_then(DriftState::parse)
                .unwrap_or(DriftState::Unknown),
            severity: row
                .drift_severity
                .as_deref()
                .and_then(DriftSeverity::parse)
                .unwrap_or_default(),
            package_set_id: row.package_set_id,
            pending_security: row.pending_security,
            behind: Behind {
                versions: row.versions_behind,
                since: row.superseded_at,
            },
            image_id: row.image_id,
            target_id: row.target_id,
            differences: row.differences.unwrap_or(0),
            unknowns: row.unknowns.unwrap_or(0),
            first_seen: row.first_seen,
            fact_from: row.fact_from,
            drift_from: row.drift_from,
            source: Source {
                connector: row.connector_id,
                scope: row.scope_id,
            },
        }
    }

    pub fn get(&self, dimension: Dimension) -> Symbol {
        self.dimensions[dimension as usize]
    }

    /// Each value by which it is found: a machine that several connectors see is found by all of them.
    pub fn all(&self, dimension: Dimension) -> impl Iterator<Item = Symbol> {
        let others = match dimension {
            Dimension::Connector => &self.other_connectors[..],
            _ => &[],
        };
        std::iter::once(self.get(dimension)).chain(others.iter().copied())
    }
}
