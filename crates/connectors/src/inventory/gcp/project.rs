//! One project: everything that is listed there, machines by zone and the rest as a whole, each a scope of its own.

use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::mpsc;

use super::super::out::{Out, Piece};
use super::super::rest::{Question, RestError};
use super::api::{Api, Listed};
use super::error::GcpError;
use super::exposure::Firewalls;
use super::image::{self, Foreign};
use super::listing::Listing;
use super::machine::DiskImages;
use super::{certificate, scaling, storage};

const ZONES: &str = "compute.zones.list";

pub struct Project {
    pub api: Api,
    pub id: String,
    /// Of the project as a whole.
    pub out: Out,
    pub sender: mpsc::Sender<Piece>,
    pub zones: Vec<String>,
    pub firewalls: Arc<Firewalls>,
    pub software: bool,
}

pub fn zones_question(api: &Api, project: &str) -> Question {
    api.compute(ZONES, project, &["zones"], &[("maxResults", "500")])
}

#[derive(Deserialize)]
struct Zone {
    name: String,
}

/// The zones that a project may have machines in.
pub async fn zones(api: &Api, project: &str) -> Result<Vec<String>, GcpError> {
    let mut zones = Vec::new();
    let mut pages = api.pages(zones_question(api, project));
    while let Some(page) = pages.next::<Listed<Zone>>().await? {
        if let Some(reason) = page.gap() {
            let place = format!("zones of {project}");
            return Err(GcpError::LeftOut {
                action: ZONES,
                place,
                reason,
            });
        }
        zones.extend(page.items.into_iter().map(|zone| zone.name));
    }
    match zones.is_empty() {
        true => Err(GcpError::Rest(RestError::Unreadable {
            action: ZONES.to_owned(),
            reason: "it names no zone".to_owned(),
        })),
        false => Ok(zones),
    }
}

impl Project {
    pub async fn list(&self, foreign: &Foreign) {
        let out = &self.out;
        let mut images = DiskImages::new();
        let disks = storage::list_disks(self, &mut images).await;
        let listed = match &disks {
            Ok(gaps) => gaps.result(),
            Err(_) => Ok(()),
        };
        let volumes = disks.as_ref().map(drop).and(listed.as_ref().copied());
        out.close("volume", volumes).await;
        Listing::new(self, images, disks).list(foreign).await;
        out.list(image::KIND, image::list_own(self)).await;
        out.list("scaling_group", scaling::list(self)).await;
        out.list("public_address", storage::list_addresses(self)).await;
        out.list("certificate", certificate::list(self)).await;
    }
}
