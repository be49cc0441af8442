//! Figures as every table shows them: a share cut and not rounded, with its state as a glyph.

/// 69.97 is not the 70 where another state begins, and 99.97 is not all of them.
pub fn percent(value: f64, digits: u8) -> String {
    // What is a tenth in decimals is a little less in binary.
    const EPSILON: f64 = 1e-9;
    let factor = 10_f64.powi(digits.into());
    let cut = (value * factor + EPSILON).floor() / factor;
    format!("{cut:.*} %", usize::from(digits))
}

pub fn rag(word: &str) -> &'static str {
    match word {
        "healthy" => "●",
        "warning" => "▲",
        "critical" => "◆",
        _ => "◌",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_cut() {
        assert_eq!(percent(69.97, 1), "69.9 %");
        assert_eq!(percent(69.97, 0), "69 %");
        assert_eq!(percent(28.999_999_999_999_996, 1), "29.0 %");
        assert_eq!(
            (percent(100.0, 0), percent(0.0, 1)),
            ("100 %".into(), "0.0 %".into())
        );
    }
}
