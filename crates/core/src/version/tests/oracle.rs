//! Our order against that of the programs and libraries whose order it is.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::str::FromStr;

use proptest::test_runner::TestCaseError;

use super::super::Scheme;

pub fn check_semver(a: &str, b: &str) -> Result<(), TestCaseError> {
    if let (Ok(x), Ok(y)) = (semver::Version::parse(a), semver::Version::parse(b)) {
        proptest::prop_assert_eq!(
            Scheme::Semver.compare(a, b),
            Ok(x.cmp_precedence(&y)),
            "{} {}",
            a,
            b
        );
    }
    Ok(())
}

pub fn check_pep440(a: &str, b: &str) -> Result<(), TestCaseError> {
    if let (Ok(x), Ok(y)) = (pep440_rs::Version::from_str(a), pep440_rs::Version::from_str(b)) {
        proptest::prop_assert_eq!(Scheme::Pep440.compare(a, b), Ok(x.cmp(&y)), "{} {}", a, b);
    }
    Ok(())
}

#[test]
fn agrees_with_dpkg_in_perl() {
    let name = "agrees_with_dpkg_in_perl";
    let Some(versions) = real(
        name,
        "inventory/debian12-packages-2026-11-21.tsv.zst",
        debian_version,
    ) else {
        return;
    };
    let script = "use Dpkg::Version; while (<STDIN>) { chomp; my ($a, $b) = split / /; \
                  print version_compare(Dpkg::Version->new($a), Dpkg::Version->new($b)), \"\\n\" }";
    if !has(name, "perl", &["-MDpkg::Version", "-e1"]) {
        return;
    }
    let pairs = pairs(Scheme::Deb, &versions, 40_000);
    let answers = ask("perl", &["-e", script], &lines(&pairs));
    compare(Scheme::Deb, &pairs, &answers);
}

/// dpkg itself answers one pair a process, some two thousand in the time that a test may take.
#[test]
fn agrees_with_dpkg() {
    check_dpkg("agrees_with_dpkg", 2_000);
}

#[test]
#[ignore = "a minute: one process a pair"]
fn agrees_with_dpkg_on_tens_of_thousands() {
    check_dpkg("agrees_with_dpkg_on_tens_of_thousands", 40_000);
}

fn check_dpkg(name: &str, count: usize) {
    let Some(versions) = real(
        name,
        "inventory/debian12-packages-2026-11-21.tsv.zst",
        debian_version,
    ) else {
        return;
    };
    if !has(name, "dpkg", &["--version"]) {
        return;
    }
    let pairs = pairs(Scheme::Deb, &versions, count);
    let mut input = String::new();
    for (a, b) in &pairs {
        let op = match Scheme::Deb.compare(a, b).expect("pairs are valid") {
            Ordering::Less => "lt",
            Ordering::Equal => "eq",
            Ordering::Greater => "gt",
        };
        writeln!(input, "{a} {op} {b}").expect("writing to a string");
    }
    let loop_ = "while read -r a op b; do dpkg --compare-versions \"$a\" \"$op\" \"$b\" 2>/dev/null && echo yes || echo no; done";
    let answers = ask("sh", &["-c", loop_], &input);
    for (line, answer) in input.lines().zip(&answers) {
        assert_eq!(answer, "yes", "dpkg denies {line}");
    }
    assert_eq!(answers.len(), pairs.len());
}

#[test]
fn agrees_with_rpm() {
    let name = "agrees_with_rpm";
    let mut versions = Vec::new();
    for file in ["vuln/osv-almalinux8.jsonl.zst", "vuln/osv-almalinux9.jsonl.zst"] {
        let Some(more) = real(name, file, fixed_versions) else {
            return;
        };
        versions.extend(more);
    }
    if !has(name, "rpm", &["--version"]) {
        return;
    }
    let lua = "%{lua: for line in io.stdin:lines() do local a, b = line:match('(%S+) (%S+)') \
               print(rpm.vercmp(a, b) .. '\\n') end}";
    let pairs = pairs(Scheme::Rpm, &versions, 40_000);
    let answers: Vec<String> = ask("rpm", &["--eval", lua], &lines(&pairs))
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect();
    compare(Scheme::Rpm, &pairs, &answers);
}

#[test]
fn agrees_with_the_libraries_on_real_versions() {
    let name = "agrees_with_the_libraries_on_real_versions";
    let Some(python) = real(name, "vuln/osv-pypi-pypa-2024-10.jsonl.zst", listed_versions) else {
        return;
    };
    for (a, b) in pairs(Scheme::Pep440, &python, 20_000) {
        check_pep440(&a, &b).expect("the same order");
    }
    let Some(go) = real(name, "vuln/osv-go.jsonl.zst", fixed_versions) else {
        return;
    };
    for (a, b) in pairs(Scheme::Semver, &go, 20_000) {
        check_semver(&a, &b).expect("the same order");
    }
}

