//! Whole inventories and documents.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_core::rootfs::Files;
use qlrf_core::time::Timestamp;

use super::testing::{inventory, lines};
use super::*;

fn at() -> Timestamp {
    Timestamp::from_unix_timestamp(1_700_000_000).unwrap()
}

fn sample() -> Inventory {
    let copyright = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\n\
                     License: GPL-2+ and (Expat or Apache-2.0)\n\nFiles: a\nLicense: home grown, 100% \"odd\"\n";
    let files = Files::default()
        .file("etc/os-release", "ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n")
        .file(
            "var/lib/dpkg/status",
            "Package: libstdc++6\nStatus: install ok installed\nSource: gcc-12 (12.2.0-14)\nVersion: 1:12.2.0-14+b1\nArchitecture: amd64\n\n\
             Package: bash\nStatus: install ok installed\nVersion: 5.2.15-2+b7\nArchitecture: amd64\n\n\
             Package: tzdata\nStatus: install ok installed\nVersion: 2024a-0+deb12u1\nArchitecture: all\n\n",
        )
        .file("usr/share/doc/bash/copyright", copyright)
        .file("usr/share/doc/libstdc++6/copyright", "/usr/share/common-licenses/GPL-3 and /usr/share/common-licenses/Apache-2.0")
        .file("lib/apk/db/installed", "P:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT OR ISC\n\n");
    inventory(&files)
}

type Write = fn(&Inventory, &str, Timestamp, &mut Vec<u8>) -> std::io::Result<()>;
const FORMATS: [(&str, Write); 2] = [
    ("cyclonedx", |inventory, name, created, out| {
        cyclonedx::write(inventory, name, created, out)
    }),
    ("spdx", |inventory, name, created, out| {
        spdx::write(inventory, name, created, out)
    }),
];

fn written(write: Write, inventory: &Inventory) -> Vec<u8> {
    let mut out = Vec::new();
    write(inventory, "sample", at(), &mut out).unwrap();
    out
}

#[test]
fn an_empty_root_is_unknown_and_says_so() {
    let found = inventory(&Files::default());
    let codes: Vec<_> = found.problems.iter().map(|problem| problem.kind.code()).collect();
    assert_eq!(codes, ["unknown_distribution", "no_package_database"]);
    assert_eq!((found.os, found.ecosystem), (None, None));
}

#[test]
fn our_documents_read_back_as_they_were_and_are_the_same_each_time() {
    let inventory = sample();
    assert_eq!(inventory.packages.packages().len(), 4);
    for (format, write) in FORMATS {
        let document = written(write, &inventory);
        assert_eq!(document, written(write, &inventory), "{format}");
        let back = read_document(&document).unwrap();
        assert_eq!(back.name, "sample");
        assert_eq!(
            back.inventory,
            inventory,
            "{format}: {}",
            String::from_utf8_lossy(&document)
        );
    }
}

/// With a package database that ends in the middle.
fn cut() -> Inventory {
    let files = Files::default().file("etc/os-release", "ID=debian\nVERSION_ID=12\n").file(
        "var/lib/dpkg/status",
        "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\nPackage: b\nStatus: install ok",
    );
    inventory(&files)
}

#[test]
fn a_document_of_half_an_inventory_says_so_in_the_words_of_its_format() {
    let json = |write: Write, inventory: &Inventory| -> serde_json::Value {
        serde_json::from_slice(&written(write, inventory)).unwrap()
    };
    let [(_, cyclonedx), (_, spdx)] = FORMATS;
    let document = json(cyclonedx, &cut());
    assert_eq!(document["compositions"][0]["aggregate"], "incomplete");
    assert_eq!(
        document["compositions"][0]["assemblies"][0],
        document["metadata"]["component"]["bom-ref"]
    );
    let document = json(spdx, &cut());
    let said = document["annotations"][0]["comment"].as_str().unwrap();
    assert!(
        said.contains("incomplete") && said.contains("var/lib/dpkg/status"),
        "{said}"
    );
    let last = document["relationships"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["relationshipType"], &last["relatedSpdxElement"]),
        (&"CONTAINS".into(), &"NOASSERTION".into())
    );
    for (format, write) in FORMATS {
        let whole = String::from_utf8(written(write, &sample())).unwrap();
        for word in [
            "\"compositions\"",
            "\"annotations\"",
            "\"relatedSpdxElement\":\"NOASSERTION\"",
        ] {
            assert!(!whole.contains(word), "{format}: {word}");
        }
        let back = read_document(&written(write, &cut())).unwrap();
        assert_eq!(back.inventory.packages, cut().packages, "{format}");
    }
}

