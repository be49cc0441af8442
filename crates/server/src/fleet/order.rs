//! Orders of a fleet view: each is made when it is first asked for and kept with the view.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::row::{Dimension, Row};
use super::{Fleet, Ordinal};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    pub by: OrderBy,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderBy {
    Name,
    Differences,
    PendingSecurity,
    DriftSince,
    FirstSeen,
    By(Dimension),
}

impl Order {
    pub const BY_NAME: Order = Order {
        by: OrderBy::Name,
        descending: false,
    };

    /// `name`, `-differences`, `site`: a leading `-` descends.
    pub fn parse(text: &str) -> Option<Order> {
        let (descending, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        let by = match name {
            "name" => OrderBy::Name,
            "differences" => OrderBy::Differences,
            "pending_security" => OrderBy::PendingSecurity,
            "drift_since" => OrderBy::DriftSince,
            "first_seen" => OrderBy::FirstSeen,
            other => OrderBy::By(Dimension::parse(other)?),
        };
        Some(Order { by, descending })
    }
}

/// Where a page ended: the last row's place in the order. It still finds its place when that row is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    key: Key,
    id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Key {
    Text(Box<str>),
    Number(i64),
}

impl Position {
    pub fn of(fleet: &Fleet, order: Order, row: &Row) -> Position {
        Position {
            key: key(fleet, order.by, row),
            id: row.id,
        }
    }
}

/// Names may be 64 KiB, and a key travels in a cursor: what follows is left to the id to decide.
const KEY_BYTES_MAX: usize = 256;

/// How many orders a view keeps; past that the oldest is made again when asked for.
const KEPT_MAX: usize = 8;

type Kept = Vec<(Order, Arc<Vec<Ordinal>>)>;

#[derive(Default)]
pub(super) struct Orders(Mutex<Kept>);

/// A changed view starts without orders: those of the old one no longer hold.
impl Clone for Orders {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Orders {
    pub(super) fn get(&self, fleet: &Fleet, order: Order) -> Arc<Vec<Ordinal>> {
        let mut kept = self.0.lock().expect("nothing panics while the orders are locked");
        if let Some((_, found)) = kept.iter().find(|(known, _)| *known == order) {
            return found.clone();
        }
        let mut ordered: Vec<(Key, Uuid, Ordinal)> = fleet
            .iter()
            .map(|(ordinal, row)| (key(fleet, order.by, row), row.id, ordinal))
            .collect();
        ordered.sort_unstable_by(|a, b| compare(order, (&a.0, a.1), (&b.0, b.1)));
        let ordered = Arc::new(
            ordered
                .into_iter()
                .map(|(_, _, ordinal)| ordinal)
                .collect::<Vec<_>>(),
        );
        if kept.len() == KEPT_MAX {
            kept.remove(0);
        }
        kept.push((order, ordered.clone()));
        ordered
    }
}

pub(super) fn after(fleet: &Fleet, ordered: &[Ordinal], order: Order, position: &Position) -> usize {
    ordered.partition_point(|ordinal| {
        fleet.rows[*ordinal as usize].as_ref().is_some_and(|row| {
            let key = key(fleet, order.by, row);
            compare(order, (&key, row.id), (&position.key, position.id)) != Ordering::Greater
        })
    })
}

/// Ties are broken by id, ascending either way, so that an order is total and pages never overlap.
fn compare(order: Order, a: (&Key, Uuid), b: (&Key, Uuid)) -> Ordering {
    let by_key = a.0.cmp(b.0);
    let by_key = if order.descending {
        by_key.reverse()
    } else {
        by_key
    };
    by_key.then_with(|| a.1.cmp(&b.1))
}

fn key(fleet: &Fleet, by: OrderBy, row: &Row) -> Key {
    match by {
        OrderBy::Name => text(&row.name),
        OrderBy::Differences => Key::Number(row.differences.into()),
        // Not known sorts below nothing pending.
        OrderBy::PendingSecurity => Key::Number(row.pending_security.map_or(-1, i64::from)),
        OrderBy::DriftSince => Key::Number(row.drift_from.map_or(0, |at| at.unix_timestamp())),
        OrderBy::FirstSeen => Key::Number(row.first_seen.unix_timestamp()),
        OrderBy::By(dimension) => text(fleet.word(row, dimension).map_or("", |word| word)),
    }
}

fn text(word: &str) -> Key {
    Key::Text(word[..word.floor_char_boundary(KEY_BYTES_MAX)].into())
}
