//! Package URLs, <https://github.com/package-url/purl-spec>: how SBOM documents name a package.

use std::sync::Arc;

use packageurl::PackageUrl;
use qlrf_core::asset::Os;
use qlrf_core::package::{Ecosystem, Package};

use super::{Inventory, Manager, is_word, os};

/// Package URLs above this are not read.
const PURL_BYTES_MAX: usize = 4096;

/// Package URL types of language packages and their ecosystem.
const LANGUAGES: [(&str, &str); 11] = [
    ("cargo", "crates.io"),
    ("composer", "Packagist"),
    ("gem", "RubyGems"),
    ("github", "GitHub Actions"),
    ("golang", "Go"),
    ("hex", "Hex"),
    ("maven", "Maven"),
    ("npm", "npm"),
    ("nuget", "NuGet"),
    ("pub", "Pub"),
    ("pypi", "PyPI"),
];

/// The package URL of a package of `inventory`, with the qualifiers `arch`, `distro`, `epoch` (rpm) and `upstream`
/// (the source, where it is another name or version). `None` only for a package without a name.
pub fn write(package: &Package, inventory: &Inventory) -> Option<String> {
    let manager = manager(&package.ecosystem, inventory);
    let language = LANGUAGES
        .iter()
        .find(|(_, ecosystem)| *ecosystem == &*package.ecosystem.0);
    let (ty, namespace, name) = match (manager, language) {
        (Some(manager), _) => (
            manager.as_str(),
            distribution(package, inventory).map(|os| os.id.clone()),
            &*package.name,
        ),
        (None, Some((ty, _))) => {
            let (namespace, name) = split_name(ty, &package.name);
            (*ty, namespace.map(str::to_owned), name)
        }
        (None, None) => ("generic", None, &*package.name),
    };
    let (epoch, version) = match (manager, package.version.split_once(':')) {
        (Some(Manager::Rpm), Some((epoch, version))) => (Some(epoch), version),
        _ => (None, &*package.version),
    };
    let mut purl = PackageUrl::new(ty, name).ok()?;
    if let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) {
        purl.with_namespace(namespace).ok()?;
    }
    if !version.is_empty() {
        purl.with_version(version).ok()?;
    }
    let upstream = upstream(package);
    let distro = distribution(package, inventory).map(|os| format!("{}-{}", os.id, os.version));
    let arch = (!package.arch.is_empty()).then(|| package.arch.to_string());
    let qualifiers = [
        ("arch", arch),
        ("distro", distro),
        ("epoch", epoch.map(str::to_owned)),
        ("upstream", upstream),
    ];
    for (key, value) in qualifiers {
        if let Some(value) = value {
            purl.add_qualifier(key, value).ok()?;
        }
    }
    Some(purl.to_string())
}

/// The package that a package URL names, without licences. `os` is the document's own operating system, for package
/// URLs without a `distro`. `None` where the type is not of a known ecosystem or the URL has no version.
pub fn read(purl: &str, os: Option<&Os>) -> Option<Package> {
    if purl.len() > PURL_BYTES_MAX {
        return None;
    }
    let purl: PackageUrl = purl.parse().ok()?;
    let version = purl.version().filter(|version| is_word(version))?;
    let qualifier = |key: &str| {
        purl.qualifiers()
            .get(key)
            .map(|value| &**value)
            .filter(|value| is_word(value))
    };
    let Some(manager) = Manager::parse(purl.ty()) else {
        let (_, ecosystem) = LANGUAGES.iter().find(|(ty, _)| *ty == purl.ty())?;
        let name = join_name(purl.ty(), purl.namespace(), purl.name());
        return is_word(&name).then(|| package(Ecosystem::new(*ecosystem), &name, version.into(), ""));
    };
    let version = match (manager, qualifier("epoch")) {
        (Manager::Rpm, Some(epoch)) if !version.contains(':') => format!("{epoch}:{version}"),
        _ => version.to_owned(),
    };
    let ecosystem = ecosystem(manager, purl.namespace(), qualifier("distro"), os);
    if !is_word(purl.name()) {
        return None;
    }
    let mut found = package(
        ecosystem,
        purl.name(),
        version,
        qualifier("arch").unwrap_or_default(),
    );
    if let Some(upstream) = qualifier("upstream") {
        set_upstream(&mut found, upstream);
    }
    Some(found)
}

