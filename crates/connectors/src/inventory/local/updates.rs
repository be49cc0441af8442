//! Pending updates as the host's own package manager knows them. Nothing is fetched and nothing is changed.

use qlrf_core::asset::PendingUpdate;
use qlrf_core::rootfs::RootFs;

use super::command::{self, CommandError};

/// A host further behind than this is reported with the first so many.
const UPDATES_MAX: usize = 20_000;

/// `Ok(None)`: the lists are absent, so nothing is known. The text of the error says why nothing is known.
pub async fn pending(root: &dyn RootFs) -> Result<Option<Vec<PendingUpdate>>, CommandError> {
    let listed = |path: &str| root.list(path).unwrap_or_default();
    let has = |path: &str| {
        root.read(path, STATUS_BYTES_MAX)
            .is_ok_and(|file| file.is_some_and(|f| !f.is_empty()))
    };
    let found = if has("var/lib/dpkg/status") {
        if !listed("var/lib/apt/lists")
            .iter()
            .any(|name| name.contains("_Packages"))
        {
            return Ok(None);
        }
        let args = ["--just-print", "-o", "Debug::NoLocking=1", "dist-upgrade"];
        let output = command::run("apt-get", &args).await?;
        (output.code == Some(0)).then(|| apt(&output.stdout))
    } else if has("lib/apk/db/installed") {
        if !listed("var/cache/apk")
            .iter()
            .chain(&listed("lib/apk/db"))
            .any(|name| name.starts_with("APKINDEX"))
        {
            return Ok(None);
        }
        let output = command::run("apk", &["version", "-l", "<"]).await?;
        (output.code == Some(0)).then(|| apk(&output.stdout))
    } else {
        dnf_pending().await?
    };
    Ok(found.map(tidied))
}

const STATUS_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// dnf's way to say that there are updates.
const DNF_UPDATES: i32 = 100;

async fn dnf_pending() -> Result<Option<Vec<PendingUpdate>>, CommandError> {
    let installed = command::run("rpm", &["-qa", "--queryformat", RPM_FORMAT]).await?;
    let updates = command::run("dnf", &["-q", "--cacheonly", "check-update"]).await?;
    let security = command::run("dnf", &["-q", "--cacheonly", "updateinfo", "list", "--security"]).await?;
    let known = installed.code == Some(0) && security.code == Some(0);
    Ok(match updates.code {
        Some(0) if known => Some(Vec::new()),
        Some(DNF_UPDATES) if known => Some(dnf(&updates.stdout, &security.stdout, &installed.stdout)),
        _ => None,
    })
}

const RPM_FORMAT: &str = "%{NAME}.%{ARCH} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\n";

/// `Inst NAME [INSTALLED] (CANDIDATE ARCHIVE:RELEASE/SUITE[, …] [ARCH])`, as `apt-get --just-print` writes it. A line
/// without `[INSTALLED]` is a new dependency, not an update.
pub fn apt(output: &str) -> Vec<PendingUpdate> {
    output.lines().filter_map(apt_line).take(UPDATES_MAX).collect()
}

fn apt_line(line: &str) -> Option<PendingUpdate> {
    let (name, rest) = line.strip_prefix("Inst ")?.split_once(' ')?;
    let (installed, rest) = rest.strip_prefix('[')?.split_once("] (")?;
    let (offer, _) = rest.split_once(')')?;
    let (candidate, archives) = offer.split_once(' ')?;
    let (archives, arch) = archives.rsplit_once('[')?;
    let security = archives.split(", ").any(|archive| {
        // `Debian-Security:12/oldstable-security`, `Ubuntu:22.04/jammy-security`.
        archive.starts_with("Debian-Security:") || archive.trim_end().ends_with("-security")
    });
    update(
        name.split(':').next()?,
        arch.strip_suffix(']')?,
        installed,
        candidate,
        security,
    )
}

/// `NAME-VERSION < CANDIDATE`, as `apk version -l '<'` writes it; apk labels no archive as security.
pub fn apk(output: &str) -> Vec<PendingUpdate> {
    output.lines().filter_map(apk_line).take(UPDATES_MAX).collect()
}

fn apk_line(line: &str) -> Option<PendingUpdate> {
    let (package, candidate) = line.split_once('<')?;
    let (rest, release) = package.trim().rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    let candidate = candidate.split_whitespace().next()?;
    update(name, "", &format!("{version}-{release}"), candidate, false)
}

/// `NAME.ARCH  EVR  REPOSITORY` from `check-update`, `ADVISORY SEVERITY/Sec. NAME-EVR.ARCH` from `updateinfo list
/// --security`, and what is installed as [`RPM_FORMAT`] prints it.
pub fn dnf(updates: &str, security: &str, installed: &str) -> Vec<PendingUpdate> {
    let installed: std::collections::BTreeMap<&str, &str> = installed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .collect();
    let advised: Vec<&str> = security
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .collect();
    let listed = updates
        .lines()
        .take_while(|line| !line.starts_with("Obsoleting Packages"));
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let (package, candidate, _repository) = (words.next()?, words.next()?, words.next()?);
        let (name, arch) = package.rsplit_once('.')?;
        let current = installed.get(package)?;
        let current = current.strip_prefix("0:").unwrap_or(current);
        // Any advised version of the package that is newer than the installed one makes the update a security update;
        // updateinfo lists only those.
        let bare = |word: &&str| {
            word.strip_suffix(&format!(".{arch}"))
                .and_then(|w| w.strip_prefix(name))
                .is_some_and(version_follows)
        };
        update(name, arch, current, candidate, advised.iter().any(bare))
    };
    listed.filter_map(line).take(UPDATES_MAX).collect()
}

