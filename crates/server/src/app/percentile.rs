//! Percentiles of values that are counted.

/// The smallest value that at least `percent` of the values do not exceed (nearest rank), over values with their number.
pub fn percentile(sorted: &[(i64, u64)], percent: u64) -> Option<i64> {
    let total: u64 = sorted.iter().map(|(_, count)| count).sum();
    let rank = (total * percent).div_ceil(100);
    let mut seen = 0;
    sorted
        .iter()
        .find(|(_, count)| {
            seen += count;
            seen >= rank
        })
        .map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_counts_values_as_often_as_they_occur() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[(0, 9), (30, 1)], 50), Some(0));
        assert_eq!(percentile(&[(0, 9), (30, 1)], 90), Some(0));
        assert_eq!(percentile(&[(0, 8), (30, 2)], 90), Some(30));
    }
}