#[test]
fn documents_are_told_apart_and_refused_with_a_code() {
    let code = |text: &str| read_document(text.as_bytes()).unwrap_err().code();
    assert_eq!(code("{"), "sbom_malformed");
    assert_eq!(code("[]"), "sbom_malformed");
    assert_eq!(code("{}"), "sbom_format_unknown");
    assert_eq!(
        code(r#"{"bomFormat":"CycloneDX","specVersion":"2.0"}"#),
        "sbom_version_unknown"
    );
    assert_eq!(code(r#"{"spdxVersion":"SPDX-3.0"}"#), "sbom_version_unknown");
    for (document, expected) in [
        (
            r#"{"bomFormat":"Other","specVersion":"1.6"}"#,
            "sbom_format_unknown",
        ),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"1.g:deb"}"#,
            "sbom_version_unknown",
        ),
        (r#"{"spdxVersion":"SPDX-2."}"#, "sbom_version_unknown"),
    ] {
        assert_eq!(code(document), expected, "{document}");
    }
    // Found by fuzzing: the reader of one form took what is of no form.
    let unmarked = cyclonedx::read(br#"{"specVersion":"1.6"}"#).unwrap_err();
    assert_eq!(unmarked.code(), "sbom_format_unknown");
    let deep = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":{}"#,
        r#"[{"components":"#.repeat(5000)
    );
    assert_eq!(code(&deep), "sbom_malformed");
}

#[test]
fn unknown_components_are_counted_once() {
    let document = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
        {"type":"library","name":"a","version":"1","purl":"pkg:pypi/a@1","licenses":[{"license":{"name":"Expat"}}]},
        {"type":"library","name":"b","components":[{"type":"library","name":"c","purl":"pkg:npm/c@2"}]},
        {"type":"library","name":"d\u001b","purl":"pkg:weird/d@1"}]}"#;
    let found = read_document(document.as_bytes()).unwrap().inventory;
    assert_eq!(lines(&found), ["PyPI a 1  < a 1 [MIT]", "npm c 2  < c 2 []"]);
    assert_eq!(found.problems.len(), 1);
    assert_eq!(
        found.problems[0].detail,
        "2 components name no package of a known ecosystem, the first: \"b \""
    );
}

#[test]
fn documents_of_other_tools_are_read() {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/samples/cyclonedx-bom-examples.tar.zst");
    let Ok(file) = std::fs::File::open(&archive) else {
        eprintln!(
            "skipped: documents_of_other_tools_are_read (no {})",
            archive.display()
        );
        return;
    };
    let mut read = 0;
    let mut packages = 0;
    let mut tar = tar::Archive::new(zstd::Decoder::new(file).unwrap());
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        if !path.ends_with(".json") || entry.size() > 2_000_000 {
            continue;
        }
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        if !content.windows(11).any(|window| window == b"\"bomFormat\"") {
            continue;
        }
        let found = read_document(&content).unwrap_or_else(|error| panic!("{path}: {error}"));
        read += 1;
        packages += found.inventory.packages.packages().len();
    }
    assert!(read > 20, "{read}");
    assert!(packages > 3_000, "{packages}");
}

#[test]
fn this_host_reads_as_dpkg_lists_it() {
    let status = "var/lib/dpkg/status";
    let format =
        "${db:Status-Status}\t${Package} ${Version} ${Architecture} < ${source:Package} ${source:Version}\n";
    let listed = Command::new("dpkg-query").args(["-W", "-f", format]).output();
    let (Ok(listed), Ok(content)) = (listed, std::fs::read(Path::new("/").join(status))) else {
        eprintln!("skipped: this_host_reads_as_dpkg_lists_it (no dpkg)");
        return;
    };
    let listed = String::from_utf8(listed.stdout).unwrap();
    let present = listed.lines().filter_map(|line| line.split_once('\t'));
    let present =
        present.filter(|(state, _)| !["config-files", "not-installed", "half-installed"].contains(state));
    let mut expected: Vec<String> = present.map(|(_, line)| format!("deb {line} []")).collect();
    expected.sort_unstable();
    let mut found = lines(&inventory(&Files::default().file(status, content)));
    found.sort_unstable();
    assert_eq!(found, expected);
}

