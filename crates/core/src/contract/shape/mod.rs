//! What may stand where in a contract: tables of data that check a document and are published as JSON Schema.
//!
//! One table serves both, so that an editor with the schema and the fabric say the same of a document.

mod check;
mod nearest;
mod schema;

pub use check::check;
pub use schema::json_schema;

pub const TEXT_CHARS_MAX: usize = 1024;

pub enum Shape {
    Text(Pattern),
    /// A version: text, or a number taken by its spelling so that an unquoted `1.10` stays `1.10`.
    Version,
    /// A setting's value: text, number or flag.
    Setting,
    Flag,
    Integer {
        min: i64,
        max: i64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// RFC 3339, with a zone.
    Time,
    List {
        of: &'static Shape,
        max: usize,
    },
    Map {
        keys: Pattern,
        of: &'static Shape,
        max: usize,
    },
    Object(&'static Object),
    /// A shape that holds itself. Its name stands in the schema's `$defs`; how deep a document goes is bounded by
    /// [`super::node::DEPTH_MAX`].
    Named {
        name: &'static str,
        of: fn() -> &'static Shape,
    },
    /// The alternatives differ in their JSON type, so that a value belongs to at most one of them.
    Either(&'static [Shape]),
    /// Anything, carried as it is.
    Any,
}

pub struct Object {
    pub fields: &'static [Field],
    /// Whether other keys than [`Object::fields`] are carried along rather than refused.
    pub open: bool,
}

pub struct Field {
    pub name: &'static str,
    pub required: bool,
    pub shape: Shape,
    /// For the schema: shown by editors.
    pub about: &'static str,
}

pub const fn required(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field {
        name,
        required: true,
        shape,
        about,
    }
}

pub const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field {
        name,
        required: false,
        shape,
        about,
    }
}

/// Which text is meant. Each is a regular expression for the schema and a function for us; a test compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// One line: anything but control characters.
    Line,
    /// A name that is safe in a path and a URL.
    Name,
    /// `sysctl:…`, `sshd:…` and others of that kind.
    SettingKey,
    /// `name`, `name=version` or `name>=version`.
    Package,
    /// `sha256:` and 64 hexadecimal digits.
    Digest,
}

impl Pattern {
    pub const ALL: &[Pattern] = &[
        Pattern::Line,
        Pattern::Name,
        Pattern::SettingKey,
        Pattern::Package,
        Pattern::Digest,
    ];

    pub fn regex(self) -> &'static str {
        match self {
            Pattern::Line => r"^[^\u0000-\u001f\u007f]+$",
            Pattern::Name => r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$",
            Pattern::SettingKey => r"^[a-z][a-z0-9_]*:[^\u0000-\u0020\u007f]+$",
            Pattern::Package => r"^[A-Za-z0-9@][^\u0000-\u0020\u007f<>=!]*(>?=[^\u0000-\u0020\u007f<>=!]+)?$",
            Pattern::Digest => r"^sha256:[0-9a-f]{64}$",
        }
    }

    pub fn matches(self, text: &str) -> bool {
        let visible = |t: &str| !t.is_empty() && t.chars().all(|c| c > '\u{20}' && c != '\u{7f}');
        match self {
            Pattern::Line => !text.is_empty() && text.chars().all(|c| c > '\u{1f}' && c != '\u{7f}'),
            Pattern::Name => {
                let bytes = text.as_bytes();
                bytes.first().is_some_and(u8::is_ascii_alphanumeric)
                    && bytes.len() <= 128
                    && bytes
                        .iter()
                        .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
            }
            Pattern::SettingKey => text.split_once(':').is_some_and(|(kind, key)| {
                kind.starts_with(|c: char| c.is_ascii_lowercase())
                    && kind
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                    && visible(key)
            }),
            Pattern::Package => {
                let (name, version) = match text.split_once(['>', '=']) {
                    None => (text, None),
                    Some((name, rest)) => {
                        let minimum = text.as_bytes()[name.len()] == b'>';
                        (
                            name,
                            Some(if minimum {
                                rest.strip_prefix('=').unwrap_or_default()
                            } else {
                                rest
                            }),
                        )
                    }
                };
                let plain = |t: &str| visible(t) && !t.contains(['<', '>', '=', '!']);
                name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
                    && plain(name)
                    && version.is_none_or(plain)
            }
            Pattern::Digest => text.strip_prefix("sha256:").is_some_and(|hex| {
                hex.len() == 64
                    && hex
                        .bytes()
                        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            }),
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Pattern::Line => "one line of text without control characters",
            Pattern::Name => {
                "letters, digits, '.', '_' and '-', starting with a letter or digit, at most 128"
            }
            Pattern::SettingKey => {
                "a kind and a key, such as sysctl:net.ipv4.ip_forward or sshd:PermitRootLogin"
            }
            Pattern::Package => "name, name=version or name>=version",
            Pattern::Digest => "sha256: and 64 lower-case hexadecimal digits",
        }
    }
}

/// A moment in UTC, for [`Shape::Time`].
pub fn parse_time(text: &str) -> Option<crate::time::Timestamp> {
    let at = crate::time::Timestamp::parse(text, &time::format_description::well_known::Rfc3339).ok()?;
    at.checked_to_offset(time::UtcOffset::UTC)
        .map(crate::time::truncate)
}

/// The value of [`Shape::Integer`]; `2.0` is whole, as JSON Schema says.
pub fn whole(text: &str) -> Option<i64> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    text.parse().ok().or_else(|| {
        let value: f64 = text.parse().ok()?;
        (value.fract() == 0.0 && value.abs() <= EXACT_MAX).then_some(value as i64)
    })
}