/// How much of what is published has a place in our order; the rest is reported as unknown to whoever asks.
#[test]
fn takes_nearly_every_published_version() {
    let name = "takes_nearly_every_published_version";
    for (scheme, file, of) in [
        (
            Scheme::Deb,
            "inventory/debian12-packages-2026-11-21.tsv.zst",
            debian_version as fn(&str) -> Vec<String>,
        ),
        (Scheme::Rpm, "vuln/osv-almalinux8.jsonl.zst", fixed_versions),
        (Scheme::Rpm, "vuln/osv-almalinux9.jsonl.zst", fixed_versions),
        (
            Scheme::Apk,
            "vuln/osv-bellsoft-alpaquita.jsonl.zst",
            fixed_versions,
        ),
        (Scheme::Semver, "vuln/osv-go.jsonl.zst", fixed_versions),
        (
            Scheme::Pep440,
            "vuln/osv-pypi-pypa-2024-10.jsonl.zst",
            listed_versions,
        ),
    ] {
        let Some(versions) = real(name, file, of) else {
            return;
        };
        let refused: Vec<_> = versions.iter().filter(|v| scheme.key(v).is_err()).collect();
        eprintln!(
            "{file}: {} versions, refused {}: {:?}",
            versions.len(),
            refused.len(),
            &refused[..refused.len().min(8)]
        );
        assert!(
            refused.len() * 100 <= versions.len(),
            "{file}: {} of {}",
            refused.len(),
            versions.len()
        );
    }
}

fn debian_version(line: &str) -> Vec<String> {
    line.split('\t')
        .filter(|field| field.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

fn fixed_versions(line: &str) -> Vec<String> {
    let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let mut found = Vec::new();
    for affected in record["affected"].as_array().into_iter().flatten() {
        for range in affected["ranges"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|range| range["type"] != "GIT")
        {
            for event in range["events"].as_array().into_iter().flatten() {
                found.extend(event["fixed"].as_str().map(str::to_owned));
            }
        }
    }
    found
}

fn listed_versions(line: &str) -> Vec<String> {
    let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let affected = record["affected"].as_array().into_iter().flatten();
    let versions = affected.flat_map(|a| a["versions"].as_array().into_iter().flatten());
    versions.filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

/// The distinct versions in a file of real data; `None`, said aloud, where the file is absent.
fn real(test: &str, file: &str, of: fn(&str) -> Vec<String>) -> Option<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(file);
    let Ok(raw) = std::fs::read(&path) else {
        eprintln!("skipped: {test}: {} is absent", path.display());
        return None;
    };
    let text = zstd::decode_all(&raw[..]).expect("zstd");
    let text = String::from_utf8(text).expect("UTF-8");
    let distinct: BTreeSet<String> = text.lines().flat_map(of).collect();
    Some(distinct.into_iter().collect())
}

fn has(test: &str, program: &str, args: &[&str]) -> bool {
    let found = Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: {test}: {program} is absent");
    }
    found
}

/// Pairs of real versions, of neighbours in text order, and of a version and a changed copy of it. The seed is fixed.
fn pairs(scheme: Scheme, versions: &[String], count: usize) -> Vec<(String, String)> {
    let mut random = Lcg(0x5eed);
    let mut pairs = Vec::with_capacity(count);
    while pairs.len() < count {
        let at = random.below(versions.len());
        let a = versions[at].clone();
        let b = match random.below(4) {
            0 => versions[random.below(versions.len())].clone(),
            1 => versions[(at + 1 + random.below(3)) % versions.len()].clone(),
            _ => mutate(&a, &mut random),
        };
        let (a, b) = if random.below(2) == 0 { (a, b) } else { (b, a) };
        if scheme.key(&a).is_ok() && scheme.key(&b).is_ok() {
            pairs.push((a, b));
        }
    }
    pairs
}

fn mutate(version: &str, random: &mut Lcg) -> String {
    const ALPHABET: &[u8] = b"0123456789abzAZ.+-~^_:";
    let mut bytes = version.as_bytes().to_vec();
    for _ in 0..=random.below(2) {
        let at = random.below(bytes.len() + 1);
        let byte = ALPHABET[random.below(ALPHABET.len())];
        match random.below(3) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() && bytes.len() > 1 => drop(bytes.remove(at)),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| version.to_owned())
}

struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}

fn lines(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(a, b)| format!("{a} {b}\n")).collect()
}

fn ask(program: &str, args: &[&str], input: &str) -> Vec<String> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program was there a moment ago");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it read everything");
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(str::to_owned)
        .collect()
}

fn compare(scheme: Scheme, pairs: &[(String, String)], answers: &[String]) {
    assert_eq!(answers.len(), pairs.len(), "one answer a pair");
    let wrong: Vec<String> = pairs
        .iter()
        .zip(answers)
        .filter_map(|((a, b), answer)| {
            let theirs = answer.trim().parse::<i32>().expect("a number").cmp(&0);
            let ours = scheme.compare(a, b).expect("pairs are valid");
            (ours != theirs).then(|| format!("{a} against {b}: ours {ours:?}, theirs {theirs:?}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}: {:#?}",
        wrong.len(),
        pairs.len(),
        &wrong[..wrong.len().min(10)]
    );
}
