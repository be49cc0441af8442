//! A tenant whose estate is what the test says: it is collected through the real sink, under a real lease.

use std::sync::Arc;

use qlrf_connectors::inventory::{ConnectError, Observed, Sink as _};
use qlrf_core::asset::{Asset, AssetKind, AssetState, Confidence, Platform, Software};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::id::{ConnectorId, OrgId};
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_server::app::ingest::{Ingest, Tally};
use qlrf_server::app::sync::Lease;
use qlrf_store::connector::{self, NewConnector};
use qlrf_store::{Store, TenantTx};
use qlrf_testkit::TestDb;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};

/// One connector of one tenant.
#[derive(Clone)]
pub struct Estate {
    pub store: Store,
    pub org: OrgId,
    pub connector: ConnectorId,
}

/// What a connector says about one scope.
pub struct Listing {
    pub scope: Scope,
    pub assets: Vec<Asset>,
    pub outcome: ScopeOutcome,
}

pub fn scope(name: &str) -> Scope {
    Scope {
        account: name.to_owned(),
        region: "-".to_owned(),
        kind: "virtual_machine".to_owned(),
    }
}

pub fn complete(name: &str, assets: Vec<Asset>) -> Listing {
    Listing {
        scope: scope(name),
        assets,
        outcome: ScopeOutcome::Complete,
    }
}

pub fn partial(name: &str, assets: Vec<Asset>) -> Listing {
    let (code, detail) = ("permission_missing".to_owned(), "page 2 was refused".to_owned());
    Listing {
        outcome: ScopeOutcome::Partial { code, detail },
        ..complete(name, assets)
    }
}

/// A host named after its id, with nothing else known of it.
pub fn host(native_id: &str) -> Asset {
    Asset {
        name: format!("name of {native_id}"),
        state: AssetState::Running,
        simulated: true,
        ..Asset::new(native_id, Platform::Vsphere, AssetKind::VirtualMachine)
    }
}

pub fn hosts(ids: std::ops::Range<usize>) -> Vec<Asset> {
    ids.map(|id| host(&format!("h{id:05}"))).collect()
}

pub fn package(name: &str, version: &str) -> Package {
    Package {
        ecosystem: Ecosystem::new("Debian:12"),
        name: name.into(),
        version: version.into(),
        arch: "amd64".into(),
        source_name: name.into(),
        source_version: version.into(),
        licenses: Vec::new(),
    }
}

pub fn running(mut asset: Asset, packages: &[(&str, &str)]) -> Asset {
    let packages = packages.iter().map(|(name, version)| package(name, version));
    asset.software = Some(Software {
        confidence: Confidence::Observed,
        packages: Arc::new(PackageSet::new(packages.collect())),
    });
    asset
}

impl Estate {
    pub async fn new(db: &TestDb, slug: &str) -> Estate {
        let org = db.org(slug).await;
        Estate::of_kind(db.store(), org, "sim", &json!({})).await
    }

    pub async fn of_kind(store: &Store, org: OrgId, kind: &str, config: &Value) -> Estate {
        let estate = Estate {
            store: store.clone(),
            org,
            connector: ConnectorId::generate(),
        };
        let mut tx = estate.tx().await;
        let new = NewConnector {
            id: estate.connector,
            name: kind,
            kind,
            config,
            simulated: true,
            interval_s: None,
            next_sync_at: None,
        };
        assert!(connector::create(&mut tx, &new).await.unwrap());
        tx.commit().await.unwrap();
        estate
    }

    pub async fn tx(&self) -> TenantTx {
        self.store.tenant(self.org).await.unwrap()
    }

    pub async fn collect(&self, listings: Vec<Listing>) -> Tally {
        self.collect_with(listings, false).await.unwrap()
    }

    /// What a connector's collection does, without the connector.
    pub async fn collect_with(&self, listings: Vec<Listing>, confirm: bool) -> Result<Tally, ConnectError> {
        let lease = self.lease().await;
        let mut ingest = self.begin(&lease, confirm).await;
        for listing in listings {
            report(&mut ingest, listing).await?;
        }
        let tally = ingest.finish().await.unwrap();
        lease.give_back(&self.store, self.org).await.unwrap();
        Ok(tally)
    }

    pub async fn lease(&self) -> Lease {
        let lease = Lease::take(&self.store, self.org, self.connector, "test").await;
        lease.unwrap().expect("nobody else collects")
    }

    pub async fn begin(&self, lease: &Lease, confirm: bool) -> Ingest {
        let (store, lease) = (self.store.clone(), lease.clone());
        Ingest::begin(store, self.org, self.connector, lease, confirm)
            .await
            .unwrap()
    }
}

pub async fn report(ingest: &mut Ingest, listing: Listing) -> Result<(), ConnectError> {
    let observed = |asset| Observed { asset, files: None };
    let assets = listing.assets.into_iter().map(observed).collect();
    ingest.assets(&listing.scope, assets).await?;
    ingest.close(&listing.scope, listing.outcome).await
}