/// `JSON Schema` of CycloneDX and the SPDX validator come from PyPI: `cyclonedx-python-lib[json-validation]`, `spdx-tools`.
#[test]
fn official_validators_accept_our_documents() {
    let folder = tempfile::tempdir().unwrap();
    let checks = [
        (
            "import cyclonedx.schema",
            "import sys\nfrom cyclonedx.validation.json import JsonStrictValidator\nfrom cyclonedx.schema import SchemaVersion\n\
             e = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())\nsys.exit(str(e) if e else 0)",
        ),
        (
            "import spdx_tools.spdx",
            "import sys\nfrom spdx_tools.spdx.parser.parse_anything import parse_file\n\
             from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document\n\
             e = validate_full_spdx_document(parse_file(sys.argv[1]))\nsys.exit(str(e) if e else 0)",
        ),
    ];
    for ((format, write), (probe, check)) in FORMATS.into_iter().zip(checks) {
        let has_tool = Command::new("python3")
            .args(["-c", probe])
            .output()
            .is_ok_and(|output| output.status.success());
        if !has_tool {
            eprintln!(
                "skipped: official_validators_accept_our_documents, {format} (no python module: {probe})"
            );
            continue;
        }
        let path = folder.path().join(format!("{format}.spdx.json"));
        for inventory in [sample(), cut()] {
            std::fs::write(&path, written(write, &inventory)).unwrap();
            let output = Command::new("python3")
                .args(["-c", check])
                .arg(&path)
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{format}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

fn word() -> impl Strategy<Value = String> {
    "[!-~]{1,12}"
}

prop_compose! {
    fn packages()(
        fields in prop::collection::vec(
            (word(), word(), "[a-z0-9_]{0,6}", word(), word(), prop::collection::btree_set("[ -~]{1,20}", 0..3), prop::sample::select(&["Debian:12", "rpm", "PyPI", "Maven", "x:1", "Rocky Linux:9"][..])),
            0..6,
        )
    ) -> Vec<Package> {
        fields.into_iter().map(|(name, version, arch, source_name, source_version, licenses, ecosystem)| Package {
            ecosystem: Ecosystem::new(ecosystem),
            name: name.into(), version: version.into(), arch: arch.into(),
            source_name: source_name.into(), source_version: source_version.into(),
            licenses: {
                let mut parts: Vec<_> = licenses.iter().flat_map(|text| license::elements(text)).collect();
                parts.sort_unstable();
                parts.dedup();
                parts
            },
        }).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_package_survives_the_round_trip(packages in packages()) {
        let inventory = Inventory { packages: PackageSet::new(packages), problems: Vec::new(), ..sample() };
        for (_, write) in FORMATS {
            let back = read_document(&written(write, &inventory)).unwrap();
            prop_assert_eq!(&back.inventory, &inventory);
        }
    }

    #[test]
    fn arbitrary_databases_are_no_panic_and_bounded(
        junk in prop::collection::vec(any::<u8>(), 0..400), text in "((Package|Version|Source|Status|P|V|o|License|Format): ?[ -~]{0,20}\\n|\\n){0,20}",
    ) {
        for content in [junk.as_slice(), text.as_bytes()] {
            let mut files = Files::default();
            for path in ["etc/os-release", "var/lib/dpkg/status", "var/lib/dpkg/status.d/x", "lib/apk/db/installed", "usr/share/doc/a/copyright"] {
                files = files.file(path, content);
            }
            let found = inventory(&files);
            prop_assert!(found.problems.len() <= 10);
            prop_assert!(found.packages.packages().len() <= content.len());
        }
    }

    #[test]
    fn mutated_documents_are_no_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        for (_, write) in FORMATS {
            let mut document = written(write, &sample());
            let at = at.index(document.len());
            if cut { document.truncate(at) } else { document[at] = byte }
            let _ = read_document(&document);
        }
    }
}
