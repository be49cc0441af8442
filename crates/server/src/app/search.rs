//! One search over everything that has a name: what the command palette asks.

use std::sync::Arc;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::perm::Permission;
use qlrf_core::time::Timestamp;
use roaring::RoaringBitmap;

use crate::api::types::search::{Facet, FacetValue, SearchGroup, SearchHit};
use crate::fleet::{Dimension, Fleet};
use crate::opcx::OpCx;

const QUERY_CHARS_MAX: usize = 200;

/// How well a name answers a question; the smaller the better.
type Rank = (u8, usize);

/// `None`: it does not hold the words at all. `wanted` is in lower case.
fn rank(name: &str, wanted: &str) -> Option<Rank> {
    rank_lowercase(&name.to_lowercase(), wanted)
}

fn rank_lowercase(name: &str, wanted: &str) -> Option<Rank> {
    let at = name.find(wanted)?;
    let starts_word = name[..at]
        .chars()
        .next_back()
        .is_none_or(|before| !before.is_alphanumeric());
    let class = match (at, starts_word) {
        _ if name.len() == wanted.len() => 0,
        (0, _) => 1,
        (_, true) => 2,
        _ => 3,
    };
    Some((class, name.len()))
}

/// The best of each kind that the caller may read: a kind that it may not is not there.
pub async fn search(
    cx: &OpCx,
    text: &str,
    as_of: Option<Timestamp>,
    limit: usize,
) -> Result<(Arc<Fleet>, Vec<SearchGroup>)> {
    let wanted = text.trim().to_lowercase();
    if wanted.is_empty() || wanted.chars().count() > QUERY_CHARS_MAX {
        let detail = format!("a search has 1 to {QUERY_CHARS_MAX} characters");
        return Err(Error::new(ErrorKind::Invalid, "invalid_request", detail));
    }
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let mut groups = Vec::new();
    if cx.may(Permission::AssetRead) {
        groups.push(assets(&fleet, &wanted, limit));
    }
    if cx.may(Permission::VulnerabilityRead) {
        groups.push(vulnerabilities(&fleet, &wanted, limit));
    }
    if cx.may(Permission::ImageRead) {
        groups.push(images(cx, as_of, &wanted, limit).await?);
    }
    if cx.may(Permission::DriftRead) {
        groups.push(sites(&fleet, &wanted, limit));
    }
    Ok((fleet, groups))
}

/// The best `limit` of what was found, and how many there are.
fn best<K: Ord, T>(
    kind: &str,
    mut found: Vec<(K, T)>,
    limit: usize,
    hit: impl Fn(T) -> SearchHit,
) -> SearchGroup {
    let total = found.len() as u64;
    if found.len() > limit {
        found.select_nth_unstable_by(limit, |a, b| a.0.cmp(&b.0));
        found.truncate(limit);
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    SearchGroup {
        kind: kind.to_owned(),
        total,
        items: found.into_iter().map(|(_, found)| hit(found)).collect(),
    }
}

fn assets(fleet: &Fleet, wanted: &str, limit: usize) -> SearchGroup {
    let found = fleet.texts().find(wanted).filter_map(|text| {
        let ranks = [text.name, text.native_id].map(|name| rank_lowercase(name, wanted));
        let rank = ranks.into_iter().flatten().min()?;
        let row = fleet.row(text.ordinal)?;
        Some(((rank, &row.name, row.id), row))
    });
    best("asset", found.collect(), limit, |row| {
        let word = |dimension| fleet.word(row, dimension).map(|word| &word[..]);
        let place = [Dimension::Platform, Dimension::Site, Dimension::Env];
        let detail: Vec<&str> = place.into_iter().filter_map(word).collect();
        SearchHit {
            id: row.id.to_string(),
            title: row.name.to_string(),
            detail: detail.join(" · "),
            assets: None,
            simulated: row.simulated,
        }
    })
}

/// By id; the more urgent first among equals.
fn vulnerabilities(fleet: &Fleet, wanted: &str, limit: usize) -> SearchGroup {
    let standings = fleet.standings();
    let found = fleet
        .vulnerabilities
        .iter()
        .filter(|v| !v.assets.is_empty())
        .filter_map(|v| {
            let rank = rank(&v.id, wanted)?;
            let urgency = standings
                .get(&v.id)
                .map_or(0.0, |standing| standing.urgency.score);
            // Ids of one length rank alike; what is urgent comes first then.
            Some(((rank.0, std::cmp::Reverse((urgency * 1e6) as i64), &v.id), v))
        });
    best("vulnerability", found.collect(), limit, |v| {
        let simulated = standings.get(&v.id).map_or(0, |standing| standing.simulated);
        SearchHit {
            id: v.id.to_string(),
            title: v.id.to_string(),
            detail: v.summary().to_owned(),
            assets: Some(v.assets.len()),
            simulated: simulated == v.assets.len(),
        }
    })
}

async fn images(cx: &OpCx, as_of: Option<Timestamp>, wanted: &str, limit: usize) -> Result<SearchGroup> {
    let query = super::image::ListQuery {
        at: as_of,
        ..Default::default()
    };
    let listed = super::image::list(cx, &query).await?;
    let found = listed.into_iter().enumerate().filter_map(|(place, listed)| {
        let name = format!("{}:{}", listed.summary.family, listed.summary.version);
        // Versions of one family stand as the list has them: the newest first.
        Some(((rank(&name, wanted)?.0, place), (name, listed)))
    });
    Ok(best("image", found.collect(), limit, |(name, listed)| {
        SearchHit {
            id: listed.summary.id.to_string(),
            title: name,
            detail: match listed.summary.revoked_at {
                Some(_) => "revoked".to_owned(),
                None => listed.summary.status,
            },
            assets: Some(listed.running),
            simulated: listed.summary.simulated,
        }
    }))
}

fn sites(fleet: &Fleet, wanted: &str, limit: usize) -> SearchGroup {
    let simulated = fleet.simulated();
    let found = fleet
        .group_by(fleet.live(), Dimension::Site)
        .filter_map(|(symbol, members)| {
            let site = fleet.symbols.word(symbol)?;
            Some(((rank(site, wanted)?, site), (site, members)))
        });
    best("site", found.collect(), limit, |(site, members)| SearchHit {
        id: site.to_string(),
        title: site.to_string(),
        detail: String::new(),
        assets: Some(members.len()),
        simulated: members.is_subset(&simulated),
    })
}

/// Some assets by the values of several dimensions; of each the `limit` with the most assets.
pub fn facets(fleet: &Fleet, assets: &RoaringBitmap, by: &[Dimension], limit: usize) -> Vec<Facet> {
    let facet = |dimension: &Dimension| {
        let counts = super::estate::count_by(fleet, assets, *dimension);
        let distinct = counts.len() as u64;
        let values = counts.into_iter().take(limit);
        let values = values
            .map(|(value, assets)| FacetValue { value, assets })
            .collect();
        Facet {
            by: dimension.name().to_owned(),
            values,
            distinct,
        }
    };
    by.iter().map(facet).collect()
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn the_name_itself_comes_before_its_start_a_word_and_a_part() {
        let mut names = ["my-web-1", "aweb", "web", "web-10", "WEB-1"];
        names.sort_by_key(|name| rank(name, "web"));
        assert_eq!(names, ["web", "WEB-1", "web-10", "my-web-1", "aweb"]);
        assert_eq!(rank("db", "web"), None);
    }
}
