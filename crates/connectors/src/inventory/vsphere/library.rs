//! Content libraries: of their items those that machines are made from.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::resource::{Facts, MachineImage, Resource};
use qlrf_core::time::Timestamp;
use time::format_description::well_known::Rfc3339;

use super::super::{ConnectError, Sink};
use super::center::{Center, partial};
use super::error::ApiError;
use super::gone::items_gone;
use super::rest::{Item, Library, Rest};

impl Center<'_> {
    pub async fn collect_libraries(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let Some(rest) = &self.rest else {
            return Ok(());
        };
        let scope = self.scope("-", "machine_image");
        let mut ended = match self.library_items(rest).await {
            Ok(items) => {
                sink.resources(&scope, items).await?;
                Ok(())
            }
            Err(error) => Err(error),
        };
        if ended.is_ok() {
            ended = items_gone(rest, &sink.recall_unlisted(&scope).await?).await;
        }
        let outcome = match ended {
            Ok(()) => ScopeOutcome::Complete,
            Err(error) => partial(&error),
        };
        sink.close(&scope, outcome).await
    }

    async fn library_items(&self, rest: &Rest<'_>) -> Result<Vec<Resource>, ApiError> {
        let mut found = Vec::new();
        for library in rest.libraries().await? {
            let items = rest.items(&library).await?;
            let images = items.into_iter().filter(Item::is_image);
            found.extend(images.map(|item| image(item, &library, self.name)));
        }
        Ok(found)
    }
}

fn image(item: Item, library: &Library, vcenter: &str) -> Resource {
    let created = item.creation_time.as_deref();
    let version = item
        .version
        .map(|version| ("ql-rf.io/library-version".to_owned(), version));
    let mut labels = BTreeMap::from([("ql-rf.io/library".to_owned(), library.name.clone())]);
    labels.extend(version);
    Resource {
        native_id: item.id,
        platform: Platform::Vsphere,
        name: item.name,
        account: Some(vcenter.to_owned()),
        region: None,
        labels,
        facts: Facts::MachineImage(MachineImage {
            created_at: created.and_then(|text| Timestamp::parse(text, &Rfc3339).ok()),
            ..MachineImage::default()
        }),
        relations: Vec::new(),
        simulated: false,
    }
}