fn package(ecosystem: Ecosystem, name: &str, version: String, arch: &str) -> Package {
    let name: Arc<str> = name.into();
    let version: Arc<str> = version.into();
    Package {
        ecosystem,
        arch: arch.into(),
        source_name: name.clone(),
        source_version: version.clone(),
        name,
        version,
        licenses: Vec::new(),
    }
}

/// The manager of an ecosystem: the distribution's own for its own packages, the bare word for a foreign database.
fn manager(ecosystem: &Ecosystem, inventory: &Inventory) -> Option<Manager> {
    let own = inventory.ecosystem.as_ref() == Some(ecosystem);
    if let Some(manager) = inventory.manager.filter(|_| own) {
        return Some(manager);
    }
    Manager::parse(&ecosystem.0).or_else(|| match ecosystem.family() {
        "Debian" | "Ubuntu" | "Echo" => Some(Manager::Deb),
        "AlmaLinux" | "Rocky Linux" | "Red Hat" | "openSUSE" | "SUSE" | "Azure Linux" | "Photon OS"
        | "Mageia" | "openEuler" => Some(Manager::Rpm),
        "Alpine" | "Wolfi" | "Chainguard" | "MinimOS" | "Alpaquita" => Some(Manager::Apk),
        _ => None,
    })
}

/// The operating system of the inventory, for packages of its own ecosystem.
fn distribution<'a>(package: &Package, inventory: &'a Inventory) -> Option<&'a Os> {
    inventory
        .os
        .as_ref()
        .filter(|_| inventory.ecosystem.as_ref() == Some(&package.ecosystem))
}

/// `glibc`, or `glibc@2.36-9` where the version is another one too.
fn upstream(package: &Package) -> Option<String> {
    let same_version = package.source_version == package.version;
    match (package.source_name == package.name, same_version) {
        (true, true) => None,
        (false, true) => Some(package.source_name.to_string()),
        (_, false) => Some(format!("{}@{}", package.source_name, package.source_version)),
    }
}

/// Other tools write the file name of an rpm source package here.
fn set_upstream(package: &mut Package, upstream: &str) {
    let file = upstream.strip_suffix(".src.rpm").and_then(|stem| {
        let (rest, release) = stem.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        Some((name, format!("{version}-{release}")))
    });
    let (name, version) = match (&file, upstream.rsplit_once('@')) {
        (Some((name, version)), _) => (*name, Some(version.as_str())),
        (None, Some((name, version))) => (name, Some(version)),
        (None, None) => (upstream, None),
    };
    if is_word(name) {
        package.source_name = name.into();
    }
    if let Some(version) = version.filter(|version| is_word(version)) {
        let epoch = package
            .version
            .split_once(':')
            .filter(|_| file.is_some())
            .map(|(epoch, _)| epoch);
        package.source_version = match epoch {
            Some(epoch) => format!("{epoch}:{version}").into(),
            None => version.into(),
        };
    }
}

/// `distro` is `debian-12` by most tools, the bare release by some.
fn ecosystem(manager: Manager, namespace: Option<&str>, distro: Option<&str>, own: Option<&Os>) -> Ecosystem {
    let namespace = namespace.unwrap_or_default();
    let named = distro.and_then(|distro| {
        let (id, version) = distro.rsplit_once('-').unwrap_or((namespace, distro));
        match os::ecosystem_of(id, version) {
            None if id.is_empty() => None,
            None => os::ecosystem_of(namespace, distro)
                .or_else(|| Some((Ecosystem::new(format!("{id}:{version}")), manager))),
            found => found,
        }
    });
    let known = named
        .or_else(|| {
            own.filter(|own| own.id == namespace)
                .and_then(|own| os::ecosystem_of(&own.id, &own.version))
        })
        .filter(|(_, found)| *found == manager);
    known.map_or_else(|| Ecosystem::new(manager.as_str()), |(ecosystem, _)| ecosystem)
}

/// Names as the advisory ecosystem writes them: `group:artifact` of Maven, paths elsewhere.
fn join_name(ty: &str, namespace: Option<&str>, name: &str) -> String {
    match namespace {
        None => name.to_owned(),
        Some(namespace) => format!("{namespace}{}{name}", if ty == "maven" { ':' } else { '/' }),
    }
}

