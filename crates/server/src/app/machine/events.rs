//! What is told of machines: who joined one, who left one.

use std::collections::BTreeMap;

use qlrf_core::digest::Digest;
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::AssetId;
use serde_json::json;

use super::walk::Component;
use super::{Group, Settled};
use crate::app::record::{Change, asset_event, removed_event};

pub fn tell(
    change: &Change<'_>,
    component: &Component,
    affected: &[&Group],
    before: &BTreeMap<AssetId, (Digest, bool)>,
    settled: &Settled,
) -> Vec<NewEvent> {
    let story = Story {
        change,
        component,
        affected,
    };
    let mut events = Vec::new();
    for own in &settled.own {
        let known = before.contains_key(&own.id);
        match story.left(own.id).filter(|_| !known) {
            Some(machine) => events.push(story.split(own.id, machine)),
            None => events.push(asset_event(&own.fact(), known)),
        }
    }
    for group in affected.iter().filter(|group| !group.is_alone()) {
        let joined = |id: &&AssetId| {
            let before = component.standing.get(id).map(|standing| standing.machine);
            **id != group.id && before != Some(group.id)
        };
        let joined = group.members.iter().filter(joined);
        events.extend(joined.map(|id| story.merged(group, *id)));
    }
    for id in &settled.ended {
        let is_member = affected.iter().any(|group| group.members.contains(id));
        match story.heir(*id) {
            _ if is_member => {}
            Some(group) => events.push(story.merged(group, *id)),
            None => events.push(removed_event(*id)),
        }
    }
    events
}

struct Story<'a> {
    change: &'a Change<'a>,
    component: &'a Component,
    affected: &'a [&'a Group],
}

impl Story<'_> {
    /// The machine that whoever goes by `id` now belonged to before.
    fn left(&self, id: AssetId) -> Option<AssetId> {
        let group = self.affected.iter().find(|group| group.id == id)?;
        let standing = |member: &AssetId| self.component.standing.get(member);
        let mut machines = group.members.iter().filter_map(standing).map(|s| s.machine);
        machines.find(|machine| *machine != id)
    }

    /// The machine that those who went by `id` belong to now.
    fn heir(&self, id: AssetId) -> Option<&Group> {
        let former = |member: &AssetId| {
            self.component
                .standing
                .get(member)
                .is_some_and(|s| s.machine == id)
        };
        let heir = self
            .affected
            .iter()
            .find(|group| group.members.iter().any(former));
        heir.copied()
    }

    fn merged(&self, group: &Group, merged: AssetId) -> NewEvent {
        let known = self.component.known.get(&merged);
        NewEvent {
            event_type: EventType::AssetMerged,
            subject: format!("assets/{}", group.id),
            data: json!({
                "asset_id": group.id, "merged_id": merged, "proof": self.component.proof(group, merged),
                "connector_id": known.map(|known| known.connector), "simulated": known.is_some_and(|k| k.simulated),
            }),
        }
    }

    fn split(&self, id: AssetId, machine: AssetId) -> NewEvent {
        let again = self.change.again.filter(|again| again.asset == id);
        NewEvent {
            event_type: EventType::AssetSplit,
            subject: format!("assets/{id}"),
            data: json!({
                "asset_id": id, "from_id": machine, "by_person": self.change.again.is_some(),
                "reason": again.map(|again| again.reason),
                "simulated": self.component.known.get(&id).is_some_and(|known| known.simulated),
            }),
        }
    }
}