/// What facts must be at any time, whatever happened: asserted over all tenants of a database.
pub async fn assert_consistent(admin: &mut PgConnection) {
    let rules = [
        ("facts of one asset overlap",
         "SELECT count(*) FROM asset_fact a JOIN asset_fact b USING (org_id, asset_id)
          WHERE lower(a.recorded) < lower(b.recorded) AND a.recorded && b.recorded"),
        ("judgements of one asset overlap",
         "SELECT count(*) FROM asset_drift a JOIN asset_drift b USING (org_id, asset_id)
          WHERE lower(a.recorded) < lower(b.recorded) AND a.recorded && b.recorded"),
        ("a fact or judgement held for no time",
         "SELECT (SELECT count(*) FROM asset_fact WHERE isempty(recorded))
               + (SELECT count(*) FROM asset_drift WHERE isempty(recorded))"),
        ("an open fact without an open judgement, or the reverse",
         "SELECT count(*) FROM (SELECT org_id, asset_id FROM asset_fact WHERE upper_inf(recorded)) f
          FULL JOIN (SELECT org_id, asset_id FROM asset_drift WHERE upper_inf(recorded)) d USING (org_id, asset_id)
          WHERE f IS NULL OR d IS NULL"),
        ("more than one open fact", 
         "SELECT count(*) FROM (SELECT FROM asset_fact WHERE upper_inf(recorded)
          GROUP BY org_id, asset_id HAVING count(*) > 1) x"),
        ("an asset of which nothing was ever said",
         "SELECT count(*) FROM asset a WHERE NOT EXISTS
          (SELECT FROM asset_fact f WHERE f.org_id = a.org_id AND f.asset_id = a.id) AND NOT EXISTS
          (SELECT FROM sighting s WHERE s.org_id = a.org_id AND s.asset_id = a.id)"),
        ("sightings of one asset overlap",
         "SELECT count(*) FROM sighting a JOIN sighting b USING (org_id, asset_id)
          WHERE lower(a.recorded) < lower(b.recorded) AND a.recorded && b.recorded"),
        ("a machine without a fact, or the reverse, or without one that leads",
         "SELECT count(*) FROM (SELECT org_id, asset_id FROM asset_fact WHERE closed_at IS NULL AND merged) f
          FULL JOIN (SELECT org_id, machine_id AS asset_id FROM sighting WHERE closed_at IS NULL
                     GROUP BY 1, 2 HAVING count(*) FILTER (WHERE leads) = 1) s USING (org_id, asset_id)
          WHERE f IS NULL OR s IS NULL"),
        ("an asset with a fact of its own that is part of a machine as well",
         "SELECT count(*) FROM sighting s JOIN asset_fact f USING (org_id, asset_id)
          WHERE s.closed_at IS NULL AND f.closed_at IS NULL AND NOT f.merged"),
        ("a claim that nobody makes, or one that is made and not known",
         "SELECT count(*) FROM (SELECT s.org_id, s.asset_id, i.key, i.value FROM seen s
                CROSS JOIN LATERAL jsonb_each_text(s.document -> 'identities') i) s
          FULL JOIN (SELECT org_id, asset_id, kind AS key, value FROM asset_identity) i
                USING (org_id, asset_id, key, value) WHERE s IS NULL OR i IS NULL"),
        ("a fact later than its tenant's clock",
         "SELECT count(*) FROM asset_fact f JOIN fact_clock c USING (org_id)
          WHERE lower(f.recorded) > c.at OR upper(f.recorded) > c.at"),
    ];
    for (rule, sql) in rules {
        let broken: i64 = sqlx::query_scalar(sql).fetch_one(&mut *admin).await.unwrap();
        assert_eq!(broken, 0, "{rule}");
    }
}

/// What is believed now, by native id: the facts' hash and the judgement of each asset.
pub async fn believed(admin: &mut PgConnection, org: OrgId) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT a.native_id, concat_ws(' ', encode(f.fact_hash, 'hex'), d.state, d.severity, d.versions_behind,
                d.missing, d.extra, d.older, d.newer, d.settings, d.unknowns, d.proof)
         FROM asset a JOIN asset_fact f ON f.org_id = a.org_id AND f.asset_id = a.id AND upper_inf(f.recorded)
         LEFT JOIN asset_drift d ON d.org_id = a.org_id AND d.asset_id = a.id AND upper_inf(d.recorded)
         WHERE a.org_id = $1 ORDER BY a.kind, a.native_id",
    )
    .bind(org.as_uuid())
    .fetch_all(admin)
    .await
    .unwrap()
}

/// Rows of a table with the transactions that wrote them: equal before and after means that nothing was written.
pub async fn rows_of(admin: &mut PgConnection, table: &str) -> String {
    let sql = format!(
        "SELECT count(*) || ' ' || COALESCE(md5(string_agg(xmin::text || ctid::text, ',' ORDER BY ctid)), '')
         FROM {table}"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(admin)
        .await
        .unwrap()
}

pub async fn count(admin: &mut PgConnection, from: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {from}");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(admin)
        .await
        .unwrap()
}
