use qlrf_core::rootfs::RootFsError;

/// Something about the input that makes the inventory incomplete or less sure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// The file inside the root, or the document.
    pub path: String,
    /// A lower-case fragment for people.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// No package database at all: nothing is known, which is not the same as nothing installed.
    NoDatabase,
    /// A file is there and could not be read.
    Unreadable,
    /// A file is above the size that is read.
    TooLarge,
    /// Entries that do not follow the format were left out.
    Malformed,
    /// A format that is recognised and not read.
    Unsupported,
    /// Changes wait in a write-ahead log that was not applied.
    LogNotApplied,
    /// Packages whose installation stopped half-way.
    HalfInstalled,
    /// os-release is missing or names a distribution or release that no advisory ecosystem covers.
    UnknownDistribution,
    /// Components of a document that name no package of a known ecosystem.
    UnknownComponents,
}

impl ProblemKind {
    /// Stable, for documents and API.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoDatabase => "no_package_database",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed_entries",
            Self::Unsupported => "unsupported_format",
            Self::LogNotApplied => "log_not_applied",
            Self::HalfInstalled => "half_installed",
            Self::UnknownDistribution => "unknown_distribution",
            Self::UnknownComponents => "unknown_components",
        }
    }
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, path: &str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            detail: detail.into(),
        }
    }

    /// For people who read a document.
    pub(super) fn words(&self) -> String {
        format!("{} {}: {}", self.kind.code(), self.path, self.detail)
    }

    /// What is missing because of it proves nothing. A text beside the databases does not count.
    pub fn stops_reading(&self) -> bool {
        let of_a_database = !self.path.trim_start_matches('/').starts_with("usr/share/");
        of_a_database
            && matches!(
                self.kind,
                ProblemKind::NoDatabase
                    | ProblemKind::Unreadable
                    | ProblemKind::TooLarge
                    | ProblemKind::Malformed
                    | ProblemKind::Unsupported
                    | ProblemKind::LogNotApplied
            )
    }

    pub(super) fn from_rootfs(path: &str, error: &RootFsError) -> Self {
        let kind = match error {
            RootFsError::TooLarge { .. } => ProblemKind::TooLarge,
            RootFsError::Unreadable { .. } => ProblemKind::Unreadable,
        };
        Self::new(kind, path, error.to_string())
    }
}

/// Counts entries that were left out, and keeps the first as the example: a hostile database with a million bad
/// entries makes one problem.
#[derive(Default)]
pub(super) struct Tally {
    count: u64,
    first: Option<String>,
}

impl Tally {
    pub(super) fn add(&mut self, example: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(clip(&example()));
        }
    }

    /// `what` reads on from a number: `packages have no version`.
    pub(super) fn report(self, kind: ProblemKind, path: &str, what: &str, problems: &mut Vec<Problem>) {
        if let Some(first) = self.first {
            problems.push(Problem::new(
                kind,
                path,
                format!("{} {what}, the first: {first}", self.count),
            ));
        }
    }
}

/// At most `EXAMPLE_CHARS_MAX` characters in quotes, control characters escaped.
pub(super) fn clip(text: &str) -> String {
    const EXAMPLE_CHARS_MAX: usize = 80;
    let mut out = String::from("\"");
    for c in text.chars().take(EXAMPLE_CHARS_MAX) {
        if c.is_control() {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
    }
    if text.chars().nth(EXAMPLE_CHARS_MAX).is_some() {
        out.push('…');
    }
    out.push('"');
    out
}
