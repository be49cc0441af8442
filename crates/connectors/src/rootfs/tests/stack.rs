//! Layers that come one by one.

use super::*;

/// What is kept of a layer does to those below it what the layer does.
#[test]
fn reduced_layers_add_up_to_the_same_image() {
    let doc = "usr/share/doc/b/copyright";
    let lower = tarred(&[
        F(STATUS, "one"),
        F("lib/apk/db/installed", "apk"),
        Symlink("etc/os-release", "../usr/lib/os-release"),
        F("usr/lib/os-release", "release"),
        F("usr/share/doc/a/copyright", "licence"),
        HardLink(doc, "usr/share/doc/a/copyright"),
        F("usr/bin/large", "of no interest"),
        Symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"),
        F("usr/lib/sysimage/rpm/x", "x"),
    ]);
    let uppers = [
        tarred(&[F(STATUS, "two")]),
        tarred(&[F("var/lib/dpkg/.wh.status", "")]),
        tarred(&[F("usr/share/doc/.wh..wh..opq", ""), F(doc, "other")]),
        tarred(&[F("usr/lib/sysimage", "now a file")]),
        tarred(&[Folder("var/lib/rpm"), F("var/lib/rpm/y", "y")]),
        tarred(&[F("lib/.wh.apk", ""), Symlink("lib", "usr/lib")]),
    ];
    let reduced = |layer: &Vec<u8>| reduce("layer", Box::new(std::io::Cursor::new(gzip(layer))), 1 << 30);
    for upper in uppers {
        let whole = root(&single(vec![lower.clone(), upper.clone()]));
        let mut stack = Stack::new();
        for layer in [&lower, &upper] {
            let reduced = reduced(layer).unwrap();
            assert!(
                !String::from_utf8_lossy(&zstd::decode_all(&reduced[..]).unwrap()).contains("no interest")
            );
            stack.push(&reduced).unwrap();
        }
        let stacked = stack.into_root();
        for path in [
            STATUS,
            "lib/apk/db/installed",
            "etc/os-release",
            doc,
            "var/lib/rpm/x",
            "var/lib/rpm/y",
        ] {
            assert_eq!(text(&stacked, path), text(&*whole, path), "{path}");
        }
        for folder in [
            "var/lib/rpm",
            "usr/share/doc",
            "usr/lib/sysimage/rpm",
            "lib/apk/db",
        ] {
            assert_eq!(
                stacked.list(folder).unwrap(),
                whole.list(folder).unwrap(),
                "{folder}"
            );
        }
    }
    let bomb = reduce("layer", Box::new(std::io::Cursor::new(gzip(&lower))), 2000);
    assert_eq!(bomb.err().map(|error| error.code()), Some("image_too_large"));
}
