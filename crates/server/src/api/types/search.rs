use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// What may follow in a half-written filter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FilterSuggestions {
    /// Where the last term starts in `q`, in bytes of UTF-8: `insert` replaces everything from here on.
    pub from: usize,
    /// Assets that the terms before it accept: the denominator.
    pub assets: u64,
    pub items: Vec<FilterSuggestion>,
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FilterSuggestion {
    /// The whole term, quoted where it must be; a key ends with its colon.
    pub insert: String,
    /// The key or the value alone.
    pub label: String,
    /// Assets that the value would leave; absent for keys.
    pub assets: Option<u64>,
}

/// Assets by the values of several dimensions at once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Facets {
    /// Assets that the filter accepts: the denominator of every value.
    pub assets: u64,
    pub facets: Vec<Facet>,
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Facet {
    /// A key of the filter language.
    pub by: String,
    /// The values with the most assets, largest first.
    pub values: Vec<FacetValue>,
    /// How many different values there are, *not known* counting as one.
    pub distinct: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FacetValue {
    /// Absent: not known.
    pub value: Option<String>,
    pub assets: u64,
}

/// The best answers to a search, by kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchResults {
    pub groups: Vec<SearchGroup>,
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchGroup {
    /// `asset`, `vulnerability`, `image` or `site`.
    pub kind: String,
    /// How many match; `items` holds the best of them.
    pub total: u64,
    pub items: Vec<SearchHit>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchHit {
    /// What the resource is asked for by: an id, a CVE, or the name of a site.
    pub id: String,
    pub title: String,
    /// A second line; may be empty.
    pub detail: String,
    /// Assets behind it; absent for an asset.
    pub assets: Option<u64>,
    /// Made up by the simulator, or found on simulated assets alone.
    pub simulated: bool,
}
