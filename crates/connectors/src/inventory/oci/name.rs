//! Names as the distribution specification allows them. They become parts of paths, so that nothing else may pass.
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>

const REPOSITORY_BYTES_MAX: usize = 255;
const TAG_BYTES_MAX: usize = 128;

pub fn is_repository(name: &str) -> bool {
    name.len() <= REPOSITORY_BYTES_MAX && name.split('/').all(is_part)
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_part(part: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let separated = part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let sound =
        |separator: &str| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|b| b == b'-');
    let ends = [part.bytes().next(), part.bytes().last()];
    ends.into_iter().all(|end| end.is_some_and(is_word)) && separated.into_iter().all(sound)
}

/// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`
pub fn is_tag(tag: &str) -> bool {
    let is_first = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let begins = tag.bytes().next().is_some_and(is_first);
    let sound = tag.bytes().all(|b| is_first(b) || matches!(b, b'.' | b'-'));
    begins && sound && tag.len() <= TAG_BYTES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_specification_allows_becomes_a_path() {
        for name in ["a", "library/debian", "a/b/c", "a.b_c__d--e/f0"] {
            assert!(is_repository(name), "{name}");
        }
        for name in [
            "", "/", "a/", "/a", "a//b", "..", "a/../b", "A", "a..b", "a___b", "-a", "a-", "a?b", "a%2fb",
            "a b", "ä",
        ] {
            assert!(!is_repository(name), "{name}");
        }
        for tag in ["latest", "v1.2.3-rc_1", "_"] {
            assert!(is_tag(tag), "{tag}");
        }
        for tag in ["", ".", "..", "-a", "a/b", "a?b", "a:b", "ä"] {
            assert!(!is_tag(tag), "{tag}");
        }
        assert!(is_tag(&"a".repeat(128)) && !is_tag(&"a".repeat(129)));
        assert!(is_repository(&"a".repeat(255)) && !is_repository(&"a".repeat(256)));
    }
}
