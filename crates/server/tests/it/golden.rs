//! The golden images of the simulated estate, registered in the store as a person would register them.

use std::collections::BTreeMap;

use qlrf_connectors::inventory::sim::{self, SimConfig};
use qlrf_core::contract::image::parse;
use qlrf_core::id::ImageVersionId;
use qlrf_core::time::{OffsetDateTime, Timestamp};
use qlrf_store::image::{self, NewImage};
use qlrf_store::{clock, content};

use crate::inventory::Estate;

/// One version with everything it holds.
pub struct Golden {
    pub family: &'static str,
    pub version: String,
    published: Timestamp,
    document: String,
    packages: std::sync::Arc<qlrf_core::package::PackageSet>,
}

/// Family by family, oldest first.
pub fn images(config: serde_json::Value) -> BTreeMap<&'static str, Vec<Golden>> {
    let config = SimConfig::parse(config).unwrap();
    let packages = sim::image_packages(&config).unwrap();
    let mut families: BTreeMap<&'static str, Vec<Golden>> = BTreeMap::new();
    for (image, held) in sim::images(&config).unwrap().into_iter().zip(packages) {
        assert_eq!((image.family, &image.version), (held.family, &held.version));
        families.entry(image.family).or_default().push(Golden {
            family: image.family,
            version: image.version,
            published: OffsetDateTime::new_utc(image.published, time::Time::MIDNIGHT),
            document: image.document,
            packages: held.packages,
        });
    }
    families
}

/// Registers versions in production, in one transaction that says so to the judge.
pub async fn register(estate: &Estate, images: &[&Golden]) {
    let mut tx = estate.tx().await;
    let at = clock::tick(&mut tx).await.unwrap();
    for golden in images {
        let contract = parse(golden.document.as_bytes()).unwrap().contract;
        let family = image::get_or_create_family(&mut tx, golden.family, at)
            .await
            .unwrap();
        let set = content::intern(&mut tx, std::slice::from_ref(&golden.packages))
            .await
            .unwrap();
        let id = ImageVersionId::generate();
        let new = NewImage {
            id,
            family_id: family,
            version: &golden.version,
            status: "production",
            contract_form: "a",
            contract_digest: contract.digest(),
            contract: &serde_json::to_value(&contract).unwrap(),
            contract_text: &golden.document,
            package_set_id: Some(set.set_ids[&golden.packages.digest()]),
            simulated: true,
            created_at: at,
            published_at: Some(golden.published),
            deprecated_at: None,
            retired_at: None,
        };
        assert!(image::create(&mut tx, &new).await.unwrap());
        let coordinates: Vec<_> = contract
            .coordinates
            .iter()
            .map(|c| {
                (
                    c.platform.name().to_owned(),
                    c.region.clone().unwrap_or_default(),
                    c.reference.clone(),
                )
            })
            .collect();
        image::add_coordinates(&mut tx, id, &coordinates).await.unwrap();
    }
    clock::mark_images(&mut tx, at).await.unwrap();
    tx.commit().await.unwrap();
}