fn split_name<'a>(ty: &str, name: &'a str) -> (Option<&'a str>, &'a str) {
    let split = if ty == "maven" {
        name.split_once(':')
    } else {
        name.rsplit_once('/')
    };
    split.map_or((None, name), |(namespace, name)| (Some(namespace), name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qlrf_core::package::PackageSet;

    use super::*;

    fn inventory() -> Inventory {
        Inventory {
            os: Some(Os {
                id: "almalinux".into(),
                version: "9.3".into(),
                ..Os::default()
            }),
            ecosystem: Some(Ecosystem::new("AlmaLinux:9")),
            manager: Some(Manager::Rpm),
            packages: PackageSet::new(Vec::new()),
            problems: Vec::new(),
        }
    }

    fn check(purl: &str, expected: &str) {
        let found = read(purl, None).map(|p| {
            format!(
                "{} {} {} {} < {} {}",
                p.ecosystem.0, p.name, p.version, p.arch, p.source_name, p.source_version
            )
        });
        assert_eq!(
            found.as_deref(),
            Some(expected).filter(|text| !text.is_empty()),
            "{purl}"
        );
    }

    #[test]
    fn package_urls_of_other_tools_are_understood() {
        check(
            "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12&upstream=glibc",
            "Debian:12 libc6 2.36-9+deb12u4 amd64 < glibc 2.36-9+deb12u4",
        );
        check(
            "pkg:deb/debian/adduser@3.134?arch=all&distro=debian-12.5",
            "Debian:12 adduser 3.134 all < adduser 3.134",
        );
        check(
            "pkg:deb/ubuntu/a@1:2?distro=ubuntu-22.04",
            "Ubuntu:22.04:LTS a 1:2  < a 1:2",
        );
        check(
            "pkg:rpm/almalinux/bind-libs@9.16.23-5.el9?arch=x86_64&epoch=32&distro=almalinux-9.3&upstream=bind-9.16.23-5.el9.src.rpm",
            "AlmaLinux:9 bind-libs 32:9.16.23-5.el9 x86_64 < bind 32:9.16.23-5.el9",
        );
        check(
            "pkg:apk/alpine/busybox@1.36.1-r15?arch=x86_64&distro=3.19.1",
            "Alpine:v3.19 busybox 1.36.1-r15 x86_64 < busybox 1.36.1-r15",
        );
        check(
            "pkg:maven/org.slf4j/slf4j-api@1.7.36?type=jar",
            "Maven org.slf4j:slf4j-api 1.7.36  < org.slf4j:slf4j-api 1.7.36",
        );
        check(
            "pkg:npm/%40babel/core@7.0.0",
            "npm @babel/core 7.0.0  < @babel/core 7.0.0",
        );
        check(
            "pkg:golang/golang.org/x/net@v0.1.0",
            "Go golang.org/x/net v0.1.0  < golang.org/x/net v0.1.0",
        );
        check("pkg:pypi/Django_x@4.2", "PyPI django-x 4.2  < django-x 4.2");
        check("pkg:cargo/serde@1.0.0", "crates.io serde 1.0.0  < serde 1.0.0");
        check("pkg:deb/debian/a@1", "deb a 1  < a 1");
        check("pkg:generic/openssl@1", "");
        check("pkg:deb/debian/a", "");
        check("nonsense", "");
    }

    #[test]
    fn our_package_urls_carry_architecture_distribution_epoch_and_source() {
        let mut package = package(
            Ecosystem::new("AlmaLinux:9"),
            "bind-libs",
            "32:9.16-5.el9".into(),
            "x86_64",
        );
        set_upstream(&mut package, "bind");
        let purl = write(&package, &inventory()).unwrap();
        assert_eq!(
            purl,
            "pkg:rpm/almalinux/bind-libs@9.16-5.el9?arch=x86_64&distro=almalinux-9.3&epoch=32&upstream=bind"
        );
        assert_eq!(read(&purl, None).unwrap(), package);
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_no_panic(text in "\\PC{0,60}", tail in "\\PC{0,40}") {
            let _ = read(&text, None);
            let _ = read(&format!("pkg:rpm/{text}@{tail}"), None);
            let _ = read(&format!("pkg:deb/a/b@{text}?distro={tail}&upstream={text}"), None);
        }
    }
}