/// `-1:3.0.7-6` after a name: the name ended here and is not the beginning of a longer one.
fn version_follows(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|version| {
        version.starts_with(|c: char| c.is_ascii_digit()) && version.matches('-').count() == 1
    })
}

fn update(name: &str, arch: &str, installed: &str, candidate: &str, security: bool) -> Option<PendingUpdate> {
    if [name, installed, candidate].iter().any(|word| word.is_empty()) {
        return None;
    }
    Some(PendingUpdate {
        name: name.to_owned(),
        arch: arch.to_owned(),
        installed: installed.to_owned(),
        candidate: candidate.to_owned(),
        security,
    })
}

/// Package managers print in the order of their work; a fact has one order.
fn tidied(mut updates: Vec<PendingUpdate>) -> Vec<PendingUpdate> {
    updates.sort();
    updates.dedup();
    updates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(updates: &[PendingUpdate]) -> Vec<String> {
        updates
            .iter()
            .map(|u| {
                format!(
                    "{}/{} {} -> {} {}",
                    u.name, u.arch, u.installed, u.candidate, u.security
                )
            })
            .collect()
    }

    #[test]
    fn apt_prints_updates_new_packages_and_archives() {
        // Printed by apt 2.6.1 on Debian 12.
        let output = "Reading package lists...\nCalculating upgrade...\n\
            Inst base-files [12.4+deb12u11] (12.4+deb12u15 Debian:12.15/oldstable [amd64])\n\
            Inst libgcrypt20-dev [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []\n\
            Inst liblzma5 [5.4.1-1] (5.4.1-1+deb12u2 Debian-Security:12/oldstable-security [amd64])\n\
            Inst linux-image-6.1.0-56-amd64 (6.1.192-2 Debian-Security:12/oldstable-security [amd64])\n\
            Inst libc6:i386 [2.35-0ubuntu3.1] (2.35-0ubuntu3.4 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [i386])\n\
            Conf base-files (12.4+deb12u15 Debian:12.15/oldstable [amd64])\n";
        assert_eq!(
            shown(&apt(output)),
            [
                "base-files/amd64 12.4+deb12u11 -> 12.4+deb12u15 false",
                "libgcrypt20-dev/amd64 1.10.1-3 -> 1.10.1-3+deb12u1 true",
                "liblzma5/amd64 5.4.1-1 -> 5.4.1-1+deb12u2 true",
                "libc6/i386 2.35-0ubuntu3.1 -> 2.35-0ubuntu3.4 true",
            ]
        );
    }

    #[test]
    fn apk_prints_a_heading_and_names_with_dashes() {
        let output = "Installed:                                Available:\n\
            busybox-1.36.1-r15                      < 1.36.1-r19 \n\
            alpine-baselayout-data-3.4.3-r1         < 3.4.3-r2 \n\
            musl-1.2.4_git20230717-r4               < 1.2.4_git20230717-r5 \n";
        assert_eq!(
            shown(&apk(output)),
            [
                "busybox/ 1.36.1-r15 -> 1.36.1-r19 false",
                "alpine-baselayout-data/ 3.4.3-r1 -> 3.4.3-r2 false",
                "musl/ 1.2.4_git20230717-r4 -> 1.2.4_git20230717-r5 false",
            ]
        );
    }

    #[test]
    fn dnf_updates_take_security_from_the_advisories() {
        // Printed by dnf 4.14 and rpm 4.18 about a repository of packages that were built for this.
        let updates = "\n\
            a-package-with-quite-a-long-name-indeed-for-columns.noarch 1.0-2.el9   test-repo\n\
            alpha.noarch                                               1:1.0-2.el9 test-repo\n\
            alpha-libs.noarch                                          1.0-2.el9   test-repo\n\
            beta.noarch                                                1.0-2.el9   test-repo\n\
            Obsoleting Packages\n\
            gamma.noarch                                               2.0-1.el9   test-repo\n    \
            beta.noarch                                            1.0-1.el9   @System  \n";
        let security = "TEST-2026:0001 Important/Sec. alpha-1:1.0-2.el9.noarch\n";
        let installed = "beta.noarch 0:1.0-1.el9\nalpha-libs.noarch 0:1.0-1.el9\nalpha.noarch 1:1.0-1.el9\n\
            a-package-with-quite-a-long-name-indeed-for-columns.noarch 0:1.0-1.el9\n";
        assert_eq!(
            shown(&dnf(updates, security, installed)),
            [
                "a-package-with-quite-a-long-name-indeed-for-columns/noarch 1.0-1.el9 -> 1.0-2.el9 false",
                "alpha/noarch 1:1.0-1.el9 -> 1:1.0-2.el9 true",
                "alpha-libs/noarch 1.0-1.el9 -> 1.0-2.el9 false",
                "beta/noarch 1.0-1.el9 -> 1.0-2.el9 false",
            ]
        );
    }

    #[test]
    fn noise_is_not_an_update() {
        for noise in [
            "Inst",
            "Inst a",
            "Inst a [",
            "Inst a [1] (2",
            "Inst a [] ( [x])",
            "<",
            "- <",
            "a-1-r0 <",
            "\0\u{1b}[31m",
        ] {
            assert!(
                apt(noise).is_empty() && apk(noise).is_empty() && dnf(noise, noise, noise).is_empty(),
                "{noise}"
            );
        }
    }
}
